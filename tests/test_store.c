/* The store: what stands on the disk after it said so, what never does, and what happens when it can't. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mask.h"
#include "runbook/store.h"
#include "runbook/store_file.h"
#include "tests/scratch.h"

/* Disks that are full, broken or dead: these stand in front of libc's. */
static atomic_long room = -1;  /* bytes that regular files may still take; -1: any */
static atomic_int write_error; /* errno of a write beyond it */
static atomic_int sync_error;
static atomic_int syncs;
static atomic_bool dead; /* fdatasync does not come back */

ssize_t write(int fd, const void *bytes, size_t n)
{
	struct stat st;
	long left = atomic_load(&room);
	if (left >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (left == 0) {
			errno = atomic_load(&write_error);
			return -1;
		}
		if ((size_t)left < n)
			n = (size_t)left;
		atomic_fetch_sub(&room, (long)n);
	}
	return syscall(SYS_write, fd, bytes, n);
}

int fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	while (atomic_load(&dead))
		usleep(5000);
	if (atomic_load(&sync_error)) {
		errno = atomic_load(&sync_error);
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

struct fixture {
	char *state;
	struct mask *mask;
	struct store *store;
	char session[SESSION_ID_SIZE];
	char *dir;
};

static void remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	while (d && (entry = readdir(d))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *child = xasprintf("%s/%s", path, entry->d_name);
		if (unlink(child) != 0)
			remove_tree(child);
		free(child);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err e = {0};
	f->state = xasprintf("%s/test_store.XXXXXX", scratch());
	assert_non_null(mkdtemp(f->state));
	f->mask = mask_new();
	session_id_new(f->session);
	if (store_open(f->state, "edgeserver", f->session, f->mask, &f->store, &e) != 0)
		fail_msg("%s", e.text);
	f->dir = xstrdup(store_dir(f->store));
	*state = f;
	return 0;
}

static void close_store(struct fixture *f)
{
	store_close(f->store, "quit");
	f->store = NULL;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	atomic_store(&room, -1);
	atomic_store(&sync_error, 0);
	store_close(f->store, "quit");
	remove_tree(f->state);
	mask_free(f->mask);
	free(f->dir);
	free(f->state);
	free(f);
	return 0;
}

/* The next event of a type, or NULL after a minute. */
static struct store_event *await(struct store *s, enum store_event_type type)
{
	int64_t until = clock_ms() + 60000;
	while (clock_ms() < until) {
		struct store_event *ev = store_next(s);
		if (ev && ev->type == type)
			return ev;
		store_event_free(ev);
		struct pollfd p = {.fd = store_fd(s), .events = POLLIN};
		if (!ev)
			poll(&p, 1, 100);
	}
	return NULL;
}

static void await_ticket(struct store *s, uint64_t ticket, char head[DIGEST_HEX])
{
	for (;;) {
		struct store_event *ev = await(s, STORE_WRITTEN);
		assert_non_null(ev);
		bool found = ev->ticket == ticket;
		if (found && head)
			memcpy(head, ev->head, DIGEST_HEX);
		store_event_free(ev);
		if (found)
			return;
	}
}

static char *slurp(const char *path, size_t *n)
{
	struct buf b;
	char chunk[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	buf_init(&b, 0);
	for (ssize_t got; (got = read(fd, chunk, sizeof(chunk))) > 0;)
		buf_add(&b, chunk, (size_t)got);
	close(fd);
	if (n)
		*n = b.len;
	return buf_take(&b);
}

static char *journal_text(const struct fixture *f)
{
	char *path = xasprintf("%s/journal.jsonl", f->dir);
	char *text = slurp(path, NULL);
	free(path);
	return text;
}

/* Checks every line's chain without journal.c and returns the records as an array. */
static cJSON *records(const struct fixture *f, char head[DIGEST_HEX])
{
	char *text = journal_text(f), *p = text, *end;
	cJSON *all = cJSON_CreateArray();
	memset(head, '0', DIGEST_HEX - 1);
	head[DIGEST_HEX - 1] = 0;
	while ((end = strchr(p, '\n'))) {
		struct err e = {0};
		cJSON *record = json_parse(p, (size_t)(end - p), "line", &e);
		if (!record)
			fail_msg("%s", e.text);
		assert_string_equal(json_str(record, "prev"), head);
		assert_int_equal((int)json_num(record, "seq"), cJSON_GetArraySize(all) + 1);
		assert_true(clock_parse_rfc3339(json_str(record, "time")) > 0);
		digest_hex(p, (size_t)(end - p), head);
		cJSON_AddItemToArray(all, record);
		p = end + 1;
	}
	assert_string_equal(p, ""); /* no torn line */
	free(text);
	return all;
}

static const cJSON *find_kind(const cJSON *all, const char *kind)
{
	const cJSON *record;
	cJSON_ArrayForEach(
		record, all) if (strcmp(json_str(record, "kind"), kind) == 0) return record;
	return NULL;
}

static cJSON *object(const char *name, const char *value)
{
	cJSON *o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, name, value);
	return o;
}

static void test_chain(void **state)
{
	struct fixture *f = *state;
	char told[DIGEST_HEX], head[DIGEST_HEX];
	store_record(f->store, "run-open", object("run", "1-foundation-1"));
	int before = atomic_load(&syncs);
	uint64_t ticket = store_record(f->store, "note", object("text", "line\nline \"two\" é"));
	await_ticket(f->store, ticket, told);
	assert_true(atomic_load(&syncs) > before);
	cJSON *all = records(f, head);
	assert_int_equal(cJSON_GetArraySize(all), 3);
	assert_string_equal(told, head);
	assert_string_equal(json_str(cJSON_GetArrayItem(all, 0), "kind"), "start");
	assert_string_equal(json_str(find_kind(all, "note"), "text"), "line\nline \"two\" é");
	cJSON_Delete(all);
	close_store(f);
	all = records(f, head);
	const cJSON *end = find_kind(all, "end");
	assert_string_equal(json_str(end, "why"), "quit");
	assert_string_equal(json_get(end, "runs")->child->valuestring, "1-foundation-1");
	cJSON_Delete(all);
}

static void test_reserved_fields(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX];
	cJSON *fields = object("kind", "end");
	cJSON_AddStringToObject(fields, "prev", "x");
	cJSON_AddNumberToObject(fields, "seq", 99);
	cJSON_AddStringToObject(fields, "Seq", "kept");
	await_ticket(f->store, store_record(f->store, "note", fields), NULL);
	cJSON *all = records(f, head);
	assert_string_equal(json_str(cJSON_GetArrayItem(all, 1), "kind"), "note");
	assert_string_equal(json_str(cJSON_GetArrayItem(all, 1), "Seq"), "kept");
	cJSON_Delete(all);
}

