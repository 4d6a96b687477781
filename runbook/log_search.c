/* log_search: looks through the log on a thread of its own, and then follows what is added. */
#include "runbook/log.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "runbook/log_private.h"

#define SLICE_LINES 1024 /* lines between two handings over */

struct lines {
	uint32_t *items;
	size_t n, cap;
};

struct log_search {
	struct log_core *core;
	const struct log *log; /* UI thread: for its count */
	struct match *match;   /* the thread's */
	struct match *spans;   /* the UI thread's, for highlighting */
	int source;
	bool invert;
	pthread_t thread;
	bool started;
	atomic_bool cancelled;
	int fd;

	pthread_mutex_t lock; /* handed over below */
	struct lines fresh;
	size_t fresh_scanned;
	size_t fresh_undecided;
	bool told; /* fd is readable */

	struct lines found; /* UI thread */
	size_t scanned, undecided;
	char *error;
};

static void lines_add(struct lines *l, const uint32_t *items, size_t n)
{
	if (l->n + n > l->cap) {
		while (l->n + n > l->cap)
			l->cap = l->cap ? 2 * l->cap : 1024;
		l->items = xrealloc(l->items, l->cap, sizeof(*l->items));
	}
	if (n)
		memcpy(l->items + l->n, items, n * sizeof(*items));
	l->n += n;
}

/* What a slice found, for log_search_collect(). */
static void hand_over(
	struct log_search *s, const uint32_t *items, size_t n, size_t scanned, size_t undecided)
{
	static const uint64_t one = 1;
	pthread_mutex_lock(&s->lock);
	lines_add(&s->fresh, items, n);
	s->fresh_scanned += scanned;
	s->fresh_undecided += undecided;
	bool tell = !s->told;
	s->told = true;
	pthread_mutex_unlock(&s->lock);
	if (tell && write(s->fd, &one, sizeof(one)) < 0)
		tell = false; /* full: it is readable already */
}

/* Looks at lines from..to of a chunk. */
static void search_slice(
	struct log_search *s, const struct log_chunk *chunk, size_t from, size_t to)
{
	uint32_t hits[SLICE_LINES];
	size_t n = 0, undecided = 0;
	for (size_t i = from; i < to && !atomic_load_explicit(&s->cancelled, memory_order_relaxed);
		i++) {
		const struct line_head *h = &chunk->heads[i];
		uint32_t begin = i ? chunk->heads[i - 1].end : 0;
		int r = 1;
		if (s->source >= 0 && h->source != s->source)
			continue;
		if (s->match)
			r = match_find(
				s->match, chunk->text + begin, h->end - begin, 0, NULL, NULL);
		if (r < 0)
			undecided++;
		else if ((r == 1) != s->invert)
			hits[n++] = (uint32_t)(chunk->first + i);
	}
	hand_over(s, hits, n, to - from, undecided);
}

/*
 * The chunk after `at` lines of number `k`, waiting until there is more. NULL when cancelled. *k and *at
 * move on to the next chunk when this one is full.
 */
static const struct log_chunk *next_chunk(struct log_search *s, size_t *k, size_t *at, size_t *to)
{
	struct log_core *c = s->core;
	const struct log_chunk *chunk = NULL;
	pthread_mutex_lock(&c->lock);
	atomic_fetch_add(&c->sleepers, 1); /* from here on a writer tells us */
	while (!atomic_load(&s->cancelled)) {
		if (*k < c->nchunks) {
			chunk = c->chunks[*k];
			*to = atomic_load(&chunk->nlines);
			if (*to > *at)
				break;
			if (*k + 1 <
				c->nchunks) { /* a chunk with one behind it takes no more lines */
				++*k;
				*at = 0;
				continue;
			}
		}
		chunk = NULL;
		pthread_cond_wait(&c->grown, &c->lock);
	}
	if (atomic_load(&s->cancelled))
		chunk = NULL;
	atomic_fetch_sub(&c->sleepers, 1);
	pthread_mutex_unlock(&c->lock);
	return chunk;
}

