/* The ssh link against a real sshd: connections, channels, loss and return. Logins: test_link_login.c; jump
 * hosts: test_link_jump.c. */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
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

static void up(struct linkbox *b)
{
	begin(b, NULL);
	linkbox_wait_state(b, LINK_UP, SOON);
}

/* sshd makes the process that serves us only after it has let us in: it is there once something ran. */
static void settled(struct linkbox *b)
{
	linkbox_wait_state(b, LINK_UP, SOON);
	linkbox_run(b, "true", SOON);
}

/*
 * With the user and the key that sshd lets in for every host; and so patient that a busy machine does not
 * matter, at TIME_SCALEs too, unless text says otherwise.
 */
static void config(const char *text)
{
	char *whole = xasprintf("%s\nHost *\n  User %s\n  IdentityFile %s/.ssh/id_ed25519\n"
				"  ConnectTimeout 1000\n  ServerAliveInterval 1000\n",
		text, sshd.user, sshd.home);

	sshd_put(&sshd, "home/.ssh/config", whole, 0600);
	free(whole);
}

static int setup(void **state)
{
	(void)state;
	unsetenv("TWISTERTUI_TIME_SCALE");
	config("");
	sshd_trust(&sshd);
	if (!sshd.pid)
		sshd_start(&sshd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sshd_stop(&sshd);
	return 0;
}

/* --- channels -------------------------------------------------------------------------------- */

static void test_streams_and_status(void **state)
{
	static const struct {
		const char *command;
		int status;
		const char *signal;
	} ways[] = {
		{"exit 0", 0, ""},
		{"exit 3", 3, ""},
		{"exit 255", 255, ""},
		{"kill -HUP $$", -1, "HUP"},
		{"kill -KILL $$", -1, "KILL"},
		{"no-such-command", 127, ""},
	};
	struct linkbox b;
	unsigned id;

	(void)state;
	up(&b);
	assert_int_equal(b.nstates, 4);
	assert_int_equal(b.states[0], LINK_RESOLVING);
	assert_int_equal(b.states[1], LINK_CONNECTING);
	assert_int_equal(b.states[2], LINK_AUTH);
	assert_string_equal(b.text, "");
	assert_int_equal(b.questions, 0);
	for (int i = 0; i < 5; i++) {
		id = linkbox_run(&b, "echo hello; echo oops >&2", SOON);
		assert_true(b.channels[id].opened);
		assert_string_equal(linkbox_out(&b, id), "hello\n");
		assert_string_equal(linkbox_err(&b, id), "oops\n");
	}
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		id = linkbox_run(&b, ways[i].command, SOON);
		assert_int_equal(b.channels[id].status, ways[i].status);
		assert_string_equal(b.channels[id].text, ways[i].signal);
	}
	linkbox_clear(&b);
}

static void hash_out(void *arg, unsigned channel, const void *bytes, size_t n)
{
	(void)channel;
	digest_add(arg, bytes, n);
}

/* 200 MB, their hash compared; memory must not grow with them, nor while nobody reads. */
static void test_much_output(void **state)
{
	struct digest *d = digest_new();
	char got[DIGEST_HEX];
	struct rusage before, after;
	struct linkbox b;
	unsigned id, want;

	(void)state;
	up(&b);
	want = linkbox_run(&b, "head -c 200000000 /dev/zero | tr '\\0' x | sha256sum", 60000);
	getrusage(RUSAGE_SELF, &before);
	b.on_out = hash_out;
	b.arg = d;
	id = link_open(b.link, "head -c 200000000 /dev/zero | tr '\\0' x");
	usleep(500000);
	linkbox_wait_exit(&b, id, 60000);
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(b.channels[id].total, 200000000);
	digest_end(d, got);
	assert_memory_equal(linkbox_out(&b, want), got, 64);
	if (!*(getenv("SANITIZED") ? getenv("SANITIZED") : ""))
		assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 24 << 10); /* KiB */
	linkbox_clear(&b);
}

