/*
 * host: what is known of a server before it is reached: a profile, an ssh_config alias, or user@host[:port].
 *
 * A profile is ~/.config/twistertui/hosts/NAME ($XDG_CONFIG_HOME honoured): `key = value` lines, # comments. Keys:
 * address user port jump identity sudo(ask|never) kubeconfig namespaces expected-pods
 * backup.postgres.dir backup.postgres.label backup.redis.dir backup.redis.label backup.log backup.max-age
 * build-context threshold.FACT(=NUMBER or size) and param.PHASE-STEP.NAME (defaults of step parameters).
 */
#ifndef BACKENDS_HOST_H
#define BACKENDS_HOST_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum host_kind { HOST_SSH, HOST_LOCAL, HOST_DEMO };

struct host_setting {
	char *key, *value;
	int line;
};

struct host {
	char *name; /* as the operator calls it; also the journal's folder: text, no '/', no leading '.' */
	enum host_kind kind;
	char *demo;       /* HOST_DEMO: "phase-0" or "phase-1" */
	char *address;    /* NULL: ask ssh_config for name */
	char *user;       /* NULL: ssh_config, else $USER */
	int port;         /* 0: ssh_config, else 22 */
	char *jump;       /* NULL: none */
	char *identity;   /* NULL: ssh_config's and the usual ones */
	char *ssh_config; /* -F; NULL: ~/.ssh/config and /etc/ssh/ssh_config */
	bool sudo_never;
	bool from_profile;
	bool known;                    /* a profile or an ssh_config Host line speaks of it */
	char *path;                    /* the profile's file, or NULL */
	struct host_setting *settings; /* all of the profile's lines, in order */
	size_t nsettings;
};

/*
 * What all limits and all pauses (between attempts, looks, heartbeats) are multiplied by, so that tests run
 * fast: TWISTERTUI_TIME_SCALE=LIMITS[,PAUSES]; a busy machine can bear short pauses, not short limits. PAUSES
 * is LIMITS where it is not given; both are 1 when either is no number from 0.001 to 100.
 */
double host_time_scale(void);
double host_pause_scale(void);

/*
 * Finds NAME: profile first, then alias, then user@host[:port]. 0 and *out (host_free it; out->known
 * false when NAME is just a word nobody speaks of), ERR_USAGE with file and line for a bad profile,
 * ERR_REFUSED when the profile is writable by others. ssh_config may be NULL.
 */
int host_find(const char *name, const char *ssh_config, struct host **out, struct err *e);
struct host *host_new_demo(const char *which); /* NULL which: "phase-0" */
void host_free(struct host *h);
const char *host_get(const struct host *h, const char *key, const char *fallback);
/* Writes the profile (0600, by rename), keeping lines it does not know. */
int host_save(struct host *h, struct err *e);
/* Names of profiles and of literal Host aliases in ssh_config, sorted, once each; owned array of owned strings. */
char **host_list(const char *ssh_config, size_t *n);

#endif
