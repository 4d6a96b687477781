/* words: language and character set, once at the start. */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

/* lang: --lang, or NULL: what the environment says. */
void words_open(const char *lang);

#endif