static void test_stdin(void **state)
{
	size_t n = (size_t)5 << 20;
	char *bytes = xcalloc(1, n), want[DIGEST_HEX];
	struct linkbox b;
	unsigned id;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 31 + i / 977);
	digest_hex(bytes, n, want);
	up(&b);
	id = link_open(b.link, "sleep 0.3; sha256sum");
	link_write(b.link, id, bytes, n / 2);
	link_write_secret(b.link, id, bytes + n / 2, 100);
	link_write(b.link, id, bytes + n / 2 + 100, n - n / 2 - 100);
	link_eof(b.link, id);
	linkbox_wait_exit(&b, id, 60000);
	assert_memory_equal(linkbox_out(&b, id), want, 64);
	id = link_open(b.link, "exit 4"); /* one that never reads */
	link_write(b.link, id, bytes, n);
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].status, 4);
	free(bytes);
	linkbox_clear(&b);
}

/* Two that shout must not keep a third from answering. Counted in what they shout before it has: how fast that comes
 * is the machine's matter. */
static void test_fairness(void **state)
{
	struct linkbox b;
	unsigned loud[2], quiet;
	size_t worst = 0;

	(void)state;
	up(&b);
	loud[0] = link_open(b.link, "yes");
	loud[1] = link_open(b.link, "yes");
	quiet = link_open(b.link, "echo here; while read -r x; do echo \"<$x>\"; done");
	linkbox_wait_out(&b, quiet, "here", SOON);
	for (int i = 0; i < 2; i++)
		linkbox_wait_out(&b, loud[i], "y", SOON);
	for (int i = 0; i < 20; i++) {
		char line[16], answer[16];

		snprintf(line, sizeof line, "%d\n", i);
		snprintf(answer, sizeof answer, "<%d>", i);
		size_t before = b.channels[loud[0]].total + b.channels[loud[1]].total, came;

		link_write(b.link, quiet, line, strlen(line));
		linkbox_wait_out(&b, quiet, answer, SOON);
		came = b.channels[loud[0]].total + b.channels[loud[1]].total - before;
		worst = came > worst ? came : worst;
	}
	assert_in_range(worst, 0, (size_t)512 << 20);
	link_kill(b.link, loud[0]);
	link_kill(b.link, loud[1]);
	linkbox_wait_exit(&b, loud[0], SOON);
	linkbox_wait_exit(&b, loud[1], SOON);
	linkbox_clear(&b);
}

/* One more than sshd gives is refused, and a slot is free again when its process was ended. */
static void channel_limit(int max)
{
	struct linkbox b;
	unsigned id[8], more;

	up(&b);
	for (int i = 0; i < max; i++) {
		id[i] = link_open(b.link, "sleep 600");
		linkbox_wait_opened(&b, id[i], SOON);
		assert_true(b.channels[id[i]].opened);
	}
	more = linkbox_run(&b, "true", SOON);
	assert_true(b.channels[more].refused);
	link_kill(b.link, id[0]);
	linkbox_wait_exit(&b, id[0], SOON);
	if (strcmp(sshd.user, "root") == 0) { /* whose processes sshd does not signal */
		linkbox_clear(&b);
		return;
	}
	assert_string_equal(b.channels[id[0]].text, "TERM");
	more = linkbox_run(&b, "echo free", SOON);
	assert_string_equal(linkbox_out(&b, more), "free\n");
	linkbox_clear(&b);
}

static void test_max_sessions(void **state)
{
	static const int limits[] = {2, 4};

	(void)state;
	for (int i = 0; i < 2; i++) {
		char command[192];

		sshd_stop(&sshd);
		snprintf(command, sizeof command,
			"sed -i '/MaxSessions/d' etc/sshd_config && sed -i '1i MaxSessions %d' "
			"etc/sshd_config",
			limits[i]);
		assert_int_equal(sshd_sh(&sshd, command), 0);
		sshd_start(&sshd);
		channel_limit(limits[i]);
	}
	sshd_stop(&sshd);
	assert_int_equal(sshd_sh(&sshd, "sed -i '/MaxSessions/d' etc/sshd_config"), 0);
}

