/* server_collect: the collectors' pace, their deadlines, and what becomes of their answers. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

#define ANSWER_MAX COLLECT_ANSWER_MAX
#define PARSE_HERE ((size_t)256 << 10) /* larger answers are parsed by the worker */
#define NUDGE_MS 200 /* a watch that speaks: this much later, for what else it says */
#define ROOT_GRACE_MS 120000
#define NUDGE_LEAST_MS 1000 /* and not sooner than this after the last request */

int collectors_init(struct server *s, const char *datadir, struct err *e)
{
	char *prelude = server_file(datadir, "collect", "prelude", e);
	struct buf settings;
	int rc = prelude ? 0 : ERR_IO;

	buf_init(&settings, 0);
	collect_settings(s->host, &settings);
	for (int i = 0; i < PANEL_COUNT && rc == 0; i++) {
		struct collector *c = &s->collectors[i];
		char *body;

		c->s = s;
		c->def = &collect_defs[i];
		c->first = true;
		body = server_file(datadir, "collect", c->def->name, e);
		if (!body)
			rc = ERR_IO;
		else
			c->text = xasprintf("%s\n%s\n%s\n", prelude, buf_str(&settings), body);
		c->prelude = xasprintf("%s\ntrap 'kill \"$tw_watch\" 2>/dev/null' EXIT\n%s\n",
			s->prelude, c->text ? c->text : "");
		free(body);
	}
	buf_clear(&settings);
	free(prelude);
	return rc;
}

void collectors_free(struct server *s)
{
	for (int i = 0; i < PANEL_COUNT; i++) {
		free(s->collectors[i].text);
		free(s->collectors[i].prelude);
		panel_unref(s->collectors[i].last);
	}
}

static bool looked_at(const struct server *s, enum panel_id id)
{
	return s->look == PANEL_COUNT || s->look == id;
}

static int64_t pace(const struct collector *c)
{
	int64_t ms = looked_at(c->s, c->def->id) ? c->def->pace_ms : c->def->slow_ms;

	ms = server_pause_ms(c->s, ms);
	return ms > c->rest_ms ? ms : c->rest_ms;
}

/* When it is asked next because its watch spoke: soon, but not more often than it may. */
static int64_t nudged_at(const struct collector *c)
{
	int64_t least = server_pause_ms(c->s, NUDGE_LEAST_MS), soon = clock_ms() + NUDGE_MS;
	int64_t at = c->asked_ms + (least > c->rest_ms ? least : c->rest_ms);

	return at > soon ? at : soon;
}

static void publish(struct collector *c, struct panel *p)
{
	struct server_event *ev = event_new(SERVER_PANEL);

	panel_unref(c->last);
	c->last = p;
	ev->u.panel = panel_ref(p);
	event_put(c->s, ev, 0);
}

/* ---- the worker that parses what is large ---- */

struct parse {
	struct queue_item item;
	struct server *s;
	enum panel_id id;
	struct collect_input in;
	char *bytes;
	char mark[TOKEN_HEX];
};

static void parse_free(struct queue_item *item)
{
	struct parse *p = (struct parse *)item;

	panel_unref((struct panel *)p->in.previous);
	free(p->bytes);
	free(p);
}

struct queue *collectors_queue(void)
{
	return queue_new(parse_free);
}

void *collectors_parser(void *server)
{
	struct server *s = server;

	for (;;) {
		struct pollfd fd = {.fd = queue_fd(s->parses), .events = POLLIN};
		struct parse *p = (struct parse *)queue_take(s->parses);
		struct panel *panel = NULL;

		if (!p) {
			poll(&fd, 1, -1);
			continue;
		}
		if (!p->bytes) { /* the server is freed */
			parse_free(&p->item);
			return NULL;
		}
		collect_parse(p->id, &p->in, &panel);
		server_parsed(s, p->id, panel);
		parse_free(&p->item);
	}
}

void collectors_parser_quit(struct server *s)
{
	struct parse *p = xcalloc(1, sizeof(*p));

	queue_put(s->parses, &p->item);
}

