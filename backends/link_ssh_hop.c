/*
 * Jump hosts: the way through one is a direct-tcpip channel (RFC 4254, 7.2) of its session. The
 * next session wants a socket: it gets one end of a pair, and the link's own thread carries bytes
 * between the other end and the channel. It never waits for either: what one side cannot take yet
 * stays in a piece, nothing more is read for it then, and so the windows of ssh and the pair's
 * buffer hold back whoever sends too fast.
 */
#include "backends/link_ssh.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"

/* RFC 4254, 5.1: why a channel was not opened. */
#define OPEN_PROHIBITED 1

struct piece {
	char *bytes; /* LINK_READ_MAX */
	size_t at, len;
};

struct ssh_tunnel {
	ssh_channel ch;
	int fd;               /* our end of the pair; -1: the channel is not open yet */
	struct piece in, out; /* in: from the channel to the pair */
	bool in_end, out_end; /* nothing more comes from the channel, from the pair */
	bool told;            /* the next session was told so */
};

/* --- opening --------------------------------------------------------------------------------- */

static struct ssh_tunnel *tunnel_new(ssh_session session)
{
	struct ssh_tunnel *t;
	ssh_channel ch = ssh_channel_new(session);

	if (!ch)
		return NULL;
	t = xcalloc(1, sizeof *t);
	t->ch = ch;
	t->fd = -1;
	t->in.bytes = xcalloc(1, LINK_READ_MAX);
	t->out.bytes = xcalloc(1, LINK_READ_MAX);
	return t;
}

void ssh_hop_close(struct ssh_link *hop)
{
	struct ssh_tunnel *t = hop->tunnel;

	if (!t)
		return;
	hop->tunnel = NULL;
	ssh_channel_free(t->ch);
	if (t->fd >= 0)
		close(t->fd);
	free(t->in.bytes);
	free(t->out.bytes);
	free(t);
}

/*
 * The jump host said no. Only its own rules will be the same the next time; that a server is down
 * passes.
 */
static enum ssh_step refused(struct ssh_link *s)
{
	const struct ssh_link *hop = s->via;
	const char *said = ssh_link_error(hop);
	unsigned code = 0;
	int words = 0;

	if (sscanf(said, "Channel opening failure: channel %*u error (%u) %n", &code, &words) == 1)
		said += words;
	if (code == OPEN_PROHIBITED)
		return ssh_link_stop(s, ERR_LINK,
			_("%s: %s does not let us through to %s, port %d (AllowTcpForwarding, "
			  "PermitOpen or "
			  "DisableForwarding in its sshd_config, or a rule for our key): %s"),
			s->name, hop->name, s->host, s->port, said);
	return ssh_link_lose(s, _("%s: %s does not reach %s, port %d: %s"), s->name, hop->name,
		s->host, s->port, said);
}

static enum ssh_step join(struct ssh_link *s, struct ssh_tunnel *t)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return ssh_link_lose(s, "%s: %s", s->name, strerror(errno));
	ssh_connect_tune(s, pair[0]);
	ssh_connect_tune(s, pair[1]);
	s->sock = pair[0];
	t->fd = pair[1];
	return STEP_KEX;
}

enum ssh_step ssh_hop_through(struct ssh_link *s)
{
	struct ssh_link *hop = s->via;
	int rc;

	if (hop->step != STEP_UP || !hop->pump)
		return STEP_VIA;
	ssh_link_state(s, LINK_CONNECTING, "");
	if (!hop->tunnel) {
		hop->tunnel = tunnel_new(hop->session);
		if (!hop->tunnel)
			return ssh_link_lose(s, "%s: %s", s->name, strerror(ENOMEM));
		ssh_link_limit(s, ssh_connect_ms(s));
	}
	/* Where we come from is nobody's business; ssh -W says the same. */
	rc = ssh_channel_open_forward(hop->tunnel->ch, s->host, s->port, "127.0.0.1", 65535);
	if (rc == SSH_OK)
		return join(s, hop->tunnel);
	/* When it hung up, its own turn says so; nothing more comes on its socket that would wake us for it. */
	if (!ssh_is_connected(hop->session))
		s->root->more = true;
	else if (rc != SSH_AGAIN)
		return refused(s);
	return STEP_VIA;
}

