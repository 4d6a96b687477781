/* view_reports_draw: the Reports place in cells: the list, or the report that is read. */
#include "tui/view_reports.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/units.h"
#include "runbook/store.h"
#include "tui/app.h"

#define BEGAN_WIDTH 17
#define LASTED_WIDTH 13
#define COUNT_WIDTH 9
#define CHECKED_WIDTH 13
#define WIDE 100 /* columns of a screen that has room for all */

static int count_width(struct rect r)
{
	return r.w >= WIDE ? COUNT_WIDTH : 0;
}

static int host_width(struct rect r)
{
	return r.w >= WIDE ? 20 : 9;
}

static int name_width(struct rect r)
{
	return r.w - 4 - BEGAN_WIDTH - LASTED_WIDTH - count_width(r) - CHECKED_WIDTH -
	       host_width(r);
}

static void draw_columns(struct screen *s, struct rect r)
{
	int x = r.x + 2, y = r.y + 1;

	screen_put(s, y, x, name_width(r) - 1, ROLE_HEADER, _("run or session"));
	x += name_width(r);
	screen_put(s, y, x, host_width(r) - 1, ROLE_HEADER, _("host"));
	x += host_width(r);
	screen_put(s, y, x, BEGAN_WIDTH - 1, ROLE_HEADER, _("began"));
	x += BEGAN_WIDTH;
	screen_put(s, y, x, LASTED_WIDTH - 1, ROLE_HEADER, _("lasted"));
	x += LASTED_WIDTH;
	screen_put_right(s, y, x, count_width(r) - 1, ROLE_HEADER, _("records"));
	x += count_width(r) + (count_width(r) > 0);
	screen_put(s, y, x, CHECKED_WIDTH - 1, ROLE_HEADER, _("checked"));
}

