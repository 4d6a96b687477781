/*
 * The linear mode through a pipe: Phase 1 on the demo from its first to its last step, what is answered badly, where
 * the input ends, Ctrl-C in a running step. Its link over ssh stands in test_linear_link.c.
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
#include "tests/walk_talk.h"

#define NUMBER "Number, 1 to "

static void leave(struct talk *t, int wanted)
{
	int status;

	talk_close(t);
	status = talk_end(t);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != wanted)
		fprintf(stderr, "%s\n---\n", buf_str(&t->text));
	assert_int_equal(WEXITSTATUS(status), wanted);
}

/* The checklist of Phase 1, as root; the next answer chooses a row of it. */
static void open_phase(struct walk *w, struct talk *t)
{
	talk_answer(t, NUMBER, "S");
	talk_wait(t, "The root shell is open");
	talk_answer(t, NUMBER, "phases");
	talk_wait(t, ". 1-foundation: Phase 1: foundation");
	talk_answer(t, NUMBER, "1-foundation");
	talk_wait(t, "Run: none is open");
	assert_true(walk_find_root(w));
}

static void extend(struct talk *t)
{
	talk_answer(t, NUMBER, "1");
	talk_wait(t, "Step 1 of " PHASE_1_OF ": Extend the root volume");
	talk_wait(t, "Risk: high");
	talk_wait(t, "size to reach: 150G");
	talk_wait(t, "Not offered: e2fsck -f -D /dev/ubuntu-vg/ubuntu-lv: On a mounted file system");
	talk_answer(t, NUMBER, ""); /* the default prepares it */
	talk_wait(t, "ready to be run");
	talk_wait(t, "+ubuntu-vg free: 49919 - 12800 = 37119 extents");
	talk_answer(t, NUMBER, "run");
}

static void test_first_to_last(void **state)
{
	static const char *const verify[] = {"--verify", NULL}, *const report[] = {"--report", NULL};
	struct walk *w = *state;
	struct talk *t = walk_talk(w, NULL, NULL);
	char *text;

	open_phase(w, t);
	extend(t);
	talk_answer(t, "Run it: type \"150G\"", "150G");
	talk_wait(t, "is now 39321600 (4k) blocks long");
	talk_wait(t, "Extend the root volume: done (");
	talk_wait(t, "df now: 148G, 82G used, 66G free, 56%");
	talk_wait(t, "verify: yes (0)");
	talk_answer(t, NUMBER, ""); /* back */
	talk_wait(t, "1 of " PHASE_1_OF " steps");
	talk_answer(t, "(default 2)", "");
	talk_wait(t, "Step 2 of " PHASE_1_OF ": Configure Docker");
	talk_answer(t, NUMBER, "e");
	talk_wait(t, "2. log files kept: 3");
	talk_answer(t, NUMBER, "max_file");
	talk_answer(t, "log files kept (default: 3): ", "5");
	talk_wait(t, "ready to be run");
	talk_wait(t, "log files kept: 5");
	talk_wait(t, "\"max-file\": \"5\"");
	talk_answer(t, NUMBER, "x");
	talk_answer(t, "Run it: y or n (default n)", "y");
	talk_wait(t, "Configure Docker for spinning disks: done (");
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "measure-disks");
	talk_answer(t, NUMBER, "p");
	talk_wait(t, "hdparm -Tt /dev/sda");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: Enter, or n", "");
	talk_wait(t, "Measure the disks: done (");
	talk_answer(t, NUMBER, "");
	talk_wait(t, "3 of " PHASE_1_OF " steps");
	talk_answer(t, NUMBER, "build-tests");
	talk_answer(t, NUMBER, "p");
	talk_wait(t, "no Dockerfile is chosen");
	talk_answer(t, NUMBER, "e");
	talk_answer(t, NUMBER, "dockerfiles");
	talk_wait(t, "1. /home/twister/twisterlab/api/Dockerfile");
	talk_answer(t, "Numbers such as", "1");
	talk_wait(t, "docker build --no-cache");
	talk_answer(t, NUMBER, "x");
	talk_answer(t, "Run it: Enter, or n", "yes");
	talk_wait(t, "Not confirmed");
	talk_answer(t, NUMBER, "x");
	talk_answer(t, "Run it: Enter, or n", "y"); /* means it, too */
	talk_wait(t, "cold and cached, timed: done (");
	talk_wait(t, "there is no earlier figure");
	talk_answer(t, NUMBER, "");
	talk_wait(t, "4 of " PHASE_1_OF " steps");
	talk_answer(t, NUMBER, "criteria");
	talk_wait(t, "148G");
	talk_answer(t, NUMBER, "");
	talk_answer(t, NUMBER, "finish");
	talk_answer(t, "A remark for the report", "all of it in lines");
	talk_wait(t, "The run is closed");
	talk_answer(t, NUMBER, "report");
	talk_answer(t, NUMBER, "print");
	talk_wait(t, "all of it in lines");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_null(strchr(buf_str(&t->text), '\033'));
	assert_null(strchr(buf_str(&t->text), '\r'));
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 4);
	assert_int_equal(walk_records(w, "\"kind\":\"answered\"", "\"answer\":\"yes\"", NULL), 4);
	assert_int_equal(walk_records(w, "\"kind\":\"end\"", "quit", NULL), 1);
	assert_int_equal(walk_cli(w, verify, NULL, NULL), 0);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "done and verified");
	free(text);
	talk_free(t);
}