static int mode_of(const char *dir, const char *name)
{
	struct stat st;
	char *path = xasprintf("%s/%s", dir, name);
	assert_int_equal(stat(path, &st), 0);
	free(path);
	return (int)(st.st_mode & 07777);
}

static void test_modes(void **state)
{
	struct fixture *f = *state;
	store_output(f->store, "1-foundation-1.extend-lvm.1", "x\n", 2, 2);
	close_store(f);
	assert_int_equal(mode_of(f->state, "edgeserver"), 0700);
	assert_int_equal(mode_of(f->dir, "."), 0700);
	assert_int_equal(mode_of(f->dir, "outputs"), 0700);
	assert_int_equal(mode_of(f->dir, "journal.jsonl"), 0600);
	assert_int_equal(mode_of(f->dir, "outputs/1-foundation-1.extend-lvm.1"), 0600);
}

static void test_outputs(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX], sum[DIGEST_HEX];
	size_t n;
	const char *job = "1-foundation-1.extend-lvm.1";
	store_output(f->store, job, "10%\r20%\r", 8, 8);
	store_output(f->store, job, "30%\nhal", 7, 15);
	store_output(f->store, job, "f \x1b[31mred\x1b[0m\xff\n", 16, 31);
	store_output_end(f->store, job);
	store_output(f->store, job, "again", 5, 36); /* followed a second time: a file of its own */
	close_store(f);
	char *path = xasprintf("%s/outputs/%s", f->dir, job);
	char *text = slurp(path, &n);
	assert_string_equal(text, "30%\nhalf red\xef\xbf\xbd\n");
	digest_hex(text, n, sum);
	cJSON *all = records(f, head);
	const cJSON *output = find_kind(all, "output");
	assert_string_equal(json_str(output, "job"), job);
	assert_string_equal(json_str(output, "sha256"), sum);
	assert_int_equal((int)json_num(output, "size"), (int)n);
	assert_int_equal((int)json_num(output, "raw_offset"), 31);
	assert_true(json_bool(output, "complete", false));
	const cJSON *second = output->next;
	assert_string_equal(json_str(second, "file"), "1-foundation-1.extend-lvm.1~2");
	assert_false(json_bool(second, "complete", true));
	cJSON_Delete(all);
	free(text);
	free(path);
}

