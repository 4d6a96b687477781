#include "tui/view_phases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/units.h"
#include "runbook/log.h"
#include "runbook/took.h"
#include "tui/app.h"

#define BELL_AFTER_MS 30000

const char *phases_phase_tag(const void *ctx, size_t i)
{
	const struct phases *p = ctx;

	return p->entries[i].id;
}

/* Criteria have none: one may be called as a step is, and all rows keep their places as long as the phase is open. */
static const char *row_tag(const void *ctx, size_t i)
{
	const struct phases *p = ctx;
	struct step_view step;

	if (i >= checklist_count(p->checklist))
		return NULL;
	checklist_step(p->checklist, i, &step);
	return step.step->id;
}

bool phases_at_step(const struct phases *p, size_t *index)
{
	size_t steps = checklist_count(p->checklist);

	*index = p->rows.cursor < steps ? p->rows.cursor : p->rows.cursor - steps;
	return p->rows.cursor < steps;
}

/* A number that is another one when the card tells of something else: another row, or the step has gone on. */
static int card_about(const struct phases *p)
{
	struct step_view v;
	size_t i;

	if (p->rows.count == 0 || !phases_at_step(p, &i))
		return -1;
	checklist_step(p->checklist, i, &v);
	return (int)i << 16 | (int)v.state << 8 | (int)v.activity;
}

void phases_changed(struct phases *p)
{
	size_t steps = checklist_count(p->checklist);
	int about;

	list_update(&p->rows, steps + checklist_ncriteria(p->checklist), row_tag, p);
	card_make(p);
	about = card_about(p);
	if (about != p->card_about)
		p->card_top = 0; /* what is new stands first */
	p->card_about = about;
	if (p->view.rect.w > 0)
		phases_layout(&p->view, p->view.rect);
	app_dirty(p->view.app);
}

static void open_phase(struct phases *p, const char *id)
{
	struct app *a = p->view.app;
	struct checklist_options o = {
		.server = a->server,
		.store = a->store,
		.mask = a->mask,
		.host = a->host,
		.facts = app_fact,
		.facts_ctx = a,
		.read_only = a->options->read_only, /* another's lock may be ours later */
	};
	struct server_event up = {.type = SERVER_LINK};
	struct err err;

	if (!a->server || !a->store) {
		app_say(a, LEVEL_WARN, "%s",
			_("no journal can be written here, so no phase can be opened"));
		return;
	}
	if (p->checklist && checklist_running(p->checklist) >= 0) {
		app_say(a, LEVEL_WARN, "%s",
			_("a step is running: another phase can be opened when it has ended"));
		return;
	}
	if (phase_find(id, &o.phase, &err) != 0) {
		app_say(a, LEVEL_BAD, "%s", err.text);
		return;
	}
	checklist_free(p->checklist);
	took_free(p->took);
	p->took = NULL;
	p->map = false;
	p->checklist = checklist_new(&o);
	p->was_running = -1;
	p->pane = PHASES_LIST;
	list_clear(&p->rows);
	/* It knows only what it is told from now on: the link and root shell may be up already. */
	if (a->root == ROOT_UP) {
		struct server_event root = {.type = SERVER_ROOT, .u.root = {.state = ROOT_UP}};

		up.u.link.state = a->link;
		checklist_server_event(p->checklist, &up);
		checklist_server_event(p->checklist, &root);
	} else if (a->link == LINK_UP) {
		up.u.link.state = LINK_UP;
		checklist_server_event(p->checklist, &up);
	}
	phases_changed(p);
}

static void phases_free(struct view *v)
{
	struct phases *p = (struct phases *)v;

	checklist_free(p->checklist);
	took_free(p->took);
	phase_entries_free(p->entries, p->nentries);
	list_clear(&p->phase_list);
	list_clear(&p->rows);
	card_clear(p);
	free(p);
}

/* Enter goes one step on: prepare, then what is shown can be confirmed. */
static void open_row(struct phases *p)
{
	struct step_view v;
	struct err err;
	size_t i;

	if (!phases_at_step(p, &i)) {
		ask_criterion(p, i, false);
		return;
	}
	checklist_step(p->checklist, i, &v);
	if (v.activity == ACT_READY) {
		ask_run(p, i);
		return;
	}
	if (checklist_prepare(p->checklist, i, &err) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err.text);
	phases_changed(p);
}

