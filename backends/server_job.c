/*
 * server_job: jobs are staged, followed by offset, cancelled.
 *
 *   start ── sent ── answer ──────────────► followed ── … ── done, lost, none
 *              └── lost ── looked for by ID ──┘  only when the server has no trace of it, and soon: staged again
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/i18n.h"

#define LOOK_MS 1000 /* from one look to the next while nothing comes */
#define LOOK_TIMEOUT_MS 30000
#define START_TIMEOUT_MS 60000
#define START_AGAIN_MS                                                                             \
	60000 /* a start whose answer was lost is staged again only this soon after */
#define LAUNCH_AGAIN_MS 10000 /* published, but nobody began it: asked to be launched once more */
#define PIECE 65536           /* bytes of output in one answer */
#define PIECE_BEHIND 262144
#define BEHIND (1 << 20)
#define ANSWER_MAX ((size_t)2 << 20)
#define EVENTS_MOST ((size_t)4 << 20) /* bytes that wait for the console: beyond, no more is read */

struct follow {
	struct follow *next;
	struct server *s;
	char *id;
	bool root;
	bool out;      /* its output is wanted */
	char *start;   /* the text that stages it, until an answer to it has come; wiped */
	bool cancel;   /* to be asked for */
	bool asked;    /* a request is under way */
	bool starting; /* that request is the start */
	bool lost;     /* the answer to the start was lost: look before anything else */
	bool launch;   /* to be asked for */
	bool said;     /* at least one state was told */
	int64_t confirmed_ms, launched_ms;
	int64_t due;
	int64_t offset; /* where the next piece begins */
	struct marks marks;
	struct job_status last; /* what was told: no pointers in it are used */
};

char *job_start_text(const struct job_spec *spec, const char *session)
{
	char *content = xasprintf("%s\n%s\n", spec->params ? spec->params : "", spec->step);
	char sum[DIGEST_HEX], *text;
	struct {
		const char *name, *value;
		char *quoted;
	} v[] = {
		{"j_id", spec->id, NULL},
		{"j_previous", spec->previous, NULL},
		{"j_kind", spec->undo ? "undo" : "apply", NULL},
		{"j_undo", spec->undo_on_failure ? "1" : "0", NULL},
		{"j_digest", spec->plan_digest, NULL},
		{"j_head", spec->journal_head, NULL},
		{"j_meta", spec->meta, NULL},
		{"j_params", spec->params, NULL},
		{"j_step", spec->step, NULL},
		{"j_session", session, NULL},
	};
	struct buf b;

	buf_init(&b, 0);
	digest_hex(content, strlen(content), sum);
	explicit_bzero(content, strlen(content));
	free(content);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *quoted = shell_quote(v[i].value ? v[i].value : "");

		buf_addf(&b, "%s=", v[i].name);
		buf_adds(&b, quoted);
		buf_addc(&b, '\n');
		explicit_bzero(quoted, strlen(quoted));
		free(quoted);
	}
	buf_addf(&b, "j_limit=%d j_grace=%d j_sum=%s\nj_end='end %s'\ntw_job_start",
		spec->timeout_s > 0 ? spec->timeout_s : 600, spec->grace_s, sum, spec->id);
	text = xstrdup(buf_str(&b));
	buf_wipe(&b);
	return text;
}

struct follow *follow_new(const char *id, bool root, int64_t raw_offset)
{
	struct follow *f = xcalloc(1, sizeof(*f));

	f->id = xstrdup(id);
	f->root = root;
	f->out = raw_offset >= 0;
	f->offset = raw_offset >= 0 ? raw_offset : 0;
	return f;
}

static void start_forget(struct follow *f)
{
	if (f->start)
		explicit_bzero(f->start, strlen(f->start));
	FREE(f->start);
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	start_forget(f);
	marks_clear(&f->marks);
	free(f->id);
	free(f);
}

void follows_free(struct server *s)
{
	while (s->follows) {
		struct follow *f = s->follows;

		s->follows = f->next;
		follow_free(f);
	}
}

static struct follow *find(struct server *s, const char *id)
{
	for (struct follow *f = s->follows; f; f = f->next) {
		if (strcmp(f->id, id) == 0)
			return f;
	}
	return NULL;
}

