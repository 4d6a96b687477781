/*
 * The ssh link through jump hosts: real sshds, each with keys and rules of its own, and a small
 * server that asks.
 */
#include <dirent.h>
#include <fcntl.h>
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

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "tests/linkbox.h"
#include "tests/sshd.h"

#define SOON 60000 /* never how long it takes: when to give up on a busy machine */
#define HOPS 2

static struct sshd hops[HOPS], sshd; /* the server's home is ours, it was made last */

/*
 * gate1 and gate2 are the jump hosts, srv is the server, which lets us in with the same key and
 * user. So patient that a busy machine does not matter, unless text, which goes first, says
 * otherwise.
 */
static void config(const char *text)
{
	char *whole = xasprintf("%s\n"
				"Host gate1\n  HostName 127.0.0.1\n  Port %d\n"
				"Host gate2\n  HostName 127.0.0.1\n  Port %d\n"
				"Host srv srv?\n  HostName 127.0.0.1\n  Port %d\n"
				"Host *\n  User %s\n  IdentityFile %s/.ssh/id_ed25519\n"
				"  ConnectTimeout 1000\n  ServerAliveInterval 1000\n",
		text, hops[0].port, hops[1].port, sshd.port, sshd.user, sshd.home);

	sshd_put(&sshd, "home/.ssh/config", whole, 0600);
	free(whole);
}

/* All three are known. */
static void trust(void)
{
	char *known[HOPS], *ours, *all;

	sshd_trust(&sshd);
	for (int i = 0; i < HOPS; i++) {
		sshd_trust(&hops[i]);
		known[i] = sshd_get(&hops[i], "home/.ssh/known_hosts");
	}
	ours = sshd_get(&sshd, "home/.ssh/known_hosts");
	all = xasprintf("%s%s%s", known[0], known[1], ours);
	sshd_put(&sshd, "home/.ssh/known_hosts", all, 0600);
	free(all);
	free(ours);
	for (int i = 0; i < HOPS; i++)
		free(known[i]);
}

static void begin(struct linkbox *b, const char *name)
{
	linkbox_init(b, sshd_link(&sshd, name));
	link_start(b->link);
}

static void says(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("\"%s\" does not say \"%s\"", text, want);
	assert_null(strchr(text, '\033'));
}

static void ends(struct linkbox *b, enum link_state state, int code, const char *want)
{
	linkbox_wait_state(b, state, SOON);
	assert_int_equal(b->code, code);
	says(b->text, want);
}

/* The rules of a jump host; NULL: none. */
static void rules(struct sshd *d, const char *line)
{
	char *command = xasprintf("sed -i '/# ours$/d' etc/sshd_config && { [ -z '%s' ] || "
				  "sed -i '1i %s # ours' etc/sshd_config; }",
		line ? line : "", line ? line : "");

	sshd_stop(d);
	assert_int_equal(sshd_sh(d, command), 0);
	sshd_start(d);
	free(command);
}

static int setup(void **state)
{
	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,0.1", 1);
	unsetenv("SSH_AUTH_SOCK");
	trust();
	config("Host srv1\n  ProxyJump gate1\nHost srv2\n  ProxyJump gate1,gate2\n");
	for (int i = 0; i < HOPS; i++)
		if (!hops[i].pid)
			sshd_start(&hops[i]);
	if (!sshd.pid)
		sshd_start(&sshd);
	return 0;
}

static int group_setup(void **state)
{
	char *key;

	(void)state;
	for (int i = 0; i < HOPS; i++)
		sshd_init(&hops[i], NULL);
	sshd_init(&sshd, NULL);
	key = sshd_get(&sshd, "home/.ssh/id_ed25519.pub");
	for (int i = 0; i < HOPS; i++)
		sshd_put(&hops[i], "etc/authorized_keys", key, 0600);
	free(key);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	sshd_clear(&sshd);
	for (int i = HOPS; i-- > 0;)
		sshd_clear(&hops[i]);
	return 0;
}

