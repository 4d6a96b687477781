/* frame: what stands around a view: the top line, the names of the places, a banner when the link
 * is down, the keys. */
#include "tui/app_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"
#include "tui/curses.h"
#include "tui/dialog.h"
#include "tui/keys.h"
#include "tui/view.h"

#define TOP_ROWS 2
#define SKEW_WARNED_MS 5000

bool frame_too_small(const struct app *a)
{
	return screen_rows(a->screen) < SCREEN_MIN_ROWS || screen_cols(a->screen) < SCREEN_MIN_COLS;
}

static bool link_down(const struct app *a)
{
	return a->server && (a->link == LINK_LOST || a->link == LINK_STOPPED || a->silent_ms > 0);
}

struct rect frame_content(const struct app *a)
{
	int top = TOP_ROWS + link_down(a);

	return (struct rect){top, 0, screen_rows(a->screen) - top - 1, screen_cols(a->screen)};
}

/* --- the top line ----------------------------------------------------------------------------- */

static int put_link(const struct app *a, struct screen *s, int x, int w)
{
	bool up = a->link == LINK_UP && a->silent_ms == 0;
	bool down = a->link == LINK_LOST || a->link == LINK_STOPPED || a->silent_ms > 0;
	enum role role = up ? ROLE_OK : down ? ROLE_BAD : ROLE_WARN;
	int start = x;

	x += screen_put(s, 0, x, w, role, screen_sign(s, up ? SIGN_LINK : SIGN_LOST));
	x += 1;
	if (a->silent_ms > 0)
		x += screen_putf(
			s, 0, x, w, ROLE_TOP, _("silent for %d s"), (int)(a->silent_ms / 1000));
	else if (up && !isnan(a->rtt_ms))
		x += screen_putf(
			s, 0, x, w, ROLE_TOP, a->rtt_ms < 10 ? "%.1f ms" : "%.0f ms", a->rtt_ms);
	else
		x += screen_put(s, 0, x, w, ROLE_TOP, link_state_word(a->link));
	return x - start;
}

static int put_marks(const struct app *a, struct screen *s, int x, int w)
{
	int start = x;

	if (a->root == ROOT_UP)
		x += 2 + screen_put(s, 0, x + 2, w, ROLE_TOP, _("sudo"));
	if (a->read_only)
		x += 2 + screen_put(s, 0, x + 2, w, ROLE_WARN, _("read-only"));
	if (!isnan(a->clock_offset_ms) && fabs(a->clock_offset_ms) > SKEW_WARNED_MS)
		x += 2 + screen_putf(s, 0, x + 2, w, ROLE_WARN, _("server's clock %+.0f s"),
				 a->clock_offset_ms / 1000);
	return x - start;
}

static void draw_top(const struct app *a, struct screen *s)
{
	int cols = screen_cols(s), x = 1, right = cols - 1;
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm tm;
	char clock[16];

	localtime_r(&now, &tm);
	strftime(clock, sizeof clock, "%H:%M:%S", &tm);
	screen_surface(s, ROLE_TOP);
	screen_fill(s, (struct rect){0, 0, 1, cols}, ROLE_TOP);
	right -= screen_put_right(s, 0, cols - 10, 9, ROLE_TOP, clock);
	x += screen_put(
		s, 0, x, right - x - 2, ROLE_TOP_STRONG, a->host ? a->host->name : "twistertui");
	if (a->server) {
		x += 2;
		x += put_link(a, s, x, right - x - 2);
		x += put_marks(a, s, x, right - x - 2);
	}
	if (a->phase_line) {
		int w = text_width(a->phase_line), room = right - x - 5;

		if (room > 10)
			screen_put(s, 0, w < room ? right - 2 - w : x + 3, w < room ? w : room,
				ROLE_TOP, a->phase_line);
	}
	screen_surface(s, ROLE_TEXT);
}

/* --- the places ------------------------------------------------------------------------------- */

/* LEVEL_NONE where nothing is to be said beside the place's number. */
static enum level place_level(const struct app *a, enum place p)
{
	enum level l = LEVEL_NONE;

	if (p >= PLACE_DISKS && p <= PLACE_BACKUPS && a->panels[PANEL_DISKS + p - PLACE_DISKS])
		l = panel_level(a->panels[PANEL_DISKS + p - PLACE_DISKS]);
	return l == LEVEL_BAD || l == LEVEL_WARN ? l : LEVEL_NONE;
}

