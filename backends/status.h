/* status: the six panels as JSON and as plain text, for --status. Pure: what is printed is in the
 * panels. */
#ifndef BACKENDS_STATUS_H
#define BACKENDS_STATUS_H

#include <stdint.h>

#include "backends/panel.h"

struct buf;

struct status {
	const char *host;            /* as the operator calls it */
	int64_t wall_ms;             /* clock_wall_ms() now */
	int64_t now_ms;              /* clock_ms() now: ages are counted from it */
	struct panel *const *panels; /* PANEL_COUNT of them; NULL: no answer came */
};

/*
 * Appends one JSON object and a newline:
 *     {"host": NAME, "time": RFC3339,
 *      "facts": {NAME: {"value": V, "unit": U, "age_s": A [, "since_s": S]}},
 *      "panels": {NAME: {"state": …, "reason": …, "age_s": A, "took_ms": T, "as_root": B,
 *                        "alerts": [{"level": …, "text": …}],
 *                        "tables": {ID: [{COLUMN: V}]}}}}
 * V is a number in the fact's unit (bytes, seconds, percent), true or false for "bool", a string
 * for "text", null when it is not known. Every fact of the table in facts.h is there. state is
 * "never" "ok" "missing" "denied" "failed" "hung"; level "none" "ok" "warn" "bad" "unknown". Names
 * never change; texts are in the operator's language. 0, or ERR_LIMIT when out is full.
 */
int status_json(const struct status *s, struct buf *out);

/* Appends one line a fact (name, figure, what it is; aligned), then the alerts, worst first, and
 * what could not be read. 0 or ERR_LIMIT. */
int status_text(const struct status *s, struct buf *out);

/* The exit status of --status: 0 when every collector answered, whatever it says ("there is no
 * Docker", "only root may see"); 1 when one could not: no answer, a tool that failed, one that
 * hangs. */
int status_exit(const struct status *s);

/* "ok", "missing" …: as in the JSON. */
const char *status_state_name(enum panel_state state);
const char *status_level_name(enum level level);

#endif
