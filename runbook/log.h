/*
 * log: the execution log as the screen shows it: up to millions of lines of clean text, searched off the UI thread.
 *
 * Appended by the UI thread; chunks are immutable once full and shared with the search by reference. "\r" progress is collapsed: a
 * line being overwritten is one line, the last. A search runs in slices on a thread of its own, newest chunks first or in order,
 * can be cancelled, and follows lines that come later.
 */
#ifndef RUNBOOK_LOG_H
#define RUNBOOK_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct log;
struct log_search;

enum log_kind { LOG_OUTPUT, LOG_SAID, LOG_EVENT /* state changes, decisions */, LOG_WARNING, LOG_ERROR };

struct log_line {
	int64_t wall_ms;
	enum log_kind kind;
	int source;         /* index given by log_source() */
	const char *text;   /* clean, len bytes, not 0-terminated */
	size_t len;
};

struct log *log_new(void);
void log_free(struct log *l);
/* A step or "console": index for lines; the same name gives the same index. Names: borrowed. */
int log_source(struct log *l, const char *name);
const char *log_source_name(const struct log *l, int source);
int log_nsources(const struct log *l);

/* From here on raw output is masked (base/mask.h); borrowed until the last log_output_end(). */
struct mask;
void log_mask(struct log *l, struct mask *mask);
void log_add(struct log *l, int source, enum log_kind kind, int64_t wall_ms, const char *text); /* clean text, lines */
/* Raw bytes of output: cleaned by a streaming text machine; unfinished line is shown as the last. */
void log_output(struct log *l, int source, int64_t wall_ms, const void *bytes, size_t n);
void log_output_end(struct log *l, int source);

size_t log_count(const struct log *l);                 /* lines of all sources */
void log_get(const struct log *l, size_t i, struct log_line *out);
/* Changes whenever what log_get() would say changes. */
uint64_t log_version(const struct log *l);

/* Lines that match pattern (NULL: all) and source (-1: all). Invert: those that do not. */
struct log_search *log_search_new(struct log *l, const char *pattern, int source, bool invert, struct err *e);
void log_search_free(struct log_search *s);
int log_search_fd(const struct log_search *s);         /* readable when there is more */
void log_search_collect(struct log_search *s);         /* takes in what was found (UI thread) */
size_t log_search_count(const struct log_search *s);   /* matching lines so far, in log order */
size_t log_search_line(const struct log_search *s, size_t k); /* index of the k-th matching line */
bool log_search_done(const struct log_search *s, size_t *scanned); /* all of the log's lines looked at */
const char *log_search_error(const struct log_search *s); /* match limit hit…, or NULL */
/* Matches within one line, for highlighting: fills up to max pairs of byte offsets; returns how many. */
int log_search_spans(struct log_search *s, const char *text, size_t len, size_t (*spans)[2], int max);

#endif
