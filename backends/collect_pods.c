/* Pods, deployments and ReplicaSets, from the tables that kubectl prints. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/collect_kube.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"

/* kubectl pads its columns with three blanks; "523 (5m ago)" is one field with single ones. */
#define COLUMN_GAP 2
#define NAMESPACES_MAX 200
#define NAMES_SHOWN 3

static const struct column pod_columns[] = {
	{"namespace", N_("namespace"), CELL_TEXT, 14, 1},
	{"name", N_("pod"), CELL_TEXT, 0, 0},
	{"ready", N_("ready"), CELL_TEXT, 5, 0},
	{"status", N_("status"), CELL_TEXT, 17, 0},
	{"restarts", N_("restarts"), CELL_COUNT, 8, 0},
	{"age", N_("age"), CELL_AGE, 6, 1},
	{"owner", N_("owner"), CELL_TEXT, 20, 3},
	{"node", N_("node"), CELL_TEXT, 12, 4},
};

static const struct column namespace_columns[] = {
	{"namespace", N_("namespace"), CELL_TEXT, 0, 0},
	{"running", N_("running"), CELL_COUNT, 8, 0},
	{"total", N_("should run"), CELL_COUNT, 10, 0},
	{"crashing", N_("crashing"), CELL_COUNT, 8, 0},
	{"evicted", N_("evicted"), CELL_COUNT, 8, 0},
	{"failed", N_("failed"), CELL_COUNT, 8, 1},
};

static const struct column deployment_columns[] = {
	{"namespace", N_("namespace"), CELL_TEXT, 14, 1},
	{"name", N_("deployment"), CELL_TEXT, 0, 0},
	{"ready", N_("ready"), CELL_TEXT, 6, 0},
	{"current", N_("up to date"), CELL_COUNT, 10, 2},
	{"available", N_("available"), CELL_COUNT, 9, 2},
	{"age", N_("age"), CELL_AGE, 6, 1},
};

static const struct column replicaset_columns[] = {
	{"namespace", N_("namespace"), CELL_TEXT, 14, 1},
	{"name", N_("empty ReplicaSet"), CELL_TEXT, 0, 0},
	{"age", N_("age"), CELL_AGE, 6, 0},
};

struct counts {
	char name[128];
	int by_class[POD_LEAVING + 1];
};

struct pods {
	const struct collect_job *job;
	struct table *table; /* the one that is being filled */
	struct counts all;
	struct counts *namespaces;
	int nnamespaces;
	int ready, unready;
	double restarts_max;
	struct buf crashing; /* "builder (523), node-debugger (481)" */
	int crashing_shown;
	char **replicasets; /* "NAMESPACE/NAME", sorted: owners are looked up in it */
	size_t nreplicasets;
	size_t lines, understood;
};

static int names_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The deployment (or the name) that a pod comes from: its ReplicaSet without the hash, when there
 * is one. */
static void pod_owner(
	const struct pods *pods, const char *ns, const char *name, char *out, size_t size)
{
	char tag[512], *key = tag, *cut;

	*out = 0;
	snprintf(tag, sizeof(tag), "%s/%s", ns, name);
	cut = strrchr(tag, '-');
	if (!cut || !pods->nreplicasets)
		return;
	*cut = 0;
	if (!bsearch(&key, pods->replicasets, pods->nreplicasets, sizeof(key), names_compare))
		return;
	cut = strrchr(tag, '-');
	if (cut)
		*cut = 0;
	snprintf(out, size, "%s", strchr(tag, '/') + 1);
}

static struct counts *counts_of(struct pods *pods, const char *ns)
{
	struct counts *c;

	/* kubectl lists by namespace: it is nearly always the last one. */
	for (int i = pods->nnamespaces - 1; i >= 0; i--)
		if (strcmp(pods->namespaces[i].name, ns) == 0)
			return &pods->namespaces[i];
	if (pods->nnamespaces == NAMESPACES_MAX)
		return NULL;
	c = &pods->namespaces[pods->nnamespaces++];
	snprintf(c->name, sizeof(c->name), "%s", ns);
	return c;
}

static enum level class_level(enum pod_class class, bool ready)
{
	if (class == POD_RUNNING)
		return ready ? LEVEL_NONE : LEVEL_WARN;
	if (class == POD_COMPLETED || class == POD_LEAVING)
		return LEVEL_NONE;
	return class == POD_CRASHING ? LEVEL_BAD : LEVEL_WARN;
}