/* It is told no more of. A request under way finds it gone by its ID. */
static void drop(struct follow *f)
{
	struct server *s = f->s;

	for (struct follow **p = &s->follows; *p; p = &(*p)->next) {
		if (*p == f) {
			*p = f->next;
			break;
		}
	}
	follow_free(f);
}

/* ---- telling ---- */

static void say_status(struct follow *f, struct job_status *st)
{
	struct server_event *ev = event_new(SERVER_JOB);

	f->said = true;
	f->last = *st;
	st->marks = marks_copy(&f->marks);
	st->nmarks = f->marks.n;
	ev->u.job = st;
	event_put(f->s, ev, 0);
}

static void say_refused(struct server *s, const char *id, const char *why)
{
	struct server_event *ev = event_new(SERVER_JOB);
	struct job_status *st = xcalloc(1, sizeof(*st));

	st->id = xstrdup(id);
	st->started = st->ended = st->silent_s = NAN;
	for (int i = 0; i < PART_COUNT; i++)
		st->part_status[i] = -1;
	st->refused = xstrdup(why);
	ev->u.job = st;
	event_put(s, ev, 0);
}

static bool news(const struct follow *f, const struct job_status *st)
{
	const struct job_status *l = &f->last;

	return !f->said || l->state != st->state || l->result != st->result ||
	       l->part != st->part || l->nmarks != f->marks.n ||
	       memcmp(l->part_status, st->part_status, sizeof(l->part_status)) != 0;
}

static void say_out(struct follow *f, const struct job_look *look, double now)
{
	struct server_event *ev = event_new(SERVER_JOB_OUT);
	struct job_out *o = xcalloc(1, sizeof(*o));

	o->id = xstrdup(f->id);
	o->offset = look->from;
	o->raw_offset = look->from + (int64_t)look->len;
	o->data = xcalloc(1, look->len + 1);
	memcpy(o->data, look->data, look->len);
	o->len = look->len;
	o->time = now;
	ev->u.out = o;
	event_put(f->s, ev, look->len);
}

/* ---- one answer ---- */

static void take_marks(struct follow *f, struct job_look *look)
{
	/* Asked for from number f->marks.n on: the list is continued as it stands. */
	for (size_t i = 0; i < look->marks.n && f->marks.n < MARKS_MAX; i++) {
		if (f->marks.n == f->marks.cap) {
			f->marks.cap = f->marks.cap ? f->marks.cap * 2 : 64;
			f->marks.list =
				xrealloc(f->marks.list, f->marks.cap, sizeof(*f->marks.list));
		}
		f->marks.list[f->marks.n++] = look->marks.list[i];
		memset(&look->marks.list[i], 0, sizeof(look->marks.list[i]));
	}
}

static bool over(const struct job_status *st)
{
	return st->state == JOB_DONE || st->state == JOB_LOST || st->state == JOB_NONE;
}

/* A good answer; takes look->status. */
static void take_look(struct follow *f, struct job_look *look)
{
	struct job_status *st = look->status;
	struct server *s = f->s;
	int64_t now = clock_ms();
	bool more;

	look->status = NULL;
	f->last.out_size = st->out_size;
	take_marks(f, look);
	if (f->out && look->len > 0) {
		say_out(f, look,
			(double)clock_wall_ms() / 1000 +
				(isnan(s->clock_offset_ms) ? 0 : s->clock_offset_ms / 1000));
		f->offset = look->from + (int64_t)look->len;
	}
	more = (f->out && f->offset < st->out_size) ||
	       (f->marks.n < look->marks_total && f->marks.n < MARKS_MAX);
	f->due = more ? now : now + server_pause_ms(s, LOOK_MS);
	/* The end is told when all before it has been. */
	if (over(st) && more) {
		job_status_free(st);
		return;
	}
	if (st->state == JOB_STAGED && f->launched_ms &&
		now - f->launched_ms > server_pause_ms(s, LAUNCH_AGAIN_MS)) {
		f->launched_ms = now;
		f->launch = true;
	}
	if (f->cancel)
		f->due = now;
	more = !over(st) && f->out;
	if (news(f, st) || !more)
		say_status(f, st);
	else
		job_status_free(st);
	if (!more)
		drop(f);
}

