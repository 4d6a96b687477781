/*
 * link_core: what the two kinds of links share: the handle's half (calls become commands) and the thread's
 * half (events). Only backends/link*.c include it.
 *
 * The handle and the thread each hold a reference; whichever lets go last frees. A kind gives run(), which
 * is the whole thread: it takes commands until core->quit, then ends what it holds and returns.
 */
#ifndef BACKENDS_LINK_CORE_H
#define BACKENDS_LINK_CORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/link.h"
#include "backends/queue.h"

#define LINK_EVENTS_MAX ((size_t)4 << 20) /* bytes of events waiting, above which nothing is read */
#define LINK_READ_MAX ((size_t)64 << 10) /* bytes read at once from one stream: also what is fair */
#define LINK_GIVE_UP_MS 1000             /* link_free() waits this long for the thread */
#define LINK_RETRY_MIN_MS 1000
#define LINK_RETRY_MAX_MS 30000
#define LINK_KILL_MS 2000 /* from TERM to KILL, and from KILL to giving up */

enum link_cmd_type {
	LINK_CMD_START,
	LINK_CMD_RETRY,
	LINK_CMD_DROP, /* bytes: why */
	LINK_CMD_STOP,
	LINK_CMD_ANSWER, /* id of the question; bytes (secret) or NULL */
	LINK_CMD_OPEN,   /* id; bytes: command */
	LINK_CMD_WRITE,  /* id; bytes, perhaps secret */
	LINK_CMD_EOF,
	LINK_CMD_KILL,
	LINK_CMD_WAKE, /* events were taken, or quit was set: look again */
};

struct link_cmd {
	struct queue_item item;
	enum link_cmd_type type;
	unsigned id;
	bool secret; /* bytes are secret_dup()'s */
	char *bytes; /* 0 after them */
	size_t len, sent;
	struct link_cmd *next; /* for the thread's own lists */
};

struct link_core {
	atomic_int refs;
	atomic_bool quit;
	atomic_bool waiting; /* the thread stopped reading because too many events wait */
	struct queue *cmds, *events;
	char *peer;
	double scale, pause_scale; /* host_time_scale() and host_pause_scale() at the start */
	atomic_uint last_question;
	void (*run)(struct link_core *core, void *kind);
	void (*free_kind)(void *kind);
	void *kind;
};

/* Takes peer and kind; run and free_kind as above. */
struct link *link_new(
	char *peer, void (*run)(struct link_core *, void *), void (*free_kind)(void *), void *kind);

/* --- for the thread -------------------------------------------------------------------------- */

struct link_cmd *link_core_cmd(struct link_core *core); /* the next command, owned, or NULL */
void link_cmd_free(struct link_cmd *cmd);

/* Milliseconds as TWISTERTUI_TIME_SCALE has them; at least 1. */
int64_t link_core_ms(const struct link_core *core, int64_t ms);
/* True when the thread should not read from the server: too many events wait. It is woken later. */
bool link_core_full(struct link_core *core);

void link_core_state(struct link_core *core, enum link_state state, int code, int64_t retry_ms,
	const char *text);
/* data is copied. */
void link_core_data(struct link_core *core, enum link_event_type type, unsigned channel,
	const void *data, size_t n);
void link_core_channel(struct link_core *core, enum link_event_type type, unsigned channel,
	int status, const char *text);
/* title and text are cleaned here; returns the question's id. */
unsigned link_core_ask(struct link_core *core, enum link_question_kind kind, bool echo,
	const char *title, const char *text);

/* Backoff: doubles from 1 s to 30 s with jitter of a quarter either way. attempt counts from 0. */
int64_t link_core_backoff(const struct link_core *core, int attempt);

#endif
