/* The places Log and Reports, as an operator sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "tests/scene.h"

#define SESSION "20260208T120000Z-aaaaaa"

static void test_log(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	vt_keys(v, "S");
	vt_wait(v, "the root shell is open");
	vt_keys(v, "8");
	vt_wait(v, "All steps");
	vt_wait(v, "the link is up");
	vt_wait(v, "following");
	/* a filter: only what matches, counted; no capital: either case */
	vt_keys(v, "/ROOT shell\r");
	vt_wait(v, "No line matches");
	vt_keys(v, "/root SHELL\r");
	vt_wait(v, "No line matches");
	vt_keys(v, "/root shell|nowhere\r");
	vt_wait(v, "root shell|nowhere 1");
	vt_wait_gone(v, "the link is up");
	/* what does not match */
	vt_keys(v, "/!root shell\r");
	vt_wait(v, "the link is up");
	vt_wait_gone(v, "the root shell is open");
	/* in context, and back */
	vt_keys(v, "/the\r");
	vt_wait(v, "the 2 · Enter: in context");
	vt_keys(v, "\r");
	vt_wait(v, "in context (Enter: matches only)");
	vt_keys(v, "n");
	vt_keys(v, "N");
	vt_keys(v, "\033");
	vt_wait_gone(v, "in context");
	/* times: local, relative, none */
	vt_keys(v, "t");
	vt_wait(v, "+00:0"); /* since the session's start, which may be long ago on a slow machine */
	vt_keys(v, "t");
	vt_wait_gone(v, "+00:0");
	vt_keys(v, "t");
	/* a bad pattern is said */
	vt_keys(v, "/(\r");
	vt_wait(v, "pattern");
	/* by source */
	vt_keys(v, "s");
	vt_wait(v, "Lines of which step?");
	vt_keys(v, "\033");
	vt_wait_gone(v, "Lines of which step?");
	vt_keys(v, ":source nothing\r");
	vt_wait(v, "nothing in the log is called");
	vt_keys(v, ":source console\r");
	vt_wait(v, "console · ");
	vt_keys(v, "\033");
	vt_wait(v, "All steps");
	scene_quit(v);
}

/* A session in the home's state folder. */
static void write_session(void)
{
	char *program = xasprintf(
		"%s/tests/recorded", getenv("TOP_BUILDDIR") ? getenv("TOP_BUILDDIR") : ".");
	char *dirs = xasprintf("%s/.local/state", scene_home());
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setenv("XDG_STATE_HOME", dirs, 1);
		execl(program, program, "edge", SESSION, "1-foundation-1", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(program);
	free(dirs);
}

static void damage(void)
{
	char *path = xasprintf("%s/.local/state/twistertui/edge/" SESSION
			       "/outputs/1-foundation-1.extend-lvm.1",
		scene_home());
	FILE *f = fopen(path, "ae");

	assert_non_null(f);
	fputs("more\n", f);
	fclose(f);
	free(path);
}

static void test_reports(void **state)
{
	char *file = xasprintf("%s/out.json", scene_home());
	struct vt *v;
	struct stat st;

	(void)state;
	write_session();
	v = scene_demo(24, 80, NULL);
	vt_keys(v, "9");
	vt_wait(v, "Runs and sessions");
	vt_wait(v, "1-foundation-1 (1)");
	vt_wait(v, "this one");
	vt_wait(v, "not yet");
	/* read: the run comes first */
	vt_keys(v, "/edge/1-f\r");
	vt_wait(v, "filtered");
	vt_keys(v, "\r");
	vt_wait(v, "Report: Foundation");
	vt_wait(v, "the run was finished");
	vt_wait(v, "holds");
	vt_keys(v, "G");
	vt_wait(v, "Head");
	/* exported, in the other format */
	vt_keys(v, "f");
	vt_wait(v, "\"format\"");
	char *command = xasprintf(":export %s\r", file);
	vt_keys(v, command);
	vt_wait(v, "the report is in");
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size > 100);
	vt_keys(v, "\033");
	vt_wait(v, "Runs and sessions");
	/* verified: holds, then no longer */
	vt_keys(v, "v");
	vt_wait(v, "The records hold together");
	vt_keys(v, "\r");
	vt_wait_gone(v, "The records hold together");
	damage();
	vt_keys(v, "v");
	vt_wait(v, "The records do not hold together");
	vt_keys(v, "\r");
	vt_wait_gone(v, "The records do not hold together");
	vt_wait(v, "broken");
	vt_keys(v, ":export /dev/null/report.md\r");
	vt_wait(v, "cannot write /dev/null/report.md");
	vt_resize(v, 36, 120);
	vt_wait(v, "records");
	scene_quit(v);
	free(command);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_reports),
	};

	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
