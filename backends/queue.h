/* queue: messages from one thread to another, with a file descriptor to poll. */
#ifndef BACKENDS_QUEUE_H
#define BACKENDS_QUEUE_H

#include <stddef.h>
#include <stdbool.h>

/* A message starts with a struct queue_item; the queue owns it between put and take. */
struct queue_item {
	struct queue_item *next;
	size_t weight; /* bytes it stands for, for back-pressure */
};

/* Reference-counted: a thread that was given up keeps its queue alive and harms nobody. */
struct queue;

struct queue *queue_new(void (*free_item)(struct queue_item *));
struct queue *queue_ref(struct queue *q);
void queue_unref(struct queue *q); /* the last one frees what is left in it */

/* Takes ownership. After queue_close() the item is freed at once and false comes back. */
bool queue_put(struct queue *q, struct queue_item *item);
/* The oldest item, owned, or NULL at once when there is none. */
struct queue_item *queue_take(struct queue *q);
/* Readable while the queue is not empty. Owned by the queue. */
int queue_fd(const struct queue *q);
/* Bytes waiting (sum of weights). */
size_t queue_weight(struct queue *q);
void queue_close(struct queue *q);

#endif