/* All answers in the pipe before the first question, in French. */
static void test_french_at_once(void **state)
{
	static const char *const answers[] = {"S", "phases", "1-found", /* the phase */
		"extend-lvm", "p", "x", "150G", "",             /* its first step, and back */
		"", "p", "run", "y", "", "", "p", "run", "", "", /* the second, the third */
		"finish", "", "q", NULL};
	struct walk *w = *state;
	struct talk *t = walk_talk(w, "--lang=fr", NULL);

	for (size_t i = 0; answers[i]; i++)
		talk_say(t, answers[i]);
	leave(t, 0);
	t->seen = 0;
	talk_wait(t, "Le shell root est ouvert\u00a0: ");
	talk_wait(t, "Étape 1 sur " PHASE_1_OF "\u00a0: Étendre le volume racine");
	talk_wait(t, "tapez «\u00a0150G\u00a0» (par défaut\u00a0: ne pas le faire)\u00a0: ");
	talk_wait(t, "Étendre le volume racine\u00a0: fait");
	talk_wait(t, "y (oui) ou n");
	talk_wait(t, "Configurer Docker pour disques mécaniques\u00a0: fait");
	talk_wait(t, "Mesurer les disques\u00a0: fait");
	talk_wait(t, "fait 3/" PHASE_1_OF);
	talk_wait(t, "Le passage est clos");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 3);
	talk_free(t);
}

/* What is no answer is said so and asked again; what is not the word confirms nothing. */
static void test_bad_answers(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, NULL, NULL);
	char *longest = xcalloc(1, 20001);

	memset(longest, 'y', 20000);
	talk_answer(t, NUMBER, "99");
	talk_wait(t, "\"99\" is none of these: a number from 1 to 6.");
	talk_answer(t, NUMBER, "0");
	talk_wait(t, "\"0\" is none of these");
	talk_answer(t, NUMBER, "-1");
	talk_wait(t, "\"-1\" is none of these");
	talk_answer(t, NUMBER, "\033[31mred");
	talk_wait(t, "\"red\" is none of these");
	talk_answer(t, NUMBER, "re");
	talk_wait(t, "Several begin with \"re\"");
	talk_answer(t, NUMBER, longest);
	talk_wait(t, "That line is too long");
	open_phase(w, t);
	talk_answer(t, NUMBER, "extend-lvm");
	talk_answer(t, NUMBER, "params");
	talk_answer(t, "size to reach (default: 150G): ", "much");
	talk_wait(t, "\"much\" is not a size");
	talk_answer(t, "size to reach (default: 150G): ", "");
	talk_answer(t, NUMBER, "skip");
	talk_answer(t, "default: none, back", "");
	extend(t); /* "1" of the checklist, as skip leads back there */
	talk_answer(t, "Run it: type", "y");
	talk_wait(t, "Not confirmed: nothing was done.");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: type", "");
	talk_wait(t, "Not confirmed: nothing was done.");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: type", longest);
	talk_wait(t, "That line is too long");
	talk_answer(t, "Run it: type", " 150G");
	talk_wait(t, "Not confirmed: nothing was done.");
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "docker-config");
	talk_answer(t, NUMBER, "p");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: y or n", "yes");
	talk_wait(t, "Not confirmed: nothing was done.");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "Run it: y or n", "");
	talk_wait(t, "Not confirmed: nothing was done.");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"answered\"", "\"answer\":\"no\"", NULL), 5);
	assert_int_equal(walk_records(w, "\"kind\":\"skip\"", NULL), 0);
	free(longest);
	talk_free(t);
}