/* NAME READY STATUS RESTARTS AGE [IP NODE …] of a pod in ns. */
static void pod_line(struct pods *pods, const char *ns, const struct field *f, int n,
	const char *line, size_t len)
{
	char name[256], status[128], owner[256], tag[512], raw[1024];
	struct field number = {f[3].at, 0};
	struct counts *c = counts_of(pods, ns);
	const char *slash = memchr(f[1].at, '/', f[1].len);
	enum pod_class class;
	double restarts;
	bool ready;
	struct row *r;

	if (!slash)
		return;
	pods->understood++;
	field_copy(&f[0], name, sizeof(name));
	field_copy(&f[2], status, sizeof(status));
	while (number.len < f[3].len && f[3].at[number.len] >= '0' && f[3].at[number.len] <= '9')
		number.len++;
	restarts = field_number(&number);
	class = pod_classify(status, restarts);
	ready = (size_t)(slash - f[1].at) * 2 + 1 == f[1].len &&
		memcmp(f[1].at, slash + 1, (size_t)(slash - f[1].at)) == 0;
	pods->all.by_class[class]++;
	if (c)
		c->by_class[class]++;
	if (class == POD_RUNNING && ready)
		pods->ready++;
	else if (class == POD_RUNNING)
		pods->unready++;
	if (restarts > pods->restarts_max)
		pods->restarts_max = restarts;
	pod_owner(pods, ns, name, owner, sizeof(owner));
	if (class == POD_CRASHING && pods->crashing_shown++ < NAMES_SHOWN)
		buf_addf(&pods->crashing, "%s%s (%.0f)", pods->crashing.len ? ", " : "",
			*owner ? owner : name, restarts);
	snprintf(tag, sizeof(tag), "%s/%s", ns, name);
	r = table_row(pods->table, tag);
	if (!r)
		return;
	cell_text(&r->cells[0], ns, LEVEL_NONE);
	cell_text(&r->cells[1], name, LEVEL_NONE);
	cell_field(&r->cells[2], &f[1], class == POD_RUNNING && !ready ? LEVEL_WARN : LEVEL_NONE);
	cell_text(&r->cells[3], status, class_level(class, ready));
	cell_number(&r->cells[4], CELL_COUNT, restarts, restarts >= 100 ? LEVEL_WARN : LEVEL_NONE);
	cell_number(&r->cells[5], CELL_AGE, kube_age(&f[4]), LEVEL_NONE);
	cell_text(&r->cells[6], owner, LEVEL_NONE);
	if (n > 6)
		cell_field(&r->cells[7], &f[6], LEVEL_NONE);
	else
		cell_text(&r->cells[7], "", LEVEL_NONE);
	if (class != POD_RUNNING || !ready || restarts > 0) {
		struct field whole = {line, len};

		field_copy(&whole, raw, sizeof(raw));
		row_detail(r, raw);
	}
}

typedef void line_fn(struct pods *pods, const char *ns, const struct field *f, int n,
	const char *line, size_t len);

/* Calls fn for each line of at least least fields after the namespace, which is the first field
 * unless given. */
static void each_line(
	struct pods *pods, const struct section *s, const char *given, int least, line_fn *fn)
{
	const char *line;
	size_t at = 0, len;

	while (s && section_line(s, &at, &line, &len)) {
		struct field f[10];
		int n = fields_split(line, len, COLUMN_GAP, f, 10);
		int first = given ? 0 : 1;
		char ns[128];

		if (n == 0)
			continue;
		pods->lines++;
		if (n < first + least)
			continue;
		field_copy(&f[0], ns, sizeof(ns));
		fn(pods, given ? given : ns, f + first, n - first, line, len);
	}
}

/* NAME DESIRED CURRENT READY AGE */
static void replicaset_line(struct pods *pods, const char *ns, const struct field *f, int n,
	const char *line, size_t len)
{
	char name[256];

	(void)n, (void)line, (void)len;
	if (isnan(field_number(&f[1])))
		return;
	pods->understood++;
	field_copy(&f[0], name, sizeof(name));
	if ((pods->nreplicasets & (pods->nreplicasets - 1)) == 0)
		pods->replicasets =
			xrealloc(pods->replicasets, pods->nreplicasets ? 2 * pods->nreplicasets : 1,
				sizeof(*pods->replicasets));
	pods->replicasets[pods->nreplicasets++] = xasprintf("%s/%s", ns, name);
	if (field_number(&f[1]) == 0 && field_number(&f[2]) == 0) {
		char *tag = pods->replicasets[pods->nreplicasets - 1];
		struct row *r = table_row(pods->table, tag);

		if (!r)
			return;
		cell_text(&r->cells[0], ns, LEVEL_NONE);
		cell_text(&r->cells[1], name, LEVEL_NONE);
		cell_number(&r->cells[2], CELL_AGE, kube_age(&f[4]), LEVEL_NONE);
	}
}

