/* buf: bytes that grow up to a limit. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;  /* data[len] is always 0 once anything was added; NULL before */
	size_t len;  /* bytes */
	size_t cap;  /* bytes allocated */
	size_t max;  /* bytes at most; 0 means BUF_DEFAULT_MAX */
	bool cut;    /* something did not fit and was dropped */
};

#define BUF_DEFAULT_MAX ((size_t)64 << 20)

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b);              /* frees; may be used again with the same max */
void buf_reset(struct buf *b);              /* len = 0, keeps the memory */
void buf_wipe(struct buf *b);               /* OPENSSL_cleanse, then buf_clear */
/* The add functions return 0, or ERR_LIMIT when not all fitted (b->cut set, what fits is kept). */
int buf_add(struct buf *b, const void *bytes, size_t n);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drain(struct buf *b, size_t n);    /* drops the first n bytes */
char *buf_take(struct buf *b);              /* owned, 0-terminated, never NULL; b is empty after */
const char *buf_str(const struct buf *b);   /* "" when empty */

#endif
