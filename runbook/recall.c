#include "runbook/recall.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "runbook/journal.h"

#define ITEMS_MAX 100000

struct recall {
	char *state_dir, *host, *run, *except;
	pthread_t thread;
	bool threaded;
	atomic_bool done, stop;
	struct recalled *items;
	size_t n;
};

static void add(struct recall *r, enum recalled_kind kind, const cJSON *record, const char *subject,
	const char *name, const char *text)
{
	struct recalled *it;

	if (!json_str(record, subject) || r->n >= ITEMS_MAX)
		return;
	r->items = xrealloc(r->items, r->n + 1, sizeof(*r->items));
	it = &r->items[r->n++];
	it->kind = kind;
	it->subject = json_text(record, subject, NULL);
	it->name = name ? json_text(record, name, NULL) : NULL;
	it->text = text ? json_text(record, text, "") : NULL;
	it->until = json_text(record, "until", NULL);
	it->wall_ms = json_str(record, "time") ? clock_parse_rfc3339(json_str(record, "time")) : -1;
}

static void read_step(struct recall *r, const cJSON *record)
{
	const char *state = json_str(record, "state");

	if (!state)
		return;
	if (strcmp(state, "todo") == 0 && !json_str(record, "job"))
		add(r, RECALLED_RESET, record, "step", NULL, NULL);
	else if (json_str(record, "job") &&
		 (strcmp(state, "done") == 0 || strcmp(state, "failed") == 0 ||
			 strcmp(state, "todo") == 0))
		add(r, RECALLED_ENDED, record, "job", NULL, "reason");
}

static void read_record(struct recall *r, const cJSON *record)
{
	const char *kind = json_str(record, "kind");
	const char *run = json_str(record, "run");

	if (!kind || !run || strcmp(run, r->run) != 0)
		return;
	if (strcmp(kind, "skip") == 0)
		add(r, RECALLED_SKIP, record, "step", NULL, "reason");
	else if (strcmp(kind, "defer") == 0)
		add(r, RECALLED_DEFER, record, "step", NULL, "reason");
	else if (strcmp(kind, "param") == 0)
		add(r, RECALLED_PARAM, record, "step", "name", "value");
	else if (strcmp(kind, "note") == 0)
		add(r, RECALLED_NOTE, record, "step", NULL, "text");
	else if (strcmp(kind, "job-start") == 0)
		add(r, RECALLED_STARTED, record, "job", NULL, NULL);
	else if (strcmp(kind, "criterion") == 0 && json_str(record, "reason"))
		add(r, RECALLED_CRITERION, record, "id", "verdict", "reason");
	else if (strcmp(kind, "step") == 0)
		read_step(r, record);
}

static void *read_all(void *arg)
{
	struct recall *r = arg;
	struct session_info *list = NULL;
	char *what = xasprintf("%s/%s", r->host, r->run);
	size_t n = 0;
	struct err err;

	if (session_find(r->state_dir, what, &list, &n, &err) != 0)
		n = 0;
	/* newest first in the list; decisions are told oldest first */
	for (size_t i = n; i-- > 0 && !atomic_load(&r->stop);) {
		struct journal *j = NULL;

		if (strcmp(list[i].session, r->except) == 0 ||
			journal_read(r->state_dir, list[i].host, list[i].session, &j, &err) != 0)
			continue;
		for (size_t k = 0; k < j->nrecords; k++)
			read_record(r, j->records[k]);
		journal_free(j);
	}
	session_list_free(list, n);
	free(what);
	atomic_store(&r->done, true);
	return NULL;
}

struct recall *recall_new(
	const char *state_dir, const char *host, const char *run, const char *except)
{
	struct recall *r = xcalloc(1, sizeof(*r));

	r->state_dir = xstrdup(state_dir);
	r->host = xstrdup(host);
	r->run = xstrdup(run);
	r->except = xstrdup(except);
	r->threaded = pthread_create(&r->thread, NULL, read_all, r) == 0;
	if (!r->threaded)
		atomic_store(&r->done, true);
	return r;
}

void recall_free(struct recall *r)
{
	if (!r)
		return;
	atomic_store(&r->stop, true);
	if (r->threaded)
		pthread_join(r->thread, NULL);
	for (size_t i = 0; i < r->n; i++) {
		free(r->items[i].subject);
		free(r->items[i].name);
		free(r->items[i].text);
		free(r->items[i].until);
	}
	free(r->items);
	free(r->state_dir);
	free(r->host);
	free(r->run);
	free(r->except);
	free(r);
}

bool recall_done(const struct recall *r)
{
	return atomic_load(&r->done);
}

const struct recalled *recall_items(const struct recall *r, size_t *n)
{
	*n = r->n;
	return r->items;
}
