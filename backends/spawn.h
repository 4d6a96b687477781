/* spawn: a child process in a session of its own, with pipes; nothing of ours leaks into it. */
#ifndef BACKENDS_SPAWN_H
#define BACKENDS_SPAWN_H

#include <sys/types.h>

struct spawn {
	const char *const *argv; /* argv[0] is a path, or a name looked for in PATH */
	const char *const *env;  /* exactly this environment */
	const char *cwd;         /* NULL: ours */
	int in, out, err;        /* become 0, 1, 2; -1: /dev/null. Ours must be close-on-exec */
};

/*
 * Starts it: own session and process group (so it has no terminal to read from or write to), default
 * signals, nothing blocked. Returns 0 and *pid (to be waited for by the caller), or an errno value.
 */
int spawn_start(const struct spawn *s, pid_t *pid);

/* Two ends, close-on-exec; the parent's (mine) is non-blocking. 0 or an errno value. */
int spawn_pipe(int *mine, int *childs, int child_reads);

#endif
