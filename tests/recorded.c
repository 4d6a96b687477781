/*
 * recorded: writes a small session below $XDG_STATE_HOME/twistertui, for tests of the command line:
 *     recorded HOST SESSION RUN [killed]
 */
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mask.h"
#include "runbook/store.h"

static uint64_t record(
	struct store *s, const char *kind, const char *run, const char *name, const char *value)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "run", run);
	cJSON_AddStringToObject(o, "phase", "1-foundation");
	cJSON_AddStringToObject(o, "step", "extend-lvm");
	cJSON_AddStringToObject(o, name, value);
	return store_record(s, kind, o);
}

static void wait_written(struct store *s, uint64_t ticket)
{
	for (bool written = false; !written;) {
		struct pollfd p = {.fd = store_fd(s), .events = POLLIN};
		struct store_event *ev = store_next(s);

		if (!ev)
			poll(&p, 1, 100);
		written = ev && ev->type == STORE_WRITTEN && ev->ticket >= ticket;
		store_event_free(ev);
	}
}

int main(int argc, char **argv)
{
	const char *state = getenv("XDG_STATE_HOME");
	struct mask *mask = mask_new();
	struct store *s;
	struct err e;
	char *dir, *job;
	uint64_t last;

	if (argc < 4 || !state)
		return 2;
	dir = xasprintf("%s/twistertui", state);
	job = xasprintf("%s.extend-lvm.1", argv[3]);
	if (store_open(dir, argv[1], argv[2], mask, &s, &e) != 0) {
		fprintf(stderr, "recorded: %s\n", e.text);
		return 1;
	}
	record(s, "run-open", argv[3], "title", "Foundation");
	record(s, "job-start", argv[3], "job", job);
	store_output(s, job, "extended\n", 9, 9);
	store_output_end(s, job);
	record(s, "job-state", argv[3], "job", job);
	last = record(s, "skip", argv[3], "reason", "no window");
	if (argc > 4) { /* what is on disk now is all there will be */
		wait_written(s, last);
		_exit(0);
	}
	record(s, "run-close", argv[3], "state", "finished");
	store_close(s, "quit");
	mask_free(mask);
	free(dir);
	free(job);
	return 0;
}
