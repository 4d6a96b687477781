/* trace: what the program does, for finding faults (--log FILE). Off, it costs a comparison. */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

struct err;

/* Starts writing to path (0600, appended). Once, at the start. 0 or ERR_IO. */
int trace_open(const char *path, struct err *e);
/* One line, with milliseconds and the thread. Never pass a secret; bytes of a server go through
 * text_dup() first. */
void trace_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
