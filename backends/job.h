/*
 * job: what the server says of a job (remote/job.sh) and of what steps say (remote/step.sh), taken
 * apart. Pure.
 */
#ifndef BACKENDS_JOB_H
#define BACKENDS_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/server.h"

struct buf;

struct marks {
	struct mark *list;
	size_t n; /* at most MARKS_MAX; more are dropped */
	size_t cap;
};

void marks_clear(struct marks *m);
/* "KIND =WORD..." of len bytes, said at offset `at`. False when it is no such line. */
bool marks_add(struct marks *m, size_t at, const char *line, size_t len);
/* A deep copy; owned (server_event_free knows how to free it). */
struct mark *marks_copy(const struct marks *m);
void mark_list_free(struct mark *list, size_t n);

/*
 * Appends to out what n bytes hold beside marks ("TOKEN KIND =WORD...\n" wherever it begins, also
 * in the middle of a line),
 * and the marks to m, at offsets of out.
 */
void marks_split(const char *bytes, size_t n, const char *token, struct buf *out, struct marks *m);

/* One answer of tw_job_look. */
struct job_look {
	struct job_status *status; /* without marks */
	struct marks marks;        /* those after the ones already known */
	size_t marks_total;
	int64_t from;     /* offset of data; -1: none was asked for */
	const char *data; /* borrowed from the answer */
	size_t len;
};

/*
 * Takes apart one answer, or the first of several: *used gets the bytes it took (with data, all).
 * False when it
 * is none. On "refused WHY" status->refused is set and state is JOB_NONE. Clear with
 * job_look_clear.
 */
bool job_look_parse(const char *bytes, size_t n, struct job_look *look, size_t *used);
void job_look_clear(struct job_look *look);

void job_status_free(struct job_status *st); /* NULL is fine */

#endif
