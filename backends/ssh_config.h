/*
 * ssh_config: what ~/.ssh/config and /etc/ssh/ssh_config say of one host, read as ssh(1) reads them
 * (ssh_config(5)): the first value wins, Host with patterns and negation, Match, Include. We read it
 * ourselves because libssh leaves out IdentitiesOnly, HostKeyAlias, AddressFamily, the second
 * UserKnownHostsFile and more, and says nothing.
 */
#ifndef BACKENDS_SSH_CONFIG_H
#define BACKENDS_SSH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct err;

#define SSH_CONFIG_MAX ((size_t)1 << 20) /* bytes of one file */
#define SSH_CONFIG_DEPTH 16              /* of Includes */
#define SSH_CONFIG_LIST_MAX 1024         /* identities, known_hosts files, aliases */

struct ssh_config_list {
	char **words;
	size_t n;
};

enum ssh_config_strict { STRICT_ASK, STRICT_YES, STRICT_ACCEPT_NEW };

/* Strings are NULL, numbers -1 where nothing was said. Tokens (%h …) are expanded, ~ too. */
struct ssh_config {
	char *host_name, *user, *host_key_alias, *bind_address;
	char *identity_agent; /* path, or "none" */
	/* Tokens expanded; NULL also for "none", and when the other of the two came first. */
	char *proxy_command, *proxy_jump;
	char *jump_file; /* where ProxyJump stands; NULL: nowhere */
	int jump_line;
	char *ciphers, *macs, *kex, *host_key_algorithms, *pubkey_algorithms;
	char *preferred_authentications;
	int port;
	int family;                                         /* AF_UNSPEC, AF_INET, AF_INET6 */
	int identities_only, hash_known_hosts, compression; /* 0, 1 */
	int pubkey, password, keyboard;                     /* 0, 1: …Authentication */
	int connect_timeout, alive_interval, alive_count;   /* seconds, seconds, times */
	enum ssh_config_strict strict;
	bool strict_set;
	bool named; /* a Host line other than `*` speaks of it */
	struct ssh_config_list identities, certificates, known_hosts, global_known_hosts;
	char *notes; /* one line: what stands there and is not honoured; NULL */
};

/*
 * Reads file (-F), or with NULL the user's and the system's, for the host as it was given and the user
 * asked for (NULL: none). 0; ERR_USAGE with file and line; ERR_IO when `file` cannot be read. *out is
 * filled in any case: ssh_config_clear it.
 */
int ssh_config_read(const char *file, const char *host, const char *user, struct ssh_config *out,
	struct err *e);
void ssh_config_clear(struct ssh_config *c);

/* Literal names (no pattern) of all Host lines, Includes too; owned array of owned strings, *n of them. */
char **ssh_config_aliases(const char *file, size_t *n);

/* Pattern list of ssh: comma-separated or one, '*' '?', '!' negates. 1 matches, -1 negated, 0 no. */
int ssh_config_match(const char *name, const char *patterns);

#endif
