/*
 * The checklist against a server and a store that only write down what they are asked: every way of a step,
 * and above all the order: nothing starts before its record is on disk.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mask.h"
#include "runbook/checklist.h"
#include "runbook/recall.h"
#include "runbook/store.h"
#include "tests/scratch.h"

/* last: it takes the name test_free for itself */
#include <cmocka.h>

/* --- the server and the store that write down ---------------------------------------------------- */

struct fake {
	char calls[16384]; /* one line a call */
	unsigned probe;    /* id of the last probe */
	int probe_limit_s;
	char *params;      /* of the last probe or job */
	char *records;     /* kinds and contents, one line each */
	uint64_t tickets;
	bool store_failed;
	struct recalled *recalled;
	size_t nrecalled;
};
static struct fake fake;

static void call(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void call(const char *fmt, ...)
{
	size_t n = strlen(fake.calls);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fake.calls + n, sizeof(fake.calls) - n, fmt, ap);
	va_end(ap);
}

void server_probe(struct server *s, const struct probe_spec *spec)
{
	(void)s;
	fake.probe = spec->id;
	free(fake.params);
	fake.params = xstrdup(spec->params);
	fake.probe_limit_s = spec->timeout_s;
	call("probe %s%s%s\n", spec->part, spec->arg ? " " : "", spec->arg ? spec->arg : "");
}

void server_probe_cancel(struct server *s, unsigned id)
{
	(void)s;
	call("probe-cancel %u\n", id);
}

void server_job_start(struct server *s, const struct job_spec *spec)
{
	(void)s;
	free(fake.params);
	fake.params = xstrdup(spec->params);
	call("job-start %s previous=%s undo=%d digest=%s head=%s\n", spec->id,
		spec->previous ? spec->previous : "-", spec->undo, spec->plan_digest,
		spec->journal_head);
}

void server_job_follow(struct server *s, const char *id, bool root, int64_t raw_offset)
{
	(void)s;
	call("job-follow %s root=%d %lld\n", id, root, (long long)raw_offset);
}

void server_job_cancel(struct server *s, const char *id, bool root)
{
	(void)s;
	call("job-cancel %s root=%d\n", id, root);
}

void server_runs(struct server *s)
{
	(void)s;
	call("runs\n");
}

void server_run_open(struct server *s, const char *phase, const char *meta)
{
	(void)s;
	assert_non_null(strstr(meta, "phase_digest"));
	call("run-open %s\n", phase);
}

void server_run_close(struct server *s, const char *run, const char *state, const char *meta)
{
	(void)s;
	(void)meta;
	call("run-close %s %s\n", run, state);
}

void server_lock_take(struct server *s, bool force)
{
	(void)s;
	call("lock-take %d\n", force);
}

void server_refresh(struct server *s, enum panel_id id)
{
	(void)s;
	call("refresh %d\n", id);
}

char *shell_quote(const char *s)
{
	return xasprintf("'%s'", s);
}

uint64_t store_record(struct store *s, const char *kind, cJSON *fields)
{
	char *json = cJSON_PrintUnformatted(fields), *all;

	(void)s;
	all = xasprintf("%s%s %s\n", fake.records ? fake.records : "", kind, json);
	free(fake.records);
	fake.records = all;
	free(json);
	cJSON_Delete(fields);
	call("record %s\n", kind);
	return fake.store_failed ? 0 : ++fake.tickets;
}

void store_output(struct store *s, const char *job, const void *bytes, size_t n, int64_t raw_offset)
{
	(void)s;
	call("output %s %.*s %lld\n", job, (int)n, (const char *)bytes, (long long)raw_offset);
}

void store_output_end(struct store *s, const char *job)
{
	(void)s;
	call("output-end %s\n", job);
}

bool store_failed(const struct store *s)
{
	(void)s;
	return fake.store_failed;
}

const char *store_session(const struct store *s)
{
	(void)s;
	return "20260208T120000Z-abcdef";
}

struct recall *recall_new(
	const char *state_dir, const char *host, const char *run, const char *except)
{
	(void)state_dir;
	(void)host;
	(void)except;
	call("recall %s\n", run);
	return (struct recall *)&fake;
}

void recall_free(struct recall *r)
{
	(void)r;
}

bool recall_done(const struct recall *r)
{
	(void)r;
	return true;
}

const struct recalled *recall_items(const struct recall *r, size_t *n)
{
	(void)r;
	*n = fake.nrecalled;
	return fake.recalled;
}

/* --- a phase of two steps ------------------------------------------------------------------------ */

static struct words words(const char *en)
{
	return (struct words){.en = xstrdup(en), .fr = xstrdup(en)};
}

static struct phase *phase_make(enum confirm confirm)
{
	struct phase *p = xcalloc(1, sizeof(*p));

