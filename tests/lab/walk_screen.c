/*
 * walk_screen: Phase 1 from its first step to its report, by keys, on the real server of the lab. tests/lab/walk starts
 * the server, runs this, and compares what the report says with what it reads there itself.
 *
 *     walk_screen DIR ARGUMENT…     DIR: a folder with home/ and state/ for the console, screens are kept in it
 *                                   ARGUMENT…: twistertui's: -F SSH_CONFIG edgeserver (or --demo=phase-1)
 *
 * The steps take as long as they take there: minutes, on an emulated machine that is busy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tests/vt.h"

#define ENTER "\r"
#define ESC "\033"
#define LOOK_MS 250
#define SOON_S 300 /* an answer of the server */
#define ARGS_MAX 8
#define STEP_S 1500 /* a whole step: more than its time limit */

struct real {
	const char *dir;
	char **args; /* of twistertui; n of them */
	int n;
	struct vt *v;
	int shots;
};

static struct real real;

/* Waits long for one of two texts (b may be NULL); the first must come. */
static void until(struct real *w, int seconds, const char *a, const char *b)
{
	int64_t end = clock_ms() + (int64_t)seconds * 1000;

	while (!vt_has(w->v, a) && !(b && vt_has(w->v, b)) && clock_ms() < end && !w->v->eof)
		vt_pump(w->v, LOOK_MS);
	if (vt_has(w->v, a))
		return;
	vt_print(w->v);
	fail_msg("\"%s\" did not come in %d s", a, seconds);
}

static void soon(struct real *w, const char *text)
{
	until(w, SOON_S, text, NULL);
}

static void gone(struct real *w, const char *text)
{
	int64_t end = clock_ms() + (int64_t)SOON_S * 1000;

	while (vt_has(w->v, text) && clock_ms() < end)
		vt_pump(w->v, LOOK_MS);
	assert_false(vt_has(w->v, text));
}

/* Keeps the screen as text, to be looked at afterwards. */
static void keep(struct real *w, const char *name)
{
	char *path = xasprintf("%s/%02d-%s.txt", w->dir, ++w->shots, name), *text = vt_all(w->v);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(path);
	free(text);
}

static void row(struct real *w, int n)
{
	vt_keys(w->v, "g");
	for (int i = 0; i < n; i++)
		vt_keys(w->v, "j");
}

static void prepare(struct real *w, int step, const char *plan)
{
	row(w, step);
	vt_keys(w->v, ENTER);
	until(w, SOON_S, "Ready: read", "Blocked");
	soon(w, plan);
}

static void begin(struct real *w)
{
	const char *top = getenv("TOP_BUILDDIR");
	char *program = xasprintf("%s/twistertui", top ? top : ".");
	char *home = xasprintf("HOME=%s/home", w->dir),
	     *state = xasprintf("XDG_STATE_HOME=%s/state", w->dir);
	const char *argv[ARGS_MAX + 4] = {program, "--phase", "1"};
	const char *env[] = {home, state, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "LANGUAGE",
		"LANG", "NO_COLOR", "SSH_AUTH_SOCK", "XDG_CONFIG_HOME", NULL};

	for (int i = 0; i < w->n; i++)
		argv[3 + i] = w->args[i];
	w->v = vt_start(36, 120, argv, env);
	soon(w, "1 Overview");
	vt_keys(w->v, "1");
	soon(w, "98G");
	keep(w, "overview");
	vt_keys(w->v, "S");
	soon(w, "the root shell is open");
	soon(w, "17/19"); /* only root may read k3s' configuration */
	keep(w, "overview-root");
	free(program);
	free(home);
	free(state);
}

static void open_phase(struct real *w)
{
	vt_keys(w->v, "7");
	soon(w, "Extend the root volume");
	soon(w, "Criteria");
	keep(w, "phase");
}

static void extend(struct real *w)
{
	prepare(w, 0, "38400 extents");
	keep(w, "extend-plan");
	vt_keys(w->v, ENTER);
	soon(w, "Type \"150G\"");
	vt_keys(w->v, "150" ENTER);
	soon(w, "That is not the word.");
	vt_keys(w->v, ESC);
	gone(w, "Type \"150G\"");
	vt_keys(w->v, ENTER);
	soon(w, "Type \"150G\"");
	vt_keys(w->v, "150G");
	soon(w, "150G ");
	keep(w, "extend-typed");
	vt_keys(w->v, ENTER);
	until(w, STEP_S, "Extend the root volume: done", "Extend the root volume: failed");
	soon(w, "is now 39321600 (4k) blocks long");
	keep(w, "extend-done");
}

