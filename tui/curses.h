/* curses: the wide curses, for the few files that touch it: screen, term, input, cdk_utf8, dialog*.
 * */
#ifndef TUI_CURSES_H
#define TUI_CURSES_H

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "tui/screen.h"

/* Cells of a role on a surface, made when first asked for. */
struct paint {
	attr_t attrs;
	int pair;
	bool made;
};

#define SURFACES 6
#define PAIRS_MAX 255 /* CDK's chtype holds a pair in 8 bits */

struct screen {
	WINDOW *win; /* stdscr */
	struct theme *theme;
	bool ascii;     /* lines and signs */
	bool utf8;      /* the terminal takes it */
	bool few_signs; /* the Linux console's font */
	bool colour, rgb;
	int surface; /* index of what lies under */
	struct paint paints[SURFACES][ROLE_COUNT];
	struct {
		int fg, bg;
	} pairs[PAIRS_MAX + 1];
	int npairs;
};

/* Takes theme (frees the one before). ascii: --ascii. colour: use colours if the terminal has them.
 * */
struct screen *screen_new(struct theme *theme, bool ascii, bool colour);
void screen_free(struct screen *s);
void screen_theme(struct screen *s, struct theme *theme);
/* A frame: begin blanks all, end gives it to curses (cursor: column on the bottom line, -1:
 * hidden), flush writes it. */
void screen_begin(struct screen *s);
void screen_end(struct screen *s, int cursor);
void screen_flush(void);
/* Columns of n bytes of text, as this screen draws them. */
int screen_width(const struct screen *s, const char *text, size_t n);
bool screen_on_dialog(const struct screen *s); /* the surface is a dialog's */
/* Attributes and pair of a role, for CDK. */
chtype screen_chtype(struct screen *s, enum role role);
/* What a terminal without UTF-8 shows for a character: one of ASCII. */
char ascii_for(unsigned code);
/* Reads one character of UTF-8 from the n bytes at s; returns its bytes, at least 1 (a bad byte
 * gives U+FFFD). */
size_t utf8_next(const char *s, size_t n, unsigned *code);

#endif
