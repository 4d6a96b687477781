/*
 * link_ssh: the ssh link from inside. One thread does everything, step by step; a step is a function that
 * does what can be done without waiting and returns the step that comes next, or itself to wait. Only
 * backends/link_ssh*.c include this.
 *
 * The server and each jump host on the way to it have a struct ssh_link of their own, with its own
 * session, host key and login: the chain. All of them are the one thread's, and what ends one ends
 * all.
 */
#ifndef BACKENDS_LINK_SSH_H
#define BACKENDS_LINK_SSH_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "backends/link_core.h"
#include "backends/ssh_config.h"
#include "base/err.h"

#define SSH_CONNECT_MS 10000 /* one address, and key exchange; ConnectTimeout overrides it */
#define SSH_AUTH_MS                                                                                \
	60000 /* an answer while authenticating: PAM delays, name servers of the server */
#define SSH_DEAD_MS 5000 /* TCP_USER_TIMEOUT: unacknowledged for so long is lost */
#define SSH_ALIVE_S 5    /* ServerAliveInterval when none is set */
#define SSH_ALIVE_COUNT 3
#define SSH_AGENT_MS 60000 /* an agent may ask its user for a touch or a yes */
#define SSH_WRONG_MAX 3    /* wrong answers, then it stops: fail2ban counts too */
#define SSH_KEYS_MAX 32
#define SSH_HOPS_MAX 8         /* jump hosts on the way: more is a mistake */
#define SSH_REOPEN_MS 100      /* see link_ssh_channel.c */
#define SSH_WINDOW_PIECE 16384 /* bytes written at once: see link_ssh_channel.c */

enum ssh_step {
	STEP_IDLE,
	STEP_RESOLVE,
	STEP_VIA, /* the jump host before it is not up, or has not let us through yet */
	STEP_TCP,
	STEP_PROXY,
	STEP_KEX,
	STEP_HOSTKEY,
	STEP_HOSTKEY_WAIT,
	STEP_AUTH_NONE,
	STEP_AUTH_NEXT, /* which method now? */
	STEP_AGENT,
	STEP_KEY_OFFER,
	STEP_KEY_LOAD,
	STEP_KEY_WAIT, /* for a passphrase */
	STEP_KEY_SIGN,
	STEP_KEYBOARD,
	STEP_KEYBOARD_WAIT,
	STEP_PASSWORD_ASK,
	STEP_PASSWORD_WAIT,
	STEP_PASSWORD,
	STEP_UP,
	STEP_LOST,
	STEP_STOPPED,
};

enum ssh_channel_step { CHANNEL_OPENING, CHANNEL_EXEC, CHANNEL_RUNNING, CHANNEL_GONE };

struct ssh_link_channel {
	struct ssh_link_channel *next;
	unsigned id;
	enum ssh_channel_step step;
	ssh_channel ch;
	struct ssh_channel_callbacks_struct callbacks;
	char *command;
	bool has_status;
	int status;
	char signal[16];
	struct link_cmd *head, **tail; /* what is to be written */
	bool eof, eof_sent;
	int64_t kill_at; /* when the next, harder signal is due; 0: none */
	int kills;
	bool again;      /* it was refused once and asked for again */
	int64_t open_at; /* when; 0: at once */
};

/* One key that may be tried. It stays for the life of the link, decrypted once it had to be. */
struct ssh_link_key {
	char *path, *certificate; /* certificate: NULL for none */
	ssh_key public, private;
	bool tried; /* in this connection */
	bool dead;  /* unreadable, or no passphrase was given */
	int wrong;  /* passphrases */
};

/* A person's answer to the question that waits. */
struct ssh_answer {
	unsigned question; /* 0: none waits */
	bool given;
	char *secret; /* secret_dup()'s, NULL: no */
	size_t len;
};

struct ssh_agent_filter;
struct ssh_tunnel;

