/* The collector of Docker: the daemon's real answers, its absence, its configuration. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/collect_answer.h"

#define INSPECT(id, policy, log)                                                                   \
	"{\"Id\":\"" id "\",\"RestartCount\":4,\"Restart\":{\"Name\":\"" policy                    \
	"\",\"MaximumRetryCount\":0},"                                                             \
	"\"Log\":" log                                                                             \
	",\"Status\":\"running\",\"ExitCode\":0,\"OOMKilled\":false,\"Error\":\"\","               \
	"\"StartedAt\":\"2026-11-21T08:08:09.37516203Z\",\"FinishedAt\":\"0001-01-01T00:00:00Z\"}" \
	"\n"

static struct panel *panel_of(struct buf *b, bool as_root)
{
	struct panel *p = answer_panel(PANEL_DOCKER, b->data, b->len, as_root, NULL);

	buf_clear(b);
	return p;
}

static void add_server(struct buf *b, int config_status, const char *config, const char *config_err)
{
	buf_init(b, 0);
	answer_text(b, "clock", 0, "1795252089\n"); /* 2026-11-21T09:08:09Z */
	answer_text(b, "config", config_status, config);
	if (config_err)
		answer_text(b, "config.err", 0, config_err);
	answer_capture(b, "info", 0, "trixie/docker-info-json.stdout");
	answer_text(b, "version", 0, "26.1.5+dfsg1\n");
}

static void a_real_daemon(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b, 1, "", "cat: /etc/docker/daemon.json: No such file or directory");
	answer_capture(&b, "unit", 0, "trixie/systemctl-show-docker.stdout");
	answer_capture(&b, "containers", 0, "trixie/docker-ps-with-json.stdout");
	answer_text(&b, "inspect", 0,
		INSPECT("10fd474200e50aef3e6b5e04ea98f93ad84a248157407b2f03890e687458f3bb",
			"unless-stopped", "{\"Type\":\"json-file\",\"Config\":{}}"));
	answer_text(&b, "images", 0,
		"{\"CreatedSince\":\"8 seconds "
		"ago\",\"ID\":\"75971b70dd9f\",\"Repository\":\"scr\",\"Size\":\"2.02MB\","
		"\"Tag\":\"1\"}\n{\"ID\":\"a1\",\"Repository\":\"<none>\",\"Size\":\"1.5GB\","
		"\"Tag\":\"<none>\"}\n"
		"{\"ID\":\"a2\",\"Repository\":\"<none>\",\"Size\":\"0B\",\"Tag\":\"<none>\"}\n");
	answer_capture(&b, "usage", 0, "trixie/docker-system-df-json-with.stdout");
	p = panel_of(&b, false);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "docker.active") == 1);
	assert_string_equal(fact_text(p, "docker.version"), "26.1.5+dfsg1");
	assert_string_equal(fact_text(p, "docker.driver"), "overlay2");
	assert_string_equal(fact_text(p, "docker.log.driver"), "json-file");
	assert_true(fact_value(p, "docker.log.limited") == 0);
	assert_true(fact_value(p, "docker.configured") == 0);
	assert_string_equal(cell_find(p, "daemon", "service", "value")->text, "active (running)");
	assert_true(fact_value(p, "docker.containers.running") == 1);
	assert_true(fact_value(p, "docker.containers.total") == 1);
	assert_true(fact_value(p, "docker.images") == 3);
	assert_true(fabs(fact_value(p, "docker.reclaimable") - 4049000) < 1);
	assert_string_equal(cell_find(p, "containers", "web", "policy")->text, "unless-stopped");
	assert_true(cell_find(p, "containers", "web", "restarts")->number == 4);
	assert_true(fabs(cell_find(p, "containers", "web", "started")->number - 3600) < 1);
	assert_string_equal(cell_find(p, "containers", "web", "logs")->text, "none");
	assert_true(
		fabs(cell_find(p, "images", "scr:1 75971b70dd9f", "size")->number - 2020000) < 1);
	assert_true(fabs(cell_find(p, "usage", "Images", "size")->number - 4049000) < 1);
	assert_true(note_has(p, LEVEL_WARN, "Docker does not limit its containers' logs"));
	assert_true(note_has(p, LEVEL_WARN, "1 container writes logs without a limit: web"));
	panel_unref(p);
}

