/*
 * link: a way to run commands on one server. Two kinds, ssh (libssh) and local (fork); the callers see no difference.
 *
 * Each link has a thread of its own that alone does I/O; all calls here return at once. What happens comes
 * back as events, in order, through link_next(). A thread that is stuck (DNS, agent) is given up by
 * link_free(): it frees what it holds when it comes back. The heartbeat is not the link's: see server.h.
 */
#ifndef BACKENDS_LINK_H
#define BACKENDS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct host;
struct link;

enum link_state {
	LINK_IDLE,       /* link_start() has not been called */
	LINK_RESOLVING,  /* the name */
	LINK_CONNECTING, /* TCP and key exchange */
	LINK_HOSTKEY,    /* a question about the host key waits for its answer */
	LINK_AUTH,       /* authenticating; perhaps a question waits */
	LINK_UP,
	LINK_LOST,       /* text says why; next try in retry_ms */
	LINK_STOPPED,    /* will not try by itself (refused password, changed host key, link_stop): link_retry() */
};

enum link_question_kind {
	LINK_Q_HOSTKEY,    /* unknown host: answer "yes" (remember), "once", or NULL (no) */
	LINK_Q_PASSWORD,
	LINK_Q_PASSPHRASE, /* of a key file: name says which */
	LINK_Q_KEYBOARD,   /* one keyboard-interactive prompt */
};

struct link_question {
	unsigned id;
	enum link_question_kind kind;
	bool echo;          /* the answer may be shown while typed */
	char *title;        /* clean text, one line: "Password for twister@192.168.0.30" */
	char *text;         /* clean text, lines: fingerprint, server's instruction; may be "" */
};

enum link_event_type {
	LINK_EV_STATE,    /* state, text (why), retry_ms, code (ERR_LINK or ERR_REFUSED when STOPPED) */
	LINK_EV_QUESTION, /* question */
	LINK_EV_OPENED,   /* channel: the command runs */
	LINK_EV_OUT,      /* channel, data, len: standard output */
	LINK_EV_ERR,      /* the same: standard error */
	LINK_EV_REFUSED,  /* channel: the server gave no channel (MaxSessions); the id is free again */
	LINK_EV_EXIT,     /* channel: over, last event of it; status 0..255, or -1 with signal's name in text or "" when the link was lost */
};

struct link_event {
	enum link_event_type type;
	enum link_state state;
	unsigned channel;
	int status;
	int code;
	int64_t retry_ms;
	char *text; /* clean text or NULL */
	unsigned char *data;
	size_t len;
	struct link_question *question;
};

struct link *link_new_ssh(const struct host *h, struct err *e);
/* A child process of ours: `sh` with exactly this environment (NULL-terminated "NAME=value" array, copied)
 * in directory cwd. For --demo and tests. */
struct link *link_new_local(char *const *env, const char *cwd, struct err *e);
/* Never waits longer than 1 s for its thread; gives it up then. Ends what runs in its channels. NULL is fine. */
void link_free(struct link *l);

void link_start(struct link *l);
void link_retry(struct link *l);              /* try now, from LOST or STOPPED */
void link_drop(struct link *l, const char *why); /* give up the present connection (a silent one), go to LOST */
void link_stop(struct link *l);
/* NULL answer: no / cancelled. The link copies and wipes its copy after use. */
void link_answer(struct link *l, unsigned question_id, const char *answer);

/*
 * Opens a channel that runs command (given to the login shell by sshd, to /bin/sh -c by a local link).
 * Returns its id (never 0, never used twice). OPENED or REFUSED or EXIT follows. On a link that is not
 * up, EXIT with -1 follows.
 */
unsigned link_open(struct link *l, const char *command);
void link_write(struct link *l, unsigned channel, const void *bytes, size_t n);
/* The same, wiped by the link after it was sent: passwords. */
void link_write_secret(struct link *l, unsigned channel, const void *bytes, size_t n);
void link_eof(struct link *l, unsigned channel);
/* TERM (or KILL), then free; EXIT follows in any case. */
void link_kill(struct link *l, unsigned channel);

int link_fd(const struct link *l); /* readable while events wait */
/* The next event (owned: link_event_free), or NULL. When events pile up (over 4 MiB) the link stops reading. */
struct link_event *link_next(struct link *l);
void link_event_free(struct link_event *ev);

/* "twister@192.168.0.30:22", known once resolved by ssh_config; clean text, borrowed, fixed after link_new. */
const char *link_peer(const struct link *l);
/* gettext'ed word for a state: "connecting" … */
const char *link_state_word(enum link_state s);

#endif
