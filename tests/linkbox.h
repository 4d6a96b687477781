/* linkbox: keeps what a link said, per channel, so that a test can wait for it and look at it. */
#ifndef TESTS_LINKBOX_H
#define TESTS_LINKBOX_H

#include <stdbool.h>

#include "backends/link.h"
#include "base/buf.h"

#define LINKBOX_CHANNELS 64

struct linkbox_channel {
	struct buf out, err; /* of at most 1 MiB; total counts on */
	size_t total;
	bool opened, refused, ended;
	int status;
	char text[64]; /* of EXIT or REFUSED */
};

struct linkbox {
	struct link *link;
	enum link_state state;
	int states[64]; /* all of them, in order */
	int nstates;
	int code;
	int64_t retry_ms;
	char text[1024];                /* of the last state */
	struct link_question *question; /* the last one, owned */
	int questions;
	struct linkbox_channel channels[LINKBOX_CHANNELS]; /* by id */
	/* When set, is given each piece of output instead of keeping it. */
	void (*on_out)(void *arg, unsigned channel, const void *bytes, size_t n);
	void *arg;
};

void linkbox_init(struct linkbox *b, struct link *l);
/* Frees the link too. */
void linkbox_clear(struct linkbox *b);
/* Takes what is there, waiting at most ms for the first of it. */
void linkbox_turn(struct linkbox *b, int ms);
/* These turn until it is so, or fail the test with what is known after ms. */
void linkbox_wait_state(struct linkbox *b, enum link_state s, int ms);
void linkbox_wait_exit(struct linkbox *b, unsigned channel, int ms); /* nothing came of it for so long */
void linkbox_wait_opened(struct linkbox *b, unsigned channel, int ms);
void linkbox_wait_out(struct linkbox *b, unsigned channel, const char *text, int ms);
void linkbox_wait_question(struct linkbox *b, enum link_question_kind kind, int ms);
/* Forgets the question and returns its id. */
unsigned linkbox_answer(struct linkbox *b, const char *answer);
/* Runs command and waits for its end; returns its channel. */
unsigned linkbox_run(struct linkbox *b, const char *command, int ms);
/* Waits until it is up and a command has run: only then has sshd made the process that serves us. */
void linkbox_comes_up(struct linkbox *b, int ms);
const char *linkbox_out(const struct linkbox *b, unsigned channel);
const char *linkbox_err(const struct linkbox *b, unsigned channel);

#endif