static int entries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* --- the way --------------------------------------------------------------------------------- */

static void test_one_hop(void **state)
{
	static const int states[] = {
		LINK_RESOLVING, LINK_CONNECTING, LINK_AUTH, LINK_CONNECTING, LINK_AUTH, LINK_UP};
	struct linkbox b;

	(void)state;
	begin(&b, "srv1");
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.nstates, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(b.states[i], states[i]);
	assert_int_equal(b.questions, 0);
	says(link_peer(b.link), "@127.0.0.1:");
	/* It really went through there. */
	sshd_kill_sessions(&hops[0], SIGKILL);
	ends(&b, LINK_LOST, ERR_LINK, "jump host gate1: the connection was lost");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
}

/* How a way of two may be written; that of the last word is not asked for the way to itself. */
static void test_two_hops(void **state)
{
	char ways[5][512];

	(void)state;
	snprintf(ways[0], sizeof ways[0], "Host srv2\n  ProxyJump gate1,gate2\n");
	snprintf(ways[1], sizeof ways[1],
		"Host srv2\n  ProxyJump gate2\nHost gate2\n  ProxyJump gate1\n");
	snprintf(ways[2], sizeof ways[2],
		"Host gate1\n  ProxyJump none\nHost *\n  ProxyJump gate1,gate2\n");
	snprintf(ways[3], sizeof ways[3],
		"Host srv2\n  ProxyJump ssh://%s@127.0.0.1:%d,%s@[127.0.0.1]:%d\n", sshd.user,
		hops[0].port, sshd.user, hops[1].port);
	snprintf(ways[4], sizeof ways[4],
		"Host gate1\n  ProxyCommand busybox nc %%h %%p\nHost srv2\n  ProxyJump "
		"gate1,gate2\n  ProxyCommand false\nHost gate2\n  ProxyCommand false\n");
	for (int i = 0; i < 5; i++) {
		struct linkbox b;

		config(ways[i]);
		begin(&b, "srv2");
		linkbox_comes_up(&b, SOON);
		sshd_kill_sessions(&hops[1], SIGKILL);
		ends(&b, LINK_LOST, ERR_LINK,
			i == 3 ? "jump host 127.0.0.1: " : "jump host gate2: ");
		linkbox_comes_up(&b, SOON);
		sshd_kill_sessions(&hops[0], SIGKILL);
		ends(&b, LINK_LOST, ERR_LINK,
			i == 3 ? "jump host 127.0.0.1: " : "jump host gate1: ");
		linkbox_clear(&b);
	}
}

static void test_none(void **state)
{
	static const char *const ways[] = {
		"Host srv2\n  ProxyJump none\nHost *\n  ProxyJump nowhere\n",
		"Host srv2\n  ProxyJump none\n  ProxyCommand false\n",
		"Host srv2\n  ProxyCommand none\n  ProxyJump nowhere\n",
		"Host srv2\n  ProxyCommand busybox nc %h %p\n  ProxyJump nowhere\n"};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct linkbox b;

		config(ways[i]);
		begin(&b, "srv2");
		linkbox_comes_up(&b, SOON);
		linkbox_clear(&b);
	}
}