/* Reasons, attesting, undoing, "to do" again. */
static void test_decisions(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, "--phase=1", NULL);

	talk_answer(t, NUMBER, "S");
	talk_wait(t, "The root shell is open");
	talk_answer(t, NUMBER, "note");
	talk_answer(t, "The note", "Anne looks over my shoulder");
	talk_wait(t, "It is written down.");
	talk_answer(t, NUMBER, "m");
	talk_wait(t, "Extend the root volume: to do, planned 10 min, still about 10 min");
	talk_wait(t, "Left: " PHASE_1_OF " steps");
	talk_answer(t, NUMBER, "measure-disks");
	talk_answer(t, NUMBER, "defer");
	talk_answer(t, "Why?", "the disks are busy");
	talk_answer(t, "Until when?", "phase 1B");
	talk_wait(t, "Measure the disks: deferred, the disks are busy (until phase 1B)");
	talk_answer(t, NUMBER, "measure-disks");
	talk_answer(t, NUMBER, "reset");
	talk_answer(t, NUMBER, "e");
	talk_wait(t, "sdb 298 GiB");
	talk_answer(t, NUMBER, "sdb");
	talk_wait(t, "hdparm -Tt /dev/sdb");
	talk_answer(t, NUMBER, "b");
	talk_answer(t, NUMBER, "docker-config");
	talk_answer(t, NUMBER, "p");
	talk_answer(t, NUMBER, "run");
	talk_answer(t, "y or n", "y");
	talk_wait(t, "Configure Docker for spinning disks: done (");
	talk_answer(t, NUMBER, "undo");
	talk_answer(t, "Undo it: y or n", "n");
	talk_wait(t, "Not confirmed");
	talk_answer(t, NUMBER, "u");
	talk_answer(t, "Undo it: y or n", "y");
	talk_wait(t, "It is put back.");
	talk_wait(t, "Configure Docker for spinning disks: to do");
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "abandon");
	talk_answer(t, "Why?", "");
	talk_answer(t, NUMBER, "abandon");
	talk_answer(t, "Why?", "enough for today");
	talk_wait(t, "The run is closed");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_int_equal(walk_records(w, "\"kind\":\"defer\"", "the disks are busy", NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"note\"", "Anne looks over", NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"run-close\"", "enough for today", NULL), 1);
	talk_free(t);
}

/* A step that lacks root says which key opens it: that key, and Enter alone, do so right there. */
static void test_root_at_step(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, "--phase=1", NULL);

	talk_answer(t, NUMBER, "extend-lvm");
	talk_wait(t, "2. Open the root shell (sudo)");
	talk_answer(t, NUMBER, "p");
	talk_wait(t, "needs root on the server: press S to open the root shell");
	talk_answer(t, NUMBER, "");
	talk_wait(t, "The root shell is open");
	talk_wait(t, "ready to be run");
	talk_wait(t, "2. Prepare it");
	talk_answer(t, NUMBER, "S");
	talk_wait(t, "\"S\" is none of these");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	talk_free(t);
}

/* Wherever the input ends, nothing is confirmed, and the status says so. */
static void test_input_ends(void **state)
{
	static const char *const last[] = {"what next?", "Which phase?", "0 of " PHASE_1_OF " steps",
		"size to reach (default: 150G)", "Why?", "Run it: type"};
	static const char *const scripts[][9] = {
		{NULL},
		{"phases", NULL},
		{"S", "phases", "1-f", NULL},
		{"S", "phases", "1-f", "1", "e", NULL},
		{"S", "phases", "1-f", "1", "s", NULL},
		{"S", "phases", "1-f", "1", "p", "x", NULL},
	};

	walk_teardown(state); /* each script has a walk of its own */
	for (size_t k = 0; k < sizeof(scripts) / sizeof(scripts[0]); k++) {
		struct walk *w;
		struct talk *t;

		walk_setup((void **)&w);
		t = walk_talk(w, NULL, NULL);
		for (size_t i = 0; scripts[k][i]; i++)
			talk_say(t, scripts[k][i]);
		leave(t, 1);
		t->seen = 0;
		talk_wait(t, last[k]);
		talk_wait(t, "The input has ended: nothing more is asked or confirmed.");
		assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
		assert_int_equal(walk_records(w, "\"kind\":\"end\"", "end of input", NULL), 1);
		talk_free(t);
		*state = w;
		walk_teardown(state);
	}
	walk_setup(state);
}