static void prepare_row(struct phases *p)
{
	struct err err;
	size_t i;

	if (phases_at_step(p, &i) && checklist_prepare(p->checklist, i, &err) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err.text);
	phases_changed(p);
}

static void reset_row(struct phases *p)
{
	struct err err;
	size_t i;

	if (phases_at_step(p, &i) && checklist_reset(p->checklist, i, &err) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err.text);
	phases_changed(p);
}

static bool scroll(int *top, int lines, int height, enum command_id id)
{
	int page = height > 1 ? height - 1 : 1, last = lines > height ? lines - height : 0;

	switch (id) {
	case CMD_UP:
		(*top)--;
		break;
	case CMD_DOWN:
		(*top)++;
		break;
	case CMD_PAGE_UP:
		*top -= page;
		break;
	case CMD_PAGE_DOWN:
		*top += page;
		break;
	case CMD_TOP:
		*top = 0;
		break;
	case CMD_BOTTOM:
		*top = last;
		break;
	default:
		return false;
	}
	if (*top > last)
		*top = last;
	if (*top < 0)
		*top = 0;
	return true;
}

bool phases_move(struct phases *p, enum command_id id)
{
	if (p->pane == PHASES_CARD)
		return scroll(&p->card_top, p->card_lines, p->card_rect.h - 2, id);
	if (p->pane == PHASES_OUTPUT) {
		bool moved = scroll(&p->output_top, p->output_lines, p->output_rect.h - 2, id);

		p->output_follow = p->output_top + p->output_rect.h - 2 >= p->output_lines;
		return moved;
	}
	if (!list_command(&p->rows, id, row_tag, p))
		return false;
	p->card_top = 0;
	p->output_follow = true;
	phases_changed(p);
	return true;
}

void phases_to(struct phases *p, size_t row)
{
	list_to(&p->rows, row, row_tag, p);
	p->card_top = 0;
	p->output_follow = true;
	phases_changed(p);
}

static void next_pane(struct phases *p, int delta)
{
	int n = p->output_rect.h > 0 ? PHASES_PANES : PHASES_OUTPUT;

	p->pane = (enum phases_pane)(((int)p->pane + delta + n) % n);
}

/* The commands that ask before they do anything. */
static bool ask_command(struct phases *p, enum command_id id, const char *arg)
{
	bool step;
	size_t i;

	step = phases_at_step(p, &i);
	switch (id) {
	case CMD_RUN:
		if (step)
			ask_run(p, i);
		return true;
	case CMD_PARAMS:
		if (step)
			ask_params(p, i);
		return true;
	case CMD_SKIP:
		if (step)
			ask_skip(p, i, false);
		return true;
	case CMD_DEFER:
		if (step)
			ask_skip(p, i, true);
		else
			ask_criterion(p, i, true);
		return true;
	case CMD_UNDO:
		if (step)
			ask_undo(p, i);
		return true;
	case CMD_ATTEST:
		if (!step)
			ask_criterion(p, i, false);
		else
			app_say(p->view.app, LEVEL_NONE, "%s",
				_("choose a criterion below the steps first"));
		return true;
	case CMD_FINISH:
	case CMD_ABANDON:
		ask_close(p, id == CMD_FINISH);
		return true;
	case CMD_LOCK:
		ask_lock(p);
		return true;
	case CMD_NOTE:
		ask_note(p, step ? (int)i : -1, arg);
		return true;
	default:
		return false;
	}
}

static bool interrupt(struct phases *p)
{
	int i = p->checklist ? checklist_running(p->checklist) : -1;
	struct step_view v;
	struct err err;

	if (i < 0)
		return false;
	checklist_step(p->checklist, (size_t)i, &v);
	if (activity_looks(v.activity)) { /* changes nothing: nothing to be asked */
		if (checklist_cancel(p->checklist, (size_t)i, &err) != 0)
			app_say(p->view.app, LEVEL_WARN, "%s", err.text);
		phases_changed(p);
		return true;
	}
	ask_interrupt(p, (size_t)i);
	return true;
}