/* Columns of all names when none is longer than most; gap: blanks between two, lead: before the
 * first. */
static int places_width(int most, int gap, int lead)
{
	int w = lead;

	for (int p = 0; p < PLACE_COUNT; p++) {
		int own = text_width(place_title((enum place)p));

		w += 2 + (own < most ? own : most) + gap;
	}
	return w - gap;
}

static void draw_places(const struct app *a, struct screen *s)
{
	int cols = screen_cols(s), most = 24, gap = 3, x = 1;

	while (gap > 1 && places_width(most, gap, x) > cols)
		gap--;
	if (places_width(most, gap, x) > cols)
		x = 0;
	while (most > 1 && places_width(most, gap, x) > cols)
		most--;
	for (int p = 0; p < PLACE_COUNT; p++) {
		const char *title = place_title((enum place)p);
		int w = text_width(title);
		bool here = (enum place)p == a->place;
		enum level level = place_level(a, (enum place)p);
		enum role number = level == LEVEL_NONE ? ROLE_DIM : level_role(level);

		a->loop->place_at[p] = x;
		screen_putf(s, 1, x, 1, here ? ROLE_TAB_HERE : number, "%d", p + 1);
		if (here || level != LEVEL_NONE)
			screen_put(s, 1, x + 1, 1, here ? ROLE_TAB_HERE : number,
				level == LEVEL_NONE ? " " : screen_sign(s, level_sign(level)));
		x += 2;
		x += screen_put(
			     s, 1, x, w < most ? w : most, here ? ROLE_TAB_HERE : ROLE_TAB, title) +
		     gap;
	}
	a->loop->place_at[PLACE_COUNT] = x;
}

/* --- a banner while the link is down ---------------------------------------------------------- */

static void draw_banner(const struct app *a, struct screen *s)
{
	int cols = screen_cols(s), right = cols - 1;
	int64_t left = (a->link_retry_at_ms - clock_ms() + 999) / 1000;
	char next[96] = "";

	screen_fill(s, (struct rect){TOP_ROWS, 0, 1, cols}, ROLE_BANNER);
	if (a->silent_ms > 0 && a->link == LINK_UP)
		snprintf(next, sizeof next, _("r: connect again"));
	else if (a->link == LINK_LOST && left > 0)
		snprintf(next, sizeof next, _("next try in %d s (r: now)"), (int)left);
	else if (a->link == LINK_LOST)
		snprintf(next, sizeof next, _("trying (r: now)"));
	else
		snprintf(next, sizeof next, _("r: try again"));
	right -= screen_put_right(s, TOP_ROWS, 1, cols - 2, ROLE_BANNER, next);
	if (a->silent_ms > 0 && a->link == LINK_UP)
		screen_putf(s, TOP_ROWS, 1, right - 3, ROLE_BANNER,
			_("The server has not answered for %d s."), (int)(a->silent_ms / 1000));
	else
		screen_put(s, TOP_ROWS, 1, right - 3, ROLE_BANNER,
			a->link_text           ? a->link_text
			: a->link == LINK_LOST ? _("Link lost")
					       : _("No link"));
}

/* --- the bottom line -------------------------------------------------------------------------- */

/* Is it worth a place on the bottom line now? */
static bool wanted(const struct app *a, const struct command *c)
{
	if (!(c->flags & CMD_BAR) || !(c->places & IN(a->place)) || !c->brief)
		return false;
	if (c->id == CMD_ROOT)
		return a->server && !a->read_only && a->root != ROOT_UP && a->root != ROOT_NEVER;
	if (c->flags & CMD_CHANGES)
		return !a->read_only;
	return true;
}

static int keys_width(const struct command *c)
{
	char key[16];

	return text_width(command_key(c, key)) + 1 + text_width(_(c->brief)) + 2;
}

static void key_at(struct loop *l, int from, int to, enum command_id id)
{
	if (l->nkeys_at == sizeof l->keys_at / sizeof l->keys_at[0])
		return;
	l->keys_at[l->nkeys_at].from = from;
	l->keys_at[l->nkeys_at].to = to;
	l->keys_at[l->nkeys_at++].id = id;
}

