/* report_private: the writers of a report. */
#ifndef RUNBOOK_REPORT_PRIVATE_H
#define RUNBOOK_REPORT_PRIVATE_H

#include "runbook/report_model.h"

struct buf;

void report_markdown(const struct rep *r, const char *run, struct buf *out);
void report_markdown_actions(const struct rep *r, struct buf *out); /* the part on actions */
void report_markdown_warning(const struct rep *r, struct buf *out); /* at its head, when it is not intact */
void report_markdown_rest(const struct rep *r, struct buf *out);    /* put off, gone wrong, notes, records */
void report_json(const struct rep *r, const char *run, struct buf *out);

/* "2026-02-08 12:00:03 UTC" or "?", appended. */
void report_time(struct buf *out, int64_t wall_ms);
/* "2 min 12 s", "0.4 s", or "?". */
void report_duration(struct buf *out, int64_t ms);
/* The same, md_code() and md_text() as owned strings, for sentences that a translator must have whole. */
char *report_duration_text(int64_t ms);
char *report_code(const char *s);
char *report_text(const char *s);
/* Title, ID and so on of what the report is about. */
const struct rep_run *report_run(const struct rep *r, const char *run); /* or NULL */

#endif
