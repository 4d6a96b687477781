#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/alloc.h"
#include "base/err.h"

/* Up to here, memory that was outgrown is wiped: buffers that hold passwords are small, and realloc()
 * would leave a copy behind. Beyond it, realloc() is left to move pages instead of bytes. */
#define WIPE_MAX ((size_t)64 << 10)

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_clear(struct buf *b)
{
	free(b->data);
	*b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->cut = false;
	if (b->data)
		b->data[0] = '\0';
}

void buf_wipe(struct buf *b)
{
	if (b->data)
		OPENSSL_cleanse(b->data, b->cap);
	buf_clear(b);
}

static size_t buf_limit(const struct buf *b)
{
	return b->max ? b->max : BUF_DEFAULT_MAX;
}

/* Makes room for `want` bytes and the 0; want is not over the limit. */
static void buf_grow(struct buf *b, size_t want)
{
	size_t cap = b->cap ? b->cap : 64;

	if (want < b->cap)
		return;
	while (cap <= want)
		cap += cap / 2;
	if (cap > buf_limit(b) + 1)
		cap = buf_limit(b) + 1;
	if (b->cap > 0 && b->cap <= WIPE_MAX) {
		char *data = xcalloc(cap, 1);

		memcpy(data, b->data, b->len);
		OPENSSL_cleanse(b->data, b->cap);
		free(b->data);
		b->data = data;
	} else {
		b->data = xrealloc(b->data, cap, 1);
	}
	b->cap = cap;
}

int buf_add(struct buf *b, const void *bytes, size_t n)
{
	size_t room = buf_limit(b) - b->len;
	size_t fits = n < room ? n : room;

	buf_grow(b, b->len + fits);
	if (fits > 0)
		memcpy(b->data + b->len, bytes, fits);
	b->len += fits;
	b->data[b->len] = '\0';
	if (fits == n)
		return 0;
	b->cut = true;
	return ERR_LIMIT;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	int n, r;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->cut = true;
		return ERR_LIMIT;
	}
	r = buf_add(b, s, (size_t)n);
	OPENSSL_cleanse(s, (size_t)n);
	free(s);
	return r;
}

void buf_drain(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
	} else if (n > 0) {
		memmove(b->data, b->data + n, b->len - n);
		b->len -= n;
	}
	if (b->data)
		b->data[b->len] = '\0';
}

char *buf_take(struct buf *b)
{
	char *data = b->data ? b->data : xstrdup("");

	*b = (struct buf){.max = b->max};
	return data;
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}
