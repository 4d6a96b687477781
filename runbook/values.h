/*
 * values: what was typed for the parameters of a host's steps when they were last confirmed. The next run of the phase
 * begins with it, where the host's profile says nothing. What was chosen from a list is not kept: the list was the
 * server's of that day; and no secret is.
 */
#ifndef RUNBOOK_VALUES_H
#define RUNBOOK_VALUES_H

#include <stdbool.h>

#include <cJSON.h>

struct err;
struct param;

bool values_kept(const struct param *p); /* is it of a kind that is kept? */
/*
 * All of a host, as {"PHASE-STEP.NAME": "VALUE"}. Owned (cJSON_Delete), never NULL: it is empty when there is no such
 * file, or none that can be read, and then the phase's own defaults stand.
 */
cJSON *values_read(const char *state_dir, const char *host);
/*
 * Those in changes are written beside what other consoles have written since; a null is taken away. Nothing is written
 * where that makes no difference. 0 or ERR_IO.
 */
int values_write(const char *state_dir, const char *host, const cJSON *changes, struct err *e);

#endif
