/*
 * The server over a real sshd: few channels, connections killed in a running step, the console
 * killed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "backends/host.h"
#include "backends/link.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "tests/serverbox.h"
#include "tests/sshd.h"

#define LINES 40000

static struct sshd hop, sshd; /* hop: the jump host on the way to "far", which is sshd as well */
static struct host *host;

static const char step[] =
	"plan() { echo would; }\n"
	"check() { false; }\n"
	"apply() { echo run >>\"$root/count\"; i=1; while [ $i -le 20 ]; do\n"
	"	seq $((i * 2000 - 1999)) $((i * 2000)); sleep 0.1; i=$((i + 1)); done; }\n"
	"verify() { :; }\n";

/*
 * The server's root is a folder, sudo asks nothing, and the login user is not root whoever runs the
 * test.
 */
static int group_setup(void **state)
{
	char *env;

	(void)state;
	sshd_init(&hop, NULL);
	sshd.as_root = true;
	sshd_init(&sshd, NULL);
	env = xasprintf("mkdir -p root/home root/var root/run root/bin && "
			"sed -i \"1i SetEnv root=$DIR/root HOME=$DIR/root/home "
			"PATH=$DIR/root/bin:/usr/bin:/bin\" etc/sshd_config");
	sshd.as_root = true;
	assert_int_equal(sshd_sh(&sshd, env), 0);
	free(env);
	sshd_put(&sshd, "root/bin/id",
		"#!/bin/sh\n[ \"$1\" = -u ] && [ -z \"$IN_SUDO\" ] && echo 1000 || /usr/bin/id "
		"\"$@\"\n",
		0755);
	sshd_put(&sshd, "root/bin/sudo", "#!/bin/sh\nshift 4\nexec env IN_SUDO=1 \"$@\"\n", 0755);
	sshd_put(&sshd, "step", step, 0644);
	sshd_start(&sshd);
	env = xasprintf("Host far\n  HostName 127.0.0.1\n  Port %d\n  ProxyJump %s@127.0.0.1:%d\n"
			"Host *\n  User %s\n  IdentityFile %s/.ssh/id_ed25519\n",
		sshd.port, hop.user, hop.port, sshd.user, sshd.home);
	sshd_put(&sshd, "home/.ssh/config", env, 0600);
	free(env);
	env = sshd_get(&sshd, "home/.ssh/id_ed25519.pub");
	sshd_put(&hop, "etc/authorized_keys", env, 0600);
	free(env);
	sshd_start(&hop);
	sshd_trust(&hop);
	sshd_trust(&sshd);
	env = xasprintf("cat %s/.ssh/known_hosts >>home/.ssh/known_hosts", hop.home);
	assert_int_equal(sshd_sh(&sshd, env), 0);
	free(env);
	host = host_new_demo(NULL); /* no settings */
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	host_free(host);
	sshd_clear(&sshd);
	sshd_clear(&hop);
	return 0;
}

static void begin(struct serverbox *b, const char *name)
{
	struct server_options o = {.host = host, .session = "s1", .who = "tester@here"};

	o.datadir = data_dir(NULL);
	o.link = sshd_link(&sshd, name);
	struct server *s = server_new(&o, NULL);

	assert_non_null(s);
	serverbox_init(b, s, o.link);
	server_start(s);
	serverbox_wait_state(b, LINK_UP, SOON);
}

static size_t count(void)
{
	char *text = sshd_get(&sshd, "root/count");
	size_t n = 0;

	for (const char *p = text; *p; p++)
		n += *p == '\n';
	free(text);
	return n;
}

static void start(struct serverbox *b, const char *id)
{
	char digest[DIGEST_HEX];
	struct job_spec spec = {.id = id,
		.root = true,
		.step = step,
		.params = "",
		.journal_head = "h",
		.meta = "{}",
		.timeout_s = 60,
		.plan_digest = digest};

	digest_hex("would\n", 6, digest);
	server_job_start(b->server, &spec);
}

static void ready(struct serverbox *b)
{
	server_root_open(b->server);
	serverbox_wait_root(b, ROOT_UP, SOON);
	server_lock_take(b->server, false);
	serverbox_wait(b, &b->locks, 1, SOON, "lock");
	assert_true(b->lock_ours);
}

static void want_output(struct buf *want)
{
	buf_init(want, 0);
	for (int i = 1; i <= LINES; i++)
		buf_addf(want, "%d\n", i);
}