/* docker images: three names of two images; docker system df says two at the same time. */
static void names_are_not_images(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b, 1, "", "cat: /etc/docker/daemon.json: No such file or directory");
	answer_capture(&b, "images", 0, "trixie/docker-images-names.stdout");
	p = panel_of(&b, false);
	assert_int_equal(panel_find_table(p, "images")->nrows, 3);
	assert_true(fact_value(p, "docker.images") == 2);
	panel_unref(p);
	add_server(&b, 1, "", "");
	answer_text(&b, "images", 0, "{\"Tag\":\"a\"}\n{\"Tag\":\"b\"}\n");
	p = panel_of(&b, false);
	assert_true(fact_value(p, "docker.images") == 1);
	panel_unref(p);
}

static void no_containers(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b, 0, "{}", NULL);
	answer_capture(&b, "containers", 0, "trixie/docker-ps-a-json.stdout");
	answer_text(&b, "images", 0, "");
	answer_capture(&b, "usage", 0, "trixie/docker-system-df-json-tmpl.stdout");
	p = panel_of(&b, false);
	assert_true(fact_value(p, "docker.containers.total") == 0);
	assert_true(fact_value(p, "docker.images") == 0);
	assert_true(fact_value(p, "docker.reclaimable") == 0);
	assert_true(fact_value(p, "docker.configured") == 1);
	panel_unref(p);
}

static void configurations(void **state)
{
	static const struct {
		int status;
		const char *text, *err;
		double configured, limited;
		enum level level; /* of daemon.json's row */
	} cases[] = {
		{0,
			"{\"log-driver\":\"json-file\",\"log-opts\":{\"max-size\":\"10m\",\"max-"
			"file\":\"3\"}}",
			NULL, 1, 1, LEVEL_OK},
		{0, "{\"log-opts\":{\"max-file\":\"3\"}}", NULL, 1, 0, LEVEL_OK},
		{0, "{\"log-opts\":{\"max-size\":\"-1\"}}", NULL, 1, 0, LEVEL_OK},
		{0, "{\"log-opts\":{\"max-size\":\"10m\"},}", NULL, 1, NAN, LEVEL_BAD},
		{0, "[]", NULL, 1, 0, LEVEL_BAD},
		{0, "", NULL, 1, NAN, LEVEL_BAD},
		{1, "", "cat: /etc/docker/daemon.json: No such file or directory", 0, 0,
			LEVEL_NONE},
		{1, "", "cat: /etc/docker/daemon.json: Permission denied", NAN, NAN, LEVEL_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b;
		struct panel *p;
		double configured, limited;

		add_server(&b, cases[i].status, cases[i].text, cases[i].err);
		p = panel_of(&b, false);
		configured = fact_value(p, "docker.configured");
		limited = fact_value(p, "docker.log.limited");
		assert_true(isnan(cases[i].configured) ? isnan(configured)
						       : configured == cases[i].configured);
		assert_true(isnan(cases[i].limited) ? isnan(limited) : limited == cases[i].limited);
		assert_int_equal(
			cell_find(p, "daemon", "daemon.json", "value")->level, cases[i].level);
		if (cases[i].status == 0)
			assert_string_equal(
				row_find(p, "daemon", "daemon.json")->detail, cases[i].text);
		panel_unref(p);
	}
}

static void containers_in_trouble(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b, 0, "{\"log-opts\":{\"max-size\":\"10m\"}}", NULL);
	answer_text(&b, "containers", 0,
		"{\"ID\":\"aaaaaaaaaaaa\",\"Names\":\"loop\",\"State\":\"restarting\",\"Status\":"
		"\"Restarting (1) 5 s ago\"}\n"
		"{\"ID\":\"bbbbbbbbbbbb\",\"Names\":\"sick\",\"State\":\"running\",\"Status\":\"Up "
		"3 hours (unhealthy)\"}\n"
		"{\"ID\":\"cccccccccccc\",\"Names\":\"kept\",\"State\":\"exited\",\"Status\":"
		"\"Exited (0) 2 h ago\"}\n"
		"{\"ID\":\"dddddddddddd\",\"Names\":\"done\",\"State\":\"exited\",\"Status\":"
		"\"Exited (0) 2 h ago\"}\n"
		"not json\n{\"ID\":\"eeee\"}\n");
	answer_text(&b, "inspect", 0,
		INSPECT("cccccccccccc1", "always", "{\"Type\":\"local\",\"Config\":{}}")
			INSPECT("dddddddddddd1", "no",
				"{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10m\",\"max-"
				"file\":\"3\"}}"));
	p = panel_of(&b, false);
	assert_true(fact_value(p, "docker.containers.total") == 4);
	assert_true(fact_value(p, "docker.containers.running") == 1);
	assert_true(note_has(p, LEVEL_BAD, "container loop: Restarting (1) 5 s ago"));
	assert_true(note_has(p, LEVEL_BAD, "container sick"));
	assert_true(note_has(p, LEVEL_WARN, "container kept: Exited (0)"));
	assert_int_equal(p->nnotes, 3);
	assert_string_equal(cell_find(p, "containers", "done", "logs")->text, "10m x 3");
	assert_string_equal(cell_find(p, "containers", "kept", "logs")->text, "local");
	assert_null(cell_find(p, "containers", "loop", "logs")->text);
	panel_unref(p);
}

