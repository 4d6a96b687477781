/* clock: time as the console needs it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds that only go forward and count sleep (CLOCK_BOOTTIME). For durations, ages, deadlines. */
int64_t clock_ms(void);

/* Milliseconds since 1970 UTC. For what is written down. */
int64_t clock_wall_ms(void);

#define CLOCK_RFC3339_SIZE 32
/* "2026-02-08T12:00:00.123Z" (RFC 3339, UTC, milliseconds) into out; returns out. */
char *clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE]);
/* Milliseconds since 1970 of an RFC 3339 time ("Z" or an offset; fraction optional), or -1. */
int64_t clock_parse_rfc3339(const char *s);

#endif
