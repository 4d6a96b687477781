/*
 * walk: the whole console on the built-in EdgeServer, on a terminal of ours, in a home of its own: what an operator
 * does with keys, and what then stands on the simulated server, in the journal and in the report.
 */
#ifndef TESTS_WALK_H
#define TESTS_WALK_H

#include "tests/vt.h"

#define ENTER "\r"
#define ESC "\033"
#define CTRL_C "\003"
#define DOWN "j"
#define UP "k"

#define WALK_ROWS 36
#define WALK_COLS 120

struct walk {
	char dir[64]; /* home/, state/ and tmp/ (where the demo's folder is) are below it; walk_teardown removes it */
	char root[160]; /* the simulated server's folder; "" before walk_demo */
	struct vt *v;
	const char *which,
		*ready; /* may be set before walk_demo: "--demo=phase-1", and what it waits for */
	const char *const *under; /* may be set: the program is started by this command; or NULL */
	bool traced;              /* v->pid is that command's, which takes no SIGTERM */
};

/* For cmocka: *state is a struct walk with its folder. The end stops what still runs and removes the folder. */
int walk_setup(void **state);
int walk_teardown(void **state);
#define walk_test(f) cmocka_unit_test_setup_teardown(f, walk_setup, walk_teardown)

/* `twistertui --demo=phase-1 ARG…` (args NULL-terminated or NULL; env as in vt_start, over DEMO_FAST=1 and English) on a
 * terminal; waits until the pods have answered. */
void walk_demo(struct walk *w, int rows, int cols, const char *const *args, const char *const *env);
/* Sets root; false: the demo has not made its folder. walk_demo does it. */
bool walk_find_root(struct walk *w);
/* The same at 120×36, without options. */
void walk_start(struct walk *w, const char *const *env);
/* q, exit status 0 and the terminal as it was; the folder stays for reports. */
void walk_quit(struct walk *w);
/* Without q: for consoles that end in another way. */
void walk_end(struct walk *w);

/* S, and waits for the root shell. */
void walk_root(struct walk *w);
/* Phases, the first phase: its checklist. */
void walk_phase(struct walk *w);
/* Phase 1, as the screens count it: its steps, the minutes they are planned to take, and those without the first. */
#define PHASE_1_STEPS 7
#define PHASE_1_OF "7"
#define PHASE_1_TIME "2 h 57 min"
#define PHASE_1_REST "2 h 47 min"

/* To the checklist's row n (0: the first step; PHASE_1_STEPS: its first criterion). */
void walk_row(struct walk *w, int n);
/* Enter on that step, and waits until its plan may be confirmed. */
void walk_prepare(struct walk *w, int step);
/* Step 0 up to the dialog that wants 150G typed. */
void walk_ask_extend(struct walk *w);
/* walk_ask_extend and the word. */
void walk_confirm_extend(struct walk *w);

/* Runs `twistertui ARG…` without a terminal in the same home; its exit status; what it said in *output (owned, may be
 * NULL). env: "NAME=value" put over ours, or NULL. */
int walk_cli(const struct walk *w, const char *const *args, const char *const *env, char **output);
/* A file of the simulated server, below its root: written whole, read (owned, "" when it is not there), there or not. */
void walk_put(const struct walk *w, const char *path, const char *text);
char *walk_get(const struct walk *w, const char *path);
bool walk_there(const struct walk *w, const char *path);
/* A command in the simulated server's own environment, as its root; owned output. */
char *walk_sh(const struct walk *w, const char *command);
/* The only session's journal, or a file of it ("outputs/JOB"): owned, "" when it is not there. */
char *walk_journal(const struct walk *w, const char *file);
/* How many records of the journal hold all of the strings (NULL-terminated list). */
int walk_records(const struct walk *w, const char *first, ...) __attribute__((sentinel));
/* Waits until that is at least 1. The screen may tell of a thing before its record is on the disk. */
void walk_wait_record(const struct walk *w, const char *first, const char *second);

void assert_has(const char *text, const char *part);
void assert_lacks(const char *text, const char *part);

#endif
