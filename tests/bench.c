#include "tests/bench.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

double bench_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_part(double *values, size_t n, double part)
{
	size_t at = (size_t)((double)n * part);

	qsort(values, n, sizeof *values, by_value);
	return n == 0 ? 0 : values[at < n ? at : n - 1];
}

double bench_median(double *values, size_t n)
{
	return bench_part(values, n, 0.5);
}

void bench_say(const char *what, double ours, const char *unit, const char *other, double theirs)
{
	printf("%-44s %9.2f %s", what, ours, unit);
	if (theirs > 0)
		printf("   %s %.2f %s   ratio %.2f", other, theirs, unit, ours / theirs);
	putchar('\n');
	fflush(stdout);
}

void bench_note(const char *fmt, ...)
{
	va_list ap;

	fputs("  ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

double bench_command(const char *command, char **out)
{
	double from = bench_ms(), took;
	int ends[2], status;
	struct buf b;
	pid_t child;

	buf_init(&b, 0);
	if (pipe(ends) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	for (;;) {
		char part[65536];
		ssize_t n = read(ends[0], part, sizeof part);

		if (n <= 0)
			break;
		buf_add(&b, part, (size_t)n);
	}
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		took = -1;
	else
		took = bench_ms() - from;
	if (out)
		*out = buf_take(&b);
	buf_clear(&b);
	return took;
}

bool bench_have(const char *tool)
{
	char *command = xasprintf("command -v %s >/dev/null 2>&1", tool);
	bool have = bench_command(command, NULL) >= 0;

	free(command);
	if (!have)
		bench_note("%s is not here, so there is nothing to compare with", tool);
	return have;
}

struct part {
	const char *name;
	bool (*run)(const char *folder);
};

static const struct part parts[] = {
	{"screen", bench_screen},
	{"search", bench_search},
	{"ssh", bench_ssh},
};

/* bench [PART]...: all of them, or those named. */
int main(int argc, char **argv)
{
	char folder[] = "/tmp/twistertui-bench-XXXXXX", *remove;
	bool fine = true;

	setlocale(LC_ALL, "C.UTF-8");
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		bool wanted = argc < 2;

		for (int k = 1; k < argc; k++)
			wanted = wanted || strcmp(argv[k], parts[i].name) == 0;
		if (wanted && !parts[i].run(folder))
			fine = false;
	}
	remove = xasprintf("rm -rf %s", folder);
	bench_command(remove, NULL);
	free(remove);
	return fine ? 0 : 1;
}