static bool checklist_command(struct phases *p, enum command_id id, const char *arg)
{
	if (p->map && map_command(p, id))
		return true;
	if (p->map && id != CMD_NOTE && command_get(id)->places == IN(PLACE_PHASES))
		map_close(p);
	if (phases_move(p, id) || ask_command(p, id, arg))
		return true;
	switch (id) {
	case CMD_OPEN:
		open_row(p);
		return true;
	case CMD_PLAN:
		prepare_row(p);
		return true;
	case CMD_RESET:
		reset_row(p);
		return true;
	case CMD_CANCEL:
		if (!interrupt(p))
			app_say(p->view.app, LEVEL_NONE, "%s", _("nothing is running"));
		return true;
	case CMD_MAP:
		p->pane = PHASES_LIST;
		map_open(p);
		return true;
	case CMD_CRITERIA:
		if (checklist_ncriteria(p->checklist) > 0)
			list_to(&p->rows, checklist_count(p->checklist), row_tag, p);
		phases_changed(p);
		return true;
	case CMD_NEXT_PANE:
	case CMD_PREVIOUS_PANE:
		next_pane(p, id == CMD_NEXT_PANE ? 1 : -1);
		return true;
	case CMD_BACK:
		if (p->pane == PHASES_LIST)
			return false;
		p->pane = PHASES_LIST;
		return true;
	default:
		return false;
	}
}

static bool phases_command(struct view *v, const struct command *c, const char *arg)
{
	struct phases *p = (struct phases *)v;

	if (c->id == CMD_INTERRUPT)
		return interrupt(p);
	if (c->id == CMD_PHASE && *arg) {
		open_phase(p, arg);
		return true;
	}
	if (p->checklist)
		return checklist_command(p, c->id, arg);
	if (c->id == CMD_OPEN && p->nentries > 0) {
		const struct phase_entry *e = &p->entries[p->phase_list.cursor];

		if (e->problem)
			app_say(v->app, LEVEL_BAD, "%s", e->problem);
		else
			open_phase(p, e->id);
		return true;
	}
	return list_command(&p->phase_list, c->id, phases_phase_tag, p);
}

static char *phases_copy(const struct view *v)
{
	const struct phases *p = (const struct phases *)v;
	struct step_view step;
	size_t i;

	if (!p->checklist || !phases_at_step(p, &i))
		return NULL;
	checklist_step(p->checklist, i, &step);
	if (p->pane == PHASES_OUTPUT)
		return xstrdup(checklist_output(p->checklist, i));
	return step.plan ? xstrdup(step.plan) : xstrdup(words_get(&step.step->title));
}

static char *phases_complete(const struct view *v, enum command_id id, size_t i)
{
	const struct phases *p = (const struct phases *)v;

	return id == CMD_PHASE && i < p->nentries ? xstrdup(p->entries[i].id) : NULL;
}

/* A step's output and turns go into the execution log as they come. */
static void log_event(struct phases *p, const struct server_event *ev)
{
	struct log *log = p->view.app->log;
	const struct job_status *j;
	enum step_failure failure;
	enum step_state state;
	char *line;

	if (!log || !p->checklist)
		return;
	if (ev->type == SERVER_JOB_OUT) {
		log_output(log, log_source(log, ev->u.out->id), clock_wall_ms(), ev->u.out->data,
			ev->u.out->len);
		return;
	}
	if (ev->type != SERVER_JOB)
		return;
	j = ev->u.job;
	if (j->state == JOB_DONE || j->state == JOB_LOST)
		log_output_end(log, log_source(log, j->id));
	state = step_state_of_job(j, &failure);
	line = j->refused ? xasprintf(_("not started: %s"), j->refused)
			  : xstrdup(step_state_word(state, failure));
	log_add(log, log_source(log, j->id),
		state == STEP_FAILED || j->refused ? LOG_ERROR : LOG_EVENT, clock_wall_ms(), line);
	free(line);
}

static void say_ended(struct phases *p, size_t i)
{
	struct app *a = p->view.app;
	struct step_view v;
	char took[UNITS_SIZE], *line;
	bool good;

	checklist_step(p->checklist, i, &v);
	good = v.state == STEP_DONE || v.state == STEP_SATISFIED || v.state == STEP_TODO;
	units_duration((double)(v.ended_ms - v.started_ms) / 1000, took);
	line = xasprintf(_("%s: %s (%s)"), words_get(&v.step->title),
		step_state_word(v.state, v.failure), took);
	app_say(a, good ? LEVEL_OK : LEVEL_BAD, "%s", line);
	if (v.ended_ms - v.started_ms >= BELL_AFTER_MS)
		app_bell(a, line);
	free(line);
}

