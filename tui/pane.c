#include "tui/pane.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "base/text.h"
#include "base/units.h"
#include "tui/command.h"

#define HEAD_ROWS 2 /* title and header */

void pane_init(struct pane *p)
{
	*p = (struct pane){.sort = -1};
}

void pane_clear(struct pane *p)
{
	list_clear(&p->list);
	free(p->order);
	pane_init(p);
}

/* --- cells ------------------------------------------------------------------------------------ */

static void format_time(double seconds, char out[CELL_SIZE])
{
	time_t at = (time_t)seconds;
	struct tm tm;

	if (!localtime_r(&at, &tm) || strftime(out, CELL_SIZE, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(out, CELL_SIZE, "?");
}

static void format_number(const struct cell *c, double elapsed, char out[CELL_SIZE])
{
	char figure[UNITS_SIZE];

	switch (c->kind) {
	case CELL_BYTES:
		snprintf(out, CELL_SIZE, "%s", units_bytes(c->number, figure));
		break;
	case CELL_PERCENT:
		snprintf(out, CELL_SIZE, "%.0f %%", c->number);
		break;
	case CELL_DURATION:
		snprintf(out, CELL_SIZE, "%s", units_duration(c->number, figure));
		break;
	case CELL_AGE:
		snprintf(out, CELL_SIZE, "%s", units_age(c->number + elapsed, figure));
		break;
	case CELL_TIME:
		format_time(c->number, out);
		break;
	default:
		snprintf(out, CELL_SIZE, "%.0f", c->number);
		break;
	}
}

char *cell_format(const struct cell *c, double elapsed, char out[CELL_SIZE])
{
	size_t n;

	if (c->kind == CELL_TEXT) {
		snprintf(out, CELL_SIZE, "%s", c->text ? c->text : "?");
		return out;
	}
	if (isnan(c->number))
		snprintf(out, CELL_SIZE, "?");
	else
		format_number(c, elapsed, out);
	n = strlen(out);
	if (c->text && *c->text)
		snprintf(out + n, CELL_SIZE - n, " %s", c->text);
	return out;
}

static bool cell_unknown(const struct cell *c)
{
	return c->kind == CELL_TEXT ? !c->text : isnan(c->number);
}

/* --- which rows, in which order --------------------------------------------------------------- */

struct sorting {
	const struct table *table;
	int column;
	bool reverse;
};

static int compare_cells(const struct cell *a, const struct cell *b)
{
	if (cell_unknown(a) || cell_unknown(b))
		return cell_unknown(a) - cell_unknown(b);
	if (a->kind == CELL_TEXT)
		return strverscmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

static int compare_rows(const void *a, const void *b, void *ctx)
{
	const struct sorting *s = ctx;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct cell *x = &s->table->rows[i].cells[s->column],
			  *y = &s->table->rows[j].cells[s->column];
	int order = compare_cells(x, y);

	if (s->reverse && !cell_unknown(x) && !cell_unknown(y))
		order = -order;
	return order ? order : (i > j) - (i < j); /* equal ones stay in the server's order */
}

static void row_words(const struct table *t, const struct row *r, struct buf *out)
{
	char cell[CELL_SIZE];

	buf_reset(out);
	for (int c = 0; c < t->ncolumns; c++) {
		if (c)
			buf_addc(out, ' ');
		buf_adds(out, cell_format(&r->cells[c], 0, cell));
	}
}

static size_t filter_rows(struct pane *p, struct match *match, bool invert, int *result)
{
	struct buf words;
	size_t count = 0;

	buf_init(&words, 0);
	for (size_t i = 0; i < p->table->nrows; i++) {
		int found = 1;

		if (match) {
			row_words(p->table, &p->table->rows[i], &words);
			found = match_find(match, buf_str(&words), words.len, 0, NULL, NULL);
			if (found < 0)
				*result = ERR_LIMIT;
			found = found > 0 ? !invert : found == 0 ? invert : 0;
		}
		if (found)
			p->order[count++] = i;
	}
	buf_clear(&words);
	return count;
}

static void measure(struct pane *p)
{
	const struct table *t = p->table;
	char cell[CELL_SIZE];

	for (int c = 0; c < t->ncolumns && c < PANE_COLUMNS_MAX; c++) {
		p->natural[c] = text_width(_(t->columns[c].title)) + (c == p->sort ? 2 : 0);
		for (size_t i = 0; i < t->nrows; i++) {
			const struct row *r = &t->rows[i];
			int w = text_width(cell_format(&r->cells[c], p->elapsed, cell));

			if (c == 0)
				w += 2 * r->depth;
			if (w > p->natural[c])
				p->natural[c] = w;
		}
	}
}

static const char *row_tag(const void *ctx, size_t i)
{
	const struct pane *p = ctx;

	return p->table->rows[p->order[i]].tag;
}

int pane_update(struct pane *p, const struct table *t, struct match *match, bool invert)
{
	struct sorting by = {t, p->sort, p->reverse};
	size_t count;
	int result = 0;

	if (p->sort >= t->ncolumns)
		p->sort = -1;
	p->table = t;
	p->order = xrealloc(p->order, t->nrows + 1, sizeof *p->order);
	count = filter_rows(p, match, invert, &result);
	if (p->sort >= 0)
		qsort_r(p->order, count, sizeof *p->order, compare_rows, &by);
	measure(p);
	list_update(&p->list, count, row_tag, p);
	return result;
}

/* --- room ------------------------------------------------------------------------------------- */

int pane_height_wanted(const struct pane *p)
{
	return HEAD_ROWS + (p->list.count ? (int)p->list.count : 1) +
	       (p->table && p->table->dropped > 0);
}

void pane_layout(struct pane *p, struct rect r)
{
	p->rect = r;
	list_resize(&p->list, r.h - HEAD_ROWS);
}

/*
 * The columns up to a priority, as wide as their cells; capped: texts no wider than the column asks
 * for. Returns the columns that are missing in w.
 */
static int widths_for(const struct pane *p, int w, int keep, bool capped, int *widths)
{
	const struct table *t = p->table;
	int used = 0;

	for (int c = 0; c < t->ncolumns && c < PANE_COLUMNS_MAX; c++) {
		const struct column *k = &t->columns[c];

		widths[c] = k->priority <= keep ? p->natural[c] : 0;
		if (capped && k->kind == CELL_TEXT && k->width > 0 && widths[c] > k->width)
			widths[c] = k->width;
		used += widths[c] ? widths[c] + 2 : 0;
	}
	return used - 2 - w;
}

/* Columns that take what is left give some, but not so much that nobody knows their names. */
static int narrow_names(const struct table *t, int missing, int least, int *widths)
{
	int names = 0;

	for (int c = 0; c < t->ncolumns && c < PANE_COLUMNS_MAX; c++)
		names += t->columns[c].width == 0;
	for (int c = 0; c < t->ncolumns && c < PANE_COLUMNS_MAX && names > 0; c++) {
		int give;

		if (t->columns[c].width != 0)
			continue;
		give = (missing + names - 1) / names;
		if (widths[c] - give < least)
			give = widths[c] > least ? widths[c] - least : 0;
		widths[c] -= give;
		missing -= give;
		names--;
	}
	return missing;
}

/* Widths of the columns in w, 0 for those that have no room. */
static void column_widths(const struct pane *p, int w, int widths[PANE_COLUMNS_MAX])
{
	for (int keep = 9; keep >= 0; keep--) {
		int missing = widths_for(p, w, keep, false, widths);

		if (missing <= 0)
			return;
		missing = widths_for(p, w, keep, true, widths);
		if (missing <= 0)
			return;
		if (narrow_names(p->table, missing, keep > 0 ? 24 : 8, widths) <= 0)
			return;
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_title(
	const struct pane *p, struct screen *s, const char *note, bool focus, bool stale)
{
	struct rect r = p->rect;
	enum role line = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	int x = r.x + 2, w;

	screen_hline(s, r.y, r.x, r.w, line);
	screen_put(s, r.y, x - 1, 1, line, " ");
	x += screen_put(
		s, r.y, x, r.w - 4, focus ? ROLE_TITLE_FOCUS : ROLE_TITLE, _(p->table->title));
	x += screen_put(s, r.y, x, 1, line, " ");
	if (p->table->nrows > 1)
		x += screen_putf(s, r.y, x, 14, ROLE_DIM, "%zu ", p->list.count);
	if (!note)
		return;
	w = text_width(note);
	if (x + w + 4 > r.x + r.w)
		return;
	screen_put(s, r.y, r.x + r.w - w - 3, 1, line, " ");
	screen_put(s, r.y, r.x + r.w - w - 2, w, stale ? ROLE_WARN : ROLE_DIM, note);
	screen_put(s, r.y, r.x + r.w - 2, 1, line, " ");
}

static void draw_header(const struct pane *p, struct screen *s, const int *widths)
{
	int x = p->rect.x + 1;

	for (int c = 0; c < p->table->ncolumns && c < PANE_COLUMNS_MAX; c++) {
		const struct column *k = &p->table->columns[c];
		char title[CELL_SIZE];

		if (!widths[c])
			continue;
		snprintf(title, sizeof title, "%s%s%s", _(k->title), c == p->sort ? " " : "",
			c == p->sort ? screen_sign(s, p->reverse ? SIGN_DOWN : SIGN_UP) : "");
		if (k->kind == CELL_TEXT)
			screen_put(s, p->rect.y + 1, x, widths[c], ROLE_HEADER, title);
		else
			screen_put_right(s, p->rect.y + 1, x, widths[c], ROLE_HEADER, title);
		x += widths[c] + 2;
	}
}

static enum role cell_role(const struct cell *c, int column, bool stale)
{
	if (stale)
		return ROLE_STALE;
	if (cell_unknown(c))
		return ROLE_UNKNOWN;
	if (c->level == LEVEL_NONE)
		return column == 0 ? ROLE_STRONG : ROLE_TEXT;
	return level_role(c->level);
}

static enum level row_level(const struct table *t, const struct row *r)
{
	enum level worst = LEVEL_NONE;

	for (int c = 0; c < t->ncolumns; c++)
		if (r->cells[c].level == LEVEL_BAD ||
			(r->cells[c].level == LEVEL_WARN && worst != LEVEL_BAD))
			worst = r->cells[c].level;
	return worst;
}

static void draw_row(const struct pane *p, struct screen *s, const struct row *r, int y,
	const int *widths, bool stale)
{
	int x = p->rect.x + 1;
	enum level worst = row_level(p->table, r);

	if (worst == LEVEL_WARN ||
		worst == LEVEL_BAD) /* beside the colour, for eyes that see none */
		screen_put(s, y, p->rect.x, 1, stale ? ROLE_STALE : level_role(worst),
			screen_sign(s, level_sign(worst)));
	for (int c = 0; c < p->table->ncolumns && c < PANE_COLUMNS_MAX; c++) {
		const struct cell *cell = &r->cells[c];
		enum role role = cell_role(cell, c, stale);
		int indent = c == 0 && p->sort < 0 ? 2 * r->depth : 0;
		char words[CELL_SIZE];

		if (!widths[c])
			continue;
		cell_format(cell, p->elapsed, words);
		if (p->table->columns[c].kind == CELL_TEXT)
			screen_put(s, y, x + indent, widths[c] - indent, role, words);
		else
			screen_put_right(s, y, x, widths[c], role, words);
		x += widths[c] + 2;
	}
}

void pane_draw(const struct pane *p, struct screen *s, const char *note, bool focus, bool stale)
{
	struct rect r = p->rect;
	int widths[PANE_COLUMNS_MAX];
	int rows = r.h - HEAD_ROWS;

	if (r.h < 1)
		return;
	column_widths(p, r.w - 3, widths);
	draw_title(p, s, note, focus, stale);
	if (r.h < HEAD_ROWS)
		return;
	draw_header(p, s, widths);
	if (p->list.count == 0)
		screen_put(s, r.y + HEAD_ROWS, r.x + 1, r.w - 2, ROLE_DIM,
			p->table->nrows ? _("nothing matches the filter") : _("none"));
	for (int i = 0; i < rows && p->list.top + (size_t)i < p->list.count; i++) {
		size_t at = p->list.top + (size_t)i;
		int y = r.y + HEAD_ROWS + i;

		if (at == p->list.cursor && (focus || p->list.count > 1)) {
			screen_surface(s, focus ? ROLE_CURSOR : ROLE_TEXT);
			if (focus)
				screen_fill(s, (struct rect){y, r.x, 1, r.w}, ROLE_CURSOR);
		}
		draw_row(p, s, &p->table->rows[p->order[at]], y, widths, stale);
		screen_surface(s, ROLE_TEXT);
	}
	if (p->table->dropped > 0 && rows > 1)
		screen_putf(s, r.y + r.h - 1, r.x + 1, r.w - 2, ROLE_WARN,
			_("and %zu more that are not kept"), p->table->dropped);
	screen_scrollbar(s, r.y + HEAD_ROWS, r.x + r.w - 1, rows, p->list.top, p->list.count);
}

/* --- what the operator does ------------------------------------------------------------------- */

bool pane_command(struct pane *p, enum command_id id)
{
	return list_command(&p->list, id, row_tag, p);
}

bool pane_click(struct pane *p, int y, int delta)
{
	if (delta)
		list_move(&p->list, delta, row_tag, p);
	return delta == 0 && list_click(&p->list, y - p->rect.y - HEAD_ROWS, row_tag, p);
}

int pane_column(const struct pane *p, const char *name)
{
	for (int c = 0; p->table && c < p->table->ncolumns; c++)
		if (strcasecmp(p->table->columns[c].id, name) == 0 ||
			strcasecmp(_(p->table->columns[c].title), name) == 0)
			return c;
	return -1;
}

const struct row *pane_row(const struct pane *p)
{
	return p->table && p->list.count ? &p->table->rows[p->order[p->list.cursor]] : NULL;
}

char *pane_detail(const struct pane *p)
{
	const struct row *r = pane_row(p);
	struct buf b;
	char cell[CELL_SIZE];
	int widest = 0;

	if (!r)
		return NULL;
	for (int c = 0; c < p->table->ncolumns; c++) {
		int w = text_width(_(p->table->columns[c].title));

		widest = w > widest ? w : widest;
	}
	buf_init(&b, 0);
	for (int c = 0; c < p->table->ncolumns; c++) {
		const char *title = _(p->table->columns[c].title);

		buf_addf(&b, "%s%*s  %s\n", title, widest - text_width(title), "",
			cell_format(&r->cells[c], p->elapsed, cell));
	}
	if (r->detail && *r->detail)
		buf_addf(&b, "\n%s%s", r->detail,
			r->detail[strlen(r->detail) - 1] == '\n' ? "" : "\n");
	return buf_take(&b);
}

char *pane_copy(const struct pane *p)
{
	const struct row *r = pane_row(p);
	struct buf b;
	char cell[CELL_SIZE];

	if (!r)
		return NULL;
	buf_init(&b, 0);
	for (int c = 0; c < p->table->ncolumns; c++)
		buf_addf(&b, "%s%s", c ? "\t" : "", cell_format(&r->cells[c], p->elapsed, cell));
	return buf_take(&b);
}
