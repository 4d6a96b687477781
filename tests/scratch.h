/* scratch: where tests make their folders. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdlib.h>
#include <string.h>

#define SCRATCH_MAX 24 /* bytes: what is made below it goes into names of 64 */

/* $TMPDIR (make check puts memory there, see tests/memory), else /tmp. Borrowed. */
static inline const char *scratch(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && tmp[0] == '/' && strlen(tmp) < SCRATCH_MAX ? tmp : "/tmp";
}

#endif
