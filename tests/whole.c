#include "tests/whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#define PHASE_JSON_MAX ((size_t)1 << 20)
#define FOREIGN_MIN 12 /* bytes: shorter texts may be the same word in both languages */

/* ---- the table: a new step is one line here ---- */

static const struct whole_step phase_0[] = {
	{.id = "audit-before", .confirm = ""},
	{.id = "limit-journal", .confirm = "y"},
	{.id = "clean-logs", .confirm = "clean-logs"},
	{.id = "rotate-logs", .confirm = "y"},
	{.id = "disk-alert", .confirm = ""},
	{.id = "prune-images",
		.confirm = "y",
		.params = {{"images", "all", "twisterlab/agent:0.9", "docker.io/library/python:3.9"}}},
	{.id = "evicted-pods", .confirm = "y"},
	{.id = "sick-pods",
		.confirm = "y",
		.params = {{"delete", "1", "default/node-debugger-edgeserver-x7k2p",
				   "default/node-debugger-edgeserver-x7k2p"},
			{"zero", "1", "twisterlab/deployment/builder",
				"twisterlab/deployment/builder"}}},
	{.id = "old-replicasets", .confirm = "y"},
	{.id = "backups", .confirm = ""},
	{.id = "restore-postgres", .confirm = ""},
	{.id = "restore-redis", .confirm = ""},
	{.id = "mcp-services",
		.confirm = "y",
		.params = {{"watch", "1", NULL, "1"},
			{"archive", "2", "MiB /home/twister/mcp-unified-1.0.tar",
				"/home/twister/mcp-unified-1.0.tar"}}},
	{.id = "restart-k3s", .confirm = "y"},
	{.id = "audit-after", .confirm = ""},
};

static const struct whole_step phase_1[] = {
	{.id = "extend-lvm", .confirm = "150G"},
	{.id = "docker-config", .confirm = "y"},
	{.id = "measure-disks", .confirm = ""},
	{.id = "harbor", .confirm = "y"},
	{.id = "registry", .confirm = "y", .params = {{"restart", "yes", NULL, "yes"}}},
	{.id = "clean-docker",
		.confirm = "clean-docker",
		.params = {{"containers", "all", "mcp-build-test", "mcp-build-test"},
			{"images", "all", "node:20-alpine", "dangling"}, {"cache", "yes", NULL, "yes"},
			{"volumes", "1", "pgadmin_data", "pgadmin_data"}}},
	{.id = "build-tests",
		.confirm = "",
		.params = {{"dockerfiles", "all", "/home/twister/twisterlab/api/Dockerfile",
			"/home/twister/twisterlab/api/Dockerfile"}}},
};

#define SSD "ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M100042"

static const struct whole_step phase_1b[] = {
	{.id = "add-disk",
		.confirm = SSD,
		.params = {{"disk", "1", "SAMSUNG MZ7LH480HAHQ-00005", SSD}}},
	{.id = "data-volume",
		.confirm = "/srv/docker-data",
		.params = {{"on", "1", "(sdd, ubuntu-vg)", SSD}}},
	{.id = "move-docker",
		.confirm = "/srv/docker-data",
		.params = {{"to", "1", "/srv/docker-data", "/srv/docker-data"}}},
	{.id = "drop-old-docker", .confirm = "drop-old-docker"},
};

#define STEPS(a) .steps = (a), .nsteps = sizeof(a) / sizeof((a)[0])

static const struct whole_phase phases[] = {
	{.id = "0-stabilisation", .demo = "--demo", STEPS(phase_0), .criteria = 10},
	{.id = "1-foundation", .demo = "--demo=phase-1", STEPS(phase_1), .criteria = 9},
	{.id = "1b-data-disk", .demo = "--demo=phase-1b", STEPS(phase_1b), .criteria = 4},
};

/* Foreign: what the console itself says. What the server's tools print is English everywhere. */
const struct whole_tongue whole_english = {"en", "--lang=en", ": ", "done", "done and verified",
	"consistent", "Which parameter?", {NBSP ":", "étape", "Annuler", "Lancer", NULL}};

