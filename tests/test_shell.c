/* The framed remote shell: noisy logins, other login shells, binary bodies, time limits, ends. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "backends/link.h"
#include "backends/shell.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#define SOON 60000 /* never how long it takes: when to give up on a busy machine */

struct got {
	int n, status;
	bool cut, sent;
	struct buf body;
};

struct fixture {
	struct link *link;
	struct shell *shell;
	bool link_up;
	int ups, ends;
	enum shell_end end;
	struct got got;
	char *prelude;
};

static void on_up(void *ctx, struct shell *sh)
{
	(void)sh;
	((struct fixture *)ctx)->ups++;
}

static void on_ended(void *ctx, struct shell *sh, enum shell_end end, int status, const char *text)
{
	struct fixture *f = ctx;

	(void)sh;
	(void)status;
	(void)text;
	f->ends++;
	f->end = end;
}

static void turn(struct fixture *f, int ms)
{
	struct pollfd fd = {.fd = link_fd(f->link), .events = POLLIN};
	struct link_event *ev;

	poll(&fd, 1, ms);
	while ((ev = link_next(f->link)) != NULL) {
		if (ev->type == LINK_EV_STATE)
			f->link_up = ev->state == LINK_UP;
		else
			shell_event(f->shell, ev);
		link_event_free(ev);
	}
	shell_tick(f->shell, clock_ms());
}

static void until(struct fixture *f, const int *counter, int n, int ms)
{
	int64_t stop = clock_ms() + ms;

	while (*counter < n && clock_ms() < stop)
		turn(f, 20);
	assert_true(*counter >= n);
}

static int setup(void **state)
{
	char *env[] = {xasprintf("PATH=%s", getenv("PATH")), xasprintf("HOME=/dev/null"), NULL};
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct shell_callbacks cb = {.ctx = f, .up = on_up, .ended = on_ended};
	char *path = xasprintf("%s/remote/shell.sh", data_dir(NULL));
	char *text = data_read(path, 100000, NULL, NULL);

	free(path);
	assert_non_null(text);
	f->prelude = xasprintf("tw_kind=user\n%s", text);
	free(text);
	f->link = link_new_local(env, "/", NULL);
	free(env[0]);
	free(env[1]);
	assert_non_null(f->link);
	f->shell = shell_new(f->link, &cb);
	link_start(f->link);
	for (int i = 0; i < SOON / 20 && !f->link_up; i++)
		turn(f, 20);
	assert_true(f->link_up);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	shell_free(f->shell);
	link_free(f->link);
	buf_clear(&f->got.body);
	free(f->prelude);
	free(f);
	return 0;
}

static void done(void *ctx, const struct shell_answer *a)
{
	struct fixture *f = ctx;

	f->got.n++;
	f->got.status = a->status;
	f->got.cut = a->cut;
	f->got.sent = a->sent;
	buf_clear(&f->got.body);
	buf_add(&f->got.body, a->body, a->len);
}

static void ask(struct fixture *f, const char *text, bool here, size_t max, int64_t timeout)
{
	struct shell_request q = {.text = text,
		.max_body = max,
		.timeout_ms = timeout,
		.here = here,
		.done = done,
		.ctx = f};

	shell_ask(f->shell, &q);
}

static int run(struct fixture *f, const char *text)
{
	int n = f->got.n;

	ask(f, text, false, 1 << 20, SOON);
	until(f, &f->got.n, n + 1, SOON);
	return f->got.status;
}

static void check_it_works(struct fixture *f)
{
	assert_int_equal(run(f, "echo it\\'s"), 0);
	assert_string_equal(buf_str(&f->got.body), "it's\n");
	assert_int_equal(run(f, "printf 'a\\000b\\n\\n'; exit 7"), 7);
	assert_int_equal(f->got.body.len, 5);
	assert_memory_equal(f->got.body.data, "a\0b\n\n", 5);
	assert_int_equal(run(f, ":"), 0);
	assert_int_equal(f->got.body.len, 0);
	assert_true(run(f, "if then (") != 0); /* a syntax error ends only its own subshell */
	assert_int_equal(run(f, "cat; echo $tw_frame | wc -c"),
		0); /* nothing to read; the token is no word of ours */
	assert_int_equal(run(f, "env | grep -c \"$tw_frame\\|$tw_mark\""),
		1); /* no child knows the tokens */
	assert_string_equal(buf_str(&f->got.body), "0\n");
	assert_int_equal(run(f, "printf %s \"$LC_ALL${LANGUAGE-}\""), 0);
	assert_string_equal(buf_str(&f->got.body), "C");
}

static void test_plain(void **state)
{
	struct fixture *f = *state;

	shell_open(f->shell, NULL, f->prelude, SOON);
	until(f, &f->ups, 1, SOON);
	check_it_works(f);
	/* What is asked in the shell itself stays there. */
	ask(f, "kept=1; kept_fn() { echo fn; }", true, 100, SOON);
	until(f, &f->got.n, f->got.n + 1, SOON);
	assert_int_equal(run(f, "kept_fn; echo $kept"), 0);
	assert_string_equal(buf_str(&f->got.body), "fn\n1\n");
}

