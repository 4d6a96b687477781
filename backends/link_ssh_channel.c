/* Channels: one command each. Every one gets its turn, none may keep the others waiting. */
#include "backends/link_ssh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

static struct ssh_link_channel *channel_find(const struct ssh_link *s, unsigned id)
{
	struct ssh_link_channel *c = s->channels;

	while (c && c->id != id)
		c = c->next;
	return c;
}

static void drop_writes(struct ssh_link_channel *c)
{
	for (struct link_cmd *w = c->head, *next; w; w = next) {
		next = w->next;
		link_cmd_free(w);
	}
	c->head = NULL;
	c->tail = &c->head;
}

/* libssh keeps a freed channel until the server has closed it, and would still call back into *c. */
static void let_go(struct ssh_link_channel *c)
{
	if (!c->ch)
		return;
	ssh_remove_channel_callbacks(c->ch, &c->callbacks);
	ssh_channel_free(c->ch);
	c->ch = NULL;
}

static void release(struct ssh_link_channel *c)
{
	drop_writes(c);
	let_go(c);
	free(c->command);
	free(c);
}

/* --- what the server says of it -------------------------------------------------------------- */

static void on_status(ssh_session session, ssh_channel ch, int status, void *arg)
{
	struct ssh_link_channel *c = arg;

	(void)session;
	(void)ch;
	c->has_status = true;
	c->status = status & 255;
}

static void on_signal(ssh_session session, ssh_channel ch, const char *signal, int core,
	const char *message, const char *lang, void *arg)
{
	struct ssh_link_channel *c = arg;

	(void)session;
	(void)ch;
	(void)core;
	(void)message;
	(void)lang;
	snprintf(c->signal, sizeof c->signal, "%s", signal ? signal : "?");
}

/* --- opening --------------------------------------------------------------------------------- */

static bool prepare(struct ssh_link *s, struct ssh_link_channel *c)
{
	c->ch = ssh_channel_new(s->session);
	return c->ch && ssh_set_channel_callbacks(c->ch, &c->callbacks) == SSH_OK;
}

void ssh_channels_open(struct ssh_link *s, struct link_cmd *cmd)
{
	struct ssh_link_channel *c, **at = &s->channels;

	if (s->state != LINK_UP) {
		link_core_channel(s->core, LINK_EV_EXIT, cmd->id, -1, "");
		return;
	}
	c = xcalloc(1, sizeof *c);
	c->id = cmd->id;
	c->tail = &c->head;
	c->command = xstrdup(cmd->bytes);
	c->callbacks.userdata = c;
	c->callbacks.channel_exit_status_function = on_status;
	c->callbacks.channel_exit_signal_function = on_signal;
	ssh_callbacks_init(&c->callbacks);
	if (!prepare(s, c)) {
		link_core_channel(
			s->core, LINK_EV_REFUSED, c->id, -1, _("no memory for a channel"));
		release(c);
		return;
	}
	while (*at)
		at = &(*at)->next;
	*at = c;
}

static void refuse(struct ssh_link *s, struct ssh_link_channel *c, const char *why)
{
	if (ssh_is_connected(s->session))
		link_core_channel(s->core, LINK_EV_REFUSED, c->id, -1, why);
	else
		link_core_channel(s->core, LINK_EV_EXIT, c->id, -1, "");
	c->step = CHANNEL_GONE;
}

/*
 * sshd counts a channel until the packets that came with its end are all looked at; one that is opened right
 * after another's end can be refused for that, and is asked for once more.
 */
static bool open_again(struct ssh_link *s, struct ssh_link_channel *c)
{
	if (c->again || !s->freed_at || clock_ms() - s->freed_at > 10 * SSH_REOPEN_MS)
		return false;
	c->again = true;
	c->open_at = clock_ms() + SSH_REOPEN_MS;
	let_go(c);
	return prepare(s, c);
}

static void advance_opening(struct ssh_link *s, struct ssh_link_channel *c)
{
	int rc;

	if (c->open_at > clock_ms())
		return;
	c->open_at = 0;
	rc = ssh_channel_open_session(c->ch);
	if (rc == SSH_OK)
		c->step = CHANNEL_EXEC;
	else if (rc != SSH_AGAIN && !(ssh_is_connected(s->session) && open_again(s, c)))
		refuse(s, c, _("the server gives no more channels (MaxSessions)"));
}

static void advance_exec(struct ssh_link *s, struct ssh_link_channel *c)
{
	int rc = ssh_channel_request_exec(c->ch, c->command);

	if (rc == SSH_OK) {
		c->step = CHANNEL_RUNNING;
		link_core_channel(s->core, LINK_EV_OPENED, c->id, 0, NULL);
	} else if (rc != SSH_AGAIN) {
		refuse(s, c, _("the server does not run commands for this user"));
	}
}

/* --- running --------------------------------------------------------------------------------- */

/*
 * As much as the window takes, in small pieces and only when libssh holds nothing back: it would buffer
 * all of it, and a large buffer is sent by one call that waits.
 */
static bool advance_write(struct ssh_link *s, struct ssh_link_channel *c)
{
	struct link_cmd *w = c->head;
	size_t left;
	uint32_t window;
	int n;

	if (!w)
		return false;
	if (ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING) {
		s->held = true;
		return false;
	}
	left = w->len - w->sent;
	window = ssh_channel_window_size(c->ch);
	if (left > window)
		left = window;
	if (left > SSH_WINDOW_PIECE)
		left = SSH_WINDOW_PIECE;
	if (left == 0)
		return false;
	n = ssh_channel_write(c->ch, w->bytes + w->sent, (uint32_t)left);
	if (n < 0) {
		drop_writes(c); /* it does not read any more */
		return false;
	}
	w->sent += (size_t)n;
	if (w->sent == w->len) {
		c->head = w->next;
		if (!c->head)
			c->tail = &c->head;
		link_cmd_free(w);
	}
	return n > 0;
}

