/*
 * linear: the whole work as lines and numbered answers, for screen readers, serial lines and pipes.
 *
 * No cursor movement, no colour, one fact a line. While an answer is awaited nothing is printed: what happens
 * meanwhile is told after it. The same checklist, journal and promises as on the screen.
 */
#ifndef TUI_LINEAR_H
#define TUI_LINEAR_H

#include <stdbool.h>

struct options;

/* --linear; or ACCESSIBLE is set to something but 0; or the terminal is TERM=dumb. */
bool linear_wanted(const struct options *o);
/* The exit status: 0 left by an answer, 1 the input ended before, else as the screen's. */
int linear_run(const struct options *o);

#endif
