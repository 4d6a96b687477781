/*
 * Getting in, as an operator sees it, on EdgeServer behind a real sshd: the first host key, one that changed, a
 * name nobody knows, a wrong and a right password, and sudo's password from a descriptor.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/digest.h"
#include "tests/edge.h"

#include <cmocka.h>

#define ENTER "\r"
#define DOWN "\033[B"
#define ROWS 36
#define COLS 120

static void test_first_host_key_is_remembered(void **state)
{
	struct edge e;
	struct vt *v;
	char *known;

	(void)state;
	edge_start(&e, "phase-1", NULL, false);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "SHA256:");
	vt_wait(v, "No, do not connect");
	vt_keys(v, DOWN);
	vt_keys(v, ENTER);
	vt_wait(v, "17/17");
	vt_free(v);
	known = sshd_get(&e.sshd, "home/.ssh/known_hosts");
	assert_non_null(strstr(known, "ssh-ed25519"));
	free(known);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "17/17");
	assert_false(vt_has(v, "SHA256:"));
	vt_free(v);
	edge_stop(&e);
}

static void test_changed_host_key_is_refused(void **state)
{
	const char *const args[] = {"--status", "edgeserver", NULL};
	struct edge e;
	struct vt *v;
	char *output;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	/* what we knew of the server is another's key */
	assert_int_equal(sshd_sh(&e.sshd, "ssh-keygen -q -t ed25519 -N '' -f other && "
					  "sed -i \"s|ssh-ed25519 .*|$(cut -d' ' -f1,2 "
					  "other.pub)|\" home/.ssh/known_hosts && "
					  "sed -i '/ssh-rsa/d' home/.ssh/known_hosts"),
		0);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "stopped");
	vt_wait(v, "key");
	assert_false(vt_has(v, "17/17"));
	vt_keys(v, "q");
	vt_end(v);
	vt_free(v);
	assert_int_equal(edge_run(&e, args, NULL, &output), 4);
	assert_non_null(strstr(output, "-R \""));
	free(output);
	edge_stop(&e);
}

static void type(struct vt *v, const char *until, const char *text)
{
	vt_wait(v, until);
	vt_keys(v, "\025"); /* whatever stands there goes */
	vt_keys(v, text);
	vt_keys(v, ENTER);
}

static void test_unknown_name_becomes_a_profile(void **state)
{
	struct edge e;
	struct vt *v;
	char *address, *key, *profile;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	sshd_put(&e.sshd, "home/.ssh/config", "", 0600);
	address = xasprintf("127.0.0.1:%d", e.sshd.port);
	key = xasprintf("%s/.ssh/id_ed25519", e.sshd.home);
	v = edge_console(&e, ROWS, COLS, NULL);
	type(v, "What is edgeserver?", address);
	type(v, "Which user?", e.sshd.user);
	type(v, "Which key?", key);
	vt_wait(v, "Keep it?");
	vt_keys(v, "y");
	vt_wait(v, "saved as");
	vt_wait(v, "17/17");
	vt_keys(v, "q");
	vt_end(v);
	vt_free(v);
	profile = sshd_get(&e.sshd, "home/.config/twistertui/hosts/edgeserver");
	assert_non_null(strstr(profile, "127.0.0.1"));
	free(profile);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "17/17");
	vt_free(v);
	free(address);
	free(key);
	edge_stop(&e);
}

/* grep of every file the console wrote; what it prints must be nothing. */
static void assert_nowhere(const struct edge *e, const char *secret)
{
	char *command = xasprintf("! grep -r -l -a -F -e '%s' state", secret);

	assert_int_equal(sshd_sh(&e->sshd, command), 0);
	free(command);
}

static void test_password(void **state)
{
	char secret[TOKEN_HEX], *key, *port, *way, *path, *config;
	struct edge e;
	struct vt *v;
	pid_t pid;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	digest_token(secret);
	path = xasprintf("%s/tests/sshserver", getenv("TOP_BUILDDIR"));
	key = xasprintf("%s/etc/host_ed25519", e.sshd.dir);
	port = xasprintf("%d", sshd_free_port());
	way = xasprintf("password:%s", secret);
	config = xasprintf("Host edgeserver\n  HostName 127.0.0.1\n  Port %s\n  User twister\n"
			   "  StrictHostKeyChecking accept-new\n",
		port);
	sshd_put(&e.sshd, "home/.ssh/config", config, 0600);
	const char *const argv[] = {path, key, port, way, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
	struct spawn sp = {.argv = argv, .env = env, .cwd = "/", .in = -1, .out = -1, .err = -1};
	assert_int_equal(spawn_start(&sp, &pid), 0);
	for (int i = 0; i < 1200; i++) { /* it listens soon */
		char *probe = xasprintf("exec 3<>/dev/tcp/127.0.0.1/%s", port);
		char *command = xasprintf("bash -c '%s' 2>/dev/null", probe);
		int r = sshd_sh(&e.sshd, command);

		free(probe);
		free(command);
		if (r == 0)
			break;
		usleep(50000);
	}
	v = edge_console(&e, ROWS, COLS, NULL);
	/* what is typed before the next question stands is no command: q would leave */
	type(v, "assword for", "not the password\rqqq:quit\r2");
	type(v, "That was wrong", secret);
	vt_wait(v, "Reading"); /* that server has one channel only: in is what counts */
	vt_wait_gone(v, "authenticating");
	assert_false(vt_has(v, secret));
	vt_keys(v, "q");
	vt_end(v);
	vt_free(v);
	assert_nowhere(&e, secret);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	free(path);
	free(key);
	free(port);
	free(way);
	free(config);
	edge_stop(&e);
}

static void test_sudo_password_from_a_descriptor(void **state)
{
	const char *const args[] = {
		"--phase", "1", "--dry-run", "--sudo-password-fd", "0", "edgeserver", NULL};
	struct edge e;
	char *output;

	(void)state;
	setenv("DEMO_SUDO", "password", 1);
	edge_start(&e, "phase-1", NULL, true);
	unsetenv("DEMO_SUDO");
	edge_run(&e, args, "twister\n", &output);
	assert_non_null(strstr(output, "lvextend -r -l 38400"));
	free(output);
	assert_int_equal(edge_run(&e, args, "wrong-password\n", &output), 1);
	assert_null(strstr(output, "lvextend -r"));
	assert_non_null(strstr(output, "needs root"));
	free(output);
	assert_nowhere(&e, "wrong-password");
	edge_stop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_host_key_is_remembered),
		cmocka_unit_test(test_changed_host_key_is_refused),
		cmocka_unit_test(test_unknown_name_becomes_a_profile),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_sudo_password_from_a_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
