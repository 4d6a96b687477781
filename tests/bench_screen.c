/*
 * What the operator sees: how soon the first screen stands, what the console costs while nothing
 * happens (beside htop over ssh), and how soon a key is answered.
 */
#include "tests/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/bench_sshd.h"
#include "tests/bench_term.h"

#define RUNS 9
#define IDLE_MS 30000

/* The console's environment: nothing of this machine's operator. */
struct place {
	char *program;
	char *entries[4];
};

static void place_init(struct place *p, const char *folder)
{
	p->program = xasprintf("%s/twistertui", getenv("TOP_BUILDDIR"));
	p->entries[0] = xasprintf("HOME=%s", folder);
	p->entries[1] = xasprintf("XDG_STATE_HOME=%s/state", folder);
	p->entries[2] = xasprintf("XDG_CONFIG_HOME=%s/config", folder);
	p->entries[3] = NULL;
}

static void place_clear(struct place *p)
{
	free(p->program);
	for (int i = 0; i < 3; i++)
		free(p->entries[i]);
}

static const char *const first_frame[] = {"Overview", "Disks", "LVM", "Pods", "Docker", "Backups", "Phases",
	"Log", "Reports", NULL};

static bool first_screens(const struct place *p)
{
	char *argv[] = {p->program, (char *)"--demo", NULL};
	/* Figures of the built-in server, one or more of each panel. */
	static const char *const panels[] = {"98G", "ubuntu-vg", "17/17", "DiskPressure", NULL};
	double frame[RUNS], complete[RUNS];

	for (int i = 0; i < RUNS; i++) {
		struct bench_term *t = bench_term_start(argv, (const char *const *)p->entries, 36, 120);

		frame[i] = t ? bench_term_wait(t, first_frame, 5000) : -1;
		complete[i] = t ? bench_term_wait(t, panels, 20000) : -1;
		if (t && (frame[i] < 0 || complete[i] < 0)) {
			bench_term_print(t);
			bench_note("the first screen did not come");
		}
		bench_term_stop(t);
		if (frame[i] < 0 || complete[i] < 0)
			return false;
	}
	bench_say("first frame of --demo (aim 50)", bench_median(frame, RUNS), "ms", "", 0);
	bench_say("first complete panels of --demo", bench_median(complete, RUNS), "ms", "", 0);
	return true;
}

/* Reads both screens until ms are over: a terminal that is not read stops its program. */
static void read_both(struct bench_term *a, struct bench_term *b, int ms)
{
	double until = bench_ms() + ms;

	while (bench_ms() < until)
		if (!bench_term_turn(a, 20))
			bench_term_turn(b, 20);
}

static bool idle_cost(const struct place *p, const struct bench_sshd *sshd)
{
	char *ours[] = {p->program, (char *)"-F", (char *)bench_sshd_config(sshd), (char *)"bench", NULL};
	char *htop[] = {(char *)"ssh", (char *)"-t", (char *)"-F", (char *)bench_sshd_config(sshd),
		(char *)"bench", (char *)"PATH=/usr/bin:/bin exec htop -d 20", NULL};
	static const char *const htop_screen[] = {"Tasks", NULL};
	struct bench_term *us = bench_term_start(ours, (const char *const *)p->entries, 36, 120);
	struct bench_term *them = bench_term_start(htop, NULL, 36, 120);
	bool fine = us && them && bench_term_wait(us, first_frame, 10000) > 0 &&
		bench_term_wait(them, htop_screen, 10000) > 0;
	pid_t our_pid = us ? bench_term_pid(us) : 0, ssh_pid = them ? bench_term_pid(them) : 0;
	pid_t htop_pid = bench_find("htop", 0);
	double from[3], to[3];

	if (fine) {
		read_both(us, them, 5000); /* the first questions are over */
		from[0] = bench_cpu_ms(our_pid);
		from[1] = bench_cpu_ms(htop_pid);
		from[2] = bench_cpu_ms(ssh_pid);
		read_both(us, them, IDLE_MS);
		to[0] = bench_cpu_ms(our_pid);
		to[1] = bench_cpu_ms(htop_pid);
		to[2] = bench_cpu_ms(ssh_pid);
		bench_say("processor, 30 idle seconds over ssh", to[0] - from[0], "ms", "htop -d 20",
			to[1] - from[1]);
		bench_note("ssh, which htop needs beside it, took %.0f ms", to[2] - from[2]);
		bench_say("memory (Pss)", bench_memory_kib(our_pid) / 1024, "MiB", "htop and ssh",
			(bench_memory_kib(htop_pid) + bench_memory_kib(ssh_pid)) / 1024);
	} else {
		bench_note("the idle console and htop: one of them did not start");
		if (us)
			bench_term_print(us);
	}
	bench_term_stop(us);
	bench_term_stop(them);
	return fine;
}

bool bench_screen(const char *folder)
{
	struct place p;
	bool fine;

	place_init(&p, folder);
	fine = first_screens(&p);
	if (bench_have("htop")) {
		struct bench_sshd *sshd = bench_sshd_start();

		fine = sshd && idle_cost(&p, sshd) && fine;
		bench_sshd_stop(sshd);
	}
	place_clear(&p);
	return fine;
}
