#include "tui/widget.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/cdk_utf8.h"
#include "tui/curses.h"
#include "tui/keys.h"

#include <cdk/cdk.h>

#define ENTRY_MAX 1000 /* columns typed */

enum widget_kind { WIDGET_ENTRY, WIDGET_LIST, WIDGET_MARKS, WIDGET_BUTTONS };

struct widget {
	enum widget_kind kind;
	CDKSCREEN *cdk;
	CDKENTRY *entry;
	CDKSCROLL *list;
	CDKSELECTION *marks;
	CDKBUTTONBOX *buttons;
};

static struct widget *widget_new(enum widget_kind kind)
{
	struct widget *w = xcalloc(1, sizeof *w);

	cdk_utf8_reset();
	w->kind = kind;
	w->cdk = initCDKScreen(stdscr);
	raw(); /* initCDKScreen() has said cbreak(): keys would be signals again */
	return w;
}

struct widget *widget_entry(struct screen *s, struct rect r, bool secret, const char *value)
{
	struct widget *w = widget_new(WIDGET_ENTRY);
	chtype look;
	char *bytes;

	screen_surface(s, ROLE_TEXT);
	look = screen_chtype(s, ROLE_ENTRY);
	w->entry = newCDKEntry(w->cdk, r.x, r.y, "", "", look, look | ' ',
		secret ? vHMIXED : vMIXED, r.w, 0, ENTRY_MAX, FALSE, FALSE);
	if (!w->entry) {
		widget_free(w);
		return NULL;
	}
	setCDKEntryHiddenChar(w->entry, look | '*');
	bytes = cdk_utf8_encode(value);
	setCDKEntryValue(w->entry, bytes);
	explicit_bzero(bytes, strlen(bytes));
	free(bytes);
	return w;
}

static char **encode_all(const char *const *items, size_t n)
{
	char **bytes = xcalloc(n + 1, sizeof *bytes);

	for (size_t i = 0; i < n; i++) {
		char *padded = xasprintf(" %s ", items[i]);

		bytes[i] = cdk_utf8_encode(padded);
		free(padded);
	}
	return bytes;
}

static void free_all(char **bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(bytes[i]);
	free(bytes);
}

struct widget *widget_list(
	struct screen *s, struct rect r, const char *const *items, size_t n, size_t current)
{
	struct widget *w = widget_new(WIDGET_LIST);
	char **bytes = encode_all(items, n);

	screen_surface(s, ROLE_TEXT);
	w->list = newCDKScroll(w->cdk, r.x, r.y, n > (size_t)r.h ? RIGHT : NONE, r.h, r.w, "",
		(CDK_CSTRING2)bytes, (int)n, FALSE, screen_chtype(s, ROLE_BUTTON_FOCUS), FALSE,
		FALSE);
	free_all(bytes, n);
	if (!w->list) {
		widget_free(w);
		return NULL;
	}
	/* CDK 5.0.20250116 makes it a row too small for what it shows: the last item would be out of sight. */
	if (getmaxy(w->list->listWin) < w->list->viewSize)
		wresize(w->list->listWin, w->list->viewSize, getmaxx(w->list->listWin));
	setCDKScrollBackgroundAttrib(w->list, screen_chtype(s, ROLE_DIALOG));
	setCDKScrollCurrentItem(w->list, (int)current);
	return w;
}

struct widget *widget_marks(struct screen *s, struct rect r, const char *const *items, size_t n,
	size_t current, const bool *marked)
{
	static const char *const boxes[] = {"[ ]", "[x]"};
	struct widget *w = widget_new(WIDGET_MARKS);
	char **bytes = encode_all(items, n);

	screen_surface(s, ROLE_TEXT);
	w->marks = newCDKSelection(w->cdk, r.x, r.y, n > (size_t)r.h ? RIGHT : NONE, r.h, r.w, "",
		(CDK_CSTRING2)bytes, (int)n, (CDK_CSTRING2)boxes, 2,
		screen_chtype(s, ROLE_BUTTON_FOCUS), FALSE, FALSE);
	free_all(bytes, n);
	if (!w->marks) {
		widget_free(w);
		return NULL;
	}
	setCDKSelectionBackgroundAttrib(w->marks, screen_chtype(s, ROLE_DIALOG));
	for (size_t i = 0; i < n; i++)
		setCDKSelectionChoice(w->marks, (int)i, marked[i]);
	setCDKSelectionCurrent(w->marks, (int)current);
	return w;
}

