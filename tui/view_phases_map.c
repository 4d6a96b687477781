/* view_phases_map: a phase at a glance: what is done, what is left, how long it took and may take.
 */
#include "tui/view_phases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"
#include "runbook/outlook.h"
#include "runbook/store.h"
#include "runbook/took.h"
#include "tui/app.h"

#define STATE_W 11
#define PLANNED_W 8
#define TOOK_W 12
#define BEFORE_W 14
#define SUMMARY_ROWS 5 /* below the steps, with a blank before them */

void map_open(struct phases *p)
{
	struct app *a = p->view.app;
	char *state_dir = data_state_dir();

	if (!p->took && a->host && a->store)
		p->took = took_new(state_dir, a->host->name, checklist_phase(p->checklist)->id,
			store_session(a->store));
	free(state_dir);
	p->map = true;
	app_dirty(a);
}

void map_close(struct phases *p)
{
	p->map = false;
	app_dirty(p->view.app);
}

/* While the map is shown: the cursor stays among the steps, Enter and Esc leave it; what is done to
 * a step shows the step. */
bool map_command(struct phases *p, enum command_id id)
{
	size_t last = checklist_count(p->checklist) - 1;

	if (id == CMD_OPEN || id == CMD_BACK || id == CMD_MAP) {
		map_close(p);
		return true;
	}
	if (p->rows.cursor > last)
		phases_to(p, last);
	p->pane = PHASES_LIST;
	if (!phases_move(p, id))
		return id == CMD_NEXT_PANE || id == CMD_PREVIOUS_PANE;
	if (p->rows.cursor > last)
		phases_to(p, last);
	return true;
}

/* Of n rows, the first that is seen when h fit and `at` must be among them. */
static size_t first_row(size_t n, size_t at, int h)
{
	size_t fit = h > 0 ? (size_t)h : 1, top = at >= fit ? at - fit + 1 : 0;

	return n > fit && top > n - fit ? n - fit : top;
}

int map_row(const struct phases *p, int y)
{
	struct rect r = p->view.rect;
	size_t n = checklist_count(p->checklist), at = p->rows.cursor < n ? p->rows.cursor : n - 1;
	int h = r.h - 2 - 3 - SUMMARY_ROWS, k = y - (r.y + 4);
	size_t i = first_row(n, at, h) + (size_t)(k < 0 ? 0 : k);

	return k < 0 || k >= h || i >= n ? -1 : (int)i;
}

static void put_time(
	struct screen *s, int y, int x, int w, enum role role, const char *sign, double t)
{
	char words[UNITS_SIZE], all[UNITS_SIZE + 4];

	snprintf(all, sizeof(all), "%s%s", isnan(t) ? "" : sign,
		isnan(t) ? "-" : units_duration(t, words));
	screen_put_right(s, y, x, w, role, all);
}

static void put_before(struct screen *s, int y, int x, const struct outlook_step *o)
{
	char words[UNITS_SIZE], all[UNITS_SIZE + 32];

	if (o->times == 0) {
		screen_put_right(s, y, x, BEFORE_W, ROLE_DIM, "-");
		return;
	}
	snprintf(all, sizeof(all), "%s (%zu)", units_duration(o->before, words), o->times);
	screen_put_right(s, y, x, BEFORE_W, ROLE_DIM, all);
}

static enum role state_role(const struct step_view *v)
{
	if (v->state == STEP_DONE || v->state == STEP_SATISFIED)
		return ROLE_OK;
	if (v->state == STEP_RUNNING || v->activity >= ACT_RECORDING)
		return ROLE_RUNNING;
	if (v->state == STEP_FAILED)
		return ROLE_BAD;
	return v->state == STEP_BLOCKED || v->state == STEP_INTERRUPTED ? ROLE_WARN : ROLE_DIM;
}

static void draw_row(const struct phases *p, struct screen *s, struct rect r, size_t i)
{
	int title_w = r.w - 4 - STATE_W - PLANNED_W - TOOK_W - BEFORE_W, x = r.x + 2;
	struct outlook_step o;
	struct step_view v;
	enum role role;

	checklist_step(p->checklist, i, &v);
	outlook_step(p->checklist, i, p->took, clock_ms(), &o);
	role = state_role(&v);
	screen_put(s, r.y, r.x, 2, role, step_state_sign(v.state, screen_ascii(s)));
	screen_put(s, r.y, x, title_w, v.state == STEP_TODO ? ROLE_STRONG : ROLE_TEXT,
		words_get(&v.step->title));
	x += title_w + 1;
	screen_put(s, r.y, x, STATE_W, role,
		v.state == STEP_FAILED ? _("failed") : step_state_word(v.state, v.failure));
	x += STATE_W + 1;
	put_time(s, r.y, x, PLANNED_W, ROLE_DIM, "", o.planned);
	x += PLANNED_W;
	if (!isnan(o.running))
		put_time(s, r.y, x, TOOK_W, ROLE_RUNNING, "", o.running);
	else if (!isnan(o.expected))
		put_time(s, r.y, x, TOOK_W, ROLE_TEXT, "~", o.expected);
	else
		put_time(s, r.y, x, TOOK_W, ROLE_STRONG, "", o.took);
	put_before(s, r.y, x + TOOK_W, &o);
}

