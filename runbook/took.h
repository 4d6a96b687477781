/*
 * took: how long the steps of a phase took before: from the journals of earlier sessions on this
 * workstation. Read on a thread of its own, because journals and outputs are checked and may be
 * large.
 */
#ifndef RUNBOOK_TOOK_H
#define RUNBOOK_TOOK_H

#include <stdbool.h>
#include <stddef.h>

struct took;

/* Starts reading all sessions of host in which the phase was run, but `except` (the present one).
 * All are copied. */
struct took *took_new(
	const char *state_dir, const char *host, const char *phase, const char *except);
void took_free(struct took *t); /* waits for the thread; NULL is fine */
bool took_done(const struct took *t);
/* The middle of the seconds that the step's jobs took that ended well, and of how many (n may be
 * NULL). NAN and 0: none did, t is NULL, or it is not read yet. The job that was started at
 * `except` (server's clock; NAN: none) is left out. */
double took_before(const struct took *t, const char *step, double except, size_t *n);

#endif
