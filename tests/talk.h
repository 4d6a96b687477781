/* talk: a program with pipes for its input and output: lines in, text out. Waits for what it looks for, from where
 * the last wait ended; a wait that is in vain fails the test and prints all that was said. */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

#define TALK_WAIT_MS 60000 /* when to give up, on a busy machine */

struct talk {
	pid_t pid;
	int in, out; /* -1: closed */
	struct buf text; /* everything it said, both streams */
	size_t seen;     /* how much of it the waits have gone through */
};

/* argv[0] is a path; env as vt_start's. */
struct talk *talk_start(const char *const *argv, const char *const *env);
void talk_wait(struct talk *t, const char *text);
/* A line and its end. */
void talk_say(struct talk *t, const char *line);
/* Waits for the text, then says the line. */
void talk_answer(struct talk *t, const char *text, const char *line);
void talk_close(struct talk *t); /* its input ends */
/* Waits for its end; waitpid's status. */
int talk_end(struct talk *t);
void talk_free(struct talk *t); /* ends it if it still runs */

#endif
