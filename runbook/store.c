#include "runbook/store.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/queue.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"
#include "runbook/store_file.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif

#define CLOSE_WAIT_S 2
#define BATCH_MAX 256                         /* requests between two fsyncs */
#define OUTPUT_WAITING_MAX ((size_t)64 << 20) /* bytes of output that may wait for a slow disk */
#define LATE_MAX 4096                         /* records kept for a second try at the end */

enum request_type { REQ_RECORD, REQ_OUTPUT, REQ_OUTPUT_END, REQ_CLOSE };

struct request {
	struct queue_item item;
	enum request_type type;
	uint64_t ticket;
	int64_t wall_ms, mono_ms;
	char *name; /* kind, job, or why */
	cJSON *fields;
	char *bytes;
	size_t n;
	int64_t raw_offset;
};

struct event_item {
	struct queue_item item;
	struct store_event event;
};

/*
 * The caller's side holds one reference, the thread another: a thread stuck in a dead disk's write() is
 * given up by store_close() and frees what is left when (if ever) it comes back.
 */
struct store {
	atomic_int refs;
	char *session, *dir;
	struct queue *in, *out;
	pthread_t thread;
	uint64_t next_ticket; /* caller's side only */
	atomic_bool failed;
	atomic_bool abandoned;
	struct mask_guard guard;

	/* the thread's own */
	struct journal_file *file;
	struct output_file **outputs;
	size_t noutputs;
	cJSON *runs; /* names of the runs seen, for the "end" record */
	struct request *late[LATE_MAX];
	size_t nlate, nlost;
	char why_failed[512];
	bool done;
};

static void free_request(struct queue_item *item)
{
	struct request *r = (struct request *)item;
	free(r->name);
	cJSON_Delete(r->fields);
	free(r->bytes);
	free(r);
}

static void free_event(struct queue_item *item)
{
	struct event_item *ev = (struct event_item *)item;
	free(ev->event.text);
	free(ev);
}