struct ssh_link {
	struct link_core *core;
	/* the way to it */
	struct ssh_link *root;                    /* the server's: itself there */
	struct ssh_link *via;                     /* the jump host that leads here, or NULL */
	struct ssh_tunnel *tunnel;                /* of a jump host: from it to the next */
	struct ssh_link *chain[SSH_HOPS_MAX + 1]; /* root's: in the order of the way, itself last */
	size_t nchain;
	/* what was asked for */
	char *hop;                /* a jump host's name as it was given; NULL: the server */
	bool followed;            /* a jump host whose own ProxyJump leads on */
	char *name, *host, *user; /* name: as people are told, "jump host NAME" */
	int port;
	struct ssh_config config;
	char *notes;                  /* root's: remarks for people, or NULL */
	struct ssh_config_list files; /* known_hosts, the user's first */
	char *known_name;             /* as it stands in known_hosts */
	/* the connection */
	enum ssh_step step;
	enum link_state state;           /* root's: as it was told */
	const struct ssh_link *state_of; /* root's: of which in the chain */
	int64_t deadline;                /* of the present step; 0: none */
	struct addrinfo *addresses, *address;
	int last_errno;
	int sock;  /* ours until libssh has it */
	int watch; /* a duplicate, which tells whether libssh closed its own */
	pid_t proxy;
	int proxy_err;
	char proxy_said[256];
	ssh_session session;
	ssh_event pump;
	struct ssh_counter_struct counter;
	uint64_t last_packets;
	int64_t heard_at, asked_at;
	int unanswered; /* questions since it was heard of */
	bool held;      /* a channel did not write because libssh had not sent the last piece yet */
	char *last_words; /* what libssh said when it ended, or NULL */
	/* authentication */
	struct ssh_answer answer;
	char *key64, *key_type; /* the server's */
	char *once64;           /* the key accepted for this once, or NULL */
	unsigned methods;
	bool agent_tried, agent_had_keys;
	bool keyboard_refused, keyboard_asked, password_refused;
	bool was_asked; /* a person was asked for a secret in this connection */
	int wrong, prompts, prompt;
	struct ssh_link_key keys[SSH_KEYS_MAX];
	size_t nkeys, key;
	struct ssh_agent_filter *agent;
	/* afterwards */
	struct ssh_link_channel *channels;
	bool more;        /* root's: the last turn was not the end of it */
	int64_t freed_at; /* when the last channel was */
	int64_t retry_at;
	int attempt;
	char *buf; /* LINK_READ_MAX */
};

/* --- link_ssh.c ------------------------------------------------------------------------------ */

