/* criteria: "FACT OP VALUE|FACT [for DURATION]", and what became of each. */
#ifndef RUNBOOK_CRITERIA_H
#define RUNBOOK_CRITERIA_H

#include <stddef.h>
#include "backends/panel.h"

struct err;
struct test; /* a parsed test */

struct test *test_parse(const char *s, struct err *e); /* NULL and *e */
void test_free(struct test *t);
/* Names that it reads: two at most; NULL when only one. Borrowed. */
void test_facts(const struct test *t, const char **first, const char **second);

enum verdict { VERDICT_UNKNOWN, VERDICT_MET, VERDICT_NOT_MET, VERDICT_ATTESTED, VERDICT_DEFERRED };
const char *verdict_word(enum verdict v); /* gettext'ed */

/* Where facts come from: looks one up by name; NULL: unknown. age_s gets seconds since it was measured. */
typedef const struct fact *fact_lookup(void *ctx, const char *name, double *age_s);
/* What a figure is counted in: a phase says so of its own. */
typedef enum unit fact_unit(void *ctx, const char *name);
/* MET, NOT_MET or UNKNOWN; `why` (owned text) shows the arithmetic: "148G > 140G", or what is missing. */
enum verdict test_judge(
	const struct test *t, fact_lookup *lookup, fact_unit *unit_of, void *ctx, char **why);

#endif
