/* Logging in: host keys, keys, agents, passwords. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "tests/linkbox.h"
#include "tests/sshd.h"

#define SOON 60000 /* never how long it takes: when to give up on a busy machine */

static struct sshd sshd;

static void begin(struct linkbox *b, const char *name)
{
	linkbox_init(b, sshd_link(&sshd, name));
	link_start(b->link);
}

static void config(const char *text)
{
	sshd_put(&sshd, "home/.ssh/config", text, 0600);
}

static int sh(const char *command)
{
	return sshd_sh(&sshd, command);
}

static int setup(void **state)
{
	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,0.2", 1);
	unsetenv("SSH_AUTH_SOCK");
	config("IdentityFile ~/.ssh/id_ed25519\n");
	sshd_trust(&sshd);
	return 0;
}

static void stopped_with(struct linkbox *b, int code, const char *text)
{
	linkbox_wait_state(b, LINK_STOPPED, SOON);
	assert_int_equal(b->code, code);
	if (!strstr(b->text, text))
		fail_msg("\"%s\" does not say \"%s\"", b->text, text);
	assert_null(strchr(b->text, '\n'));
}

/* --- host keys ------------------------------------------------------------------------------- */

static void test_unknown_host(void **state)
{
	struct linkbox b;
	char *known, *print, want[128];

	(void)state;
	assert_int_equal(
		sh("rm home/.ssh/known_hosts; ssh-keygen -lf etc/host_ed25519.pub >print"), 0);
	print = sshd_get(&sshd, "print");
	assert_int_equal(sscanf(print, "%*s %100s", want), 1);
	begin(&b, NULL);
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	assert_int_equal(b.state, LINK_HOSTKEY);
	assert_non_null(strstr(b.question->text, want));
	assert_non_null(strstr(b.question->text, "ED25519"));
	link_answer(b.link, b.question->id + 1, "yes"); /* another's answer is not ours */
	linkbox_turn(&b, 200);
	assert_int_equal(b.state, LINK_HOSTKEY);
	linkbox_answer(&b, "once");
	linkbox_comes_up(&b, SOON);
	known = sshd_get(&sshd, "home/.ssh/known_hosts");
	assert_string_equal(known, "");
	free(known);
	link_drop(b.link, "x"); /* "once" holds while the link lives */
	linkbox_wait_state(&b, LINK_LOST, SOON);
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 1);
	linkbox_clear(&b);
	begin(&b, NULL);
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	linkbox_answer(&b, NULL);
	stopped_with(&b, ERR_REFUSED, "its host key was not accepted");
	link_retry(b.link);
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	linkbox_answer(&b, "yes");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 0);
	linkbox_clear(&b);
	free(print);
}

static void refused(const char *prepare, const char *text, const char *also)
{
	struct linkbox b;

	assert_int_equal(sh(prepare), 0);
	begin(&b, NULL);
	stopped_with(&b, ERR_REFUSED, text);
	assert_non_null(strstr(b.text, also));
	assert_int_equal(b.questions, 0);
	linkbox_turn(&b, 500); /* and it does not come back by itself */
	assert_int_equal(b.state, LINK_STOPPED);
	linkbox_clear(&b);
}

static void test_wrong_host_keys(void **state)
{
	char remove[160], change[160];

	(void)state;
	snprintf(remove, sizeof remove,
		"ssh-keygen -f \"%s/.ssh/known_hosts\" -R \"[127.0.0.1]:%d\"", sshd.home,
		sshd.port);
	/* Another key of the type it offers; the real ones away. */
	snprintf(change, sizeof change,
		"read -r type key rest <home/.ssh/id_ed25519.pub;"
		"echo \"[127.0.0.1]:%d $type $key\" >home/.ssh/known_hosts",
		sshd.port);
	refused(change, "its host key is not the one we know", remove);
	refused("true", "SHA256:", "line 1");
	sshd_trust(&sshd); /* only a type it does not have */
	refused("cd home/.ssh && sed -n 's/ssh-ed25519 .*/ecdsa-sha2-nistp256 AAAAE2VjZHNhAAAA/p' "
		"known_hosts >k && "
		"mv k known_hosts",
		"its host key is not the one we know", remove);
	sshd_trust(&sshd);
	refused("sed -i 's/^/@revoked /' home/.ssh/known_hosts", "is revoked in", "line 1");
	refused("sed -i 's/^@revoked [^ ]*/@revoked */' home/.ssh/known_hosts", "is revoked in",
		"SHA256:");
	sshd_trust(&sshd); /* known, and revoked in a hashed line of the second file */
	refused("cd home/.ssh && cp known_hosts second && ssh-keygen -q -H -f second && "
		"sed -i 's/^/@revoked /' second && echo \"UserKnownHostsFile $PWD/known_hosts "
		"$PWD/second\" >>config",
		"is revoked in", "second");
	config("StrictHostKeyChecking yes\n");
	refused("rm home/.ssh/known_hosts", "StrictHostKeyChecking", "SHA256:");
}

