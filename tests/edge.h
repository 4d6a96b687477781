/*
 * edge: EdgeServer behind a real sshd: the demo's simulated tools are what a login there finds, and the client's
 * ~/.ssh knows it as "edgeserver". For tests of the whole console.
 */
#ifndef TESTS_EDGE_H
#define TESTS_EDGE_H

#include "tests/sshd.h"
#include "tests/vt.h"

struct demo;

struct edge {
	struct demo *demo;
	struct sshd sshd;
	char *state; /* $XDG_STATE_HOME of the console */
};

/* which: "phase-0" or "phase-1"; config_lines go into sshd_config (NULL: none). trusted: its key is known. */
void edge_start(struct edge *e, const char *which, const char *config_lines, bool trusted);
void edge_stop(struct edge *e);
/* The console on it, on a terminal of rows and cols; args: NULL-terminated, before the host's name, or NULL. */
struct vt *edge_console(const struct edge *e, int rows, int cols, const char *const *args);
/* Runs the program without a terminal, input (NULL: nothing) on its stdin; its exit status, and what it
 * printed (owned; stdout and stderr as they came). */
int edge_run(const struct edge *e, const char *const *args, const char *input, char **output);
/* A file below the server's root: made with text; read whole (owned, "" when it is not there). */
void edge_put(const struct edge *e, const char *path, const char *text);
char *edge_get(const struct edge *e, const char *path);
/* Runs a command on the server as its root would; what it printed, owned. */
char *edge_sh(const struct edge *e, const char *command);

#endif
