#include "tui/curses.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"

/* What of a surface shows through the roles that lie on it. */
#define SURFACE_ATTRS (THEME_ATTR_REVERSE | THEME_ATTR_UNDERLINE)

static int surface_index(enum role surface)
{
	static const enum role known[SURFACES] = {
		ROLE_TEXT,
		ROLE_CURSOR,
		ROLE_CURSOR_AWAY,
		ROLE_TOP,
		ROLE_BOTTOM,
		ROLE_DIALOG,
	};

	for (int i = 1; i < SURFACES; i++)
		if (known[i] == surface)
			return i;
	return 0;
}

static enum role surface_role(int index)
{
	static const enum role known[SURFACES] = {
		ROLE_TEXT,
		ROLE_CURSOR,
		ROLE_CURSOR_AWAY,
		ROLE_TOP,
		ROLE_BOTTOM,
		ROLE_DIALOG,
	};

	return known[index];
}

bool screen_on_dialog(const struct screen *s)
{
	return surface_role(s->surface) == ROLE_DIALOG;
}

struct screen *screen_new(struct theme *theme, bool ascii, bool colour)
{
	struct screen *s = xcalloc(1, sizeof *s);
	const char *term = getenv("TERM");

	s->win = stdscr;
	s->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->ascii = ascii || !s->utf8;
	s->few_signs = term && strncmp(term, "linux", 5) == 0;
	s->colour = colour && has_colors() && COLORS >= 8 && COLOR_PAIRS > 16;
	s->rgb = s->colour && tigetflag("RGB") == 1 && COLORS > 256;
	screen_theme(s, theme);
	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	theme_free(s->theme);
	free(s);
}

void screen_theme(struct screen *s, struct theme *theme)
{
	theme_free(s->theme);
	s->theme = theme;
	memset(s->paints, 0, sizeof s->paints);
	s->npairs = 0;
}

/* A pair of these colours; the last one when there are too many. */
static int screen_pair(struct screen *s, int fg, int bg)
{
	int most = COLOR_PAIRS - 1 < PAIRS_MAX ? COLOR_PAIRS - 1 : PAIRS_MAX;

	if (fg < 0 && bg < 0)
		return 0;
	for (int i = 1; i <= s->npairs; i++)
		if (s->pairs[i].fg == fg && s->pairs[i].bg == bg)
			return i;
	if (s->npairs >= most)
		return s->npairs;
	s->npairs++;
	s->pairs[s->npairs].fg = fg;
	s->pairs[s->npairs].bg = bg;
	init_extended_pair(s->npairs, fg, bg);
	return s->npairs;
}

