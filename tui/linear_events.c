/* linear_events: what the server, the store and signals have to say, taken in between two lines. */
#include "tui/linear_private.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"
#include "base/trace.h"
#include "base/units.h"
#include "runbook/store.h"
#include "tui/record.h"

#define TICK_MS 250
#define EVENTS_A_TURN 512
#define OUTPUT_LINE_MAX ((size_t)64 << 10)

const struct fact *linear_fact(void *linear, const char *name, double *age_s)
{
	struct linear *l = linear;

	for (int i = 0; i < PANEL_COUNT; i++) {
		const struct fact *f = l->panels[i] ? panel_find_fact(l->panels[i], name) : NULL;

		if (f) {
			if (age_s)
				*age_s = (double)(clock_ms() - l->panels[i]->taken_ms) / 1000;
			return f;
		}
	}
	return NULL;
}

/* --- questions of the link -------------------------------------------------------------------- */

static void question_free(struct linear *l)
{
	if (!l->question)
		return;
	free(l->question->title);
	free(l->question->text);
	FREE(l->question);
}

static void question_keep(struct linear *l, const struct link_question *q)
{
	question_free(l);
	l->question = xcalloc(1, sizeof *l->question);
	*l->question = *q;
	l->question->title = xstrdup(q->title ? q->title : "");
	l->question->text = xstrdup(q->text ? q->text : "");
}

static void answer_host_key(struct linear *l, const struct link_question *q)
{
	struct menu m = {0};
	struct link_question *still = l->question;
	int id;

	l->question = NULL; /* the menu would ask it first */
	menu_add(&m, 0, "no", CMD_NONE, "%s", _("No, do not connect"));
	menu_add(&m, 1, "yes", CMD_NONE, "%s", _("Yes, and remember this key"));
	menu_add(&m, 2, "once", CMD_NONE, "%s", _("Yes, this time only"));
	id = menu_choose(l, &m, _("Is this the server's key?"));
	server_answer(l->c.server, q->id, id == 1 ? "yes" : id == 2 ? "once" : NULL);
	l->question = still;
}

void linear_answer_link(struct linear *l)
{
	struct link_question *q = l->question;
	char *answer, *prompt;

	l->question = NULL;
	linear_say(l, "%s", q->title);
	if (*q->text)
		linear_lines(l, q->text);
	if (q->kind == LINK_Q_HOSTKEY) {
		answer_host_key(l, q);
	} else {
		prompt = xasprintf(_("%s: "), q->kind == LINK_Q_PASSPHRASE
						   ? _("Passphrase, not shown (default: none, give up)")
					   : q->echo ? _("Answer")
						     : _("Answer, not shown (default: none, give up)"));
		answer = linear_ask_now(l, q->echo ? 0 : ASK_SECRET, prompt);
		free(prompt);
		if (answer && strlen(answer) >= MASK_MIN)
			mask_add(l->mask, answer, strlen(answer));
		if (answer && !*answer && q->kind != LINK_Q_KEYBOARD) {
			linear_wipe(answer);
			answer = NULL;
		}
		server_answer(l->c.server, q->id, answer);
		linear_wipe(answer);
	}
	l->unanswered = l->unanswered || l->ended;
	free(q->title);
	free(q->text);
	free(q);
}

/* --- the server ------------------------------------------------------------------------------- */

static void link_say(struct linear *l, int64_t retry_ms)
{
	const char *why = l->link_text ? l->link_text : link_state_word(l->link);
	char words[UNITS_SIZE];

	if (l->link != LINK_UP && l->link != LINK_LOST && l->link != LINK_STOPPED)
		return;
	if (l->link == l->link_said)
		return; /* each new try would say it again */
	l->link_said = l->link;
	if (l->link == LINK_UP)
		linear_say(l, _("The link is up."));
	else if (l->link == LINK_LOST)
		linear_say(l, _("The link is lost: %s. It is tried again in %s, and so on."), why,
			units_duration((double)retry_ms / 1000, words));
	else
		linear_say(l, _("There is no link: %s. It is not tried again by itself."), why);
}

static void first_up(struct linear *l)
{
	l->was_up = true;
	if (l->o->sudo_password_fd >= 0 && !l->read_only)
		server_root_open(l->c.server);
}