/* What cannot be a way is said before anything is tried, with its place. */
static void test_no_way(void **state)
{
	static const struct {
		const char *config, *want;
	} ways[] = {
		{"Host srv\n  ProxyJump gate1\nHost gate1\n  ProxyJump gate2\nHost gate2\n"
		 "  ProxyJump GATE1\n",
			"/.ssh/config, line 4: ProxyJump: the way goes in a circle: \"GATE1\""},
		{"Host *\n  ProxyJump srv\n",
			"/.ssh/config, line 2: ProxyJump: the way goes in a circle"},
		{"Host srv\n\n  ProxyJump a,b,c,d,e,f,g,h,i\n",
			"/.ssh/config, line 3: ProxyJump: more than 8 jump hosts"},
		{"Host srv\n  ProxyJump gate1:0\n",
			"/.ssh/config, line 2: ProxyJump: \"gate1:0\" is not [user@]host[:port]"},
		{"Host srv\n  ProxyJump gate1,,gate2\n", "\"\" is not [user@]host[:port]"},
		{"Host srv\n  ProxyJump @gate1\n", "\"@gate1\" is not"},
		{"Host srv\n  ProxyJump [::1\n", "\"[::1\" is not"},
		{"Host srv\n  ProxyJump -oProxyCommand=x\n", "\"-oProxyCommand=x\" is not"},
		{"Host srv\n  ProxyJump gate1\nHost gate1\n  Port 99999\n",
			"/.ssh/config, line 4: bad value for Port"},
	};
	char *path = xasprintf("%s/.ssh/config", sshd.home);

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct host *h = NULL;
		struct err e = {0};

		sshd_put(&sshd, "home/.ssh/config", ways[i].config, 0600);
		assert_int_equal(host_find("srv", path, &h, &e), 0);
		assert_null(link_new_ssh(h, &e));
		assert_int_equal(e.code, ERR_USAGE);
		says(e.text, ways[i].want);
		assert_null(strchr(e.text, '\n'));
		host_free(h);
	}
	free(path);
}

/* The profile's own jump goes before ssh_config, as ssh -J does. */
static void test_profile(void **state)
{
	struct linkbox b;
	char *text = xasprintf("address = srv\nuser = %s\njump = gate2\n", sshd.user);
	char *folder = xasprintf("%s/profiles", sshd.dir);

	(void)state;
	setenv("XDG_CONFIG_HOME", folder, 1);
	assert_int_equal(sshd_sh(&sshd, "umask 077; mkdir -p profiles/twistertui/hosts"), 0);
	sshd_put(&sshd, "profiles/twistertui/hosts/edge", text, 0600);
	config("Host srv\n  ProxyCommand false\n");
	begin(&b, "edge");
	linkbox_comes_up(&b, SOON);
	sshd_kill_sessions(&hops[1], SIGKILL);
	ends(&b, LINK_LOST, ERR_LINK, "jump host gate2: ");
	linkbox_clear(&b);
	sshd_put(&sshd, "profiles/twistertui/hosts/edge", "address = srv\njump = none\n", 0600);
	begin(&b, "edge");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	unsetenv("XDG_CONFIG_HOME");
	free(folder);
	free(text);
}

/* --- who is it? ------------------------------------------------------------------------------ */

/* Each is asked about by its name, in the order of the way, and each is remembered. */
static void test_unknown_keys(void **state)
{
	static const char *const titles[] = {
		"Is this the jump host gate1?", "Is this the jump host gate2?", "Is this srv2?"};
	struct linkbox b;

	(void)state;
	sshd_put(&sshd, "home/.ssh/known_hosts", "", 0600);
	begin(&b, "srv2");
	for (int i = 0; i < 3; i++) {
		const struct sshd *at = i < HOPS ? &hops[i] : &sshd;
		char port[32];

		linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
		assert_int_equal(b.state, LINK_HOSTKEY);
		assert_string_equal(b.question->title, titles[i]);
		snprintf(port, sizeof port, "port %d", at->port);
		says(b.question->text, port);
		linkbox_answer(&b, "yes");
	}
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 0);
	linkbox_clear(&b);
	sshd_put(&sshd, "home/.ssh/known_hosts", "", 0600);
	begin(&b, "srv1");
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	linkbox_answer(&b, NULL);
	ends(&b, LINK_STOPPED, ERR_REFUSED, "jump host gate1: its host key was not accepted");
	linkbox_clear(&b);
}

static void refused(const char *prepare, const char *want)
{
	struct linkbox b;

	assert_int_equal(sshd_sh(&sshd, prepare), 0);
	begin(&b, "srv2");
	ends(&b, LINK_STOPPED, ERR_REFUSED, want);
	assert_int_equal(b.questions, 0);
	linkbox_clear(&b);
}