static bool advance_read(struct ssh_link *s, struct ssh_link_channel *c, int is_stderr)
{
	int n = ssh_channel_read_nonblocking(c->ch, s->buf, LINK_READ_MAX, is_stderr);

	if (n > 0)
		link_core_data(
			s->core, is_stderr ? LINK_EV_ERR : LINK_EV_OUT, c->id, s->buf, (size_t)n);
	return n > 0;
}

static void channel_over(struct ssh_link *s, struct ssh_link_channel *c)
{
	if (c->has_status)
		link_core_channel(s->core, LINK_EV_EXIT, c->id, c->status, "");
	else
		link_core_channel(s->core, LINK_EV_EXIT, c->id, -1, c->signal);
	c->step = CHANNEL_GONE;
}

/*
 * TERM, then KILL, then it is given up; its slot at the server is taken until the process ends. TERM is
 * said twice: sshd's own handler swallows one that comes before the child has become the command.
 */
static void channel_kill(struct ssh_link *s, struct ssh_link_channel *c)
{
	static const struct {
		const char *signal;
		int64_t ms; /* until the next */
	} kills[] = {
		{"TERM", LINK_KILL_MS / 4}, {"TERM", LINK_KILL_MS * 3 / 4}, {"KILL", LINK_KILL_MS}};

	if (c->step != CHANNEL_RUNNING || c->kills >= (int)(sizeof kills / sizeof kills[0])) {
		channel_over(s, c);
		return;
	}
	drop_writes(c);
	ssh_channel_request_send_signal(c->ch, kills[c->kills].signal);
	if (!c->eof_sent)
		ssh_channel_send_eof(c->ch);
	c->eof_sent = true;
	c->kill_at = clock_ms() + link_core_ms(s->core, kills[c->kills++].ms);
}

/* ssh_channel_poll() gives SSH_EOF, below 0, at the end. */
static bool is_over(const struct ssh_link *s, const struct ssh_link_channel *c)
{
	return ssh_channel_is_closed(c->ch) && ssh_is_connected(s->session) &&
	       ssh_channel_poll(c->ch, 0) <= 0 && ssh_channel_poll(c->ch, 1) <= 0;
}

static bool advance_running(struct ssh_link *s, struct ssh_link_channel *c, bool full)
{
	bool more = false;

	if (!c->eof_sent) {
		more = advance_write(s, c);
		if (c->eof && !c->head) {
			ssh_channel_send_eof(c->ch);
			c->eof_sent = true;
		}
	}
	if (full)
		return more;
	more = advance_read(s, c, 0) || more;
	more = advance_read(s, c, 1) || more;
	/* Status and signal can come after the end of output: only "closed" is the end. */
	if (!more && is_over(s, c))
		channel_over(s, c);
	return more;
}

static bool channel_advance(struct ssh_link *s, struct ssh_link_channel *c, bool full)
{
	bool more = false;

	if (c->step == CHANNEL_OPENING)
		advance_opening(s, c);
	if (c->step == CHANNEL_EXEC)
		advance_exec(s, c);
	if (c->step == CHANNEL_RUNNING)
		more = advance_running(s, c, full);
	if (c->step != CHANNEL_GONE && c->kill_at && clock_ms() >= c->kill_at)
		channel_kill(s, c);
	return more;
}

bool ssh_channels_advance(struct ssh_link *s)
{
	bool more = false;

	for (struct ssh_link_channel **at = &s->channels; *at;) {
		struct ssh_link_channel *c = *at;

		more = channel_advance(s, c, link_core_full(s->core)) || more;
		if (c->step == CHANNEL_GONE) {
			*at = c->next;
			release(c);
			s->freed_at = clock_ms();
		} else {
			at = &c->next;
		}
	}
	return more;
}

int64_t ssh_channels_due(const struct ssh_link *s)
{
	int64_t at = 0;

	for (const struct ssh_link_channel *c = s->channels; c; c = c->next) {
		if (c->kill_at && (!at || c->kill_at < at))
			at = c->kill_at;
		if (c->open_at && (!at || c->open_at < at))
			at = c->open_at;
	}
	return at;
}

/* --- commands -------------------------------------------------------------------------------- */

void ssh_channels_command(struct ssh_link *s, struct link_cmd *cmd)
{
	struct ssh_link_channel *c = channel_find(s, cmd->id);

	if (c && cmd->type == LINK_CMD_WRITE && !c->eof && !c->eof_sent) {
		*c->tail = cmd;
		c->tail = &cmd->next;
		return;
	}
	if (c && cmd->type == LINK_CMD_EOF)
		c->eof = true;
	/* One that is not open yet is killed by its first turn. */
	if (c && cmd->type == LINK_CMD_KILL && !c->kill_at)
		c->kill_at = 1;
	link_cmd_free(cmd);
}

void ssh_channels_lose(struct ssh_link *s)
{
	while (s->channels) {
		struct ssh_link_channel *c = s->channels;

		s->channels = c->next;
		link_core_channel(s->core, LINK_EV_EXIT, c->id, -1, "");
		release(c);
	}
}
