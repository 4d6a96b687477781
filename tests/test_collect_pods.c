/* The collector of pods: kubectl's real tables and its nodes as JSON, of 1.20 and of newer ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/collect_kube.h"
#include "backends/host.h"
#include "tests/collect_answer.h"

#define K8S "kubectl-1.20/"

static struct panel *panel_of(struct buf *b, bool as_root, const struct host *host)
{
	struct panel *p = answer_panel(PANEL_PODS, b->data, b->len, as_root, host);

	buf_clear(b);
	return p;
}

/* A capture without its first line, as --no-headers prints it. */
static void add_table(struct buf *b, const char *name, const char *path)
{
	size_t n;
	char *bytes = capture(path, &n);
	char *body = memchr(bytes, '\n', n);

	answer_add(b, name, 0, body + 1, n - (size_t)(body + 1 - bytes));
	free(bytes);
}

static void add_server(struct buf *b)
{
	buf_init(b, 0);
	answer_text(b, "clock", 0, "1795255783\n"); /* 2026-11-21T10:09:43Z: 65 minutes later */
	answer_text(b, "kubeconfig", 0, "k3s");
	answer_capture(b, "nodes", 0, K8S "nodes-json.out");
	add_table(b, "pods", K8S "pods-wide.out");
	add_table(b, "replicasets", K8S "replicasets.out");
	add_table(b, "deployments", K8S "deployments.out");
}

static void a_real_cluster(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b);
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "pods.total") == 19);
	assert_true(fact_value(p, "pods.running") == 17);
	assert_true(fact_value(p, "pods.ready") == 16);
	assert_true(fact_value(p, "pods.evicted") == 120);
	assert_true(fact_value(p, "pods.failed") == 0);
	assert_true(fact_value(p, "pods.crashing") == 2);
	assert_true(fact_value(p, "pods.restarts.max") == 523);
	assert_true(fact_value(p, "pods.replicasets.empty") == 12);
	assert_true(fact_value(p, "node.ready") == 1);
	assert_true(fact_value(p, "node.diskpressure") == 1);
	assert_true(panel_find_fact(p, "node.diskpressure")->since == 3900);
	assert_int_equal(panel_find_table(p, "pods")->nrows, 139);
	assert_int_equal(panel_find_table(p, "deployments")->nrows, 16);
	assert_int_equal(panel_find_table(p, "replicasets")->nrows, 12);
	assert_int_equal(panel_find_table(p, "namespaces")->nrows, 4);
	assert_string_equal(
		cell_find(p, "pods", "twisterlab/builder-56796f9c8-qdf8t", "status")->text,
		"CrashLoopBackOff");
	assert_int_equal(
		cell_find(p, "pods", "twisterlab/builder-56796f9c8-qdf8t", "status")->level,
		LEVEL_BAD);
	assert_true(
		cell_find(p, "pods", "twisterlab/builder-56796f9c8-qdf8t", "restarts")->number ==
		523);
	assert_string_equal(
		cell_find(p, "pods", "twisterlab/builder-56796f9c8-qdf8t", "owner")->text,
		"builder");
	assert_string_equal(
		cell_find(p, "pods", "twisterlab/builder-56796f9c8-qdf8t", "node")->text,
		"edgeserver");
	assert_true(cell_find(p, "pods", "kube-system/coredns-86746dd745-89c9t", "age")->number ==
		    5 * 60 + 46);
	assert_string_equal(cell_find(p, "pods", "monitoring/loki-0", "owner")->text, "");
	assert_int_equal(
		cell_find(p, "deployments", "twisterlab/mcp-unified", "ready")->level, LEVEL_BAD);
	assert_true(cell_find(p, "namespaces", "twisterlab", "evicted")->number == 120);
	assert_true(cell_find(p, "namespaces", "twisterlab", "running")->number == 9);
	assert_string_equal(cell_find(p, "nodes", "edgeserver", "pressure")->text, "DiskPressure");
	assert_true(cell_find(p, "nodes", "edgeserver", "since")->number == 3900);
	assert_true(cell_find(p, "nodes", "edgeserver", "memory")->number == 65843168.0 * 1024);
	assert_non_null(
		strstr(row_find(p, "nodes", "edgeserver")->detail, "kubelet has disk pressure"));
	assert_true(note_has(p, LEVEL_BAD, "node edgeserver has DiskPressure for 1 h 5 min"));
	assert_true(note_has(p, LEVEL_BAD, "2 pods are crash-looping"));
	assert_true(note_has(p, LEVEL_WARN, "120 evicted pods"));
	assert_true(note_has(p, LEVEL_WARN, "17 of 19 pods run"));
	assert_true(note_has(p, LEVEL_WARN, "mcp-unified has no ready replica (0/1)"));
	assert_true(note_has(p, LEVEL_NONE, "12 empty ReplicaSets"));
	panel_unref(p);
}

