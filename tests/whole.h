/*
 * whole: a phase from its first to its last step on the built-in EdgeServer: what an operator confirms and which
 * parameters have to be given, in one table for both ways of driving, the screen's and the lines'. What a phase holds is
 * read from its phase.json, so that a step that is not in the table makes the test fail; and so are its words.
 */
#ifndef TESTS_WHOLE_H
#define TESTS_WHOLE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/walk.h"

#define NBSP "\xc2\xa0"

/* A parameter that is given by hand; all others keep their defaults. */
struct whole_param {
	const char *name;
	const char *answer; /* what is typed; of a list: "all", or the number of the one that is taken */
	const char *label;  /* of a list: what stands at that number; NULL: it is typed */
	const char *value;  /* what is shown, and recorded, begins with it */
};

struct whole_step {
	const char *id;
	const char *confirm; /* "" Enter, "y" y, else the word that has to be typed */
	struct whole_param params[6];
};

struct whole_phase {
	const char *id;
	const char *demo;  /* the option for the server that it begins on */
	const struct whole_step *steps;
	size_t nsteps;
	size_t criteria; /* how many are fulfilled at the end: all that it has */
};

/* What both ways of driving wait for, in one language. */
struct whole_tongue {
	const char *lang; /* also what phase.json calls it */
	const char *option;
	const char *colon; /* before what follows */
	const char *done, *verified, *consistent, *which;
	const char *foreign[24]; /* the other language's words that must not show up; NULL ends them */
};

extern const struct whole_tongue whole_english, whole_french;

struct whole {
	const struct whole_phase *phase;
	const struct whole_tongue *tongue;
	cJSON *json; /* its phase.json */
};

/* One phase from first to last, in this language: each program's own. Its main is in whole.c. */
void whole_walk(struct walk *w, const struct whole_phase *phase, const struct whole_tongue *tongue);

/* Reads phase.json and fails unless its steps and parameters are those of the table. */
void whole_open(struct whole *p, const struct whole_phase *phase, const struct whole_tongue *tongue);
void whole_close(struct whole *p);
/* Borrowed words of phase.json in this language. */
const char *whole_title(const struct whole *p, size_t step);
const char *whole_param_title(const struct whole *p, size_t step, const char *name);
/* A parameter's place among the step's, from 0, and how many there are. */
size_t whole_param_row(const struct whole *p, size_t step, const char *name, size_t *of);
size_t whole_ncriteria(const struct whole *p);
const char *whole_criterion_id(const struct whole *p, size_t k);
const char *whole_criterion_title(const struct whole *p, size_t k);
/* Has it to be attested? False: it is measured. */
bool whole_attested(const struct whole *p, size_t k);

/* After the run was finished and the console has ended: the journal, --verify, --report. */
void whole_assert_records(const struct whole *p, const struct walk *w);
/* Nothing of the other language stands in what was shown. */
void whole_assert_language(const struct whole *p, const char *shown);

#endif
