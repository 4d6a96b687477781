/* bench: how fast it is, beside the tool one would use instead, measured in the same run. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>

/* Milliseconds of a clock that only goes forward, with fractions. */
double bench_ms(void);

/* The middle of n values, and the one that `part` of them are below; both sort. */
double bench_median(double *values, size_t n);
double bench_part(double *values, size_t n, double part);

/* One line of the result. theirs 0: nothing to compare with. */
void bench_say(const char *what, double ours, const char *unit, const char *other, double theirs);
/* A line of explanation, or why something was not measured. */
void bench_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Runs `sh -c command` and waits for it. Returns its wall time in milliseconds, or -1 when it did not
 * end with status 0; its standard output goes to out (owned, NULL: to /dev/null).
 */
double bench_command(const char *command, char **out);
bool bench_have(const char *tool);

/* The parts. Each says what it found, and false when something was wrong (not: slow). */
bool bench_screen(const char *folder);
bool bench_search(const char *folder);
bool bench_ssh(const char *folder);

#endif