static void answered(void *ctx, const struct shell_answer *a)
{
	struct follow *f = ctx;
	struct job_look look;
	size_t used;
	bool starting = f->starting;

	f->asked = f->starting = false;
	if (a->status < 0) {
		f->lost = f->lost || (starting && a->sent);
		f->due = clock_ms() + server_pause_ms(f->s, LOOK_MS);
		return;
	}
	if (!job_look_parse(a->body, a->len, &look, &used)) {
		f->due = clock_ms() + server_pause_ms(f->s, LOOK_MS);
		if (starting) {
			say_refused(f->s, f->id, _("the server did not understand the request"));
			drop(f);
		}
		return;
	}
	if (starting || (look.status->state != JOB_NONE && !look.status->refused))
		start_forget(f);
	if (look.status->refused) {
		free(look.status->id);
		look.status->id = xstrdup(f->id);
		say_status(f, look.status);
		look.status = NULL;
		job_look_clear(&look);
		drop(f);
		return;
	}
	if (f->start) {
		/* The start was lost on its way and the server has no trace of it. */
		if (clock_ms() - f->confirmed_ms <= START_AGAIN_MS) {
			job_look_clear(&look);
			f->due = 0;
			f->lost = false;
			return;
		}
		start_forget(f);
	}
	take_look(f, &look);
	job_look_clear(&look);
}

/* ---- asking ---- */

static void send(struct follow *f, struct remote *r, const char *text, int64_t timeout)
{
	struct shell_request q = {
		.text = text,
		.max_body = ANSWER_MAX,
		.timeout_ms = timeout,
		.done = answered,
		.ctx = f,
	};

	f->asked = true;
	remote_ask(r, &q, true);
}

static void ask(struct follow *f, struct remote *r)
{
	char *text, *id = shell_quote(f->id);

	if (f->start && !f->lost) {
		f->starting = true;
		f->launched_ms = clock_ms();
		send(f, r, f->start, server_ms(f->s, START_TIMEOUT_MS));
	} else {
		text = xasprintf("%s %s %lld %zu %d",
			f->cancel   ? "tw_job_cancel"
			: f->launch ? "tw_job_launch"
				    : "tw_job_look",
			id, f->out ? (long long)f->offset : -1LL, f->marks.n,
			f->last.out_size - f->offset > BEHIND ? PIECE_BEHIND : PIECE);
		f->cancel = f->launch = false;
		send(f, r, text, server_ms(f->s, LOOK_TIMEOUT_MS));
		free(text);
	}
	free(id);
}

int64_t follows_tick(struct server *s, int64_t now)
{
	int64_t next = INT64_MAX;
	struct follow *f, *after;

	if (!s->link_up)
		return next;
	for (f = s->follows; f; f = after) {
		int where = remote_for_root(s, f->root);
		struct remote *r;

		after = f->next;
		if (f->asked || where < 0)
			continue;
		if (now < f->due || queue_weight(s->events) > EVENTS_MOST) {
			int64_t at = now < f->due ? f->due : now + 50;

			next = at < next ? at : next;
			continue;
		}
		r = remote_for(s, (enum remote_id)where);
		if (shell_state(r->shell) == SHELL_UP)
			ask(f, r);
	}
	return next;
}

void follow_start(struct server *s, struct follow *f, char *start_text)
{
	struct follow *old = find(s, f->id);

	f->s = s;
	if (start_text && (s->read_only || !s->link_up || remote_for_root(s, f->root) < 0)) {
		say_refused(s, f->id,
			s->read_only ? _("this console only watches")
			: s->link_up ? _("there is no root shell (S opens it)")
				     : _("the server is not connected"));
		explicit_bzero(start_text, strlen(start_text));
		free(start_text);
		follow_free(f);
		return;
	}
	if (old && !old->asked) {
		drop(old);
	} else if (old) {
		/* Asked already: that answer serves. Follow from where it is now wanted. */
		old->out = old->out || f->out;
		old->said = false;
		free(start_text);
		follow_free(f);
		return;
	}
	f->start = start_text;
	f->confirmed_ms = clock_ms();
	f->next = s->follows;
	s->follows = f;
}

void follow_cancel(struct server *s, const char *id, bool root)
{
	struct follow *f = find(s, id);

	if (s->read_only)
		return;
	if (!f) {
		f = follow_new(id, root, -1);
		f->s = s;
		f->next = s->follows;
		s->follows = f;
	}
	f->cancel = true;
	f->due = 0;
}
