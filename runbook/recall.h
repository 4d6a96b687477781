/*
 * recall: what earlier sessions on this workstation wrote down about a run: decisions that only
 * journals hold (skipped, deferred, attested, parameters), and which jobs were started and whose
 * end is recorded. Read on a thread of its own, because outputs are checked and may be large.
 */
#ifndef RUNBOOK_RECALL_H
#define RUNBOOK_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recall;

enum recalled_kind {
	RECALLED_SKIP,
	RECALLED_DEFER,
	RECALLED_RESET,
	RECALLED_PARAM,
	RECALLED_STARTED,
	RECALLED_ENDED,
	RECALLED_CRITERION,
	RECALLED_NOTE
};

struct recalled {
	enum recalled_kind kind;
	char *subject; /* step's, job's or criterion's ID */
	char *name;    /* parameter's name, criterion's verdict, or NULL */
	char *text;    /* reason or value */
	char *until;   /* or NULL */
	int64_t wall_ms; /* when it was written; -1: not said */
};

/* Starts reading all sessions of host's run but `except` (the present one). state_dir is copied. */
struct recall *recall_new(
	const char *state_dir, const char *host, const char *run, const char *except);
void recall_free(struct recall *r); /* waits for the thread; NULL is fine */
bool recall_done(const struct recall *r);
/* In the order in which they were written; borrowed, only after recall_done(). */
const struct recalled *recall_items(const struct recall *r, size_t *n);

#endif
