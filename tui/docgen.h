/* docgen: what its parts share. On stdout, all of it. */
#ifndef TUI_DOCGEN_H
#define TUI_DOCGEN_H

#include <stddef.h>

/* n bytes that mean nothing to roff. */
void docgen_plain(const char *s, size_t n);
/* doc/phase.md as the sections of a manual page: what it is written in, no more. 0, or 1 after a complaint. */
int docgen_markdown(const char *path);
/* "bash", "zsh" or "fish"; -1: another. */
int docgen_completion(const char *shell);

#endif