	p->id = xstrdup("1-foundation");
	p->dir = xstrdup("/nowhere");
	memset(p->digest, 'd', 64);
	p->title = words("Foundation");
	p->goal = words("goal");
	p->nsteps = 2;
	p->steps = xcalloc(2, sizeof(*p->steps));
	for (int i = 0; i < 2; i++) {
		struct step *s = &p->steps[i];

		s->id = xstrdup(i == 0 ? "extend-lvm" : "docker-config");
		s->title = words(i == 0 ? "Extend" : "Docker");
		s->why = words("why");
		s->undo = words("undo");
		s->undo_why = words("cannot");
		s->risk = RISK_HIGH;
		s->timeout_s = 90;
		s->root = true;
		s->undoable = true;
		s->deferrable = true;
		s->confirm = confirm;
		s->script = xstrdup("preflight() { :; }");
		memset(s->script_digest, 's', 64);
	}
	struct step *s = &p->steps[0];
	s->confirm_word = xstrdup("vg/{volume}");
	s->nparams = 2;
	s->params = xcalloc(2, sizeof(*s->params));
	s->params[0] = (struct param){.name = xstrdup("volume"),
		.type = PARAM_TEXT,
		.fallback = xstrdup("root"),
		.profile = xstrdup("build-context"),
		.title = words("volume"),
		.help = words("help")};
	s->params[1] = (struct param){.name = xstrdup("key"),
		.type = PARAM_SECRET,
		.fallback = xstrdup(""),
		.title = words("key"),
		.help = words("help")};
	s->nsays = 1;
	s->says = xcalloc(1, sizeof(*s->says));
	s->says[0] = (struct say){
		.id = xstrdup("too-little"), .text = words("Only {1} free, {2} wanted")};
	s->nfacts = 1;
	s->facts = xcalloc(1, sizeof(*s->facts));
	s->facts[0] = xstrdup("disk.root.size");
	s = &p->steps[1];
	s->nfacts = 1;
	s->facts = xcalloc(1, sizeof(*s->facts));
	s->facts[0] = xstrdup("phase.build.*");
	p->ncriteria = 3;
	p->criteria = xcalloc(3, sizeof(*p->criteria));
	p->criteria[2] = (struct criterion){.id = xstrdup("builds"),
		.title = words("builds"),
		.test = xstrdup("phase.build.minutes < 60"),
		.attest = words("")};
	p->criteria[0] = (struct criterion){.id = xstrdup("space"),
		.title = words("space"),
		.test = xstrdup("disk.root.size > 140G"),
		.attest = words("")};
	p->criteria[1] = (struct criterion){
		.id = xstrdup("free"), .title = words("free"), .attest = words("nothing spent?")};
	return p;
}

static struct fact root_size = {.name = "disk.root.size", .since = NAN};

static const struct fact *facts(void *ctx, const char *name, double *age_s)
{
	(void)ctx;
	*age_s = 1;
	return strcmp(name, "disk.root.size") == 0 ? &root_size : NULL;
}

struct fixture {
	struct checklist *c;
	struct mask *mask;
	struct host host;
	char *state; /* $XDG_STATE_HOME */
};

static void free_fake(void)
{
	free(fake.params);
	free(fake.records);
	memset(&fake, 0, sizeof(fake));
}

static void make(struct fixture *f, enum confirm confirm, bool read_only)
{
	struct checklist_options o = {.phase = phase_make(confirm),
		.mask = f->mask,
		.host = &f->host,
		.facts = facts,
		.read_only = read_only};

	free_fake();
	root_size.value = 98.0 * 1073741824;
	f->c = checklist_new(&o);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	/* No test finds what another one kept. */
	f->state = xasprintf("%s/values.XXXXXX", scratch());
	assert_non_null(mkdtemp(f->state));
	assert_int_equal(setenv("XDG_STATE_HOME", f->state, 1), 0);
	f->mask = mask_new();
	f->host.name = xstrdup("edgeserver");
	make(f, CONFIRM_TYPE, false);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	static const char *const inside[] = {
		"/twistertui/values/edgeserver", "/twistertui/values", "/twistertui", ""};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		char *path = xasprintf("%s%s", f->state, inside[i]);

		(void)remove(path);
		free(path);
	}
	free(f->state);
	checklist_free(f->c);
	mask_free(f->mask);
	free(f->host.name);
	free(f);
	free_fake();
	return 0;
}

static void remake(struct fixture *f, enum confirm confirm, bool read_only)
{
	checklist_free(f->c);
	make(f, confirm, read_only);
}

/* --- what happens -------------------------------------------------------------------------------- */

static void link_is(struct checklist *c, enum link_state state)
{
	struct server_event ev = {.type = SERVER_LINK, .u.link.state = state};

	checklist_server_event(c, &ev);
}

static void root_is(struct checklist *c, enum root_state state)
{
	struct server_event ev = {.type = SERVER_ROOT, .u.root.state = state};

	checklist_server_event(c, &ev);
}

static void up(struct checklist *c)
{
	link_is(c, LINK_UP);
	root_is(c, ROOT_UP);
}

static void answer_marked(struct checklist *c, int status, const char *output, const char *digest,
	struct mark *marks, size_t nmarks)
{
	struct probe_answer a = {.id = fake.probe,
		.status = status,
		.output = (char *)output,
		.len = strlen(output),
		.marks = marks,
		.nmarks = nmarks};
	struct server_event ev = {.type = SERVER_PROBE, .u.probe = &a};

	snprintf(a.digest, sizeof(a.digest), "%s", digest);
	checklist_server_event(c, &ev);
}

static void answer(struct checklist *c, int status, const char *output)
{
	answer_marked(c, status, output, "feed", NULL, 0);
}

static void lock_is(struct checklist *c, bool ours, const char *holder)
{
	struct server_event ev = {
		.type = SERVER_LOCK, .u.lock = {.ours = ours, .holder = (char *)holder}};

	checklist_server_event(c, &ev);
}

static void run_is(struct checklist *c, int status, const char *id)
{
	struct server_event ev = {
		.type = SERVER_RUN, .u.run = {.status = status, .id = (char *)id}};

	checklist_server_event(c, &ev);
}

static void written(struct checklist *c)
{
	struct store_event ev = {.type = STORE_WRITTEN, .ticket = fake.tickets, .head = "head"};

	checklist_store_event(c, &ev);
}

static struct job_status status_of(const char *id, enum job_state state, enum job_result result)
{
	struct job_status s = {
		.id = (char *)id, .state = state, .result = result, .started = NAN, .ended = NAN};

	for (int i = 0; i < PART_COUNT; i++)
		s.part_status[i] = -1;
	return s;
}

static void job_is(
	struct checklist *c, const char *id, enum job_state state, enum job_result result)
{
	struct job_status s = status_of(id, state, result);
	struct server_event ev = {.type = SERVER_JOB, .u.job = &s};

	checklist_server_event(c, &ev);
}

static void panel_comes(struct checklist *c)
{
	struct panel *p = panel_new(PANEL_DISKS);
	struct server_event ev = {.type = SERVER_PANEL, .u.panel = p};

	p->taken_ms = INT64_MAX;
	checklist_server_event(c, &ev);
	panel_unref(p);
}