/* NAME READY UP-TO-DATE AVAILABLE AGE */
static void deployment_line(struct pods *pods, const char *ns, const struct field *f, int n,
	const char *line, size_t len)
{
	char name[256], ready[32], tag[512];
	struct row *r;
	bool none;

	(void)n, (void)line, (void)len;
	field_copy(&f[0], name, sizeof(name));
	field_copy(&f[1], ready, sizeof(ready));
	none = strncmp(ready, "0/", 2) == 0 && strcmp(ready, "0/0") != 0;
	if (!strchr(ready, '/'))
		return;
	pods->understood++;
	if (none)
		panel_note(pods->job->panel, LEVEL_WARN, _("%s has no ready replica (%s)"), name,
			ready);
	snprintf(tag, sizeof(tag), "%s/%s", ns, name);
	r = table_row(pods->table, tag);
	if (!r)
		return;
	cell_text(&r->cells[0], ns, LEVEL_NONE);
	cell_text(&r->cells[1], name, LEVEL_NONE);
	cell_text(&r->cells[2], ready, none ? LEVEL_BAD : LEVEL_NONE);
	cell_number(&r->cells[3], CELL_COUNT, field_number(&f[2]), LEVEL_NONE);
	cell_number(&r->cells[4], CELL_COUNT, field_number(&f[3]), LEVEL_NONE);
	cell_number(&r->cells[5], CELL_AGE, kube_age(&f[4]), LEVEL_NONE);
}

/* The sections KIND, or KIND.0 … with ns.0 … when the namespaces were asked for one by one. */
static void each_section(struct pods *pods, const char *kind, int least, line_fn *fn)
{
	char name[40];

	each_line(pods, sections_find(pods->job->answer, kind), NULL, least, fn);
	for (int i = 0; i < KUBE_NAMESPACES; i++) {
		const struct section *ns;
		struct field whole;
		char given[128];

		snprintf(name, sizeof(name), "ns.%d", i);
		ns = sections_find(pods->job->answer, name);
		if (!ns)
			break;
		whole.at = ns->bytes;
		whole.len = ns->len;
		field_copy(&whole, given, sizeof(given));
		snprintf(name, sizeof(name), "%s.%d", kind, i);
		each_line(pods, sections_find(pods->job->answer, name), given, least, fn);
	}
}

static int should_run(const struct counts *c)
{
	return c->by_class[POD_RUNNING] + c->by_class[POD_STARTING] + c->by_class[POD_CRASHING];
}

static void namespaces_table(struct pods *pods)
{
	struct table *t =
		panel_table(pods->job->panel, "namespaces", N_("Namespaces"), namespace_columns, 6);

	for (int i = 0; i < pods->nnamespaces; i++) {
		const struct counts *c = &pods->namespaces[i];
		int running = c->by_class[POD_RUNNING], total = should_run(c);
		struct row *r = table_row(t, c->name);

		if (!r)
			return;
		cell_text(&r->cells[0], c->name, LEVEL_NONE);
		cell_number(
			&r->cells[1], CELL_COUNT, running, running < total ? LEVEL_WARN : LEVEL_OK);
		cell_number(&r->cells[2], CELL_COUNT, total, LEVEL_NONE);
		cell_number(&r->cells[3], CELL_COUNT, c->by_class[POD_CRASHING],
			c->by_class[POD_CRASHING] ? LEVEL_BAD : LEVEL_NONE);
		cell_number(&r->cells[4], CELL_COUNT, c->by_class[POD_EVICTED],
			c->by_class[POD_EVICTED] ? LEVEL_WARN : LEVEL_NONE);
		cell_number(&r->cells[5], CELL_COUNT, c->by_class[POD_FAILED],
			c->by_class[POD_FAILED] ? LEVEL_WARN : LEVEL_NONE);
	}
}

