/* The nodes of the cluster with their conditions, from kubectl's JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/collect_kube.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/units.h"

static const struct column node_columns[] = {
	{"name", N_("node"), CELL_TEXT, 0, 0},
	{"status", N_("status"), CELL_TEXT, 18, 0},
	{"pressure", N_("pressure"), CELL_TEXT, 16, 0},
	{"since", N_("since"), CELL_AGE, 6, 1},
	{"roles", N_("roles"), CELL_TEXT, 14, 3},
	{"version", N_("version"), CELL_TEXT, 14, 2},
	{"cpus", N_("processors"), CELL_COUNT, 10, 4},
	{"memory", N_("memory"), CELL_BYTES, 7, 3},
	{"age", N_("age"), CELL_AGE, 6, 2},
};

/* What all nodes together say; each in seconds or as a truth, NAN unknown. */
struct summary {
	double ready, ready_since;
	double pressure, pressure_since;
};

static const cJSON *condition(const cJSON *node, const char *type)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, json_get(node, "status/conditions"))
	{
		const char *is = json_str(c, "type");

		if (is && strcmp(is, type) == 0)
			return c;
	}
	return NULL;
}

/* 1 True, 0 False, NAN Unknown or not there. */
static double condition_value(const cJSON *node, const char *type)
{
	const char *status = json_str(condition(node, type), "status");

	if (status && strcmp(status, "True") == 0)
		return 1;
	return status && strcmp(status, "False") == 0 ? 0 : NAN;
}

/* Seconds from an RFC 3339 time of the server's to its now. */
static double since(const struct collect_job *job, const cJSON *object, const char *path)
{
	const char *when = json_str(object, path);
	int64_t ms = when ? clock_parse_rfc3339(when) : -1;

	return ms < 0 ? NAN : fmax(0, collect_now(job) - (double)ms / 1000);
}

/* One value for all: bad as soon as one node's is (then for as long as the longest), otherwise good
 * for as long as the shortest; unknown when one is unknown and none is bad. */
static void merge(double *all, double *all_since, double one, double one_since, double bad)
{
	if (*all == bad) {
		if (one == bad)
			*all_since = fmax(*all_since, one_since);
	} else if (one == bad || isnan(one)) {
		*all = one;
		*all_since = one_since;
	} else if (!isnan(*all)) {
		/* fmin would take the known one of the two. */
		*all_since =
			isnan(one_since) || isnan(*all_since) ? NAN : fmin(*all_since, one_since);
	}
}

/* "node-role.kubernetes.io/control-plane" labels, joined. */
static void roles(const cJSON *node, struct buf *out)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	const cJSON *label;

	cJSON_ArrayForEach(label, json_get(node, "metadata/labels"))
	{
		if (label->string && strncmp(label->string, prefix, sizeof(prefix) - 1) == 0)
			buf_addf(out, "%s%s", out->len ? "," : "",
				label->string + sizeof(prefix) - 1);
	}
}