static void store_unref(struct store *s)
{
	if (atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	for (size_t i = 0; i < s->noutputs; i++)
		output_file_free(s->outputs[i]);
	free(s->outputs);
	for (size_t i = 0; i < s->nlate; i++)
		free_request(&s->late[i]->item);
	journal_file_free(s->file);
	cJSON_Delete(s->runs);
	queue_unref(s->in);
	queue_unref(s->out);
	pthread_mutex_destroy(&s->guard.lock);
	free(s->session);
	free(s->dir);
	free(s);
}

static void send_event(
	struct store *s, enum store_event_type type, uint64_t ticket, const char *text)
{
	struct event_item *ev = xcalloc(1, sizeof(*ev));
	ev->event.type = type;
	ev->event.ticket = ticket;
	memcpy(ev->event.head, journal_file_head(s->file), DIGEST_HEX);
	ev->event.text = text ? xstrdup(text) : NULL;
	queue_put(s->out, &ev->item);
}

/* From the first failure on nothing is written until the end, where one more try is made. */
static void fail(struct store *s, const struct err *e)
{
	if (atomic_load(&s->failed))
		return;
	snprintf(s->why_failed, sizeof(s->why_failed), "%s", e->text);
	atomic_store(&s->failed, true);
	send_event(s, STORE_FAILED, 0, e->text);
}

static void keep_late(struct store *s, struct request *r)
{
	if (s->nlate < LATE_MAX) {
		s->late[s->nlate++] = r;
	} else {
		s->nlost++;
		free_request(&r->item);
	}
}

static void note_run(struct store *s, const cJSON *fields)
{
	const cJSON *run = cJSON_GetObjectItemCaseSensitive(fields, "run");
	const cJSON *seen;
	if (!cJSON_IsString(run))
		return;
	cJSON_ArrayForEach(
		seen, s->runs) if (strcmp(seen->valuestring, run->valuestring) == 0) return;
	if (cJSON_GetArraySize(s->runs) < 1000)
		cJSON_AddItemToArray(s->runs, cJSON_CreateString(run->valuestring));
}

static int write_record(struct store *s, const struct request *r, struct err *e)
{
	int rc = journal_file_append(
		s->file, &s->guard, r->name, r->wall_ms, r->mono_ms, r->fields, e);
	if (rc == 0)
		note_run(s, r->fields);
	return rc;
}

static struct output_file *find_output(struct store *s, const char *job, size_t *at)
{
	for (*at = 0; *at < s->noutputs; ++*at)
		if (strcmp(output_file_job(s->outputs[*at]), job) == 0)
			return s->outputs[*at];
	return NULL;
}

static void add_output(struct store *s, const struct request *r)
{
	struct err e;
	size_t at;
	struct output_file *o = find_output(s, r->name, &at);
	if (!o) {
		int rc = atomic_load(&s->failed)
				 ? ERR_IO
				 : output_file_open(s->dir, r->name, &s->guard, &o, &e);
		if (rc != 0) {
			if (rc == ERR_IO)
				fail(s, &e);
			return;
		}
		s->outputs = xrealloc(s->outputs, s->noutputs + 1, sizeof(*s->outputs));
		s->outputs[s->noutputs++] = o;
	}
	if (atomic_load(&s->failed) || !r->bytes)
		output_file_lost(o, r->n);
	else if (output_file_add(o, r->bytes, r->n, r->raw_offset, &e) != 0)
		fail(s, &e);
}

/* Closes output number `at` and records its digest; once failed, the record waits with the late ones. */
static void end_output(struct store *s, size_t at, bool complete, int64_t wall_ms, int64_t mono_ms)
{
	struct err e;
	struct request *r = xcalloc(1, sizeof(*r));
	struct output_file *o = s->outputs[at];
	s->outputs[at] = s->outputs[--s->noutputs];
	r->type = REQ_RECORD;
	r->name = xstrdup("output");
	r->wall_ms = wall_ms;
	r->mono_ms = mono_ms;
	if (output_file_end(o, complete, &r->fields, &e) != 0)
		fail(s, &e);
	if (!atomic_load(&s->failed) && write_record(s, r, &e) != 0)
		fail(s, &e);
	if (atomic_load(&s->failed))
		keep_late(s, r);
	else
		free_request(&r->item);
}

/* What could not be written before is tried again, marked as late; what is lost is counted. */
static int write_late(struct store *s, struct err *e)
{
	if (!atomic_load(&s->failed))
		return 0;
	cJSON *fields = cJSON_CreateObject();
	cJSON_AddNumberToObject(fields, "records", (double)s->nlate);
	cJSON_AddNumberToObject(fields, "lost", (double)s->nlost);
	cJSON_AddStringToObject(fields, "why", s->why_failed);
	int rc = journal_file_append(
		s->file, &s->guard, "late", clock_wall_ms(), clock_ms(), fields, e);
	cJSON_Delete(fields);
	for (size_t i = 0; rc == 0 && i < s->nlate; i++)
		rc = write_record(s, s->late[i], e);
	return rc;
}

static void finish(struct store *s, const struct request *r)
{
	struct err e;
	while (s->noutputs > 0)
		end_output(s, s->noutputs - 1, false, r->wall_ms, r->mono_ms);
	int rc = write_late(s, &e);
	if (rc == 0) {
		cJSON *fields = cJSON_CreateObject();
		cJSON_AddStringToObject(fields, "why", r->name);
		cJSON_AddItemToObject(fields, "runs", s->runs);
		s->runs = NULL;
		rc = journal_file_append(
			s->file, &s->guard, "end", r->wall_ms, r->mono_ms, fields, &e);
		cJSON_Delete(fields);
	}
	if (rc == 0)
		rc = journal_file_sync(s->file, &e);
	if (rc != 0)
		fail(s, &e);
	s->done = true;
}

/* True when r was kept (it waits to be synced, or as a late one). */
static bool handle(struct store *s, struct request *r)
{
	struct err e;
	size_t at;
	switch (r->type) {
	case REQ_RECORD:
		if (!atomic_load(&s->failed) && write_record(s, r, &e) != 0)
			fail(s, &e);
		if (!atomic_load(&s->failed))
			return false;
		keep_late(s, r);
		return true;
	case REQ_OUTPUT:
		add_output(s, r);
		break;
	case REQ_OUTPUT_END:
		if (find_output(s, r->name, &at))
			end_output(s, at, true, r->wall_ms, r->mono_ms);
		break;
	case REQ_CLOSE:
		finish(s, r);
		break;
	}
	return false;
}

/* One fsync answers for all records of a batch. */
static void work(struct store *s)
{
	struct {
		uint64_t ticket;
		char head[DIGEST_HEX];
	} written[BATCH_MAX];
	size_t nwritten = 0;
	struct err e;
	struct queue_item *item;
	for (int i = 0; i < BATCH_MAX && !s->done && !atomic_load(&s->abandoned) &&
			(item = queue_take(s->in));
		i++) {
		struct request *r = (struct request *)item;
		bool record = r->type == REQ_RECORD;
		uint64_t ticket = r->ticket;
		if (handle(s, r))
			continue;
		if (record) {
			memcpy(written[nwritten].head, journal_file_head(s->file), DIGEST_HEX);
			written[nwritten++].ticket = ticket;
		}
		free_request(item);
	}
	if (nwritten == 0)
		return;
	if (journal_file_sync(s->file, &e) != 0) {
		fail(s, &e);
		return;
	}
	for (size_t i = 0; i < nwritten; i++) {
		struct event_item *ev = xcalloc(1, sizeof(*ev));
		ev->event.type = STORE_WRITTEN;
		ev->event.ticket = written[i].ticket;
		memcpy(ev->event.head, written[i].head, DIGEST_HEX);
		queue_put(s->out, &ev->item);
	}
}

static void *run(void *arg)
{
	struct store *s = arg;
	struct err e;
	bool on = true;
	if (journal_file_sync_dirs(s->file, &e) != 0)
		fail(s, &e);
	while (on) {
		struct pollfd p = {.fd = queue_fd(s->in), .events = POLLIN};
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			break;
		work(s);
		on = !s->done && !atomic_load(&s->abandoned);
	}
	store_unref(s);
	return NULL;
}

/* All signals go to the other threads; SIGXFSZ too, so that a full quota is an errno. */
static int start_thread(struct store *s)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int rc = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

/* "younes@corertx": who sits at the workstation. Owned. */
static char *who(void)
{
	char name[256] = "";
	const struct passwd *pw = getpwuid(getuid());
	if (gethostname(name, sizeof(name) - 1) != 0)
		name[0] = 0;
	char *raw = pw ? xasprintf("%s@%s", pw->pw_name, name)
		       : xasprintf("%lu@%s", (unsigned long)getuid(), name);
	char *clean = text_dup(raw);
	free(raw);
	return clean;
}

static void record_start(struct store *s, const char *host)
{
	cJSON *fields = cJSON_CreateObject();
	char *me = who();
	cJSON_AddNumberToObject(fields, "format", 1);
	cJSON_AddStringToObject(fields, "program", "twistertui");
	cJSON_AddStringToObject(fields, "version", PACKAGE_VERSION);
	cJSON_AddStringToObject(fields, "host", host);
	cJSON_AddStringToObject(fields, "session", s->session);
	cJSON_AddStringToObject(fields, "who", me);
	free(me);
	store_record(s, "start", fields);
}

int store_open(const char *state_dir, const char *host, const char *session, struct mask *mask,
	struct store **out, struct err *e)
{
	*out = NULL;
	struct store *s = xcalloc(1, sizeof(*s));
	int rc = journal_file_create(state_dir, host, session, &s->dir, &s->file, e);
	if (rc != 0) {
		free(s);
		return rc;
	}
	s->session = xstrdup(session);
	s->guard.mask = mask;
	s->in = queue_new(free_request);
	s->out = queue_new(free_event);
	s->runs = cJSON_CreateArray();
	s->next_ticket = 1;
	atomic_init(&s->refs, 2);
	atomic_init(&s->failed, false);
	atomic_init(&s->abandoned, false);
	pthread_mutex_init(&s->guard.lock, NULL);
	rc = start_thread(s);
	if (rc != 0) {
		rc = err_set(e, ERR_FAILED, _("cannot start a thread: %s"), strerror(rc));
		atomic_store(&s->refs, 1);
		store_unref(s);
		return rc;
	}
	record_start(s, host);
	*out = s;
	return 0;
}

static struct request *request_new(enum request_type type, const char *name)
{
	struct request *r = xcalloc(1, sizeof(*r));
	r->type = type;
	r->name = xstrdup(name);
	r->wall_ms = clock_wall_ms();
	r->mono_ms = clock_ms();
	r->item.weight = 256;
	return r;
}

void store_close(struct store *s, const char *why)
{
	struct timespec until;
	if (!s)
		return;
	queue_put(s->in, &request_new(REQ_CLOSE, why)->item);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CLOSE_WAIT_S;
	if (pthread_timedjoin_np(s->thread, NULL, &until) != 0) {
		/* it sits in a write() that does not end */
		atomic_store(&s->abandoned, true);
		mask_guard_close(&s->guard);
		pthread_detach(s->thread);
	}
	queue_close(s->out);
	store_unref(s);
}

const char *store_session(const struct store *s)
{
	return s->session;
}

const char *store_dir(const struct store *s)
{
	return s->dir;
}

uint64_t store_record(struct store *s, const char *kind, cJSON *fields)
{
	bool failed = atomic_load(&s->failed);
	struct request *r = request_new(REQ_RECORD, kind);
	r->ticket = s->next_ticket;
	r->fields = fields;
	queue_put(s->in, &r->item); /* even then: it is tried again at the end */
	return failed ? 0 : s->next_ticket++;
}

void store_output(struct store *s, const char *job, const void *bytes, size_t n, int64_t raw_offset)
{
	struct request *r = request_new(REQ_OUTPUT, job);
	r->n = n;
	r->raw_offset = raw_offset;
	if (queue_weight(s->in) < OUTPUT_WAITING_MAX) { /* else only its length, as lost */
		r->bytes = xcalloc(1, n + 1);
		memcpy(r->bytes, bytes, n);
		r->item.weight += n;
	}
	queue_put(s->in, &r->item);
}

void store_output_end(struct store *s, const char *job)
{
	queue_put(s->in, &request_new(REQ_OUTPUT_END, job)->item);
}

bool store_failed(const struct store *s)
{
	return atomic_load(&s->failed);
}

int store_fd(const struct store *s)
{
	return queue_fd(s->out);
}

struct store_event *store_next(struct store *s)
{
	struct event_item *ev = (struct event_item *)queue_take(s->out);
	return ev ? &ev->event : NULL;
}

void store_event_free(struct store_event *ev)
{
	if (ev)
		free_event((struct queue_item *)((char *)ev - offsetof(struct event_item, event)));
}

void session_id_new(char out[SESSION_ID_SIZE])
{
	char token[TOKEN_HEX];
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm tm;
	digest_token(token);
	gmtime_r(&now, &tm);
	strftime(out, SESSION_ID_SIZE, "%Y%m%dT%H%M%SZ-", &tm);
	snprintf(out + strlen(out), SESSION_ID_SIZE - strlen(out), "%.6s", token);
}
