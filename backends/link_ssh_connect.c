/* How the server is reached: the name, the socket or the proxy's pipe, the key exchange. */
#include "backends/link_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

/* --- the name -------------------------------------------------------------------------------- */

static enum ssh_step resolve_failed(struct ssh_link *s, int rc)
{
	switch (rc) {
	case EAI_NONAME:
#ifdef EAI_NODATA
	case EAI_NODATA:
#endif
		return ssh_link_lose(s, _("%s: no address is known for \"%s\": is the name right?"),
			s->name, s->host);
	case EAI_AGAIN:
		return ssh_link_lose(
			s, _("%s: the name servers do not answer: is the network up?"), s->name);
	case EAI_ADDRFAMILY:
		return ssh_link_lose(s,
			_("%s: \"%s\" has no address of the kind AddressFamily allows"), s->name,
			s->host);
	default:
		return ssh_link_lose(s, _("%s: cannot look up \"%s\": %s"), s->name, s->host,
			rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
	}
}

enum ssh_step ssh_connect_resolve(struct ssh_link *s)
{
	struct addrinfo hints = {.ai_family = s->config.family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV};
	char port[16];
	int rc;

	ssh_link_state(s, LINK_RESOLVING, "");
	if (s->config.proxy_command)
		return STEP_PROXY;
	snprintf(port, sizeof port, "%d", s->port);
	/* The one call that waits here, and nothing can end it: link_free() leaves this thread behind. */
	rc = getaddrinfo(s->host, port, &hints, &s->addresses);
	if (rc != 0)
		return resolve_failed(s, rc);
	s->address = s->addresses;
	s->last_errno = 0;
	ssh_link_state(s, LINK_CONNECTING, "");
	return STEP_TCP;
}

/* --- the socket ------------------------------------------------------------------------------ */

static void set_option(int fd, int level, int option, int value)
{
	(void)setsockopt(fd, level, option, &value, sizeof value);
}

static int seconds_up(int64_t ms)
{
	return (int)((ms + 999) / 1000);
}

/*
 * Since libssh makes the socket blocking and takes EAGAIN for the end, its buffer is made large enough for
 * what we let libssh write at once, and a send that hangs all the same is cut off.
 */
void ssh_connect_tune(const struct ssh_link *s, int fd)
{
	int64_t dead = link_core_ms(s->core, SSH_DEAD_MS);
	struct timeval send = {.tv_sec = dead / 1000, .tv_usec = dead % 1000 * 1000};

	set_option(fd, SOL_SOCKET, SO_SNDBUF, 1 << 20);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof send);
}

/* Dead peers are noticed by the kernel. */
static void tune_tcp(const struct ssh_link *s, int fd)
{
	int64_t dead = link_core_ms(s->core, SSH_DEAD_MS);

	ssh_connect_tune(s, fd);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds_up(dead));
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)dead);
}

static int bind_to(const struct ssh_link *s, int fd)
{
	struct addrinfo hints = {.ai_family = s->address->ai_family,
				.ai_socktype = SOCK_STREAM,
				.ai_flags = AI_NUMERICHOST},
			*at;
	int rc;

	if (!s->config.bind_address)
		return 0;
	if (getaddrinfo(s->config.bind_address, NULL, &hints, &at) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	rc = bind(fd, at->ai_addr, at->ai_addrlen);
	freeaddrinfo(at);
	return rc;
}

int64_t ssh_connect_ms(const struct ssh_link *s)
{
	return s->config.connect_timeout > 0 ? (int64_t)s->config.connect_timeout * 1000
					     : SSH_CONNECT_MS;
}

static enum ssh_step tcp_failed(struct ssh_link *s)
{
	switch (s->last_errno) {
	case ECONNREFUSED:
		return ssh_link_lose(s,
			_("%s: connection refused on port %d: is sshd running there?"), s->name,
			s->port);
	case ETIMEDOUT:
		return ssh_link_lose(s,
			_("%s: no answer on port %d: is it switched on, and does a firewall let "
			  "you in?"),
			s->name, s->port);
	case EHOSTUNREACH:
	case ENETUNREACH:
		return ssh_link_lose(
			s, _("%s: there is no way to it: are you on its network?"), s->name);
	default:
		return ssh_link_lose(s, _("%s: cannot connect to port %d: %s"), s->name, s->port,
			strerror(s->last_errno));
	}
}

static void sock_close(struct ssh_link *s)
{
	if (s->sock >= 0)
		close(s->sock);
	s->sock = -1;
}

static enum ssh_step tcp_next(struct ssh_link *s, int error)
{
	s->last_errno = error;
	sock_close(s);
	s->address = s->address->ai_next;
	return STEP_TCP;
}

static enum ssh_step tcp_begin(struct ssh_link *s)
{
	const struct addrinfo *a = s->address;

	s->sock = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->sock < 0 || bind_to(s, s->sock) < 0)
		return tcp_next(s, errno);
	tune_tcp(s, s->sock);
	s->deadline = clock_ms() + link_core_ms(s->core, ssh_connect_ms(s));
	if (connect(s->sock, a->ai_addr, a->ai_addrlen) == 0)
		return STEP_KEX;
	return errno == EINPROGRESS ? STEP_TCP : tcp_next(s, errno);
}

