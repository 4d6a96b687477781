/*
 * phase_read: phase.json and the scripts beside it, into a struct phase, with every problem named
 * by file and line. phase_load() stops at the first; the lint shows them all.
 */
#ifndef RUNBOOK_PHASE_READ_H
#define RUNBOOK_PHASE_READ_H

#include "runbook/phase.h"

#define PHASE_JSON_MAX ((size_t)1 << 20)     /* bytes */
#define PHASE_SCRIPT_MAX ((size_t)256 << 10) /* bytes */
#define PHASE_ID_MAX 40    /* a step's or a phase's: both stand in a job's ID and its folder */
#define PHASE_LIST_MAX 200 /* elements of any list in phase.json */

/* code: ERR_…; what: "file:line: what is wrong; what to do", gettext'ed. */
typedef void phase_problem(void *ctx, int code, const char *what);

/*
 * Reads the folder; returns how many problems there were, each given to report. *out is what
 * could be read (phase_free it), NULL when phase.json is not a JSON object at all; with problems
 * it is fit for looking, not for running.
 */
int phase_read(const char *dir, phase_problem *report, void *ctx, struct phase **out);

/* a-z, 0-9 and single '-' between them, 1 to PHASE_ID_MAX bytes. */
bool phase_id_valid(const char *id);

/*
 * The line of phase.json that a path like "steps/0/title" leads to, from 1; the nearest one there
 * is.
 */
int phase_json_line(const char *text, size_t n, const char *path);

#endif