static void test_hostile_names(void **state)
{
	struct fixture *f = *state;
	struct err e;
	struct store *other = NULL;
	store_output(f->store, "../../escaped", "x\n", 2, 2);
	store_output(f->store, ".hidden", "x\n", 2, 2);
	store_output_end(f->store, "never-seen");
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	assert_false(store_failed(f->store));
	char *path = xasprintf("%s/edgeserver/escaped", f->state);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	assert_int_equal(store_open(f->state, "../x", "s", f->mask, &other, &e), ERR_USAGE);
	assert_int_equal(store_open(f->state, "h", "a/b", f->mask, &other, &e), ERR_USAGE);
	assert_int_equal(
		store_open(f->state, "edgeserver", f->session, f->mask, &other, &e), ERR_IO);
	assert_null(other);
}

/* An endless line is written while it comes, and overwritten progress takes no room. */
static void test_endless_line(void **state)
{
	struct fixture *f = *state;
	char *chunk = xcalloc(1, 10000);
	memset(chunk, 'x', 10000);
	for (int i = 0; i < 20; i++)
		store_output(f->store, "long", chunk, 10000, (i + 1) * 10000);
	memcpy(chunk + 9990, "\r", 1);
	for (int i = 0; i < 20; i++)
		store_output(f->store, "progress", chunk, 10000, (i + 1) * 10000);
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	char *path = xasprintf("%s/outputs/long", f->dir);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 100000);
	free(path);
	close_store(f);
	path = xasprintf("%s/outputs/progress", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size <= 10000);
	free(path);
	free(chunk);
}

/* ---- the mask ---- */

static void assert_nowhere(const char *dir, const char *secret)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	assert_non_null(d);
	while ((entry = readdir(d))) {
		struct stat st;
		size_t n;
		if (entry->d_name[0] == '.')
			continue;
		char *path = xasprintf("%s/%s", dir, entry->d_name);
		assert_int_equal(stat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			assert_nowhere(path, secret);
		} else {
			char *text = slurp(path, &n);
			if (memmem(text, n, secret, strlen(secret)))
				fail_msg("a secret stands in %s", path);
			free(text);
		}
		free(path);
	}
	closedir(d);
}

static char *base64(const char *s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = strlen(s);
	struct buf b;
	buf_init(&b, 0);
	for (size_t i = 0; i + 2 < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16 |
			     (unsigned)(unsigned char)s[i + 1] << 8 | (unsigned char)s[i + 2];
		buf_addc(&b, digits[v >> 18]);
		buf_addc(&b, digits[v >> 12 & 63]);
		buf_addc(&b, digits[v >> 6 & 63]);
		buf_addc(&b, digits[v & 63]);
	}
	return buf_take(&b);
}

