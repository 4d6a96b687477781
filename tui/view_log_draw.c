/* view_log_draw: the Log place in cells: a line that says what is shown, then the log's lines. */
#include "tui/view_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app.h"

#define SPANS_MAX 64
#define SOURCE_WIDTH 16
#define SOURCE_FROM 100 /* columns of a screen that has room for the sources' names */

/* Columns before the text: time, source, sign. */
static int time_width(const struct view_log *l)
{
	return l->times == TIMES_OFF ? 0 : l->times == TIMES_LOCAL ? 9 : 11;
}

static int source_width(const struct view_log *l)
{
	return l->source < 0 && l->view.rect.w >= SOURCE_FROM ? SOURCE_WIDTH : 0;
}

static int text_columns(const struct view_log *l)
{
	int w = l->view.rect.w - time_width(l) - source_width(l) - 3; /* sign, blank, scroll bar */

	return w > 8 ? w : 8;
}

/* Bytes of s that go into the next w columns: at least a character. */
static size_t fold(const char *s, int w)
{
	size_t n = text_prefix(s, w, NULL);

	if (n == 0 && *s)
		for (n = 1; ((unsigned char)s[n] & 0xc0) == 0x80; n++)
			;
	return n;
}

int log_view_height(const struct view_log *l, size_t i)
{
	struct log_line line;
	int n = 0, w = text_columns(l);
	char *text, *p;

	if (!l->wrap)
		return 1;
	p = text = log_view_text(l, i, &line);
	do {
		p += fold(p, w);
		n++;
	} while (*p);
	free(text);
	return n;
}

static enum role kind_role(enum log_kind kind)
{
	switch (kind) {
	case LOG_SAID:
		return ROLE_STRONG;
	case LOG_EVENT:
		return ROLE_ACCENT;
	case LOG_WARNING:
		return ROLE_WARN;
	case LOG_ERROR:
		return ROLE_BAD;
	case LOG_OUTPUT:
		break;
	}
	return ROLE_TEXT;
}

static const char *kind_sign(const struct screen *s, enum log_kind kind)
{
	switch (kind) {
	case LOG_SAID:
		return screen_sign(s, SIGN_MARK);
	case LOG_EVENT:
		return screen_sign(s, SIGN_DOT);
	case LOG_WARNING:
		return screen_sign(s, SIGN_WARN);
	case LOG_ERROR:
		return screen_sign(s, SIGN_BAD);
	case LOG_OUTPUT:
		break;
	}
	return " ";
}

static void draw_time(const struct view_log *l, struct screen *s, int y, int x, int64_t wall_ms)
{
	struct log_line first;
	struct tm tm;
	time_t t = (time_t)(wall_ms / 1000);
	char words[32] = "";

	if (l->times == TIMES_LOCAL) {
		if (localtime_r(&t, &tm))
			strftime(words, sizeof words, "%H:%M:%S", &tm);
	} else {
		long long after;

		log_get(l->log, log_view_line(l, 0), &first);
		after = (wall_ms - first.wall_ms) / 1000;
		after = after < 0 ? 0 : after;
		snprintf(words, sizeof words, "+%02lld:%02lld:%02lld", after / 3600,
			after / 60 % 60, after % 60);
	}
	screen_put(s, y, x, time_width(l) - 1, ROLE_DIM, words);
}

struct piece {
	const char *text; /* the whole line */
	size_t from, to;  /* bytes of it that go into this screen line */
	size_t (*spans)[2];
	int nspans;
	enum role role;
};

/* A part of a line, with what was found in it marked. */
static void draw_piece(struct screen *s, int y, int x, int w, const struct piece *p)
{
	size_t at = p->from;
	int used = 0;

	for (int i = 0; i <= p->nspans && at < p->to && used < w; i++) {
		size_t begin = i < p->nspans ? p->spans[i][0] : p->to;
		size_t end = i < p->nspans ? p->spans[i][1] : p->to;

		begin = begin < at ? at : begin > p->to ? p->to : begin;
		end = end < begin ? begin : end > p->to ? p->to : end;
		used += screen_putn(s, y, x + used, w - used, p->role, p->text + at, begin - at);
		used += screen_putn(
			s, y, x + used, w - used, ROLE_MATCH, p->text + begin, end - begin);
		at = end;
	}
}

