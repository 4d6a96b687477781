#include <errno.h>
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

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "tests/linkbox.h"

#define SOON 60000 /* never how long it takes: when to give up on a busy machine */

static const char *const env[] = {"PATH=/usr/bin:/bin", "GREETING=hello world", NULL};

static void open_box_in(struct linkbox *b, const char *cwd)
{
	struct err e = {0};
	struct link *l = link_new_local((char *const *)env, cwd, &e);

	assert_non_null(l);
	linkbox_init(b, l);
	link_start(l);
	linkbox_wait_state(b, LINK_UP, SOON);
}

static void open_box(struct linkbox *b)
{
	open_box_in(b, "/tmp");
}

static void test_environment_and_streams(void **state)
{
	struct linkbox b;
	unsigned id;

	(void)state;
	setenv("NOT_FOR_CHILDREN", "1", 1);
	open_box(&b);
	id = linkbox_run(&b,
		"env | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD=' | sort; pwd; echo oops >&2",
		SOON);
	assert_string_equal(
		linkbox_out(&b, id), "GREETING=hello world\nPATH=/usr/bin:/bin\n/tmp\n");
	assert_string_equal(linkbox_err(&b, id), "oops\n");
	assert_int_equal(b.channels[id].status, 0);
	linkbox_clear(&b);
}

static void test_exit_status(void **state)
{
	struct linkbox b;
	unsigned id;

	(void)state;
	open_box(&b);
	id = linkbox_run(&b, "exit 3", SOON);
	assert_int_equal(b.channels[id].status, 3);
	id = linkbox_run(&b, "kill -HUP $$", SOON);
	assert_int_equal(b.channels[id].status, -1);
	assert_string_equal(b.channels[id].text, "HUP");
	id = linkbox_run(&b, "no-such-command-here", SOON);
	assert_int_equal(b.channels[id].status, 127);
	linkbox_clear(&b);
}

/* Nothing of ours is open in a child but 0, 1, 2 (3 is the folder that ls reads). */
static void test_no_descriptor_leaks(void **state)
{
	struct linkbox b;
	unsigned other, id;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	open_box(&b);
	other = link_open(b.link, "cat");
	linkbox_wait_opened(&b, other, SOON);
	id = linkbox_run(&b, "ls /proc/self/fd | tr '\\n' ' '", SOON);
	assert_string_equal(linkbox_out(&b, id), "0 1 2 3 ");
	id = linkbox_run(&b, "ps -o tty= -p $$; kill -PIPE $$", SOON);
	assert_string_equal(linkbox_out(&b, id), "?\n");
	assert_string_equal(b.channels[id].text, "PIPE"); /* ignored by us, not by them */
	linkbox_clear(&b);
}

static void test_stdin(void **state)
{
	struct linkbox b;
	size_t n = (size_t)5 << 20;
	char *bytes = xcalloc(1, n);
	char want[DIGEST_HEX];
	unsigned id;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 31 + i / 977);
	digest_hex(bytes, n, want);
	open_box(&b);
	id = link_open(b.link, "sha256sum");
	link_write(b.link, id, bytes, n / 2);
	link_write(b.link, id, bytes + n / 2, n - n / 2 - 1);
	link_write_secret(b.link, id, bytes + n - 1, 1);
	link_eof(b.link, id);
	linkbox_wait_exit(&b, id, SOON);
	assert_memory_equal(linkbox_out(&b, id), want, 64);
	/* One that never reads must not stop the link. */
	id = link_open(b.link, "exit 0");
	link_write(b.link, id, bytes, n);
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].status, 0);
	free(bytes);
	linkbox_clear(&b);
}

static void hash_out(void *arg, unsigned channel, const void *bytes, size_t n)
{
	(void)channel;
	digest_add(arg, bytes, n);
}