static void *run(void *arg)
{
	struct log_search *s = arg;
	const struct log_chunk *chunk;
	size_t k = 0, at = 0, to = 0;
	while ((chunk = next_chunk(s, &k, &at, &to))) {
		while (at < to && !atomic_load(&s->cancelled)) {
			size_t stop = to - at > SLICE_LINES ? at + SLICE_LINES : to;
			search_slice(s, chunk, at, stop);
			at = stop;
		}
	}
	return NULL;
}

static int start(struct log_search *s, struct err *e)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int rc = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	s->started = rc == 0;
	return rc ? err_set(e, ERR_FAILED, _("cannot start a thread: %s"), strerror(rc)) : 0;
}

struct log_search *log_search_new(
	struct log *l, const char *pattern, int source, bool invert, struct err *e)
{
	struct log_search *s = xcalloc(1, sizeof(*s));
	int rc = 0;
	s->core = log_core_ref(log_core_of(l));
	s->log = l;
	s->source = source;
	s->invert = invert && pattern;
	s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_init(&s->cancelled, false);
	pthread_mutex_init(&s->lock, NULL);
	if (s->fd < 0)
		rc = err_set(e, ERR_FAILED, _("cannot search: %s"), _("too many files are open"));
	if (rc == 0 && pattern) {
		int flags = match_smart_caseless(pattern) ? MATCH_CASELESS : 0;
		s->match = match_new(pattern, flags, e);
		s->spans = s->match ? match_new(pattern, flags, e) : NULL;
		rc = s->spans ? 0 : ERR_USAGE;
	}
	if (rc == 0)
		rc = start(s, e);
	if (rc != 0) {
		log_search_free(s);
		return NULL;
	}
	return s;
}

void log_search_free(struct log_search *s)
{
	if (!s)
		return;
	if (s->started) {
		atomic_store(&s->cancelled, true);
		pthread_mutex_lock(&s->core->lock);
		pthread_cond_broadcast(&s->core->grown);
		pthread_mutex_unlock(&s->core->lock);
		pthread_join(s->thread, NULL); /* one line at most */
	}
	log_core_unref(s->core);
	match_free(s->match);
	match_free(s->spans);
	pthread_mutex_destroy(&s->lock);
	if (s->fd >= 0)
		close(s->fd);
	free(s->fresh.items);
	free(s->found.items);
	free(s->error);
	free(s);
}

int log_search_fd(const struct log_search *s)
{
	return s->fd;
}

void log_search_collect(struct log_search *s)
{
	uint64_t count;
	size_t before = s->undecided;
	pthread_mutex_lock(&s->lock);
	lines_add(&s->found, s->fresh.items, s->fresh.n);
	s->fresh.n = 0;
	s->scanned += s->fresh_scanned;
	s->undecided += s->fresh_undecided;
	s->fresh_scanned = s->fresh_undecided = 0;
	s->told = false;
	if (read(s->fd, &count, sizeof(count)) < 0)
		count = 0; /* nothing new */
	pthread_mutex_unlock(&s->lock);
	if (s->undecided == before)
		return;
	free(s->error);
	s->error = xasprintf(
		P_("the pattern takes too long: %zu line could not be decided",
			"the pattern takes too long: %zu lines could not be decided", s->undecided),
		s->undecided);
}

size_t log_search_count(const struct log_search *s)
{
	return s->found.n;
}

size_t log_search_line(const struct log_search *s, size_t k)
{
	return s->found.items[k];
}

bool log_search_done(const struct log_search *s, size_t *scanned)
{
	if (scanned)
		*scanned = s->scanned;
	return s->scanned == log_committed(s->log);
}

const char *log_search_error(const struct log_search *s)
{
	return s->error;
}

int log_search_spans(
	struct log_search *s, const char *text, size_t len, size_t (*spans)[2], int max)
{
	int n = 0;
	size_t from = 0, begin, end;
	if (!s->spans || s->invert)
		return 0;
	while (n < max && from <= len && match_find(s->spans, text, len, from, &begin, &end) == 1) {
		if (end > begin) {
			spans[n][0] = begin;
			spans[n++][1] = end;
			from = end;
			continue;
		}
		from = end + 1; /* an empty match: on to the next character */
		while (from < len && ((unsigned char)text[from] & 0xc0) == 0x80)
			from++;
	}
	return n;
}
