/*
 * known_hosts: who a server is known to be (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Ours and not libssh's,
 * which reads one file only and takes no notice of @revoked.
 */
#ifndef BACKENDS_KNOWN_HOSTS_H
#define BACKENDS_KNOWN_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct err;

#define KNOWN_HOSTS_MAX ((size_t)16 << 20) /* bytes of one file */
#define KNOWN_HOSTS_FINGERPRINT 64         /* "SHA256:" and 43 characters, and the 0 */

enum known_hosts_verdict {
	KNOWN_HOSTS_OK,
	KNOWN_HOSTS_UNKNOWN,
	KNOWN_HOSTS_CHANGED, /* another key of this type is known */
	KNOWN_HOSTS_OTHER,   /* keys of other types only are known */
	KNOWN_HOSTS_REVOKED, /* @revoked: never to be accepted */
};

struct known_hosts_answer {
	enum known_hosts_verdict verdict;
	char *file; /* of the line that decided; NULL when UNKNOWN */
	int line;
	char *type, *key; /* what stands there: "ssh-ed25519", base64 */
};

/* The name as it stands in the files: "host", or "[host]:port" when port is not 22. Owned. */
char *known_hosts_name(const char *host, int port);

/*
 * Looks name up in all files (those that do not exist are passed over). type and key are the offered
 * ones: "ssh-ed25519", base64. *out is to be cleared with known_hosts_clear.
 */
void known_hosts_look(char *const *files, size_t nfiles, const char *name, const char *type,
	const char *key, struct known_hosts_answer *out);
void known_hosts_clear(struct known_hosts_answer *a);

/* Types of the keys known for name, each once, in the order they stand: owned, comma-separated, "" for none. */
char *known_hosts_types(char *const *files, size_t nfiles, const char *name);

/* Adds a line (hashed as HashKnownHosts asks); makes ~/.ssh when needed. 0 or ERR_IO. */
int known_hosts_add(const char *file, const char *name, const char *type, const char *key,
	bool hashed, struct err *e);

/* "SHA256:…" of a base64 key as ssh-keygen -l prints it; "?" when it is not base64. */
char *known_hosts_fingerprint(const char *key, char out[KNOWN_HOSTS_FINGERPRINT]);

#endif
