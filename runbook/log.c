#include "runbook/log.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"
#include "runbook/log_private.h"

#define LINE_MAX_BYTES ((size_t)64 << 10) /* a longer one is broken there */
#define LOG_MAX_BYTES ((size_t)1 << 30)   /* text of all lines */
#define SOURCES_MAX 65535

/* A source's line that has not ended yet. */
struct unfinished {
	struct buf raw;
	struct buf shown; /* the text made of raw, when fresh */
	bool fresh;
	int64_t wall_ms;
};

struct log_source {
	char *name;
	struct unfinished tail;
	struct mask_stream
		*stream; /* holds back what may begin a secret; NULL: no output yet, or no mask */
};

struct log {
	struct log_core *core;
	struct mask *mask;
	struct log_source *sources;
	int nsources;
	int nunfinished; /* sources whose tail is not empty */
	size_t committed;
	size_t bytes;
	uint64_t version;
	bool full;
};

static struct log_core *log_core_new(void)
{
	struct log_core *c = xcalloc(1, sizeof(*c));
	atomic_init(&c->refs, 1);
	atomic_init(&c->sleepers, 0);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->grown, NULL);
	return c;
}

struct log_core *log_core_ref(struct log_core *c)
{
	atomic_fetch_add(&c->refs, 1);
	return c;
}