static void test_secrets(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_HEX], *secret, *url, *b64, *escaped, *text, *diff;
	digest_token(token);
	token[24] = 0;
	secret = xasprintf("p/%s!", token); /* 27 bytes: base64 without padding */
	url = xasprintf("p%%2F%s%%21", token);
	b64 = base64(secret);
	escaped = xasprintf("p/%.8s\x1b[1m%s!", token, token + 8);
	mask_add(f->mask, secret, strlen(secret));

	text = xasprintf("error: cannot log in with %s (%s, %s, %s)", secret, url, b64, escaped);
	cJSON *fields = object("text", text), *params = object("password", secret);
	cJSON_AddItemToObject(fields, "params", params);
	cJSON_AddItemToObject(fields, secret, cJSON_CreateTrue());
	store_record(f->store, "note", fields);

	diff = xasprintf("-old\n+%s\n %s %s\n", text, b64, url);
	store_output(f->store, "whole", diff, strlen(diff), 1);
	for (size_t i = 0; diff[i]; i++) /* split at every byte */
		store_output(f->store, "split", diff + i, 1, (int64_t)i + 1);
	store_output(f->store, "unfinished", secret, strlen(secret) - 1, 1);
	store_output(f->store, "unfinished", secret + strlen(secret) - 1, 1, 1);
	store_output_end(f->store, "unfinished");
	close_store(f);

	assert_nowhere(f->state, secret);
	assert_nowhere(f->state, token);
	assert_nowhere(f->state, b64);
	text = (free(text), journal_text(f));
	assert_non_null(strstr(text, "error: cannot log in with " MASK_TEXT " (" MASK_TEXT
				     ", " MASK_TEXT ", " MASK_TEXT ")"));
	free(text);
	free(diff);
	free(escaped);
	free(b64);
	free(url);
	free(secret);
}

/* One that cleaning would change is found before it. */
static void test_secret_with_controls(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_HEX], *secret, *text;
	digest_token(token);
	secret = xasprintf("%.16s\t%s\n", token, token + 16);
	text = xasprintf("key %s end\n", secret);
	mask_add(f->mask, secret, strlen(secret));
	store_record(f->store, "note", object("text", text));
	for (size_t i = 0; text[i]; i++)
		store_output(f->store, "split", text + i, 1, (int64_t)i + 1);
	close_store(f);
	assert_nowhere(f->state, token + 16);
	token[16] = 0;
	assert_nowhere(f->state, token);
	free(text);
	free(secret);
}

/* A digest is no secret: four letters that happen to stand in one must not break it. */
static void test_digests_are_kept(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX], digest[DIGEST_HEX];
	digest_hex("plan", 4, digest);
	mask_add(f->mask, digest, 4);
	cJSON *fields = object("plan_digest", digest);
	cJSON_AddStringToObject(fields, "text", digest);
	await_ticket(f->store, store_record(f->store, "answered", fields), NULL);
	cJSON *all = records(f, head);
	assert_string_equal(json_str(find_kind(all, "answered"), "plan_digest"), digest);
	assert_null(strstr(json_str(find_kind(all, "answered"), "text"), digest));
	cJSON_Delete(all);
}

/* ---- disks that fail ---- */

static void fails_with(struct fixture *f, int error, long bytes)
{
	char head[DIGEST_HEX];
	await_ticket(f->store, store_record(f->store, "note", object("text", "before")), NULL);
	atomic_store(&write_error, error);
	atomic_store(&room, bytes);
	uint64_t ticket = store_record(f->store, "note", object("text", "does not fit"));
	assert_true(ticket > 0);
	struct store_event *ev = await(f->store, STORE_FAILED);
	assert_non_null(ev);
	assert_non_null(strstr(ev->text, strerror(error)));
	assert_non_null(strstr(ev->text, "journal.jsonl"));
	assert_null(strchr(ev->text, '\n'));
	store_event_free(ev);
	assert_true(store_failed(f->store));
	cJSON *all = records(f, head); /* whole lines only */
	assert_int_equal(cJSON_GetArraySize(all), 2);
	cJSON_Delete(all);
	/* for ever: room alone does not bring it back, and it says so once */
	atomic_store(&room, -1);
	assert_int_equal(store_record(f->store, "note", object("text", "after")), 0);
	store_output(f->store, "job", "lost\n", 5, 5);
	usleep(50000);
	ev = store_next(f->store);
	assert_null(ev);
}

