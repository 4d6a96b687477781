/*
 * A connection that is up, of the server or of a jump host: its turns, whether it is alive, its
 * end.
 */
#include "backends/link_ssh.h"

#include <errno.h>
#include <libssh/server.h> /* ssh_send_keepalive */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

static enum ssh_step come_up(struct ssh_link *s)
{
	ssh_agent_filter_free(s->agent);
	s->agent = NULL;
	s->deadline = 0;
	s->was_asked = false;
	s->pump = ssh_event_new();
	if (!s->pump || ssh_event_add_session(s->pump, s->session) != SSH_OK)
		return ssh_link_lose(s, "%s", strerror(ENOMEM));
	s->heard_at = s->asked_at = clock_ms();
	s->unanswered = 0;
	s->last_packets = s->counter.in_packets;
	if (s->hop)
		return STEP_UP;
	s->attempt = 0;
	ssh_link_state(s, LINK_UP, s->notes ? s->notes : "");
	return STEP_UP;
}

int64_t ssh_up_alive_ms(const struct ssh_link *s)
{
	int interval = s->config.alive_interval;

	return link_core_ms(s->core, (interval > 0 ? interval : SSH_ALIVE_S) * (int64_t)1000);
}

/*
 * The server must be heard of from time to time; when it says nothing by itself it is asked. The
 * kernel (TCP_USER_TIMEOUT) does not notice a server that is stopped, or a proxy that swallows
 * all. Questions that had their time are what counts, not the clock: when we were stopped
 * ourselves, nobody was asked.
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
	if (now - s->asked_at < ssh_up_alive_ms(s))
		return true;
	if (s->unanswered > 0 && s->unanswered >= count - 1)
		return false;
	s->asked_at = now;
	s->unanswered++;
	/*
	 * When the last question was answered, the first call only takes that answer and asks
	 * nothing.
	 */
	ssh_send_keepalive(s->session);
	ssh_send_keepalive(s->session);
	return true;
}

/*
 * A turn for every channel, or for a jump host's tunnel. Reading one lets libssh take in what came
 * for all, and send what it held back: nothing on the socket would wake us for those whose turn is
 * over by then, so there is more to do.
 */
static bool turn(struct ssh_link *s)
{
	uint64_t seen = s->counter.in_packets;
	bool more;

	s->held = false;
	more = s->hop ? ssh_hop_move(s) : ssh_channels_advance(s);
	return more || s->counter.in_packets != seen ||
	       (s->held && !(ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING));
}

/*
 * While a person answers what another in the chain asks, coming back by itself would ask again and
 * again.
 */
static enum ssh_step connection_lost(struct ssh_link *s, const char *why)
{
	const struct ssh_link *root = s->root;

	for (size_t i = 0; i < root->nchain; i++)
		if (ssh_link_is_asking(root->chain[i]))
			return ssh_link_stop(s, ERR_LINK, "%s", why);
	return ssh_link_lose(s, "%s", why);
}

/*
 * libssh leaves a socket open that it was given: the read after the server's goodbye finds the end
 * of it, and "Socket error: disconnected" takes the place of the server's words.
 */
static void keep_last_words(struct ssh_link *s)
{
	if (!s->last_words && !ssh_is_connected(s->session))
		s->last_words = xstrdup(ssh_link_error(s));
}

static enum ssh_step cut(struct ssh_link *s)
{
	char *why = xasprintf(_("%s: the connection was lost: %s"), s->name, ssh_link_error(s));
	enum ssh_step next = connection_lost(s, why);

	free(why);
	return next;
}

enum ssh_step ssh_up_silent(struct ssh_link *s)
{
	char *why = xasprintf(_("%s: nothing was heard of it for %d s"), s->name,
		(int)((clock_ms() - s->heard_at) / 1000));
	enum ssh_step next = connection_lost(s, why);

	free(why);
	return next;
}

enum ssh_step ssh_up_advance(struct ssh_link *s)
{
	bool more;
	int rc;

	if (!s->pump)
		return come_up(s);
	keep_last_words(s); /* read in another's turn: the next in the chain opens its channel here */
	rc = ssh_event_dopoll(s->pump, 0);
	keep_last_words(s);
	more = turn(s);
	if (rc == SSH_ERROR || (!more && !ssh_is_connected(s->session)))
		return cut(s);
	if (!is_alive(s))
		return ssh_up_silent(s);
	more = more || s->counter.in_packets != s->last_packets; /* it reads, too */
	s->root->more = s->root->more || more;
	return STEP_UP;
}