static struct step_view view(struct checklist *c, size_t i)
{
	struct step_view v;

	checklist_step(c, i, &v);
	return v;
}

static void prepare(struct checklist *c, size_t i)
{
	struct err e;

	assert_int_equal(checklist_prepare(c, i, &e), 0);
	answer(c, 0, "");
	answer(c, 1, "");
	answer(c, 0, "- 100G\n+ 150G\n");
	assert_int_equal(view(c, i).activity, ACT_READY);
}

/* Up to the job being asked for. */
static void start(struct checklist *c)
{
	struct err e;

	up(c);
	prepare(c, 0);
	assert_int_equal(checklist_confirm(c, 0, view(c, 0).plan_ms, "vg/root", &e), 0);
	lock_is(c, true, "");
	run_is(c, 0, "1-foundation-1");
	written(c);
}

#define JOB1 "1-foundation-1.extend-lvm.1"

static void test_prepare_blocked(void **state)
{
	struct fixture *f = *state;
	char *said[] = {(char *)"too-little", (char *)"10 GiB", (char *)"50 GiB"};
	struct mark mark = {.kind = MARK_SAY, .words = said, .nwords = 3};
	struct err e;

	up(f->c);
	assert_int_equal(checklist_prepare(f->c, 0, &e), 0);
	assert_string_equal(fake.params, "volume='root'\nkey=''\n");
	answer_marked(f->c, 1, "vgs: noise\n", "", &mark, 1);
	assert_int_equal(view(f->c, 0).state, STEP_BLOCKED);
	assert_string_equal(view(f->c, 0).reason, "Only 10 GiB free, 50 GiB wanted");
	assert_null(strstr(fake.calls, "probe plan"));
}

static void test_satisfied_is_not_run(void **state)
{
	struct fixture *f = *state;
	struct err e;

	up(f->c);
	assert_int_equal(checklist_prepare(f->c, 0, &e), 0);
	answer(f->c, 0, "");
	answer(f->c, 0, "150G already\n");
	assert_int_equal(view(f->c, 0).state, STEP_SATISFIED);
	assert_string_equal(view(f->c, 0).reason, "150G already");
	assert_int_equal(
		checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), ERR_REFUSED);
	assert_null(strstr(fake.calls, "job-start"));
}

static void test_link_down_asks_nothing(void **state)
{
	struct fixture *f = *state;
	struct err e;

	assert_int_equal(checklist_prepare(f->c, 0, &e), ERR_LINK);
	assert_string_equal(fake.calls, "");
}

static void test_record_is_on_disk_before_the_job(void **state)
{
	struct fixture *f = *state;
	struct err e;
	char *record, *job;

	up(f->c);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), 0);
	assert_non_null(strstr(fake.calls, "lock-take 0"));
	assert_null(strstr(fake.calls, "run-open"));
	lock_is(f->c, true, "");
	assert_non_null(strstr(fake.calls, "run-open 1-foundation"));
	run_is(f->c, 0, "1-foundation-1");
	record = strstr(fake.calls, "record job-start");
	assert_non_null(record);
	assert_null(strstr(fake.calls, "\njob-start "));
	/* another record's ticket starts nothing */
	struct store_event other = {
		.type = STORE_WRITTEN, .ticket = fake.tickets - 1, .head = "other"};
	checklist_store_event(f->c, &other);
	assert_null(strstr(fake.calls, "\njob-start "));
	written(f->c);
	job = strstr(fake.calls, "\njob-start " JOB1 " previous=- undo=0 digest=feed head=head\n");
	assert_non_null(job);
	assert_true(job > record);
	assert_int_equal(view(f->c, 0).state, STEP_RUNNING);
	written(f->c);
	assert_null(strstr(job + 1, "\njob-start "));
}

static void test_confirmation(void **state)
{
	struct fixture *f = *state;
	struct err e;
	int64_t shown;

	up(f->c);
	prepare(f->c, 0);
	shown = view(f->c, 0).plan_ms;
	assert_int_equal(checklist_confirm(f->c, 0, shown, "vg/other", &e), ERR_REFUSED);
	assert_int_equal(checklist_confirm(f->c, 0, shown, NULL, &e), ERR_REFUSED);
	assert_int_equal(checklist_confirm(f->c, 0, shown - 1, "vg/root", &e), ERR_REFUSED);
	assert_null(strstr(fake.calls, "lock-take"));
	/* what was shown is out of date once it is asked again */
	assert_int_equal(checklist_prepare(f->c, 0, &e), 0);
	assert_int_equal(checklist_confirm(f->c, 0, shown, "vg/root", &e), ERR_REFUSED);
	remake(f, CONFIRM_YES, false);
	up(f->c);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "Y", &e), ERR_REFUSED);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "y", &e), 0);
}

static void test_no_is_written_down(void **state)
{
	struct fixture *f = *state;

	up(f->c);
	prepare(f->c, 0);
	checklist_decline(f->c, 0, false);
	assert_non_null(
		strstr(fake.records, "\"answer\":\"no\",\"to\":\"run\",\"plan_digest\":\"feed\""));
	assert_null(strstr(fake.calls, "lock-take"));
	assert_int_equal(view(f->c, 0).activity, ACT_READY);
}

static void test_lost_link_starts_nothing(void **state)
{
	struct fixture *f = *state;
	struct err e;

	for (int stage = 0; stage < 4; stage++) {
		remake(f, CONFIRM_ENTER, false);
		up(f->c);
		prepare(f->c, 0);
		if (stage > 0)
			assert_int_equal(
				checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "", &e), 0);
		if (stage > 1)
			lock_is(f->c, true, "");
		if (stage > 2)
			run_is(f->c, 0, "1-foundation-1");
		link_is(f->c, LINK_LOST);
		written(f->c);
		lock_is(f->c, true, "");
		run_is(f->c, 0, "1-foundation-1");
		written(f->c);
		assert_null(strstr(fake.calls, "\njob-start "));
		assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
		assert_int_equal(checklist_running(f->c), -1);
		assert_int_equal(view(f->c, 0).attempt, 0);
	}
}