static void test_kill_deaf(void **state)
{
	struct linkbox b;
	unsigned id;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "0.1", 1);
	up(&b);
	id = link_open(b.link, "trap '' TERM; echo deaf; while :; do sleep 1; done");
	linkbox_wait_out(&b, id, "deaf", SOON);
	link_kill(b.link, id);
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].status, -1);
	assert_string_equal(b.channels[id].text, strcmp(sshd.user, "root") == 0 ? "" : "KILL");
	linkbox_clear(&b);
}

/* --- loss and return ------------------------------------------------------------------------- */

static void test_cut(void **state)
{
	struct linkbox b;
	unsigned id, late;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,20", 1);
	up(&b);
	id = link_open(b.link, "echo first; sleep 600");
	linkbox_wait_out(&b, id, "first", SOON);
	assert_true(sshd_kill_sessions(&sshd, SIGKILL) > 0);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_true(b.channels[id].ended);
	assert_int_equal(b.channels[id].status, -1);
	assert_string_equal(b.channels[id].text, "");
	assert_int_equal(b.code, ERR_LINK);
	assert_non_null(strstr(b.text, "the connection was lost"));
	assert_in_range(b.retry_ms, 15000, 25000);
	late = linkbox_run(&b, "true", SOON);
	assert_int_equal(b.channels[late].status, -1);
	linkbox_clear(&b);
	setenv("TWISTERTUI_TIME_SCALE", "1,0.2", 1);
	up(&b);
	settled(&b);
	assert_true(sshd_kill_sessions(&sshd, SIGKILL) > 0);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	linkbox_wait_state(&b, LINK_UP, SOON); /* by itself */
	id = linkbox_run(&b, "echo again", SOON);
	assert_string_equal(linkbox_out(&b, id), "again\n");
	linkbox_clear(&b);
}

/* Refused for a while: the pauses grow, and a key press does not wait for them. */
static void test_refused_then_back(void **state)
{
	struct linkbox b;
	char want[64];
	int64_t begun;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,40", 1);
	sshd_stop(&sshd);
	begin(&b, NULL);
	snprintf(want, sizeof want, "connection refused on port %d: is sshd running there?",
		sshd.port);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_non_null(strstr(b.text, want));
	assert_in_range(b.retry_ms, 30000, 50000);
	sshd_start(&sshd);
	begun = clock_ms();
	link_retry(b.link);
	linkbox_wait_state(&b, LINK_UP, SOON);
	assert_in_range(clock_ms() - begun, 0, 20000);
	linkbox_clear(&b);
}

static void test_unknown_name(void **state)
{
	struct linkbox b;

	(void)state;
	begin(&b, "no-such-host.invalid");
	linkbox_wait_state(&b, LINK_LOST, 30000);
	assert_int_equal(b.states[0], LINK_RESOLVING);
	assert_true(strstr(b.text, "is the name right?") || strstr(b.text, "is the network up?"));
	linkbox_clear(&b);
}

/* getaddrinfo() of this program: as it is, or hanging as with a dead name server. */
static atomic_int resolver_hangs, resolver_waits;

int getaddrinfo(
	const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	while (atomic_load(&resolver_hangs)) {
		atomic_store(&resolver_waits, 1);
		usleep(10000);
	}
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, out);
}

static int threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* Nothing can end such a call: the thread is left behind, and frees what it holds when it comes back. */
static void test_stuck_resolver(void **state)
{
	struct linkbox b;
	int64_t begun;
	int before;

	(void)state;
	atomic_store(&resolver_hangs, 1);
	begin(&b, NULL);
	before = threads(); /* one more now */
	while (!atomic_load(&resolver_waits))
		linkbox_turn(&b, 20);
	begun = clock_ms();
	linkbox_clear(&b);
	assert_in_range(clock_ms() - begun, 900, 20000);
	assert_int_equal(threads(), before);
	atomic_store(&resolver_hangs, 0);
	while (threads() == before) /* the leak checker looks at what it left */
		usleep(1000);
}

