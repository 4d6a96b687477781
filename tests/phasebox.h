/* phasebox: a copy of tests/phases/2-good in a folder of its own, with one thing changed. */
#ifndef TESTS_PHASEBOX_H
#define TESTS_PHASEBOX_H

#include <stdbool.h>

/* What is changed: the first `find` in `file` becomes `put`. file NULL: nothing. */
struct change {
	const char *file, *find, *put;
};

/* The folder "…/2-good", owned; made anew each time. Fails the test when `find` is not there. */
char *phasebox_make(const struct change *c);
/* Its parent, borrowed; made by the first phasebox_make or phasebox_parent. */
const char *phasebox_parent(void);
void phasebox_remove(void);
/* Writes text to a file of the box. */
void phasebox_write(const char *dir, const char *file, const char *text);

#endif
