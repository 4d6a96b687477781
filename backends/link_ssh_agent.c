/*
 * The agent, through a filter of ours. libssh would wait for an agent for ever, offer all its keys whatever
 * IdentitiesOnly says, and stop at the first key whose type it does not know. So it talks to a thread
 * that passes its requests on (draft-miller-ssh-agent) and thins out the answer that lists the keys.
 */
#include "backends/link_ssh.h"

#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#define MESSAGE_MAX ((size_t)256 << 10) /* OpenSSH's limit */
#define LIST_REQUEST 11                 /* SSH_AGENTC_REQUEST_IDENTITIES */
#define LIST_ANSWER 12                  /* SSH_AGENT_IDENTITIES_ANSWER */

struct ssh_agent_filter {
	pthread_t thread;
	struct link_core *core;
	int agent, ours, theirs; /* theirs: libssh's end */
	int64_t ms;
	char **only;
	size_t nonly;
	struct buf had; /* ",key,key": under the lock */
	pthread_mutex_t lock;
};

/* --- bytes ----------------------------------------------------------------------------------- */

static bool quitting(const struct ssh_agent_filter *f)
{
	return atomic_load(&f->core->quit);
}

/* Waits for fd until the time is up, the other end is gone or the link is freed. */
static bool wait_for(const struct ssh_agent_filter *f, int fd, short events, int64_t until)
{
	while (!quitting(f) && (!until || clock_ms() < until)) {
		struct pollfd p = {.fd = fd, .events = events};

		if (poll(&p, 1, 50) > 0)
			return true;
	}
	return false;
}

