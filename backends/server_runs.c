/*
 * server_runs: the lock that one console holds, and the runs through phases that the server keeps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define TIMEOUT_MS 30000
#define LOCK_LOOK_MS 5000 /* between two looks at a lock that is ours */
#define ANSWER_MAX ((size_t)8 << 20)
#define RUNS_MOST 2000
#define JOBS_MOST 2000

/*
 * The shell that holds what is asked for: root's as soon as there is one. NULL and no event when
 * there is none.
 */
static struct remote *holder(struct server *s)
{
	if (!s->link_up)
		return NULL;
	if (remote_up(s, REMOTE_ROOT))
		return &s->remotes[REMOTE_ROOT];
	return remote_for(s, REMOTE_WORK);
}

static void ask(struct server *s, struct remote *r, char *text,
	void (*done)(void *ctx, const struct shell_answer *a), void *ctx)
{
	struct shell_request q = {
		.text = text,
		.max_body = ANSWER_MAX,
		.timeout_ms = server_ms(s, TIMEOUT_MS),
		.done = done,
		.ctx = ctx,
	};

	remote_ask(r, &q, true);
	free(text);
}

/*
 * What stands after "NAME " on the first line of the answer that begins so, clean and owned; NULL.
 */
static char *line_of(const struct shell_answer *a, const char *name)
{
	const char *p = a->body, *end = a->body + a->len;
	size_t n = strlen(name);

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		if (!eol)
			eol = end;
		if ((size_t)(eol - p) > n && memcmp(p, name, n) == 0 && p[n] == ' ')
			return text_dupn(p + n + 1, (size_t)(eol - p) - n - 1);
		p = eol < end ? eol + 1 : end;
	}
	return NULL;
}

/* ---- the lock ---- */

static void say_lock(struct server *s, bool ours, bool stale, char *holder_text)
{
	struct server_event *ev = event_new(SERVER_LOCK);

	s->lock_ours = ours;
	ev->u.lock.ours = ours;
	ev->u.lock.stale = stale;
	ev->u.lock.holder = holder_text;
	event_put(s, ev, 0);
}

/* "held SINCE WHO": who, and since when by the clock here. */
static char *lock_words(const char *line)
{
	const char *since = strchr(line, ' ');
	const char *who = since ? strchr(since + 1, ' ') : NULL;
	double t = since ? strtod(since + 1, NULL) : 0;
	char when[CLOCK_RFC3339_SIZE];

	if (!who)
		return xstrdup(_("somebody"));
	clock_rfc3339((int64_t)t * 1000, when);
	return xasprintf(_("%s, since %s"), who + 1, when);
}

static void lock_answered(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;
	char *line = a->status >= 0 ? line_of(a, "lock") : NULL;
	char *refused = a->status >= 0 ? line_of(a, "refused") : NULL;

	if (line && strncmp(line, "ours", 4) == 0)
		say_lock(s, true, false, lock_words(line));
	else if (line && strcmp(line, "none") == 0)
		say_lock(s, false, false, xstrdup(""));
	else if (line)
		say_lock(s, false, strncmp(line, "stale", 5) == 0, lock_words(line));
	else
		say_lock(s, false, false,
			refused ? xstrdup(refused)
				: xstrdup(_("the server gave no answer about the lock")));
	free(line);
	free(refused);
}

static void lock_ask(struct server *s, bool force)
{
	char *session = shell_quote(s->session), *who = shell_quote(s->who);
	struct remote *r = holder(s);

	if (r)
		ask(s, r, xasprintf("tw_lock_take %s %s %d", session, who, force), lock_answered,
			s);
	else
		say_lock(s, false, false, xstrdup(_("the server is not connected")));
	free(session);
	free(who);
}

void lock_take(struct server *s, bool force)
{
	if (s->read_only) {
		say_lock(s, false, false, xstrdup(_("this console only watches")));
		return;
	}
	s->lock_wanted = true;
	lock_ask(s, force);
}

/*
 * The lock says which shell holds it: after that one went, or when root's came up, it is taken
 * anew.
 */
void lock_again(struct server *s)
{
	if (s->lock_wanted)
		lock_ask(s, false);
}

/* Another console may have taken it by force: said as soon as it is seen. */
static void lock_looked(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;
	char *line = a->status >= 0 ? line_of(a, "lock") : NULL;

	s->lock_asked = false;
	if (s->lock_ours && line && strncmp(line, "ours", 4) != 0)
		lock_answered(s, a);
	free(line);
}

int64_t lock_tick(struct server *s, int64_t now)
{
	struct remote *r;
	char *session;

	if (!s->lock_ours || !s->lock_wanted || s->lock_asked)
		return INT64_MAX;
	if (now < s->lock_due)
		return s->lock_due;
	s->lock_due = now + server_pause_ms(s, LOCK_LOOK_MS);
	r = holder(s);
	if (!r)
		return s->lock_due;
	session = shell_quote(s->session);
	s->lock_asked = true;
	ask(s, r, xasprintf("tw_lock_look %s", session), lock_looked, s);
	free(session);
	return INT64_MAX;
}

void lock_release(struct server *s)
{
	char *session = shell_quote(s->session);
	struct remote *r = holder(s);

	if (r && s->lock_wanted)
		ask(s, r, xasprintf("tw_lock_release %s", session), lock_answered, s);
	s->lock_wanted = false;
	free(session);
}

