/* shell: requests and answers of a remote sh, framed by random tokens. */
#include "backends/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/link.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

enum frame_state {
	FRAME_HELLO, /* nothing counts before the token of shell_open() */
	FRAME_IDLE,  /* between answers: what comes here is a stray's and dropped */
	FRAME_BODY,
};

struct request {
	struct request *next;
	struct shell_request r; /* text is owned */
	unsigned tag;
	int64_t sent_ms; /* 0: not sent */
	bool over;       /* done was called: past its time, its end has not come yet */
};

struct shell {
	struct link *link;
	struct shell_callbacks cb;
	enum shell_state state;
	enum shell_end end;
	unsigned channel;
	char hello[TOKEN_HEX];
	char frame[TOKEN_HEX];
	char mark[TOKEN_HEX];
	char *prelude;
	bool own_command; /* prints the token by itself */
	int64_t open_until;
	struct request *first, **last;
	unsigned tag;
	enum frame_state frames;
	struct buf in; /* bytes not looked at yet: at most a read and an unfinished token */
	struct buf body;
};

struct shell *shell_new(struct link *l, const struct shell_callbacks *cb)
{
	struct shell *sh = xcalloc(1, sizeof(*sh));

	sh->link = l;
	sh->cb = *cb;
	sh->last = &sh->first;
	buf_init(&sh->in, (size_t)16 << 20);
	buf_init(&sh->body, 0);
	digest_token(sh->hello);
	return sh;
}

static void request_free(struct request *q)
{
	free((char *)q->r.text);
	free(q);
}

static struct request *request_pop(struct shell *sh)
{
	struct request *q = sh->first;

	sh->first = q->next;
	if (!sh->first)
		sh->last = &sh->first;
	return q;
}

enum shell_state shell_state(const struct shell *sh)
{
	return sh->state;
}

const char *shell_token(const struct shell *sh)
{
	return sh->hello;
}

const char *shell_mark(const struct shell *sh)
{
	return sh->mark;
}

size_t shell_waiting(const struct shell *sh)
{
	size_t n = 0;

	for (const struct request *q = sh->first; q; q = q->next)
		n++;
	return n;
}

void shell_new_token(struct shell *sh)
{
	digest_token(sh->hello);
}

void shell_open(struct shell *sh, const char *command, const char *prelude, int64_t timeout_ms)
{
	if (sh->state != SHELL_CLOSED)
		return;
	if (!command)
		digest_token(sh->hello);
	digest_token(sh->frame);
	digest_token(sh->mark);
	free(sh->prelude);
	sh->prelude = xstrdup(prelude);
	sh->own_command = command != NULL;
	sh->frames = FRAME_HELLO;
	buf_reset(&sh->in);
	buf_reset(&sh->body);
	sh->state = SHELL_OPENING;
	sh->end = SHELL_END_EXIT;
	sh->open_until = clock_ms() + timeout_ms;
	sh->channel = link_open(sh->link, command ? command : SHELL_COMMAND);
}

void shell_patience(struct shell *sh, int64_t timeout_ms)
{
	sh->open_until = clock_ms() + timeout_ms;
}

void shell_write_secret(struct shell *sh, const void *bytes, size_t n)
{
	if (sh->channel)
		link_write_secret(sh->link, sh->channel, bytes, n);
}

static void shell_write(struct shell *sh, const char *s)
{
	link_write(sh->link, sh->channel, s, strlen(s));
}

static void send_hello(struct shell *sh)
{
	char line[128];

	snprintf(line, sizeof(line), "printf '\\n%%s\\n' %s\n", sh->hello);
	shell_write(sh, line);
}

static void send_prelude(struct shell *sh)
{
	char *text = xasprintf("tw_frame=%s tw_mark=%s\n%s\n", sh->frame, sh->mark, sh->prelude);

	shell_write(sh, text);
	free(text);
}

/* Sends the oldest request when nothing is under way. */
static void send_next(struct shell *sh)
{
	struct request *q = sh->first;
	char *quoted, *line;

	if (sh->state != SHELL_UP || !q || q->sent_ms)
		return;
	quoted = shell_quote(q->r.text);
	line = xasprintf("%s %u %s\n", q->r.here ? "tw_call" : "tw_ask", q->tag, quoted);
	shell_write(sh, line);
	free(line);
	free(quoted);
	q->sent_ms = clock_ms();
}