/* Nobody reads for a while: the link stops at its limit, and then nothing is missing. */
static void test_back_pressure(void **state)
{
	static const char zeros[65536];
	struct digest *d = digest_new(), *same = digest_new();
	char got[DIGEST_HEX], want[DIGEST_HEX];
	char mark[] = "/tmp/linktest.XXXXXX", command[128];
	struct linkbox b;
	unsigned id;

	(void)state;
	open_box(&b);
	b.on_out = hash_out;
	b.arg = d;
	assert_non_null(mkdtemp(mark));
	snprintf(command, sizeof command, "head -c 100000000 /dev/zero; rmdir %s", mark);
	id = link_open(b.link, command);
	usleep(500000);
	assert_int_equal(access(mark, F_OK), 0); /* it still waits to be read */
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].total, 100000000);
	for (int i = 0; i < 1525; i++)
		digest_add(same, zeros, sizeof zeros);
	digest_add(same, zeros, 100000000 - 1525 * sizeof zeros);
	assert_int_equal(access(mark, F_OK), -1);
	digest_end(d, got);
	digest_end(same, want);
	assert_string_equal(got, want);
	linkbox_clear(&b);
}

static bool process_alive(pid_t pid)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(f);
	return state != 'Z' && state != 'X';
}

static void wait_gone(pid_t pid)
{
	for (int i = 0; i < SOON / 10 && process_alive(pid); i++)
		usleep(10000);
	assert_false(process_alive(pid));
}

/* TERM reaches the whole group; KILL follows for those who do not listen. */
static void test_kill(void **state)
{
	struct linkbox b;
	unsigned polite, deaf;
	pid_t child;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "100", 1);
	open_box(&b);
	polite = link_open(b.link, "sleep 1000 & echo $! .; wait");
	linkbox_wait_out(&b, polite, ".", SOON);
	child = (pid_t)strtol(linkbox_out(&b, polite), NULL, 10);
	assert_true(process_alive(child));
	link_kill(b.link, polite);
	linkbox_wait_exit(&b, polite, SOON);
	assert_string_equal(b.channels[polite].text, "TERM");
	wait_gone(child);
	linkbox_clear(&b);
	setenv("TWISTERTUI_TIME_SCALE", "0.1", 1);
	open_box(&b);
	deaf = link_open(b.link, "trap '' TERM; echo deaf .; while :; do sleep 1000; done");
	linkbox_wait_out(&b, deaf, ".", SOON);
	link_kill(b.link, deaf);
	linkbox_wait_exit(&b, deaf, SOON);
	assert_string_equal(b.channels[deaf].text, "KILL");
	unsetenv("TWISTERTUI_TIME_SCALE");
	linkbox_clear(&b);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie is left */
	assert_int_equal(errno, ECHILD);
}

static void test_drop_and_return(void **state)
{
	struct linkbox b;
	unsigned id, late;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "1,20", 1);
	open_box(&b);
	id = link_open(b.link, "cat");
	linkbox_wait_opened(&b, id, SOON);
	link_drop(b.link, "silent for \033[31m9 s");
	linkbox_wait_exit(&b, id, SOON);
	assert_int_equal(b.channels[id].status, -1);
	assert_string_equal(b.channels[id].text, "");
	linkbox_wait_state(&b, LINK_LOST, SOON);
	assert_string_equal(b.text, "silent for 9 s");
	assert_in_range(b.retry_ms, 15000, 25000);
	late = linkbox_run(&b, "true", SOON);
	assert_int_equal(b.channels[late].status, -1);
	linkbox_clear(&b);
	setenv("TWISTERTUI_TIME_SCALE", "1,0.1", 1);
	open_box(&b);
	link_drop(b.link, "once more");
	linkbox_wait_state(&b, LINK_LOST, SOON);
	linkbox_wait_state(&b, LINK_UP, SOON); /* by itself */
	link_stop(b.link);
	linkbox_wait_state(&b, LINK_STOPPED, SOON);
	linkbox_turn(&b, 300);
	assert_int_equal(b.state, LINK_STOPPED);
	link_retry(b.link);
	linkbox_wait_state(&b, LINK_UP, SOON);
	id = linkbox_run(&b, "echo again", SOON);
	assert_string_equal(linkbox_out(&b, id), "again\n");
	unsetenv("TWISTERTUI_TIME_SCALE");
	linkbox_clear(&b);
}