/* ---- runs ---- */

static void say_run(struct server *s, const struct shell_answer *a)
{
	struct server_event *ev = event_new(SERVER_RUN);

	ev->u.run.status = a->status;
	ev->u.run.id = a->status >= 0 ? line_of(a, "run") : NULL;
	ev->u.run.text = a->status >= 0
				 ? line_of(a, "refused")
				 : xstrdup(_("the link was lost before the server answered"));
	event_put(s, ev, 0);
}

static void run_answered(void *ctx, const struct shell_answer *a)
{
	say_run(ctx, a);
}

static struct remote *run_holder(struct server *s)
{
	struct shell_answer a = {.status = -4, .body = ""};
	struct remote *r = s->read_only ? NULL : holder(s);

	if (!r) {
		a.status = s->read_only ? -4 : SHELL_LOST;
		say_run(s, &a);
	}
	return r;
}

void run_open(struct server *s, const char *phase, const char *meta)
{
	char *p = shell_quote(phase), *m = shell_quote(meta ? meta : ""),
	     *i = shell_quote(s->session);
	struct remote *r = run_holder(s);

	if (r)
		ask(s, r, xasprintf("tw_purge >/dev/null 2>&1; tw_run_open %s %s %s", p, m, i),
			run_answered, s);
	free(p);
	free(m);
	free(i);
}

void run_close(struct server *s, const char *run, const char *state, const char *meta)
{
	char *n = shell_quote(run), *st = shell_quote(state), *m = shell_quote(meta ? meta : ""),
	     *i = shell_quote(s->session);
	struct remote *r = run_holder(s);

	if (r)
		ask(s, r, xasprintf("tw_run_close %s %s %s %s", n, st, m, i), run_answered, s);
	free(n);
	free(st);
	free(m);
	free(i);
}

/* "1-foundation-12" belongs to phase "1-foundation". */
static char *phase_of(const char *id)
{
	const char *dash = strrchr(id, '-');

	return dash ? xstrndup(id, (size_t)(dash - id)) : xstrdup(id);
}

static void add_job(struct run_info *run, struct job_look *look)
{
	struct job_status *st = look->status;

	if (run->njobs >= JOBS_MOST)
		return;
	st->nmarks = look->marks.n;
	st->marks = look->marks.list;
	memset(&look->marks, 0, sizeof(look->marks));
	run->jobs = xrealloc(run->jobs, run->njobs + 1, sizeof(*run->jobs));
	run->jobs[run->njobs++] = *st;
	free(st);
	look->status = NULL;
}

struct run_list {
	struct run_info *list;
	size_t n;
};

static void begin_run(struct run_list *l, const char *id)
{
	struct run_info *r;

	if (l->n >= RUNS_MOST)
		return;
	l->list = xrealloc(l->list, l->n + 1, sizeof(*l->list));
	r = &l->list[l->n++];
	memset(r, 0, sizeof(*r));
	r->id = text_dup(id);
	r->phase = phase_of(r->id);
	r->state = xstrdup("open");
	r->meta = xstrdup("");
}

/* The three lines of a run, from p on; returns where its jobs begin. */
static const char *run_head(struct run_list *l, const char *p, const char *end)
{
	while (p < end && *p != '\n') {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		char *line;

		if (!eol)
			eol = end;
		line = xstrndup(p, (size_t)(eol - p));
		if (strncmp(line, "run ", 4) == 0) {
			begin_run(l, line + 4);
		} else if (l->n > 0 && strncmp(line, "run-state ", 10) == 0) {
			free(l->list[l->n - 1].state);
			l->list[l->n - 1].state = text_dup(line + 10);
		} else if (l->n > 0 && strncmp(line, "run-meta ", 9) == 0) {
			free(l->list[l->n - 1].meta);
			l->list[l->n - 1].meta = text_dup(line + 9);
		}
		free(line);
		p = eol < end ? eol + 1 : end;
	}
	return p < end ? p + 1 : end;
}

static void runs_answered(void *ctx, const struct shell_answer *a)
{
	struct server *s = ctx;
	struct server_event *ev = event_new(SERVER_RUNS);
	struct run_list l = {0};
	const char *p = a->body, *end = a->body + a->len;

	while (a->status >= 0 && p < end) {
		struct job_look look;
		size_t used = 0;

		if (end - p > 4 && memcmp(p, "run ", 4) == 0) {
			p = run_head(&l, p, end);
		} else if (l.n > 0 && job_look_parse(p, (size_t)(end - p), &look, &used)) {
			if (look.status->id[0])
				add_job(&l.list[l.n - 1], &look);
			job_look_clear(&look);
			p += used;
		} else {
			p = memchr(p, '\n', (size_t)(end - p));
			p = p ? p + 1 : end;
		}
	}
	ev->u.runs.runs = l.list;
	ev->u.runs.nruns = l.n;
	ev->u.runs.status = a->status < 0 ? a->status : 0;
	event_put(s, ev, a->len);
}

void runs_list(struct server *s)
{
	struct shell_answer a = {.status = SHELL_LOST, .body = ""};
	struct remote *r = holder(s);

	if (r)
		ask(s, r, xstrdup("tw_runs"), runs_answered, s);
	else
		runs_answered(s, &a);
}