/* After the clean-up, as the documents count it. */
static void a_clean_cluster(void **state)
{
	struct host_setting settings[] = {{(char *)"expected-pods", (char *)"18", 1}};
	struct host host = {.settings = settings, .nsettings = 1};
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "pods", 0, K8S "26.out"); /* after the deletion of failed pods */
	p = panel_of(&b, false, NULL);
	assert_true(fact_value(p, "pods.evicted") == 0);
	assert_true(fact_value(p, "pods.total") == 19);
	assert_true(isnan(fact_value(p, "node.diskpressure")));
	panel_unref(p);
	buf_init(&b, 0);
	answer_capture(&b, "pods", 0, K8S "26.out");
	p = panel_of(&b, false, &host);
	assert_true(fact_value(p, "pods.total") == 18);
	assert_true(note_has(p, LEVEL_WARN, "17 of 18 pods run"));
	panel_unref(p);
}

/* "523 (5m ago)" since 1.21, ages in days and years, every STATUS that we know to mean something.
 */
static void newer_tables(void **state)
{
	static const char table[] = "ns   a-1   1/1   Running   523 (5m8s ago)   2d3h   10.0.0.1   "
				    "edge   <none>   <none>\n"
				    "ns   b     0/1   Completed   0   400d\n"
				    "ns   c     0/1   Error   7 (2m ago)   3y20d\n"
				    "ns   d     0/1   Error   0   5h\n"
				    "ns   e     0/1   Init:CrashLoopBackOff   3   5h\n"
				    "ns   f     0/1   ImagePullBackOff   0   <unknown>\n"
				    "ns   g     0/1   Terminating   0   5h\n"
				    "ns   h     0/1   ContainerStatusUnknown   1   5h\n"
				    "ns   i     0/1   OutOfmemory   0   5h\n"
				    "ns   j     0/2   Pending   0   0s\n"
				    "ns   k     12/12   Running   0   5h\n"
				    "ns   l     1/12   Running   0   5h\n"
				    "short   line\n"
				    "ns   m     no   Running   0   5h\n";
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pods", 0, table);
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "pods.running") == 3);
	assert_true(fact_value(p, "pods.ready") == 2);
	assert_true(fact_value(p, "pods.crashing") == 2);
	assert_true(fact_value(p, "pods.failed") == 3);
	assert_true(fact_value(p, "pods.total") == 7);
	assert_true(fact_value(p, "pods.restarts.max") == 523);
	assert_true(cell_find(p, "pods", "ns/a-1", "age")->number == 51 * 3600);
	assert_true(cell_find(p, "pods", "ns/c", "age")->number == (3 * 365 + 20) * 86400.0);
	assert_true(isnan(cell_find(p, "pods", "ns/f", "age")->number));
	assert_non_null(strstr(row_find(p, "pods", "ns/a-1")->detail, "(5m8s ago)"));
	panel_unref(p);
}

static void ages(void **state)
{
	static const struct {
		const char *word;
		double seconds;
	} cases[] = {{"0s", 0}, {"5m48s", 348}, {"2d3h", 183600}, {"35h", 126000}, {"1y", 31536000},
		{"", NAN}, {"5", NAN}, {"s", NAN}, {"5x", NAN}, {"5m4", NAN}, {"<unknown>", NAN}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field f = {cases[i].word, strlen(cases[i].word)};
		double seconds = kube_age(&f);

		if (isnan(cases[i].seconds))
			assert_true(isnan(seconds));
		else
			assert_true(seconds == cases[i].seconds);
	}
}

static void add_node(
	struct buf *b, const char *name, const char *ready, const char *pressure, const char *when)
{
	buf_addf(b,
		"{\"metadata\":{\"name\":\"%s\"},\"status\":{\"conditions\":["
		"{\"type\":\"Ready\",\"status\":\"%s\",\"lastTransitionTime\":\"%s\"},"
		"{\"type\":\"DiskPressure\",\"status\":\"%s\",\"lastTransitionTime\":\"%s\"}]}}",
		name, ready, when, pressure, when);
}