/*
 * A login shell of another kind, that prints and leaves a line unfinished. It is given the very
 * words that
 * sshd would hand to it, so this is also about their quoting.
 */
static void test_noise(void **state)
{
	static const char *const shells[] = {"dash", "bash", "busybox sh", "fish", "csh"};
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++) {
		int ups = f->ups, ends = f->ends;
		char *command;

		shell_new_token(f->shell);
		command = xasprintf(
			"command -v %.*s >/dev/null || exit 9; echo noise; printf 'half a line'; "
			"exec %s -c \"exec env sh -c 'echo %s; " SHELL_COMMAND "'\"",
			(int)strcspn(shells[i], " "), shells[i], shells[i], shell_token(f->shell));
		shell_open(f->shell, command, f->prelude, SOON);
		free(command);
		for (int k = 0; k < 500 && f->ups == ups && f->ends == ends; k++)
			turn(f, 20);
		if (f->ends > ends) {
			assert_true(i > 0); /* not installed here */
			continue;
		}
		check_it_works(f);
		shell_close(f->shell);
		until(f, &f->ends, ends + 1, SOON);
	}
}

static void test_limits(void **state)
{
	struct fixture *f = *state;

	shell_open(f->shell, NULL, f->prelude, SOON);
	/* Asked before it is up; more than wanted is cut, and the next answer is whole. */
	ask(f, "seq 1 300000", false, 1000, SOON);
	until(f, &f->got.n, 1, SOON);
	assert_true(f->got.cut);
	assert_int_equal(f->got.body.len, 1000);
	assert_int_equal(run(f, "echo next"), 0);
	assert_string_equal(buf_str(&f->got.body), "next\n");
	/* Past its time: answered, the channel ends, and what waited behind it was never sent. */
	ask(f, "sleep 100", false, 100, 300);
	until(f, &f->got.n, 3, SOON);
	assert_int_equal(f->got.status, SHELL_TIMEOUT);
	ask(f, "echo never", false, 100, 300);
	until(f, &f->ends, 1, SOON);
	assert_int_equal(f->end, SHELL_END_TIMEOUT);
	assert_int_equal(f->got.n, 4);
	assert_int_equal(f->got.status, SHELL_LOST);
	assert_false(f->got.sent);
	/* And it comes back. */
	shell_open(f->shell, NULL, f->prelude, SOON);
	assert_int_equal(run(f, "echo back"), 0);
}

static void test_grace(void **state)
{
	struct fixture *f = *state;
	char go[] = "/tmp/test_shell.XXXXXX", text[128];
	struct shell_request q = {.text = text,
		.max_body = 100,
		.timeout_ms = 200,
		.grace_ms = SOON,
		.done = done,
		.ctx = f};

	shell_open(f->shell, NULL, f->prelude, SOON);
	until(f, &f->ups, 1, SOON);
	close(mkstemp(go));
	snprintf(text, sizeof(text), "while [ -e %s ]; do sleep 0.05; done; echo late", go);
	shell_ask(f->shell, &q);
	until(f, &f->got.n, 1, SOON);
	assert_int_equal(f->got.status, SHELL_TIMEOUT);
	unlink(go);
	/* The shell lives on, and the late answer is nobody's. */
	assert_int_equal(run(f, "echo mine"), 0);
	assert_string_equal(buf_str(&f->got.body), "mine\n");
	assert_int_equal(f->got.n, 2);
	assert_int_equal(f->ends, 0);
}

static void test_ends(void **state)
{
	struct fixture *f = *state;

	shell_open(f->shell, NULL, f->prelude, SOON);
	until(f, &f->ups, 1, SOON);
	ask(f, "exit 3", true, 100, SOON);
	until(f, &f->ends, 1, SOON);
	assert_int_equal(f->end, SHELL_END_EXIT);
	assert_int_equal(f->got.status, SHELL_LOST);
	assert_true(f->got.sent);
	/* Requests of a shell that is freed are answered, too. */
	shell_open(f->shell, NULL, f->prelude, SOON);
	ask(f, "echo", false, 100, SOON);
}

/* A stray child that prints on, and output that looks like a frame. */
static void test_strays(void **state)
{
	struct fixture *f = *state;
	char go[] = "/tmp/test_shell.XXXXXX", mark[] = "/tmp/test_shell.XXXXXX", text[192];

	shell_open(f->shell, NULL, f->prelude, SOON);
	close(mkstemp(go));
	close(mkstemp(mark));
	snprintf(text, sizeof(text),
		"(while [ -e %s ]; do sleep 0.05; done; echo stray; rm %s) & echo first", go, mark);
	assert_int_equal(run(f, text), 0);
	assert_string_equal(buf_str(&f->got.body), "first\n");
	unlink(go);
	while (access(mark, F_OK) == 0)
		turn(f, 20);
	assert_int_equal(run(f, "printf '\\n0123456789abcdef0123456789abcdef< 3 0\\nx'"), 0);
	assert_string_equal(buf_str(&f->got.body), "\n0123456789abcdef0123456789abcdef< 3 0\nx");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_noise, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_grace, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strays, setup, teardown),
	};

	data_dir(argv[0]);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