static void draw_header(struct screen *s, struct rect r)
{
	int title_w = r.w - 4 - STATE_W - PLANNED_W - TOOK_W - BEFORE_W, x = r.x + 2;

	screen_put(s, r.y, x, title_w, ROLE_HEADER, _("step"));
	x += title_w + 1;
	screen_put(s, r.y, x, STATE_W, ROLE_HEADER, _("state"));
	x += STATE_W + 1;
	screen_put_right(s, r.y, x, PLANNED_W, ROLE_HEADER, _("planned"));
	screen_put_right(s, r.y, x + PLANNED_W, TOOK_W, ROLE_HEADER, _("took/~will"));
	screen_put_right(s, r.y, x + PLANNED_W + TOOK_W, BEFORE_W, ROLE_HEADER, _("before (runs)"));
}

/* A bar by time: what is done of what is done and left. */
static void draw_bar(struct screen *s, struct rect r, const struct outlook *o)
{
	double all = o->took + o->expected, share = all > 0 ? o->took / all : o->left == 0;
	char words[96];
	int used;

	snprintf(words, sizeof(words), _("%zu of %zu done"), o->done, o->done + o->left + o->aside);
	used = text_width(words) + 2;
	screen_put_right(s, r.y, r.x, r.w, ROLE_STRONG, words);
	screen_bar(s, r.y, r.x, r.w - used, share, LEVEL_NONE);
}

static void draw_summary(
	const struct phases *p, struct screen *s, struct rect r, const struct outlook *o)
{
	char a[UNITS_SIZE], b[UNITS_SIZE];
	size_t met = 0, n = checklist_ncriteria(p->checklist);
	struct criterion_view v;

	for (size_t k = 0; k < n; k++) {
		checklist_criterion(p->checklist, k, &v);
		met += v.verdict == VERDICT_MET || v.verdict == VERDICT_ATTESTED;
	}
	screen_putf(s, r.y, r.x, r.w, ROLE_TEXT, _("Done: %zu steps in %s (planned: %s)."), o->done,
		units_duration(o->took, a), units_duration(o->took_planned, b));
	if (o->left > 0)
		screen_putf(s, r.y + 1, r.x, r.w, ROLE_TEXT,
			_("Left: %zu steps, about %s (planned: %s)."), o->left,
			units_duration(o->expected, a), units_duration(o->left_planned, b));
	else
		screen_put(s, r.y + 1, r.x, r.w, ROLE_OK, _("Left: nothing."));
	screen_putf(s, r.y + 2, r.x, r.w, ROLE_TEXT,
		_("Skipped or deferred: %zu. Criteria met: %zu of %zu."), o->aside, met, n);
	screen_put(s, r.y + 3, r.x, r.w, ROLE_DIM,
		p->took && !took_done(p->took) ? _("Reading what earlier runs took…")
					       : _("before: the middle of earlier runs here · ~: "
						   "from it, else as planned"));
}

void map_draw(const struct phases *p, struct screen *s, struct rect r)
{
	const struct phase *phase = checklist_phase(p->checklist);
	struct rect in =
		screen_box(s, r, words_get(&phase->title), checklist_run(p->checklist), true);
	size_t n = checklist_count(p->checklist), at = p->rows.cursor < n ? p->rows.cursor : n - 1;
	int h = in.h - 3 - SUMMARY_ROWS;
	size_t top = first_row(n, at, h);
	struct outlook o;
	int y;

	in.x++;
	in.w -= 2;
	outlook_all(p->checklist, p->took, clock_ms(), &o);
	draw_bar(s, (struct rect){in.y, in.x, 1, in.w}, &o);
	draw_header(s, (struct rect){in.y + 2, in.x, 1, in.w});
	for (y = 0; y < h && top + (size_t)y < n; y++) {
		struct rect row = {in.y + 3 + y, in.x, 1, in.w};

		if (top + (size_t)y == at) {
			screen_surface(s, ROLE_CURSOR);
			screen_fill(s, row, ROLE_TEXT);
		}
		draw_row(p, s, row, top + (size_t)y);
		screen_surface(s, ROLE_TEXT);
	}
	screen_scrollbar(s, in.y + 3, in.x + in.w, h, top, n);
	draw_summary(p, s, (struct rect){in.y + 4 + y, in.x, 4, in.w}, &o);
}