static void on_link(struct linear *l, const struct server_event *ev)
{
	l->link = ev->u.link.state;
	free(l->link_text);
	l->link_text = ev->u.link.text && *ev->u.link.text ? xstrdup(ev->u.link.text) : NULL;
	l->link_code = ev->u.link.code;
	if (l->link != LINK_HOSTKEY && l->link != LINK_AUTH)
		question_free(l);
	if (l->link == LINK_LOST || l->link == LINK_STOPPED)
		l->root = ROOT_NONE;
	link_say(l, ev->u.link.retry_ms);
	trace_say("link %s: %s", record_link_name(l->link), l->link_text ? l->link_text : "");
	record_link(l->store, l->link, l->link_text);
	if (l->link == LINK_UP && !l->was_up)
		first_up(l);
	if (l->link == LINK_UP && !l->checklist && l->store)
		server_runs(l->c.server);
}

static void on_root(struct linear *l, const struct server_event *ev)
{
	const char *text = ev->u.root.text ? ev->u.root.text : "";

	if (l->root == ev->u.root.state)
		return;
	l->root = ev->u.root.state;
	if (l->root != ROOT_PASSWORD)
		question_free(l);
	if (l->root == ROOT_UP)
		linear_say(l, _("The root shell is open: panels and steps may use it."));
	else if (l->root == ROOT_REFUSED)
		linear_say(l, _("No root shell: %s"), *text ? text : _("sudo refused"));
	else if (l->root == ROOT_NEVER)
		linear_say(l, "%s", *text ? text : _("this host's profile says: no sudo"));
	record_root(l->store, l->root);
}

static void on_lock(struct linear *l, const struct server_event *ev)
{
	const char *holder = ev->u.lock.holder ? ev->u.lock.holder : "";
	bool others = !ev->u.lock.ours && *holder;

	l->lock_ours = ev->u.lock.ours;
	FREE(l->lock_holder);
	l->lock_holder = others ? xstrdup(holder) : NULL;
	if (!l->o->read_only && l->store) {
		l->read_only = others;
		FREE(l->read_only_why);
		if (others)
			l->read_only_why = xasprintf(
				_("read-only: %s holds the lock (L in Phases takes it over)"),
				holder);
	}
	if (others)
		linear_say(l, ev->u.lock.stale ? _("the lock was left behind by %s")
					       : _("%s holds the lock"),
			holder);
	record_lock(l->store, ev);
}

/* A run that an earlier console left open is taken up without being asked for. */
static void on_runs(struct linear *l, const struct server_event *ev)
{
	l->runs_known = true;
	if (l->checklist || ev->u.runs.status != 0)
		return;
	for (size_t k = 0; k < ev->u.runs.nruns && !l->open_phase; k++)
		if (strcmp(ev->u.runs.runs[k].state, "open") == 0 && ev->u.runs.runs[k].phase)
			l->open_phase = xstrdup(ev->u.runs.runs[k].phase);
	if (l->open_phase && !l->o->phase)
		linear_open_phase(l, l->open_phase);
}

/* What a step printed and is not told yet, masked and cleaned. */
void linear_unfinished(struct linear *l)
{
	struct buf masked, clean;

	if (l->unfinished.len == 0)
		return;

	buf_init(&masked, 0);
	buf_init(&clean, 0);
	mask_bytes(l->mask, buf_str(&l->unfinished), l->unfinished.len, &masked);
	text_clean_lines(&clean, buf_str(&masked), masked.len, BUF_DEFAULT_MAX);
	linear_lines(l, buf_str(&clean));
	buf_clear(&masked);
	buf_clear(&clean);
}

static void tell_output(struct linear *l)
{
	linear_unfinished(l);
	buf_reset(&l->unfinished);
}

/* Whole lines of a step's output, as they come; a line without end in pieces. */
static void on_output(struct linear *l, const struct job_out *out)
{
	const char *bytes = (const char *)out->data;
	size_t left = out->len;

	if (!l->checklist || checklist_running(l->checklist) < 0)
		return;
	while (left > 0) {
		const char *end = memchr(bytes, '\n', left);
		size_t n = end ? (size_t)(end - bytes) + 1 : left;

		n = n < OUTPUT_LINE_MAX - l->unfinished.len ? n : OUTPUT_LINE_MAX - l->unfinished.len;
		buf_add(&l->unfinished, bytes, n);
		if (end || l->unfinished.len == OUTPUT_LINE_MAX)
			tell_output(l);
		bytes += n;
		left -= n;
	}
}

