/*
 * demo: the built-in EdgeServer. A folder in $TMPDIR (unset: in memory, or in /tmp) holds a whole
 * simulated server: its files, and the simulated tools that read and change them. A local link
 * (link_new_local) with demo_env() and demo_cwd() is then a shell on that server, whose `root`
 * variable is the folder. See backends/demo/README.
 */
#ifndef BACKENDS_DEMO_H
#define BACKENDS_DEMO_H

struct err;
struct demo;

/*
 * Makes the server as it was in phase `which` ("phase-0": 4 February, or "phase-1"; NULL: phase-0).
 * seed 0 gives the documents' figures, any other varies sizes and counts. datadir holds
 * demo/world.sh (installed) or backends/demo/world.sh (source tree). Folders of crashed runs are
 * removed first. DEMO_SUDO, DEMO_WITHOUT, DEMO_FAIL, DEMO_FAST and, in place of seed 0, DEMO_SEED are
 * taken from the environment: see backends/demo/README.
 * A thread of its own keeps the readings in proc/ moving until demo_free or the program's end.
 * 0 and *out; ERR_USAGE for an unknown phase, ERR_IO when the folder cannot be made.
 */
int demo_create(
	const char *datadir, const char *which, unsigned seed, struct demo **out, struct err *e);

/* The folder, without a slash at its end: the server's `root`. Borrowed. */
const char *demo_root(const struct demo *d);
/* NULL-terminated "NAME=value" array for link_new_local; borrowed. */
char *const *demo_env(const struct demo *d);
/* The operator's home on that server. Borrowed. */
const char *demo_cwd(const struct demo *d);

/* Ends whatever was started there and still runs, then removes the folder and nothing else. NULL is
 * fine. */
void demo_free(struct demo *d);

#endif
