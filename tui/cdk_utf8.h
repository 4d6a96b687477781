/*
 * cdk_utf8: CDK stores a character in eight bits. Characters outside ASCII, and "<" (which begins
 * CDK's markup), become bytes 0x81 to 0xff of a page that is filled as they come; the linker puts
 * us between CDK and curses (--wrap=waddch,mvwaddch,wrefresh,wgetch), where these bytes become
 * characters again. 0x80 is the second column of a wide character.
 */
#ifndef TUI_CDK_UTF8_H
#define TUI_CDK_UTF8_H

#define CDK_UTF8_PAGE 127 /* different characters that are shown at once; further ones are "?" */

/* Forgets the page. Only when no widget is alive. */
void cdk_utf8_reset(void);
/* The byte for a character (one of ASCII but "<": itself), '?' when the page is full. */
int cdk_utf8_code(unsigned code);
/* Clean text as CDK's bytes, owned: no markup, no control character. */
char *cdk_utf8_encode(const char *text);
/* And back, owned. */
char *cdk_utf8_decode(const char *bytes);
#define CDK_UTF8_SECOND 0x80

#endif
