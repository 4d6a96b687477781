/* view_reports_work: sessions are listed, reported, verified on a thread, one thing at a time. */
#include "tui/view_reports.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "runbook/journal.h"

struct worker {
	pthread_t thread;
	bool running;
	atomic_bool done;
	int fd;
	struct work *work;
};

struct worker *worker_new(void)
{
	struct worker *w = xcalloc(1, sizeof *w);

	atomic_init(&w->done, false);
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return w;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	if (w->running)
		pthread_join(w->thread, NULL);
	work_free(w->work);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

int worker_fd(const struct worker *w)
{
	return w->fd;
}

bool worker_busy(const struct worker *w)
{
	return w->running;
}

void record_rows_free(struct record_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(rows[i].what);
		free(rows[i].host);
		free(rows[i].name);
		free(rows[i].runs);
	}
	free(rows);
}

void work_free(struct work *w)
{
	if (!w)
		return;
	record_rows_free(w->rows, w->nrows);
	free(w->state_dir);
	free(w->what);
	free(w->path);
	free(w->text);
	free(w->error);
	free(w);
}

/* --- the list: runs first, then sessions, newest first ------------------------------------------------- */

static struct record_row *add_row(struct work *w, const char *host, const char *name, bool is_run)
{
	struct record_row *r;

	w->rows = xrealloc(w->rows, w->nrows + 1, sizeof *w->rows);
	r = &w->rows[w->nrows++];
	memset(r, 0, sizeof *r);
	r->what = xasprintf("%s/%s", host, name);
	r->host = text_dup(host);
	r->name = text_dup(name);
	r->is_run = is_run;
	r->began_ms = r->ended_ms = -1;
	return r;
}

static void add_run(struct work *w, const struct session_info *s, const char *run)
{
	char *what = xasprintf("%s/%s", s->host, run);
	struct record_row *r = NULL;

	for (size_t i = 0; i < w->nrows && !r; i++)
		if (strcmp(w->rows[i].what, what) == 0)
			r = &w->rows[i];
	free(what);
	if (!r) { /* its newest session comes first */
		r = add_row(w, s->host, run, true);
		r->ended_ms = s->ended_ms;
		r->open = s->ended_ms < 0;
	}
	r->began_ms = s->started_ms;
	r->sessions++;
	r->records += s->records;
}

static void list_rows(struct work *w)
{
	struct session_info *list;
	struct err e;
	size_t n;

	if (session_list(w->state_dir, NULL, &list, &n, &e) != 0) {
		w->error = xstrdup(e.text);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char *runs = xstrdup(list[i].runs), *save = NULL;

		for (char *run = strtok_r(runs, ", ", &save); run;
			run = strtok_r(NULL, ", ", &save))
			add_run(w, &list[i], run);
		free(runs);
	}
	for (size_t i = 0; i < n; i++) {
		struct record_row *r = add_row(w, list[i].host, list[i].session, false);

		r->began_ms = list[i].started_ms;
		r->ended_ms = list[i].ended_ms;
		r->open = r->ended_ms < 0;
		r->runs = text_dup(list[i].runs);
		r->sessions = 1;
		r->records = list[i].records;
	}
	session_list_free(list, n);
}

/* --- reports, and what verify says --------------------------------------------------------------------- */

static void report(struct work *w)
{
	struct buf text;
	struct err e;

	buf_init(&text, 0);
	if (report_find(w->state_dir, w->what, w->format, &text, &w->intact, &e) != 0 ||
		(w->kind == WORK_SAVE && report_save(w->path, text.data, text.len, &e) != 0))
		w->error = xstrdup(e.text);
	else
		w->text = buf_take(&text);
	buf_clear(&text);
}

static void verify(struct work *w)
{
	struct session_info *list;
	struct buf text;
	struct err e;
	size_t n;

	if (session_find(w->state_dir, w->what, &list, &n, &e) != 0) {
		w->error = xstrdup(e.text);
		return;
	}
	buf_init(&text, 0);
	w->intact = true;
	for (size_t i = n; i-- > 0;) {
		struct journal *j;

		if (journal_read(w->state_dir, list[i].host, list[i].session, &j, &e) != 0) {
			buf_addf(&text, _("%s: %s\n"), list[i].session, e.text);
			w->intact = false;
			continue;
		}
		char *words = journal_state_text(j);
		buf_addf(&text, _("%s: %s\n  %s\n"), j->session, words, j->head);
		w->intact = w->intact && j->chain != CHAIN_BROKEN;
		free(words);
		journal_free(j);
	}
	session_list_free(list, n);
	w->text = buf_take(&text);
}

static void *run(void *arg)
{
	static const uint64_t one = 1;
	struct worker *w = arg;

	if (w->work->kind == WORK_LIST)
		list_rows(w->work);
	else if (w->work->kind == WORK_VERIFY)
		verify(w->work);
	else
		report(w->work);
	atomic_store(&w->done, true);
	if (write(w->fd, &one, sizeof one) < 0)
		return NULL; /* it is readable already */
	return NULL;
}

bool worker_start(struct worker *w, enum work_kind kind, const char *what,
	enum report_format format, const char *path)
{
	sigset_t all, old;

	if (w->running)
		return false;
	w->work = xcalloc(1, sizeof *w->work);
	w->work->kind = kind;
	w->work->state_dir = data_state_dir();
	w->work->what = what ? xstrdup(what) : NULL;
	w->work->path = path ? xstrdup(path) : NULL;
	w->work->format = format;
	w->work->intact = true;
	atomic_store(&w->done, false);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	w->running = pthread_create(&w->thread, NULL, run, w) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!w->running) {
		work_free(w->work);
		w->work = NULL;
	}
	return w->running;
}

struct work *worker_take(struct worker *w)
{
	struct work *work = w->work;
	uint64_t count;

	if (!w->running || !atomic_load(&w->done))
		return NULL;
	pthread_join(w->thread, NULL);
	if (read(w->fd, &count, sizeof count) < 0)
		count = 0; /* it was not told yet */
	w->running = false;
	w->work = NULL;
	return work;
}
