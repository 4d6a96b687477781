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
#define KEYS 400

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

/* The nine places, the top line, five panels. */
static const char *const first_frame[] = {"1 Overview", "2 Disks", "3 LVM", "4 Pods", "5 Docker", "6 Backups",
	"7 Phases", "8 Log", "9 Reports", "\xe2\x94\x8c 2 Disks", "\xe2\x94\x8c 3 LVM", "\xe2\x94\x8c 4 Pods",
	"\xe2\x94\x8c 5 Docker", "\xe2\x94\x8c 6 Backups", NULL};

static bool first_screens(const struct place *p)
{
	char *argv[] = {p->program, (char *)"--demo", NULL};
	/* What only the answers hold: of the server, the disks, LVM, pods, Docker, backups. */
	static const char *const panels[] = {"Ubuntu", "/boot/efi", "ubuntu-lv", "17/22", "overlay2", "scheduled", NULL};
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
		if (them)
			bench_term_print(them);
	}
	bench_term_stop(us);
	bench_term_stop(them);
	return fine;
}

/* --- keys ---------------------------------------------------------------------------------------- */

/* A phase of one step that prints as fast as a shell can. */
static bool write_flood(const char *folder)
{
	char *command = xasprintf("umask 077 && mkdir -p %s/config/twistertui/phases/9-flood && "
				  "cd %s/config/twistertui/phases/9-flood && cat >phase.json <<'END' && cat >flood.sh <<'EOS'\n%s"
				  "END\n%sEOS\n",
		folder, folder,
		"{\"format\": 1, \"title\": {\"en\": \"Flood\", \"fr\": \"Flot\"},\n"
		" \"goal\": {\"en\": \"Lines.\", \"fr\": \"Des lignes.\"},\n"
		" \"steps\": [{\"id\": \"flood\", \"title\": {\"en\": \"Print lines\", \"fr\": \"Lignes\"},\n"
		"  \"why\": {\"en\": \"Are keys answered?\", \"fr\": \"Les touches ?\"}, \"risk\": \"none\",\n"
		"  \"minutes\": 1, \"timeout\": \"10m\", \"undo\": false,\n"
		"  \"undo_why\": {\"en\": \"Nothing.\", \"fr\": \"Rien.\"}, \"root\": false}]}\n",
		"# shellcheck shell=sh\npreflight() { return 0; }\ncheck() { return 1; }\n"
		"plan() { echo 'prints lines'; }\napply() {\n"
		"\tlines='one of the lines of a step that prints as fast as it can, as a build or a download does'\n"
		"\tlines=\"$lines\n$lines\n$lines\n$lines\n$lines\"\n"
		"\twhile :; do\n\t\techo \"$lines\"\n\tdone\n}\nverify() { return 0; }\n");
	bool fine = bench_command(command, NULL) >= 0;

	free(command);
	return fine;
}

/* From the key to the text on the screen, in milliseconds; -1: it did not come. */
static double key_to_screen(struct bench_term *t, const char *key, const char *text)
{
	const char *const texts[] = {text, NULL};
	double from = bench_ms();

	bench_term_keys(t, key);
	return bench_term_wait(t, texts, 5000) < 0 ? -1 : bench_ms() - from;
}

/* Starts the flood: the way an operator would, with its plan shown and its question answered. */
static bool start_flood(struct bench_term *t)
{
	static const struct {
		const char *keys, *text;
	} steps[] = {{"7", "1-foundation"}, {":", ":"}, {"phase 9\r", "Print lines"}, {"p", "Ready"},
		{"x", "Run it"}, {"\t\r", "one of the lines"}, {"8", "All steps"}};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		if (key_to_screen(t, steps[i].keys, steps[i].text) < 0) {
			bench_note("\"%s\" does not show up", steps[i].text);
			return false;
		}
		bench_term_settle(t, 200, 400); /* what is typed ahead of a question does not count */
	}
	return true;
}

/* There and back between two places, at moments that have nothing to do with the console's own. */
static bool measure_keys(struct bench_term *t, const char *what)
{
	double took[KEYS];
	char *words;

	for (int i = 0; i < KEYS; i++) {
		double until = bench_ms() + 5 + (double)(random() % 40);

		while (bench_ms() < until)
			bench_term_turn(t, 1);
		took[i] = i % 2 ? key_to_screen(t, "8", "All steps") : key_to_screen(t, "2", "mounted on");
		if (took[i] < 0) {
			bench_note("a key was not answered");
			return false;
		}
	}
	words = xasprintf("key to screen, median, %s", what);
	bench_say(words, bench_median(took, KEYS), "ms", "", 0);
	free(words);
	words = xasprintf("key to screen, p99, %s (aim 10)", what);
	bench_say(words, bench_part(took, KEYS, 0.99), "ms", "", 0);
	free(words);
	return true;
}

static bool keys_answered(const struct place *p, const char *folder)
{
	char *argv[] = {p->program, (char *)"--demo", NULL};
	struct bench_term *t = NULL;
	bool fine = write_flood(folder);

	if (fine)
		t = bench_term_start(argv, (const char *const *)p->entries, 36, 120);
	fine = t && bench_term_wait(t, first_frame, 5000) > 0;
	if (fine) {
		bench_term_settle(t, 300, 3000);
		fine = measure_keys(t, "nothing running") && start_flood(t);
		fine = fine && measure_keys(t, "a step printing");
	}
	if (t && !fine)
		bench_term_print(t);
	bench_term_stop(t);
	return fine;
}

bool bench_screen(const char *folder)
{
	struct place p;
	bool fine;

	place_init(&p, folder);
	fine = first_screens(&p);
	fine = keys_answered(&p, folder) && fine;
	if (bench_have("htop")) {
		struct bench_sshd *sshd = bench_sshd_start();

		fine = sshd && idle_cost(&p, sshd) && fine;
		bench_sshd_stop(sshd);
	}
	place_clear(&p);
	return fine;
}