/* Row i from y on, at most rows screen lines; returns how many it took. */
static int draw_row(const struct view_log *l, struct screen *s, size_t i, int y, int rows)
{
	struct rect r = l->view.rect;
	struct log_line line;
	size_t spans[SPANS_MAX][2];
	int w = text_columns(l), x = r.x, n = 0;
	char *text = log_view_text(l, i, &line);
	struct piece p = {.text = text, .spans = spans, .role = kind_role(line.kind)};

	if (l->hits)
		p.nspans = log_search_spans(l->hits, line.text, line.len, spans, SPANS_MAX);
	if (!l->wrap)
		p.from = l->left ? text_prefix(text, l->left, NULL) : 0;
	screen_surface(s, i == l->cursor ? ROLE_CURSOR : ROLE_TEXT);
	do {
		p.to = p.from + fold(text + p.from, w);
		if (i == l->cursor)
			screen_fill(s, (struct rect){y + n, r.x, 1, r.w - 1}, ROLE_TEXT);
		if (n == 0) {
			if (l->times != TIMES_OFF)
				draw_time(l, s, y, x, line.wall_ms);
			x += time_width(l);
			if (source_width(l))
				screen_put(s, y, x, SOURCE_WIDTH - 1, ROLE_DIM,
					log_view_source(l, line.source));
			x += source_width(l);
			screen_put(s, y, x, 1, kind_role(line.kind), kind_sign(s, line.kind));
			x += 2;
		}
		draw_piece(s, y + n, x, w, &p);
		p.from = p.to;
		n++;
	} while (l->wrap && text[p.to] && n < rows);
	screen_surface(s, ROLE_TEXT);
	free(text);
	return n;
}

/* "Log · extend-lvm.1 · /error/ 12 of 340 lines · searching 45 %      following" */
static void draw_head(const struct view_log *l, struct screen *s, struct rect r)
{
	size_t scanned, all = log_count(l->log);
	const char *note = l->follow ? _("following") : _("f follows");
	int x = r.x, end = r.x + r.w - text_width(note) - 2;

	x += screen_put(s, r.y, x, end - x, ROLE_TITLE_FOCUS,
		l->source < 0 ? _("All steps") : log_view_source(l, l->source));
	x += screen_putf(s, r.y, x, end - x, ROLE_DIM, P_(" · %zu line", " · %zu lines", all), all);
	if (l->hits) {
		x += screen_put(s, r.y, x, end - x, ROLE_DIM, l->invert ? _(" · without ") : " · ");
		x += screen_put(s, r.y, x, end - x, ROLE_MATCH, l->pattern);
		x += screen_putf(
			s, r.y, x, end - x, ROLE_STRONG, " %zu", log_search_count(l->hits));
		if (!log_search_done(l->hits, &scanned) && all)
			x += screen_putf(s, r.y, x, end - x, ROLE_RUNNING, _(" · searching %zu %%"),
				100 * scanned / all);
		if (log_search_error(l->hits))
			x += screen_putf(
				s, r.y, x, end - x, ROLE_BAD, " · %s", log_search_error(l->hits));
		x += screen_putf(s, r.y, x, end - x, ROLE_DIM, " · %s",
			l->context ? _("in context (Enter: matches only)")
				   : _("Enter: in context"));
	}
	screen_put_right(s, r.y, r.x, r.w, l->follow ? ROLE_OK : ROLE_DIM, note);
}

void log_view_draw(const struct view *v, struct screen *s, struct rect r)
{
	const struct view_log *l = (const struct view_log *)v;
	int y = r.y + 1;

	if (!l->log) {
		screen_put(s, r.y + 1, r.x + 2, r.w - 4, ROLE_DIM,
			_("No server yet: nothing has happened."));
		return;
	}
	draw_head(l, s, r);
	if (l->rows == 0)
		screen_put(s, y, r.x + 2, r.w - 4, ROLE_DIM,
			l->hits ? _("No line matches.")
				: _("Nothing yet. What steps print and what is decided comes "
				    "here."));
	for (size_t i = l->top; i < l->rows && y < r.y + r.h; i++)
		y += draw_row(l, s, i, y, r.y + r.h - y);
	screen_scrollbar(s, r.y + 1, r.x + r.w - 1, r.h - 1, l->top, l->rows);
}
