/* The ssh link's thread: its steps, its questions, its coming back. */
#include "backends/link_ssh.h"

#include <errno.h>
#include <libssh/server.h> /* ssh_send_keepalive */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/secret.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#define ROUNDS_MAX 64 /* turns of the channels before commands are looked at again */

/* --- what the steps use ---------------------------------------------------------------------- */

void ssh_link_state(struct ssh_link *s, enum link_state state, const char *text)
{
	if (s->state == state)
		return;
	s->state = state;
	link_core_state(s->core, state, 0, 0, text);
}

void ssh_link_limit(struct ssh_link *s, int64_t ms)
{
	s->deadline = ms ? clock_ms() + link_core_ms(s->core, ms) : 0;
}

void ssh_link_ask(struct ssh_link *s, enum link_question_kind kind, bool echo, const char *title,
	const char *text)
{
	ssh_link_answered(s);
	ssh_link_limit(s, 0);
	s->answer.question = link_core_ask(s->core, kind, echo, title, text);
}

void ssh_link_answered(struct ssh_link *s)
{
	secret_free(s->answer.secret, s->answer.len);
	memset(&s->answer, 0, sizeof s->answer);
}

void ssh_link_note(struct ssh_link *s, const char *what)
{
	char *old = s->notes;

	if (old && strstr(old, what))
		return;
	s->notes = old ? xasprintf("%s; %s", old, what) : xstrdup(what);
	free(old);
}

const char *ssh_link_error(const struct ssh_link *s)
{
	const char *text = s->session ? ssh_get_error(s->session) : "";

	return text && *text ? text : _("it was closed");
}

/* Everything of this connection goes; what is known for the next one stays. */
static void connection_end(struct ssh_link *s, bool polite)
{
	ssh_channels_lose(s);
	ssh_connect_close(s, polite);
	ssh_agent_filter_free(s->agent);
	s->agent = NULL;
	ssh_link_answered(s);
	s->deadline = 0;
	s->agent_tried = s->agent_had_keys = s->keyboard_refused = s->keyboard_asked = false;
	s->password_refused = s->was_asked = false;
	s->wrong = 0;
	s->key = 0;
	for (size_t i = 0; i < s->nkeys; i++)
		s->keys[i].tried = false;
}

static void ended(
	struct ssh_link *s, enum link_state state, int code, int64_t retry_ms, const char *text)
{
	connection_end(s, false);
	s->state = state;
	s->retry_at = retry_ms ? clock_ms() + retry_ms : 0;
	link_core_state(s->core, state, code, retry_ms, text);
}

enum ssh_step ssh_link_lose(struct ssh_link *s, const char *fmt, ...)
{
	struct err e;
	char text[sizeof e.text * 2];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		text[0] = '\0';
	ended(s, LINK_LOST, ERR_LINK, link_core_backoff(s->core, s->attempt++), text);
	return STEP_LOST;
}

enum ssh_step ssh_link_stop(struct ssh_link *s, int code, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		text[0] = '\0';
	ended(s, LINK_STOPPED, code, 0, text);
	return STEP_STOPPED;
}

/* --- up -------------------------------------------------------------------------------------- */

static enum ssh_step come_up(struct ssh_link *s)
{
	ssh_agent_filter_free(s->agent);
	s->agent = NULL;
	s->deadline = 0;
	s->attempt = 0;
	s->was_asked = false;
	s->pump = ssh_event_new();
	if (!s->pump || ssh_event_add_session(s->pump, s->session) != SSH_OK)
		return ssh_link_lose(s, "%s", strerror(ENOMEM));
	s->heard_at = s->asked_at = clock_ms();
	s->unanswered = 0;
	s->last_packets = s->counter.in_packets;
	s->more = false;
	ssh_link_state(s, LINK_UP, s->notes ? s->notes : "");
	return STEP_UP;
}

static int64_t alive_ms(const struct ssh_link *s)
{
	int interval = s->config.alive_interval;

	return link_core_ms(s->core, (interval > 0 ? interval : SSH_ALIVE_S) * (int64_t)1000);
}

/*
 * The server must be heard of from time to time; when it says nothing by itself it is asked. The kernel
 * (TCP_USER_TIMEOUT) does not notice a server that is stopped, or a proxy that swallows all. Questions that
 * had their time are what counts, not the clock: when we were stopped ourselves, nobody was asked.
 */
