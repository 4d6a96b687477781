/* log_private: how the log keeps its lines, for log.c and log_search.c alone. */
#ifndef RUNBOOK_LOG_PRIVATE_H
#define RUNBOOK_LOG_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_LINES 4096
#define CHUNK_BYTES ((size_t)256 << 10)

/* 12 bytes a line beside its text. */
struct line_head {
	uint32_t end;      /* offset just after its text; it begins where the one before ends */
	int32_t after_ms;  /* since the chunk's base_ms */
	uint16_t source;
	uint8_t kind;
};

/*
 * Lines are only ever added: what stands below nlines never changes and never moves, so the search
 * reads it without a lock.
 */
struct log_chunk {
	size_t first;           /* index of its first line in the log */
	int64_t base_ms;
	atomic_size_t nlines;   /* published with the text before it */
	size_t cap, len;        /* of text; len is the writer's own */
	struct line_head heads[CHUNK_LINES];
	char text[];
};

/* What the log shares with its searches; the last one frees it. */
struct log_core {
	atomic_int refs;
	pthread_mutex_t lock;      /* chunks, nchunks, and sleeping */
	pthread_cond_t grown;
	struct log_chunk **chunks;
	size_t nchunks, cap;
	atomic_int sleepers;       /* searches that wait for lines */
};

struct log_core *log_core_ref(struct log_core *c);
void log_core_unref(struct log_core *c);
/* The core of a log, borrowed. */
struct log;
struct log_core *log_core_of(const struct log *l);
/* Lines in chunks: what a search can find. UI thread. */
size_t log_committed(const struct log *l);

#endif
