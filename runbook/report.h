/* report: made from journals alone. */
#ifndef RUNBOOK_REPORT_H
#define RUNBOOK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;
struct journal;

enum report_format { REPORT_MARKDOWN, REPORT_JSON };
int report_format_parse(const char *name, enum report_format *out, struct err *e); /* "md"/"markdown", "json" */

/*
 * Journals in the order of their time; run NULL: everything in them, else only what belongs to that run.
 * Summary, actions (what was shown, command, duration, result, validation), KPIs before and after, criteria n/n with how each was
 * judged, what was skipped/deferred/failed and why, what is unknown, the chain's state of each session, arithmetic shown.
 */
int report_make(struct journal *const *journals, size_t n, const char *run, enum report_format format, struct buf *out, struct err *e);

/* Finds the sessions that `what` names (see session_find; a run gives all of its sessions), reads and reports them. */
/* *intact (may be NULL): no chain is broken. */
int report_find(const char *state_dir, const char *what, enum report_format format, struct buf *out, bool *intact,
	struct err *e);

/* Writes n bytes to path (0644 less the umask): whole, or not at all. An existing file is replaced. */
int report_save(const char *path, const char *text, size_t n, struct err *e);

#endif
