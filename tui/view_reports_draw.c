/* view_reports_draw: the Reports place in cells: the list, or the report that is read. */
#include "tui/view_reports.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/units.h"

#define BEGAN_WIDTH 17
#define LASTED_WIDTH 13
#define COUNT_WIDTH 9
#define CHECKED_WIDTH 13
#define HOST_FROM 100 /* columns of a screen that has room for the host's name */
#define HOST_WIDTH 20

static int name_width(struct rect r)
{
	int w = r.w - 4 - BEGAN_WIDTH - LASTED_WIDTH - COUNT_WIDTH - CHECKED_WIDTH;

	return r.w >= HOST_FROM ? w - HOST_WIDTH : w;
}

static void draw_columns(struct screen *s, struct rect r)
{
	int x = r.x + 2, y = r.y + 1;

	screen_put(s, y, x, name_width(r) - 1, ROLE_HEADER, _("run or session"));
	x += name_width(r);
	if (r.w >= HOST_FROM) {
		screen_put(s, y, x, HOST_WIDTH - 1, ROLE_HEADER, _("host"));
		x += HOST_WIDTH;
	}
	screen_put(s, y, x, BEGAN_WIDTH - 1, ROLE_HEADER, _("began"));
	x += BEGAN_WIDTH;
	screen_put(s, y, x, LASTED_WIDTH - 1, ROLE_HEADER, _("lasted"));
	x += LASTED_WIDTH;
	screen_put_right(s, y, x, COUNT_WIDTH - 1, ROLE_HEADER, _("records"));
	x += COUNT_WIDTH;
	screen_put(s, y, x, CHECKED_WIDTH - 1, ROLE_HEADER, _("checked"));
}

static void draw_times(struct screen *s, int y, int x, const struct record_row *row)
{
	char words[UNITS_SIZE] = "?";
	time_t t = (time_t)(row->began_ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(words, sizeof words, "%Y-%m-%d %H:%M", &tm);
	screen_put(s, y, x, BEGAN_WIDTH - 1, ROLE_TEXT, words);
	if (row->open)
		screen_put(s, y, x + BEGAN_WIDTH, LASTED_WIDTH - 1, ROLE_RUNNING, _("open"));
	else
		screen_put(s, y, x + BEGAN_WIDTH, LASTED_WIDTH - 1, ROLE_TEXT,
			units_duration((double)(row->ended_ms - row->began_ms) / 1000, words));
}

static void draw_checked(struct screen *s, int y, int x, const struct checked *c)
{
	enum role role = !c ? ROLE_DIM : c->intact ? ROLE_OK : ROLE_BAD;
	enum sign sign = !c ? SIGN_UNKNOWN : c->intact ? SIGN_OK : SIGN_BAD;

	screen_put(s, y, x, 1, role, screen_sign(s, sign));
	screen_put(s, y, x + 2, CHECKED_WIDTH - 3, role, !c ? _("not yet") : c->intact ? _("holds") : _("broken"));
}

static void draw_row(const struct view_reports *p, struct screen *s, size_t i, int y)
{
	struct rect r = p->view.rect;
	const struct record_row *row = &p->rows[p->shown[i]];
	bool here = i == p->list.cursor;
	int x = r.x + 2, w = name_width(r);

	screen_surface(s, here ? ROLE_CURSOR : ROLE_TEXT);
	if (here)
		screen_fill(s, (struct rect){y, r.x, 1, r.w - 1}, ROLE_TEXT);
	screen_put(s, y, r.x, 1, row->is_run ? ROLE_ACCENT : ROLE_DIM,
		row->is_run ? screen_sign(s, SIGN_MARK) : " ");
	x += screen_put(s, y, x, w - 1, row->is_run ? ROLE_STRONG : ROLE_TEXT, row->name);
	if (row->is_run)
		screen_putf(s, y, x, r.x + 1 + w - x, ROLE_DIM, P_(" %zu session", " %zu sessions", row->sessions),
			row->sessions);
	else if (row->runs && *row->runs)
		screen_putf(s, y, x, r.x + 1 + w - x, ROLE_DIM, " %s", row->runs);
	x = r.x + 2 + w;
	if (r.w >= HOST_FROM) {
		screen_put(s, y, x, HOST_WIDTH - 1, ROLE_DIM, row->host);
		x += HOST_WIDTH;
	}
	draw_times(s, y, x, row);
	x += BEGAN_WIDTH + LASTED_WIDTH;
	char count[32];
	snprintf(count, sizeof count, "%zu", row->records);
	screen_put_right(s, y, x, COUNT_WIDTH - 1, ROLE_TEXT, count);
	draw_checked(s, y, x + COUNT_WIDTH, reports_checked(p, row->what));
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
		screen_put(s, r.y + 2, r.x + 2, r.w - 4, ROLE_DIM, !p->listed ? _("Reading journals…") :
			p->match ? _("Nothing matches the filter.") : _("No session has been recorded yet."));
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
	x += 1 + screen_putf(s, r.y, x, r.x + r.w - x, ROLE_DIM, " · %s · ", format_name(p->format));
	draw_checked(s, r.y, x, c);
	screen_put_right(s, r.y, r.x, r.w, ROLE_DIM, _("Esc: list"));
	for (size_t i = p->page_top; i < p->page->n && (int)(i - p->page_top) < r.h - 1; i++) {
		const struct page_line *line = &p->page->lines[i];

		screen_put(s, r.y + 1 + (int)(i - p->page_top), r.x + 1 + line->indent, r.w - 3 - line->indent,
			line->role, line->text);
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