void shell_ask(struct shell *sh, const struct shell_request *r)
{
	struct request *q = xcalloc(1, sizeof(*q));

	q->r = *r;
	q->r.text = xstrdup(r->text);
	q->tag = ++sh->tag;
	*sh->last = q;
	sh->last = &q->next;
	send_next(sh);
}

/* Takes the oldest request off the queue and tells its owner. */
static void answer(struct shell *sh, int status)
{
	struct request *q = request_pop(sh);
	struct shell_answer a = {
		.status = status,
		.body = buf_str(&sh->body),
		.len = sh->body.len,
		.cut = sh->body.cut,
		.sent = q->sent_ms != 0,
		.mark = sh->mark,
		.asked_ms = q->sent_ms ? q->sent_ms : clock_ms(),
	};

	a.took_ms = clock_ms() - a.asked_ms;
	if (!q->over)
		q->r.done(q->r.ctx, &a);
	request_free(q);
	buf_clear(&sh->body);
}

bool shell_stop(struct shell *sh, const void *owner)
{
	for (struct request **at = &sh->first; *at; at = &(*at)->next) {
		struct request *q = *at;
		struct shell_answer a = {.status = SHELL_LOST, .body = "", .mark = sh->mark};

		if (q->r.owner != owner)
			continue;
		if (q->sent_ms) {
			shell_write(sh, ":\n");
			return true;
		}
		*at = q->next;
		if (!q->next)
			sh->last = at;
		a.asked_ms = clock_ms();
		q->r.done(q->r.ctx, &a);
		request_free(q);
		return true;
	}
	return false;
}

/* No answer will come any more. What is asked meanwhile is a new list. */
static void lose_all(struct shell *sh, bool refused)
{
	struct request *list = sh->first;

	sh->first = NULL;
	sh->last = &sh->first;
	buf_clear(&sh->body);
	while (list) {
		struct request *next = list->next;
		struct shell_answer a = {.status = SHELL_LOST, .body = "", .mark = sh->mark};

		a.sent = list->sent_ms != 0;
		a.refused = refused;
		a.asked_ms = list->sent_ms ? list->sent_ms : clock_ms();
		if (!list->over)
			list->r.done(list->r.ctx, &a);
		request_free(list);
		list = next;
	}
}

static void ended(struct shell *sh, int status, const char *text)
{
	enum shell_end end = sh->end;

	sh->channel = 0;
	sh->state = SHELL_CLOSED;
	lose_all(sh, end == SHELL_END_REFUSED);
	sh->cb.ended(sh->cb.ctx, sh, end, status, text ? text : "");
}

void shell_free(struct shell *sh)
{
	if (!sh)
		return;
	lose_all(sh, false);
	if (sh->channel)
		link_kill(sh->link, sh->channel);
	free(sh->prelude);
	buf_clear(&sh->in);
	buf_clear(&sh->body);
	free(sh);
}

void shell_close(struct shell *sh)
{
	if (sh->state == SHELL_CLOSED || sh->state == SHELL_CLOSING)
		return;
	if (sh->end == SHELL_END_EXIT)
		sh->end = SHELL_END_CLOSED;
	sh->state = SHELL_CLOSING;
	link_kill(sh->link, sh->channel);
}

/* ---- frames ---- */

static void body_add(struct shell *sh, const char *bytes, size_t n)
{
	size_t room = sh->first ? sh->first->r.max_body : 0;

	if (sh->body.len + n > room) {
		sh->body.cut = true;
		n = sh->body.len < room ? room - sh->body.len : 0;
	}
	buf_add(&sh->body, bytes, n);
}

/* Drops all but what may be the beginning of a token of len bytes at the end of the input. */
static bool keep_tail(struct shell *sh, size_t len, bool to_body)
{
	size_t n = sh->in.len >= len ? sh->in.len - len + 1 : 0;

	if (to_body)
		body_add(sh, sh->in.data, n);
	buf_drain(&sh->in, n);
	return false;
}

static bool take_hello(struct shell *sh)
{
	size_t len = strlen(sh->hello);
	char *at = memmem(sh->in.data, sh->in.len, sh->hello, len);
	char *end;

	if (!at)
		return keep_tail(sh, len, false);
	end = memchr(at, '\n', sh->in.len - (size_t)(at - sh->in.data));
	if (!end)
		return false;
	buf_drain(&sh->in, (size_t)(end + 1 - sh->in.data));
	sh->frames = FRAME_IDLE;
	sh->state = SHELL_UP;
	if (sh->own_command)
		send_prelude(sh);
	sh->cb.up(sh->cb.ctx, sh);
	send_next(sh);
	return true;
}