static void pressures(const cJSON *node, struct buf *out)
{
	static const char *const types[] = {
		"DiskPressure", "MemoryPressure", "PIDPressure", "NetworkUnavailable"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (condition_value(node, types[i]) == 1)
			buf_addf(out, "%s%s", out->len ? "," : "", types[i]);
}

static void node_detail(const struct collect_job *job, struct row *r, const cJSON *node)
{
	static const char *const info[] = {
		"osImage", "kernelVersion", "containerRuntimeVersion", "kubeletVersion"};
	const cJSON *nodeinfo = json_get(node, "status/nodeInfo");
	const cJSON *c;
	struct buf b;
	char age[UNITS_SIZE];

	buf_init(&b, 32768);
	cJSON_ArrayForEach(c, json_get(node, "status/conditions"))
	{
		const char *type = json_str(c, "type"), *status = json_str(c, "status");
		const char *message = json_str(c, "message");

		/* TRANSLATORS: a node's condition, its value, for how long, what the kubelet says.
		 */
		buf_addf(&b, _("%s: %s for %s. %s"), type ? type : "?", status ? status : "?",
			units_duration(since(job, c, "lastTransitionTime"), age),
			message ? message : "");
		buf_addc(&b, '\n');
	}
	for (size_t i = 0; i < sizeof(info) / sizeof(info[0]); i++) {
		const char *value = json_str(nodeinfo, info[i]);

		if (value)
			buf_addf(&b, "%s  %s\n", info[i], value);
	}
	row_detail(r, buf_str(&b));
	buf_clear(&b);
}

static void node_row(
	const struct collect_job *job, struct table *t, const cJSON *node, double ready)
{
	const char *name = json_str(node, "metadata/name");
	bool closed = json_bool(node, "spec/unschedulable", false);
	struct row *r = name ? table_row(t, name) : NULL;
	struct buf words;
	char status[64];

	if (!r)
		return;
	buf_init(&words, 512);
	cell_text(&r->cells[0], name, LEVEL_NONE);
	snprintf(status, sizeof(status), "%s%s", ready == 1 ? "Ready" : "NotReady",
		closed ? ",SchedulingDisabled" : "");
	cell_text(&r->cells[1], status, ready != 1 ? LEVEL_BAD : closed ? LEVEL_WARN : LEVEL_OK);
	pressures(node, &words);
	cell_text(&r->cells[2], buf_str(&words), words.len ? LEVEL_BAD : LEVEL_NONE);
	cell_number(&r->cells[3], CELL_AGE,
		since(job, condition(node, words.len ? "DiskPressure" : "Ready"),
			"lastTransitionTime"),
		LEVEL_NONE);
	buf_reset(&words);
	roles(node, &words);
	cell_text(&r->cells[4], buf_str(&words), LEVEL_NONE);
	cell_text(&r->cells[5], json_str(node, "status/nodeInfo/kubeletVersion"), LEVEL_NONE);
	cell_number(&r->cells[6], CELL_COUNT, json_num(node, "status/capacity/cpu"), LEVEL_NONE);
	cell_number(&r->cells[7], CELL_BYTES, kube_bytes(json_str(node, "status/capacity/memory")),
		LEVEL_NONE);
	cell_number(
		&r->cells[8], CELL_AGE, since(job, node, "metadata/creationTimestamp"), LEVEL_NONE);
	node_detail(job, r, node);
	buf_clear(&words);
}

static void note_node(const struct collect_job *job, const cJSON *node, double ready)
{
	const char *name = json_str(node, "metadata/name");
	char age[UNITS_SIZE];
	struct buf words;

	if (ready != 1)
		panel_note(job->panel, LEVEL_BAD, _("node %s is not ready"), name ? name : "?");
	buf_init(&words, 512);
	pressures(node, &words);
	if (words.len) {
		double s = since(job, condition(node, "DiskPressure"), "lastTransitionTime");

		if (condition_value(node, "DiskPressure") == 1 && !isnan(s))
			panel_note(job->panel, LEVEL_BAD, _("node %s has %s for %s"),
				name ? name : "?", buf_str(&words), units_duration(s, age));
		else
			panel_note(job->panel, LEVEL_BAD, _("node %s has %s"), name ? name : "?",
				buf_str(&words));
	}
	buf_clear(&words);
}

void collect_parse_nodes(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "nodes");
	struct table *t = panel_table(job->panel, "nodes", N_("Nodes"), node_columns, 9);
	cJSON *json = s && s->status == 0 ? section_json(s) : NULL;
	const cJSON *items = json_get(json, "items");
	struct summary sum = {1, INFINITY, 0, INFINITY};
	const cJSON *node;

	cJSON_ArrayForEach(node, items)
	{
		double ready = condition_value(node, "Ready");

		merge(&sum.ready, &sum.ready_since, ready,
			since(job, condition(node, "Ready"), "lastTransitionTime"), 0);
		merge(&sum.pressure, &sum.pressure_since, condition_value(node, "DiskPressure"),
			since(job, condition(node, "DiskPressure"), "lastTransitionTime"), 1);
		node_row(job, t, node, ready);
		note_node(job, node, ready);
	}
	if (cJSON_GetArraySize(items) == 0)
		sum = (struct summary){NAN, NAN, NAN, NAN};
	panel_fact_since(job->panel, "node.ready", sum.ready, sum.ready_since);
	panel_fact_since(job->panel, "node.diskpressure", sum.pressure, sum.pressure_since);
	cJSON_Delete(json);
}