const struct whole_tongue whole_french = {"fr", "--lang=fr", NBSP ": ", "fait", "fait et vérifié",
	"cohérent", "Quel paramètre" NBSP "?",
	{"asking the server", "working out what", "writing down that", "starting it on",
		"measuring what", "Run it", "Undo it", "It cannot be undone", "Which parameter",
		"(not set)", "ready to be run", "What would change", "Ready: read", "restarts, ", "no owner",
		NULL}};

/* ---- phase.json ---- */

static char *read_phase(const char *id)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = xasprintf("%s/phases/%s/phase.json", top ? top : ".", id);
	char *text = xcalloc(1, PHASE_JSON_MAX);
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(text, 1, PHASE_JSON_MAX - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	free(path);
	return text;
}

static const cJSON *item(const struct whole *p, const char *list, size_t i)
{
	const cJSON *one = cJSON_GetArrayItem(json_get(p->json, list), (int)i);

	assert_non_null(one);
	return one;
}

static const cJSON *param(const struct whole *p, size_t step, const char *name, size_t *row, size_t *of)
{
	const cJSON *list = json_get(item(p, "steps", step), "params"), *one, *found = NULL;
	size_t n = 0;

	cJSON_ArrayForEach(one, list)
	{
		if (strcmp(json_str(one, "name"), name) == 0) {
			found = one;
			*row = n;
		}
		n++;
	}
	if (!found)
		fail_msg("%s has no parameter %s", p->phase->steps[step].id, name);
	*of = n;
	return found;
}

/* Every step of the phase, in its order, and nothing that it has not. */
static void assert_table(const struct whole *p)
{
	size_t n = (size_t)cJSON_GetArraySize(json_get(p->json, "steps")), row, of;

	for (size_t i = 0; i < n && i < p->phase->nsteps; i++) {
		assert_string_equal(p->phase->steps[i].id, json_str(item(p, "steps", i), "id"));
		for (const struct whole_param *q = p->phase->steps[i].params; q->name; q++)
			param(p, i, q->name, &row, &of);
	}
	if (n > p->phase->nsteps)
		fail_msg("step %s of phase %s is not in the table of tests/whole.c: nothing walks it",
			json_str(item(p, "steps", p->phase->nsteps), "id"), p->phase->id);
	assert_int_equal(p->phase->nsteps, n);
	assert_int_equal(p->phase->criteria, whole_ncriteria(p));
}

void whole_open(struct whole *p, const struct whole_phase *phase, const struct whole_tongue *tongue)
{
	char *text = read_phase(phase->id);
	struct err e;

	*p = (struct whole){.phase = phase, .tongue = tongue};
	p->json = json_parse(text, strlen(text), phase->id, &e);
	free(text);
	assert_non_null(p->json);
	assert_table(p);
}

void whole_close(struct whole *p)
{
	cJSON_Delete(p->json);
}

static const char *words(const struct whole *p, const cJSON *of, const char *name)
{
	const char *text = json_str(json_get(of, name), p->tongue->lang);

	assert_non_null(text);
	return text;
}

const char *whole_title(const struct whole *p, size_t step)
{
	return words(p, item(p, "steps", step), "title");
}

const char *whole_param_title(const struct whole *p, size_t step, const char *name)
{
	size_t row, of;

	return words(p, param(p, step, name, &row, &of), "title");
}

size_t whole_param_row(const struct whole *p, size_t step, const char *name, size_t *of)
{
	size_t row = 0;

	param(p, step, name, &row, of);
	return row;
}

size_t whole_ncriteria(const struct whole *p)
{
	return (size_t)cJSON_GetArraySize(json_get(p->json, "criteria"));
}

const char *whole_criterion_id(const struct whole *p, size_t k)
{
	return json_str(item(p, "criteria", k), "id");
}

const char *whole_criterion_title(const struct whole *p, size_t k)
{
	return words(p, item(p, "criteria", k), "title");
}

bool whole_attested(const struct whole *p, size_t k)
{
	return json_get(item(p, "criteria", k), "attest") != NULL;
}

/* ---- afterwards ---- */