static bool read_n(const struct ssh_agent_filter *f, int fd, void *to, size_t n, int64_t until)
{
	char *p = to;

	while (n > 0) {
		ssize_t got;

		if (!wait_for(f, fd, POLLIN, until))
			return false;
		got = recv(fd, p, n, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool write_n(
	const struct ssh_agent_filter *f, int fd, const void *from, size_t n, int64_t until)
{
	const char *p = from;

	while (n > 0) {
		ssize_t done;

		if (!wait_for(f, fd, POLLOUT, until))
			return false;
		done = send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (done < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(unsigned char *p, uint32_t n)
{
	p[0] = (unsigned char)(n >> 24);
	p[1] = (unsigned char)(n >> 16);
	p[2] = (unsigned char)(n >> 8);
	p[3] = (unsigned char)n;
}

/* A whole message, length first, into *m; its length with those 4 bytes, or 0. */
static size_t message_read(
	const struct ssh_agent_filter *f, int fd, unsigned char *m, int64_t until)
{
	uint32_t n;

	if (!read_n(f, fd, m, 4, until))
		return 0;
	n = get32(m);
	if (n == 0 || n > MESSAGE_MAX || !read_n(f, fd, m + 4, n, until))
		return 0;
	return 4 + (size_t)n;
}

/* --- the list of keys ------------------------------------------------------------------------ */

/* A length-prefixed string at *at; its bytes (borrowed) and *n, or NULL at the end. */
static const unsigned char *get_string(const unsigned char *m, size_t len, size_t *at, uint32_t *n)
{
	const unsigned char *s;

	if (len - *at < 4)
		return NULL;
	*n = get32(m + *at);
	if (*n > len - *at - 4)
		return NULL;
	s = m + *at + 4;
	*at += 4 + (size_t)*n;
	return s;
}

static bool type_known(const unsigned char *blob, uint32_t n)
{
	size_t at = 0;
	uint32_t len = 0;
	const unsigned char *type = get_string(blob, n, &at, &len);
	char *name;
	bool known;

	if (!type)
		return false;
	name = xstrndup((const char *)type, len);
	known = ssh_key_type_from_name(name) != SSH_KEYTYPE_UNKNOWN;
	free(name);
	return known;
}

/* Is it one that may be used? Those are remembered. */
static bool key_wanted(struct ssh_agent_filter *f, const unsigned char *blob, uint32_t n)
{
	char *key64;
	bool wanted = f->nonly == 0;

	if (n > 16384 || !type_known(blob, n))
		return false;
	key64 = xcalloc(1, (size_t)n * 4 / 3 + 8);
	EVP_EncodeBlock((unsigned char *)key64, blob, (int)n);
	for (size_t i = 0; i < f->nonly && !wanted; i++)
		wanted = strcmp(f->only[i], key64) == 0;
	if (wanted) {
		pthread_mutex_lock(&f->lock);
		buf_addf(&f->had, ",%s", key64);
		pthread_mutex_unlock(&f->lock);
	}
	free(key64);
	return wanted;
}

/* Leaves in the answer, in place, only the keys that are wanted; its new length. */
static size_t list_thin(struct ssh_agent_filter *f, unsigned char *m, size_t len)
{
	size_t at = 9, to = 9; /* after length, type and count */
	uint32_t count, kept = 0;

	if (len < 9 || m[4] != LIST_ANSWER)
		return len;
	for (count = get32(m + 5); count > 0; count--) {
		size_t from = at;
		uint32_t nblob = 0, ncomment = 0;
		const unsigned char *blob = get_string(m, len, &at, &nblob);

		if (!blob || !get_string(m, len, &at, &ncomment))
			break;
		if (!key_wanted(f, blob, nblob))
			continue;
		memmove(m + to, m + from, at - from);
		to += at - from;
		kept++;
	}
	put32(m, (uint32_t)(to - 4));
	put32(m + 5, kept);
	return to;
}

/* --- the thread ------------------------------------------------------------------------------ */

static void *filter_run(void *arg)
{
	struct ssh_agent_filter *f = arg;
	unsigned char *m = xcalloc(1, MESSAGE_MAX + 4);

	for (;;) {
		size_t n = message_read(f, f->ours, m, 0);
		bool list = n > 4 && m[4] == LIST_REQUEST;
		int64_t until = clock_ms() + f->ms;

		if (n == 0 || !write_n(f, f->agent, m, n, until))
			break;
		n = message_read(f, f->agent, m, until);
		if (n > 0 && list)
			n = list_thin(f, m, n);
		if (n == 0 || !write_n(f, f->ours, m, n, until))
			break;
	}
	/* libssh, should it wait, reads the end. */
	shutdown(f->ours, SHUT_RDWR);
	free(m);
	return NULL;
}

static int agent_connect(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof at.sun_path)
		return -1;
	memcpy(at.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct ssh_agent_filter *ssh_agent_filter_new(
	const char *path, char *const *only, size_t n, int64_t ms, struct link_core *core)
{
	struct ssh_agent_filter *f;
	int pair[2], agent = agent_connect(path);

	if (agent < 0)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		close(agent);
		return NULL;
	}
	f = xcalloc(1, sizeof *f);
	f->core = core;
	f->agent = agent;
	f->ours = pair[0];
	f->theirs = pair[1];
	f->ms = ms;
	buf_init(&f->had, MESSAGE_MAX * 2);
	pthread_mutex_init(&f->lock, NULL);
	f->only = xcalloc(n + 1, sizeof *f->only);
	for (f->nonly = 0; f->nonly < n; f->nonly++)
		f->only[f->nonly] = xstrdup(only[f->nonly]);
	if (pthread_create(&f->thread, NULL, filter_run, f) != 0) {
		close(pair[1]);
		f->thread = 0;
		ssh_agent_filter_free(f);
		return NULL;
	}
	return f;
}

int ssh_agent_filter_fd(const struct ssh_agent_filter *f)
{
	return f->theirs;
}

bool ssh_agent_filter_had(struct ssh_agent_filter *f, const char *key64)
{
	bool had;

	pthread_mutex_lock(&f->lock);
	had = strstr(buf_str(&f->had), key64) != NULL;
	pthread_mutex_unlock(&f->lock);
	return had;
}

void ssh_agent_filter_free(struct ssh_agent_filter *f)
{
	if (!f)
		return;
	shutdown(f->ours, SHUT_RDWR);
	shutdown(f->agent, SHUT_RDWR);
	if (f->thread)
		pthread_join(f->thread, NULL);
	close(f->ours);
	close(f->agent);
	for (size_t i = 0; i < f->nonly; i++)
		free(f->only[i]);
	free(f->only);
	buf_clear(&f->had);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* --- the step -------------------------------------------------------------------------------- */

static const char *agent_path(const struct ssh_link *s)
{
	const char *path = s->config.identity_agent;

	if (!path || strcmp(path, "SSH_AUTH_SOCK") == 0)
		path = getenv("SSH_AUTH_SOCK");
	else if (*path == '$')
		path = getenv(path + 1);
	return path && *path && strcmp(path, "none") != 0 ? path : NULL;
}

static void filter_start(struct ssh_link *s, const char *path)
{
	char *only[SSH_KEYS_MAX];
	size_t n = 0;

	for (size_t i = 0; s->config.identities_only == 1 && i < s->nkeys; i++)
		if (s->keys[i].public &&
			ssh_pki_export_pubkey_base64(s->keys[i].public, &only[n]) == SSH_OK)
			n++;
	if (s->config.identities_only != 1 || n > 0)
		s->agent = ssh_agent_filter_new(
			path, only, n, link_core_ms(s->core, SSH_AGENT_MS), s->core);
	for (size_t i = 0; i < n; i++)
		ssh_string_free_char(only[i]);
	if (s->agent)
		ssh_set_agent_socket(s->session, ssh_agent_filter_fd(s->agent));
}

enum ssh_step ssh_agent_try(struct ssh_link *s)
{
	const char *path = agent_path(s);
	int rc;

	if (path && !s->agent)
		filter_start(s, path);
	if (!s->agent) {
		s->agent_tried = true;
		return STEP_AUTH_NEXT;
	}
	rc = ssh_userauth_agent(s->session, NULL);
	if (rc == SSH_AUTH_AGAIN)
		return STEP_AGENT;
	s->agent_tried = true;
	s->agent_had_keys = ssh_agent_filter_had(s->agent, ",");
	return ssh_auth_result(s, rc, STEP_AGENT);
}