struct widget *widget_buttons(
	struct screen *s, struct rect r, const char *const *names, int n, int current)
{
	struct widget *w = widget_new(WIDGET_BUTTONS);
	char **bytes = encode_all(names, (size_t)n);

	screen_surface(s, ROLE_TEXT);
	w->buttons = newCDKButtonbox(w->cdk, r.x, r.y, 1, r.w, "", 1, n, (CDK_CSTRING2)bytes, n,
		screen_chtype(s, ROLE_BUTTON_FOCUS), FALSE, FALSE);
	free_all(bytes, (size_t)n);
	if (!w->buttons) {
		widget_free(w);
		return NULL;
	}
	/* CDK adds two rows to the height it is given: they would lie over the hint below. */
	wresize(w->buttons->win, 1, w->buttons->boxWidth);
	setCDKButtonboxBackgroundAttrib(w->buttons, screen_chtype(s, ROLE_DIALOG));
	setCDKButtonboxCurrentButton(w->buttons, current);
	return w;
}

void widget_free(struct widget *w)
{
	if (!w)
		return;
	if (w->entry) {
		explicit_bzero(w->entry->info, (size_t)w->entry->infoWidth);
		destroyCDKEntry(w->entry);
	}
	if (w->list)
		destroyCDKScroll(w->list);
	if (w->marks)
		destroyCDKSelection(w->marks);
	if (w->buttons)
		destroyCDKButtonbox(w->buttons);
	destroyCDKScreen(w->cdk);
	free(w);
}

static int curses_key(int key)
{
	static const struct {
		int key, curses;
	} known[] = {
		{K_UP, KEY_UP},
		{K_DOWN, KEY_DOWN},
		{K_LEFT, KEY_LEFT},
		{K_RIGHT, KEY_RIGHT},
		{K_HOME, KEY_HOME},
		{K_END, KEY_END},
		{K_PGUP, KEY_PPAGE},
		{K_PGDN, KEY_NPAGE},
		{K_BACKSPACE, KEY_BACKSPACE},
		{K_DELETE, KEY_DC},
		{K_CTRL('A'), KEY_HOME},
		{K_CTRL('E'), KEY_END},
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].key == key)
			return known[i].curses;
	return -1;
}

static bool at_second(const CDKENTRY *e, int offset)
{
	int at = e->screenCol + e->leftChar + offset;

	return at >= 0 && at < e->infoWidth && (unsigned char)e->info[at] == CDK_UTF8_SECOND;
}

/* Wide characters are two bytes: what is done to one is done to both. */
static void entry_key(CDKENTRY *e, int key)
{
	int code = curses_key(key);

	if (key == K_CTRL('U')) {
		cleanCDKEntry(e);
	} else if (code == KEY_BACKSPACE || code == KEY_LEFT) {
		if (at_second(e, -1))
			injectCDKEntry(e, (chtype)code);
		injectCDKEntry(e, (chtype)code);
	} else if (code == KEY_DC || code == KEY_RIGHT) {
		bool wide = at_second(e, 1);

		injectCDKEntry(e, (chtype)code);
		if (wide)
			injectCDKEntry(e, (chtype)code);
	} else if (code == KEY_HOME || code == KEY_END) {
		injectCDKEntry(e, (chtype)code);
	} else if (key >= ' ' && key < K_UP && key != K_BACKSPACE) {
		int w = key < 0x80 ? 1 : wcwidth((wchar_t)key);

		if (w <= 0)
			return;
		injectCDKEntry(e, (chtype)cdk_utf8_code((unsigned)key));
		if (w == 2)
			injectCDKEntry(e, (chtype)CDK_UTF8_SECOND);
	}
}

void widget_key(struct widget *w, int key)
{
	int code = curses_key(key);

	if (w->kind == WIDGET_ENTRY)
		entry_key(w->entry, key);
	else if (w->kind == WIDGET_LIST && code >= 0 && code != KEY_LEFT && code != KEY_RIGHT)
		injectCDKScroll(w->list, (chtype)code);
	else if (w->kind == WIDGET_MARKS &&
		 (key == ' ' || (code >= 0 && code != KEY_LEFT && code != KEY_RIGHT)))
		injectCDKSelection(w->marks, (chtype)(key == ' ' ? ' ' : code));
	else if (w->kind == WIDGET_BUTTONS && (code == KEY_LEFT || code == KEY_RIGHT))
		injectCDKButtonbox(w->buttons, (chtype)code);
}

