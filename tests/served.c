/*
 * served: a server on the command line, for tests and for looking.
 *
 *     served WHERE [WORD...]     WHERE: demo[=PHASE], local=ROOT, or a host name
 *     panels [SECONDS]           each panel once (or as they come, for that long)
 *     root                       opens the root shell (password: $SERVED_PASSWORD)
 *     lock                       takes the lock
 *     open PHASE                 opens a run
 *     probe STEP PART            runs a part of the step in file STEP
 *     start ID STEP              makes the plan, starts a job (root, unless SERVED_USER), follows
 * it to its end
 *     die BYTES                  kills itself (KILL) when that many bytes of output came
 *     follow ID OFFSET           finds a job and follows it to its end
 *     cancel ID   runs
 *
 * Output of jobs goes to standard output, all else to standard error. 0 when all came out well.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/demo.h"
#include "backends/host.h"
#include "backends/link.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"

struct served {
	struct server *server;
	struct demo *demo;
	struct host *host;
	long die; /* bytes; -1: never */
	long got;
	char digest[65];
	/* what the loop waits for */
	bool up, root, lock, probe, run, runs, job;
	int status;
	unsigned panels; /* bits */
	char *job_id;
};

static void on_panel(struct served *v, const struct panel *p)
{
	v->panels |= 1u << p->id;
	fprintf(stderr, "panel %s state %d tables %d facts %zu took %lld ms%s %s\n",
		panel_name(p->id), (int)p->state, p->ntables, p->nfacts, (long long)p->took_ms,
		p->as_root ? " root" : "", p->reason ? p->reason : "");
}

static void on_job(struct served *v, const struct job_status *st)
{
	fprintf(stderr,
		"job %s state %d result %d parts %d %d %d %d part %d size %lld marks %zu%s%s%s%s\n",
		st->id, (int)st->state, (int)st->result, st->part_status[0], st->part_status[1],
		st->part_status[2], st->part_status[3], (int)st->part, (long long)st->out_size,
		st->nmarks, st->volatile_place ? " volatile" : "", st->existed ? " existed" : "",
		st->refused ? " refused: " : "", st->refused ? st->refused : "");
	if (!v->job_id || strcmp(st->id, v->job_id) != 0)
		return;
	if (st->refused || st->state == JOB_DONE || st->state == JOB_LOST ||
		st->state == JOB_NONE) {
		v->job = true;
		v->status = st->refused                                        ? 3
			    : st->state == JOB_DONE && st->result == RESULT_OK ? 0
									       : 1;
	}
}

static void on_out(struct served *v, const struct job_out *o)
{
	fwrite(o->data, 1, o->len, stdout);
	fflush(stdout);
	v->got += (long)o->len;
	fprintf(stderr, "out %lld+%zu raw %lld\n", (long long)o->offset, o->len,
		(long long)o->raw_offset);
	if (v->die >= 0 && v->got >= v->die)
		kill(getpid(), SIGKILL);
}

static void on_question(struct served *v, const struct link_question *q)
{
	fprintf(stderr, "question %d: %s\n", (int)q->kind, q->title);
	server_answer(
		v->server, q->id, q->kind == LINK_Q_HOSTKEY ? "once" : getenv("SERVED_PASSWORD"));
}