/* Address after address; the main loop waits for POLLOUT in between. */
enum ssh_step ssh_connect_tcp(struct ssh_link *s)
{
	struct pollfd p = {.fd = s->sock, .events = POLLOUT};
	socklen_t size = sizeof(int);
	int error = 0;

	while (s->address && s->sock < 0)
		if (tcp_begin(s) == STEP_KEX)
			return STEP_KEX;
	if (!s->address)
		return tcp_failed(s);
	p.fd = s->sock;
	if (poll(&p, 1, 0) > 0) {
		if (getsockopt(s->sock, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
			error = errno;
		if (error == 0) {
			s->deadline = 0;
			return STEP_KEX;
		}
	}
	if (error == 0 && clock_ms() >= s->deadline)
		error = ETIMEDOUT;
	if (error == 0)
		return STEP_TCP;
	tcp_next(s, error);
	return ssh_connect_tcp(s);
}

/* --- the proxy ------------------------------------------------------------------------------- */

/* Our environment, but nothing there may open a window or ask on a terminal. */
static const char **proxy_env(void)
{
	size_t n = 0;
	const char **env;

	for (char **p = environ; *p; p++)
		n++;
	env = xcalloc(n + 2, sizeof *env);
	n = 0;
	for (char **p = environ; *p; p++)
		if (strncmp(*p, "SSH_ASKPASS", 11) != 0)
			env[n++] = *p;
	env[n] = "SSH_ASKPASS_REQUIRE=never";
	return env;
}

static int command_start(struct ssh_link *s, struct spawn *sp)
{
	char *command = xasprintf("exec %s", s->config.proxy_command);
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	int rc;

	sp->argv = argv;
	rc = spawn_start(sp, &s->proxy);
	free(command);
	return rc;
}

enum ssh_step ssh_connect_proxy(struct ssh_link *s)
{
	struct spawn sp = {.cwd = NULL};
	int pair[2], err = -1, rc;

	ssh_link_state(s, LINK_CONNECTING, "");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return ssh_link_lose(
			s, _("%s: cannot start the proxy: %s"), s->name, strerror(errno));
	s->proxy_said[0] = '\0';
	rc = spawn_pipe(&s->proxy_err, &err, 0);
	sp.in = sp.out = pair[1];
	sp.err = err;
	sp.env = proxy_env();
	if (rc == 0)
		rc = command_start(s, &sp);
	free((void *)sp.env);
	if (err >= 0)
		close(err);
	close(pair[1]);
	if (rc != 0) {
		close(pair[0]);
		s->proxy = 0;
		return ssh_link_lose(s, _("%s: cannot start the proxy: %s"), s->name, strerror(rc));
	}
	s->sock = pair[0];
	ssh_connect_tune(s, s->sock);
	return STEP_KEX;
}

/* Keeps the last line that it said: the reason when it ends. */
void ssh_connect_proxy_read(struct ssh_link *s)
{
	char piece[1024];
	ssize_t n;

	while (s->proxy_err >= 0 && (n = read(s->proxy_err, piece, sizeof piece - 1)) != 0) {
		char *line;
		char *text;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0)
			break;
		while (n > 0 && strchr("\r\n", piece[n - 1]))
			n--;
		piece[n] = '\0';
		line = strrchr(piece, '\n');
		text = text_dup(line ? line + 1 : piece);
		snprintf(s->proxy_said, sizeof s->proxy_said, "%s", text);
		free(text);
	}
	if (s->proxy_err >= 0)
		close(s->proxy_err);
	s->proxy_err = -1;
}

static void proxy_end(struct ssh_link *s)
{
	if (s->proxy_err >= 0)
		close(s->proxy_err);
	s->proxy_err = -1;
	if (s->proxy <= 0)
		return;
	/* Its pipe is closed already; it has nothing left to tidy. */
	kill(-s->proxy, SIGKILL);
	while (waitpid(s->proxy, NULL, 0) < 0 && errno == EINTR)
		;
	s->proxy = 0;
}

/* --- key exchange ---------------------------------------------------------------------------- */

static void option(
	struct ssh_link *s, enum ssh_options_e which, const char *name, const char *value)
{
	char *note;

