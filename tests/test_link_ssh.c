/* The ssh link against a real sshd. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "tests/linkbox.h"
#include "tests/sshd.h"

#define SOON 15000

/* One sshd for most tests; each has its own known_hosts and config. */
static struct sshd sshd;

static struct link *link_to(const char *name)
{
	struct host *h = NULL;
	struct err e = {0};
	struct link *l;
	char config[128];

	/* As with -F: the machine's own ssh_config must not matter. */
	snprintf(config, sizeof config, "%s/.ssh/config", sshd.home);
	assert_int_equal(host_find(name, config, &h, &e), 0);
	l = link_new_ssh(h, &e);
	if (!l)
		fail_msg("%s", e.text);
	host_free(h);
	return l;
}

static void begin(struct linkbox *b)
{
	char name[64];

	snprintf(name, sizeof name, "127.0.0.1:%d", sshd.port);
	linkbox_init(b, link_to(name));
	link_start(b->link);
}

static void up(struct linkbox *b)
{
	begin(b);
	linkbox_wait_state(b, LINK_UP, SOON);
}

static int setup(void **state)
{
	(void)state;
	sshd_put(&sshd, "home/.ssh/config", "", 0600);
	sshd_trust(&sshd);
	if (!sshd.pid)
		sshd_start(&sshd);
	return 0;
}

/* --- logins ---------------------------------------------------------------------------------- */

static void test_key_login(void **state)
{
	static const char *const keys[] = {"id_ed25519", "id_rsa"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char config[128];
		struct linkbox b;
		unsigned id;

		snprintf(config, sizeof config, "IdentityFile ~/.ssh/%s\n", keys[i]);
		sshd_put(&sshd, "home/.ssh/config", config, 0600);
		up(&b);
		assert_string_equal(b.text, "");
		assert_int_equal(b.questions, 0);
		id = linkbox_run(&b, "echo hello; echo oops >&2; exit 3", SOON);
		assert_true(b.channels[id].opened);
		assert_string_equal(linkbox_out(&b, id), "hello\n");
		assert_string_equal(linkbox_err(&b, id), "oops\n");
		assert_int_equal(b.channels[id].status, 3);
		linkbox_clear(&b);
	}
}

static void test_states_in_order(void **state)
{
	struct linkbox b;

	(void)state;
	up(&b);
	assert_int_equal(b.nstates, 4);
	assert_int_equal(b.states[0], LINK_RESOLVING);
	assert_int_equal(b.states[1], LINK_CONNECTING);
	assert_int_equal(b.states[2], LINK_AUTH);
	assert_int_equal(b.states[3], LINK_UP);
	linkbox_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_key_login, setup),
		cmocka_unit_test_setup(test_states_in_order, setup),
	};
	int rc;

	sshd_init(&sshd, NULL);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	sshd_clear(&sshd);
	return rc;
}