static pid_t proxy(int delay, int *port)
{
	char to[16], ms[16], line[64];
	const char *const argv[] = {"lagproxy", to, ms, NULL};
	pid_t pid;

	snprintf(to, sizeof to, "%d", sshd.port);
	snprintf(ms, sizeof ms, "%d", delay);
	pid = sshd_helper(&sshd, argv, line);
	*port = (int)strtol(line, NULL, 10);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	kill(pid, SIGCONT);
	waitpid(pid, NULL, 0);
}

/* Everything is swallowed, nothing is closed: only asking shows it. */
static void test_black_hole(void **state)
{
	struct linkbox b;
	bool quiet = false;
	char name[64];
	int port;
	pid_t pid = proxy(0, &port);

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "0.05", 1);
	config("HostKeyAlias edge\nServerAliveInterval 9\nServerAliveCountMax 1\n"
	       "ConnectTimeout 100\n");
	assert_int_equal(sshd_sh(&sshd, "sed -i 's/^[^ ]*/edge/' home/.ssh/known_hosts"), 0);
	snprintf(name, sizeof name, "127.0.0.1:%d", port);
	begin(&b, name);
	/* Quiet, but answering: it stays up well over the limit of 0.9 s, if sshd gets to run at all. */
	for (int tries = 0; tries < 5 && !quiet; tries++) {
		linkbox_wait_state(&b, LINK_UP, SOON);
		linkbox_turn(&b, 2000);
		quiet = b.state == LINK_UP;
	}
	assert_true(quiet);
	kill(pid, SIGUSR1);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_non_null(strstr(b.text, "nothing was heard of it"));
	linkbox_wait_state(&b, LINK_CONNECTING, SOON);
	linkbox_wait_state(&b, LINK_LOST, SOON); /* the hole takes the next attempt too */
	kill(pid, SIGUSR1);
	linkbox_wait_state(&b, LINK_UP, SOON);
	linkbox_clear(&b);
	end(pid);
}

/* The same with sshd itself standing still. */
static void test_stopped_sshd(void **state)
{
	struct linkbox b;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "0.05", 1);
	config("ServerAliveInterval 10\n");
	up(&b);
	settled(&b);
	assert_true(sshd_kill_sessions(&sshd, SIGSTOP) > 0);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_non_null(strstr(b.text, "nothing was heard of it"));
	linkbox_wait_state(&b, LINK_UP, SOON);
	sshd_kill_sessions(&sshd, SIGCONT);
	linkbox_clear(&b);
}

static void test_drop_and_stop(void **state)
{
	struct linkbox b;

	(void)state;
	up(&b);
	link_drop(b.link, "no heartbeat");
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_string_equal(b.text, "no heartbeat");
	link_stop(b.link);
	linkbox_wait_state(&b, LINK_STOPPED, SOON);
	assert_int_equal(b.code, 0);
	linkbox_turn(&b, 1500);
	assert_int_equal(b.state, LINK_STOPPED);
	link_retry(b.link);
	linkbox_wait_state(&b, LINK_UP, SOON);
	linkbox_clear(&b);
}

static int open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A port on which something listens that never says a word. */
static void test_mute_port(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof at;
	struct linkbox b;
	int64_t begun;
	char name[64];
	int before;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "0.05", 1);
	config("ConnectTimeout 10\n");
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	getsockname(fd, (struct sockaddr *)&at, &size);
	snprintf(name, sizeof name, "[127.0.0.1]:%d", ntohs(at.sin_port));
	snprintf(name, sizeof name, "127.0.0.1:%d", ntohs(at.sin_port));
	begin(&b, name);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_non_null(strstr(b.text, "not like sshd"));
	before = open_descriptors();
	for (int i = 0; i < 3; i++) {
		linkbox_wait_state(&b, LINK_CONNECTING, SOON);
		linkbox_wait_state(&b, LINK_LOST, SOON);
	}
	assert_int_equal(open_descriptors(), before);
	unsetenv("TWISTERTUI_TIME_SCALE");
	linkbox_clear(&b);
	config("");
	begin(&b, name);
	linkbox_wait_state(&b, LINK_CONNECTING, SOON);
	linkbox_turn(&b, 100);
	begun = clock_ms();
	linkbox_clear(&b);
	assert_in_range(clock_ms() - begun, 0, 20000);
	close(fd);
}

