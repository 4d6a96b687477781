/*
 * theme: roles, and how a terminal shows them. Views name roles; colours stand in themes/NAME.theme
 * only.
 *
 * A theme file has one line a role; "#" starts a comment; roles left out keep the built-in (mono)
 * look:
 *     role = FG BG [ATTR…] ; [MONO ATTR…]
 * FG and BG: default, black red green yellow blue magenta cyan white, bright-NAME, 0-255, #rrggbb;
 * "A/B" is A with 256 or more colours and B with 8 or 16. Attributes: bold dim underline reverse
 * italic. What follows ";" is used without colours.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct theme;

enum role {
	ROLE_TEXT,        /* ordinary words */
	ROLE_DIM,         /* what matters less: units, hints, ages */
	ROLE_STRONG,      /* the thing itself: names, totals */
	ROLE_TITLE,       /* title of a pane */
	ROLE_TITLE_FOCUS, /* title of the pane that has the keys */
	ROLE_BORDER,
	ROLE_BORDER_FOCUS,
	ROLE_HEADER, /* column headers */
	ROLE_TOP,    /* the top line */
	ROLE_TOP_STRONG,
	ROLE_TOP_DIM,
	ROLE_TAB, /* names of the places */
	ROLE_TAB_HERE,
	ROLE_BOTTOM, /* the bottom line */
	ROLE_KEY,    /* a key's name */
	ROLE_OK,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_UNKNOWN, /* "?" */
	ROLE_STALE,   /* old data */
	ROLE_RUNNING, /* a step at work */
	ROLE_ACCENT,  /* a figure to be looked at */
	ROLE_BAR,     /* filled part of a bar, by level */
	ROLE_BAR_WARN,
	ROLE_BAR_BAD,
	ROLE_BAR_EMPTY,
	ROLE_SPARK,
	ROLE_MATCH, /* found by filter or search */
	ROLE_ADDED, /* "+" lines of a diff */
	ROLE_REMOVED,
	ROLE_BANNER, /* link down */
	ROLE_SAY,    /* message on the bottom line */
	ROLE_SAY_BAD,
	ROLE_DIALOG, /* inside of a dialog */
	ROLE_DIALOG_BORDER,
	ROLE_DIALOG_TITLE,
	ROLE_BUTTON,
	ROLE_BUTTON_FOCUS,
	ROLE_ENTRY, /* where one types */
	ROLE_CURSOR, /* the row under the cursor: its background lies under any role */
	ROLE_CURSOR_AWAY, /* the same in a pane that has not the keys */
	ROLE_COUNT
};

const char *role_name(enum role r); /* "bar-warn": as in theme files */

/*
 * Reads NAME.theme from ~/.config/twistertui/themes, then datadir/themes. ERR_USAGE names file and
 * line, ERR_REFUSED when others may write to it. theme_free() what comes out.
 */
int theme_load(const char *name, const char *datadir, struct theme **out, struct err *e);
/* The same from text; file is for messages. */
int theme_parse(const char *text, const char *file, struct theme **out, struct err *e);
void theme_free(struct theme *t);

#define THEME_ATTR_BOLD 1
#define THEME_ATTR_DIM 2
#define THEME_ATTR_UNDERLINE 4
#define THEME_ATTR_REVERSE 8
#define THEME_ATTR_ITALIC 16

/* A colour as the file says it. */
enum colour_kind { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB };
struct colour {
	enum colour_kind kind;
	unsigned value; /* 0-255, or 0xrrggbb */
};
struct style {
	struct colour fg, bg;         /* 256 colours and more */
	struct colour fg_few, bg_few; /* 8 or 16 */
	unsigned attrs, mono;         /* THEME_ATTR_… with and without colours */
};
const struct style *theme_style(const struct theme *t, enum role r);

/* The number to give to the terminal, -1 for its default. many or few is taken by how many colours
 * it has; rgb: it takes 0xrrggbb (direct colour). Pure. */
int colour_resolve(struct colour many, struct colour few, int colours, bool rgb);

#endif