static void test_wrong_keys(void **state)
{
	char *change = xasprintf("read -r type key rest <home/.ssh/id_ed25519.pub; cd home/.ssh && "
				 "{ grep -vF ']:%d ' known_hosts; "
				 "echo \"[127.0.0.1]:%d $type $key\"; } >k && mv k known_hosts",
		hops[1].port, hops[1].port);
	char *revoke = xasprintf(
		"sed -i 's/^.127.0.0.1.:%d /@revoked &/' home/.ssh/known_hosts", hops[0].port);

	(void)state;
	refused(change, "jump host gate2: refused, its host key is not the one we know");
	trust();
	refused(revoke, "jump host gate1: refused, its host key");
	free(revoke);
	free(change);
}

/* --- who are we? ----------------------------------------------------------------------------- */

static pid_t server_start(const char *const *ways)
{
	char key[96], port[16], line[64], text[512];
	const char *argv[16] = {"sshserver", key, port};
	int n = sshd_free_port();
	pid_t pid;

	snprintf(key, sizeof key, "%s/etc/host_ed25519", hops[0].dir);
	snprintf(port, sizeof port, "%d", n);
	for (int i = 0; ways[i]; i++)
		argv[3 + i] = ways[i];
	pid = sshd_helper(&sshd, argv, line);
	snprintf(text, sizeof text,
		"Host asks\n  HostName 127.0.0.1\n  Port %d\n  User tester\n"
		"  StrictHostKeyChecking accept-new\nHost srv2\n  ProxyJump asks\n",
		n);
	config(text);
	return pid;
}

static void server_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_password(void **state)
{
	static const char *const ways[] = {"password:secret", "banner:\033[31mred\a\nalert", NULL};
	pid_t pid = server_start(ways);
	struct linkbox b;

	(void)state;
	begin(&b, "srv2");
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	assert_string_equal(b.question->title, "Password for tester@127.0.0.1 (jump host asks)");
	assert_string_equal(b.question->text, "red\nalert");
	linkbox_answer(&b, "wrong");
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	linkbox_answer(&b, "secret");
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 2);
	linkbox_clear(&b);
	begin(&b, "srv2");
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	linkbox_answer(&b, NULL);
	ends(&b, LINK_STOPPED, ERR_LINK, "jump host asks: no password was given");
	linkbox_clear(&b);
	server_end(pid);
}

static void test_keyboard(void **state)
{
	static const char *const ways[] = {"keyboard:secret:123456", NULL};
	pid_t pid = server_start(ways);
	struct linkbox b;

	(void)state;
	begin(&b, "srv2");
	linkbox_wait_question(&b, LINK_Q_KEYBOARD, SOON);
	says(b.question->title, "(jump host asks)");
	linkbox_answer(&b, "secret");
	linkbox_wait_question(&b, LINK_Q_KEYBOARD, SOON);
	says(b.question->title, "(jump host asks)");
	linkbox_answer(&b, "123456");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	server_end(pid);
}

/*
 * The jump host goes away while the server's question waits: it does not come back by itself to
 * ask again.
 */
static void test_gone_while_asked(void **state)
{
	struct linkbox b;
	char *forget = xasprintf("cd home/.ssh && sed -i '/:%d /d' known_hosts", sshd.port);

	(void)state;
	assert_int_equal(sshd_sh(&sshd, forget), 0);
	begin(&b, "srv1");
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	assert_string_equal(b.question->title, "Is this srv1?");
	sshd_kill_sessions(&hops[0], SIGKILL);
	ends(&b, LINK_STOPPED, ERR_LINK, "jump host gate1: the connection was lost");
	linkbox_answer(&b, "yes"); /* too late: it is nobody's */
	link_retry(b.link);
	linkbox_wait_question(&b, LINK_Q_HOSTKEY, SOON);
	linkbox_answer(&b, "once");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
	free(forget);
}

