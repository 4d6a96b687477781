/* The ssh link's thread: its steps, its questions, its coming back. */
#include "backends/link_ssh.h"

#include <errno.h>
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
	struct ssh_link *root = s->root;

	if (root->state == state && root->state_of == s)
		return;
	root->state = state;
	root->state_of = s;
	link_core_state(s->core, state, 0, 0, s->hop ? s->name : text);
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
	char *old = s->root->notes;
	char *whole = s->hop ? xasprintf("%s: %s", s->name, what) : xstrdup(what);

	if (!old) {
		s->root->notes = whole;
		return;
	}
	if (!strstr(old, whole)) {
		s->root->notes = xasprintf("%s; %s", old, whole);
		free(old);
	}
	free(whole);
}

char *ssh_link_title(const struct ssh_link *s, char *title)
{
	char *whole;

	if (!s->hop)
		return title;
	whole = xasprintf("%s (%s)", title, s->name);
	free(title);
	return whole;
}

const char *ssh_link_error(const struct ssh_link *s)
{
	const char *text = s->session ? ssh_get_error(s->session) : "";

	if (s->last_words)
		return s->last_words;
	return text && *text ? text : _("it was closed");
}

/* What there is of one in the chain goes; what is known for the next connection stays. */
static void member_end(struct ssh_link *s, bool polite)
{
	ssh_hop_close(s);
	ssh_connect_close(s, polite);
	if (polite && s->via && s->via->tunnel)
		ssh_hop_move(s->via); /* its goodbye */
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

static void connection_end(struct ssh_link *root, bool polite)
{
	ssh_channels_lose(root);
	for (size_t i = root->nchain; i-- > 0;)
		member_end(root->chain[i], polite);
}

static void ended(
	struct ssh_link *root, enum link_state state, int code, int64_t retry_ms, const char *text)
{
	connection_end(root, false);
	for (size_t i = 0; i < root->nchain; i++)
		root->chain[i]->step = state == LINK_LOST ? STEP_LOST : STEP_STOPPED;
	root->state = state;
	root->state_of = root;
	root->retry_at = retry_ms ? clock_ms() + retry_ms : 0;
	link_core_state(root->core, state, code, retry_ms, text);
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
	ended(s->root, LINK_LOST, ERR_LINK, link_core_backoff(s->core, s->root->attempt++), text);
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
	ended(s->root, LINK_STOPPED, code, 0, text);
	return STEP_STOPPED;
}

bool ssh_link_is_asking(const struct ssh_link *s)
{
	return s->answer.question != 0 && !s->answer.given;
}

/* --- steps ----------------------------------------------------------------------------------- */

/* The first on the way begins, the others wait for it. */
static enum ssh_step begin(struct ssh_link *root)
{
	root->retry_at = 0;
	for (size_t i = 0; i < root->nchain; i++)
		root->chain[i]->step = root->chain[i]->via ? STEP_VIA : STEP_RESOLVE;
	root->more = true;
	return root->step;
}

static enum ssh_step advance_lost(struct ssh_link *s)
{
	return s->hop || clock_ms() < s->retry_at ? STEP_LOST : begin(s);
}

static enum ssh_step step_once(struct ssh_link *s)
{
	switch (s->step) {
	case STEP_IDLE:
		return STEP_IDLE;
	case STEP_RESOLVE:
		return ssh_connect_resolve(s);
	case STEP_VIA:
		return ssh_hop_through(s);
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
		return ssh_up_advance(s);
	case STEP_LOST:
		return advance_lost(s);
	case STEP_STOPPED:
		return STEP_STOPPED;
	}
	return STEP_STOPPED;
}

/* While a person thinks, libssh is not called; whether the server hung up is seen on the socket itself. */
static bool hung_up(const struct ssh_link *s)
{
	struct pollfd p = {.fd = s->watch, .events = POLLRDHUP};

	return s->watch >= 0 && poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* The jump host on the way to s that owes us an answer, or NULL. */
static struct ssh_link *silent_hop(const struct ssh_link *s)
{
	const struct ssh_link *root = s->root;

	for (size_t i = 0; i < root->nchain && root->chain[i] != s; i++)
		if (root->chain[i]->unanswered > 0)
			return root->chain[i];
	return NULL;
}

static enum ssh_step too_late(struct ssh_link *s)
{
	struct ssh_link *hop = silent_hop(s);

	if (hop)
		return ssh_up_silent(hop);
	if (s->step == STEP_VIA)
		return ssh_link_lose(s, _("%s: %s gets no answer from port %d of %s"), s->name,
			s->via->name, s->port, s->host);
	if (s->step == STEP_KEX)
		return ssh_link_lose(s,
			_("%s: something answers on the port, but not like sshd, or too late"),
			s->name);
	return ssh_link_lose(s, _("%s: no answer while authenticating"), s->name);
}

static void check_limits(struct ssh_link *s)
{
	if (ssh_link_is_asking(s) && hung_up(s))
		s->step = ssh_link_stop(s, ERR_LINK,
			_("%s: the server did not wait for the answer any longer"), s->name);
	else if (s->deadline && clock_ms() >= s->deadline && s->step != STEP_TCP)
		s->step = too_late(s);
}

/* libssh answers "again" for ever when the server hangs up while it authenticates. */
static bool is_cut_off(const struct ssh_link *s)
{
	return s->session && s->step > STEP_KEX && s->step < STEP_UP &&
	       !ssh_is_connected(s->session);
}

static bool is_down(const struct ssh_link *root)
{
	return root->step == STEP_IDLE || root->step == STEP_LOST || root->step == STEP_STOPPED;
}

static void member_advance(struct ssh_link *s)
{
	enum ssh_step before;

	check_limits(s);
	do {
		before = s->step;
		s->step = is_cut_off(s) ? ssh_auth_ended(s) : step_once(s);
	} while ((s->step != before || is_cut_off(s)) && !atomic_load(&s->core->quit));
}

/* In the order of the way: what a jump host brought is there when the next has its turn. */
static void advance(struct ssh_link *root)
{
	for (int i = 0; i < ROUNDS_MAX && !atomic_load(&root->core->quit); i++) {
		root->more = false;
		for (size_t j = is_down(root) ? root->nchain - 1 : 0; j < root->nchain; j++) {
			member_advance(root->chain[j]);
			if (is_down(root))
				return;
		}
		if (!root->more)
			return;
	}
}

/* --- commands -------------------------------------------------------------------------------- */

static void retry(struct ssh_link *s)
{
	if (!is_down(s))
		return;
	s->attempt = 0;
	begin(s);
}

static void drop(struct ssh_link *s, const char *why)
{
	if (!is_down(s))
		ssh_link_lose(s, "%s", why);
}

static void answer(struct ssh_link *root, struct link_cmd *cmd)
{
	for (size_t i = 0; i < root->nchain; i++) {
		struct ssh_answer *a = &root->chain[i]->answer;

		if (!a->question || a->question != cmd->id || a->given)
			continue;
		a->given = true;
		a->secret = cmd->bytes; /* taken over: it is a secret_dup()'s already */
		a->len = cmd->len;
		cmd->bytes = NULL;
		return;
	}
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
			ssh_link_stop(s, 0, "%s", "");
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

static int wait_ms(const struct ssh_link *root)
{
	int64_t now = clock_ms(), at = root->retry_at;

	if (root->more) /* libssh holds bytes already: the socket need not tell */
		return 0;
	earliest(&at, ssh_channels_due(root));
	for (size_t i = 0; i < root->nchain; i++) {
		const struct ssh_link *s = root->chain[i];

		earliest(&at, s->deadline);
		if (s->step == STEP_UP)
			earliest(&at, s->asked_at + ssh_up_alive_ms(s));
	}
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
	if (ssh_link_is_asking(s))
		return POLLRDHUP;
	return (short)(POLLIN |
		       (s->session && (ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING) ? POLLOUT
											   : 0));
}

#define WAIT_EACH 3 /* descriptors of each: its own, its proxy's words, its tunnel's end */

static void wait_for_something(struct ssh_link *root)
{
	struct pollfd p[1 + WAIT_EACH * (SSH_HOPS_MAX + 1)];
	nfds_t n = 0;

	p[n++] = (struct pollfd){.fd = queue_fd(root->core->cmds), .events = POLLIN};
	for (size_t i = 0; i < root->nchain; i++) {
		const struct ssh_link *s = root->chain[i];

		p[n++] = (struct pollfd){.fd = s->session ? ssh_get_fd(s->session) : s->sock,
			.events = wanted_events(s)};
		p[n++] = (struct pollfd){.fd = s->proxy_err, .events = POLLIN};
		p[n++] = ssh_hop_poll(s);
	}
	poll(p, n, wait_ms(root));
	for (size_t i = 0; i < root->nchain; i++)
		if (p[1 + WAIT_EACH * i + 1].revents)
			ssh_connect_proxy_read(root->chain[i]);
}

void ssh_link_run(struct link_core *core, void *kind)
{
	struct ssh_link *root = kind;
	struct link_cmd *cmd;

	for (size_t i = 0; i < root->nchain; i++)
		root->chain[i]->core = core;
	while (!atomic_load(&core->quit)) {
		wait_for_something(root);
		while ((cmd = link_core_cmd(core)))
			command(root, cmd);
		if (!atomic_load(&core->quit))
			advance(root);
	}
	connection_end(root, true);
}