static void test_journal_fails(void **state)
{
	struct fixture *f = *state;
	struct store_event failed = {.type = STORE_FAILED, .text = (char *)"disk full"};
	struct err e;

	up(f->c);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), 0);
	lock_is(f->c, true, "");
	run_is(f->c, 0, "1-foundation-1");
	fake.store_failed = true;
	checklist_store_event(f->c, &failed);
	assert_null(strstr(fake.calls, "\njob-start "));
	assert_non_null(strstr(view(f->c, 0).reason, "disk full"));
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), ERR_IO);
}

static void test_another_holds_the_lock(void **state)
{
	struct fixture *f = *state;
	struct err e;

	up(f->c);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), 0);
	lock_is(f->c, false, "ops@corertx since 09:12");
	assert_non_null(strstr(view(f->c, 0).reason, "ops@corertx"));
	assert_null(strstr(fake.calls, "run-open"));
	assert_int_equal(checklist_running(f->c), -1);
}

static void test_done_measures_after(void **state)
{
	struct fixture *f = *state;
	struct criterion_view crit;

	start(f->c);
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	assert_int_equal(view(f->c, 0).activity, ACT_RUNNING);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	assert_int_equal(view(f->c, 0).activity, ACT_MEASURING);
	root_size.value = 148.0 * 1073741824;
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
	assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
	assert_non_null(strstr(fake.records, "\"when\":\"before\",\"job\":\"" JOB1 "\""));
	assert_non_null(strstr(fake.records, "\"when\":\"after\""));
	assert_non_null(strstr(fake.records, "\"state\":\"done\""));
	checklist_criterion(f->c, 0, &crit);
	assert_int_equal(crit.verdict, VERDICT_MET);
}

static void test_results(void **state)
{
	static const struct {
		enum job_state state;
		enum job_result result;
		enum step_state step;
		enum step_failure failure;
	} table[] = {
		{JOB_DONE, RESULT_OK, STEP_DONE, FAILURE_NONE},
		{JOB_DONE, RESULT_CHANGED, STEP_BLOCKED, FAILURE_NONE},
		{JOB_DONE, RESULT_UNCHANGED, STEP_FAILED, FAILURE_UNCHANGED},
		{JOB_DONE, RESULT_UNDONE, STEP_FAILED, FAILURE_UNDONE},
		{JOB_DONE, RESULT_HALF, STEP_FAILED, FAILURE_HALF},
		{JOB_DONE, RESULT_CANCELLED, STEP_FAILED, FAILURE_HALF},
		{JOB_DONE, RESULT_TIMEOUT, STEP_FAILED, FAILURE_HALF},
		{JOB_DONE, RESULT_NONE, STEP_INTERRUPTED, FAILURE_NONE},
		{JOB_LOST, RESULT_NONE, STEP_INTERRUPTED, FAILURE_NONE},
		{JOB_NONE, RESULT_NONE, STEP_INTERRUPTED, FAILURE_NONE},
		{JOB_STAGED, RESULT_NONE, STEP_RUNNING, FAILURE_NONE},
		{JOB_RUNNING, RESULT_NONE, STEP_RUNNING, FAILURE_NONE},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct job_status s = status_of(JOB1, table[i].state, table[i].result);
		enum step_failure failure;

		assert_int_equal(step_state_of_job(&s, &failure), table[i].step);
		assert_int_equal(failure, table[i].failure);
	}
}

static void test_lost_job_is_looked_at(void **state)
{
	struct fixture *f = *state;

	start(f->c);
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	fake.calls[0] = '\0';
	job_is(f->c, JOB1, JOB_LOST, RESULT_NONE);
	assert_int_equal(view(f->c, 0).state, STEP_INTERRUPTED);
	assert_int_equal(view(f->c, 0).activity, ACT_BOOTING);
	assert_non_null(strstr(fake.calls, "probe tw_booted 60\n"));
	assert_null(strstr(fake.calls, "probe check"));
	answer(f->c, 0, "");
	assert_int_equal(view(f->c, 0).activity, ACT_LOOKING);
	assert_non_null(strstr(fake.calls, "probe check"));
	answer(f->c, 0, "");
	assert_non_null(strstr(fake.calls, "probe verify"));
	answer(f->c, 1, "");
	assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
	assert_non_null(strstr(
		view(f->c, 0).reason, "check says it is so, verify says the effect is not there"));
	assert_null(strstr(fake.calls, "job-start"));
}

/* In the middle of a boot what is not there yet is not called gone. */
static void test_server_that_starts_is_not_judged(void **state)
{
	struct fixture *f = *state;

	start(f->c);
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	job_is(f->c, JOB1, JOB_LOST, RESULT_NONE);
	fake.calls[0] = '\0';
	answer(f->c, 1, "");
	assert_int_equal(view(f->c, 0).state, STEP_INTERRUPTED);
	assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
	assert_non_null(strstr(view(f->c, 0).reason, "the server is still starting"));
	assert_null(strstr(fake.calls, "probe"));
	assert_non_null(strstr(fake.records, "the server is still starting"));
	assert_int_equal(checklist_prepare(f->c, 0, NULL), 0);
}

/* Its verify may start services and wait for them: it has the step's own time. */
static void test_looking_takes_its_time(void **state)
{
	struct fixture *f = *state;

	start(f->c);
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	job_is(f->c, JOB1, JOB_LOST, RESULT_NONE);
	answer(f->c, 0, "");
	assert_int_equal(fake.probe_limit_s, 60);
	answer(f->c, 0, "");
	assert_non_null(strstr(fake.calls, "probe verify"));
	assert_int_equal(fake.probe_limit_s, 90);
	assert_int_equal(view(f->c, 0).limit_s, 90);
	assert_in_range(clock_ms() - view(f->c, 0).asked_ms, 0, 60000);
	answer(f->c, -1, "");
	assert_non_null(strstr(view(f->c, 0).reason, "did not answer within 1 min 30 s"));
}