static attr_t attrs_of(unsigned attrs)
{
	return (attrs & THEME_ATTR_BOLD ? A_BOLD : 0) | (attrs & THEME_ATTR_DIM ? A_DIM : 0) |
	       (attrs & THEME_ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (attrs & THEME_ATTR_REVERSE ? A_REVERSE : 0) |
	       (attrs & THEME_ATTR_ITALIC ? A_ITALIC : 0);
}

/* The terminal's own colours, turned round. Those of roles were chosen to stand on its background, and would lie under
 * its background here: they are left out, so that the row can be read whatever the two are. */
static bool is_turned_round(const struct style *s)
{
	return s->fg.kind == COLOUR_DEFAULT && s->bg.kind == COLOUR_DEFAULT &&
	       s->attrs & THEME_ATTR_REVERSE;
}

static void paint_make(struct screen *s, struct paint *p, enum role role, int surface)
{
	const struct style *st = theme_style(s->theme, role);
	const struct style *under = theme_style(s->theme, surface_role(surface));
	bool own = surface == 0 || role == surface_role(surface) || role == ROLE_MATCH;
	bool turned = !own && is_turned_round(under);
	struct colour fg = turned ? under->fg : st->fg;
	struct colour fg_few = turned ? under->fg_few : st->fg_few;
	struct colour bg = own ? st->bg : under->bg;
	struct colour bg_few = own ? st->bg_few : under->bg_few;

	if (s->colour) {
		p->pair = screen_pair(s, colour_resolve(fg, fg_few, COLORS, s->rgb),
			colour_resolve(bg, bg_few, COLORS, s->rgb));
		p->attrs = attrs_of(st->attrs | (own ? 0 : under->attrs & SURFACE_ATTRS));
	} else {
		p->attrs = attrs_of(
			own ? st->mono : (st->mono & ~(unsigned)THEME_ATTR_DIM) | under->mono);
	}
	p->made = true;
}

static const struct paint *screen_paint(struct screen *s, enum role role)
{
	struct paint *p = &s->paints[s->surface][role];

	if (!p->made)
		paint_make(s, p, role, s->surface);
	return p;
}

static void screen_use(struct screen *s, enum role role)
{
	const struct paint *p = screen_paint(s, role);
	int pair = p->pair;

	wattr_set(s->win, p->attrs, 0, &pair);
}

chtype screen_chtype(struct screen *s, enum role role)
{
	const struct paint *p = screen_paint(s, role);

	return p->attrs | (chtype)COLOR_PAIR(p->pair);
}

void screen_begin(struct screen *s)
{
	const struct paint *p;
	int pair;
	cchar_t blank;

	s->surface = 0;
	p = screen_paint(s, ROLE_TEXT);
	pair = p->pair;
	setcchar(&blank, L" ", p->attrs, 0, &pair);
	wbkgrndset(s->win, &blank);
	werase(s->win);
}

void screen_end(struct screen *s, int cursor)
{
	curs_set(cursor >= 0);
	if (cursor >= 0)
		wmove(s->win, screen_rows(s) - 1,
			cursor < screen_cols(s) ? cursor : screen_cols(s) - 1);
	else
		wmove(s->win, 0, 0);
	wnoutrefresh(s->win);
}

void screen_flush(void)
{
	doupdate();
}

int screen_rows(const struct screen *s)
{
	return getmaxy(s->win);
}

int screen_cols(const struct screen *s)
{
	return getmaxx(s->win);
}

bool screen_ascii(const struct screen *s)
{
	return s->ascii;
}

void screen_surface(struct screen *s, enum role surface)
{
	s->surface = surface_index(surface);
}

size_t utf8_next(const char *s, size_t n, unsigned *code)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	unsigned c = len == 1   ? p[0]
		     : len == 2 ? p[0] & 0x1f
		     : len == 3 ? p[0] & 0x0f
				: p[0] & 0x07;

	*code = 0xfffd;
	if (len == 0 || len > n)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	*code = c;
	return len;
}

char ascii_for(unsigned code)
{
	/* U+00A0 to U+00FF, then a few that our own words use */
	static const char latin[] = " !cL$Y|$\"Ca<--R-"
				    "o+23'uP.,1o>424?"
				    "AAAAAAACEEEEIIII"
				    "DNOOOOOxOUUUUYTs"
				    "aaaaaaaceeeeiiii"
				    "dnooooo/ouuuuyty";

	if (code < 0x80)
		return (char)code;
	if (code >= 0xa0 && code <= 0xff)
		return latin[code - 0xa0];
	switch (code) {
	case 0x2010:
	case 0x2011:
	case 0x2012:
	case 0x2013:
	case 0x2014:
	case 0x2212:
		return '-';
	case 0x2018:
	case 0x2019:
		return '\'';
	case 0x201c:
	case 0x201d:
		return '"';
	case 0x2026:
		return '.';
	case 0x202f:
	case 0x2009:
		return ' ';
	case 0x2192:
	case 0x25b6:
		return '>';
	case 0x2190:
		return '<';
	case 0x152:
		return 'O';
	case 0x153:
		return 'o';
	/* the signs of steps and criteria, in a report's page */
	case 0x2713:
		return '+';
	case 0x2717:
		return 'x';
	case 0x25cb:
		return '.';
	case 0x2298:
		return '!';
	case 0x2261:
		return '=';
	default:
		return '?';
	}
}

