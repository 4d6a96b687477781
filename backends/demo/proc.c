#include "backends/demo/proc.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

#define TICK_MS 1000
#define FILE_MAX 65536

struct proc {
	int rootfd;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	uint64_t lcg;
	double boot, cpus, memory_kib; /* from demo/state */
	double cpu_percent;
	double busy_ticks, all_ticks; /* added to the first reading, hundredths of a second */
	double load[3];
	double reads, writes; /* sectors, added to the first reading */
};

/* 0 up to 1, the same course for the same seed. */
static double proc_random(struct proc *p)
{
	p->lcg = p->lcg * 16807 % 2147483647;
	return (double)p->lcg / 2147483647.0;
}

/* Reads a file below the folder: bytes read, 0-terminated; 0 when it is not there. */
static size_t proc_read(const struct proc *p, const char *path, char *out, size_t size)
{
	int fd = openat(p->rootfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t len = 0;
	ssize_t n;

	if (fd >= 0) {
		while (len + 1 < size && (n = read(fd, out + len, size - 1 - len)) > 0)
			len += (size_t)n;
		close(fd);
	}
	out[len] = '\0';
	return len;
}

/* Replaces a file by rename, so that no reader sees half of it. */
static void proc_write(const struct proc *p, const char *path, const char *text)
{
	static const char temporary[] = "demo/proc.new";
	int fd = openat(
		p->rootfd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	size_t len = strlen(text);
	bool whole;

	if (fd < 0)
		return;
	whole = write(fd, text, len) == (ssize_t)len;
	close(fd);
	if (whole)
		renameat(p->rootfd, temporary, p->rootfd, path);
}

static double proc_state(const char *state, const char *name, double fallback)
{
	size_t len = strlen(name);
	const char *at = state;

	while (at) {
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return strtod(at + len + 1, NULL);
		at = strchr(at, '\n');
		if (at)
			at++;
	}
	return fallback;
}

static double wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The first reading's counters plus what was added: "cpu  user nice system idle iowait …". */
static void proc_write_stat(struct proc *p, const char *first)
{
	char out[FILE_MAX];
	size_t len = 0;
	const char *line = first;

	while (*line) {
		const char *end = strchr(line, '\n');
		size_t n = end ? (size_t)(end - line) : strlen(line);
		char name[16];
		double user, nice, sys, idle, wait, irq, soft;
		double share;

		if (len + n + 256 > sizeof(out))
			break;
		if (sscanf(line, "%15s %lf %lf %lf %lf %lf %lf %lf", name, &user, &nice, &sys,
			    &idle, &wait, &irq, &soft) == 8 &&
			strncmp(name, "cpu", 3) == 0) {
			share = name[3] ? 1 / p->cpus : 1;
			len += (size_t)snprintf(out + len, sizeof(out) - len,
				"%s %.0f %.0f %.0f %.0f %.0f 0 %.0f 0 0 0\n",
				name[3] ? name : "cpu ", user + p->busy_ticks * 0.7 * share, nice,
				sys + p->busy_ticks * 0.3 * share,
				idle + (p->all_ticks - p->busy_ticks) * 0.99 * share,
				wait + (p->all_ticks - p->busy_ticks) * 0.01 * share, soft);
		} else {
			memcpy(out + len, line, n);
			len += n;
			out[len++] = '\n';
		}
		line += n + (end ? 1 : 0);
	}
	out[len] = '\0';
	proc_write(p, "proc/stat", out);
}

/* MemFree, MemAvailable and Cached breathe with the load; the rest stays as it was. */
static void proc_write_meminfo(struct proc *p, const char *first)
{
	char out[FILE_MAX];
	size_t len = 0;
	const char *line = first;
	double breath = (p->load[0] / p->cpus - 0.11) * 0.08 * p->memory_kib;

	while (*line) {
		const char *end = strchr(line, '\n');
		size_t n = end ? (size_t)(end - line) : strlen(line);
		char name[32];
		double kib;

		if (len + n + 128 > sizeof(out))
			break;
		if (sscanf(line, "%31[^:]: %lf", name, &kib) == 2 &&
			(strcmp(name, "MemFree") == 0 || strcmp(name, "MemAvailable") == 0)) {
			kib -= breath;
			len += (size_t)snprintf(out + len, sizeof(out) - len, "%s:%*.0f kB\n", name,
				(int)(23 - strlen(name)), kib > 0 ? kib : 0);
		} else {
			memcpy(out + len, line, n);
			len += n;
			out[len++] = '\n';
		}
		line += n + (end ? 1 : 0);
	}
	out[len] = '\0';
	proc_write(p, "proc/meminfo", out);
}

/* Disks read and write a little each second: sectors of fields 6 and 10. */
static void proc_write_diskstats(struct proc *p, const char *first)
{
	char out[FILE_MAX];
	size_t len = 0;
	const char *line = first;

	while (*line) {
		const char *end = strchr(line, '\n');
		size_t n = end ? (size_t)(end - line) : strlen(line);
		unsigned major, minor;
		char name[32];
		double f[8];

		if (len + 256 > sizeof(out))
			break;
		if (sscanf(line, "%u %u %31s %lf %lf %lf %lf %lf %lf %lf %lf", &major, &minor, name,
			    &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6], &f[7]) == 11)
			len += (size_t)snprintf(out + len, sizeof(out) - len,
				"%4u %7u %s %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f 0 812200 "
				"870324 0 0 0 0 0 0\n",
				major, minor, name, f[0] + p->reads / 64, f[1], f[2] + p->reads,
				f[3], f[4] + p->writes / 32, f[5], f[6] + p->writes, f[7]);
		line += n + (end ? 1 : 0);
	}
	out[len] = '\0';
	proc_write(p, "proc/diskstats", out);
}

/* One step of the server's life, seconds long. */
static void proc_advance(struct proc *p, double seconds)
{
	static const double minutes[3] = {1, 5, 15};
	double busy = p->cpu_percent * (0.55 + 0.9 * proc_random(p)) / 100;
	char text[128];

	if (proc_random(p) > 0.95)
		busy *= 2.2;
	if (busy > 0.97)
		busy = 0.97;
	p->all_ticks += seconds * 100 * p->cpus;
	p->busy_ticks += seconds * 100 * p->cpus * busy;
	p->reads += proc_random(p) * 900 * seconds;
	p->writes += (120 + proc_random(p) * 2400) * seconds;
	for (int i = 0; i < 3; i++)
		p->load[i] += (busy * p->cpus * 1.1 - p->load[i]) * seconds / (60 * minutes[i]);
	snprintf(text, sizeof(text), "%.2f %.2f %.2f %d/%d %d\n", p->load[0], p->load[1],
		p->load[2], 1 + (int)(proc_random(p) * 3), 611, 28113 + (int)(p->all_ticks / 40));
	proc_write(p, "proc/loadavg", text);
	snprintf(text, sizeof(text), "%.2f %.2f\n", wall() - p->boot,
		(wall() - p->boot) * p->cpus * 0.9);
	proc_write(p, "proc/uptime", text);
}

struct first {
	char stat[FILE_MAX], meminfo[8192], diskstats[8192];
};

static void *proc_run(void *arg)
{
	struct proc *p = arg;
	struct first *first = xcalloc(1, sizeof(*first));
	char text[256];
	double before = wall();

	proc_read(p, "proc/stat", first->stat, sizeof(first->stat));
	proc_read(p, "proc/meminfo", first->meminfo, sizeof(first->meminfo));
	proc_read(p, "proc/diskstats", first->diskstats, sizeof(first->diskstats));
	proc_read(p, "proc/loadavg", text, sizeof(text));
	if (sscanf(text, "%lf %lf %lf", &p->load[0], &p->load[1], &p->load[2]) != 3)
		p->load[0] = p->load[1] = p->load[2] = 0;
	pthread_mutex_lock(&p->lock);
	while (!p->stopping) {
		struct timespec until;
		double now;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += TICK_MS / 1000;
		pthread_cond_timedwait(&p->stop, &p->lock, &until);
		if (p->stopping)
			break;
		now = wall();
		proc_advance(p, now - before > 0 && now - before < 60 ? now - before : 1);
		before = now;
		proc_write_stat(p, first->stat);
		proc_write_meminfo(p, first->meminfo);
		proc_write_diskstats(p, first->diskstats);
	}
	pthread_mutex_unlock(&p->lock);
	free(first);
	return NULL;
}

struct proc *proc_start(int rootfd, unsigned seed)
{
	struct proc *p = xcalloc(1, sizeof(*p));
	char *state = xcalloc(1, FILE_MAX);
	pthread_condattr_t clock;
	sigset_t all, old;
	int rc;

	p->rootfd = rootfd;
	p->lcg = seed * 7919ULL % 2147483646 + 1;
	proc_read(p, "demo/state", state, FILE_MAX);
	p->boot = proc_state(state, "s_boot", wall());
	p->cpus = proc_state(state, "s_cpus", 1);
	p->memory_kib = proc_state(state, "s_mem", 1048576);
	p->cpu_percent = proc_state(state, "s_cpu_percent", 10);
	free(state);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&p->stop, &clock);
	pthread_condattr_destroy(&clock);
	/* Signals are the UI thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&p->thread, NULL, proc_run, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc == 0)
		return p;
	pthread_cond_destroy(&p->stop);
	pthread_mutex_destroy(&p->lock);
	free(p);
	return NULL;
}

void proc_stop(struct proc *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->stop);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->stop);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