/* One that reads much says how long it may take to look. */
static void test_look_timeout(void **state)
{
	struct fixture *f = *state;

	up(f->c);
	((struct step *)view(f->c, 0).step)->look_s = 200;
	assert_int_equal(checklist_prepare(f->c, 0, NULL), 0);
	assert_non_null(strstr(fake.calls, "probe preflight"));
	assert_int_equal(fake.probe_limit_s, 200);
	assert_int_equal(view(f->c, 0).limit_s, 200);
}

/* … and nobody has to wait for it. */
static void test_looking_can_be_ended(void **state)
{
	struct fixture *f = *state;
	struct err e;

	start(f->c);
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	job_is(f->c, JOB1, JOB_LOST, RESULT_NONE);
	answer(f->c, 0, "");
	fake.calls[0] = '\0';
	assert_int_equal(checklist_cancel(f->c, 0, &e), 0);
	assert_non_null(strstr(fake.calls, "probe-cancel"));
	assert_null(strstr(fake.calls, "job-cancel"));
	assert_int_equal(view(f->c, 0).state, STEP_INTERRUPTED);
	assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
	assert_non_null(strstr(view(f->c, 0).reason, "not looked at to the end"));
	assert_int_equal(checklist_running(f->c), -1);
	assert_int_equal(checklist_prepare(f->c, 0, &e), 0);
}

static void test_undo_and_next_attempt(void **state)
{
	struct fixture *f = *state;
	struct err e;

	start(f->c);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_true(view(f->c, 0).can_undo);
	assert_int_equal(checklist_undo(f->c, 0, "vg/root", &e), 0);
	written(f->c);
	assert_non_null(strstr(fake.calls,
		"\njob-start " JOB1 ".undo previous=" JOB1 " undo=1 digest= head=head\n"));
	job_is(f->c, JOB1 ".undo", JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).state, STEP_TODO);
	assert_false(view(f->c, 0).can_undo);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "vg/root", &e), 0);
	written(f->c);
	assert_non_null(strstr(fake.calls, "\njob-start 1-foundation-1.extend-lvm.2 previous=" JOB1
					   ".undo undo=0 digest=feed head=head\n"));
}

/* A grown ext4: the step stands as it was, and a later console finds it so, too. */
static void test_undo_says_no(void **state)
{
	struct fixture *f = *state;
	struct err e;

	start(f->c);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(checklist_undo(f->c, 0, "vg/root", &e), 0);
	written(f->c);
	job_is(f->c, JOB1 ".undo", JOB_DONE, RESULT_UNCHANGED);
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
	assert_int_equal(view(f->c, 0).failure, FAILURE_NONE);
	assert_non_null(strstr(view(f->c, 0).reason, "the undo said no and changed nothing"));
}

/* An undo that ended half-way, then one that is lost, then one that the server does not take: each may be tried again. */
static void test_undo_again(void **state)
{
	struct fixture *f = *state;
	struct job_status s;
	struct server_event ev = {.type = SERVER_JOB, .u.job = &s};
	struct err e;

	start(f->c);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(checklist_undo(f->c, 0, "vg/root", &e), 0);
	written(f->c);
	s = status_of(JOB1 ".undo", JOB_NONE, RESULT_NONE);
	s.refused = (char *)"no space left";
	checklist_server_event(f->c, &ev);
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
	assert_string_equal(view(f->c, 0).job, JOB1);
	assert_true(view(f->c, 0).can_undo);

	assert_int_equal(checklist_undo(f->c, 0, "vg/root", &e), 0);
	lock_is(f->c, true, "");
	written(f->c);
	job_is(f->c, JOB1 ".undo", JOB_DONE, RESULT_HALF);
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).failure, FAILURE_HALF);
	assert_true(view(f->c, 0).can_undo);
	fake.calls[0] = '\0';
	assert_int_equal(checklist_undo(f->c, 0, "vg/root", &e), 0);
	written(f->c);
	assert_non_null(strstr(fake.calls,
		"job-start " JOB1 ".2.undo previous=" JOB1 ".undo undo=1 digest= head=head\n"));
	job_is(f->c, JOB1 ".2.undo", JOB_RUNNING, RESULT_NONE);
	assert_int_equal(view(f->c, 0).activity, ACT_UNDOING);
	job_is(f->c, JOB1 ".2.undo", JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).state, STEP_TODO);
	assert_false(view(f->c, 0).can_undo);
}

static void runs_are(struct checklist *c, struct job_status *jobs, size_t njobs)
{
	struct run_info run = {.id = (char *)"1-foundation-1",
		.phase = (char *)"1-foundation",
		.state = (char *)"open",
		.jobs = jobs,
		.njobs = njobs};
	struct server_event ev = {.type = SERVER_RUNS, .u.runs = {.runs = &run, .nruns = 1}};

	checklist_server_event(c, &ev);
}

static void test_resume_running_job(void **state)
{
	struct fixture *f = *state;
	struct job_status s = status_of(JOB1, JOB_RUNNING, RESULT_NONE);
	struct job_out out = {.id = (char *)JOB1,
		.offset = 0,
		.raw_offset = 5,
		.data = (unsigned char *)"hello",
		.len = 5};
	struct server_event ev = {.type = SERVER_JOB_OUT, .u.out = &out};
	struct err e;

	up(f->c);
	runs_are(f->c, &s, 1);
	checklist_tick(f->c, 0);
	assert_non_null(strstr(fake.calls, "recall 1-foundation-1"));
	runs_are(f->c, &s, 1);
	assert_string_equal(checklist_run(f->c), "1-foundation-1");
	assert_non_null(strstr(fake.calls, "job-follow " JOB1 " root=1 0\n"));
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	assert_int_equal(view(f->c, 0).state, STEP_RUNNING);
	assert_int_equal(checklist_prepare(f->c, 0, &e), ERR_REFUSED);
	checklist_server_event(f->c, &ev);
	checklist_server_event(f->c, &ev); /* the same bytes again: seen already */
	assert_string_equal(checklist_output(f->c, 0), "hello");
	/* link lost and back in the same session: from where it was */
	link_is(f->c, LINK_LOST);
	up(f->c);
	runs_are(f->c, &s, 1);
	assert_non_null(strstr(fake.calls, "job-follow " JOB1 " root=1 5\n"));
	assert_null(strstr(fake.calls, "\njob-start "));
}

