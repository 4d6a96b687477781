/*
 * lint: everything that is wrong with a phase, a line each: "file:line: what is wrong; what to
 * do".
 */
#ifndef RUNBOOK_LINT_H
#define RUNBOOK_LINT_H

struct buf;

/*
 * Looks through a phase's folder, or through a folder of phases. Adds a line to out for each
 * problem and their number to *problems. 0 when everything could be looked at, whatever was
 * found; else ERR_REFUSED (others may write to it) or ERR_IO, and the line that says so counts as
 * a problem.
 */
int lint_dir(const char *dir, struct buf *out, int *problems);

#endif
