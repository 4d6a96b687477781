/* server_beat: the heartbeat on the control shell, and the server's clock. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/clock.h"
#include "base/i18n.h"

#define BEAT_MS 1000
#define SILENT_MS 3000
#define DROP_MS 15000
#define CLOCK_MS 60000

void beat_link(struct server *s, bool up)
{
	(void)up;
	s->beat_asked = 0;
	s->beat_due = 0;
	s->clock_due = 0;
	s->silent = false;
}

static void say_silent(struct server *s, int64_t ms)
{
	struct server_event *ev = event_new(SERVER_SILENT);

	ev->u.silent_ms = ms;
	event_put(s, ev, 0);
}

static void say_rtt(struct server *s, int64_t ms)
{
	struct server_event *ev = event_new(SERVER_RTT);

	ev->u.rtt.rtt_ms = (double)ms;
	ev->u.rtt.clock_offset_ms = s->clock_offset_ms;
	event_put(s, ev, 0);
}

static void beat_done(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;

	s->beat_asked = 0;
	if (s->silent)
		say_silent(s, 0);
	s->silent = false;
	if (a->status < 0)
		return;
	say_rtt(s, a->took_ms);
	s->beat_due = a->asked_ms + server_pause_ms(s, BEAT_MS);
}

/* "1763720000.123456789", or without a fraction where date knows no %N. */
static void clock_done(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;
	char *end;
	double t = strtod(a->body, &end);

	if (a->status != 0 || end == a->body || t < 1)
		return;
	if (!memchr(a->body, '.', (size_t)(end - a->body)) || end[-1] == '.')
		t += 0.5;
	/* When it was asked for, by our wall clock, and half the way there and back. */
	s->clock_offset_ms =
		t * 1000 - ((double)(clock_wall_ms() - a->took_ms) + (double)a->took_ms / 2);
}

static void uid_done(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;

	if (a->status != 0)
		return;
	s->user_is_root = strtol(a->body, NULL, 10) == 0 && a->body[0] == '0';
	s->uid_known = true;
	if (s->root.wanted)
		root_open(s, false);
}

static void ask(
	struct server *s, const char *text, void (*done)(void *ctx, const struct shell_answer *a))
{
	struct shell_request r = {
		.text = text,
		.max_body = 256,
		.timeout_ms = server_ms(s, DROP_MS * 2),
		.done = done,
		.ctx = s,
	};

	shell_ask(s->remotes[REMOTE_CONTROL].shell, &r);
}

void beat_control_up(struct server *s)
{
	s->clock_due = clock_ms() + server_pause_ms(s, CLOCK_MS);
	ask(s, "date +%s.%N", clock_done);
	ask(s, "id -u", uid_done);
	s->beat_due = 0;
}

void beat_late(struct server *s, int64_t ms)
{
	if (ms > 0 && s->beat_asked)
		s->beat_asked += ms;
}

int64_t beat_tick(struct server *s, int64_t now)
{
	int64_t waited;

	if (!remote_up(s, REMOTE_CONTROL) && s->beat_asked == 0)
		return INT64_MAX;
	if (s->beat_asked == 0) {
		/* A control shell that is busy with a probe is not silent. */
		if (shell_waiting(s->remotes[REMOTE_CONTROL].shell) > 0)
			return now + server_pause_ms(s, BEAT_MS);
		if (now >= s->clock_due) {
			s->clock_due = now + server_pause_ms(s, CLOCK_MS);
			ask(s, "date +%s.%N", clock_done);
			return now + server_pause_ms(s, BEAT_MS);
		}
		if (now < s->beat_due)
			return s->beat_due;
		s->beat_asked = now;
		ask(s, ":", beat_done);
		return now + server_ms(s, SILENT_MS);
	}
	waited = now - s->beat_asked;
	if (waited >= server_ms(s, DROP_MS)) {
		link_drop(s->link, _("the server does not answer any more"));
		s->beat_asked = now; /* once is enough */
	} else if (waited >= server_ms(s, SILENT_MS)) {
		if (!s->silent || now - s->silent_said >= 1000) {
			s->silent = true;
			s->silent_said = now;
			say_silent(s, waited);
		}
		return now + 200;
	}
	return s->beat_asked + server_ms(s, SILENT_MS);
}