/* The newest of an attempt's undos counts, in whatever order the server names them. */
static void test_resume_undo_again(void **state)
{
	struct fixture *f = *state;
	struct job_status jobs[] = {
		status_of(JOB1 ".2.undo", JOB_RUNNING, RESULT_NONE),
		status_of(JOB1, JOB_DONE, RESULT_OK),
		status_of(JOB1 ".undo", JOB_DONE, RESULT_HALF),
	};

	up(f->c);
	runs_are(f->c, jobs, 3);
	checklist_tick(f->c, 0);
	runs_are(f->c, jobs, 3);
	job_is(f->c, JOB1 ".2.undo", JOB_RUNNING, RESULT_NONE);
	assert_string_equal(view(f->c, 0).job, JOB1 ".2.undo");
	assert_int_equal(view(f->c, 0).activity, ACT_UNDOING);
	assert_int_equal(view(f->c, 0).attempt, 1);
	job_is(f->c, JOB1 ".2.undo", JOB_DONE, RESULT_OK);
	assert_int_equal(view(f->c, 0).state, STEP_TODO);
}

static void test_resume_recorded_end(void **state)
{
	struct fixture *f = *state;
	struct job_status s = status_of(JOB1, JOB_DONE, RESULT_OK);
	struct recalled items[] = {
		{.kind = RECALLED_STARTED, .subject = (char *)JOB1},
		{.kind = RECALLED_ENDED, .subject = (char *)JOB1, .text = (char *)"as it was"},
		{.kind = RECALLED_SKIP,
			.subject = (char *)"docker-config",
			.text = (char *)"no Docker"},
		{.kind = RECALLED_CRITERION,
			.subject = (char *)"free",
			.name = (char *)"attested",
			.text = (char *)"$0"},
	};
	struct criterion_view crit;

	fake.recalled = items;
	fake.nrecalled = 4;
	up(f->c);
	runs_are(f->c, &s, 1);
	checklist_tick(f->c, 0);
	runs_are(f->c, &s, 1);
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
	assert_int_equal(view(f->c, 0).activity, ACT_IDLE);
	assert_string_equal(view(f->c, 0).reason, "as it was");
	assert_int_equal(view(f->c, 1).state, STEP_SKIPPED);
	/* what it printed is fetched to be shown; nothing of it is recorded a second time */
	struct job_out out = {.id = (char *)JOB1,
		.raw_offset = 9,
		.data = (unsigned char *)"extended\n",
		.len = 9};
	struct server_event printed = {.type = SERVER_JOB_OUT, .u.out = &out};
	assert_non_null(strstr(fake.calls, "job-follow"));
	checklist_server_event(f->c, &printed);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	assert_string_equal(checklist_output(f->c, 0), "extended\n");
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
	assert_string_equal(view(f->c, 0).reason, "as it was");
	assert_null(strstr(fake.calls, "output "));
	assert_null(strstr(fake.records, "job-state"));
	checklist_criterion(f->c, 1, &crit);
	assert_int_equal(crit.verdict, VERDICT_ATTESTED);
}

static void test_resume_journal_knows_more_than_server(void **state)
{
	struct fixture *f = *state;
	struct recalled items[] = {{.kind = RECALLED_STARTED, .subject = (char *)JOB1}};

	fake.recalled = items;
	fake.nrecalled = 1;
	up(f->c);
	runs_are(f->c, NULL, 0);
	checklist_tick(f->c, 0);
	runs_are(f->c, NULL, 0);
	assert_int_equal(view(f->c, 0).state, STEP_INTERRUPTED);
	assert_int_equal(view(f->c, 0).activity, ACT_BOOTING);
	assert_null(strstr(fake.calls, "\njob-start "));
}

/* Without root nothing can be said of a root job: neither that it is gone nor that it may run again. */
static void test_resume_without_root(void **state)
{
	struct fixture *f = *state;
	struct recalled items[] = {{.kind = RECALLED_STARTED, .subject = (char *)JOB1}};
	struct job_status s = status_of(JOB1, JOB_DONE, RESULT_OK);

	fake.recalled = items;
	fake.nrecalled = 1;
	link_is(f->c, LINK_UP);
	runs_are(f->c, NULL, 0);
	checklist_tick(f->c, 0);
	runs_are(f->c, NULL, 0);
	assert_int_equal(view(f->c, 0).state, STEP_INTERRUPTED);
	assert_non_null(strstr(view(f->c, 0).reason, "press S"));
	assert_null(strstr(fake.calls, "probe"));
	root_is(f->c, ROOT_UP);
	assert_null(strstr(fake.calls, "probe"));
	assert_null(strstr(view(f->c, 0).reason, "press S")); /* it was */
	assert_non_null(strstr(view(f->c, 0).reason, "root is asked"));
	runs_are(f->c, &s, 1);
	assert_non_null(strstr(fake.calls, "job-follow " JOB1 " root=1 0\n"));
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(view(f->c, 0).state, STEP_DONE);
}

