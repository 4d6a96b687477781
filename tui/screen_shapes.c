/* screen_shapes: frames, bars, sparklines, signs: what is drawn with more than words. */
#include "tui/curses.h"

#include <math.h>
#include <string.h>

/* n times the same sign of one column. */
static void repeat(struct screen *s, int y, int x, int n, enum role role, const char *sign)
{
	for (int i = 0; i < n; i++)
		screen_putn(s, y, x + i, 1, role, sign, strlen(sign));
}

void screen_hline(struct screen *s, int y, int x, int w, enum role role)
{
	repeat(s, y, x, w, role, s->ascii ? "-" : "\u2500");
}

void screen_vline(struct screen *s, int y, int x, int h, enum role role)
{
	for (int i = 0; i < h; i++)
		screen_put(s, y + i, x, 1, role, s->ascii ? "|" : "\u2502");
}

struct rect screen_box(
	struct screen *s, struct rect r, const char *title, const char *note, bool focus)
{
	static const char *const utf8[] = {"\u250c", "\u2510", "\u2514", "\u2518"};
	const char *const *corner = utf8;
	static const char *const plain[] = {"+", "+", "+", "+"};
	bool dialog = screen_on_dialog(s);
	enum role role = dialog ? ROLE_DIALOG_BORDER : focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	enum role named = dialog ? ROLE_DIALOG_TITLE : focus ? ROLE_TITLE_FOCUS : ROLE_TITLE;
	int used = 0;

	if (s->ascii)
		corner = plain;
	screen_hline(s, r.y, r.x + 1, r.w - 2, role);
	screen_hline(s, r.y + r.h - 1, r.x + 1, r.w - 2, role);
	screen_vline(s, r.y + 1, r.x, r.h - 2, role);
	screen_vline(s, r.y + 1, r.x + r.w - 1, r.h - 2, role);
	screen_put(s, r.y, r.x, 1, role, corner[0]);
	screen_put(s, r.y, r.x + r.w - 1, 1, role, corner[1]);
	screen_put(s, r.y + r.h - 1, r.x, 1, role, corner[2]);
	screen_put(s, r.y + r.h - 1, r.x + r.w - 1, 1, role, corner[3]);
	if (title && *title && r.w > 6) {
		screen_put(s, r.y, r.x + 1, 1, role, " ");
		used = screen_put(s, r.y, r.x + 2, r.w - 4, named, title);
		screen_put(s, r.y, r.x + 2 + used, 1, role, " ");
	}
	if (note && *note) {
		int cols = screen_width(s, note, strlen(note));

		if (used + cols + 8 <= r.w) {
			screen_put(s, r.y, r.x + r.w - cols - 3, 1, role, " ");
			screen_put(s, r.y, r.x + r.w - cols - 2, cols, ROLE_DIM, note);
			screen_put(s, r.y, r.x + r.w - 2, 1, role, " ");
		}
	}
	return (struct rect){r.y + 1, r.x + 1, r.h - 2, r.w - 2};
}

void screen_bar(struct screen *s, int y, int x, int w, double fraction, enum level level)
{
	const char *full = s->ascii ? "=" : s->few_signs ? "\u2588" : "\u2501";
	const char *empty = s->ascii ? "." : s->few_signs ? "\u2591" : "\u2500";
	enum role role = level == LEVEL_BAD    ? ROLE_BAR_BAD
			 : level == LEVEL_WARN ? ROLE_BAR_WARN
					       : ROLE_BAR;
	int filled;

	if (w <= 0)
		return;
	if (isnan(fraction)) {
		repeat(s, y, x, w, ROLE_BAR_EMPTY, empty);
		return;
	}
	fraction = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
	filled = (int)(fraction * w + 0.5);
	if (filled == 0 && fraction > 0)
		filled = 1;
	repeat(s, y, x, filled, role, full);
	repeat(s, y, x + filled, w - filled, ROLE_BAR_EMPTY, empty);
}

