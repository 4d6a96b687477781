/*
 * store: the thread that owns what is written down: the session's journal and outputs.
 *
 * $XDG_STATE_HOME/twistertui/HOST/SESSION/journal.jsonl, one record a line:
 * {"seq":n,"time":RFC3339,"mono_ms":…,"kind":"…", …fields…, "prev":SHA-256 of the line before,…}. Outputs stand in
 * outputs/JOB (masked and cleaned), the journal has their length, SHA-256 and the server's offsets.
 * Everything goes through the mask before it is written. Kinds and their fields: doc/journal.md.
 */
#ifndef RUNBOOK_STORE_H
#define RUNBOOK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cjson/cJSON.h>

#include "base/digest.h"

struct err;
struct mask;
struct store;

enum store_event_type {
	STORE_WRITTEN, /* ticket: the record is on disk (fsync'ed); head is the chain's head after it */
	STORE_FAILED,  /* text: why the journal cannot be written ("No space left on device (PATH)"); stays so: nothing that changes the server may start */
};
struct store_event {
	enum store_event_type type;
	uint64_t ticket;
	char head[DIGEST_HEX];
	char *text;
};

/* Makes HOST/SESSION below the state folder, writes the "start" record. mask is borrowed and shared. */
int store_open(const char *state_dir, const char *host, const char *session, struct mask *mask, struct store **out, struct err *e);
/* Writes the "end" record (why: "quit", "signal 15"…), waits at most 2 s. */
void store_close(struct store *s, const char *why);
const char *store_session(const struct store *s);
const char *store_dir(const struct store *s);

/* Appends {"kind":kind, …fields}. Takes fields (may be NULL). Returns the ticket that WRITTEN gives back; 0 when the store has failed. */
uint64_t store_record(struct store *s, const char *kind, cJSON *fields);
/* Appends output of a job; raw bytes, raw_offset is the server's offset just after them. */
void store_output(struct store *s, const char *job, const void *bytes, size_t n, int64_t raw_offset);
/* Ends a job's output: its length and SHA-256 go into an "output" record. */
void store_output_end(struct store *s, const char *job);
bool store_failed(const struct store *s);

int store_fd(const struct store *s);
struct store_event *store_next(struct store *s);
void store_event_free(struct store_event *ev);

/* "20260208T120000Z-ab12cd": sorts by time. */
#define SESSION_ID_SIZE 32
void session_id_new(char out[SESSION_ID_SIZE]);

#endif
