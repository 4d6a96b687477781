/* server_remote: the shells of a server come, go and come back. */
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/clock.h"

#define RETRY_FIRST_MS 1000
#define RETRY_MOST_MS 60000

bool remote_up(const struct server *s, enum remote_id id)
{
	return shell_state(s->remotes[id].shell) == SHELL_UP;
}

static const char *remote_prelude(const struct remote *r)
{
	switch (r->id) {
	case REMOTE_CONTROL:
	case REMOTE_SHARED:
		return r->s->prelude;
	case REMOTE_WORK:
		return r->s->work_text;
	case REMOTE_ROOT:
		return r->s->root_text;
	default:
		return r->s->collectors[r->id - REMOTE_COLLECT].prelude;
	}
}

static void remote_open(struct remote *r)
{
	r->fed = r->id >= REMOTE_COLLECT ? 1u << (r->id - REMOTE_COLLECT) : 0;
	shell_open(r->shell, NULL, remote_prelude(r), server_ms(r->s, SHELL_OPEN_MS));
}

void remote_want(struct server *s, enum remote_id id)
{
	struct remote *r = &s->remotes[id];

	r->wanted = true;
	if (s->link_up && !r->refused && shell_state(r->shell) == SHELL_CLOSED &&
		clock_ms() >= r->retry_at)
		remote_open(r);
}

struct remote *remote_for(struct server *s, enum remote_id id)
{
	if (id >= REMOTE_COLLECT &&
		(s->remotes[id].refused || s->collectors[id - REMOTE_COLLECT].shared))
		id = REMOTE_SHARED;
	if (s->remotes[id].refused && (id == REMOTE_WORK || id == REMOTE_SHARED))
		id = REMOTE_CONTROL;
	if (id != REMOTE_ROOT)
		remote_want(s, id);
	return &s->remotes[id];
}

int remote_for_root(struct server *s, bool root)
{
	if (!root)
		return REMOTE_WORK;
	return remote_up(s, REMOTE_ROOT) ? REMOTE_ROOT : -1;
}

static void places_done(void *ctx, const struct shell_answer *a)
{
	(void)ctx;
	(void)a;
}

struct asked {
	struct remote *r;
	struct shell_request q; /* text is owned */
	bool places;
};

static void asked_done(void *ctx, const struct shell_answer *a)
{
	struct asked *k = ctx;
	struct server *s = k->r->s;

	if (a->refused && s->link_up && k->r->id != REMOTE_CONTROL && k->r->id != REMOTE_ROOT) {
		k->r->refused = true;
		remote_ask(remote_for(s, k->r->id), &k->q, k->places);
	} else {
		k->q.done(k->q.ctx, a);
	}
	explicit_bzero((char *)k->q.text, strlen(k->q.text));
	free((char *)k->q.text);
	free(k);
}

void remote_ask(struct remote *r, const struct shell_request *q, bool places)
{
	struct asked *k = xcalloc(1, sizeof(*k));
	struct shell_request first =
				     {
					     .text = "tw_places",
					     .max_body = 256,
					     .timeout_ms = q->timeout_ms,
					     .here = true,
					     .done = places_done,
				     },
			     here = *q;
	char *text = NULL;

	k->r = r;
	k->q = *q;
	k->q.text = xstrdup(q->text);
	k->places = places;
	here.done = asked_done;
	here.ctx = k;
	if (r->id == REMOTE_WORK || r->id == REMOTE_ROOT) {
		if (places && !r->placed) {
			shell_ask(r->shell, &first);
			r->placed = true;
		}
	} else {
		/* No channel for the work shell: this one does not know its functions. */
		here.text = text = xasprintf("%s\n%s", r->s->work_text, q->text);
	}
	shell_ask(r->shell, &here);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void on_up(void *ctx, struct shell *sh)
{
	struct remote *r = ctx;

	(void)sh;
	r->failures = 0;
	r->retry_at = 0;
	if (r->id == REMOTE_CONTROL)
		beat_control_up(r->s);
	else if (r->id == REMOTE_ROOT)
		root_up(r->s);
	else if (r->id == REMOTE_WORK)
		lock_again(r->s);
	collectors_remote_up(r->s, r);
}

static void on_ended(void *ctx, struct shell *sh, enum shell_end end, int status, const char *text)
{
	struct remote *r = ctx;
	struct server *s = r->s;
	int64_t wait = RETRY_FIRST_MS;

	(void)sh;
	r->fed = 0;
	r->placed = false;
	if (end == SHELL_END_REFUSED && s->link_up)
		r->refused = r->id != REMOTE_CONTROL && r->id != REMOTE_ROOT;
	for (int i = 0; i < r->failures && wait < RETRY_MOST_MS; i++)
		wait *= 2;
	r->failures++;
	r->retry_at = s->link_up ? clock_ms() + server_pause_ms(s, wait) : 0;
	if (r->id == REMOTE_ROOT)
		root_ended(s, end, status, end == SHELL_END_EXIT && status == -1 && !*text);
	else
		collectors_remote_ended(s, r, end);
	if (r->id == REMOTE_CONTROL && s->link_up && r->failures > 3)
		link_drop(s->link, "no shell");
}

static void on_err(void *ctx, struct shell *sh, const void *bytes, size_t n)
{
	struct remote *r = ctx;

	if (r->id == REMOTE_ROOT && shell_state(sh) == SHELL_OPENING)
		root_err(r->s, bytes, n);
	else if (r->id >= REMOTE_COLLECT && shell_state(sh) == SHELL_UP)
		collectors_nudge(r->s, r);
}

void remotes_init(struct server *s)
{
	for (int i = 0; i < REMOTE_COUNT; i++) {
		struct remote *r = &s->remotes[i];
		struct shell_callbacks cb = {
			.ctx = r, .up = on_up, .ended = on_ended, .err = on_err};

		r->s = s;
		r->id = (enum remote_id)i;
		r->shell = shell_new(s->link, &cb);
	}
	s->remotes[REMOTE_CONTROL].wanted = true;
}

void remotes_free(struct server *s)
{
	for (int i = 0; i < REMOTE_COUNT; i++) {
		shell_free(s->remotes[i].shell);
		s->remotes[i].shell = NULL;
	}
}

void remotes_link(struct server *s, bool up)
{
	for (int i = 0; i < REMOTE_COUNT; i++) {
		struct remote *r = &s->remotes[i];

		r->refused = false;
		r->failures = 0;
		r->retry_at = 0;
	}
	if (up)
		remote_want(s, REMOTE_CONTROL);
}

bool remotes_event(struct server *s, const struct link_event *ev)
{
	for (int i = 0; i < REMOTE_COUNT; i++) {
		if (shell_event(s->remotes[i].shell, ev))
			return true;
	}
	return false;
}

int64_t remotes_tick(struct server *s, int64_t now)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < REMOTE_COUNT; i++) {
		struct remote *r = &s->remotes[i];
		int64_t at = shell_tick(r->shell, now);

		if (at < next)
			next = at;
		if (!s->link_up || !r->wanted || r->refused || i == REMOTE_ROOT ||
			shell_state(r->shell) != SHELL_CLOSED)
			continue;
		/* Nothing but the control shell before it is up: a server that refuses channels
		 * must refuse another. */
		if (i != REMOTE_CONTROL && !remote_up(s, REMOTE_CONTROL))
			continue;
		if (now >= r->retry_at)
			remote_open(r);
		else if (r->retry_at < next)
			next = r->retry_at;
	}
	return next;
}
