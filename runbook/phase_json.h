/*
 * phase_json: reading JSON of a known shape, where every problem is named by file, line and
 * owner.
 *
 * Every object is read by a table of its keys: the reader of the value, where it goes, whether it
 * must be there. Reading goes on after a problem, so that the lint can show all of them.
 */
#ifndef RUNBOOK_PHASE_JSON_H
#define RUNBOOK_PHASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "runbook/phase_place.h"
#include "runbook/phase_read.h"

struct reader {
	const char *dir, *file; /* file: path of phase.json, as messages name it */
	char *text;
	size_t len;
	phase_problem *report;
	void *ctx;
	int problems;
};

/* A value with the way to it. noun and name say whose list element it is: step "extend-lvm". */
struct node {
	struct place place; /* first: a node's address is its place's */
	const struct node *up;
	struct reader *r;
	const cJSON *json;
	const char *noun, *name;
};

typedef void read_fn(const struct node *at, void *slot);

struct field {
	const char *key;
	bool required;
	read_fn *read;
	size_t offset; /* of the slot in the struct being filled */
};

/*
 * One element of a list into its zeroed item; its name is known before it is read, for messages.
 */
typedef void read_item(const struct node *at, void *item);

struct list {
	const char *noun;     /* N_("step") */
	const char *name_key; /* "id" */
	size_t size;
	read_item *read;
};

/*
 * Says "file:line: owner: what" (cleaned); line 0: what names its file itself. owner may be NULL.
 */
void reader_report(
	struct reader *r, int code, int line, const struct node *owner, const char *what);
/* The same about a value, where it stands. */
void node_wrong(const struct node *at, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * The nth member of that name; node_occurrence() says which one json is (0 unless a key is given
 * twice).
 */
struct node node_member(const struct node *up, const cJSON *json, int nth);
int node_occurrence(const cJSON *json);
/* False, and "KEY should be WHAT" said, when it is not so. */
bool node_want(const struct node *at, bool is, const char *what);

/*
 * Fills the struct at base; unknown keys (the nearest known one is named), doubles and missing
 * ones are problems.
 */
void node_object(const struct node *at, const struct field *fields, void *base);
/* *items: an owned array with one zeroed element more than *n. */
void node_list(const struct node *at, const struct list *list, void **items, size_t *n);

/* Readers of single values: char * (clean text), struct words, bool. */
read_fn node_string, node_words, node_bool;
/* char * (an id), int (whole minutes), int (seconds, a day at most). */
read_fn node_id, node_minutes, node_duration;
/* Index of the text among names (NULL-terminated), or -1 and all of them said. */
int node_choice(const struct node *at, const char *const *names);

/* The steps of a phase, with their scripts; slot is the struct phase. In phase_step.c. */
read_fn phase_read_steps;
/*
 * Whole text of one of its files, owned; NULL and the problem said: others may write to it, it
 * cannot be read.
 */
char *reader_file(struct reader *r, const char *path, size_t max, size_t *len);

#endif