/*
 * One key for the whole way is unlocked once; one that the jump host does not take is said of it.
 */
static void test_keys(void **state)
{
	static const char text[] = "Host srv1\n  ProxyJump gate1\nHost gate1 srv1\n"
				   "  IdentitiesOnly yes\n  IdentityFile ~/.ssh/locked\n";
	struct linkbox b;
	char *key;

	(void)state;
	assert_int_equal(
		sshd_sh(&sshd, "cd home/.ssh; rm -f locked*; ssh-keygen -q -t ed25519 -a 4 "
			       "-N 'open sesame' -f locked && "
			       "cat locked.pub >>../../etc/authorized_keys"),
		0);
	sshd_put(&sshd, "home/.ssh/config", "", 0600);
	config(text);
	/* ssh_config's IdentityFiles add up: the one for all is there, too, and comes last. */
	begin(&b, "srv1");
	linkbox_wait_question(&b, LINK_Q_PASSPHRASE, SOON);
	says(b.question->title, "Passphrase for the key ");
	assert_null(strstr(b.question->title, "jump host"));
	linkbox_answer(&b, "open sesame");
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 1);
	linkbox_clear(&b);
	key = sshd_get(&sshd, "home/.ssh/locked.pub");
	sshd_put(&hops[0], "etc/authorized_keys", key, 0600);
	begin(&b, "srv1");
	linkbox_wait_question(&b, LINK_Q_PASSPHRASE, SOON);
	says(b.question->title, "(jump host gate1)");
	linkbox_answer(&b, "open sesame");
	linkbox_comes_up(&b, SOON);
	assert_int_equal(b.questions, 1);
	linkbox_clear(&b);
	sshd_put(&hops[0], "etc/authorized_keys", "", 0600);
	begin(&b, "srv1");
	ends(&b, LINK_STOPPED, ERR_LINK, "jump host gate1: it lets ");
	linkbox_clear(&b);
	free(key);
	key = sshd_get(&sshd, "home/.ssh/id_ed25519.pub");
	sshd_put(&hops[0], "etc/authorized_keys", key, 0600);
	free(key);
}

/* --- no way through -------------------------------------------------------------------------- */

static void test_forbidden(void **state)
{
	static const char *const lines[] = {"AllowTcpForwarding no", "PermitOpen 127.0.0.1:1"};
	struct linkbox b;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		rules(&hops[0], lines[i]);
		begin(&b, "srv1");
		ends(&b, LINK_STOPPED, ERR_LINK,
			"srv1: jump host gate1 does not let us through to 127.0.0.1, port ");
		says(b.text, "AllowTcpForwarding");
		linkbox_clear(&b);
	}
	rules(&hops[0], NULL);
}

/* A server that is down comes back, so it is tried again by itself. */
static void test_server_down(void **state)
{
	struct linkbox b;

	(void)state;
	sshd_stop(&sshd);
	begin(&b, "srv2");
	ends(&b, LINK_LOST, ERR_LINK, "srv2: jump host gate2 does not reach 127.0.0.1, port ");
	says(b.text, "Connection refused");
	sshd_start(&sshd);
	linkbox_comes_up(&b, SOON);
	sshd_kill_sessions(&sshd, SIGKILL);
	ends(&b, LINK_LOST, ERR_LINK, "srv2: the connection was lost");
	linkbox_comes_up(&b, SOON);
	sshd_stop(&hops[1]);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	while (!strstr(b.text, "does not reach")) {
		linkbox_wait_state(&b, LINK_CONNECTING, SOON);
		linkbox_wait_state(&b, LINK_LOST, SOON);
	}
	says(b.text, "jump host gate2: jump host gate1 does not reach 127.0.0.1, port ");
	linkbox_clear(&b);
}

