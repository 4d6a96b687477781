/* facts: the one table of figures. Panels show them, criteria test them, --status prints them, the report keeps them. */
#ifndef BACKENDS_FACTS_H
#define BACKENDS_FACTS_H

#include <stddef.h>
#include "backends/panel.h"

enum unit { UNIT_COUNT, UNIT_BYTES, UNIT_PERCENT, UNIT_SECONDS, UNIT_BYTES_S, UNIT_BOOL, UNIT_TEXT, UNIT_NUMBER };
enum better { BETTER_NONE, BETTER_LOWER, BETTER_HIGHER };

struct fact_def {
	const char *name;  /* "disk.root.percent" */
	enum unit unit;
	enum panel_id panel;
	enum better better;
	const char *label; /* N_("used space of /") */
};

extern const struct fact_def fact_defs[]; /* ends with a NULL name */
const struct fact_def *fact_def_find(const char *name); /* NULL: not in the table (phase.NAME has no definition here) */
const char *unit_name(enum unit u); /* "bytes", "percent", "seconds", "count", "bytes/s", "bool", "text", "number" */

/* A figure in words: "98G", "85 %", "2 min", "yes", "?" */
#define FACT_TEXT_SIZE 96
char *fact_format(enum unit u, double value, const char *text, char out[FACT_TEXT_SIZE]);

#endif