static bool phases_server_event(struct view *v, const struct server_event *ev)
{
	struct phases *p = (struct phases *)v;
	struct app *a = v->app;
	int running;

	if (!p->checklist) {
		/* A run that an earlier console left open is taken up without being asked for. */
		if (ev->type == SERVER_LINK && ev->u.link.state == LINK_UP && a->store)
			server_runs(a->server);
		if (ev->type == SERVER_RUNS && ev->u.runs.status == 0)
			for (size_t k = 0; k < ev->u.runs.nruns && !p->checklist; k++)
				if (strcmp(ev->u.runs.runs[k].state, "open") == 0 &&
					ev->u.runs.runs[k].phase)
					open_phase(p, ev->u.runs.runs[k].phase);
		return p->checklist != NULL;
	}
	log_event(p, ev);
	if (!checklist_server_event(p->checklist, ev))
		return false;
	running = checklist_running(p->checklist);
	if (p->was_running >= 0 && running < 0)
		say_ended(p, (size_t)p->was_running);
	p->was_running = running;
	phases_changed(p);
	if (p->want_choices) {
		size_t i;
		struct step_view step;

		if (phases_at_step(p, &i)) {
			checklist_step(p->checklist, i, &step);
			if (step.choices_of)
				ask_choices(p, i);
		}
	}
	return true;
}

static bool phases_store_event(struct view *v, const struct store_event *ev)
{
	struct phases *p = (struct phases *)v;

	if (!p->checklist || !checklist_store_event(p->checklist, ev))
		return false;
	p->was_running = checklist_running(p->checklist);
	phases_changed(p);
	return true;
}

static bool phases_tick(struct view *v, int64_t now_ms)
{
	struct phases *p = (struct phases *)v;
	struct step_view step;
	char took[UNITS_SIZE];
	char line[200];
	int i;

	if (!p->checklist)
		return false;
	if (checklist_tick(p->checklist, now_ms))
		phases_changed(p);
	i = checklist_running(p->checklist);
	if (i < 0) {
		app_phase_line(v->app, checklist_phase(p->checklist)->id);
		return p->map; /* what earlier runs took may have been read */
	}
	checklist_step(p->checklist, (size_t)i, &step);
	units_duration((double)(now_ms - step.started_ms) / 1000, took);
	snprintf(line, sizeof(line), "%s · %s %s", checklist_phase(p->checklist)->id, step.step->id,
		took);
	app_phase_line(v->app, line);
	card_make(p); /* elapsed time and silence */
	return true;
}

static char *phases_busy(const struct view *v)
{
	const struct phases *p = (const struct phases *)v;
	struct step_view step;
	int i = p->checklist ? checklist_running(p->checklist) : -1;

	if (i < 0)
		return NULL;
	checklist_step(p->checklist, (size_t)i, &step);
	return xasprintf(
		_("%s is running on the server; it goes on, and this console finds it again"),
		words_get(&step.step->title));
}

static char *phases_status(const struct view *v)
{
	const struct phases *p = (const struct phases *)v;
	size_t done = 0, n;
	struct step_view step;

	if (!p->checklist)
		return NULL;
	n = checklist_count(p->checklist);
	for (size_t i = 0; i < n; i++) {
		checklist_step(p->checklist, i, &step);
		done += step.state == STEP_DONE || step.state == STEP_SATISFIED;
	}
	return xasprintf(_("%zu of %zu steps"), done, n);
}

static const struct view_ops phases_ops = {
	.free = phases_free,
	.draw = phases_draw,
	.layout = phases_layout,
	.command = phases_command,
	.mouse = phases_mouse,
	.copy = phases_copy,
	.complete = phases_complete,
	.server_event = phases_server_event,
	.store_event = phases_store_event,
	.tick = phases_tick,
	.busy = phases_busy,
	.status = phases_status,
};

struct view *view_phases_new(struct app *app)
{
	struct phases *p = xcalloc(1, sizeof(*p));

	p->view.ops = &phases_ops;
	p->view.app = app;
	p->was_running = -1;
	p->output_follow = true;
	phase_list(&p->entries, &p->nentries);
	list_update(&p->phase_list, p->nentries, phases_phase_tag, p);
	/* The demo that stands before Phase 1 begins with that one ("1" is 1-foundation, not 1b-…). */
	for (size_t i = 0; app->options->demo && i < p->nentries; i++) {
		const char *number = app->options->demo + strlen("phase-");
		size_t n = strcspn(p->entries[i].id, "-");

		if (strlen(number) == n && strncmp(p->entries[i].id, number, n) == 0)
			p->phase_list.cursor = i;
	}
	return &p->view;
}