void collectors_parsed(struct server *s, enum panel_id id, struct panel *panel)
{
	struct collector *c = &s->collectors[id];

	c->state = COLLECTOR_IDLE;
	c->done = true;
	publish(c, panel);
}

static void parse(struct collector *c, const struct shell_answer *a)
{
	struct server *s = c->s;
	struct collect_input in = {
		.bytes = a->body,
		.len = a->len,
		.mark = shell_mark(s->remotes[c->asked_of].shell),
		.taken_ms = c->asked_ms,
		.wall_ms = c->wall_ms,
		.took_ms = a->took_ms,
		.as_root = c->asked_of == REMOTE_ROOT || s->user_is_root,
		.host = s->host,
		.previous = c->last,
	};
	struct panel *panel = NULL;
	struct parse *p;

	if (a->len <= PARSE_HERE) {
		collect_parse(c->def->id, &in, &panel);
		collectors_parsed(s, c->def->id, panel);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	p->s = s;
	p->id = c->def->id;
	p->in = in;
	p->bytes = xcalloc(1, a->len + 1);
	memcpy(p->bytes, a->body, a->len);
	p->in.bytes = p->bytes;
	snprintf(p->mark, sizeof(p->mark), "%s", in.mark);
	p->in.mark = p->mark;
	p->in.previous = c->last ? panel_ref(c->last) : NULL;
	c->state = COLLECTOR_PARSING;
	queue_put(s->parses, &p->item);
}

static void answered(void *ctx, const struct shell_answer *a)
{
	struct collector *c = ctx;
	struct server *s = c->s;
	struct panel *p = NULL;

	c->state = COLLECTOR_IDLE;
	c->rest_ms = server_pause_ms(s, collect_rest_ms(c->def, a->took_ms));
	c->due = c->asked_ms + pace(c);
	if (c->nudged && nudged_at(c) < c->due)
		c->due = nudged_at(c);
	if (c->again)
		c->due = 0;
	c->again = c->nudged = false;
	if (a->status >= 0) {
		c->first = false;
		parse(c, a);
		return;
	}
	c->first = true;
	if (c->asked_of == REMOTE_ROOT)
		c->root_failed = true;
	if (a->status == SHELL_TIMEOUT) {
		c->done = true;
		p = collect_without_answer(c->def->id, PANEL_HUNG,
			_("no answer in time: it was ended, and will be asked again"), c->last);
		c->due = clock_ms() + server_pause_ms(s, c->def->slow_ms);
	} else if (s->link_up && a->sent) {
		/*
		 * The shell ended under it. While the link is down, the last figures stay as they
		 * are.
		 */
		c->done = true;
		p = collect_without_answer(
			c->def->id, PANEL_FAILED, _("the shell on the server ended"), c->last);
	} else {
		c->due = 0;
	}
	if (p)
		publish(c, p);
}

/* Where it is asked, or NULL when no shell is up for it yet. */
static struct remote *place(struct collector *c)
{
	struct server *s = c->s;
	struct remote *r;

	if (collect_wants_root(c->def, c->last) && !c->root_failed && remote_up(s, REMOTE_ROOT))
		return &s->remotes[REMOTE_ROOT];
	r = remote_for(s, REMOTE_COLLECT + c->def->id);
	return shell_state(r->shell) == SHELL_UP ? r : NULL;
}

static void ask(struct collector *c, struct remote *r)
{
	struct server *s = c->s;
	bool own = r->id >= REMOTE_COLLECT, feed = !(r->fed & 1u << c->def->id);
	const char *name = c->def->name;
	char *watch = c->def->watch && own && !s->once
			      ? xasprintf("kill -0 \"${tw_watch:-x}\" 2>/dev/null || { watch_%s & "
					  "tw_watch=$!; }",
					name)
			      : xstrdup("");
	char *text = xasprintf("%s\ncollect_%s %s\n%s", feed ? c->text : "", name,
		s->once            ? "once"
		: feed || c->first ? "first"
				   : "",
		watch);
	struct shell_request q = {
		.text = text,
		.max_body = ANSWER_MAX,
		.timeout_ms = server_ms(s, c->def->deadline_ms),
		/* Root's shell may have cost a password, and jobs are followed in it. */
		.grace_ms = r->id == REMOTE_ROOT ? server_ms(s, ROOT_GRACE_MS) : 0,
		.here = true,
		.done = answered,
		.ctx = c,
	};

	r->fed |= 1u << c->def->id;
	c->asked_of = r->id;
	c->state = COLLECTOR_ASKED;
	c->asked_ms = clock_ms();
	c->wall_ms = clock_wall_ms();
	shell_ask(r->shell, &q);
	free(watch);
	free(text);
}

int64_t collectors_tick(struct server *s, int64_t now)
{
	int64_t next = INT64_MAX;

	if (!s->link_up || !remote_up(s, REMOTE_CONTROL))
		return next;
	for (int i = 0; i < PANEL_COUNT; i++) {
		struct collector *c = &s->collectors[i];
		struct remote *r;

		if (c->state != COLLECTOR_IDLE || (s->once && c->done))
			continue;
		if (now < c->due) {
			if (c->due < next)
				next = c->due;
			continue;
		}
		r = place(c);
		/* In a shared shell they take turns: one request at a time, so that each one's time
		 * limit is its own. */
		if (r && (r->id >= REMOTE_COLLECT || shell_waiting(r->shell) == 0))
			ask(c, r);
	}
	return next;
}

void collectors_remote_up(struct server *s, struct remote *r)
{
	if (r->id >= REMOTE_COLLECT)
		s->collectors[r->id - REMOTE_COLLECT].first = true;
	if (r->id != REMOTE_ROOT)
		return;
	/* Root sees more: ask those at once that it helps. */
	for (int i = 0; i < PANEL_COUNT; i++) {
		struct collector *c = &s->collectors[i];

		c->root_failed = false;
		if (collect_wants_root(c->def, c->last) && !s->once)
			collectors_refresh(s, c->def->id);
	}
}

void collectors_remote_ended(struct server *s, struct remote *r, enum shell_end end)
{
	if (r->id >= REMOTE_COLLECT && end == SHELL_END_REFUSED)
		s->collectors[r->id - REMOTE_COLLECT].shared = true;
}

/* A watch spoke: something changed. */
void collectors_nudge(struct server *s, struct remote *r)
{
	struct collector *c = &s->collectors[r->id - REMOTE_COLLECT];
	int64_t at = nudged_at(c);

	if (c->state != COLLECTOR_IDLE)
		c->nudged = true;
	else if (at < c->due)
		c->due = at;
}

void collectors_link(struct server *s, bool up)
{
	for (int i = 0; i < PANEL_COUNT; i++) {
		struct collector *c = &s->collectors[i];

		c->shared = false;
		c->root_failed = false;
		if (up && c->state == COLLECTOR_IDLE)
			c->due = 0;
	}
}

void collectors_refresh(struct server *s, enum panel_id id)
{
	for (int i = 0; i < PANEL_COUNT; i++) {
		struct collector *c = &s->collectors[i];

		if (id != PANEL_COUNT && (int)id != i)
			continue;
		c->due = 0;
		c->done = false;
		if (c->state != COLLECTOR_IDLE)
			c->again = true;
	}
}

void collectors_look(struct server *s, enum panel_id id)
{
	int64_t now = clock_ms();

	s->look = id;
	for (int i = 0; i < PANEL_COUNT; i++) {
		struct collector *c = &s->collectors[i];

		if (c->state == COLLECTOR_IDLE && c->due > c->asked_ms + pace(c))
			c->due = c->asked_ms + pace(c) > now ? c->asked_ms + pace(c) : now;
	}
}

bool collectors_make_room(struct server *s)
{
	for (int i = PANEL_COUNT - 1; i >= 0; i--) {
		struct remote *r = &s->remotes[REMOTE_COLLECT + i];

		if (shell_state(r->shell) == SHELL_UP && !s->collectors[i].shared) {
			s->collectors[i].shared = true;
			r->wanted = false;
			shell_close(r->shell);
			return true;
		}
	}
	return false;
}
