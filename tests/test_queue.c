#include "backends/queue.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"

struct number {
	struct queue_item item;
	int n;
};

/* Counted, so that a message that is never freed or freed twice shows. */
static atomic_int alive;

static void number_free(struct queue_item *item)
{
	atomic_fetch_sub(&alive, 1);
	free(item);
}

static struct queue_item *number(int n)
{
	struct number *m = xcalloc(1, sizeof *m);

	m->n = n;
	m->item.weight = 10;
	atomic_fetch_add(&alive, 1);
	return &m->item;
}

static bool readable(const struct queue *q)
{
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void test_order_and_fd(void **state)
{
	struct queue *q = queue_new(number_free);

	(void)state;
	assert_false(readable(q));
	assert_null(queue_take(q));
	for (int i = 0; i < 3; i++)
		assert_true(queue_put(q, number(i)));
	assert_int_equal(queue_weight(q), 30);
	for (int i = 0; i < 3; i++) {
		struct queue_item *item;

		assert_true(readable(q));
		item = queue_take(q);
		assert_int_equal(((struct number *)item)->n, i);
		number_free(item);
	}
	assert_false(readable(q));
	assert_int_equal(queue_weight(q), 0);
	assert_true(queue_put(q, number(9)));
	assert_true(readable(q));
	queue_unref(q);
	assert_int_equal(alive, 0);
}

static void test_close(void **state)
{
	struct queue *q = queue_new(number_free);

	(void)state;
	assert_true(queue_put(q, number(1)));
	queue_close(q);
	assert_false(queue_put(q, number(2)));
	assert_int_equal(alive, 1);
	number_free(queue_take(q));
	assert_null(queue_take(q));
	queue_unref(q);
	assert_int_equal(alive, 0);
}

#define EACH 20000

static void *putter(void *arg)
{
	struct queue *q = arg;

	for (int i = 0; i < EACH; i++)
		queue_put(q, number(i));
	queue_unref(q);
	return NULL;
}

/* Two put while one sleeps on the descriptor: nothing may be lost, and no wake-up may be missed. */
static void test_threads(void **state)
{
	struct queue *q = queue_new(number_free);
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
	pthread_t t[2];
	int got = 0;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, putter, queue_ref(q)), 0);
	while (got < 2 * EACH) {
		struct queue_item *item;

		assert_int_equal(poll(&p, 1, 10000), 1);
		while ((item = queue_take(q))) {
			number_free(item);
			got++;
		}
	}
	assert_false(readable(q));
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	queue_unref(q);
	assert_int_equal(alive, 0);
}

/* The thread that was given up keeps the queue; what it puts after the close goes nowhere. */
static void test_outlives_its_maker(void **state)
{
	struct queue *q = queue_new(number_free);
	struct queue *theirs = queue_ref(q);

	(void)state;
	queue_put(q, number(1));
	queue_close(q);
	queue_unref(q);
	assert_int_equal(alive, 1);
	assert_false(queue_put(theirs, number(2)));
	queue_unref(theirs);
	assert_int_equal(alive, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_fd),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_outlives_its_maker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