/* Written, and not in force yet. */
static void a_restart_is_due(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	add_server(&b, 0, "{\"log-driver\":\"local\"}", NULL);
	answer_text(&b, "unit", 0, "ActiveState=failed\nSubState=failed\nResult=exit-code\n");
	p = panel_of(&b, false);
	assert_true(note_has(
		p, LEVEL_WARN, "asks for the log driver local, but Docker uses json-file"));
	assert_string_equal(
		cell_find(p, "daemon", "service", "value")->text, "failed (failed), exit-code");
	assert_int_equal(cell_find(p, "daemon", "service", "value")->level, LEVEL_BAD);
	panel_unref(p);
}

static struct panel *no_daemon(int status, const char *words, bool as_root)
{
	struct buf b;

	buf_init(&b, 0);
	answer_text(&b, "config", 1, "");
	answer_text(&b, "info", 0, "{\"ServerVersion\":\"\"}");
	answer_text(&b, "version", status, "");
	answer_text(&b, "version.err", 0, words);
	return panel_of(&b, as_root);
}

static void without_a_daemon(void **state)
{
	static const char down[] = "Cannot connect to the Docker daemon at "
				   "unix:///var/run/docker.sock. Is the docker daemon running?";
	static const char denied[] =
		"permission denied while trying to connect to the Docker daemon socket";
	struct panel *p = no_daemon(1, down, false);
	struct buf b;

	(void)state;
	/* That it does not run is an answer. */
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "docker.active") == 0);
	assert_true(note_has(p, LEVEL_BAD, "does not run"));
	assert_null(panel_find_fact(p, "docker.containers.total"));
	panel_unref(p);
	p = no_daemon(1, denied, false);
	assert_int_equal(p->state, PANEL_DENIED);
	assert_null(panel_find_fact(p, "docker.active"));
	panel_unref(p);
	p = no_daemon(1, denied, true);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
	p = no_daemon(124, "", false);
	assert_int_equal(p->state, PANEL_HUNG);
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "config", 1, "");
	answer_text(&b, "info", 127, "");
	p = panel_of(&b, false);
	assert_int_equal(p->state, PANEL_MISSING);
	panel_unref(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_daemon),
		cmocka_unit_test(names_are_not_images),
		cmocka_unit_test(no_containers),
		cmocka_unit_test(configurations),
		cmocka_unit_test(containers_in_trouble),
		cmocka_unit_test(a_restart_is_due),
		cmocka_unit_test(without_a_daemon),
	};
	return cmocka_run_group_tests_name("collect_docker", tests, NULL, NULL);
}
