/* A road that takes its time: what comes in on one side goes out on the other some milliseconds later. */
#include "tests/bench_sshd.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/bench.h"

struct chunk {
	struct chunk *next;
	double due;
	size_t len, sent;
	char bytes[];
};

struct lane {
	struct chunk *first, **last;
	int from, to;
	bool ended;
};

struct road {
	int listener, to, ms;
};

struct trip {
	int near, far, ms;
};

/* Reads a piece, to be sent later. */
static void lane_take(struct lane *l, int ms)
{
	struct chunk *c = xcalloc(1, sizeof *c + 65536);
	ssize_t n = read(l->from, c->bytes, 65536);

	if (n <= 0) {
		free(c);
		l->ended = true;
		return;
	}
	c->len = (size_t)n;
	c->due = bench_ms() + ms;
	*l->last = c;
	l->last = &c->next;
}

/* Sends what is due; milliseconds until the next is, or 1000. */
static int lane_give(struct lane *l)
{
	while (l->first) {
		struct chunk *c = l->first;
		double wait = c->due - bench_ms();
		ssize_t n;

		if (wait > 0)
			return (int)wait;
		n = write(l->to, c->bytes + c->sent, c->len - c->sent);
		if (n < 0) {
			l->ended = true;
			return 1000;
		}
		c->sent += (size_t)n;
		if (c->sent == c->len) {
			l->first = c->next;
			if (!l->first)
				l->last = &l->first;
			free(c);
		}
	}
	return 1000;
}

static void *trip_run(void *arg)
{
	struct trip *t = arg;
	struct lane lanes[2] = {{.from = t->near, .to = t->far}, {.from = t->far, .to = t->near}};
	int wait = 1000;

	for (int i = 0; i < 2; i++)
		lanes[i].last = &lanes[i].first;
	while (!lanes[0].ended && !lanes[1].ended) {
		struct pollfd p[2] = {{.fd = t->near, .events = POLLIN}, {.fd = t->far, .events = POLLIN}};

		if (poll(p, 2, wait) < 0)
			break;
		for (int i = 0; i < 2; i++)
			if (p[i].revents)
				lane_take(&lanes[i], t->ms);
		wait = 1000;
		for (int i = 0; i < 2; i++) {
			int due = lane_give(&lanes[i]);

			wait = due < wait ? due : wait;
		}
	}
	close(t->near);
	close(t->far);
	for (int i = 0; i < 2; i++)
		while (lanes[i].first) {
			struct chunk *c = lanes[i].first;

			lanes[i].first = c->next;
			free(c);
		}
	free(t);
	return NULL;
}

static struct sockaddr_in loopback(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static void *road_run(void *arg)
{
	struct road *r = arg;
	int one = 1;

	for (;;) {
		struct sockaddr_in a = loopback(r->to);
		struct trip *t = xcalloc(1, sizeof *t);
		pthread_t thread;

		t->ms = r->ms;
		t->near = accept(r->listener, NULL, NULL);
		t->far = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(t->near, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		setsockopt(t->far, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		if (connect(t->far, (struct sockaddr *)&a, sizeof a) != 0 ||
			pthread_create(&thread, NULL, trip_run, t) != 0) {
			close(t->near);
			close(t->far);
			free(t);
			continue;
		}
		pthread_detach(thread);
	}
	return NULL;
}

int bench_lag_start(int to, int ms)
{
	struct road *r = xcalloc(1, sizeof *r);
	struct sockaddr_in a = loopback(0);
	socklen_t size = sizeof a;
	pthread_t thread;

	r->to = to;
	r->ms = ms;
	r->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(r->listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(r->listener, 16) != 0 ||
		getsockname(r->listener, (struct sockaddr *)&a, &size) != 0 ||
		pthread_create(&thread, NULL, road_run, r) != 0) {
		close(r->listener);
		free(r);
		return 0;
	}
	pthread_detach(thread);
	return ntohs(a.sin_port);
}