static void on_event(struct served *v, const struct server_event *ev)
{
	switch (ev->type) {
	case SERVER_LINK:
		v->up = ev->u.link.state == LINK_UP;
		fprintf(stderr, "link %s %s\n", link_state_word(ev->u.link.state),
			ev->u.link.text ? ev->u.link.text : "");
		break;
	case SERVER_QUESTION:
		on_question(v, ev->u.question);
		break;
	case SERVER_RTT:
		break;
	case SERVER_SILENT:
		fprintf(stderr, "silent %lld\n", (long long)ev->u.silent_ms);
		break;
	case SERVER_PANEL:
		on_panel(v, ev->u.panel);
		break;
	case SERVER_ROOT:
		fprintf(stderr, "root %d %s\n", (int)ev->u.root.state, ev->u.root.text);
		v->root = ev->u.root.state == ROOT_UP || ev->u.root.state >= ROOT_REFUSED;
		v->status = ev->u.root.state == ROOT_UP ? 0 : 1;
		break;
	case SERVER_LOCK:
		fprintf(stderr, "lock %s%s\n", ev->u.lock.ours ? "ours " : "", ev->u.lock.holder);
		v->lock = true;
		break;
	case SERVER_PROBE:
		fwrite(ev->u.probe->output, 1, ev->u.probe->len, stderr);
		fprintf(stderr, "\nprobe status %d marks %zu digest %.12s took %lld ms\n",
			ev->u.probe->status, ev->u.probe->nmarks, ev->u.probe->digest,
			(long long)ev->u.probe->took_ms);
		memcpy(v->digest, ev->u.probe->digest, sizeof(v->digest));
		v->probe = true;
		break;
	case SERVER_JOB:
		on_job(v, ev->u.job);
		break;
	case SERVER_JOB_OUT:
		on_out(v, ev->u.out);
		break;
	case SERVER_RUNS:
		for (size_t i = 0; i < ev->u.runs.nruns; i++)
			fprintf(stderr, "run %s %s %s jobs %zu\n", ev->u.runs.runs[i].id,
				ev->u.runs.runs[i].phase, ev->u.runs.runs[i].state,
				ev->u.runs.runs[i].njobs);
		v->runs = true;
		break;
	case SERVER_RUN:
		fprintf(stderr, "run %s status %d %s\n", ev->u.run.id ? ev->u.run.id : "-",
			ev->u.run.status, ev->u.run.text ? ev->u.run.text : "");
		v->run = true;
		break;
	}
}

/* Until *flag, or seconds have passed: then false. */
static bool wait_for(struct served *v, const bool *flag, double seconds)
{
	int64_t until = clock_ms() + (int64_t)(seconds * 1000);

	while (!*flag && clock_ms() < until) {
		struct pollfd fd = {.fd = server_fd(v->server), .events = POLLIN};
		struct server_event *ev;

		poll(&fd, 1, 100);
		while ((ev = server_next(v->server)) != NULL) {
			on_event(v, ev);
			server_event_free(ev);
			if (*flag)
				break;
		}
	}
	return *flag;
}

static bool panels(struct served *v, double seconds)
{
	bool never = false, all = false;
	int64_t until = clock_ms() + (int64_t)((seconds > 0 ? seconds : 60) * 1000);

	while (!all && clock_ms() < until) {
		wait_for(v, &never, 0.05);
		all = seconds <= 0 && v->panels == (1u << PANEL_COUNT) - 1;
	}
	return v->panels == (1u << PANEL_COUNT) - 1;
}

static bool probe(struct served *v, const char *file, const char *part, bool root)
{
	char *step = data_read(file, (size_t)1 << 20, NULL, NULL);
	struct probe_spec spec = {
		.id = 1, .step = step, .part = part, .params = "", .root = root, .timeout_s = 20};
	bool ok;

	v->probe = false;
	server_probe(v->server, &spec);
	ok = wait_for(v, &v->probe, 40);
	free(step);
	return ok;
}

static bool start(struct served *v, char *id, const char *file)
{
	bool root = !getenv("SERVED_USER");
	char *step = data_read(file, (size_t)1 << 20, NULL, NULL);
	struct job_spec spec = {.id = id,
		.root = root,
		.step = step,
		.params = "",
		.journal_head = "head",
		.meta = "{}",
		.timeout_s = 60,
		.undo_on_failure = true};

	if (!probe(v, file, "plan", root))
		return false;
	spec.plan_digest = v->digest;
	v->job_id = id;
	v->job = false;
	server_job_start(v->server, &spec);
	free(step);
	return wait_for(v, &v->job, 120) && v->status == 0;
}