/* The thread (struct link_core). */
void ssh_link_run(struct link_core *core, void *kind);
/* Ends the connection with words for a person; it comes back by itself. */
enum ssh_step ssh_link_lose(struct ssh_link *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Ends it until link_retry(). code as in LINK_EV_STATE. */
enum ssh_step ssh_link_stop(struct ssh_link *s, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void ssh_link_state(struct ssh_link *s, enum link_state state, const char *text);
/* The step must be over in ms (scaled), or the connection is lost; 0: no limit. */
void ssh_link_limit(struct ssh_link *s, int64_t ms);
void ssh_link_ask(struct ssh_link *s, enum link_question_kind kind, bool echo, const char *title,
	const char *text);
/* True while a person has a question and has not answered. */
bool ssh_link_is_asking(const struct ssh_link *s);
/* The answer is wiped. */
void ssh_link_answered(struct ssh_link *s);
/* Remembers a remark for people; said once the link is up. */
void ssh_link_note(struct ssh_link *s, const char *what);
/* Takes a question's title; returns it, owned, with the jump host that asks it. */
char *ssh_link_title(const struct ssh_link *s, char *title);
/* Why the connection ended, or else libssh's last error; borrowed until the next call to libssh. */
const char *ssh_link_error(const struct ssh_link *s);

/* --- link_ssh_new.c -------------------------------------------------------------------------- */

/* One host as it was asked for; all borrowed, what was not said is NULL or 0. */
struct ssh_link_asked {
	const char *called; /* by the operator; the server's only */
	const char *name;   /* for ssh_config */
	const char *user;
	int port;
	const char *identity, *config; /* a key file; -F */
};

/* What ssh_config says of it, settled. root NULL: it is the server. NULL with *e. */
struct ssh_link *ssh_link_member(
	struct ssh_link *root, const struct ssh_link_asked *a, struct err *e);

/* --- link_ssh_chain.c ------------------------------------------------------------------------ */

/*
 * Makes the jump hosts on the way to root, as its ssh_config's ProxyJump and theirs have it, into
 * root->chain. 0; ERR_USAGE with file and line: it makes no sense, goes in a circle or too far. The
 * chain ends with root, and is to be freed, in any case.
 */
int ssh_chain_make(struct ssh_link *root, const struct ssh_link_asked *asked, struct err *e);

/* --- link_ssh_connect.c ---------------------------------------------------------------------- */

enum ssh_step ssh_connect_resolve(struct ssh_link *s);
enum ssh_step ssh_connect_tcp(struct ssh_link *s);
enum ssh_step ssh_connect_proxy(struct ssh_link *s);
enum ssh_step ssh_connect_kex(struct ssh_link *s);
/* Milliseconds that ConnectTimeout gives it. */
int64_t ssh_connect_ms(const struct ssh_link *s);
/* The buffer and the longest wait of a socket that libssh is to write to. */
void ssh_connect_tune(const struct ssh_link *s, int fd);
/* Ends session, socket and proxy; polite: says goodbye. */
void ssh_connect_close(struct ssh_link *s, bool polite);
void ssh_connect_proxy_read(struct ssh_link *s);

/* --- link_ssh_hop.c -------------------------------------------------------------------------- */

enum ssh_step ssh_hop_through(struct ssh_link *s);
/* Moves what can be moved through its tunnel, both ways; true when there may be more at once. */
bool ssh_hop_move(struct ssh_link *hop);
/* What is to be waited for at our end of its tunnel; fd -1: nothing. */
struct pollfd ssh_hop_poll(const struct ssh_link *hop);
void ssh_hop_close(struct ssh_link *hop);

/* --- link_ssh_hostkey.c ---------------------------------------------------------------------- */

enum ssh_step ssh_hostkey_check(struct ssh_link *s);
enum ssh_step ssh_hostkey_wait(struct ssh_link *s);
/* The algorithms to offer, those of the keys we know first: owned. */
char *ssh_hostkey_algorithms(struct ssh_link *s);

/* --- link_ssh_auth.c ------------------------------------------------------------------------- */

enum ssh_step ssh_auth_none(struct ssh_link *s);
enum ssh_step ssh_auth_next(struct ssh_link *s);
enum ssh_step ssh_auth_keyboard(struct ssh_link *s);
enum ssh_step ssh_auth_keyboard_wait(struct ssh_link *s);
enum ssh_step ssh_auth_password_ask(struct ssh_link *s);
enum ssh_step ssh_auth_password_wait(struct ssh_link *s);
enum ssh_step ssh_auth_password(struct ssh_link *s);
/* The server hung up before we were in. */
enum ssh_step ssh_auth_ended(struct ssh_link *s);
/* What a method's answer leads to: the same step, the next method, up, or the end. */
enum ssh_step ssh_auth_result(struct ssh_link *s, int rc, enum ssh_step same);

/* --- link_ssh_key.c -------------------------------------------------------------------------- */

void ssh_keys_find(struct ssh_link *s, const char *identity);
void ssh_keys_free(struct ssh_link *s);
bool ssh_keys_left(const struct ssh_link *s);
enum ssh_step ssh_key_offer(struct ssh_link *s);
enum ssh_step ssh_key_load(struct ssh_link *s);
enum ssh_step ssh_key_wait(struct ssh_link *s);
enum ssh_step ssh_key_sign(struct ssh_link *s);

/* --- link_ssh_agent.c ------------------------------------------------------------------------ */

/*
 * Stands between libssh and the agent: libssh would wait for it for ever and try all its keys. Passes on
 * only keys in `only` (public keys in base64; n 0: all), waits at most ms for an answer, ends at once when
 * *quit is set. NULL when there is no agent at path.
 */
struct ssh_agent_filter *ssh_agent_filter_new(
	const char *path, char *const *only, size_t n, int64_t ms, struct link_core *core);
/* libssh's end; it closes it itself. */
int ssh_agent_filter_fd(const struct ssh_agent_filter *f);
/* True when this key (base64) was offered by the agent. */
bool ssh_agent_filter_had(struct ssh_agent_filter *f, const char *key64);
void ssh_agent_filter_free(struct ssh_agent_filter *f);
enum ssh_step ssh_agent_try(struct ssh_link *s);

/* --- link_ssh_up.c --------------------------------------------------------------------------- */

/* One turn; root->more says whether there may be more at once. */
enum ssh_step ssh_up_advance(struct ssh_link *s);
/* Ends the connection because s, which is up, does not answer. */
enum ssh_step ssh_up_silent(struct ssh_link *s);
/* Milliseconds of silence after which it is asked. */
int64_t ssh_up_alive_ms(const struct ssh_link *s);

/* --- link_ssh_channel.c ---------------------------------------------------------------------- */

void ssh_channels_open(struct ssh_link *s, struct link_cmd *cmd);
/* Takes cmd. */
void ssh_channels_command(struct ssh_link *s, struct link_cmd *cmd);
/* Reads and writes what can be; true when there may be more at once. */
bool ssh_channels_advance(struct ssh_link *s);
/* When something is due although nothing arrives, or 0. */
int64_t ssh_channels_due(const struct ssh_link *s);
/* EXIT -1 for all of them. */
void ssh_channels_lose(struct ssh_link *s);

#endif