/* --- proxies --------------------------------------------------------------------------------- */

static void test_proxy_command(void **state)
{
	char text[512];
	struct linkbox b;
	unsigned id;

	(void)state;
	snprintf(text, sizeof text,
		"Host via\n  HostName 127.0.0.1\n  Port %d\n"
		"  ProxyCommand sh -c 'echo noise >&2; exec busybox nc %%h %%p'\n",
		sshd.port);
	config(text);
	begin(&b, "via");
	linkbox_wait_state(&b, LINK_UP, SOON);
	id = linkbox_run(&b, "head -c 3000000 /dev/zero", SOON);
	assert_int_equal(b.channels[id].total, 3000000);
	linkbox_clear(&b);
	config("Host via\n  HostName 127.0.0.1\n  ProxyCommand sh -c 'echo one line >&2; printf "
	       "\"no \\033[31mway\" >&2; exit 1'\n");
	begin(&b, "via");
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_non_null(strstr(b.text, "the proxy says: no "));
	assert_null(strchr(b.text, '\033'));
	linkbox_clear(&b);
}

/* Nothing of libssh or of a child may appear on the terminal: here, on our own 1 and 2. */
static void test_silence(void **state)
{
	char *path = xasprintf("%s/heard", sshd.dir), *text;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), out = dup(1), err = dup(2);
	struct linkbox b;

	(void)state;
	fflush(NULL);
	dup2(fd, 1);
	dup2(fd, 2);
	config("Match exec \"echo match; echo match >&2\"\n  User nobody\n"
	       "Host *\n  ProxyCommand echo proxy >&2; exit 1\n");
	begin(&b, NULL);
	for (int64_t until = clock_ms() + SOON; b.state != LINK_LOST && clock_ms() < until;)
		linkbox_turn(&b, 20);
	fflush(NULL);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	close(fd);
	linkbox_wait_state(&b, LINK_LOST, SOON);
	linkbox_clear(&b);
	text = sshd_get(&sshd, "heard");
	assert_string_equal(text, "");
	free(text);
	free(path);
}

/* Whichever way a connection ends, its descriptors go. */
static void test_no_descriptor_left(void **state)
{
	struct linkbox b;
	int before, at_first = open_descriptors();

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,0.1", 1);
	up(&b);
	before = open_descriptors();
	for (int i = 0; i < 5; i++) {
		settled(&b);
		sshd_kill_sessions(&sshd, SIGKILL);
		linkbox_wait_state(&b, LINK_LOST, SOON);
		linkbox_wait_state(&b, LINK_UP, SOON);
		link_drop(b.link, "x");
		linkbox_wait_state(&b, LINK_LOST, SOON);
		linkbox_wait_state(&b, LINK_UP, SOON);
	}
	assert_int_equal(open_descriptors(), before);
	linkbox_clear(&b);
	assert_int_equal(open_descriptors(), at_first);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_streams_and_status),
		TEST(test_much_output),
		TEST(test_stdin),
		TEST(test_fairness),
		TEST(test_max_sessions),
		TEST(test_kill_deaf),
		TEST(test_cut),
		TEST(test_refused_then_back),
		TEST(test_unknown_name),
		TEST(test_stuck_resolver),
		TEST(test_black_hole),
		TEST(test_stopped_sshd),
		TEST(test_drop_and_stop),
		TEST(test_mute_port),
		TEST(test_proxy_command),
		TEST(test_silence),
		TEST(test_no_descriptor_left),
	};
	int rc;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	sshd_init(&sshd, NULL);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	sshd_clear(&sshd);
	return rc;
}
