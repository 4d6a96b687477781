/*
 * mask: takes known secrets out of bytes before they are written or shown.
 *
 * A secret is looked for as it stands, base64 (all three alignments), URL-encoded (RFC 3986, both cases),
 * JSON-escaped, shell single-quoted, and hex; secrets shorter than MASK_MIN bytes are refused. A stream
 * holds back what may be the beginning of a secret (an unfinished line, at most MASK_HOLD bytes), so that
 * one split across reads is found. The replacement is MASK_TEXT.
 */
#ifndef BASE_MASK_H
#define BASE_MASK_H

#include <stdbool.h>
#include <stddef.h>

#define MASK_TEXT "[secret]"
#define MASK_MIN 4
#define MASK_HOLD ((size_t)64 << 10)

struct buf;
struct mask;        /* the set of secrets; locked against concurrent use */
struct mask_stream; /* one stream's held-back bytes */

struct mask *mask_new(void);
void mask_free(struct mask *m); /* wipes */
/* Remembers a secret and all its encodings. Returns 0, or ERR_USAGE when shorter than MASK_MIN. */
int mask_add(struct mask *m, const char *secret, size_t n);
bool mask_empty(struct mask *m);

/* Whole text at once: appends the masked bytes to out. */
void mask_bytes(struct mask *m, const void *bytes, size_t n, struct buf *out);
char *mask_dup(struct mask *m, const char *s); /* owned */

struct mask_stream *mask_stream_new(struct mask *m);
/* Appends to out what can no longer belong to a secret. */
void mask_stream_feed(struct mask_stream *s, const void *bytes, size_t n, struct buf *out);
/* The rest; s is freed. */
void mask_stream_end(struct mask_stream *s, struct buf *out);
/* Gives up what is held back; the mask itself may be gone already. NULL is fine. */
void mask_stream_drop(struct mask_stream *s);

#endif