static void test_known_in_other_ways(void **state)
{
	struct linkbox b;

	(void)state;
	assert_int_equal(
		sh("ssh-keygen -q -H -f home/.ssh/known_hosts && rm home/.ssh/known_hosts.old"), 0);
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	/* Only its RSA key is known: that is asked for, although it has a newer one. */
	sshd_trust(&sshd);
	assert_int_equal(sh("sed -i /ed25519/d home/.ssh/known_hosts"), 0);
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	assert_int_equal(sh("sed -i 's/^[^ ]*/alias/' home/.ssh/known_hosts"), 0);
	config("IdentityFile ~/.ssh/id_ed25519\nHostKeyAlias alias\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/id_ed25519\nStrictHostKeyChecking accept-new\nHashKnownHosts "
	       "yes\n");
	assert_int_equal(sh("rm home/.ssh/known_hosts"), 0);
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	assert_int_equal(sh("grep '^|1|' home/.ssh/known_hosts"), 0);
	assert_int_equal(b.questions, 0);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void test_keys(void **state)
{
	static const char *const configs[] = {"IdentityFile ~/.ssh/id_rsa\n",
		"IdentityFile ~/.ssh/id_ed25519\n", "",
		"IdentityFile ~/.ssh/none\nIdentityFile ~/.ssh/id_rsa\n"};

	(void)state;
	for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
		struct linkbox b;

		config(configs[i]);
		begin(&b, NULL);
		linkbox_comes_up(&b, SOON);
		assert_int_equal(b.questions, 0);
		linkbox_clear(&b);
	}
}

static void test_no_key_fits(void **state)
{
	struct linkbox b;

	(void)state;
	config("IdentityFile ~/.ssh/stranger\n");
	assert_int_equal(sh("ssh-keygen -q -t ed25519 -N '' -f home/.ssh/stranger"), 0);
	begin(&b, NULL);
	stopped_with(&b, ERR_LINK, "with none of our keys");
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/nothing\n");
	begin(&b, NULL);
	stopped_with(&b, ERR_LINK, "it wants a key, and there is none");
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/loose\n");
	assert_int_equal(sh("cd home/.ssh; cp id_ed25519 loose && chmod 644 loose"), 0);
	begin(&b, NULL);
	stopped_with(&b, ERR_LINK, "there is none"); /* others can read it: not used */
	linkbox_clear(&b);
}

/* Asked for once it is known that the server takes the key; wrong once; then kept for the link's life. */
static void test_passphrase(void **state)
{
	struct linkbox b;

	(void)state;
	assert_int_equal(sh("cd home/.ssh; rm -f locked*; ssh-keygen -q -t ed25519 -a 4 -N 'open "
			    "sesame' -f locked && "
			    "cat locked.pub >>../../etc/authorized_keys"),
		0);
	config("IdentityFile ~/.ssh/locked\n");
	begin(&b, NULL);
	linkbox_wait_question(&b, LINK_Q_PASSPHRASE, SOON);
	assert_non_null(strstr(b.question->title, "/.ssh/locked"));
	assert_false(b.question->echo);
	linkbox_answer(&b, "open says me");
	linkbox_wait_question(&b, LINK_Q_PASSPHRASE, SOON);
	assert_non_null(strstr(b.question->text, "wrong"));
	linkbox_answer(&b, "open sesame");
	linkbox_comes_up(&b, SOON);
	link_drop(b.link, "x");
	linkbox_wait_state(&b, LINK_LOST, SOON);
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 2);
	linkbox_clear(&b);
	/* Without its .pub, and without an answer the next key is tried. */
	assert_int_equal(sh("rm home/.ssh/locked.pub"), 0);
	config("IdentityFile ~/.ssh/locked\nIdentityFile ~/.ssh/id_rsa\n");
	begin(&b, NULL);
	linkbox_wait_question(&b, LINK_Q_PASSPHRASE, SOON);
	linkbox_answer(&b, NULL);
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 1);
	linkbox_clear(&b);
	/* One the server does not take: nobody is asked. */
	assert_int_equal(sh("sed -i '$d' etc/authorized_keys"), 0);
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 0);
	linkbox_clear(&b);
}

