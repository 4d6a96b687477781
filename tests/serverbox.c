#include "tests/serverbox.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

void serverbox_init(struct serverbox *b, struct server *s, struct link *l)
{
	memset(b, 0, sizeof(*b));
	b->server = s;
	b->link = l;
	b->keep_out = true;
	buf_init(&b->out, 0);
}

void serverbox_clear(struct serverbox *b)
{
	server_free(b->server);
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(b->panels[i]);
	server_event_free(b->probe_event);
	server_event_free(b->job_event);
	server_event_free(b->runs_event);
	server_event_free(b->run_event);
	buf_clear(&b->out);
}

static void keep(struct server_event **where, struct server_event *ev)
{
	server_event_free(*where);
	*where = ev;
}

static void take_out(struct serverbox *b, const struct job_out *o)
{
	if (o->offset != b->out_next)
		b->out_gap = true;
	b->out_next = o->offset + (int64_t)o->len;
	b->out_total += (int64_t)o->len;
	if (b->keep_out)
		buf_add(&b->out, o->data, o->len);
}

/* True when ev was kept. */
static bool take(struct serverbox *b, struct server_event *ev)
{
	switch (ev->type) {
	case SERVER_LINK:
		b->state = ev->u.link.state;
		b->ups += b->state == LINK_UP;
		return false;
	case SERVER_QUESTION:
		b->questions++;
		b->question = ev->u.question->id;
		if (b->password)
			server_answer(b->server, b->question, b->password);
		return false;
	case SERVER_RTT:
		b->beats++;
		return false;
	case SERVER_SILENT:
		b->silent_ms = ev->u.silent_ms;
		return false;
	case SERVER_PANEL:
		panel_unref(b->panels[ev->u.panel->id]);
		b->panels[ev->u.panel->id] = panel_ref(ev->u.panel);
		b->npanels[ev->u.panel->id]++;
		b->ngood[ev->u.panel->id] += ev->u.panel->state == PANEL_OK;
		return false;
	case SERVER_ROOT:
		b->root = ev->u.root.state;
		b->password_used = ev->u.root.password_used;
		snprintf(b->root_text, sizeof(b->root_text), "%s", ev->u.root.text);
		return false;
	case SERVER_LOCK:
		b->locks++;
		b->lock_ours = ev->u.lock.ours;
		snprintf(b->holder, sizeof(b->holder), "%s", ev->u.lock.holder);
		return false;
	case SERVER_PROBE:
		b->probes++;
		keep(&b->probe_event, ev);
		return true;
	case SERVER_JOB:
		b->jobs++;
		keep(&b->job_event, ev);
		return true;
	case SERVER_JOB_OUT:
		take_out(b, ev->u.out);
		return false;
	case SERVER_RUNS:
		b->runs++;
		keep(&b->runs_event, ev);
		return true;
	case SERVER_RUN:
		b->run_answers++;
		keep(&b->run_event, ev);
		return true;
	}
	return false;
}

/* One event, so that whoever waits for a state sees each; false when nothing came in ms. */
static bool take_one(struct serverbox *b, int ms)
{
	struct pollfd fd = {.fd = server_fd(b->server), .events = POLLIN};
	struct server_event *ev = server_next(b->server);

	if (!ev) {
		poll(&fd, 1, ms);
		ev = server_next(b->server);
	}
	if (ev && !take(b, ev))
		server_event_free(ev);
	return ev != NULL;
}

void serverbox_turn(struct serverbox *b, int ms)
{
	if (take_one(b, ms))
		while (take_one(b, 0))
			;
}

void serverbox_wait(struct serverbox *b, const int *counter, int n, int ms, const char *what)
{
	int64_t until = clock_ms() + ms;

	while (*counter < n && clock_ms() < until)
		take_one(b, 20);
	if (*counter < n)
		fail_msg("%s: %d of %d came in %d ms (link %d, root %d %s)", what, *counter, n, ms,
			(int)b->state, (int)b->root, b->root_text);
}

void serverbox_wait_state(struct serverbox *b, enum link_state s, int ms)
{
	int64_t until = clock_ms() + ms;

	while (b->state != s && clock_ms() < until)
		take_one(b, 20);
	assert_int_equal(b->state, s);
}

void serverbox_wait_root(struct serverbox *b, enum root_state s, int ms)
{
	int64_t until = clock_ms() + ms;

	while (b->root != s && clock_ms() < until)
		take_one(b, 20);
	if (b->root != s)
		fail_msg("root is %d (%s), not %d", (int)b->root, b->root_text, (int)s);
}

const struct job_status *serverbox_wait_job(struct serverbox *b, enum job_state s, int ms)
{
	int64_t until = clock_ms() + ms, had = b->out_total;

	while ((!b->job_event || b->job_event->u.job->state != s) && clock_ms() < until) {
		take_one(b, 20);
		if (b->out_total > had) /* it goes on */
			until = clock_ms() + ms;
		had = b->out_total;
	}
	if (!b->job_event)
		fail_msg("nothing was heard of the job");
	else if (b->job_event->u.job->state != s)
		fail_msg("the job is %d, not %d (%s)", (int)b->job_event->u.job->state, (int)s,
			b->job_event->u.job->refused ? b->job_event->u.job->refused : "");
	return b->job_event->u.job;
}

const struct probe_answer *serverbox_probe(
	struct serverbox *b, const struct probe_spec *spec, int ms)
{
	int n = b->probes;

	server_probe(b->server, spec);
	serverbox_wait(b, &b->probes, n + 1, ms, "probe");
	return b->probe_event->u.probe;
}