static struct panel *two_nodes(
	const char *ready1, const char *pressure1, const char *ready2, const char *pressure2)
{
	struct buf b, nodes;

	buf_init(&b, 0);
	buf_init(&nodes, 0);
	answer_text(&b, "clock", 0, "1767225600"); /* 2026-01-01T00:00:00Z */
	buf_adds(&nodes, "{\"items\":[");
	add_node(&nodes, "one", ready1, pressure1, "2025-12-31T23:00:00Z");
	buf_addc(&nodes, ',');
	add_node(&nodes, "two", ready2, pressure2, "2025-12-31T23:50:00Z");
	buf_adds(&nodes, "]}");
	answer_add(&b, "nodes", 0, nodes.data, nodes.len);
	answer_text(&b, "pods", 0, "");
	buf_clear(&nodes);
	return panel_of(&b, false, NULL);
}

/* Evidence for "no DiskPressure for 24 h": the node whose condition changed last decides. */
static void several_nodes(void **state)
{
	struct panel *p = two_nodes("True", "False", "True", "False");

	(void)state;
	assert_true(fact_value(p, "node.ready") == 1);
	assert_true(fact_value(p, "node.diskpressure") == 0);
	assert_true(panel_find_fact(p, "node.diskpressure")->since == 600);
	panel_unref(p);
	p = two_nodes("True", "True", "False", "True");
	assert_true(fact_value(p, "node.ready") == 0);
	assert_true(panel_find_fact(p, "node.ready")->since == 600);
	assert_true(fact_value(p, "node.diskpressure") == 1);
	assert_true(panel_find_fact(p, "node.diskpressure")->since == 3600);
	assert_true(note_has(p, LEVEL_BAD, "node two is not ready"));
	panel_unref(p);
	/* A kubelet that says nothing: unknown, not "no pressure". */
	p = two_nodes("True", "False", "Unknown", "Unknown");
	assert_true(isnan(fact_value(p, "node.diskpressure")));
	panel_unref(p);
	p = two_nodes("Unknown", "Unknown", "True", "True");
	assert_true(fact_value(p, "node.diskpressure") == 1);
	panel_unref(p);
}

static struct panel *refused(const char *path, int status, const char *config, bool as_root)
{
	struct buf b;

	buf_init(&b, 0);
	answer_text(&b, "kubeconfig", 0, config);
	answer_text(&b, "nodes", status, "");
	answer_text(&b, "pods", status, "");
	if (path)
		answer_capture(&b, "pods.err", 0, path);
	return panel_of(&b, as_root, NULL);
}

static void refusals(void **state)
{
	struct panel *p = refused(NULL, 127, "none", false);

	(void)state;
	assert_int_equal(p->state, PANEL_MISSING);
	panel_unref(p);
	p = refused(K8S "59.err", 1, "none", false);
	assert_int_equal(p->state, PANEL_MISSING);
	panel_unref(p);
	p = refused(K8S "59.err", 1, "own", false);
	assert_int_equal(p->state, PANEL_FAILED);
	assert_non_null(strstr(p->reason, "was refused"));
	panel_unref(p);
	p = refused(K8S "59.err", 1, "denied", false);
	assert_int_equal(p->state, PANEL_DENIED);
	panel_unref(p);
	p = refused(K8S "49.err", 1, "own", false);
	assert_int_equal(p->state, PANEL_DENIED);
	assert_non_null(strstr(p->reason, "Forbidden"));
	panel_unref(p);
	p = refused(K8S "49.err", 1, "own", true);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
	p = refused(K8S "52.err", 1, "own", false); /* a line of klog comes first */
	assert_non_null(strstr(p->reason, "localhost:8080 was refused"));
	panel_unref(p);
	p = refused(NULL, 124, "own", false);
	assert_int_equal(p->state, PANEL_HUNG);
	panel_unref(p);
	p = refused(NULL, 0, "own", false);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "pods.total") == 0);
	panel_unref(p);
}

static void by_namespace(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pods", 1, "");
	answer_capture(&b, "pods.err", 0, K8S "49.err");
	answer_text(&b, "ns.0", 0, "twisterlab");
	answer_text(&b, "pods.0", 0, "api-6fc4b47756-qrqch   1/1   Running   3   5m48s\n");
	answer_text(&b, "replicasets.0", 0,
		"api-6fc4b47756   1   1   1   5m47s\nold-1   0   0   0   5m\n");
	answer_text(&b, "deployments.0", 0, "api   1/1   1   1   5m48s\n");
	answer_text(&b, "ns.1", 0, "monitoring");
	answer_text(&b, "pods.1", 1, "");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "pods.running") == 1);
	assert_string_equal(
		cell_find(p, "pods", "twisterlab/api-6fc4b47756-qrqch", "owner")->text, "api");
	assert_non_null(row_find(p, "replicasets", "twisterlab/old-1"));
	assert_non_null(row_find(p, "deployments", "twisterlab/api"));
	panel_unref(p);
}

