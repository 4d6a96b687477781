/* journal: reading what a store wrote: records, the chain, the sessions there are. */
#ifndef RUNBOOK_JOURNAL_H
#define RUNBOOK_JOURNAL_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

struct err;

enum chain { CHAIN_CONSISTENT, CHAIN_OPEN /* no end record */, CHAIN_BROKEN, CHAIN_EMPTY };

struct journal {
	char *host, *session, *dir;
	cJSON **records; size_t nrecords;  /* until the chain breaks; all of them are parsed */
	enum chain chain;
	size_t broken_at;   /* 1-based line where the chain does not hold */
	char *why;          /* clean text: what does not hold there; outputs that differ are named too */
	char head[DIGEST_HEX];
	bool torn;          /* the last line is unfinished (power cut): said, not an error */
};

/* Reads and checks a session, its outputs' digests included. ERR_IO when it cannot be read. */
int journal_read(const char *state_dir, const char *host, const char *session, struct journal **out, struct err *e);
void journal_free(struct journal *j);
/* What an "output" record's file holds: its last max bytes, clean lines, owned; NULL when it is not there.
 * *left_out: bytes before them. */
char *journal_output(const struct journal *j, const cJSON *record, size_t max, size_t *left_out);
/* "consistent, 41 records" or what else is to be said of the chain; owned, gettext'ed. */
char *journal_state_text(const struct journal *j);

struct session_info {
	char *host, *session;
	int64_t started_ms, ended_ms; /* wall; -1: no end record */
	char *runs;   /* "1-foundation-1, …" or "" */
	size_t records;
};
/* All sessions, newest first. host NULL: all hosts. Reads heads and tails of files only. */
int session_list(const char *state_dir, const char *host, struct session_info **out, size_t *n, struct err *e);
void session_list_free(struct session_info *list, size_t n);
/* "HOST/SESSION", "HOST/RUN", "HOST" (its newest) or NULL (newest of all). RUN gives all its sessions. */
int session_find(const char *state_dir, const char *what, struct session_info **out, size_t *n, struct err *e);

#endif