static void pods_facts(struct pods *pods, size_t empty)
{
	struct panel *p = pods->job->panel;
	const char *setting =
		pods->job->in->host ? host_get(pods->job->in->host, "expected-pods", NULL) : NULL;
	double expected = setting ? units_parse_bytes(setting) : NAN;
	const int *n = pods->all.by_class;
	double total = isnan(expected) ? should_run(&pods->all) : expected;

	panel_fact(p, "pods.total", total);
	panel_fact(p, "pods.running", n[POD_RUNNING]);
	panel_fact(p, "pods.ready", pods->ready);
	panel_fact(p, "pods.evicted", n[POD_EVICTED]);
	panel_fact(p, "pods.failed", n[POD_FAILED]);
	panel_fact(p, "pods.crashing", n[POD_CRASHING]);
	panel_fact(p, "pods.restarts.max", pods->restarts_max);
	panel_fact(p, "pods.replicasets.empty",
		kube_whole(pods->job, "replicasets") ? (double)empty : NAN);
	if (n[POD_CRASHING])
		panel_note(p, LEVEL_BAD,
			P_("%d pod is crash-looping: %s%s", "%d pods are crash-looping: %s%s",
				n[POD_CRASHING]),
			n[POD_CRASHING], buf_str(&pods->crashing),
			pods->crashing_shown > NAMES_SHOWN ? ", …" : "");
	if (n[POD_EVICTED])
		panel_note(p, LEVEL_WARN,
			P_("%d evicted pod is left over", "%d evicted pods are left over",
				n[POD_EVICTED]),
			n[POD_EVICTED]);
	if (n[POD_FAILED])
		panel_note(p, LEVEL_WARN,
			P_("%d failed pod is left over", "%d failed pods are left over",
				n[POD_FAILED]),
			n[POD_FAILED]);
	if (n[POD_RUNNING] < total)
		panel_note(p, LEVEL_WARN, _("%d of %.0f pods run"), n[POD_RUNNING], total);
	if (pods->unready)
		panel_note(p, LEVEL_WARN,
			P_("%d pod runs and is not ready", "%d pods run and are not ready",
				pods->unready),
			pods->unready);
	if (empty)
		panel_note(p, LEVEL_NONE,
			P_("%zu empty ReplicaSet: history that a rollback needs",
				"%zu empty ReplicaSets: history that a rollback needs", empty),
			empty);
}

/* The server is not to be kept busy by being looked at; that the figures are older for it is said. */
static void note_pace(const struct collect_job *job)
{
	const struct collect_def *def = &collect_defs[PANEL_PODS];
	int64_t rest = collect_rest_ms(def, job->in->took_ms);
	char took[UNITS_SIZE], every[UNITS_SIZE];

	if (rest > def->pace_ms)
		panel_note(job->panel, LEVEL_NONE,
			_("kubectl takes %s to list all this: read every %s at most (r: now)"),
			units_duration((double)job->in->took_ms / 1000, took),
			units_duration((double)rest / 1000, every));
}

static void pods_free(struct pods *pods)
{
	for (size_t i = 0; i < pods->nreplicasets; i++)
		free(pods->replicasets[i]);
	free(pods->replicasets);
	free(pods->namespaces);
	buf_clear(&pods->crashing);
}

void collect_parse_pods(const struct collect_job *job)
{
	struct panel *p = job->panel;
	struct pods pods = {.job = job};
	struct table *list, *deployments, *sets;

	collect_parse_nodes(job);
	if (!kube_answered(job)) {
		kube_refused(job);
		return;
	}
	pods.namespaces = xcalloc(NAMESPACES_MAX, sizeof(*pods.namespaces));
	buf_init(&pods.crashing, 800);
	list = panel_table(p, "pods", N_("Pods"), pod_columns, 8);
	deployments = panel_table(p, "deployments", N_("Deployments"), deployment_columns, 6);
	sets = panel_table(p, "replicasets", N_("Empty ReplicaSets"), replicaset_columns, 3);
	/* First the ReplicaSets: the pods' owners are found among them. */
	pods.table = sets;
	each_section(&pods, "replicasets", 5, replicaset_line);
	if (pods.nreplicasets)
		qsort(pods.replicasets, pods.nreplicasets, sizeof(*pods.replicasets),
			names_compare);
	pods.table = list;
	each_section(&pods, "pods", 5, pod_line);
	pods.table = deployments;
	each_section(&pods, "deployments", 5, deployment_line);
	namespaces_table(&pods);
	pods_facts(&pods, sets->nrows + sets->dropped);
	kube_note_gaps(job);
	note_pace(job);
	if (pods.lines && !pods.understood)
		panel_fail(p, PANEL_FAILED, _("what kubectl printed is not a list of pods"));
	pods_free(&pods);
}