static bool do_word(struct served *v, char ***words)
{
	char **w = *words;
	const char *word = *w++;
	bool ok = false;

	if (strcmp(word, "panels") == 0) {
		ok = panels(v, *w ? strtod(*w++, NULL) : 0);
	} else if (strcmp(word, "root") == 0) {
		server_root_open(v->server);
		ok = wait_for(v, &v->root, 30) && v->status == 0;
	} else if (strcmp(word, "lock") == 0) {
		server_lock_take(v->server, false);
		ok = wait_for(v, &v->lock, 10);
	} else if (strcmp(word, "open") == 0 && w[0]) {
		server_run_open(v->server, *w++, "{}");
		ok = wait_for(v, &v->run, 10);
	} else if (strcmp(word, "runs") == 0) {
		server_runs(v->server);
		ok = wait_for(v, &v->runs, 10);
	} else if (strcmp(word, "probe") == 0 && w[0] && w[1]) {
		ok = probe(v, w[0], w[1], !getenv("SERVED_USER"));
		w += 2;
	} else if (strcmp(word, "die") == 0 && w[0]) {
		v->die = strtol(*w++, NULL, 10);
		ok = true;
	} else if (strcmp(word, "start") == 0 && w[0] && w[1]) {
		ok = start(v, w[0], w[1]);
		w += 2;
	} else if (strcmp(word, "follow") == 0 && w[0] && w[1]) {
		v->job_id = w[0];
		server_job_follow(v->server, w[0], !getenv("SERVED_USER"), strtoll(w[1], NULL, 10));
		ok = wait_for(v, &v->job, 120) && v->status == 0;
		w += 2;
	} else if (strcmp(word, "cancel") == 0 && w[0]) {
		server_job_cancel(v->server, *w++, !getenv("SERVED_USER"));
		ok = true;
	}
	*words = w;
	return ok;
}

static struct link *local_link(const char *root, struct err *e)
{
	char *env[] = {xasprintf("root=%s", root), xasprintf("HOME=%s/home", root),
		xasprintf("PATH=%s", getenv("PATH")), NULL};
	struct link *l = link_new_local(env, "/", e);

	for (int i = 0; env[i]; i++)
		free(env[i]);
	return l;
}

static struct link *make_link(struct served *v, const char *where, struct err *e)
{
	if (strncmp(where, "demo", 4) == 0) {
		const char *phase = where[4] == '=' ? where + 5 : NULL;

		v->host = host_new_demo(phase);
		if (demo_create(data_dir(NULL), phase, 0, &v->demo, e) < 0)
			return NULL;
		return link_new_local(demo_env(v->demo), demo_cwd(v->demo), e);
	}
	if (strncmp(where, "local=", 6) == 0) {
		v->host = host_new_demo(NULL);
		return local_link(where + 6, e);
	}
	if (host_find(where, getenv("SERVED_CONFIG"), &v->host, e) < 0)
		return NULL;
	return link_new_ssh(v->host, e);
}

int main(int argc, char **argv)
{
	struct served v = {.die = -1};
	struct err e = {0};
	struct server_options o = {.session = getenv("SERVED_SESSION"), .who = "served"};
	char **words = argv + 2;
	bool ok = true;

	if (argc < 2)
		return 2;
	o.datadir = data_dir(argv[0]);
	o.link = make_link(&v, argv[1], &e);
	o.host = v.host;
	v.server = o.link ? server_new(&o, &e) : NULL;
	if (!v.server) {
		fprintf(stderr, "served: %s\n", e.text);
		return 2;
	}
	server_start(v.server);
	ok = wait_for(&v, &v.up, 20);
	while (ok && words < argv + argc) {
		ok = do_word(&v, &words);
		if (!ok)
			fprintf(stderr, "served: that did not work\n");
	}
	server_free(v.server);
	demo_free(v.demo);
	host_free(v.host);
	return ok ? 0 : 1;
}