/* Help and quit come last and always find room. */
static void draw_keys(const struct app *a, struct screen *s, int y, int w)
{
	const struct command *last[] = {command_get(CMD_HELP), command_get(CMD_QUIT)};
	int kept = keys_width(last[0]) + keys_width(last[1]), x = 1, from;
	char key[16];

	for (const struct command *c = commands;; c++) {
		if (c->id == CMD_NONE)
			break;
		if (!wanted(a, c))
			continue;
		if (c->id != CMD_HELP && c->id != CMD_QUIT && x + keys_width(c) + kept > w)
			continue;
		from = x;
		x += screen_put(s, y, x, w - x, ROLE_KEY, command_key(c, key)) + 1;
		x += screen_put(s, y, x, w - x, ROLE_BOTTOM, _(c->brief));
		key_at(a->loop, from, x, c->id);
		x += 2;
	}
}

static void draw_say(const struct app *a, struct screen *s, int y)
{
	enum level l = a->loop->say_level;
	enum role role = l == LEVEL_BAD    ? ROLE_SAY_BAD
			 : l == LEVEL_WARN ? ROLE_WARN
					   : ROLE_SAY;
	int x = 1;

	if (l == LEVEL_BAD || l == LEVEL_WARN) {
		x += screen_put(s, y, x, 1, role, screen_sign(s, level_sign(l)));
		x += screen_put(s, y, x, 1, role, " ");
	}
	screen_put(s, y, x, screen_cols(s) - x - 1, role, a->loop->say);
}

static void draw_bottom(const struct app *a, struct screen *s, int *cursor)
{
	int y = screen_rows(s) - 1, cols = screen_cols(s);
	struct view *v = app_view(a);
	char *status = v && v->ops->status ? v->ops->status(v) : NULL;
	int right = cols;

	a->loop->nkeys_at = 0;
	screen_surface(s, ROLE_BOTTOM);
	screen_fill(s, (struct rect){y, 0, 1, cols}, ROLE_BOTTOM);
	if (a->loop->prompt.kind) {
		*cursor = prompt_draw(a, s, y, cols);
	} else if (a->loop->say) {
		draw_say(a, s, y);
	} else {
		if (status)
			right -= screen_put_right(
					 s, y, cols / 2, cols - cols / 2 - 1, ROLE_DIM, status) +
				 2;
		draw_keys(a, s, y, right);
	}
	screen_surface(s, ROLE_TEXT);
	free(status);
}

static void draw_too_small(struct screen *s)
{
	int rows = screen_rows(s), cols = screen_cols(s), top = rows > 6 ? rows / 2 - 2 : 0;
	char *text = xasprintf(_("This window is %d x %d.\nMake it %d x %d or larger.\nq: quit\n"),
		cols, rows, SCREEN_MIN_COLS, SCREEN_MIN_ROWS);

	screen_paragraph(s, (struct rect){top, 0, rows - top, cols}, ROLE_TEXT, text, 0, false);
	free(text);
}

/* Where the view has its room: told again when it has changed. */
static void lay_out(struct app *a)
{
	struct rect r = frame_content(a);
	struct view *v = app_view(a);

	if (!v || memcmp(&v->rect, &r, sizeof r) == 0)
		return;
	v->rect = r;
	if (v->ops->layout)
		v->ops->layout(v, r);
}

/* All but the top line: there is none of it before a server is chosen. */
static void draw_server(struct app *a, struct screen *s, int *cursor)
{
	struct view *v = app_view(a);

	draw_places(a, s);
	if (link_down(a))
		draw_banner(a, s);
	if (v)
		v->ops->draw(v, s, v->rect);
	screen_surface(s, ROLE_TEXT);
	draw_bottom(a, s, cursor);
}

void frame_paint(struct app *a)
{
	struct screen *s = a->screen;
	int cursor = -1;

	screen_begin(s);
	if (frame_too_small(a)) {
		draw_too_small(s);
	} else {
		lay_out(a);
		draw_top(a, s);
		if (app_view(a))
			draw_server(a, s, &cursor);
		dialog_draw(a);
	}
	screen_end(s, cursor);
	if (!frame_too_small(a))
		dialog_refresh(a);
	screen_flush();
}