static bool take_begin(struct shell *sh)
{
	char begin[TOKEN_HEX + 16];
	size_t len;
	char *at;

	if (!sh->first)
		return keep_tail(sh, sizeof(begin), false);
	len = (size_t)snprintf(begin, sizeof(begin), "%s> %u\n", sh->frame, sh->first->tag);
	at = memmem(sh->in.data, sh->in.len, begin, len);
	if (!at)
		return keep_tail(sh, len, false);
	buf_drain(&sh->in, (size_t)(at - sh->in.data) + len);
	sh->frames = FRAME_BODY;
	buf_init(&sh->body, sh->first->r.max_body + 1);
	return true;
}

static bool take_end(struct shell *sh)
{
	char end[TOKEN_HEX + 16];
	size_t len = (size_t)snprintf(end, sizeof(end), "\n%s< %u ", sh->frame, sh->first->tag);
	char *at = memmem(sh->in.data, sh->in.len, end, len);
	char *eol;
	int status;

	if (!at)
		return keep_tail(sh, len, true);
	eol = memchr(at + len, '\n', sh->in.len - len - (size_t)(at - sh->in.data));
	if (!eol)
		return false;
	status = (int)strtol(at + len, NULL, 10);
	body_add(sh, sh->in.data, (size_t)(at - sh->in.data));
	buf_drain(&sh->in, (size_t)(eol + 1 - sh->in.data));
	sh->frames = FRAME_IDLE;
	answer(sh, status);
	send_next(sh);
	return true;
}

static void shell_input(struct shell *sh, const unsigned char *bytes, size_t n)
{
	bool more = true;

	buf_add(&sh->in, bytes, n);
	while (more && sh->in.len > 0 && (sh->state == SHELL_UP || sh->state == SHELL_OPENING)) {
		switch (sh->frames) {
		case FRAME_HELLO:
			more = take_hello(sh);
			break;
		case FRAME_IDLE:
			more = take_begin(sh);
			break;
		case FRAME_BODY:
			more = take_end(sh);
			break;
		}
	}
}

bool shell_event(struct shell *sh, const struct link_event *ev)
{
	if (!sh->channel || ev->channel != sh->channel)
		return false;
	switch (ev->type) {
	case LINK_EV_OPENED:
		if (sh->state == SHELL_OPENING && !sh->own_command) {
			send_hello(sh);
			send_prelude(sh);
		}
		break;
	case LINK_EV_OUT:
		shell_input(sh, ev->data, ev->len);
		break;
	case LINK_EV_ERR:
		if (sh->cb.err)
			sh->cb.err(sh->cb.ctx, sh, ev->data, ev->len);
		break;
	case LINK_EV_REFUSED:
		sh->end = SHELL_END_REFUSED;
		ended(sh, -1, ev->text);
		break;
	case LINK_EV_EXIT:
		ended(sh, ev->status, ev->text);
		break;
	case LINK_EV_STATE:
	case LINK_EV_QUESTION:
		break;
	}
	return true;
}

int64_t shell_tick(struct shell *sh, int64_t now_ms)
{
	struct request *q = sh->first;
	struct shell_answer late = {
		.status = SHELL_TIMEOUT, .body = "", .sent = true, .mark = sh->mark};
	int64_t until;

	if (sh->state == SHELL_OPENING) {
		if (now_ms < sh->open_until)
			return sh->open_until;
		sh->end = SHELL_END_TIMEOUT;
		shell_close(sh);
	} else if (sh->state == SHELL_UP && q && q->sent_ms) {
		until = q->sent_ms + q->r.timeout_ms + (q->over ? q->r.grace_ms : 0);
		if (now_ms < until)
			return until;
		if (q->r.grace_ms > 0 && !q->over) {
			q->over = true;
			late.asked_ms = q->sent_ms;
			late.took_ms = now_ms - q->sent_ms;
			q->r.done(q->r.ctx, &late);
			return until + q->r.grace_ms;
		}
		sh->end = SHELL_END_TIMEOUT;
		answer(sh, SHELL_TIMEOUT);
		shell_close(sh);
	}
	return INT64_MAX;
}