static void test_hostile_words(void **state)
{
	static const char *const ways[] = {
		"password:secret", "bye:\033]0;title\a\033[31mgo\n%s%n away\xe2\x80\xae", NULL};
	pid_t pid = server_start(ways);
	struct linkbox b;

	(void)state;
	begin(&b, "srv2");
	linkbox_wait_question(&b, LINK_Q_PASSWORD, SOON);
	linkbox_answer(&b, "secret");
	ends(&b, LINK_LOST, ERR_LINK, "jump host asks: ");
	says(b.text, "go %s%n away");
	assert_null(strchr(b.text, '\n'));
	assert_null(strchr(b.text, '\033'));
	assert_null(strstr(b.text, "\xe2\x80\xae"));
	linkbox_clear(&b);
	server_end(pid);
}

/* --- given up -------------------------------------------------------------------------------- */

/* Whoever waits for a hop that hangs is not kept: stopped at once, freed at once. */
static void given_up(struct linkbox *b)
{
	int64_t begun = clock_ms();

	link_stop(b->link);
	linkbox_wait_state(b, LINK_STOPPED, SOON);
	link_retry(b->link);
	linkbox_wait_state(b, LINK_CONNECTING, SOON);
	linkbox_clear(b);
	assert_in_range(clock_ms() - begun, 0, 20000); /* of the 1000 s that it has */
}

static void test_cancel(void **state)
{
	struct linkbox b;

	(void)state;
	/*
	 * The first takes the connection and says nothing: only its listener answers, from the
	 * kernel.
	 */
	kill(hops[0].pid, SIGSTOP);
	begin(&b, "srv2");
	linkbox_wait_state(&b, LINK_CONNECTING, SOON);
	linkbox_turn(&b, 200);
	given_up(&b);
	kill(hops[0].pid, SIGCONT);
	/* The second: the first brought us there. */
	kill(hops[1].pid, SIGSTOP);
	begin(&b, "srv2");
	for (int64_t until = clock_ms() + SOON; !strstr(b.text, "gate2") && clock_ms() < until;)
		linkbox_turn(&b, 20);
	assert_string_equal(b.text, "jump host gate2");
	assert_int_equal(b.state, LINK_CONNECTING);
	linkbox_turn(&b, 200);
	given_up(&b);
	kill(hops[1].pid, SIGCONT);
	/* The first again, once all is up: what was sent through it comes nowhere. */
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	sshd_kill_sessions(&hops[0], SIGSTOP);
	kill(hops[0].pid, SIGSTOP);
	link_open(b.link, "echo nobody hears it");
	linkbox_turn(&b, 200);
	given_up(&b);
	kill(hops[0].pid, SIGCONT);
	sshd_kill_sessions(&hops[0], SIGCONT);
}

/*
 * A jump host that stands still is named, and not what lies behind it, of which nothing is heard
 * either.
 */
static void test_silent_hop(void **state)
{
	struct linkbox b;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "0.1,0.1", 1);
	config("Host srv2\n  ProxyJump gate1,gate2\n"
	       "Host *\n  ServerAliveInterval 30\n  ServerAliveCountMax 2\n");
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	assert_true(sshd_kill_sessions(&hops[0], SIGSTOP) > 0);
	ends(&b, LINK_LOST, ERR_LINK, "jump host gate1: nothing was heard of it for");
	linkbox_comes_up(&b, SOON);
	assert_true(sshd_kill_sessions(&sshd, SIGSTOP) > 0);
	ends(&b, LINK_LOST, ERR_LINK, "srv2: nothing was heard of it for");
	linkbox_comes_up(&b, SOON);
	linkbox_clear(&b);
}

/* --- much ------------------------------------------------------------------------------------ */

static void hash_out(void *arg, unsigned channel, const void *bytes, size_t n)
{
	(void)channel;
	digest_add(arg, bytes, n);
}