static void start_slow(struct walk *w, struct talk *t)
{
	open_phase(w, t);
	walk_put(w, "demo/fail/progress", "600");
	extend(t);
	talk_answer(t, "Run it: type \"150G\"", "150G");
	talk_wait(t, "It runs.");
}

/* Ctrl-C asks; keeping it leaves it alone, cancelling ends it on the server. */
static void test_interrupt(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, NULL, NULL);

	start_slow(w, t);
	kill(t->pid, SIGINT);
	talk_wait(t, "running for");
	talk_wait(t, "1. Keep it running");
	talk_answer(t, NUMBER, "");
	talk_wait(t, "It keeps running."); /* until then a Ctrl-C belongs to the question */
	assert_false(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/cancel"));
	kill(t->pid, SIGINT);
	talk_wait(t, "2. Cancel it on the server");
	talk_answer(t, NUMBER, "cancel");
	talk_wait(t, "Extend the root volume: failed");
	assert_true(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/cancel"));
	kill(t->pid, SIGINT); /* at a menu it is no answer, and ends nothing */
	talk_wait(t, "0 of " PHASE_1_OF " steps");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	assert_int_equal(walk_records(w, "\"kind\":\"cancel\"", NULL), 1);
	talk_free(t);
}

/* The console is sent away while a prompt stands: the journal has its end, and the sender sees that it worked. */
static void test_signal(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, NULL, NULL);
	int status;

	talk_wait(t, NUMBER);
	kill(t->pid, SIGTERM);
	status = talk_end(t);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(walk_records(w, "\"kind\":\"end\"", "signal 15", NULL), 1);
	talk_free(t);
}

static void test_status(void **state)
{
	struct walk *w = *state;
	struct talk *t = walk_talk(w, "--read-only", NULL);

	talk_answer(t, NUMBER, "status");
	talk_answer(t, NUMBER, "all");
	talk_wait(t, "Disks: read ");
	talk_wait(t, "use of /: 84 %");
	talk_wait(t, "pods running: 17");
	talk_answer(t, NUMBER, "pods");
	talk_wait(t, "Pods: read ");
	talk_answer(t, NUMBER, "nodes");
	talk_wait(t, "edgeserver, ");
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "back");
	talk_answer(t, NUMBER, "S");
	talk_wait(t, "read-only: no sudo here");
	talk_answer(t, NUMBER, "phases");
	talk_answer(t, NUMBER, "1-f");
	talk_answer(t, NUMBER, "extend-lvm");
	talk_answer(t, NUMBER, "s");
	talk_answer(t, "Why?", "I only look");
	talk_wait(t, "this console only watches (read-only)");
	talk_answer(t, NUMBER, "q");
	leave(t, 0);
	talk_free(t);
}

/* TERM=dumb on a terminal; what was typed ahead confirms nothing; Enter tells how long it has run. */
static void test_dumb_terminal(void **state)
{
	static const char *const dumb[] = {"TERM=dumb", NULL};
	struct walk *w = *state;

	w->ready = "what next?";
	walk_demo(w, 50, 100, NULL, dumb);
	vt_wait(w->v, "(default 1):");
	vt_keys(w->v, "S" ENTER);
	vt_wait(w->v, "The root shell is open");
	vt_keys(w->v, "phases" ENTER);
	vt_wait(w->v, "Which phase?");
	vt_keys(w->v, "1-f" ENTER);
	vt_wait(w->v, "0 of " PHASE_1_OF " steps");
	walk_put(w, "demo/fail/progress", "600");
	vt_keys(w->v, "1" ENTER);
	vt_wait(w->v, "Step 1 of " PHASE_1_OF);
	vt_keys(w->v, "p" ENTER);
	vt_wait(w->v, "1. Run it");
	vt_keys(w->v, "x" ENTER "150G" ENTER);
	vt_wait(w->v, "type \"150G\"");
	vt_pump(w->v, 300);
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "Enter tells how long");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "running for");
	free(walk_sh(w, "rm \"$root\"/demo/fail/progress"));
	vt_wait(w->v, "Extend the root volume: done");
	vt_keys(w->v, "q" ENTER);
	assert_int_equal(vt_end(w->v), 0);
	vt_assert_restored(w->v);
	assert_false(w->v->alternate);
	vt_free(w->v);
	w->v = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_first_to_last),
		walk_test(test_french_at_once),
		walk_test(test_bad_answers),
		walk_test(test_decisions),
		walk_test(test_root_at_step),
		walk_test(test_input_ends),
		walk_test(test_interrupt),
		walk_test(test_signal),
		walk_test(test_status),
		walk_test(test_dumb_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