static bool is_alive(struct ssh_link *s)
{
	int64_t now = clock_ms();
	int count = s->config.alive_count > 0 ? s->config.alive_count : SSH_ALIVE_COUNT;

	if (s->counter.in_packets != s->last_packets) {
		s->last_packets = s->counter.in_packets;
		s->heard_at = s->asked_at = now;
		s->unanswered = 0;
	}
	if (now - s->asked_at < alive_ms(s))
		return true;
	if (s->unanswered > 0 && s->unanswered >= count - 1)
		return false;
	s->asked_at = now;
	s->unanswered++;
	/* When the last question was answered, the first call only takes that answer and asks nothing. */
	ssh_send_keepalive(s->session);
	ssh_send_keepalive(s->session);
	return true;
}

/*
 * A turn for every channel. Reading one lets libssh take in what came for all, and send what it held back:
 * nothing on the socket would wake us for those whose turn is over by then, so there is more to do.
 */
static bool channels_turn(struct ssh_link *s)
{
	uint64_t seen = s->counter.in_packets;
	bool more;

	s->held = false;
	more = ssh_channels_advance(s);
	return more || s->counter.in_packets != seen ||
	       (s->held && !(ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING));
}

static enum ssh_step advance_up(struct ssh_link *s)
{
	int rc = SSH_OK;

	if (!s->pump)
		return come_up(s);
	for (int i = 0; i < ROUNDS_MAX; i++) {
		rc = ssh_event_dopoll(s->pump, 0);
		s->more = channels_turn(s);
		if (!s->more || rc == SSH_ERROR)
			break;
	}
	if (!ssh_is_connected(s->session) || rc == SSH_ERROR)
		return ssh_link_lose(
			s, _("%s: the connection was lost: %s"), s->name, ssh_link_error(s));
	if (!is_alive(s))
		return ssh_link_lose(s, _("%s: nothing was heard of it for %d s"), s->name,
			(int)((clock_ms() - s->heard_at) / 1000));
	s->more = s->more || s->counter.in_packets != s->last_packets; /* it reads, too */
	return STEP_UP;
}

/* --- steps ----------------------------------------------------------------------------------- */

static enum ssh_step advance_lost(struct ssh_link *s)
{
	if (clock_ms() < s->retry_at)
		return STEP_LOST;
	s->retry_at = 0;
	return STEP_RESOLVE;
}

static enum ssh_step step_once(struct ssh_link *s)
{
	switch (s->step) {
	case STEP_IDLE:
		return STEP_IDLE;
	case STEP_RESOLVE:
		return ssh_connect_resolve(s);
	case STEP_TCP:
		return ssh_connect_tcp(s);
	case STEP_PROXY:
		return ssh_connect_proxy(s);
	case STEP_KEX:
		return ssh_connect_kex(s);
	case STEP_HOSTKEY:
		return ssh_hostkey_check(s);
	case STEP_HOSTKEY_WAIT:
		return ssh_hostkey_wait(s);
	case STEP_AUTH_NONE:
		return ssh_auth_none(s);
	case STEP_AUTH_NEXT:
		return ssh_auth_next(s);
	case STEP_AGENT:
		return ssh_agent_try(s);
	case STEP_KEY_OFFER:
		return ssh_key_offer(s);
	case STEP_KEY_LOAD:
		return ssh_key_load(s);
	case STEP_KEY_WAIT:
		return ssh_key_wait(s);
	case STEP_KEY_SIGN:
		return ssh_key_sign(s);
	case STEP_KEYBOARD:
		return ssh_auth_keyboard(s);
	case STEP_KEYBOARD_WAIT:
		return ssh_auth_keyboard_wait(s);
	case STEP_PASSWORD_ASK:
		return ssh_auth_password_ask(s);
	case STEP_PASSWORD_WAIT:
		return ssh_auth_password_wait(s);
	case STEP_PASSWORD:
		return ssh_auth_password(s);
	case STEP_UP:
		return advance_up(s);
	case STEP_LOST:
		return advance_lost(s);
	case STEP_STOPPED:
		return STEP_STOPPED;
	}
	return STEP_STOPPED;
}

static bool is_waiting_for_person(const struct ssh_link *s)
{
	return s->answer.question != 0 && !s->answer.given;
}

