/* Reading journals: what the store wrote holds, and nothing that was done to it afterwards passes. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mask.h"
#include "runbook/journal.h"
#include "runbook/store.h"
#include "tests/scratch.h"

#define HOST "edgeserver"
#define JOB "1-foundation-1.extend-lvm.1"

struct fixture {
	char *state, *path, *output;
	char session[SESSION_ID_SIZE];
	char *text; /* the journal as written */
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

static cJSON *fields(const char *name, const char *value, const char *run)
{
	cJSON *o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, name, value);
	if (run)
		cJSON_AddStringToObject(o, "run", run);
	return o;
}

/* A small session with a run, notes and an output. */
static void write_session(const char *state, const char *host, const char *session, const char *run)
{
	struct mask *mask = mask_new();
	struct store *s;
	struct err e = {0};
	if (store_open(state, host, session, mask, &s, &e) != 0)
		fail_msg("%s", e.text);
	if (run)
		store_record(s, "run-open", fields("phase", "1-foundation", run));
	store_record(s, "note", fields("text", "first", NULL));
	store_record(s, "note", fields("text", "second", NULL));
	store_output(s, JOB, "extended\nresized\n", 17, 17);
	store_output_end(s, JOB);
	store_close(s, "quit");
	mask_free(mask);
}

static void put(const char *path, const void *bytes, size_t n)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static char *slurp(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = xcalloc(1, 1 << 20);
	assert_non_null(in);
	assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
	fclose(in);
	return text;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	f->state = xasprintf("%s/test_journal.XXXXXX", scratch());
	assert_non_null(mkdtemp(f->state));
	session_id_new(f->session);
	write_session(f->state, HOST, f->session, "1-foundation-1");
	f->path = xasprintf("%s/" HOST "/%s/journal.jsonl", f->state, f->session);
	f->output = xasprintf("%s/" HOST "/%s/outputs/" JOB, f->state, f->session);
	f->text = slurp(f->path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	remove_tree(f->state);
	free(f->state);
	free(f->path);
	free(f->output);
	free(f->text);
	free(f);
	return 0;
}

/* Start of line k (1-based) of the journal as written, and its length with the newline. */
static const char *line(const struct fixture *f, int k, size_t *n)
{
	const char *p = f->text;
	for (int i = 1; i < k; i++)
		p = strchr(p, '\n') + 1;
	*n = (size_t)(strchr(p, '\n') - p) + 1;
	return p;
}

/* Writes a journal made of the given lines of the one that was written. */
static void put_lines(const struct fixture *f, const int *lines, size_t nlines)
{
	struct buf b;
	buf_init(&b, 0);
	for (size_t i = 0; i < nlines; i++) {
		size_t n;
		const char *p = line(f, lines[i], &n);
		buf_add(&b, p, n);
	}
	put(f->path, b.data, b.len);
	buf_clear(&b);
}

static struct journal *reads(const struct fixture *f)
{
	struct journal *j;
	struct err e = {0};
	if (journal_read(f->state, HOST, f->session, &j, &e) != 0)
		fail_msg("%s", e.text);
	return j;
}

static void assert_broken(const struct fixture *f, size_t at, const char *words)
{
	struct journal *j = reads(f);
	assert_int_equal(j->chain, CHAIN_BROKEN);
	assert_int_equal(j->broken_at, at);
	assert_non_null(strstr(j->why, words));
	assert_null(strchr(j->why, '\n'));
	journal_free(j);
}

/* Lines: 1 start, 2 run-open, 3 note, 4 note, 5 output, 6 end. */
static void test_consistent(void **state)
{
	struct fixture *f = *state;
	struct journal *j = reads(f);
	assert_int_equal(j->chain, CHAIN_CONSISTENT);
	assert_int_equal(j->nrecords, 6);
	assert_null(j->why);
	size_t left;
	char *text = journal_output(j, j->records[4], 4096, &left);
	assert_string_equal(text, "extended\nresized\n");
	free(text);
	text = journal_output(j, j->records[4], 10, &left);
	assert_string_equal(text, "resized\n");
	assert_int_equal(left, 9);
	free(text);
	text = journal_state_text(j);
	assert_string_equal(text, "consistent, 6 records");
	free(text);
	journal_free(j);
}

static void test_removed(void **state)
{
	put_lines(*state, (int[]){1, 2, 4, 5, 6}, 5);
	assert_broken(*state, 3, "removed");
	put_lines(*state, (int[]){2, 3, 4, 5, 6}, 5);
	assert_broken(*state, 1, "removed");
}

static void test_reordered(void **state)
{
	put_lines(*state, (int[]){1, 2, 4, 3, 5, 6}, 6);
	assert_broken(*state, 3, "put elsewhere");
}

static void test_inserted(void **state)
{
	put_lines(*state, (int[]){1, 2, 3, 3, 4, 5, 6}, 7);
	assert_broken(*state, 4, "added");
	put_lines(*state, (int[]){1, 2, 3, 4, 5, 6, 6}, 7);
	assert_broken(*state, 7, "after the session's end");
}

/* A record made by somebody who knows of the sum but not of what follows. */
static void test_forged(void **state)
{
	struct fixture *f = *state;
	size_t n;
	const char *p = line(f, 3, &n);
	char sum[DIGEST_HEX];
	struct buf b;
	buf_init(&b, 0);
	buf_add(&b, f->text, (size_t)(p - f->text));
	size_t at = b.len;
	buf_add(&b, p, n - 75);
	memcpy(memmem(b.data + at, b.len - at, "first", 5), "FIRST", 5);
	digest_hex(b.data + at, b.len - at, sum);
	buf_addf(&b, ",\"sum\":\"%s\"}\n", sum);
	buf_adds(&b, p + n);
	put(f->path, b.data, b.len);
	buf_clear(&b);
	assert_broken(f, 4, "does not continue record 3");
}

/* Whatever single bit of the file is flipped, it is seen, and at that record. */
static void test_every_byte(void **state)
{
	struct fixture *f = *state;
	size_t n = strlen(f->text), at = 1;
	for (size_t i = 0; i < n; i++) {
		char *copy = xstrdup(f->text);
		bool newline = copy[i] == '\n';
		copy[i] ^= 1;
		put(f->path, copy, n);
		struct journal *j = reads(f);
		if (newline && i + 1 == n) {
			assert_true(j->torn);
			assert_int_equal(j->chain, CHAIN_OPEN);
		} else {
			assert_int_equal(j->chain, CHAIN_BROKEN);
			assert_int_equal(j->broken_at, at);
		}
		journal_free(j);
		free(copy);
		at += newline;
	}
}

static void test_open_and_torn(void **state)
{
	struct fixture *f = *state;
	put_lines(f, (int[]){1, 2, 3}, 3);
	struct journal *j = reads(f);
	assert_int_equal(j->chain, CHAIN_OPEN);
	assert_int_equal(j->nrecords, 3);
	assert_false(j->torn);
	char *words = journal_state_text(j);
	assert_string_equal(words, "open, ends at record 3");
	free(words);
	journal_free(j);
	put(f->path, f->text, strlen(f->text) - 30);
	j = reads(f);
	assert_int_equal(j->chain, CHAIN_OPEN);
	assert_int_equal(j->nrecords, 5);
	assert_true(j->torn);
	journal_free(j);
	put(f->path, "", 0);
	j = reads(f);
	assert_int_equal(j->chain, CHAIN_EMPTY);
	journal_free(j);
}

static void test_outputs(void **state)
{
	struct fixture *f = *state;
	put(f->output, "extended\nRESIZED\n", 17);
	assert_broken(f, 5, "was changed: " JOB);
	put(f->output, "extended\n", 9);
	assert_broken(f, 5, "another length: " JOB);
	unlink(f->output);
	assert_broken(f, 5, "is missing: " JOB);
	char *elsewhere = xasprintf("%s/elsewhere", f->state);
	put(elsewhere, "extended\nresized\n", 17);
	assert_int_equal(symlink(elsewhere, f->output), 0);
	assert_broken(f, 5, "cannot be read: " JOB);
	free(elsewhere);
}

static void test_another_sessions_journal(void **state)
{
	struct fixture *f = *state;
	char id[SESSION_ID_SIZE];
	session_id_new(id);
	write_session(f->state, HOST, id, NULL);
	char *other = xasprintf("%s/" HOST "/%s/journal.jsonl", f->state, id);
	put(other, f->text, strlen(f->text));
	free(other);
	struct journal *j;
	struct err e;
	assert_int_equal(journal_read(f->state, HOST, id, &j, &e), 0);
	assert_int_equal(j->chain, CHAIN_BROKEN);
	assert_int_equal(j->broken_at, 1);
	journal_free(j);
}

static void put_second(const struct fixture *f, const char *bytes, size_t n)
{
	struct buf b;
	size_t first;
	line(f, 1, &first);
	buf_init(&b, 0);
	buf_add(&b, f->text, first);
	buf_add(&b, bytes, n);
	buf_addc(&b, '\n');
	put(f->path, b.data, b.len);
	buf_clear(&b);
}

static void test_hostile_lines(void **state)
{
	struct fixture *f = *state;
	char *huge = xcalloc(1, 6 << 20);
	put_second(f, "{\"seq\":2,\"kind\":\"a\0b\"}", 22);
	assert_broken(f, 2, "zero byte");
	put_second(f, "not json", 8);
	assert_broken(f, 2, "not readable");
	put_second(f, "[1]", 3);
	assert_broken(f, 2, "not readable");
	put_second(f, "", 0);
	assert_broken(f, 2, "not readable");
	put_second(f, "{\"seq\":\"\\u001b[31m\"}", 20);
	assert_broken(f, 2, "sum");
	memset(huge, 'x', 5 << 20);
	put_second(f, huge, 5 << 20);
	assert_broken(f, 2, "longer than any");
	memset(huge, '[', 1 << 20);
	put_second(f, huge, 1 << 20);
	assert_broken(f, 2, "not readable");
	free(huge);
}

static void test_not_a_file(void **state)
{
	struct fixture *f = *state;
	struct journal *j;
	struct err e = {0};
	unlink(f->path);
	assert_int_equal(journal_read(f->state, HOST, f->session, &j, &e), ERR_IO);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_int_equal(journal_read(f->state, HOST, f->session, &j, &e), ERR_IO);
	assert_null(j);
	assert_int_equal(journal_read(f->state, "..", f->session, &j, &e), ERR_USAGE);
	assert_int_equal(journal_read(f->state, HOST, "../x", &j, &e), ERR_USAGE);
}

static void test_sessions(void **state)
{
	struct fixture *f = *state;
	struct session_info *list;
	struct err e = {0};
	size_t n;
	const char *second = "20300101T000000Z-aaaaaa", *open = "20300101T000001Z-bbbbbb";
	usleep(5000); /* newest first, by the milliseconds of their start */
	write_session(f->state, "other host", second, "1-foundation-1");
	usleep(5000);
	write_session(f->state, HOST, open, "1-foundation-1");
	char *path = xasprintf("%s/" HOST "/%s/journal.jsonl", f->state, open);
	char *text = slurp(path);
	put(path, text, strlen(text) - 100); /* killed */
	free(text);
	free(path);

	assert_int_equal(session_list(f->state, NULL, &list, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_string_equal(list[0].session, open);
	assert_int_equal(list[0].ended_ms, -1);
	assert_int_equal(list[0].records, 5);
	assert_string_equal(list[0].runs, "1-foundation-1");
	assert_string_equal(list[1].host, "other host");
	assert_true(list[1].ended_ms >= list[1].started_ms);
	assert_string_equal(list[1].runs, "1-foundation-1");
	assert_int_equal(list[2].records, 6);
	session_list_free(list, n);

	assert_int_equal(session_list(f->state, HOST, &list, &n, &e), 0);
	assert_int_equal(n, 2);
	session_list_free(list, n);
	assert_int_equal(session_find(f->state, HOST "/1-foundation-1", &list, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].session, open);
	assert_string_equal(list[1].session, f->session);
	session_list_free(list, n);
	char *one = xasprintf(HOST "/%s", f->session);
	assert_int_equal(session_find(f->state, one, &list, &n, &e), 0);
	assert_int_equal(n, 1);
	session_list_free(list, n);
	free(one);
	assert_int_equal(session_find(f->state, "other host", &list, &n, &e), 0);
	assert_int_equal(n, 1);
	session_list_free(list, n);
	assert_int_equal(session_find(f->state, NULL, &list, &n, &e), 0);
	assert_string_equal(list[0].session, open);
	session_list_free(list, n);
	assert_int_equal(session_find(f->state, HOST "/1-foundation", &list, &n, &e), ERR_USAGE);
	assert_int_equal(session_find(f->state, "nobody", &list, &n, &e), ERR_USAGE);
	assert_int_equal(session_find("/nonexistent", NULL, &list, &n, &e), ERR_USAGE);
}

/* A journal of megabytes is listed from its two ends. */
static void test_long_last_record(void **state)
{
	struct fixture *f = *state;
	struct mask *mask = mask_new();
	struct store *s;
	struct err e;
	struct session_info *list;
	size_t n;
	char *text = xcalloc(1, 200001);
	memset(text, 'x', 200000);
	assert_int_equal(store_open(f->state, "long", "s", mask, &s, &e), 0);
	for (int i = 0; i < 20; i++)
		store_record(s, "note", fields("text", text, NULL));
	store_close(s, "quit");
	char *path = xasprintf("%s/long/s/journal.jsonl", f->state);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	char *all = xcalloc(1, (size_t)st.st_size);
	FILE *in = fopen(path, "re");
	assert_int_equal(fread(all, 1, (size_t)st.st_size, in), st.st_size);
	fclose(in);
	const char *end = memrchr(all, '\n', (size_t)st.st_size - 1); /* without "end" */
	put(path, all, (size_t)(end - all) + 1);
	assert_int_equal(session_list(f->state, "long", &list, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(list[0].records, 21);
	session_list_free(list, n);
	free(all);
	free(path);
	free(text);
	mask_free(mask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_consistent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reordered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_inserted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_and_torn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_outputs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_sessions_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sessions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_last_record, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
