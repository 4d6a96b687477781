#include "runbook/took.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/json.h"
#include "runbook/journal.h"

#define JOBS_MAX 10000

/* One job that ended well. */
struct took_job {
	char *job, *step;
	double started, seconds; /* by the server's clock */
};

struct took {
	char *state_dir, *host, *phase, *except;
	pthread_t thread;
	bool threaded;
	atomic_bool done, stop;
	struct took_job *jobs;
	size_t n;
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* Several sessions may have followed the same job to its end: it counts once. A server that was
 * made anew uses the same names again, so the name alone does not tell. */
static bool known(const struct took *t, const char *job, double started)
{
	for (size_t i = t->n; i-- > 0;)
		if (t->jobs[i].started == started && strcmp(t->jobs[i].job, job) == 0)
			return true;
	return false;
}

static void read_record(struct took *t, const cJSON *record)
{
	const char *kind = json_str(record, "kind"), *phase = json_str(record, "phase");
	const char *job = json_str(record, "job"), *step = json_str(record, "step");
	const char *result = json_str(record, "result");
	double started = json_num(record, "started"), seconds = json_num(record, "ended") - started;

	if (!kind || strcmp(kind, "job-state") != 0 || !phase || strcmp(phase, t->phase) != 0)
		return;
	if (!job || !step || !result || strcmp(result, "ok") != 0 || ends_with(job, ".undo"))
		return;
	if (!isfinite(seconds) || seconds < 0 || t->n >= JOBS_MAX || known(t, job, started))
		return;
	t->jobs = xrealloc(t->jobs, t->n + 1, sizeof(*t->jobs));
	t->jobs[t->n++] = (struct took_job){xstrdup(job), xstrdup(step), started, seconds};
}

/* Does "a, b, c" name a run of the phase: PHASE-n? */
static bool has_phase(const char *runs, const char *phase)
{
	size_t n = strlen(phase);

	for (const char *p = runs; (p = strstr(p, phase)); p += n)
		if ((p == runs || p[-1] == ' ') && p[n] == '-' && p[n + 1] >= '0' &&
			p[n + 1] <= '9')
			return true;
	return false;
}

static void *read_all(void *arg)
{
	struct took *t = arg;
	struct session_info *list = NULL;
	size_t n = 0;
	struct err err;

	if (session_list(t->state_dir, t->host, &list, &n, &err) != 0)
		n = 0;
	for (size_t i = 0; i < n && !atomic_load(&t->stop); i++) {
		struct journal *j = NULL;

		if (strcmp(list[i].session, t->except) == 0 || !has_phase(list[i].runs, t->phase) ||
			journal_read(t->state_dir, t->host, list[i].session, &j, &err) != 0)
			continue;
		for (size_t k = 0; k < j->nrecords; k++)
			read_record(t, j->records[k]);
		journal_free(j);
	}
	session_list_free(list, n);
	atomic_store(&t->done, true);
	return NULL;
}

struct took *took_new(
	const char *state_dir, const char *host, const char *phase, const char *except)
{
	struct took *t = xcalloc(1, sizeof(*t));

	t->state_dir = xstrdup(state_dir);
	t->host = xstrdup(host);
	t->phase = xstrdup(phase);
	t->except = xstrdup(except);
	t->threaded = pthread_create(&t->thread, NULL, read_all, t) == 0;
	if (!t->threaded)
		atomic_store(&t->done, true);
	return t;
}

void took_free(struct took *t)
{
	if (!t)
		return;
	atomic_store(&t->stop, true);
	if (t->threaded)
		pthread_join(t->thread, NULL);
	for (size_t i = 0; i < t->n; i++) {
		free(t->jobs[i].job);
		free(t->jobs[i].step);
	}
	free(t->jobs);
	free(t->state_dir);
	free(t->host);
	free(t->phase);
	free(t->except);
	free(t);
}

bool took_done(const struct took *t)
{
	return atomic_load(&t->done);
}

static int compare(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return (a > b) - (a < b);
}

double took_before(const struct took *t, const char *step, double except, size_t *n)
{
	double *all, middle = NAN;
	size_t found = 0;

	if (n)
		*n = 0;
	if (!t || !took_done(t) || t->n == 0)
		return NAN;
	all = xcalloc(t->n, sizeof(*all));
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->jobs[i].step, step) == 0 && t->jobs[i].started != except)
			all[found++] = t->jobs[i].seconds;
	if (found > 0) {
		qsort(all, found, sizeof(*all), compare);
		middle = (all[(found - 1) / 2] + all[found / 2]) / 2;
	}
	free(all);
	if (n)
		*n = found;
	return middle;
}