	if (!value || ssh_options_set(s->session, which, value) == SSH_OK)
		return;
	note = xasprintf(_("%s of ssh_config: nothing there that we can do"), name);
	ssh_link_note(s, note);
	free(note);
}

static void session_options(struct ssh_link *s)
{
	const struct ssh_config *c = &s->config;
	char *algorithms = ssh_hostkey_algorithms(s);
	int no = 0, yes = 1;
	unsigned port = (unsigned)s->port;

	ssh_options_set(s->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(s->session, SSH_OPTIONS_HOST, s->host);
	ssh_options_set(s->session, SSH_OPTIONS_PORT, &port);
	ssh_options_set(s->session, SSH_OPTIONS_USER, s->user);
	/* We judge the host key ourselves; libssh need not read the files a second time. */
	ssh_options_set(s->session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
	ssh_options_set(s->session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
	ssh_options_set(s->session, SSH_OPTIONS_NODELAY, &yes);
	option(s, SSH_OPTIONS_HOSTKEYS, "HostKeyAlgorithms", algorithms);
	option(s, SSH_OPTIONS_CIPHERS_C_S, "Ciphers", c->ciphers);
	option(s, SSH_OPTIONS_CIPHERS_S_C, "Ciphers", c->ciphers);
	option(s, SSH_OPTIONS_HMAC_C_S, "MACs", c->macs);
	option(s, SSH_OPTIONS_HMAC_S_C, "MACs", c->macs);
	option(s, SSH_OPTIONS_KEY_EXCHANGE, "KexAlgorithms", c->kex);
	option(s, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "PubkeyAcceptedAlgorithms",
		c->pubkey_algorithms);
	if (c->compression == 1)
		option(s, SSH_OPTIONS_COMPRESSION, "Compression", "yes");
	ssh_options_set(s->session, SSH_OPTIONS_FD, &s->sock);
	free(algorithms);
}

static bool session_begin(struct ssh_link *s)
{
	ssh_set_log_level(SSH_LOG_NOLOG); /* per thread: nothing of it may reach the terminal */
	s->session = ssh_new();
	if (!s->session)
		return false;
	ssh_set_blocking(s->session, 0);
	session_options(s);
	memset(&s->counter, 0, sizeof s->counter);
	ssh_set_counters(s->session, NULL, &s->counter);
	s->watch = fcntl(s->sock, F_DUPFD_CLOEXEC, 3);
	ssh_link_limit(s, ssh_connect_ms(s));
	return true;
}

enum ssh_step ssh_connect_kex(struct ssh_link *s)
{
	int rc;

	if (!s->session && !session_begin(s))
		return ssh_link_lose(s, "%s", strerror(ENOMEM));
	rc = ssh_connect(s->session);
	if (rc == SSH_AGAIN)
		return STEP_KEX;
	if (rc == SSH_OK)
		return STEP_HOSTKEY;
	ssh_connect_proxy_read(s);
	if (s->proxy_said[0])
		return ssh_link_lose(s, _("%s: the proxy says: %s"), s->name, s->proxy_said);
	return ssh_link_lose(s, _("%s: what answers on port %d does not get on with us: %s"),
		s->name, s->port, ssh_link_error(s));
}

/* --- the end --------------------------------------------------------------------------------- */

/*
 * libssh closes a descriptor given to it only on some of its ways out, and does not tell. Whether this
 * number still is our socket is seen by comparing it with the duplicate.
 */
static void close_if_left(int fd, int watch)
{
	struct stat a, b;

	if (fd >= 0 && watch >= 0 && fstat(fd, &a) == 0 && fstat(watch, &b) == 0 &&
		a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		close(fd);
}

void ssh_connect_close(struct ssh_link *s, bool polite)
{
	int fd = s->sock;

	if (s->session) {
		if (s->pump) {
			ssh_event_remove_session(s->pump, s->session);
			ssh_event_free(s->pump);
		}
		if (polite)
			ssh_disconnect(s->session);
		else
			ssh_silent_disconnect(s->session);
		ssh_free(s->session);
		if (s->watch >= 0)
			shutdown(s->watch, SHUT_RDWR);
		close_if_left(fd, s->watch);
	} else if (fd >= 0) {
		close(fd);
	}
	if (s->watch >= 0)
		close(s->watch);
	free(s->last_words);
	s->last_words = NULL;
	s->session = NULL;
	s->pump = NULL;
	s->sock = s->watch = -1;
	proxy_end(s);
	if (s->addresses)
		freeaddrinfo(s->addresses);
	s->addresses = s->address = NULL;
}