void screen_spark(struct screen *s, int y, int x, int w, const double *values, size_t n, double max)
{
	static const char *const eighths[] = {
		"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
	static const char *const halves[] = {
		" ", " ", "\u2584", "\u2584", "\u2584", "\u2584", "\u2588", "\u2588"};
	static const char *const plain[] = {"_", "_", ".", ".", "-", "-", "^", "^"};
	const char *const *blocks = s->ascii ? plain : s->few_signs ? halves : eighths;
	size_t shown = w > 0 && n > (size_t)w ? (size_t)w : n;
	double top = max;

	values += n - shown;
	for (size_t i = 0; max <= 0 && i < shown; i++)
		top = values[i] > top ? values[i] : top;
	for (size_t i = 0; i < shown; i++) {
		int level;

		if (isnan(values[i]))
			continue;
		level = top > 0 ? (int)(values[i] / top * 7.999) : 0;
		level = level < 0 ? 0 : level > 7 ? 7 : level;
		screen_put(s, y, x + w - (int)shown + (int)i, 1, ROLE_SPARK, blocks[level]);
	}
}

void screen_scrollbar(struct screen *s, int y, int x, int h, size_t top, size_t count)
{
	int size, at;

	if (h <= 0 || count <= (size_t)h)
		return;
	size = (int)((double)h * h / (double)count + 0.5);
	size = size < 1 ? 1 : size;
	at = (int)((double)(h - size) * (double)top / (double)(count - (size_t)h) + 0.5);
	for (int i = 0; i < h; i++) {
		bool thumb = i >= at && i < at + size;

		screen_put(s, y + i, x, 1, thumb ? ROLE_TITLE : ROLE_BORDER,
			s->ascii ? (thumb ? "#" : "|") : (thumb ? "\u2503" : "\u2502"));
	}
}

enum role level_role(enum level l)
{
	static const enum role by_level[] = {
		[LEVEL_NONE] = ROLE_TEXT,
		[LEVEL_OK] = ROLE_OK,
		[LEVEL_WARN] = ROLE_WARN,
		[LEVEL_BAD] = ROLE_BAD,
		[LEVEL_UNKNOWN] = ROLE_UNKNOWN,
	};

	return by_level[l];
}

enum sign level_sign(enum level l)
{
	static const enum sign by_level[] = {
		[LEVEL_NONE] = SIGN_DOT,
		[LEVEL_OK] = SIGN_OK,
		[LEVEL_WARN] = SIGN_WARN,
		[LEVEL_BAD] = SIGN_BAD,
		[LEVEL_UNKNOWN] = SIGN_UNKNOWN,
	};

	return by_level[l];
}

const char *screen_sign(const struct screen *s, enum sign sign)
{
	static const struct {
		const char *utf8, *few, *ascii;
	} signs[SIGN_COUNT] = {
		[SIGN_OK] = {"\u2713", "\u221a", "+"},
		[SIGN_WARN] = {"!", "!", "!"},
		[SIGN_BAD] = {"\u2717", "x", "x"},
		[SIGN_UNKNOWN] = {"?", "?", "?"},
		[SIGN_RUNNING] = {"\u25b8", "\u25ba", ">"},
		[SIGN_TODO] = {"\u25cb", "\u25cb", "o"},
		[SIGN_SKIPPED] = {"\u2500", "\u2500", "-"},
		[SIGN_MARK] = {"\u25b8", "\u25ba", ">"},
		[SIGN_UP] = {"\u2191", "\u2191", "^"},
		[SIGN_DOWN] = {"\u2193", "\u2193", "v"},
		[SIGN_LINK] = {"\u25cf", "\u25cf", "*"},
		[SIGN_LOST] = {"\u25cb", "\u25cb", "x"},
		[SIGN_DOT] = {"\u00b7", "\u00b7", "."},
	};

	return s->ascii ? signs[sign].ascii : s->few_signs ? signs[sign].few : signs[sign].utf8;
}