/* --- carrying -------------------------------------------------------------------------------- */

static bool passed_by(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void read_channel(struct ssh_tunnel *t)
{
	int n = ssh_channel_read_nonblocking(t->ch, t->in.bytes, LINK_READ_MAX, 0);

	t->in.at = 0;
	t->in.len = n > 0 ? (size_t)n : 0;
	t->in_end =
		n < 0 || (n == 0 && (ssh_channel_is_eof(t->ch) || ssh_channel_is_closed(t->ch)));
}

/*
 * From the jump host to the next session; true when all that was there has gone and more may come.
 */
static bool move_in(struct ssh_tunnel *t)
{
	struct piece *p = &t->in;
	ssize_t n;

	if (p->len == 0 && !t->in_end)
		read_channel(t);
	if (p->len == 0) {
		if (t->in_end && !t->told)
			shutdown(t->fd, SHUT_WR);
		t->told = t->in_end;
		return false;
	}
	n = send(t->fd, p->bytes + p->at, p->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && passed_by(errno))
		return false;
	if (n < 0) { /* the next session is gone: what comes for it is dropped */
		p->len = 0;
		return false;
	}
	p->at += (size_t)n;
	p->len -= (size_t)n;
	return p->len == 0;
}

/* What may be written at once: the channel's window, and only when libssh holds nothing back. */
static size_t room(struct ssh_link *hop)
{
	uint32_t window = ssh_channel_window_size(hop->tunnel->ch);

	if (ssh_get_poll_flags(hop->session) & SSH_WRITE_PENDING) {
		hop->held = true;
		return 0;
	}
	return window < SSH_WINDOW_PIECE ? window : SSH_WINDOW_PIECE;
}

static void read_pair(struct ssh_tunnel *t, size_t most)
{
	ssize_t n = recv(t->fd, t->out.bytes, most, MSG_DONTWAIT);

	if (n < 0 && passed_by(errno))
		return;
	t->out.at = 0;
	t->out.len = n > 0 ? (size_t)n : 0;
	if (n <= 0) {
		t->out_end = true;
		ssh_channel_send_eof(t->ch);
	}
}

/* From the next session to the jump host. */
static bool move_out(struct ssh_link *hop)
{
	struct ssh_tunnel *t = hop->tunnel;
	struct piece *p = &t->out;
	size_t most;
	int n;

	if (p->len == 0 && t->out_end)
		return false;
	most = room(hop);
	if (most == 0)
		return false;
	if (p->len == 0)
		read_pair(t, most);
	if (p->len == 0)
		return false;
	n = ssh_channel_write(t->ch, p->bytes + p->at, (uint32_t)(p->len < most ? p->len : most));
	if (n < 0) { /* it takes no more: the next session reads its end */
		p->len = 0;
		t->out_end = true;
		return false;
	}
	p->at += (size_t)n;
	p->len -= (size_t)n;
	return n > 0;
}

bool ssh_hop_move(struct ssh_link *hop)
{
	struct ssh_tunnel *t = hop->tunnel;
	bool more;

	if (!t || t->fd < 0)
		return false;
	more = move_in(t);
	return move_out(hop) || more;
}

struct pollfd ssh_hop_poll(const struct ssh_link *hop)
{
	const struct ssh_tunnel *t = hop->tunnel;
	struct pollfd p = {.fd = -1};

	if (!t || t->fd < 0)
		return p;
	if (t->in.len > 0)
		p.events |= POLLOUT;
	/* While the window is shut, or libssh still sends, the jump host's own socket wakes us. */
	if (t->out.len == 0 && !t->out_end && ssh_channel_window_size(t->ch) > 0 &&
		!(ssh_get_poll_flags(hop->session) & SSH_WRITE_PENDING))
		p.events |= POLLIN;
	if (p.events)
		p.fd = t->fd;
	return p;
}