static void docker(struct real *w)
{
	prepare(w, 1, "max-size");
	keep(w, "docker-plan");
	vt_keys(w->v, ENTER);
	soon(w, "Cancel");
	keep(w, "docker-asked");
	vt_keys(w->v, "y");
	soon(w, "running for");
	keep(w, "docker-running");
	until(w, STEP_S, "Configure Docker for spinning disks: done", "spinning disks: failed");
	keep(w, "docker-done");
}

static void measure(struct real *w)
{
	prepare(w, 2, "hdparm -Tt");
	vt_keys(w->v, ENTER);
	soon(w, "Run it");
	vt_keys(w->v, "\t" ENTER);
	until(w, STEP_S, "Measure the disks: done", "Measure the disks: failed");
	keep(w, "measure-done");
}

static void typed(struct real *w, const char *text)
{
	vt_keys(w->v, text);
	soon(w, text);
	vt_keys(w->v, ENTER);
}

static void defer(struct real *w, int step, const char *title, const char *why)
{
	row(w, step);
	soon(w, title);
	vt_keys(w->v, "d");
	soon(w, "Defer this step");
	typed(w, why);
	soon(w, "Until when?");
	typed(w, "Phase 2");
	gone(w, "Until when?");
}

/* Chooses all that the step's first parameter may be, one of it among it; before, the step says why it has nothing to do. */
static void choose_all(struct real *w, int step, const char *nothing, const char *one)
{
	row(w, step);
	vt_keys(w->v, ENTER);
	soon(w, nothing);
	vt_keys(w->v, "e");
	soon(w, "Which parameter?");
	vt_keys(w->v, ENTER);
	soon(w, one);
	vt_keys(w->v, "a" ENTER);
	gone(w, one);
}

/* What tests/lab/walk has left there to be cleaned up and to be built. */
static void clean(struct real *w)
{
	choose_all(w, 5, "nothing of what is chosen is there", "[ ] 0 old (tiny:1");
	soon(w, "docker rm old");
	keep(w, "clean-plan");
	vt_keys(w->v, ENTER);
	soon(w, "Type \"clean-docker\"");
	keep(w, "clean-asked");
	vt_keys(w->v, "clean-docker");
	soon(w, "clean-docker ");
	vt_keys(w->v, ENTER);
	until(w, STEP_S, "by choice: done", "by choice: failed");
	keep(w, "clean-done");
}

static void builds(struct real *w)
{
	choose_all(w, 6, "no Dockerfile is chosen", "[ ] /home/twister/app/Dockerfile");
	soon(w, "$ docker build --no-cache");
	keep(w, "builds-plan");
	vt_keys(w->v, ENTER);
	soon(w, "Run it");
	vt_keys(w->v, "\t" ENTER);
	until(w, STEP_S, "cold and cached, timed: done", "cold and cached, timed: failed");
	keep(w, "builds-done");
}

static void attest(struct real *w, int n, const char *asks, const char *why)
{
	row(w, n);
	soon(w, asks);
	vt_keys(w->v, "a");
	soon(w, "Attest this criterion");
	typed(w, why);
	gone(w, "Attest this criterion");
}

static void criteria(struct real *w)
{
	attest(w, 13, "Was nothing bought", "no invoice this month");
	attest(w, 14, "Did nobody lose a service", "nobody called");
	keep(w, "criteria");
}

static void finish(struct real *w)
{
	int status;

	vt_keys(w->v, ":finish" ENTER);
	soon(w, "Finish this run");
	typed(w, "all well");
	soon(w, "the run is closed");
	vt_keys(w->v, "9");
	soon(w, "1-foundation-1");
	vt_keys(w->v, "v");
	soon(w, "hold together");
	vt_keys(w->v, ESC);
	gone(w, "The records hold together");
	vt_keys(w->v, ENTER);
	soon(w, "of 9 met");
	keep(w, "report");
	vt_keys(w->v, ":export ~/report.md" ENTER);
	soon(w, "the report is in");
	vt_keys(w->v, "q");
	status = vt_end(w->v);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	vt_assert_restored(w->v);
}

static void test_phase_1(void **state)
{
	struct real *w = &real;

	(void)state;
	begin(w);
	open_phase(w);
	extend(w);
	docker(w);
	measure(w);
	defer(w, 3, "Install the Harbor registry", "no installer on this server");
	defer(w, 4, "registry", "there is no Harbor");
	clean(w);
	builds(w);
	criteria(w);
	finish(w);
}

static int teardown(void **state)
{
	(void)state;
	if (real.v)
		vt_free(real.v);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_phase_1, teardown)};

	if (argc < 3 || argc > 2 + ARGS_MAX) {
		fputs("usage: walk_screen DIR ARGUMENT...\n", stderr);
		return 2;
	}
	real.dir = argv[1];
	real.args = argv + 2;
	real.n = argc - 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