static void test_certificate(void **state)
{
	struct linkbox b;

	(void)state;
	assert_int_equal(sh("cd home/.ssh; ssh-keygen -q -t ed25519 -N '' -f ca; ssh-keygen -q -t "
			    "ed25519 -N '' -f signed"),
		0);
	{
		char *command = xasprintf(
			"cd home/.ssh; ssh-keygen -q -s ca -I test -n %s signed.pub && "
			"echo \"cert-authority $(cat ca.pub)\" >>../../etc/authorized_keys",
			sshd.user);

		assert_int_equal(sh(command), 0);
		free(command);
	}
	config("IdentityFile ~/.ssh/signed\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	assert_int_equal(sh("cd home/.ssh; mv signed-cert.pub elsewhere-cert.pub"), 0);
	config("IdentityFile ~/.ssh/signed\nCertificateFile ~/.ssh/elsewhere-cert.pub\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	assert_int_equal(sh("sed -i '$d' etc/authorized_keys"), 0);
}

/* Both wanted, one after the other: partial success in between. */
static void test_two_keys(void **state)
{
	struct linkbox b;

	(void)state;
	sshd_stop(&sshd);
	assert_int_equal(
		sh("sed -i '1i AuthenticationMethods publickey,publickey' etc/sshd_config"), 0);
	sshd_start(&sshd);
	config("IdentityFile ~/.ssh/id_ed25519\nIdentityFile ~/.ssh/id_rsa\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/id_rsa\n");
	begin(&b, NULL);
	stopped_with(&b, ERR_LINK, "with none of our keys");
	linkbox_clear(&b);
	sshd_stop(&sshd);
	assert_int_equal(sh("sed -i 1d etc/sshd_config"), 0);
	sshd_start(&sshd);
}

/* --- agents ---------------------------------------------------------------------------------- */

static void agent_start(void)
{
	char *socket = xasprintf("%s/agent", sshd.dir);

	assert_int_equal(sh("ssh-agent -a agent >agent.env"), 0);
	setenv("SSH_AUTH_SOCK", socket, 1);
	free(socket);
}

static void agent_end(void)
{
	assert_int_equal(sh(". ./agent.env; ssh-agent -k; rm -f agent"), 0);
	unsetenv("SSH_AUTH_SOCK");
}

static void test_agent(void **state)
{
	struct linkbox b;

	(void)state;
	agent_start();
	/* The key is only there; many others that do not fit stand before it (MaxAuthTries is 6). */
	assert_int_equal(sh("cd home/.ssh; for i in 1 2 3 4 5 6 7; do rm -f x$i x$i.pub; "
			    "ssh-keygen -q -t ed25519 -N '' -f x$i;"
			    "SSH_AUTH_SOCK=$DIR/agent ssh-add -q x$i; done"),
		0);
	assert_int_equal(sh("cd home/.ssh; mv id_rsa inagent; mv id_rsa.pub inagent.pub; "
			    "SSH_AUTH_SOCK=$DIR/agent ssh-add -q inagent;"
			    "rm inagent"),
		0);
	config("IdentityFile ~/.ssh/inagent\n");
	begin(&b, NULL);
	stopped_with(&b, ERR_LINK, "too many keys were tried");
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/inagent\nIdentitiesOnly yes\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	/* An agent that has no such key, and a file that fits. */
	config("IdentityFile ~/.ssh/id_ed25519\nIdentitiesOnly yes\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	config("IdentityFile ~/.ssh/id_ed25519\nIdentityAgent none\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	agent_end();
	setenv("SSH_AUTH_SOCK", "/no/such/agent", 1);
	config("IdentityFile ~/.ssh/id_ed25519\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
}

/* An agent that takes the question and never answers: freeing waits for nobody, and in time the next way is tried. */
static void test_stuck_agent(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct linkbox b;
	int64_t begun;

	(void)state;
	snprintf(at.sun_path, sizeof at.sun_path, "%s/stuck", sshd.dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	setenv("SSH_AUTH_SOCK", at.sun_path, 1);
	setenv("TWISTERTUI_TIME_SCALE", "1", 1);
	begin(&b, NULL);
	linkbox_wait_state(&b, LINK_AUTH, SOON);
	linkbox_turn(&b, 300);
	begun = clock_ms();
	linkbox_clear(&b);
	assert_in_range(clock_ms() - begun, 0, 20000); /* of the 60 s that an agent has */
	setenv("TWISTERTUI_TIME_SCALE", "0.01", 1); /* for the agent; connecting and answers may take 10 s all the same */
	config("IdentityFile ~/.ssh/id_ed25519\nConnectTimeout 1000\nServerAliveInterval 1000\n");
	begin(&b, NULL);
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	close(fd);
}

/* --- passwords ------------------------------------------------------------------------------- */

static pid_t server_start(const char *const *ways, char name[64])
{
	char key[96], port[16], line[64];
	const char *argv[16] = {"sshserver", key, port};
	int n = sshd_free_port();

	snprintf(key, sizeof key, "%s/etc/host_ed25519", sshd.dir);
	snprintf(port, sizeof port, "%d", n);
	for (int i = 0; ways[i]; i++)
		argv[3 + i] = ways[i];
	snprintf(name, 64, "tester@127.0.0.1:%d", n);
	config("IdentityFile ~/.ssh/id_ed25519\nStrictHostKeyChecking accept-new\n");
	return sshd_helper(&sshd, argv, line);
}

static void server_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int tries(const char *what)
{
	char *said = sshd_helper_said(&sshd, "sshserver"), *p = said;
	int n = 0;

	while ((p = strstr(p, what))) {
		n++;
		p++;
	}
	free(said);
	return n;
}

static void test_password(void **state)
{
	static const char *const ways[] = {"password:pa ss'\"w\xc3\xb6rd", NULL};
	struct linkbox b;
	char name[64];
	pid_t pid = server_start(ways, name);

	(void)state;
	begin(&b, name);
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	assert_int_equal(b.state, LINK_AUTH);
	assert_non_null(strstr(b.question->title, "tester@127.0.0.1"));
	assert_false(b.question->echo);
	linkbox_answer(&b, "wrong");
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	assert_non_null(strstr(b.question->text, "wrong"));
	linkbox_answer(&b, "pa ss'\"w\xc3\xb6rd");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	assert_int_equal(tries("password no"), 1);
	server_end(pid);
}

/* Three times wrong: it stops, asks nobody, tries nothing, until somebody says so. */
static void wrong_three_times(const char *way, enum link_question_kind kind)
{
	const char *const ways[] = {way, NULL};
	struct linkbox b;
	char name[64];
	pid_t pid = server_start(ways, name);

	begin(&b, name);
	for (int i = 0; i < 3; i++) {
		linkbox_wait_question(&b, kind, SOON);
		linkbox_answer(&b, "guess");
	}
	stopped_with(&b, ERR_LINK, "wrong password three times");
	linkbox_turn(&b, 1500);
	assert_int_equal(b.state, LINK_STOPPED);
	assert_int_equal(b.questions, 3);
	assert_int_equal(tries(" no"), 3);
	link_retry(b.link);
	linkbox_wait_question(&b, kind, SOON);
	linkbox_answer(&b, "secret");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	server_end(pid);
}

static void test_wrong_passwords(void **state)
{
	(void)state;
	wrong_three_times("password:secret", LINK_Q_PASSWORD);
	wrong_three_times("keyboard:secret", LINK_Q_KEYBOARD);
}

/* Several prompts in one round, and in two; then a password as well (partial success). */
static void test_keyboard(void **state)
{
	static const char *const kinds[] = {"keyboard:secret:123456", "rounds:secret:123456"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *const ways[] = {kinds[i], "password:more", NULL};
		struct linkbox b;
		char name[64];
		pid_t pid = server_start(ways, name);

		begin(&b, name);
		linkbox_wait_question(&b, LINK_Q_KEYBOARD, SOON);
		assert_non_null(strstr(b.question->title, "Password:"));
		assert_non_null(strstr(b.question->text, "Say who you are"));
		assert_false(b.question->echo);
		linkbox_answer(&b, "secret");
		linkbox_wait_question(&b, LINK_Q_KEYBOARD, SOON);
		assert_non_null(strstr(b.question->title, "Code:"));
		assert_true(b.question->echo);
		linkbox_answer(&b, "123456");
		linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
		linkbox_answer(&b, "more");
		linkbox_comes_up(&b, SOON);
		assert_int_equal(b.questions, 3);
		linkbox_clear(&b);
		server_end(pid);
	}
}

/* No answer stops it; and a server that does not wait any longer does not make it come back and ask again. */
static void test_no_answer(void **state)
{
	static const char *const ways[] = {"password:secret", NULL};
	struct linkbox b;
	char name[64], command[64];
	pid_t pid = server_start(ways, name);
	int64_t begun;

	(void)state;
	begin(&b, name);
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	linkbox_answer(&b, NULL);
	stopped_with(&b, ERR_LINK, "no password was given");
	link_retry(b.link);
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	snprintf(command, sizeof command, "kill -KILL $(ps -o pid= --ppid %d)", (int)pid);
	assert_int_equal(sh(command), 0);
	stopped_with(&b, ERR_LINK, "did not wait");
	link_retry(b.link);
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	begun = clock_ms();
	linkbox_clear(&b); /* while it waits for a person */
	assert_in_range(clock_ms() - begun, 0, 20000);
	server_end(pid);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unknown_host),
		TEST(test_wrong_host_keys),
		TEST(test_known_in_other_ways),
		TEST(test_keys),
		TEST(test_no_key_fits),
		TEST(test_passphrase),
		TEST(test_certificate),
		TEST(test_two_keys),
		TEST(test_stuck_agent),
		TEST(test_password),
		TEST(test_wrong_passwords),
		TEST(test_keyboard),
		TEST(test_no_answer),
		TEST(test_agent),
	};
	int rc;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	sshd_init(&sshd, NULL);
	sshd_start(&sshd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	sshd_clear(&sshd);
	return rc;
}
