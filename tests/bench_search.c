/* The log's search over a million lines, beside pcre2grep -c on the same lines in a file. */
#include "tests/bench.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "runbook/log.h"

#define LINES 1000000
#define RUNS 5

/* A line of a log, different each time, of 77 bytes on average. */
static int write_line(char *out, size_t size, unsigned i)
{
	static const char *const what[] = {"kernel: EXT4-fs (dm-0): mounted filesystem",
		"dockerd[812]: level=info msg=\"ignoring event\" container=",
		"k3s[1021]: E0204 pod_workers.go: Error syncing pod builder-", "systemd[1]: Started Session",
		"kubelet: eviction manager: must evict pod(s) to reclaim ephemeral-storage "};

	return snprintf(out, size, "Feb  4 %02u:%02u:%02u edgeserver %s %u\n", i / 3600 % 24, i / 60 % 60,
		i % 60, what[i % 5], i * 2654435761u);
}

static struct log *fill(const char *path)
{
	struct log *l = log_new();
	int source = log_source(l, "bench");
	FILE *f = fopen(path, "w");
	char line[256];

	for (unsigned i = 0; f && i < LINES; i++) {
		int n = write_line(line, sizeof line, i);

		fwrite(line, 1, (size_t)n, f);
		log_output(l, source, 1, line, (size_t)n);
	}
	log_output_end(l, source);
	if (!f || fclose(f) != 0) {
		log_free(l);
		return NULL;
	}
	return l;
}

/* Milliseconds until every line was looked at; *count gets how many matched. Negative: it went wrong. */
static double search(struct log *l, const char *pattern, size_t *count)
{
	struct err e = {0};
	double from = bench_ms(), took;
	struct log_search *s = log_search_new(l, pattern, -1, false, &e);

	if (!s) {
		bench_note("%s: %s", pattern, e.text);
		return -1;
	}
	log_search_collect(s);
	while (!log_search_done(s, NULL)) {
		struct pollfd p = {.fd = log_search_fd(s), .events = POLLIN};

		if (poll(&p, 1, 10000) <= 0)
			break;
		log_search_collect(s);
	}
	took = bench_ms() - from;
	*count = log_search_count(s);
	if (!log_search_done(s, NULL) || log_search_error(s)) {
		bench_note("%s: did not end well", pattern);
		took = -1;
	}
	log_search_free(s);
	return took;
}

static bool compare(struct log *l, const char *path, const char *pattern, bool other)
{
	char *command = xasprintf("pcre2grep -u -c '%s' %s || [ $? = 1 ]", pattern, path);
	char *what = xasprintf("search 1,000,000 lines: %s", pattern);
	double ours[RUNS], theirs[RUNS] = {0};
	bool fine = true;

	/* In turns, so that what else the machine does meets both. */
	for (int i = 0; i < RUNS && fine; i++) {
		size_t count = 0;
		char *out = NULL;

		ours[i] = search(l, pattern, &count);
		fine = ours[i] >= 0;
		if (fine && other) {
			theirs[i] = bench_command(command, &out);
			if (theirs[i] < 0 || strtoul(out, NULL, 10) != count) {
				bench_note("%s: %zu lines here, pcre2grep says %s", pattern, count, out);
				fine = false;
			}
		}
		free(out);
	}
	if (fine)
		bench_say(what, bench_median(ours, RUNS), "ms", "pcre2grep -c", bench_median(theirs, RUNS));
	free(what);
	free(command);
	return fine;
}

bool bench_search(const char *folder)
{
	static const char *const patterns[] = {"evict pod", "(?i)error", "no such thing",
		"E[0-9]+ .*\\.go: (Error|Warning) .*-? [0-9]*7$"};
	char *path = xasprintf("%s/lines", folder);
	double from = bench_ms();
	struct log *l = fill(path);
	bool other = bench_have("pcre2grep"), fine = l != NULL;

	if (l)
		bench_say("taking in 1,000,000 lines", bench_ms() - from, "ms", "", 0);
	for (size_t i = 0; l && i < sizeof patterns / sizeof patterns[0]; i++)
		fine = compare(l, path, patterns[i], other) && fine;
	log_free(l);
	free(path);
	return fine;
}
