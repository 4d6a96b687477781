/*
 * The linear mode over a real sshd: an unknown host key, sudo's password without echo, a link that is lost while a step
 * runs, a console that leaves a running step and finds it again.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/edge.h"
#include "tests/talk.h"

#define NUMBER "Number, 1 to "

static struct talk *begin(const struct edge *e, const char *more)
{
	const char *top = getenv("TOP_BUILDDIR");
	char *path = xasprintf("%s/twistertui", top ? top : ".");
	char *state = xasprintf("XDG_STATE_HOME=%s", e->state);
	const char *argv[] = {path, "--linear", "edgeserver", more, NULL};
	const char *env[] = {
		state, "TERM=dumb", "TWISTERTUI_TIME_SCALE=5,1", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK",
		"ACCESSIBLE", NULL};
	struct talk *t = talk_start(argv, env);

	free(path);
	free(state);
	return t;
}

static void leave(struct talk *t, int wanted)
{
	int status;

	talk_close(t);
	status = talk_end(t);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != wanted)
		fprintf(stderr, "%s\n---\n", buf_str(&t->text));
	assert_int_equal(WEXITSTATUS(status), wanted);
	talk_free(t);
}

static void extend(struct talk *t)
{
	talk_answer(t, NUMBER, "S");
	talk_wait(t, "The root shell is open");
	talk_answer(t, NUMBER, "extend-lvm");
	talk_answer(t, NUMBER, "p");
	talk_wait(t, "ready to be run");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: type \"150G\"", "150G");
	talk_wait(t, "It runs.");
}

static void assert_ran_once(const struct edge *e)
{
	char *count = edge_sh(e, "ls \"$root\"/var/lib/twistertui/jobs | wc -l");

	assert_int_equal(strtol(count, NULL, 10), 1);
	free(count);
}

/* A no is a no, and the status says it; once is not remembered; yes is. */
static void test_host_key(void **state)
{
	struct edge e;
	struct talk *t;
	char *known;

	(void)state;
	edge_start(&e, "phase-1", NULL, false);
	t = begin(&e, NULL);
	talk_wait(t, "SHA256:");
	talk_wait(t, "1. No, do not connect");
	talk_answer(t, NUMBER, ""); /* no is what Enter means */
	talk_wait(t, "There is no link: ");
	talk_answer(t, NUMBER, "q");
	leave(t, 4);
	t = begin(&e, NULL);
	talk_wait(t, "SHA256:");
	leave(t, 1); /* nor is the end of the input a yes */
	t = begin(&e, NULL);
	talk_answer(t, NUMBER, "once");
	talk_wait(t, "The link is up.");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	known = sshd_get(&e.sshd, "home/.ssh/known_hosts");
	assert_string_equal(known, "");
	free(known);
	t = begin(&e, NULL);
	talk_answer(t, NUMBER, "yes");
	talk_wait(t, "The link is up.");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	t = begin(&e, NULL);
	talk_wait(t, "The link is up.");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	edge_stop(&e);
}

/* On a terminal: what is typed is not shown; and stands nowhere afterwards. */
static void test_sudo_password(void **state)
{
	static const char *const args[] = {"--linear", NULL};
	struct edge e;
	struct vt *v;

	(void)state;
	setenv("DEMO_SUDO", "password", 1);
	edge_start(&e, "phase-1", NULL, true);
	unsetenv("DEMO_SUDO");
	v = edge_console(&e, 40, 100, args);
	vt_wait(v, "(default 1):");
	vt_keys(v, "S\r");
	vt_wait(v, "not shown");
	vt_keys(v, "twister\r"); /* the demo's password */
	vt_wait(v, "The root shell is open");
	assert_false(vt_has(v, "up): twister"));
	vt_keys(v, "visible");
	vt_wait(v, "visible"); /* the echo is back */
	vt_keys(v, "\025q\r");
	assert_int_equal(vt_end(v), 0);
	vt_assert_restored(v);
	vt_free(v);
	assert_int_equal(sshd_sh(&e.sshd, "! grep -r -l -a -F -e 'twister\"' state"), 0);
	edge_stop(&e);
}

static void test_link_lost(void **state)
{
	struct edge e;
	struct talk *t;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	edge_put(&e, "demo/fail/progress", "600");
	t = begin(&e, "--phase=1");
	extend(t);
	assert_true(sshd_kill_sessions(&e.sshd, SIGKILL) > 0);
	talk_wait(t, "The link is lost: ");
	talk_wait(t, "The link is up.");
	free(edge_sh(&e, "rm \"$root\"/demo/fail/progress"));
	talk_answer(t, NUMBER, "extend-lvm"); /* waits for the root shell, which has to be asked for again */
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_ran_once(&e);
	edge_stop(&e);
}

/* Left alone in the middle, found at the next start, and followed to its end. */
static void test_found_again(void **state)
{
	struct edge e;
	struct talk *t;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	edge_put(&e, "demo/fail/progress", "600");
	t = begin(&e, "--phase=1");
	extend(t);
	kill(t->pid, SIGINT);
	talk_wait(t, "3. Leave this console");
	talk_answer(t, NUMBER, "leave");
	talk_wait(t, "goes on on the server");
	leave(t, 0);
	t = begin(&e, NULL); /* the open run is found by itself */
	talk_wait(t, "Run: 1-foundation-1");
	talk_answer(t, NUMBER, "S");
	talk_wait(t, "The root shell is open");
	talk_answer(t, NUMBER, "extend-lvm");
	free(edge_sh(&e, "rm \"$root\"/demo/fail/progress"));
	talk_answer(t, NUMBER, ""); /* follow it, or look at what it has done */
	talk_wait(t, "Extend the root volume: done");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_ran_once(&e);
	edge_stop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_key),
		cmocka_unit_test(test_sudo_password),
		cmocka_unit_test(test_link_lost),
		cmocka_unit_test(test_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
