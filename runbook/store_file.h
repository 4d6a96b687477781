/*
 * store_file: what the store's thread writes: the journal's lines, chained, and the outputs of jobs.
 * Used by store.c alone; not safe to be called by two threads.
 */
#ifndef RUNBOOK_STORE_FILE_H
#define RUNBOOK_STORE_FILE_H

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

struct err;
struct mask;
struct journal_file;
struct output_file;

#define JOURNAL_LINE_MAX ((size_t)4 << 20)    /* bytes of one record's line */
#define JOURNAL_STRING_MAX ((size_t)256 << 10) /* bytes of one string in a record */
#define OUTPUT_FILE_MAX ((int64_t)128 << 20)  /* bytes kept of one job's output */
#define JOURNAL_NAME "journal.jsonl"
#define JOURNAL_FIRST_PREV "0000000000000000000000000000000000000000000000000000000000000000"
#define JOURNAL_SUM_TAIL 74 /* bytes of `,"sum":"…64 hex…"}`, a line's end */

/*
 * The mask belongs to the caller of store_open(), and goes away after store_close(), even when the thread
 * is stuck in a write() then. So the thread takes it each time, shortly, and finds NULL once it is gone.
 */
struct mask_guard {
	pthread_mutex_t lock;
	struct mask *mask;
};
struct mask *mask_guard_take(struct mask_guard *g); /* locks; NULL (not locked): gone */
void mask_guard_give(struct mask_guard *g);
void mask_guard_close(struct mask_guard *g);        /* from here on it is gone */

/* Makes STATE/HOST/SESSION/outputs (0700) and an empty journal in it (0600). *dir: owned path of the
 * session. ERR_USAGE for a name that is no folder's name, ERR_IO when it cannot be made or is there. */
int journal_file_create(const char *state_dir, const char *host, const char *session, char **dir,
	struct journal_file **out, struct err *e);
void journal_file_free(struct journal_file *f);

/* Makes the new folders durable: fsync of each, up to the state folder. 0 or ERR_IO. */
int journal_file_sync_dirs(struct journal_file *f, struct err *e);

/*
 * Writes one record; it is durable after journal_file_sync() only. fields (borrowed, may be NULL) are
 * masked and cleaned in place. After an error the file ends where the last whole record ended.
 * ERR_CANCELLED when the mask is gone.
 */
int journal_file_append(struct journal_file *f, struct mask_guard *g, const char *kind, int64_t wall_ms,
	int64_t mono_ms, cJSON *fields, struct err *e);
int journal_file_sync(struct journal_file *f, struct err *e);
const char *journal_file_head(const struct journal_file *f); /* SHA-256 of the last line */
size_t journal_file_records(const struct journal_file *f);

/* Opens outputs/JOB, or outputs/JOB~n when this session had one already. The name is checked. */
int output_file_open(const char *dir, const char *job, struct mask_guard *g, struct output_file **out,
	struct err *e);
const char *output_file_job(const struct output_file *o);
/* Masks, cleans, writes what is complete (whole lines). raw_offset: the server's, after bytes. */
int output_file_add(struct output_file *o, const void *bytes, size_t n, int64_t raw_offset,
	struct err *e);
/* Bytes that were never written, for the record. */
void output_file_lost(struct output_file *o, size_t n);
/* Writes the rest and makes it durable; *fields (owned) is the "output" record's, also after an error.
 * o is freed. complete: the job's output ended, false when only the session did. */
int output_file_end(struct output_file *o, bool complete, cJSON **fields, struct err *e);
void output_file_free(struct output_file *o); /* without a record: the store was given up */

/* A folder's or file's name: 1..128 bytes, no '/', no control character, no leading '.' */
bool store_name_ok(const char *name);

/* All n bytes, or -1 with errno. */
int store_write_all(int fd, const char *data, size_t n);

#endif
