#include "tests/edge.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/demo.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"

#include <cmocka.h>

#define ARGS_MAX 20

static void write_ssh_config(const struct edge *e)
{
	char *text = xasprintf(
		"Host edgeserver\n  HostName 127.0.0.1\n  Port %d\n  IdentityFile "
		"%s/.ssh/id_ed25519\n"
		"  UserKnownHostsFile %s/.ssh/known_hosts\n  GlobalKnownHostsFile /dev/null\n",
		e->sshd.port, e->sshd.home, e->sshd.home);

	sshd_put(&e->sshd, "home/.ssh/config", text, 0600);
	free(text);
}

void edge_start(struct edge *e, const char *which, const char *config_lines, bool trusted)
{
	const char *top = getenv("TOP_SRCDIR");
	struct err err;
	struct buf lines;

	memset(e, 0, sizeof(*e));
	setenv("DEMO_FAST", "1", 0);
	if (demo_create(top ? top : ".", which, 0, &e->demo, &err) != 0)
		fail_msg("demo_create: %s", err.text);
	buf_init(&lines, 0);
	if (config_lines)
		buf_addf(&lines, "%s\n", config_lines);
	buf_adds(&lines, "SetEnv");
	for (char *const *env = demo_env(e->demo); *env; env++)
		buf_addf(&lines, " \"%s\"", *env);
	sshd_init(&e->sshd, buf_str(&lines));
	buf_clear(&lines);
	e->sshd.as_root = geteuid() == 0; /* the demo's folder is ours */
	sshd_start(&e->sshd);
	if (trusted)
		sshd_trust(&e->sshd);
	write_ssh_config(e);
	e->state = xasprintf("%s/state", e->sshd.dir);
}

void edge_stop(struct edge *e)
{
	sshd_clear(&e->sshd);
	demo_free(e->demo);
	free(e->state);
}

static void arguments(
	const char **argv, const char *program, const char *const *args, const char *host)
{
	size_t n = 0;

	argv[n++] = program;
	for (size_t i = 0; args && args[i] && n < ARGS_MAX - 2; i++)
		argv[n++] = args[i];
	if (host)
		argv[n++] = host;
	argv[n] = NULL;
}

static char *program(void)
{
	const char *top = getenv("TOP_BUILDDIR");

	return xasprintf("%s/twistertui", top ? top : ".");
}

struct vt *edge_console(const struct edge *e, int rows, int cols, const char *const *args)
{
	char *path = program(), *state = xasprintf("XDG_STATE_HOME=%s", e->state);
	const char *argv[ARGS_MAX];
	const char *env[] = {
		state, "TERM=xterm-256color", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", NULL};
	struct vt *v;

	arguments(argv, path, args, "edgeserver");
	v = vt_start(rows, cols, argv, env);
	free(path);
	free(state);
	return v;
}

static char *read_all(int fd)
{
	struct buf b;
	char bytes[4096];
	ssize_t n;

	buf_init(&b, 0);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(&b, bytes, (size_t)n);
	return buf_take(&b);
}

int edge_run(const struct edge *e, const char *const *args, const char *input, char **output)
{
	char *path = program();
	const char *argv[ARGS_MAX];
	FILE *in = tmpfile();
	int ends[2], status;
	pid_t pid;

	arguments(argv, path, args, NULL);
	assert_non_null(in);
	fputs(input ? input : "", in);
	rewind(in);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fileno(in), 0);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		setenv("XDG_STATE_HOME", e->state, 1);
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	*output = read_all(ends[0]);
	close(ends[0]);
	fclose(in);
	waitpid(pid, &status, 0);
	free(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void edge_put(const struct edge *e, const char *path, const char *text)
{
	char *full = xasprintf("%s/%s", demo_root(e->demo), path);
	FILE *f = fopen(full, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(full);
}

char *edge_get(const struct edge *e, const char *path)
{
	char *full = xasprintf("%s/%s", demo_root(e->demo), path), *text;
	int fd = open(full, O_RDONLY);

	text = fd >= 0 ? read_all(fd) : xstrdup("");
	if (fd >= 0)
		close(fd);
	free(full);
	return text;
}

char *edge_sh(const struct edge *e, const char *command)
{
	int ends[2];
	char *text, *whole = xasprintf("sudo sh -c '%s'", command);
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		execle("/bin/sh", "sh", "-c", whole, (char *)NULL, demo_env(e->demo));
		_exit(127);
	}
	close(ends[1]);
	text = read_all(ends[0]);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	free(whole);
	return text;
}