/* An answer that was asked for before there was a root shell says nothing of root's jobs, however late it comes. */
static void test_resume_blind_answer(void **state)
{
	struct fixture *f = *state;
	struct recalled items[] = {{.kind = RECALLED_STARTED, .subject = (char *)JOB1}};
	struct job_status s = status_of(JOB1, JOB_RUNNING, RESULT_NONE);

	fake.recalled = items;
	fake.nrecalled = 1;
	link_is(f->c, LINK_UP);
	assert_false(checklist_settled(f->c));
	runs_are(f->c, NULL, 0);
	checklist_tick(f->c, 0); /* the journals are read: it asks again, */
	root_is(f->c, ROOT_UP);	 /* and meanwhile there is a root shell */
	runs_are(f->c, NULL, 0);
	assert_null(strstr(fake.calls, "probe"));
	assert_false(checklist_settled(f->c));
	runs_are(f->c, &s, 1);
	assert_true(checklist_settled(f->c));
	job_is(f->c, JOB1, JOB_RUNNING, RESULT_NONE);
	assert_int_equal(view(f->c, 0).state, STEP_RUNNING);
	assert_int_equal(view(f->c, 0).activity, ACT_RUNNING);
	assert_null(strstr(fake.calls, "probe"));
}

static void test_secret_is_masked(void **state)
{
	struct fixture *f = *state;
	struct err e;

	up(f->c);
	assert_int_equal(checklist_param(f->c, 0, "key", "hunter22", &e), 0);
	assert_non_null(strstr(fake.params, "hunter22"));
	assert_string_equal(view(f->c, 0).params[1], MASK_TEXT);
	answer(f->c, 0, "");
	assert_null(strstr(fake.records, "hunter22"));
	assert_false(mask_empty(f->mask));
}

static void test_read_only(void **state)
{
	struct fixture *f = *state;
	struct err e;

	remake(f, CONFIRM_ENTER, true);
	up(f->c);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, "", &e), ERR_REFUSED);
	assert_int_equal(checklist_skip(f->c, 0, "why", &e), ERR_REFUSED);
	assert_int_equal(checklist_attest(f->c, 1, "why", &e), ERR_REFUSED);
	assert_int_equal(checklist_close(f->c, true, "", &e), ERR_REFUSED);
	assert_int_equal(checklist_cancel(f->c, 0, &e), ERR_REFUSED);
	assert_non_null(strstr(e.text, "read-only")); /* whatever runs there */
	assert_null(strstr(fake.calls, "lock-take"));
}

static void test_refused_start(void **state)
{
	struct fixture *f = *state;
	struct job_status s = status_of(JOB1, JOB_NONE, RESULT_NONE);
	struct server_event ev = {.type = SERVER_JOB, .u.job = &s};

	start(f->c);
	s.refused = (char *)"no space left";
	checklist_server_event(f->c, &ev);
	assert_int_equal(view(f->c, 0).state, STEP_BLOCKED);
	assert_non_null(strstr(view(f->c, 0).reason, "no space left"));
	assert_int_equal(view(f->c, 0).attempt, 0);
	assert_int_equal(checklist_running(f->c), -1);
}

static void test_skip_needs_reason(void **state)
{
	struct fixture *f = *state;
	struct err e;

	assert_int_equal(checklist_skip(f->c, 0, "", &e), ERR_USAGE);
	assert_int_equal(checklist_skip(f->c, 0, "not here", &e), 0);
	assert_int_equal(view(f->c, 0).state, STEP_SKIPPED);
	assert_int_equal(checklist_defer(f->c, 1, "later", "Phase 2", &e), 0);
	assert_string_equal(view(f->c, 1).reason, "later (until Phase 2)");
	assert_int_equal(checklist_reset(f->c, 0, &e), 0);
	assert_int_equal(view(f->c, 0).state, STEP_TODO);
	assert_int_equal(checklist_attest(f->c, 0, "x", &e), ERR_REFUSED);
	assert_int_equal(checklist_attest(f->c, 1, "receipts", &e), 0);
}

/* What a step would have measured is put off with it; what is known counts all the same. */
static void test_deferred_with_its_step(void **state)
{
	struct fixture *f = *state;
	char *words[] = {(char *)"phase.build.minutes", (char *)"52"};
	struct mark fact = {.kind = MARK_FACT, .words = words, .nwords = 2};
	struct criterion_view crit;
	struct err e;

	checklist_criterion(f->c, 2, &crit);
	assert_int_equal(crit.verdict, VERDICT_UNKNOWN);
	assert_int_equal(checklist_skip(f->c, 1, "no time", &e), 0);
	checklist_criterion(f->c, 2, &crit);
	assert_int_equal(crit.verdict, VERDICT_UNKNOWN);
	assert_int_equal(checklist_defer(f->c, 1, "no archive yet", "Phase 2", &e), 0);
	checklist_criterion(f->c, 2, &crit);
	assert_int_equal(crit.verdict, VERDICT_DEFERRED);
	assert_string_equal(crit.why, "Docker: no archive yet (until Phase 2)");
	checklist_criterion(f->c, 0, &crit); /* that is a fact of the server's, known without a step */
	assert_int_equal(crit.verdict, VERDICT_NOT_MET);
	assert_int_equal(checklist_reset(f->c, 1, &e), 0);
	checklist_criterion(f->c, 2, &crit);
	assert_int_equal(crit.verdict, VERDICT_UNKNOWN);
	up(f->c);
	assert_int_equal(checklist_prepare(f->c, 0, &e), 0);
	answer_marked(f->c, 0, "", "", &fact, 1);
	assert_int_equal(checklist_defer(f->c, 1, "later", "", &e), 0);
	checklist_criterion(f->c, 2, &crit);
	assert_int_equal(crit.verdict, VERDICT_MET);
}

/* A key of the profile gives a parameter's default, what is said of that very parameter goes before. */
static void test_default_of_the_profile(void **state)
{
	struct host_setting settings[] = {{(char *)"build-context", (char *)"srv", 1},
		{(char *)"param.1-foundation-extend-lvm.volume", (char *)"home", 2}};
	struct fixture *f = *state;

	assert_string_equal(view(f->c, 0).params[0], "root");
	f->host.settings = settings;
	f->host.nsettings = 1;
	remake(f, CONFIRM_TYPE, false);
	assert_string_equal(view(f->c, 0).params[0], "srv");
	f->host.nsettings = 2;
	remake(f, CONFIRM_TYPE, false);
	assert_string_equal(view(f->c, 0).params[0], "home");
	f->host.settings = NULL;
	f->host.nsettings = 0;
}