/* Down, while nobody takes it for a while, and up. */
static void test_much(void **state)
{
	size_t n = (size_t)5 << 20;
	struct digest *d = digest_new();
	char got[DIGEST_HEX], want[DIGEST_HEX], *bytes = xcalloc(1, n);
	struct linkbox b;
	unsigned id, sum;

	(void)state;
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	sum = linkbox_run(&b, "head -c 60000000 /dev/zero | tr '\\0' x | sha256sum", SOON);
	b.on_out = hash_out;
	b.arg = d;
	id = link_open(b.link, "head -c 60000000 /dev/zero | tr '\\0' x");
	usleep(500000);
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].total, 60000000);
	digest_end(d, got);
	assert_memory_equal(linkbox_out(&b, sum), got, 64);
	b.on_out = NULL;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 31 + i / 977);
	digest_hex(bytes, n, want);
	id = link_open(b.link, "sleep 0.3; sha256sum");
	link_write(b.link, id, bytes, n);
	link_eof(b.link, id);
	linkbox_wait_exit(&b, id, SOON);
	assert_memory_equal(linkbox_out(&b, id), want, 64);
	free(bytes);
	linkbox_clear(&b);
}

/*
 * Every window on the way full in both directions at once: 20 MB that come back as they are sent,
 * and nobody takes.
 */
static void test_full_both_ways(void **state)
{
	size_t n = (size_t)20 << 20;
	char *bytes = xcalloc(1, n), want[DIGEST_HEX], got[DIGEST_HEX];
	struct digest *d = digest_new();
	struct linkbox b;
	unsigned id, other;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 17 + i / 1009);
	digest_hex(bytes, n, want);
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	id = link_open(b.link, "cat");
	linkbox_wait_opened(&b, id, SOON);
	b.on_out = hash_out;
	b.arg = d;
	link_write(b.link, id, bytes, n);
	link_eof(b.link, id);
	usleep(1000000);
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].total, n);
	digest_end(d, got);
	assert_string_equal(got, want);
	/* One that does not read holds up nobody else. */
	b.on_out = NULL;
	id = link_open(b.link, "sleep 600");
	linkbox_wait_opened(&b, id, SOON);
	link_write(b.link, id, bytes, n);
	other = linkbox_run(&b, "echo still here", SOON);
	assert_string_equal(linkbox_out(&b, other), "still here\n");
	free(bytes);
	linkbox_clear(&b);
}

/* Whichever of the three is lost, no descriptor and no thread is. */
static void test_nothing_left(void **state)
{
	int fds, threads, fds_before = entries("/proc/self/fd"),
			  threads_before = entries("/proc/self/task");
	struct linkbox b;

	(void)state;
	begin(&b, "srv2");
	linkbox_comes_up(&b, SOON);
	fds = entries("/proc/self/fd");
	threads = entries("/proc/self/task");
	assert_int_equal(threads, threads_before + 1);
	for (int i = 0; i < 8; i++) {
		const struct sshd *at = i % 4 < HOPS ? &hops[i % 4] : &sshd;

		if (i % 4 == 3)
			link_drop(b.link, "x");
		else
			sshd_kill_sessions(at, SIGKILL);
		linkbox_wait_state(&b, LINK_LOST, SOON);
		b.nstates = 0;
		linkbox_comes_up(&b, SOON);
	}
	assert_int_equal(entries("/proc/self/fd"), fds);
	assert_int_equal(entries("/proc/self/task"), threads);
	linkbox_clear(&b);
	assert_int_equal(entries("/proc/self/fd"), fds_before);
	assert_int_equal(entries("/proc/self/task"), threads_before);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_hop),
		TEST(test_two_hops),
		TEST(test_none),
		TEST(test_no_way),
		TEST(test_profile),
		TEST(test_unknown_keys),
		TEST(test_wrong_keys),
		TEST(test_password),
		TEST(test_keyboard),
		TEST(test_gone_while_asked),
		TEST(test_keys),
		TEST(test_forbidden),
		TEST(test_server_down),
		TEST(test_hostile_words),
		TEST(test_cancel),
		TEST(test_silent_hop),
		TEST(test_much),
		TEST(test_full_both_ways),
		TEST(test_nothing_left),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
