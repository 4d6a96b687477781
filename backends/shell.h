/*
 * shell: a remote sh on one channel of a link, asked one request after the other.
 *
 * It is up once a random token came back; whatever a noisy login printed before is dropped. Then it
 * is fed a
 * prelude (functions and assignments), then requests: sh text, run with standard input from
 * /dev/null, whose standard output
 * comes back between two lines that carry another random token, a tag and the exit status. A body
 * may be
 * anything: binary, without a final newline, longer than wanted (then it is cut).
 *
 * All calls are made by one thread, and callbacks are called from shell_event(), shell_tick() and
 * shell_close() only.
 */
#ifndef BACKENDS_SHELL_H
#define BACKENDS_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

struct link;
struct link_event;
struct shell;

enum shell_state {
	SHELL_CLOSED,
	SHELL_OPENING, /* the channel is asked for, or its token has not come yet */
	SHELL_UP,
	SHELL_CLOSING, /* killed; its EXIT has not come yet */
};

enum shell_status {         /* instead of an exit status */
	SHELL_TIMEOUT = -1, /* no answer in time: the channel is killed */
	SHELL_LOST = -2,    /* the shell ended before it answered, or before it was asked */
};

enum shell_end { SHELL_END_EXIT, SHELL_END_REFUSED, SHELL_END_TIMEOUT, SHELL_END_CLOSED };

struct shell_answer {
	int status;       /* exit status, or enum shell_status */
	const char *body; /* raw, 0-terminated; borrowed for the callback */
	size_t len;
	bool cut;         /* more than max_body bytes came */
	bool sent;        /* SHELL_LOST: it had been sent, so the server may have seen it */
	bool refused;     /* SHELL_LOST: sshd gave no channel */
	const char *mark; /* shell_mark() of the shell that answered */
	int64_t asked_ms; /* clock_ms() when it was sent */
	int64_t took_ms;
};

struct shell_request {
	const char *text;   /* sh text; copied */
	size_t max_body;    /* bytes of the answer that are kept */
	int64_t timeout_ms; /* from the moment it is sent */
	int64_t grace_ms; /* past its time it is answered, but only after this much more the channel is killed: for
			     * a shell that is worth more than one request (a password was asked for
			     * it) */
	bool here; /* in the shell itself, not in a subshell: for functions that remember things */
	void (*done)(void *ctx, const struct shell_answer *a); /* called exactly once */
	void *ctx;
	const void *owner; /* for shell_stop(); NULL: cannot be stopped */
};

struct shell_callbacks {
	void *ctx;
	void (*up)(void *ctx, struct shell *sh);
	/* The channel is gone; every request not answered has been. May open it again at once. */
	void (*ended)(
		void *ctx, struct shell *sh, enum shell_end end, int status, const char *text);
	/* Bytes of standard error, also before it is up. May be NULL. */
	void (*err)(void *ctx, struct shell *sh, const void *bytes, size_t n);
};

struct shell *shell_new(struct link *l, const struct shell_callbacks *cb);
/*
 * Kills the channel. Requests are answered with SHELL_LOST, nothing else is called any more. NULL
 * is fine.
 */
void shell_free(struct shell *sh);

/* The command for a shell of the login user. */
#define SHELL_COMMAND "exec env -u LANGUAGE LC_ALL=C sh"
#define SHELL_OPEN_MS 20000

/*
 * Opens the channel. command NULL: SHELL_COMMAND, which is made to print the token. Another command
 * must
 * print shell_token() on a line of its own when its sh is there (sudo must not get our text for a
 * password).
 * prelude is copied; shell_mark() and the frame's token are assigned before it.
 */
void shell_open(struct shell *sh, const char *command, const char *prelude, int64_t timeout_ms);
/* Requests may be queued before it is up. They are sent in order, one at a time. */
void shell_ask(struct shell *sh, const struct shell_request *r);
/*
 * Nobody wants the answer to owner's request any more. One that waits its turn is answered with
 * SHELL_LOST now; one under way is told by a line on the shell's standard input, where tw_probe
 * listens (the line is a ":", which the shell itself would run and do nothing), and its answer follows.
 * True when it was there.
 */
bool shell_stop(struct shell *sh, const void *owner);
/* Ends the channel (TERM); ended() follows. */
void shell_close(struct shell *sh);
/* For a command of one's own that asks: written as it stands, and wiped by the link. */
void shell_write_secret(struct shell *sh, const void *bytes, size_t n);
/* While a person is asked, opening must not time out: starts the time anew. */
void shell_patience(struct shell *sh, int64_t timeout_ms);

/* True when the event was for this shell's channel (it is not freed). */
bool shell_event(struct shell *sh, const struct link_event *ev);
/* Time limits. Returns clock_ms() of the next one, or INT64_MAX. */
int64_t shell_tick(struct shell *sh, int64_t now_ms);

enum shell_state shell_state(const struct shell *sh);
const char *shell_token(const struct shell *sh); /* new with every shell_open(); borrowed */
const char *shell_mark(const struct shell *sh);  /* what $tw_mark is there; borrowed */
size_t shell_waiting(const struct shell *sh);    /* requests not answered yet */
void shell_new_token(struct shell *sh); /* before a command that needs it is put together */

#endif
