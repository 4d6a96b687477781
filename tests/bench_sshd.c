#include "tests/bench_sshd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "backends/data.h"
#include "backends/demo.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "tests/bench.h"
#include "tests/sshd.h"

struct bench_sshd {
	struct demo *demo;
	struct sshd sshd;
	pid_t road; /* of "far"; 0: none */
	char *config;
};

/* One line for sshd_config: the demo's environment is the server's. */
static char *set_env(const struct demo *demo)
{
	struct buf b;

	buf_init(&b, 0);
	buf_adds(&b, "SetEnv");
	for (char *const *e = demo_env(demo); *e; e++)
		buf_addf(&b, " \"%s\"", *e);
	return buf_take(&b);
}

/* Another name for the server, over another port, with the same keys. */
static bool add_host(struct bench_sshd *s, const char *name, int port)
{
	FILE *f = fopen(s->config, "a");
	char *command;
	bool fine;

	if (!f)
		return false;
	fprintf(f,
		"Host %s\n  HostName 127.0.0.1\n  Port %d\n  User %s\n  IdentityFile %s/.ssh/id_ed25519\n"
		"  UserKnownHostsFile %s/.ssh/known_hosts\n  GlobalKnownHostsFile /dev/null\n"
		"  StrictHostKeyChecking yes\n  BatchMode yes\n",
		name, port, s->sshd.user, s->sshd.home, s->sshd.home);
	if (fclose(f) != 0)
		return false;
	command = xasprintf("sed 's/^\\[127.0.0.1\\]:%d /[127.0.0.1]:%d /' home/.ssh/known_hosts >more && "
			    "cat more >>home/.ssh/known_hosts",
		s->sshd.port, port);
	fine = port == s->sshd.port || sshd_sh(&s->sshd, command) == 0;
	free(command);
	return fine;
}

struct bench_sshd *bench_sshd_start(void)
{
	struct bench_sshd *s = xcalloc(1, sizeof *s);
	struct err e = {0};
	char *lines;

	if (demo_create(data_dir(NULL), NULL, 0, &s->demo, &e) != 0) {
		bench_note("no server to connect to: %s", e.text);
		free(s);
		return NULL;
	}
	lines = set_env(s->demo);
	sshd_init(&s->sshd, lines);
	free(lines);
	s->sshd.as_root = true; /* the demo's folder is ours alone */
	sshd_start(&s->sshd);
	sshd_trust(&s->sshd);
	s->config = xasprintf("%s/.ssh/config", s->sshd.home);
	if (add_host(s, "bench", s->sshd.port))
		return s;
	bench_note("%s cannot be written", s->config);
	bench_sshd_stop(s);
	return NULL;
}

void bench_sshd_stop(struct bench_sshd *s)
{
	if (!s)
		return;
	if (s->road > 0) {
		kill(s->road, SIGTERM);
		waitpid(s->road, NULL, 0);
	}
	sshd_clear(&s->sshd);
	demo_free(s->demo);
	free(s->config);
	free(s);
}

const char *bench_sshd_config(const struct bench_sshd *s)
{
	return s->config;
}

bool bench_sshd_far(struct bench_sshd *s, int ms)
{
	char to[16], delay[16], line[64];
	const char *const argv[] = {"lagproxy", to, delay, NULL};
	int port;

	snprintf(to, sizeof to, "%d", s->sshd.port);
	snprintf(delay, sizeof delay, "%d", ms);
	s->road = sshd_helper(&s->sshd, argv, line);
	port = (int)strtol(line, NULL, 10);
	return port > 0 && add_host(s, "far", port);
}

bool bench_sshd_hops(struct bench_sshd *s)
{
	FILE *f;

	if (!add_host(s, "hopped", s->sshd.port) || !add_host(s, "piped", s->sshd.port))
		return false;
	f = fopen(s->config, "a");
	if (!f)
		return false;
	fprintf(f, "Host hopped\n  ProxyJump bench\nHost piped\n  ProxyCommand ssh -F %s -W %%h:%%p bench\n",
		s->config);
	return fclose(f) == 0;
}