static int code_width(unsigned code)
{
	int w = code < 0x80 ? 1 : wcwidth((wchar_t)code);

	return w < 0 ? 1 : w;
}

/* Columns of n bytes, as drawn here. */
int screen_width(const struct screen *s, const char *text, size_t n)
{
	int cols = 0;

	for (size_t i = 0; i < n;) {
		unsigned code;

		i += utf8_next(text + i, n - i, &code);
		cols += s->utf8 ? code_width(code) : 1;
	}
	return cols;
}

/* Bytes of the longest beginning that fits in w columns. */
static size_t fitting(const struct screen *s, const char *text, size_t n, int w, int *used)
{
	size_t i = 0;

	*used = 0;
	while (i < n) {
		unsigned code;
		size_t len = utf8_next(text + i, n - i, &code);
		int cols = s->utf8 ? code_width(code) : 1;

		if (*used + cols > w)
			break;
		*used += cols;
		i += len;
	}
	return i;
}

/* The one place where text reaches curses: clipped already. Control characters that got here
 * against the rules are shown as "?". */
static void cells_add(struct screen *s, const char *text, size_t n)
{
	wchar_t wide[256];
	size_t k = 0;

	for (size_t i = 0; i < n;) {
		unsigned code;

		i += utf8_next(text + i, n - i, &code);
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			code = '?';
		wide[k++] = s->utf8 ? (wchar_t)code : (wchar_t)ascii_for(code);
		if (k == sizeof wide / sizeof wide[0] || i >= n) {
			waddnwstr(s->win, wide, (int)k);
			k = 0;
		}
	}
}

static int clip(const struct screen *s, int y, int x, int w)
{
	if (y < 0 || y >= screen_rows(s) || x < 0 || x >= screen_cols(s))
		return 0;
	return w > screen_cols(s) - x ? screen_cols(s) - x : w;
}

int screen_putn(struct screen *s, int y, int x, int w, enum role role, const char *text, size_t n)
{
	int used;
	size_t fits;

	w = clip(s, y, x, w);
	if (w <= 0)
		return 0;
	fits = fitting(s, text, n, w, &used);
	screen_use(s, role);
	wmove(s->win, y, x);
	cells_add(s, text, fits);
	return used;
}

int screen_put(struct screen *s, int y, int x, int w, enum role role, const char *text)
{
	size_t n = strlen(text);
	const char *mark = s->ascii ? "~" : "\u2026";
	int used;

	w = clip(s, y, x, w);
	if (w <= 0)
		return 0;
	if (screen_width(s, text, n) <= w)
		return screen_putn(s, y, x, w, role, text, n);
	used = screen_putn(s, y, x, w - 1, role, text, n);
	return used + screen_putn(s, y, x + used, 1, role, mark, strlen(mark));
}

int screen_putf(struct screen *s, int y, int x, int w, enum role role, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return 0;
	n = screen_put(s, y, x, w, role, text);
	free(text);
	return n;
}

int screen_put_right(struct screen *s, int y, int x, int w, enum role role, const char *text)
{
	int cols = screen_width(s, text, strlen(text));

	if (cols < w)
		return screen_put(s, y, x + w - cols, cols, role, text);
	return screen_put(s, y, x, w, role, text);
}

void screen_fill(struct screen *s, struct rect r, enum role role)
{
	screen_use(s, role);
	for (int y = r.y; y < r.y + r.h; y++) {
		int w = clip(s, y, r.x, r.w);

		if (w > 0 && wmove(s->win, y, r.x) == OK)
			for (int x = 0; x < w; x++)
				waddnwstr(s->win, L" ", 1);
	}
}