/* The step's job started once, went well, and nothing else was made of it. */
static void assert_step(const struct whole *p, const struct walk *w, size_t i)
{
	char *step = xasprintf("\"step\":\"%s\"", p->phase->steps[i].id);
	char *job = xasprintf("\"job\":\"%s-1.%s.1\"", p->phase->id, p->phase->steps[i].id);

	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", step, NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", job, NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"answered\"", step, "\"answer\":\"yes\"", NULL), 1);
	assert_true(walk_records(w, "\"kind\":\"job-state\"", job, "\"result\":\"ok\"", NULL) > 0);
	assert_int_equal(walk_records(w, "\"kind\":\"step\"", step, "\"state\":\"failed\"", NULL), 0);
	for (const struct whole_param *q = p->phase->steps[i].params; q->name; q++) {
		char *name = xasprintf("\"name\":\"%s\"", q->name);
		char *value = xasprintf("\"value\":\"%s", q->value);

		assert_true(walk_records(w, "\"kind\":\"param\"", step, name, value, NULL) > 0);
		free(name);
		free(value);
	}
	free(step);
	free(job);
}

/* "| 3 | TITLE | ✓ done | 1 | 2 s |", and "done and verified" below its heading. */
static void assert_reported(const struct whole *p, const char *report)
{
	const char *at = report;
	size_t verified = 0;

	for (size_t i = 0; i < p->phase->nsteps; i++) {
		char *row = xasprintf("| %zu | %s | ✓ %s | 1 | ", i + 1, whole_title(p, i), p->tongue->done);

		assert_has(report, row);
		free(row);
	}
	for (; (at = strstr(at, p->tongue->verified)); at++)
		verified++;
	assert_int_equal(verified, p->phase->nsteps);
	for (size_t k = 0; k < whole_ncriteria(p); k++)
		assert_has(report, whole_criterion_title(p, k));
}

void whole_assert_records(const struct whole *p, const struct walk *w)
{
	const char *const verify[] = {p->tongue->option, "--verify", NULL};
	char *run = xasprintf("--report=demo/%s-1", p->phase->id), *said;
	const char *const report[] = {p->tongue->option, run, NULL};

	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), p->phase->nsteps);
	assert_int_equal(walk_records(w, "\"kind\":\"run-open\"", NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"run-close\"", "finished", "all of it", NULL), 1);
	for (size_t i = 0; i < p->phase->nsteps; i++)
		assert_step(p, w, i);
	assert_int_equal(walk_cli(w, verify, NULL, &said), 0);
	assert_has(said, p->tongue->consistent);
	free(said);
	assert_int_equal(walk_cli(w, report, NULL, &said), 0);
	assert_reported(p, said);
	whole_assert_language(p, said);
	free(said);
	free(run);
}

/* phase.json's own words in the other language: none of the longer ones, up to their first figure. */
static void assert_no_foreign(const struct whole *p, const cJSON *node, const char *shown)
{
	const char *own = json_str(node, p->tongue->lang), *one;
	const char *other = json_str(node, strcmp(p->tongue->lang, "fr") == 0 ? "en" : "fr");
	size_t n;

	if (own && other && strcmp(own, other) != 0) {
		n = strcspn(other, "{%\n*_`<>|\\");
		one = xstrndup(other, n);
		if (n >= FOREIGN_MIN && !strstr(own, one))
			assert_lacks(shown, one);
		free((char *)(uintptr_t)one);
	}
	cJSON_ArrayForEach(node, node) assert_no_foreign(p, node, shown);
}

void whole_assert_language(const struct whole *p, const char *shown)
{
	for (const char *const *word = p->tongue->foreign; *word; word++)
		assert_lacks(shown, *word);
	assert_no_foreign(p, p->json, shown);
}

/* ---- the tests, the same for both ways of driving ---- */

static void test_phase_0(void **state)
{
	whole_walk(*state, &phases[0], &whole_english);
}

static void test_phase_0_french(void **state)
{
	whole_walk(*state, &phases[0], &whole_french);
}

static void test_phase_1(void **state)
{
	whole_walk(*state, &phases[1], &whole_english);
}

static void test_phase_1_french(void **state)
{
	whole_walk(*state, &phases[1], &whole_french);
}

static void test_phase_1b(void **state)
{
	whole_walk(*state, &phases[2], &whole_english);
}

static void test_phase_1b_french(void **state)
{
	whole_walk(*state, &phases[2], &whole_french);
}

/* With an argument: only those tests, such as 'test_phase_1b*'. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_phase_0),
		walk_test(test_phase_0_french),
		walk_test(test_phase_1),
		walk_test(test_phase_1_french),
		walk_test(test_phase_1b),
		walk_test(test_phase_1b_french),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
