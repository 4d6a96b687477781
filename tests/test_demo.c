/* The built-in EdgeServer: its folder is made, lives, and goes away, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backends/demo.h"
#include "base/alloc.h"
#include "base/err.h"

static const char *top(void)
{
	const char *dir = getenv("TOP_SRCDIR");

	return dir ? dir : ".";
}

static struct demo *make(const char *which, unsigned seed)
{
	struct demo *d = NULL;
	struct err e = {0, ""};

	if (demo_create(top(), which, seed, &d, &e) != 0)
		fail_msg("demo_create: %s", e.text);
	return d;
}

/* Runs a command on the simulated server as a local link does; its first bytes of output. */
static int run(const struct demo *d, const char *command, char *out, size_t size)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	int pipefd[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe2(pipefd, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, pipefd[1], 1);
	assert_int_equal(posix_spawn(&pid, "/bin/sh", &files, NULL, argv, demo_env(d)), 0);
	posix_spawn_file_actions_destroy(&files);
	close(pipefd[1]);
	while (len + 1 < size && (n = read(pipefd[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(pipefd[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *env_of(const struct demo *d, const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; demo_env(d)[i]; i++)
		if (strncmp(demo_env(d)[i], name, len) == 0 && demo_env(d)[i][len] == '=')
			return demo_env(d)[i] + len + 1;
	return NULL;
}

static void test_figures(void **state)
{
	struct demo *d = make("phase-1", 0);
	char out[512];

	(void)state;
	assert_int_equal(run(d, "df -h \"$root\"/ | awk 'NR > 1 { print $2, $3, $4, $5 }'", out,
				 sizeof(out)),
		0);
	assert_string_equal(out, "98G 82G 16G 84%\n");
	demo_free(d);
	d = make(NULL, 0);
	run(d,
		"df -h \"$root\"/ | awk 'NR > 1 { print $2, $5 }'; du -sh \"$root\"/var/log | cut "
		"-f 1;"
		"kubectl get pods -A --no-headers | grep -c Evicted",
		out, sizeof(out));
	assert_string_equal(out, "98G 85%\n28G\n120\n");
	demo_free(d);
}

static void test_environment(void **state)
{
	struct demo *d = make("phase-1", 0);
	static const char *const inside[] = {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
		"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "PATH"};
	struct stat st;
	char out[512];

	(void)state;
	assert_int_equal(stat(demo_root(d), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_string_equal(env_of(d, "root"), demo_root(d));
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		const char *value = env_of(d, inside[i]);

		assert_non_null(value);
		assert_memory_equal(value, demo_root(d), strlen(demo_root(d)));
	}
	assert_null(env_of(d, "LD_LIBRARY_PATH"));
	assert_int_equal(stat(demo_cwd(d), &st), 0);
	/* What is not on that server is not found, whatever the workstation has. */
	assert_int_equal(run(d, "command -v gcc ssh perl python3 apt-get", out, sizeof(out)), 127);
	assert_int_equal(run(d, "command -v lvs && command -v sed", out, sizeof(out)), 0);
	demo_free(d);
}

static void test_seeds(void **state)
{
	static const char command[] =
		"df -B1 -P \"$root\"/ | tail -n 1; sudo vgs --noheadings; docker ps -aq";
	char first[1024], same[1024], other[1024];
	struct demo *d = make("phase-1", 7);

	(void)state;
	run(d, command, first, sizeof(first));
	demo_free(d);
	d = make("phase-1", 7);
	run(d, command, same, sizeof(same));
	demo_free(d);
	assert_string_equal(first, same);
	setenv("DEMO_SEED", "7", 1);
	d = make("phase-1", 0);
	unsetenv("DEMO_SEED");
	run(d, command, same, sizeof(same));
	demo_free(d);
	d = make("phase-1", 8);
	run(d, command, other, sizeof(other));
	demo_free(d);
	assert_string_equal(first, same);
	assert_string_not_equal(first, other);
}

/* Removing follows no link out of the folder, and removes what nobody may read. */
static void test_free_stays_inside(void **state)
{
	struct demo *d = make("phase-1", 0);
	char *outside = xasprintf("%s/twistertui-outside-XXXXXX", getenv("TMPDIR"));
	char *file, *root = xstrdup(demo_root(d)), *path;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(outside));
	file = xasprintf("%s/keep", outside);
	close(open(file, O_WRONLY | O_CREAT | O_EXCL, 0600));
	path = xasprintf("%s/home/twister/link", root);
	assert_int_equal(symlink(outside, path), 0);
	free(path);
	path = xasprintf("%s/home/twister/closed/deep", root);
	*strrchr(path, '/') = '\0';
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 0), 0);
	demo_free(d);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(lstat(root, &st), -1);
	unlink(file);
	rmdir(outside);
	free(file);
	free(path);
	free(root);
	free(outside);
}

/* A program that was killed leaves its folder; the next one removes it, and leaves living ones. */
static void test_stale(void **state)
{
	struct demo *living, *next;
	char name[4096] = "";
	struct stat st;
	int pipefd[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	pid = fork();
	if (pid == 0) {
		struct demo *d = make("phase-1", 0);

		if (write(pipefd[1], demo_root(d), strlen(demo_root(d))) > 0)
			pause();
		_exit(1);
	}
	close(pipefd[1]);
	n = read(pipefd[0], name, sizeof(name) - 1);
	assert_true(n > 0);
	close(pipefd[0]);
	living = make("phase-1", 0);
	assert_int_equal(stat(name, &st), 0);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	next = make("phase-1", 0);
	assert_int_equal(stat(name, &st), -1);
	assert_int_equal(stat(demo_root(living), &st), 0);
	demo_free(next);
	demo_free(living);
}

/* Gone, or a zombie that nobody has waited for yet. */
static bool ended(pid_t pid)
{
	char path[64], text[256] = "", *state;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return true;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	state = strrchr(text, ')');
	return !state || state[2] == 'Z' || state[2] == 'X';
}

/* What systemd-run started there does not outlive the folder. */
static void test_units_end(void **state)
{
	struct demo *d = make("phase-1", 0);
	char out[64];
	pid_t pid;

	(void)state;
	assert_int_equal(
		run(d,
			"sudo systemd-run -q --unit=twistertui-test sleep 300; cut -d ' ' -f 1 "
			"\"$root\"/demo/units/twistertui-test",
			out, sizeof(out)),
		0);
	pid = (pid_t)strtol(out, NULL, 10);
	assert_true(pid > 1);
	assert_false(ended(pid));
	demo_free(d);
	for (int i = 0; i < 6000 && !ended(pid); i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_true(ended(pid));
}

static void test_proc_moves(void **state)
{
	struct demo *d = make("phase-1", 3);
	char before[512], after[512];

	(void)state;
	run(d, "head -n 1 \"$root\"/proc/stat; cat \"$root\"/proc/uptime", before, sizeof(before));
	for (int i = 0; i < 300; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		run(d, "head -n 1 \"$root\"/proc/stat; cat \"$root\"/proc/uptime", after,
			sizeof(after));
		if (strcmp(before, after) != 0)
			break;
	}
	assert_string_not_equal(before, after);
	assert_memory_equal(after, "cpu  ", 5);
	demo_free(d);
}

static void test_refused(void **state)
{
	struct demo *d;
	struct err e;

	(void)state;
	assert_int_equal(demo_create(top(), "phase-9", 0, &d, &e), ERR_USAGE);
	assert_null(d);
	assert_non_null(strstr(e.text, "phase-9"));
	assert_int_equal(demo_create("/nonexistent", "phase-1", 0, &d, &e), ERR_IO);
	assert_null(d);
	demo_free(NULL);
}

/* Every test has a TMPDIR of its own, which must be empty when they are done. */
static int tmp_make(void **state)
{
	/* in memory where there is some: many small files come and go */
	const char *where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char *tmp = xasprintf("%s/twistertui-test-XXXXXX", where);

	if (!mkdtemp(tmp))
		return -1;
	setenv("TMPDIR", tmp, 1);
	setenv("DEMO_FAST", "1", 1);
	*state = tmp;
	return 0;
}

static int tmp_remove(void **state)
{
	char *tmp = *state;
	int rc = rmdir(tmp);

	if (rc != 0)
		fprintf(stderr, "%s is left: %s\n", tmp, strerror(errno));
	free(tmp);
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_free_stays_inside),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_units_end),
		cmocka_unit_test(test_proc_moves),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, tmp_make, tmp_remove);
}