void widget_text(struct widget *w, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; w->kind == WIDGET_ENTRY && i < n;) {
		unsigned code;

		i += utf8_next(text + i, n - i, &code);
		entry_key(w->entry, (int)code);
	}
}

char *widget_value(const struct widget *w)
{
	return w->kind == WIDGET_ENTRY ? cdk_utf8_decode(getCDKEntryValue(w->entry)) : xstrdup("");
}

int widget_current(const struct widget *w)
{
	if (w->kind == WIDGET_LIST)
		return getCDKScrollCurrentItem(w->list);
	if (w->kind == WIDGET_MARKS)
		return getCDKSelectionCurrent(w->marks);
	if (w->kind == WIDGET_BUTTONS)
		return getCDKButtonboxCurrentButton(w->buttons);
	return 0;
}

/* Rows of a list, which has no frame and no title. */
static int row_at(const WINDOW *win, int top, int n, int y, int x)
{
	int row = y - getbegy(win), i = top + row;

	return row >= 0 && row < getmaxy(win) && x >= getbegx(win) &&
			       x < getbegx(win) + getmaxx(win) && i < n
		       ? i
		       : -1;
}

/* Where CDK's drawing puts them. */
static int button_at(const CDKBUTTONBOX *b, int y, int x)
{
	int col = getbegx(b->win) + b->colAdjust / 2;

	for (int i = 0; i < b->buttonCount && y == getbegy(b->win); i++) {
		if (x >= col && x < col + b->buttonLen[i])
			return i;
		col += b->columnWidths[i] + b->colAdjust;
	}
	return -1;
}

int widget_at(const struct widget *w, int y, int x)
{
	if (w->kind == WIDGET_LIST)
		return row_at(w->list->win, w->list->currentTop, w->list->listSize, y, x);
	if (w->kind == WIDGET_MARKS)
		return row_at(w->marks->win, w->marks->currentTop, w->marks->listSize, y, x);
	return w->kind == WIDGET_BUTTONS ? button_at(w->buttons, y, x) : -1;
}

void widget_to(struct widget *w, int i)
{
	int top;

	/* an item that is seen stays where it is: CDK would scroll it to the top */
	if (w->kind == WIDGET_LIST) {
		top = w->list->currentTop;
		w->list->currentItem = i;
		w->list->currentHigh = i - top;
	} else if (w->kind == WIDGET_MARKS) {
		top = w->marks->currentTop;
		w->marks->currentItem = i;
		w->marks->currentHigh = i - top;
	} else if (w->kind == WIDGET_BUTTONS) {
		setCDKButtonboxCurrentButton(w->buttons, i);
	}
}

bool widget_marked(const struct widget *w, size_t i)
{
	return w->kind == WIDGET_MARKS && getCDKSelectionChoice(w->marks, (int)i) == 1;
}

void widget_mark_all(struct widget *w, bool marked)
{
	for (int i = 0; w && w->kind == WIDGET_MARKS && i < w->marks->listSize; i++)
		setCDKSelectionChoice(w->marks, i, marked);
}

static void above(WINDOW *win)
{
	if (!win)
		return;
	touchwin(win);
	wnoutrefresh(win);
}

void widget_refresh(struct widget *w)
{
	if (w->kind == WIDGET_LIST) {
		drawCDKScroll(w->list, FALSE);
		above(w->list->win);
		above(w->list->listWin);
		if (w->list->scrollbarWin)
			above(w->list->scrollbarWin);
		curs_set(0);
	} else if (w->kind == WIDGET_MARKS) {
		drawCDKSelection(w->marks, FALSE);
		above(w->marks->win);
		if (w->marks->scrollbarWin)
			above(w->marks->scrollbarWin);
		curs_set(0);
	} else if (w->kind == WIDGET_BUTTONS) {
		drawCDKButtonbox(w->buttons, FALSE);
		above(w->buttons->win);
		curs_set(0);
	} else {
		drawCDKEntry(w->entry, FALSE);
		above(w->entry->win);
		above(w->entry->fieldWin);
		curs_set(1);
	}
}