static void few_channels(int limit)
{
	struct serverbox b;
	char command[128];

	sshd_stop(&sshd);
	snprintf(command, sizeof(command),
		"sed -i '/MaxSessions/d' etc/sshd_config && sed -i '1i MaxSessions %d' "
		"etc/sshd_config",
		limit);
	assert_int_equal(sshd_sh(&sshd, command), 0);
	sshd_start(&sshd);
	begin(&b, NULL);
	for (int i = 0; i < PANEL_COUNT; i++)
		serverbox_wait(&b, &b.npanels[i], 1, SOON, panel_name((enum panel_id)i));
	/*
	 * The root shell gets a channel, if a collector must give one up for it; a step's probe
	 * works, too.
	 */
	ready(&b);
	struct probe_spec probe = {
		.id = 1, .step = step, .part = "plan", .params = "", .timeout_s = 10};

	assert_int_equal(serverbox_probe(&b, &probe, SOON)->status, 0);
	assert_string_equal(b.probe_event->u.probe->output, "would\n");
	for (int i = 0; i < PANEL_COUNT; i++) {
		server_refresh(b.server, (enum panel_id)i);
		serverbox_wait(&b, &b.npanels[i], b.npanels[i] + 1, SOON, "panel again");
	}
	serverbox_wait(&b, &b.beats, b.beats + 2, SOON, "heartbeat");
	serverbox_clear(&b);
}

static void test_few_channels(void **state)
{
	(void)state;
	few_channels(2);
	few_channels(4);
	sshd_stop(&sshd);
	assert_int_equal(sshd_sh(&sshd, "sed -i '/MaxSessions/d' etc/sshd_config"), 0);
	sshd_start(&sshd);
}

/* Nothing of the step is lost or done twice, whoever it is that carries the connection and dies. */
static void killed(const char *name, const struct sshd *whose, const char *id)
{
	struct serverbox b;
	struct buf want;
	size_t before = count();

	setenv("TWISTERTUI_TIME_SCALE", "1,0.1", 1);
	begin(&b, name);
	ready(&b);
	start(&b, id);
	serverbox_wait_job(&b, JOB_RUNNING, SOON); /* killed before, it may never begin: test_lost_start's matter */
	for (int i = 0; i < 3; i++) {
		int ups = b.ups;
		int64_t until = clock_ms() + 500;

		while (clock_ms() < until)
			serverbox_turn(&b, 20);
		assert_true(sshd_kill_sessions(whose, SIGKILL) > 0);
		serverbox_wait(&b, &b.ups, ups + 1, SOON, "link");
	}
	serverbox_wait_job(&b, JOB_DONE, SOON);
	assert_int_equal(b.job_event->u.job->result, RESULT_OK);
	want_output(&want);
	assert_false(b.out_gap);
	assert_int_equal(b.out.len, want.len);
	assert_memory_equal(b.out.data, want.data, want.len);
	assert_int_equal(count(), before + 1);
	buf_clear(&want);
	serverbox_clear(&b);
	unsetenv("TWISTERTUI_TIME_SCALE");
}

static void test_killed_connection(void **state)
{
	(void)state;
	killed(NULL, &sshd, "r-1.killed.1");
}

static void test_killed_hop(void **state)
{
	(void)state;
	killed("far", &hop, "r-1.hop.1");
}

/* The whole console dies in the middle (KILL) and another finds the job. */
static void test_killed_console(void **state)
{
	const char *build = getenv("TOP_BUILDDIR");
	size_t before = count();
	char *command, *text;
	struct buf want;

	(void)state;
	if (!build)
		build = ".";
	command = xasprintf("export SERVED_SESSION=s1 SERVED_CONFIG=$DIR/home/.ssh/config; "
			    "'%s/tests/served' %s@127.0.0.1:%d root lock die 20000 "
			    "start r-1.console.1 $DIR/step >$DIR/first; [ $? = 137 ]",
		build, sshd.user, sshd.port);
	assert_int_equal(sshd_sh(&sshd, command), 0);
	free(command);
	command = xasprintf("export SERVED_SESSION=s2 SERVED_CONFIG=$DIR/home/.ssh/config; "
			    "'%s/tests/served' %s@127.0.0.1:%d root lock "
			    "follow r-1.console.1 0 >$DIR/second",
		build, sshd.user, sshd.port);
	assert_int_equal(sshd_sh(&sshd, command), 0);
	free(command);
	want_output(&want);
	text = sshd_get(&sshd, "second");
	assert_string_equal(text, buf_str(&want));
	free(text);
	text = sshd_get(&sshd, "first");
	assert_true(strlen(text) >= 20000 && strlen(text) < want.len);
	assert_memory_equal(text, want.data, strlen(text));
	free(text);
	assert_int_equal(count(), before + 1);
	buf_clear(&want);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_channels),
		cmocka_unit_test(test_killed_connection),
		cmocka_unit_test(test_killed_hop),
		cmocka_unit_test(test_killed_console),
	};

	data_dir(argv[0]);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
