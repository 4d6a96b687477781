#include "tests/linkbox.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

void linkbox_init(struct linkbox *b, struct link *l)
{
	memset(b, 0, sizeof *b);
	b->link = l;
	for (int i = 0; i < LINKBOX_CHANNELS; i++) {
		buf_init(&b->channels[i].out, (size_t)1 << 20);
		buf_init(&b->channels[i].err, (size_t)1 << 20);
	}
}

static void question_drop(struct linkbox *b)
{
	if (!b->question)
		return;
	free(b->question->title);
	free(b->question->text);
	free(b->question);
	b->question = NULL;
}

void linkbox_clear(struct linkbox *b)
{
	link_free(b->link);
	b->link = NULL;
	question_drop(b);
	for (int i = 0; i < LINKBOX_CHANNELS; i++) {
		buf_clear(&b->channels[i].out);
		buf_clear(&b->channels[i].err);
	}
}

static void take_state(struct linkbox *b, const struct link_event *ev)
{
	b->state = ev->state;
	b->code = ev->code;
	b->retry_ms = ev->retry_ms;
	snprintf(b->text, sizeof b->text, "%s", ev->text);
	if (b->nstates < 64)
		b->states[b->nstates++] = (int)ev->state;
	if (getenv("LINKBOX_TRACE"))
		fprintf(stderr, "state %s: %s\n", link_state_word(ev->state), ev->text);
}

static void take_channel(struct linkbox *b, const struct link_event *ev)
{
	struct linkbox_channel *c;

	assert_in_range(ev->channel, 1, LINKBOX_CHANNELS - 1);
	c = &b->channels[ev->channel];
	/* EXIT and REFUSED are the last a channel says. */
	assert_false(c->ended || c->refused);
	switch (ev->type) {
	case LINK_EV_OPENED:
		c->opened = true;
		break;
	case LINK_EV_REFUSED:
		c->refused = true;
		break;
	case LINK_EV_EXIT:
		c->ended = true;
		c->status = ev->status;
		snprintf(c->text, sizeof c->text, "%s", ev->text ? ev->text : "");
		break;
	default:
		c->total += ev->len;
		if (b->on_out && ev->type == LINK_EV_OUT)
			b->on_out(b->arg, ev->channel, ev->data, ev->len);
		else
			buf_add(ev->type == LINK_EV_OUT ? &c->out : &c->err, ev->data, ev->len);
	}
}

static void take(struct linkbox *b, struct link_event *ev)
{
	if (ev->type == LINK_EV_STATE) {
		take_state(b, ev);
	} else if (ev->type == LINK_EV_QUESTION) {
		question_drop(b);
		b->question = ev->question;
		ev->question = NULL;
		b->questions++;
	} else {
		take_channel(b, ev);
	}
	link_event_free(ev);
}

/* False when nothing came in ms. */
static bool take_one(struct linkbox *b, int ms)
{
	struct pollfd p = {.fd = link_fd(b->link), .events = POLLIN};
	struct link_event *ev = link_next(b->link);

	if (!ev) {
		poll(&p, 1, ms);
		ev = link_next(b->link);
	}
	if (ev)
		take(b, ev);
	return ev != NULL;
}

void linkbox_turn(struct linkbox *b, int ms)
{
	if (take_one(b, ms))
		while (take_one(b, 0))
			;
}

/*
 * Until `cond` holds; cmocka's fail_msg ends the test otherwise. One event at a time: a state that has gone
 * again when we come to look was there.
 */
#define WAIT_FOR(b, cond, ms, ...)                                                                 \
	do {                                                                                       \
		int64_t until = clock_ms() + (ms);                                                 \
		while (!(cond) && clock_ms() < until)                                              \
			take_one(b, 20);                                                           \
		if (!(cond))                                                                       \
			fail_msg(__VA_ARGS__);                                                     \
	} while (0)

void linkbox_wait_state(struct linkbox *b, enum link_state s, int ms)
{
	WAIT_FOR(b, b->state == s, ms, "link is \"%s\" (%s), not \"%s\"", link_state_word(b->state),
		b->text, link_state_word(s));
}

void linkbox_wait_exit(struct linkbox *b, unsigned channel, int ms)
{
	const struct linkbox_channel *c = &b->channels[channel];
	int64_t until = clock_ms() + ms;

	for (size_t had = c->total; !c->ended && !c->refused && clock_ms() < until; had = c->total) {
		take_one(b, 20);
		if (c->total > had) /* it goes on */
			until = clock_ms() + ms;
	}
	if (!c->ended && !c->refused)
		fail_msg("channel %u has not ended (%s: %s); it said: %s", channel,
			link_state_word(b->state), b->text, buf_str(&c->out));
}

void linkbox_wait_opened(struct linkbox *b, unsigned channel, int ms)
{
	const struct linkbox_channel *c = &b->channels[channel];

	WAIT_FOR(b, c->opened || c->ended || c->refused, ms, "channel %u is not open (%s: %s)",
		channel, link_state_word(b->state), b->text);
}

void linkbox_wait_out(struct linkbox *b, unsigned channel, const char *text, int ms)
{
	const struct linkbox_channel *c = &b->channels[channel];

	WAIT_FOR(b, strstr(buf_str(&c->out), text), ms, "channel %u has not said \"%s\" but: %s",
		channel, text, buf_str(&c->out));
}

void linkbox_wait_question(struct linkbox *b, enum link_question_kind kind, int ms)
{
	WAIT_FOR(b, b->question, ms, "no question (%s: %s)", link_state_word(b->state), b->text);
	assert_int_equal(b->question->kind, kind);
}

unsigned linkbox_answer(struct linkbox *b, const char *answer)
{
	unsigned id = b->question->id;

	question_drop(b);
	link_answer(b->link, id, answer);
	return id;
}

unsigned linkbox_run(struct linkbox *b, const char *command, int ms)
{
	unsigned id = link_open(b->link, command);

	linkbox_wait_exit(b, id, ms);
	return id;
}

void linkbox_comes_up(struct linkbox *b, int ms)
{
	unsigned id;

	linkbox_wait_state(b, LINK_UP, ms);
	id = linkbox_run(b, "echo in", ms);
	assert_string_equal(linkbox_out(b, id), "in\n");
}

const char *linkbox_out(const struct linkbox *b, unsigned channel)
{
	return buf_str(&b->channels[channel].out);
}

const char *linkbox_err(const struct linkbox *b, unsigned channel)
{
	return buf_str(&b->channels[channel].err);
}