static void test_choices(void **state)
{
	struct fixture *f = *state;
	char *a[] = {(char *)"sda", (char *)"sda 279 GB", (char *)"0"},
	     *b[] = {(char *)"sdb", (char *)"sdb 298 GB", (char *)"1"};
	struct mark marks[] = {{.kind = MARK_CHOICE, .words = a, .nwords = 3},
		{.kind = MARK_CHOICE, .words = b, .nwords = 3}};
	struct err e;

	up(f->c);
	assert_int_equal(checklist_choices(f->c, 0, "volume", &e), 0);
	assert_null(view(f->c, 0).choices_of);
	answer_marked(f->c, 0, "", "", marks, 2);
	assert_string_equal(view(f->c, 0).choices_of, "volume");
	assert_int_equal(view(f->c, 0).nchoices, 2);
	assert_true(view(f->c, 0).choices[1].preselected);
}

static void test_close_records_everything(void **state)
{
	struct fixture *f = *state;
	struct err e;

	assert_int_equal(checklist_close(f->c, true, "", &e), ERR_REFUSED);
	start(f->c);
	assert_int_equal(checklist_close(f->c, true, "", &e), ERR_REFUSED);
	job_is(f->c, JOB1, JOB_DONE, RESULT_OK);
	panel_comes(f->c);
	assert_int_equal(checklist_close(f->c, false, "", &e), ERR_USAGE);
	assert_int_equal(checklist_close(f->c, true, "", &e), 0);
	assert_non_null(strstr(fake.records, "\"when\":\"end\""));
	assert_non_null(strstr(fake.records, "criterion {"));
	assert_non_null(strstr(fake.calls, "run-close 1-foundation-1 finished"));
}

/* Confirms step 0 with that volume and closes the console. */
static void confirm_with(struct fixture *f, const char *volume)
{
	struct err e;
	char *word;

	up(f->c);
	assert_int_equal(checklist_param(f->c, 0, "key", "s3cret-passphrase", &e), 0);
	assert_int_equal(checklist_param(f->c, 0, "volume", volume, &e), 0);
	prepare(f->c, 0);
	assert_int_equal(checklist_confirm_kind(f->c, 0, &word), CONFIRM_TYPE);
	assert_int_equal(checklist_confirm(f->c, 0, view(f->c, 0).plan_ms, word, &e), 0);
	free(word);
}

static void begins_with(struct fixture *f, const char *volume, bool as_last_time)
{
	remake(f, CONFIRM_TYPE, false);
	assert_string_equal(view(f->c, 0).params[0], volume);
	assert_int_equal(view(f->c, 0).as_last_time[0], as_last_time);
	assert_string_equal(view(f->c, 0).params[1], "");
}

/* What a step was confirmed with is what its next run on that host begins with; the profile goes before it. */
static void test_values(void **state)
{
	struct fixture *f = *state;
	struct host_setting setting = {
		.key = (char *)"param.1-foundation-extend-lvm.volume", .value = (char *)"var"};
	char *path = xasprintf("%s/twistertui/values/edgeserver", getenv("XDG_STATE_HOME"));
	char *name = f->host.name, *text;
	struct err e;

	up(f->c);
	assert_int_equal(checklist_param(f->c, 0, "volume", "home", &e), 0);
	begins_with(f, "root", false); /* typed, and never confirmed */
	confirm_with(f, "home");
	assert_int_equal(checklist_param(f->c, 0, "volume", "tmp", &e), ERR_REFUSED);
	begins_with(f, "home", true);
	up(f->c);
	assert_int_equal(checklist_param(f->c, 0, "volume", "opt", &e), 0);
	assert_false(view(f->c, 0).as_last_time[0]);
	text = data_read(path, 10000, NULL, &e);
	assert_non_null(text);
	assert_null(strstr(text, "s3cret"));
	free(text);
	f->host.settings = &setting;
	f->host.nsettings = 1;
	begins_with(f, "var", false);
	f->host.nsettings = 0;
	f->host.name = (char *)"another";
	begins_with(f, "root", false);
	f->host.name = name;
	confirm_with(f, "s3cret-passphrase"); /* in the wrong field: kept out */
	begins_with(f, "home", true);
	confirm_with(f, "root"); /* the phase's own again: nothing is kept */
	begins_with(f, "root", false);
	assert_int_equal(data_write(path, "{\"1-foundation-extend-lvm.volume\": [3", 38, &e), 0);
	begins_with(f, "root", false);
	confirm_with(f, "home");
	begins_with(f, "home", true);
	free(path);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_prepare_blocked),
		T(test_satisfied_is_not_run),
		T(test_link_down_asks_nothing),
		T(test_record_is_on_disk_before_the_job),
		T(test_confirmation),
		T(test_no_is_written_down),
		T(test_lost_link_starts_nothing),
		T(test_journal_fails),
		T(test_another_holds_the_lock),
		T(test_done_measures_after),
		T(test_results),
		T(test_lost_job_is_looked_at),
		T(test_server_that_starts_is_not_judged),
		T(test_looking_takes_its_time),
		T(test_look_timeout),
		T(test_looking_can_be_ended),
		T(test_undo_and_next_attempt),
		T(test_undo_says_no),
		T(test_undo_again),
		T(test_resume_undo_again),
		T(test_resume_running_job),
		T(test_resume_recorded_end),
		T(test_resume_journal_knows_more_than_server),
		T(test_resume_without_root),
		T(test_resume_blind_answer),
		T(test_secret_is_masked),
		T(test_read_only),
		T(test_refused_start),
		T(test_skip_needs_reason),
		T(test_deferred_with_its_step),
		T(test_default_of_the_profile),
		T(test_choices),
		T(test_close_records_everything),
		T(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
