#include "backends/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"

struct queue {
	pthread_mutex_t lock;
	struct queue_item *head, **tail;
	size_t weight;
	int refs;
	int fd; /* eventfd: its counter is 1 while the queue holds something, else 0 */
	bool closed;
	void (*free_item)(struct queue_item *);
};

struct queue *queue_new(void (*free_item)(struct queue_item *))
{
	struct queue *q = xcalloc(1, sizeof *q);

	pthread_mutex_init(&q->lock, NULL);
	q->tail = &q->head;
	q->refs = 1;
	q->free_item = free_item;
	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return q;
}

struct queue *queue_ref(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->refs++;
	pthread_mutex_unlock(&q->lock);
	return q;
}

void queue_unref(struct queue *q)
{
	int refs;

	if (!q)
		return;
	pthread_mutex_lock(&q->lock);
	refs = --q->refs;
	pthread_mutex_unlock(&q->lock);
	if (refs > 0)
		return;
	for (struct queue_item *item = q->head, *next; item; item = next) {
		next = item->next;
		q->free_item(item);
	}
	if (q->fd >= 0)
		close(q->fd);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

/* The counter goes with the list, both under the lock, so that no wake-up is lost or left over. */
static void signal_readable(struct queue *q)
{
	uint64_t one = 1;

	while (write(q->fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static void signal_empty(struct queue *q)
{
	uint64_t count;

	while (read(q->fd, &count, sizeof count) < 0 && errno == EINTR)
		;
}

bool queue_put(struct queue *q, struct queue_item *item)
{
	bool closed;

	item->next = NULL;
	pthread_mutex_lock(&q->lock);
	closed = q->closed;
	if (!closed) {
		if (!q->head)
			signal_readable(q);
		*q->tail = item;
		q->tail = &item->next;
		q->weight += item->weight;
	}
	pthread_mutex_unlock(&q->lock);
	if (closed)
		q->free_item(item);
	return !closed;
}

struct queue_item *queue_take(struct queue *q)
{
	struct queue_item *item;

	pthread_mutex_lock(&q->lock);
	item = q->head;
	if (item) {
		q->head = item->next;
		q->weight -= item->weight;
		item->next = NULL;
		if (!q->head) {
			q->tail = &q->head;
			signal_empty(q);
		}
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

int queue_fd(const struct queue *q)
{
	return q->fd;
}

size_t queue_weight(struct queue *q)
{
	size_t weight;

	pthread_mutex_lock(&q->lock);
	weight = q->weight;
	pthread_mutex_unlock(&q->lock);
	return weight;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_mutex_unlock(&q->lock);
}
