/*
 * lagproxy PORT DELAY_MS: passes connections on to 127.0.0.1:PORT, each byte DELAY_MS later. Prints the port it
 * listens on. SIGUSR1: swallows everything without a word, and back again (a black hole); SIGUSR2:
 * cuts all connections. For tests and measurements; the kernel here has no netem.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

#define HELD_MAX ((size_t)8 << 20) /* bytes on their way, each direction */
#define PIECE 65536
#define CONNECTIONS_MAX 64

struct piece {
	struct piece *next;
	int64_t due;
	size_t len, sent;
	char bytes[];
};

struct way {
	struct piece *head, **tail;
	size_t held;
	bool ended; /* nothing more comes in */
};

struct connection {
	int fd[2];         /* -1: unused */
	struct way way[2]; /* way[i]: read from fd[i], written to the other */
};

static volatile sig_atomic_t hole, cut;

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		hole = !hole;
	else
		cut = 1;
}

static int listen_any(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 64) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

static int connect_to(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void prepare(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void connection_open(struct connection *c, int client, int port)
{
	c->fd[0] = client;
	c->fd[1] = connect_to(port);
	if (c->fd[1] < 0) {
		close(client);
		c->fd[0] = -1;
		return;
	}
	for (int i = 0; i < 2; i++) {
		prepare(c->fd[i]);
		c->way[i] = (struct way){.held = 0};
		c->way[i].tail = &c->way[i].head;
	}
}

static void connection_close(struct connection *c)
{
	for (int i = 0; i < 2; i++) {
		for (struct piece *p = c->way[i].head, *next; p; p = next) {
			next = p->next;
			free(p);
		}
		close(c->fd[i]);
		c->fd[i] = -1;
	}
}

static void way_read(struct way *w, int fd, int delay)
{
	struct piece *p;
	ssize_t n;

	if (w->ended || w->held > HELD_MAX)
		return;
	p = xcalloc(1, sizeof *p + PIECE);
	n = read(fd, p->bytes, PIECE);
	if (n <= 0) {
		w->ended = n == 0 || errno != EAGAIN;
		free(p);
		return;
	}
	p->due = clock_ms() + delay;
	p->len = (size_t)n;
	w->held += p->len;
	*w->tail = p;
	w->tail = &p->next;
}

/* False when the other end takes no more. */
static bool way_write(struct way *w, int fd)
{
	while (w->head && w->head->due <= clock_ms()) {
		struct piece *p = w->head;
		ssize_t n = send(fd, p->bytes + p->sent, p->len - p->sent, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN;
		p->sent += (size_t)n;
		w->held -= (size_t)n;
		if (p->sent < p->len)
			return true;
		w->head = p->next;
		if (!w->head)
			w->tail = &w->head;
		free(p);
	}
	return true;
}

static void connection_advance(struct connection *c, int delay)
{
	for (int i = 0; i < 2; i++) {
		way_read(&c->way[i], c->fd[i], delay);
		if (!way_write(&c->way[i], c->fd[1 - i]) || (c->way[i].ended && !c->way[i].head)) {
			connection_close(c);
			return;
		}
	}
}

/* Adds what c waits for; brings *timeout down to its next piece. */
static int connection_poll(const struct connection *c, struct pollfd *p, int *timeout)
{
	for (int i = 0; i < 2; i++) {
		const struct way *in = &c->way[i], *out = &c->way[1 - i];
		int64_t wait = out->head ? out->head->due - clock_ms() : 1000;

		p[i] = (struct pollfd){.fd = c->fd[i]};
		if (!in->ended && in->held <= HELD_MAX)
			p[i].events |= POLLIN;
		if (out->head && wait <= 0)
			p[i].events |= POLLOUT;
		else if (wait < *timeout)
			*timeout = (int)wait;
		if (!p[i].events)
			p[i].fd = -1;
	}
	return 2;
}

static void turn(struct connection *all, int listener, int port, int delay)
{
	struct pollfd p[1 + 2 * CONNECTIONS_MAX] = {{.fd = listener, .events = POLLIN}};
	int n = 1, timeout = 1000, client;

	for (int i = 0; i < CONNECTIONS_MAX; i++)
		if (all[i].fd[0] >= 0)
			n += connection_poll(&all[i], p + n, &timeout);
	poll(p, (nfds_t)n, timeout);
	for (int i = 0; i < CONNECTIONS_MAX; i++) {
		if (all[i].fd[0] >= 0 && cut)
			connection_close(&all[i]);
		else if (all[i].fd[0] >= 0)
			connection_advance(&all[i], delay);
		else if ((client = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
			connection_open(&all[i], client, port);
	}
	cut = 0;
}

int main(int argc, char **argv)
{
	static struct connection all[CONNECTIONS_MAX];
	struct sigaction sa = {.sa_handler = on_signal};
	int listener, port = 0;

	if (argc != 3)
		return 2;
	for (int i = 0; i < CONNECTIONS_MAX; i++)
		all[i].fd[0] = all[i].fd[1] = -1;
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGUSR2, &sa, NULL);
	listener = listen_any(&port);
	if (listener < 0)
		return 1;
	printf("%d\n", port);
	fflush(stdout);
	for (;;) {
		/* In the hole nothing is read, written, accepted or closed. */
		if (hole && !cut)
			poll(NULL, 0, 20);
		else
			turn(all, listener, (int)strtol(argv[1], NULL, 10),
				(int)strtol(argv[2], NULL, 10));
	}
}
