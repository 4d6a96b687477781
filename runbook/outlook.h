/* outlook: what of a phase is done, what is left, how long it took and may still take. */
#ifndef RUNBOOK_OUTLOOK_H
#define RUNBOOK_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct checklist;
struct took;

/* One step. Seconds; NAN: not known, or there is none. */
struct outlook_step {
	double planned;  /* the phase's own figure */
	double took;     /* this run's job, when it has ended well */
	double running;  /* since it was started, while it runs */
	double before;   /* the middle of earlier runs here */
	size_t times;    /* of how many */
	double expected; /* still: before, else planned, less what has run; NAN when it is not left
			  */
};

struct outlook {
	size_t done, left, aside;  /* steps; aside: skipped or deferred. done + left + aside: all */
	double took, took_planned; /* seconds of those done, and what was planned for them */
	double expected, left_planned; /* the same of those left */
	bool measured;                 /* `expected` rests on earlier runs for at least one step */
};

/* t may be NULL (nothing known of earlier runs). now_ms: clock_ms(). */
void outlook_step(const struct checklist *c, size_t i, const struct took *t, int64_t now_ms,
	struct outlook_step *out);
void outlook_all(
	const struct checklist *c, const struct took *t, int64_t now_ms, struct outlook *out);

#endif