static void say_ended(struct linear *l, size_t i)
{
	struct step_view v;
	char took[UNITS_SIZE];

	tell_output(l); /* a last line without its end */
	checklist_step(l->checklist, i, &v);
	units_duration((double)(v.ended_ms - v.started_ms) / 1000, took);
	linear_say(l, _("%s: %s (%s)"), words_get(&v.step->title),
		step_state_word(v.state, v.failure), took);
}

static void take_in(struct linear *l, const struct server_event *ev)
{
	switch (ev->type) {
	case SERVER_LINK:
		on_link(l, ev);
		break;
	case SERVER_QUESTION:
		question_keep(l, ev->u.question);
		break;
	case SERVER_RTT:
		record_clock(l->store, l->clock_offset_ms, ev->u.rtt.clock_offset_ms);
		l->clock_offset_ms = ev->u.rtt.clock_offset_ms;
		break;
	case SERVER_PANEL:
		panel_unref(l->panels[ev->u.panel->id]);
		l->panels[ev->u.panel->id] = panel_ref(ev->u.panel);
		break;
	case SERVER_ROOT:
		on_root(l, ev);
		break;
	case SERVER_LOCK:
		on_lock(l, ev);
		break;
	case SERVER_RUNS:
		on_runs(l, ev);
		break;
	case SERVER_JOB_OUT:
		on_output(l, ev->u.out);
		break;
	default:
		break;
	}
}

/* A step that ran and does no longer. */
static void look_whether_ended(struct linear *l)
{
	int running = l->checklist ? checklist_running(l->checklist) : -1;

	if (l->was_running >= 0 && running < 0)
		say_ended(l, (size_t)l->was_running);
	l->was_running = running;
}

static void server_events(struct linear *l)
{
	struct server_event *ev;

	for (int i = 0; i < EVENTS_A_TURN && l->c.server && (ev = server_next(l->c.server)); i++) {
		bool had = l->checklist != NULL; /* else it is told below what there is */

		take_in(l, ev);
		if (had)
			checklist_server_event(l->checklist, ev);
		look_whether_ended(l);
		server_event_free(ev);
	}
}

static void store_events(struct linear *l)
{
	struct store_event *ev;

	while (l->store && (ev = store_next(l->store))) {
		if (ev->type == STORE_WRITTEN)
			l->written = ev->ticket;
		if (ev->type == STORE_FAILED) {
			l->read_only = true;
			free(l->read_only_why);
			l->read_only_why = xasprintf(
				_("the journal cannot be written (%s): nothing that changes the "
				  "server is started"),
				ev->text ? ev->text : "?");
			linear_say(l, "%s", l->read_only_why);
		}
		if (l->checklist)
			checklist_store_event(l->checklist, ev);
		look_whether_ended(l);
		store_event_free(ev);
	}
}

static void read_signals(struct linear *l)
{
	unsigned char bytes[64];
	ssize_t n = read(l->signals, bytes, sizeof bytes);

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == SIGINT)
			l->interrupted = true;
		else if (bytes[i] != SIGWINCH && bytes[i] != SIGCONT)
			l->signal = bytes[i];
	}
}

int64_t linear_patience(int ms)
{
	return clock_ms() + (int64_t)(ms * host_time_scale());
}

bool linear_turn(struct linear *l, unsigned flags, int timeout_ms)
{
	struct pollfd fds[] = {
		{l->signals, POLLIN, 0},
		{l->c.server ? server_fd(l->c.server) : -1, POLLIN, 0},
		{l->store ? store_fd(l->store) : -1, POLLIN, 0},
		{flags & TURN_INPUT ? STDIN_FILENO : -1, POLLIN, 0},
	};
	int patience = timeout_ms < 0 || timeout_ms > TICK_MS ? TICK_MS : timeout_ms;

	if (poll(fds, 4, patience) < 0 && errno != EINTR)
		l->signal = SIGTERM;
	if (fds[0].revents)
		read_signals(l);
	server_events(l);
	store_events(l);
	if (l->checklist) {
		checklist_tick(l->checklist, clock_ms());
		look_whether_ended(l);
	}
	return fds[3].revents != 0;
}
