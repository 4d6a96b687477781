/* drive: the console's engine without its screen, for the lab: what drive.c and drive_say.c share. */
#ifndef TESTS_LAB_DRIVE_H
#define TESTS_LAB_DRIVE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/server.h"
#include "base/err.h"
#include "runbook/checklist.h"

#define DRIVE_WANTS_MAX 8

/* "state=done": what a step is waited for to be. */
struct want {
	char key[16], value[64];
};

struct drive {
	struct demo *demo; /* or NULL */
	struct host *host;
	struct mask *mask;
	struct store *store;
	struct link *link; /* the server's; for drop-link */
	struct server *server;
	struct checklist *checklist;
	struct panel *panels[PANEL_COUNT];
	enum link_state link_state;
	char *link_text;
	enum root_state root;
	char *root_text;
	char *password; /* for sudo, or NULL */
	bool lock_ours;
	char *lock_holder;
	int nruns;        /* answers to "which runs are there" so far */
	int64_t patience_ms;
	int64_t asked_ms; /* the plan that the open dialog shows; 0: none is open */
	/* dies (KILL) as soon as that step is so */
	size_t kill_step;
	struct want kill_wants[DRIVE_WANTS_MAX];
	int nkill;
};

/* One JSON line on standard output: what the command came to, and the step as a view would show it (step -1: none). */
void drive_say(const struct drive *d, const char *command, int r, const struct err *e, int step);
/* One JSON line with the newest figure of that name in a panel. */
void drive_say_fact(struct drive *d, const char *command, const char *name);
/* What the checklist asks for figures (fact_lookup); ctx is the drive. Borrowed until the panel's next answer. */
const struct fact *drive_fact(void *ctx, const char *name, double *age_s);
/* Has the step all that is wanted? Keys: state, failure, activity, part, job, run. */
bool drive_is(const struct drive *d, size_t step, const struct want *wants, int n);

#endif
