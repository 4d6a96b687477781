/*
 * screen: drawing in cells: the only way a view puts anything on the terminal. Curses itself stays
 * in screen.c, dialogs and input.
 *
 * All text given here is clean (base/text.h). Everything is clipped: to the columns given and to
 * the screen. Lines are box characters, or ASCII where the locale is not UTF-8 or --ascii was
 * given.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/panel.h"
#include "tui/theme.h"

struct screen;

struct rect {
	int y, x, h, w;
};

#define SCREEN_MIN_COLS 60
#define SCREEN_MIN_ROWS 16

int screen_rows(const struct screen *s);
int screen_cols(const struct screen *s);
bool screen_ascii(const struct screen *s);

/* Text at y, x in at most w columns, cut with "…" when longer. All return the columns used. */
int screen_put(struct screen *s, int y, int x, int w, enum role role, const char *text);
int screen_putf(struct screen *s, int y, int x, int w, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* n bytes of text, not 0-terminated; cut without a mark. */
int screen_putn(struct screen *s, int y, int x, int w, enum role role, const char *text, size_t n);
/* At the right end of the w columns. */
int screen_put_right(struct screen *s, int y, int x, int w, enum role role, const char *text);
void screen_fill(struct screen *s, struct rect r, enum role role); /* with blanks */

/* What lies under the roles put from now on: ROLE_CURSOR or ROLE_CURSOR_AWAY for a row under the
 * cursor, ROLE_TOP, ROLE_BOTTOM, or ROLE_TEXT (nothing). */
void screen_surface(struct screen *s, enum role surface);

/* A frame with title in its top edge, and note (or NULL) at that edge's right end; focus: it has
 * the keys. Returns the inside. */
struct rect screen_box(
	struct screen *s, struct rect r, const char *title, const char *note, bool focus);
void screen_hline(struct screen *s, int y, int x, int w, enum role role);
void screen_vline(struct screen *s, int y, int x, int h, enum role role);
/* A bar of w columns, fraction 0..1 (NAN: "?"), coloured by level. */
void screen_bar(struct screen *s, int y, int x, int w, double fraction, enum level level);
/* The last w of n values as a line of blocks, scaled to max (0: to the largest); NANs are gaps. */
void screen_spark(
	struct screen *s, int y, int x, int w, const double *values, size_t n, double max);
/* A scroll bar of h rows at x when count rows do not fit in h. */
void screen_scrollbar(struct screen *s, int y, int x, int h, size_t top, size_t count);

/* Clean lines ('\n' kept) wrapped at words into r, from wrapped line `top` on. Returns how many
 * wrapped lines there are in all. diff: "+" and "-" lines have their roles. */
int screen_paragraph(
	struct screen *s, struct rect r, enum role role, const char *text, int top, bool diff);
/* The same without drawing, in w columns. */
int screen_paragraph_lines(const char *text, int w);

/* Role of a level: LEVEL_NONE gives ROLE_TEXT. */
enum role level_role(enum level l);

/* One column each: "✓" "!" "✗" "?" "▸" …, or ASCII. */
enum sign {
	SIGN_OK,
	SIGN_WARN,
	SIGN_BAD,
	SIGN_UNKNOWN,
	SIGN_RUNNING,
	SIGN_TODO,
	SIGN_SKIPPED,
	SIGN_MARK,
	SIGN_UP,
	SIGN_DOWN,
	SIGN_LINK,
	SIGN_LOST,
	SIGN_DOT,
	SIGN_COUNT
};
const char *screen_sign(const struct screen *s, enum sign sign);
enum sign level_sign(enum level l);

#endif