/* Pods but not the rest, as for a real viewer, or when kubectl has run into its time limit: unknown, not 0, and said. */
static void gaps_are_said(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "nodes", 1, "");
	answer_capture(&b, "nodes.err", 0, K8S "viewer-nodes.err");
	add_table(&b, "pods", K8S "pods-wide.out");
	answer_text(&b, "replicasets", 124, "");
	answer_text(&b, "deployments", 0, "");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "pods.running") == 17);
	assert_true(isnan(fact_value(p, "node.diskpressure")));
	assert_true(isnan(fact_value(p, "pods.replicasets.empty")));
	assert_true(note_has(p, LEVEL_UNKNOWN, "kubectl get nodes: Error from server (Forbidden)"));
	assert_true(note_has(p, LEVEL_UNKNOWN, "kubectl get replicasets: no answer in time"));
	assert_false(note_has(p, LEVEL_UNKNOWN, "kubectl get deployments"));
	assert_false(note_has(p, LEVEL_UNKNOWN, "kubectl get pods"));
	panel_unref(p);
	/* By namespace, one of two refused. */
	buf_init(&b, 0);
	answer_text(&b, "pods", 1, "");
	answer_text(&b, "ns.0", 0, "twisterlab");
	answer_text(&b, "pods.0", 0, "api-6fc4b47756-qrqch   1/1   Running   3   5m48s\n");
	answer_text(&b, "replicasets.0", 0, "old-1   0   0   0   5m\n");
	answer_text(&b, "ns.1", 0, "monitoring");
	answer_text(&b, "pods.1", 1, "");
	answer_capture(&b, "pods.1.err", 0, K8S "49.err");
	answer_text(&b, "replicasets.1", 1, "");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(isnan(fact_value(p, "pods.replicasets.empty")));
	assert_true(note_has(p, LEVEL_UNKNOWN, "kubectl get pods: Error from server (Forbidden)"));
	panel_unref(p);
}

static void junk_is_not_a_list(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(
		&b, "pods", 0, "Welcome to this server!\nPlease   read   the   rules   of   it\n");
	answer_text(&b, "nodes", 0, "junk");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
}

/* 30,000 pods: the list is cut, the counts are not. */
static void a_huge_cluster(void **state)
{
	struct buf b, table;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	buf_init(&table, 0);
	for (int i = 0; i < 30000; i++)
		buf_addf(&table, "ns%d   pod-%d   1/1   Running   0   5h   10.0.0.1   node\n",
			i % 300, i);
	answer_add(&b, "pods", 0, table.data, table.len);
	buf_clear(&table);
	p = panel_of(&b, false, NULL);
	assert_true(fact_value(p, "pods.running") == 30000);
	assert_int_equal(panel_find_table(p, "pods")->nrows, PANEL_ROWS_MAX);
	assert_int_equal(panel_find_table(p, "pods")->dropped, 10000);
	assert_false(note_has(p, LEVEL_NONE, "kubectl takes"));
	panel_unref(p);
	/* A list that takes long is asked for more seldom, and that is said. */
	buf_init(&b, 0);
	add_table(&b, "pods", K8S "pods-wide.out");
	p = answer_panel_slow(PANEL_PODS, b.data, b.len, false, NULL, 9000);
	assert_true(note_has(p, LEVEL_NONE,
		"kubectl takes 9 s to list all this: read every 1 min 30 s at most"));
	panel_unref(p);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_cluster),
		cmocka_unit_test(a_clean_cluster),
		cmocka_unit_test(newer_tables),
		cmocka_unit_test(ages),
		cmocka_unit_test(several_nodes),
		cmocka_unit_test(refusals),
		cmocka_unit_test(by_namespace),
		cmocka_unit_test(gaps_are_said),
		cmocka_unit_test(junk_is_not_a_list),
		cmocka_unit_test(a_huge_cluster),
	};
	return cmocka_run_group_tests_name("collect_pods", tests, NULL, NULL);
}