static void draw_times(struct screen *s, int y, int x, const struct record_row *row, bool present)
{
	char words[UNITS_SIZE] = "?";
	time_t t = (time_t)(row->began_ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(words, sizeof words, "%Y-%m-%d %H:%M", &tm);
	screen_put(s, y, x, BEGAN_WIDTH - 1, ROLE_TEXT, words);
	if (present)
		screen_put(s, y, x + BEGAN_WIDTH, LASTED_WIDTH - 1, ROLE_ACCENT, _("this one"));
	else if (row->open)
		screen_put(s, y, x + BEGAN_WIDTH, LASTED_WIDTH - 1, ROLE_RUNNING, _("still open"));
	else
		screen_put(s, y, x + BEGAN_WIDTH, LASTED_WIDTH - 1, ROLE_TEXT,
			units_duration((double)(row->ended_ms - row->began_ms) / 1000, words));
}

static void draw_checked(struct screen *s, int y, int x, const struct checked *c)
{
	enum role role = !c ? ROLE_DIM : c->intact ? ROLE_OK : ROLE_BAD;
	enum sign sign = !c ? SIGN_UNKNOWN : c->intact ? SIGN_OK : SIGN_BAD;

	screen_put(s, y, x, 1, role, screen_sign(s, sign));
	screen_put(s, y, x + 2, CHECKED_WIDTH - 3, role,
		!c          ? _("not yet")
		: c->intact ? _("holds")
			    : _("broken"));
}

/* Is this the session we are in? */
static bool is_present(const struct view_reports *p, const struct record_row *row)
{
	const struct store *store = p->view.app->store;

	return store && !row->is_run && strcmp(row->name, store_session(store)) == 0;
}

static void draw_row(const struct view_reports *p, struct screen *s, size_t i, int y)
{
	struct rect r = p->view.rect;
	const struct record_row *row = &p->rows[p->shown[i]];
	bool here = i == p->list.cursor;
	int x = r.x + 2, w = name_width(r);
	char count[32];

	screen_surface(s, here ? ROLE_CURSOR : ROLE_TEXT);
	if (here)
		screen_fill(s, (struct rect){y, r.x, 1, r.w - 1}, ROLE_TEXT);
	screen_put(s, y, r.x, 1, row->is_run ? ROLE_ACCENT : ROLE_DIM,
		row->is_run ? screen_sign(s, SIGN_MARK) : " ");
	x += screen_put(s, y, x, w - 1, row->is_run ? ROLE_STRONG : ROLE_TEXT, row->name);
	if (row->is_run && r.w < WIDE)
		screen_putf(s, y, x, r.x + 1 + w - x, ROLE_DIM, " (%zu)", row->sessions);
	else if (row->is_run)
		screen_putf(s, y, x, r.x + 1 + w - x, ROLE_DIM,
			P_(" %zu session", " %zu sessions", row->sessions), row->sessions);
	else if (row->runs && *row->runs)
		screen_putf(s, y, x, r.x + 1 + w - x, ROLE_DIM, " %s", row->runs);
	x = r.x + 2 + w;
	screen_put(s, y, x, host_width(r) - 1, ROLE_DIM, row->host);
	x += host_width(r);
	draw_times(s, y, x, row, is_present(p, row));
	x += BEGAN_WIDTH + LASTED_WIDTH;
	snprintf(count, sizeof count, "%zu", row->records);
	screen_put_right(s, y, x, count_width(r) - 1, ROLE_TEXT, count);
	x += count_width(r) + (count_width(r) > 0);
	draw_checked(s, y, x, reports_checked(p, row->what));
	screen_surface(s, ROLE_TEXT);
}

static const char *format_name(enum report_format f)
{
	return f == REPORT_JSON ? "JSON" : "Markdown";
}

static void draw_list(const struct view_reports *p, struct screen *s, struct rect r)
{
	int x = r.x;

	x += screen_put(s, r.y, x, r.w, ROLE_TITLE_FOCUS, _("Runs and sessions"));
	if (p->match)
		x += screen_putf(s, r.y, x, r.x + r.w - x, ROLE_DIM, _(" · filtered (Esc: all)"));
	screen_put_right(s, r.y, r.x, r.w, ROLE_DIM, format_name(p->format));
	if (!p->listed || p->list.count == 0) {
		screen_put(s, r.y + 2, r.x + 2, r.w - 4, ROLE_DIM,
			!p->listed ? _("Reading journals…")
			: p->match ? _("Nothing matches the filter.")
				   : _("No session has been recorded yet."));
		return;
	}
	draw_columns(s, r);
	for (size_t i = p->list.top; i < p->list.count && (int)(i - p->list.top) < r.h - 2; i++)
		draw_row(p, s, i, r.y + 2 + (int)(i - p->list.top));
	screen_scrollbar(s, r.y + 2, r.x + r.w - 1, r.h - 2, p->list.top, p->list.count);
}

static void draw_page(const struct view_reports *p, struct screen *s, struct rect r)
{
	const struct checked *c = reports_checked(p, p->what);
	int x = r.x;

	x += screen_put(s, r.y, x, r.w - 30, ROLE_TITLE_FOCUS, p->what);
	x += 1 +
	     screen_putf(s, r.y, x, r.x + r.w - x, ROLE_DIM, " · %s · ", format_name(p->format));
	draw_checked(s, r.y, x, c);
	screen_put_right(s, r.y, r.x, r.w, ROLE_DIM, _("Esc: list"));
	for (size_t i = p->page_top; i < p->page->n && (int)(i - p->page_top) < r.h - 1; i++) {
		const struct page_line *line = &p->page->lines[i];

		int y = r.y + 1 + (int)(i - p->page_top), at = r.x + 1 + line->indent,
		    w = r.w - 3 - line->indent;
		int used = screen_putn(s, y, at, w, ROLE_STRONG, line->text, line->strong);

		screen_put(s, y, at + used, w - used, line->role, line->text + line->strong);
	}
	screen_scrollbar(s, r.y + 1, r.x + r.w - 1, r.h - 1, p->page_top, p->page->n);
}

void reports_view_draw(const struct view *v, struct screen *s, struct rect r)
{
	const struct view_reports *p = (const struct view_reports *)v;

	if (p->page)
		draw_page(p, s, r);
	else
		draw_list(p, s, r);
}
