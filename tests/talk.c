#include "tests/talk.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"

static void child(const char *const *argv, const char *const *env, int in, int out)
{
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	for (; env && *env; env++) {
		if (strchr(*env, '='))
			putenv((char *)(uintptr_t)*env);
		else
			unsetenv(*env);
	}
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

struct talk *talk_start(const char *const *argv, const char *const *env)
{
	struct talk *t = xcalloc(1, sizeof(*t));
	int in[2], out[2];

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	fflush(NULL);
	t->pid = fork();
	assert_true(t->pid >= 0);
	if (t->pid == 0)
		child(argv, env, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	t->in = in[1];
	t->out = out[0];
	buf_init(&t->text, 0);
	return t;
}

/* Takes in what comes within ms; false: its end. */
static bool take(struct talk *t, int ms)
{
	struct pollfd fd = {t->out, POLLIN, 0};
	char bytes[4096];
	ssize_t n;

	if (poll(&fd, 1, ms) <= 0)
		return true;
	n = read(t->out, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(&t->text, bytes, (size_t)n);
	return n > 0;
}

void talk_wait(struct talk *t, const char *text)
{
	int64_t until = clock_ms() + TALK_WAIT_MS;
	const char *found;
	bool more = true;

	while (!(found = strstr(buf_str(&t->text) + t->seen, text)) && more && clock_ms() < until)
		more = take(t, 50);
	if (!found) {
		fprintf(stderr, "%s\n---\n", buf_str(&t->text));
		fail_msg("\"%s\" was not said after byte %zu", text, t->seen);
	}
	t->seen = (size_t)(found - buf_str(&t->text)) + strlen(text);
}

void talk_say(struct talk *t, const char *line)
{
	size_t n = strlen(line);
	char *whole = xasprintf("%s\n", line);

	assert_int_equal(write(t->in, whole, n + 1), (ssize_t)n + 1);
	free(whole);
}

void talk_answer(struct talk *t, const char *text, const char *line)
{
	talk_wait(t, text);
	talk_say(t, line);
}

void talk_close(struct talk *t)
{
	if (t->in >= 0)
		close(t->in);
	t->in = -1;
}

int talk_end(struct talk *t)
{
	int64_t until = clock_ms() + TALK_WAIT_MS;
	int status = 0;

	for (size_t had = 0; take(t, 50) && clock_ms() < until; had = t->text.len)
		if (t->text.len > had) /* it goes on */
			until = clock_ms() + TALK_WAIT_MS;
	if (clock_ms() >= until) {
		fprintf(stderr, "%s\n---\n", buf_str(&t->text));
		fail_msg("it did not end");
	}
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	t->pid = 0;
	return status;
}

void talk_free(struct talk *t)
{
	talk_close(t);
	if (t->pid) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	close(t->out);
	buf_clear(&t->text);
	free(t);
}