/* While a person thinks, libssh is not called; whether the server hung up is seen on the socket itself. */
static bool hung_up(const struct ssh_link *s)
{
	struct pollfd p = {.fd = s->watch, .events = POLLRDHUP};

	return s->watch >= 0 && poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static void check_limits(struct ssh_link *s)
{
	if (is_waiting_for_person(s) && hung_up(s))
		s->step = ssh_link_stop(s, ERR_LINK,
			_("%s: the server did not wait for the answer any longer"), s->name);
	else if (s->deadline && clock_ms() >= s->deadline && s->step != STEP_TCP)
		s->step = ssh_link_lose(s,
			s->step == STEP_KEX ? _("%s: something answers on the port, but not like "
						"sshd, or too late")
					    : _("%s: no answer while authenticating"),
			s->name);
}

/* libssh answers "again" for ever when the server hangs up while it authenticates. */
static bool is_cut_off(const struct ssh_link *s)
{
	return s->session && s->step > STEP_KEX && s->step < STEP_UP &&
	       !ssh_is_connected(s->session);
}

static void advance(struct ssh_link *s)
{
	enum ssh_step before;

	check_limits(s);
	do {
		before = s->step;
		s->step = is_cut_off(s) ? ssh_auth_ended(s) : step_once(s);
	} while ((s->step != before || is_cut_off(s)) && !atomic_load(&s->core->quit));
}

/* --- commands -------------------------------------------------------------------------------- */

static void retry(struct ssh_link *s)
{
	if (s->step != STEP_IDLE && s->step != STEP_LOST && s->step != STEP_STOPPED)
		return;
	s->attempt = 0;
	s->retry_at = 0;
	s->step = STEP_RESOLVE;
}

static void drop(struct ssh_link *s, const char *why)
{
	if (s->step == STEP_IDLE || s->step == STEP_LOST || s->step == STEP_STOPPED)
		return;
	s->step = ssh_link_lose(s, "%s", why);
}

static void answer(struct ssh_link *s, struct link_cmd *cmd)
{
	if (!s->answer.question || s->answer.question != cmd->id || s->answer.given)
		return;
	s->answer.given = true;
	s->answer.secret = cmd->bytes; /* taken over: it is a secret_dup()'s already */
	s->answer.len = cmd->len;
	cmd->bytes = NULL;
}

static void command(struct ssh_link *s, struct link_cmd *cmd)
{
	switch (cmd->type) {
	case LINK_CMD_START:
		if (s->step == STEP_IDLE)
			retry(s);
		break;
	case LINK_CMD_RETRY:
		retry(s);
		break;
	case LINK_CMD_DROP:
		drop(s, cmd->bytes);
		break;
	case LINK_CMD_STOP:
		if (s->step != STEP_STOPPED)
			s->step = ssh_link_stop(s, 0, "%s", "");
		break;
	case LINK_CMD_ANSWER:
		answer(s, cmd);
		break;
	case LINK_CMD_OPEN:
		ssh_channels_open(s, cmd);
		break;
	case LINK_CMD_WRITE:
	case LINK_CMD_EOF:
	case LINK_CMD_KILL:
		ssh_channels_command(s, cmd);
		return;
	case LINK_CMD_WAKE:
		break;
	}
	link_cmd_free(cmd);
}

/* --- the thread ------------------------------------------------------------------------------ */

static void earliest(int64_t *at, int64_t other)
{
	if (other && (!*at || other < *at))
		*at = other;
}

static int wait_ms(const struct ssh_link *s)
{
	int64_t now = clock_ms(), at = s->deadline;

	if (s->step == STEP_UP &&
		s->more) /* libssh holds bytes already: the socket need not tell */
		return 0;
	earliest(&at, s->retry_at);
	earliest(&at, ssh_channels_due(s));
	if (s->step == STEP_UP)
		earliest(&at, s->asked_at + alive_ms(s));
	if (!at)
		return -1;
	if (at <= now)
		return 0;
	return at - now > 60000 ? 60000 : (int)(at - now);
}

static short wanted_events(const struct ssh_link *s)
{
	if (s->step == STEP_TCP)
		return POLLOUT;
	if (is_waiting_for_person(s))
		return POLLRDHUP;
	return (short)(POLLIN |
		       (s->session && (ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING) ? POLLOUT
											   : 0));
}

static void wait_for_something(struct ssh_link *s)
{
	struct pollfd p[3] = {
		{.fd = queue_fd(s->core->cmds), .events = POLLIN},
		{.fd = s->session ? ssh_get_fd(s->session) : s->sock, .events = wanted_events(s)},
		{.fd = s->proxy_err, .events = POLLIN},
	};

	poll(p, 3, wait_ms(s));
	if (p[2].revents)
		ssh_connect_proxy_read(s);
}

void ssh_link_run(struct link_core *core, void *kind)
{
	struct ssh_link *s = kind;
	struct link_cmd *cmd;

	s->core = core;
	while (!atomic_load(&core->quit)) {
		wait_for_something(s);
		while ((cmd = link_core_cmd(core)))
			command(s, cmd);
		if (!atomic_load(&core->quit))
			advance(s);
	}
	connection_end(s, true);
}