void log_core_unref(struct log_core *c)
{
	if (atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	for (size_t i = 0; i < c->nchunks; i++)
		free(c->chunks[i]);
	free(c->chunks);
	pthread_cond_destroy(&c->grown);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct log_core *log_core_of(const struct log *l)
{
	return l->core;
}

size_t log_committed(const struct log *l)
{
	return l->committed;
}

struct log *log_new(void)
{
	struct log *l = xcalloc(1, sizeof(*l));
	l->core = log_core_new();
	return l;
}

void log_free(struct log *l)
{
	if (!l)
		return;
	for (int i = 0; i < l->nsources; i++) {
		mask_stream_drop(l->sources[i].stream);
		free(l->sources[i].name);
		buf_clear(&l->sources[i].tail.raw);
		buf_clear(&l->sources[i].tail.shown);
	}
	free(l->sources);
	log_core_unref(l->core);
	free(l);
}

int log_source(struct log *l, const char *name)
{
	for (int i = 0; i < l->nsources; i++)
		if (strcmp(l->sources[i].name, name) == 0)
			return i;
	if (l->nsources == SOURCES_MAX)
		return SOURCES_MAX - 1;
	l->sources = xrealloc(l->sources, (size_t)l->nsources + 1, sizeof(*l->sources));
	struct log_source *s = &l->sources[l->nsources];
	memset(s, 0, sizeof(*s));
	s->name = xstrdup(name);
	buf_init(&s->tail.raw, 0);
	buf_init(&s->tail.shown, 0);
	return l->nsources++;
}

const char *log_source_name(const struct log *l, int source)
{
	return source >= 0 && source < l->nsources ? l->sources[source].name : "";
}

int log_nsources(const struct log *l)
{
	return l->nsources;
}

static struct log_chunk *last_chunk(const struct log *l)
{
	return l->core->nchunks ? l->core->chunks[l->core->nchunks - 1] : NULL;
}

static struct log_chunk *add_chunk(struct log *l, size_t bytes, int64_t wall_ms)
{
	struct log_core *c = l->core;
	size_t cap = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
	struct log_chunk *chunk = xcalloc(1, sizeof(*chunk) + cap);
	chunk->first = l->committed;
	chunk->base_ms = wall_ms;
	chunk->cap = cap;
	atomic_init(&chunk->nlines, 0);
	pthread_mutex_lock(&c->lock);
	if (c->nchunks == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 64;
		c->chunks = xrealloc(c->chunks, c->cap, sizeof(struct log_chunk *));
	}
	c->chunks[c->nchunks++] = chunk;
	pthread_mutex_unlock(&c->lock);
	return chunk;
}

/* Adds one line of clean text. Sleeping searches are told by wake(). */
static void commit(
	struct log *l, int source, enum log_kind kind, int64_t wall_ms, const char *text, size_t n)
{
	struct log_chunk *chunk = last_chunk(l);
	if (l->full)
		return;
	if (l->bytes + n > LOG_MAX_BYTES) {
		l->full = true;
		kind = LOG_WARNING;
		text = _("the log is full: further lines are kept in the journal's outputs only");
		n = strlen(text);
	}
	int64_t after = chunk ? wall_ms - chunk->base_ms : 0;
	size_t at = chunk ? atomic_load_explicit(&chunk->nlines, memory_order_relaxed) : 0;
	if (!chunk || at == CHUNK_LINES || chunk->cap - chunk->len < n || after > INT32_MAX ||
		after < INT32_MIN) {
		chunk = add_chunk(l, n, wall_ms);
		after = 0;
		at = 0;
	}
	if (n)
		memcpy(chunk->text + chunk->len, text, n);
	chunk->len += n;
	chunk->heads[at] = (struct line_head){
		.end = (uint32_t)chunk->len,
		.after_ms = (int32_t)after,
		.source = (uint16_t)source,
		.kind = (uint8_t)kind,
	};
	atomic_store(&chunk->nlines, at + 1);
	l->committed++;
	l->bytes += n;
	l->version++;
}

/* A search counts itself a sleeper before it looks a last time, so one of the two sees the other. */
static void wake(struct log *l)
{
	if (atomic_load(&l->core->sleepers) == 0)
		return;
	pthread_mutex_lock(&l->core->lock);
	pthread_cond_broadcast(&l->core->grown);
	pthread_mutex_unlock(&l->core->lock);
}

/* Whole lines, each ended by '\n' but perhaps the last. */
static void commit_lines(
	struct log *l, int source, enum log_kind kind, int64_t wall_ms, const char *text, size_t n)
{
	const char *end = text + n;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const char *next = stop ? stop + 1 : end;
		if (!stop)
			stop = end;
		commit(l, source, kind, wall_ms, text, (size_t)(stop - text));
		text = next;
	}
}

void log_add(struct log *l, int source, enum log_kind kind, int64_t wall_ms, const char *text)
{
	size_t n = strlen(text);
	if (n == 0)
		commit(l, source, kind, wall_ms, "", 0);
	else
		commit_lines(l, source, kind, wall_ms, text, n);
	wake(l);
}

static void commit_raw(struct log *l, int source, int64_t wall_ms, const char *raw, size_t n)
{
	struct buf clean;
	buf_init(&clean, 0);
	text_clean_lines(&clean, raw, n, BUF_DEFAULT_MAX / 2);
	commit_lines(l, source, LOG_OUTPUT, wall_ms, buf_str(&clean), clean.len);
	buf_clear(&clean);
}

/* What was overwritten goes: all before the last '\r' that is not part of a line's end. */
static void collapse(struct buf *raw)
{
	for (size_t i = raw->len; i-- > 1;) {
		if (raw->data[i - 1] == '\r' && raw->data[i] != '\r' && raw->data[i] != '\n') {
			buf_drain(raw, i - 1);
			return;
		}
	}
}

static void set_tail(
	struct log *l, struct unfinished *t, const char *raw, size_t n, int64_t wall_ms)
{
	bool was = t->raw.len > 0;
	buf_add(&t->raw, raw, n);
	collapse(&t->raw);
	t->fresh = false;
	t->wall_ms = wall_ms;
	l->nunfinished += (t->raw.len > 0) - was;
	l->version++;
}

static void end_tail(struct log *l, int source, int64_t wall_ms)
{
	struct unfinished *t = &l->sources[source].tail;
	if (t->raw.len == 0)
		return;
	l->nunfinished--;
	commit_raw(l, source, wall_ms, t->raw.data, t->raw.len);
	buf_reset(&t->raw);
	t->fresh = false;
}

static void add_output(struct log *l, int source, int64_t wall_ms, const void *bytes, size_t n)
{
	const char *p = bytes;
	struct unfinished *t = &l->sources[source].tail;
	const char *last = n ? memrchr(p, '\n', n) : NULL;
	size_t whole = last ? (size_t)(last - p) + 1 : 0;
	if (whole && t->raw.len) { /* the line that was begun, with its end */
		const char *first = memchr(p, '\n', n);
		size_t part = (size_t)(first - p) + 1;
		set_tail(l, t, p, part, wall_ms);
		end_tail(l, source, wall_ms);
		p += part;
		n -= part;
		whole -= part;
	}
	if (whole)
		commit_raw(l, source, wall_ms, p, whole);
	if (n > whole)
		set_tail(l, t, p + whole, n - whole, wall_ms);
	if (t->raw.len > LINE_MAX_BYTES)
		end_tail(l, source, wall_ms);
}

void log_mask(struct log *l, struct mask *mask)
{
	l->mask = mask;
}

void log_output(struct log *l, int source, int64_t wall_ms, const void *bytes, size_t n)
{
	struct log_source *s = &l->sources[source];
	struct buf masked;
	if (!l->mask) {
		add_output(l, source, wall_ms, bytes, n);
		wake(l);
		return;
	}
	if (!s->stream)
		s->stream = mask_stream_new(l->mask);
	buf_init(&masked, 0);
	mask_stream_feed(s->stream, bytes, n, &masked);
	add_output(l, source, wall_ms, buf_str(&masked), masked.len);
	buf_clear(&masked);
	wake(l);
}

void log_output_end(struct log *l, int source)
{
	struct log_source *s = &l->sources[source];
	if (s->stream) {
		struct buf rest;
		buf_init(&rest, 0);
		mask_stream_end(s->stream, &rest);
		s->stream = NULL;
		add_output(l, source, s->tail.wall_ms, buf_str(&rest), rest.len);
		buf_clear(&rest);
	}
	end_tail(l, source, l->sources[source].tail.wall_ms);
	wake(l);
}

size_t log_count(const struct log *l)
{
	return l->committed + (size_t)l->nunfinished;
}

uint64_t log_version(const struct log *l)
{
	return l->version;
}

/* The k-th of the unfinished lines, in the order of their sources. */
static void get_unfinished(const struct log *l, size_t k, struct log_line *out)
{
	int source = 0;
	while (l->sources[source].tail.raw.len == 0 || k-- > 0)
		source++;
	struct unfinished *t = &l->sources[source].tail;
	if (!t->fresh) {
		buf_reset(&t->shown);
		text_clean_lines(&t->shown, t->raw.data, t->raw.len, LINE_MAX_BYTES * 2);
		t->fresh = true;
	}
	*out = (struct log_line){
		.wall_ms = t->wall_ms,
		.kind = LOG_OUTPUT,
		.source = source,
		.text = buf_str(&t->shown),
		.len = t->shown.len,
	};
}

static const struct log_chunk *chunk_of(const struct log *l, size_t i)
{
	struct log_chunk *const *chunks = l->core->chunks;
	size_t low = 0, high = l->core->nchunks;
	while (high - low > 1) {
		size_t mid = (low + high) / 2;
		if (chunks[mid]->first <= i)
			low = mid;
		else
			high = mid;
	}
	return chunks[low];
}

void log_get(const struct log *l, size_t i, struct log_line *out)
{
	if (i >= l->committed) {
		get_unfinished(l, i - l->committed, out);
		return;
	}
	const struct log_chunk *chunk = chunk_of(l, i);
	size_t k = i - chunk->first;
	const struct line_head *h = &chunk->heads[k];
	uint32_t begin = k ? chunk->heads[k - 1].end : 0;
	*out = (struct log_line){
		.wall_ms = chunk->base_ms + h->after_ms,
		.kind = (enum log_kind)h->kind,
		.source = h->source,
		.text = chunk->text + begin,
		.len = h->end - begin,
	};
}
