/*
 * sshd: a real sshd of the test's own, on 127.0.0.1, with its own keys and configuration in a temporary
 * folder, so that nothing of the machine's is read or changed. It lets in the user who runs the test; when
 * that is root, an ordinary user "twister" of its own, where mount namespaces allow it: sshd passes on
 * no signals to root's commands, and root is not what it is like. HOME of the test is in that folder, too.
 *
 *   folder/etc/            host keys (ed25519, rsa), sshd_config, authorized_keys
 *   folder/home/.ssh/      the client's: id_ed25519, id_rsa, config, known_hosts (made by sshd_trust)
 */
#ifndef TESTS_SSHD_H
#define TESTS_SSHD_H

#include <stdbool.h>
#include <sys/types.h>

struct sshd {
	char dir[64];  /* the temporary folder */
	char home[80]; /* dir/home: also $HOME now */
	int port;
	pid_t pid;     /* 0: not running */
	char user[32]; /* who is let in */
	bool as_root;  /* may be set before sshd_start: no user of its own (user becomes root) */
	char *old_home;
};

/* Makes folder, keys and configuration; config_lines (may be NULL) go before ours. Fails the test when
 * there is no sshd. It does not run yet. */
void sshd_init(struct sshd *d, const char *config_lines);
/* Starts it and waits until it listens. The port stays the same over stop and start. */
void sshd_start(struct sshd *d);
/* Ends it, all its connections and what runs in them. */
void sshd_stop(struct sshd *d);
/* Ends it and all its connections; what runs in them is left to what befalls it then. */
void sshd_cut(struct sshd *d);
/* sshd_stop, and the folder goes; HOME is what it was. */
void sshd_clear(struct sshd *d);
/* Makes the server known: writes its keys into home/.ssh/known_hosts. */
void sshd_trust(const struct sshd *d);
/* Ends the processes of sshd that serve connections (sig), not the one that listens; how many. */
int sshd_kill_sessions(const struct sshd *d, int sig);
/* A file below the folder: written whole with mode; read whole (owned, "" when it is not there). */
void sshd_put(const struct sshd *d, const char *path, const char *text, int mode);
char *sshd_get(const struct sshd *d, const char *path);
/* Runs a command with sh in the folder; its exit status. $DIR is the folder. Output goes away. */
int sshd_sh(const struct sshd *d, const char *command);

struct link;
/* A link to NAME, or with NULL to "user@127.0.0.1:port"; only home/.ssh/config is read. Not started. */
struct link *sshd_link(const struct sshd *d, const char *name);

/* Starts one of our helper programs (a path below the build folder's tests/, then its arguments, NULL) and
 * waits for its first line, which is kept in line (64 bytes) without its end. */
pid_t sshd_helper(const struct sshd *d, const char *const *argv, char line[64]);
/* The rest of what it said, until now. Owned. */
char *sshd_helper_said(const struct sshd *d, const char *program);

/* A port of 127.0.0.1 that is free now. */
int sshd_free_port(void);

#endif