static void test_not_started(void **state)
{
	struct err e = {0};
	struct linkbox b;
	unsigned id;

	(void)state;
	assert_null(link_new_local((char *const *)env, "/no/such/folder", &e));
	assert_int_equal(e.code, ERR_IO);
	linkbox_init(&b, link_new_local((char *const *)env, NULL, &e));
	id = linkbox_run(&b, "true", SOON);
	assert_int_equal(b.channels[id].status, -1);
	linkbox_clear(&b);
	link_free(NULL);
}

/* Freed while much runs: soon, and nothing stays behind. */
static void test_free_ends_all(void **state)
{
	struct linkbox b;
	int64_t begin;
	unsigned id;
	pid_t pid;

	(void)state;
	setenv("TWISTERTUI_TIME_SCALE", "20", 1); /* a TERM would be waited for 40 s */
	open_box(&b);
	unsetenv("TWISTERTUI_TIME_SCALE");
	for (int i = 0; i < 5; i++)
		link_open(b.link, "yes");
	id = link_open(b.link, "trap '' TERM; echo $$ .; while :; do sleep 1000; done");
	linkbox_wait_out(&b, id, ".", SOON);
	pid = (pid_t)strtol(linkbox_out(&b, id), NULL, 10);
	begin = clock_ms();
	linkbox_clear(&b);
	assert_in_range(clock_ms() - begin, 0, 20000);
	wait_gone(pid);
}

/* The console, as a process of its own, for the next test: says two pids and waits to be killed. */
static void console(int to)
{
	struct linkbox b;
	unsigned id;

	open_box_in(&b, NULL);
	id = link_open(b.link,
		"setsid sh -c 'echo $$; exec sleep 1000' >job & sleep 1000 & echo $! .; wait");
	linkbox_wait_out(&b, id, ".", SOON);
	(void)!write(to, linkbox_out(&b, id), strlen(linkbox_out(&b, id)));
	for (;;)
		pause();
}

/* SIGKILL leaves no time to clean up: channels end all the same, a detached job lives on. */
static void test_console_killed(void **state)
{
	char dir[] = "/tmp/linktest.XXXXXX", line[64] = "", job[64] = "";
	int fd[2];
	pid_t pid, attached, detached;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		char self[4096];
		ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

		self[n > 0 ? n : 0] = '\0';
		dup2(fd[1], 1);
		execl(self, self, "--console", dir, (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	assert_true(read(fd[0], line, sizeof line - 1) > 0);
	attached = (pid_t)strtol(line, NULL, 10);
	assert_int_equal(chdir(dir), 0);
	for (int i = 0; i < SOON / 10 && !job[0]; i++) {
		f = fopen("job", "r");
		if (!f || !fgets(job, sizeof job, f))
			usleep(10000);
		if (f)
			fclose(f);
	}
	detached = (pid_t)strtol(job, NULL, 10);
	assert_true(attached > 1 && detached > 1);
	assert_true(process_alive(attached));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	wait_gone(attached);
	assert_true(process_alive(detached));
	kill(detached, SIGKILL);
	close(fd[0]);
	unlink("job");
	assert_int_equal(chdir("/"), 0);
	rmdir(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment_and_streams),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_no_descriptor_leaks),
		cmocka_unit_test(test_stdin),
		cmocka_unit_test(test_back_pressure),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_drop_and_return),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_free_ends_all),
		cmocka_unit_test(test_console_killed),
	};

	if (argc == 3 && strcmp(argv[1], "--console") == 0) {
		if (chdir(argv[2]) == 0)
			console(1);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
