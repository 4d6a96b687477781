/* bench_term: a program in a terminal of its own, as fast as the terminal can read it. */
#ifndef TESTS_BENCH_TERM_H
#define TESTS_BENCH_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct bench_term;

/*
 * Starts argv (found in PATH, or a path) in a terminal of rows by cols, with NAME=VALUE entries of env
 * (NULL-terminated) added to the environment. NULL when it could not be. The clock starts just before the fork.
 */
struct bench_term *bench_term_start(char *const argv[], const char *const env[], int rows, int cols);
/* HUP, then KILL after two seconds; frees. NULL is fine. */
void bench_term_stop(struct bench_term *t);

pid_t bench_term_pid(const struct bench_term *t);
/* Reads what comes within ms (one piece, at once when there is one). False when nothing did. */
bool bench_term_turn(struct bench_term *t, int ms);
/* Is text on the screen? On the row (0-based)? */
bool bench_term_shows(struct bench_term *t, const char *text);
bool bench_term_row_shows(struct bench_term *t, int row, const char *text);
/* Milliseconds from the start until all texts (NULL-terminated) are on the screen, or -1 after ms. */
double bench_term_wait(struct bench_term *t, const char *const texts[], int ms);
/* Reads until nothing has come for quiet ms, or ms are over. */
void bench_term_settle(struct bench_term *t, int quiet, int ms);
void bench_term_keys(struct bench_term *t, const char *keys);
/* The screen to standard error, for when something is not there. */
void bench_term_print(struct bench_term *t);

/* Processor time of a process so far, all its threads (not its children), in milliseconds; -1: gone. */
double bench_cpu_ms(pid_t pid);
/* Its memory as the kernel counts it for it alone (Pss), in KiB; -1: gone. */
double bench_memory_kib(pid_t pid);
/* The youngest process called name, below ancestor (0: anywhere); -1: none. */
pid_t bench_find(const char *name, pid_t ancestor);

#endif