static void test_full_disk(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX];
	fails_with(f, ENOSPC, 40);
	close_store(f);
	/* what could not be written then is there now, marked */
	cJSON *all = records(f, head);
	assert_int_equal(cJSON_GetArraySize(all), 6);
	const cJSON *late = find_kind(all, "late");
	assert_int_equal((int)json_num(late, "records"), 2);
	assert_non_null(strstr(json_str(late, "why"), strerror(ENOSPC)));
	assert_string_equal(json_str(late->next, "text"), "does not fit");
	assert_string_equal(json_str(late->next->next, "text"), "after");
	assert_non_null(find_kind(all, "end"));
	cJSON_Delete(all);
}

static void test_quota(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX];
	fails_with(f, EDQUOT, 0);
	atomic_store(&room, 10);
	close_store(f);
	cJSON *all = records(f, head); /* still no torn line, and no end */
	assert_int_equal(cJSON_GetArraySize(all), 2);
	cJSON_Delete(all);
}

static void test_broken_disk(void **state)
{
	struct fixture *f = *state;
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	atomic_store(&sync_error, EIO);
	uint64_t ticket = store_record(f->store, "job-start", NULL);
	int64_t until = clock_ms() + 60000;
	bool failed = false;
	while (!failed && clock_ms() < until) {
		struct store_event *ev = store_next(f->store);
		if (ev && ev->type == STORE_WRITTEN)
			assert_int_not_equal(ev->ticket, ticket); /* never said to be written */
		failed = ev && ev->type == STORE_FAILED;
		store_event_free(ev);
	}
	assert_true(failed);
}

static void test_full_disk_under_an_output(void **state)
{
	struct fixture *f = *state;
	char head[DIGEST_HEX];
	store_output(f->store, "job", "first\n", 6, 6);
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	atomic_store(&write_error, ENOSPC);
	atomic_store(&room, 3);
	store_output(f->store, "job", "second\n", 7, 13);
	struct store_event *ev = await(f->store, STORE_FAILED);
	assert_non_null(ev);
	store_event_free(ev);
	atomic_store(&room, -1);
	close_store(f);
	cJSON *all = records(f, head);
	const cJSON *output = find_kind(all, "output");
	assert_int_equal((int)json_num(output, "size"), 6);
	assert_int_equal((int)json_num(output, "lost"), 7);
	cJSON_Delete(all);
}

static int count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* A disk that never answers holds nobody longer than 2 s. */
static void test_dead_disk(void **state)
{
	struct fixture *f = *state;
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	store_output(f->store, "one", "unfinished", 10, 10);
	store_output(f->store, "two", "unfinished", 10, 10);
	await_ticket(f->store, store_record(f->store, "note", NULL), NULL);
	int threads = count_threads();
	atomic_store(&dead,
		true); /* it sticks in the first output's fdatasync, the second is still to come */
	int64_t began = clock_ms();
	close_store(f);
	int64_t took = clock_ms() - began;
	assert_in_range(took, 1900, 20000); /* for ever, without that limit */
	mask_free(f->mask);
	f->mask = mask_new();
	atomic_store(&dead, false);
	/* it comes back, must harm nobody and end */
	for (int64_t until = clock_ms() + 60000; count_threads() == threads && clock_ms() < until;)
		usleep(1000);
	assert_int_equal(count_threads(), threads - 1);
}

static void test_two_consoles(void **state)
{
	struct fixture *f = *state;
	struct store *other;
	struct err e;
	char id[SESSION_ID_SIZE];
	session_id_new(id);
	assert_string_not_equal(id, f->session);
	assert_int_equal(store_open(f->state, "edgeserver", id, f->mask, &other, &e), 0);
	assert_string_not_equal(store_dir(other), f->dir);
	store_close(other, "quit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_chain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reserved_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(test_modes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_outputs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_endless_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_secret_with_controls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_digests_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quota, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk_under_an_output, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dead_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_consoles, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
