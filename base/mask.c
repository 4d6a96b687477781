#include "base/mask.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"

/* A secret's longest encoding (\uXXXX for each byte, six times its size) must fit in what may be held. */
#define SECRET_MAX (MASK_HOLD / 8)

struct pattern {
	char *bytes;
	size_t len;
};

struct mask {
	pthread_mutex_t lock;
	struct pattern *patterns;
	size_t count;
	size_t cap;
	/* Bit b0 * 256 + b1 is set when a pattern begins with b0 b1; first[b0] when one begins with b0. */
	unsigned char pairs[65536 / 8];
	bool first[256];
};

struct mask_stream {
	struct mask *mask;
	struct buf held;  /* from the first byte that may begin a secret that goes on */
	size_t covered;   /* bytes of held that belong to a secret whose MASK_TEXT is already out */
};

struct mask *mask_new(void)
{
	struct mask *m = xcalloc(1, sizeof *m);

	pthread_mutex_init(&m->lock, NULL);
	return m;
}

void mask_free(struct mask *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		OPENSSL_cleanse(m->patterns[i].bytes, m->patterns[i].len);
		free(m->patterns[i].bytes);
	}
	free(m->patterns);
	pthread_mutex_destroy(&m->lock);
	OPENSSL_cleanse(m, sizeof *m);
	free(m);
}

bool mask_empty(struct mask *m)
{
	bool empty;

	pthread_mutex_lock(&m->lock);
	empty = m->count == 0;
	pthread_mutex_unlock(&m->lock);
	return empty;
}

/* --- a secret's spellings ---------------------------------------------------------------------- */

/* Takes what was spelled in b as a pattern, and empties b. Too short ones would hide half of a log. */
static void pattern_add(struct mask *m, struct buf *b)
{
	const unsigned char *u = (const unsigned char *)b->data;
	bool known = b->len < MASK_MIN;

	for (size_t i = 0; !known && i < m->count; i++)
		known = m->patterns[i].len == b->len && memcmp(m->patterns[i].bytes, u, b->len) == 0;
	if (!known) {
		struct pattern *p;

		if (m->count == m->cap) {
			m->cap = m->cap ? m->cap * 2 : 16;
			m->patterns = xrealloc(m->patterns, m->cap, sizeof *m->patterns);
		}
		m->first[u[0]] = true;
		m->pairs[u[0] * 32 + u[1] / 8] |= (unsigned char)(1 << u[1] % 8);
		p = &m->patterns[m->count++];
		p->len = b->len;
		p->bytes = xcalloc(b->len, 1);
		memcpy(p->bytes, b->data, b->len);
	}
	buf_wipe(b);
}

/*
 * The letters of base64 that the secret alone decides when `before` bytes (0..2) stand before it in
 * their group of three. One letter is six bits; those that share bits with a neighbour are left out.
 *     before 1:  |xxxxxx|xxssss|ssssss|...   the secret's first whole letter begins at its bit 4
 */
static void spell_base64(struct buf *b, const unsigned char *s, size_t n, int before, const char *last)
{
	static const size_t first_bit[] = {0, 4, 2};
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t bit = first_bit[before]; bit + 6 <= n * 8; bit += 6) {
		unsigned two = (unsigned)s[bit / 8] << 8 | (bit / 8 + 1 < n ? s[bit / 8 + 1] : 0);
		unsigned six = two >> (10 - bit % 8) & 63;

		buf_addc(b, six < 62 ? letters[six] : last[six - 62]);
	}
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == '.' || c == '_' || c == '~';
}

static void spell_url(struct buf *b, const unsigned char *s, size_t n, bool upper, bool plus)
{
	for (size_t i = 0; i < n; i++) {
		if (is_unreserved(s[i]))
			buf_addc(b, (char)s[i]);
		else if (plus && s[i] == ' ')
			buf_addc(b, '+');
		else
			buf_addf(b, upper ? "%%%02X" : "%%%02x", (unsigned)s[i]);
	}
}

static void spell_hex(struct buf *b, const unsigned char *s, size_t n, bool upper)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, upper ? "%02X" : "%02x", (unsigned)s[i]);
}

enum json_style {
	JSON_PLAIN = 0,
	JSON_SLASH = 1, /* "\/" */
	JSON_ASCII = 2, /* what is not ASCII as \uXXXX */
	JSON_UPPER = 4, /* its hex digits in capitals */
};

static void spell_json_unit(struct buf *b, unsigned unit, int style)
{
	buf_addf(b, style & JSON_UPPER ? "\\u%04X" : "\\u%04x", unit);
}

/* Bytes of the UTF-8 character at s and its number; a byte that begins none stands for itself. */
static size_t json_character(const unsigned char *s, size_t n, uint32_t *code)
{
	size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 1;

	*code = s[0];
	if (len == 1 || len > n)
		return 1;
	*code = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++)
		*code = *code << 6 | (s[i] & 0x3f);
	return len;
}

static void spell_json(struct buf *b, const unsigned char *s, size_t n, int style)
{
	static const char plain[] = "\"\\\b\f\n\r\t", escaped[] = "\"\\bfnrt";

	for (size_t i = 0; i < n;) {
		const char *known = s[i] ? strchr(plain, s[i]) : NULL;
		uint32_t code;
		size_t len = json_character(s + i, n - i, &code);

		if (known)
			buf_addf(b, "\\%c", escaped[known - plain]);
		else if (s[i] == '/' && style & JSON_SLASH)
			buf_adds(b, "\\/");
		else if (s[i] < 0x20)
			spell_json_unit(b, s[i], style);
		else if (s[i] < 0x80 || !(style & JSON_ASCII))
			buf_add(b, s + i, len);
		else if (code < 0x10000)
			spell_json_unit(b, code, style);
		else {
			spell_json_unit(b, 0xd800 + ((code - 0x10000) >> 10), style);
			spell_json_unit(b, 0xdc00 + ((code - 0x10000) & 0x3ff), style);
		}
		i += len;
	}
}

/* The inside of '…', with each quote spelled as `quote`. */
static void spell_shell(struct buf *b, const unsigned char *s, size_t n, const char *quote)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			buf_adds(b, quote);
		else
			buf_addc(b, (char)s[i]);
	}
}

int mask_add(struct mask *m, const char *secret, size_t n)
{
	const unsigned char *s = (const unsigned char *)secret;
	struct buf b;

	if (n < MASK_MIN)
		return ERR_USAGE;
	if (n > SECRET_MAX)
		return ERR_LIMIT;
	buf_init(&b, MASK_HOLD);
	pthread_mutex_lock(&m->lock);
	buf_add(&b, s, n);
	pattern_add(m, &b);
	for (int before = 0; before < 3; before++) {
		spell_base64(&b, s, n, before, "+/");
		pattern_add(m, &b);
		spell_base64(&b, s, n, before, "-_");
		pattern_add(m, &b);
	}
	for (int upper = 0; upper < 2; upper++) {
		spell_hex(&b, s, n, upper);
		pattern_add(m, &b);
		spell_url(&b, s, n, upper, false);
		pattern_add(m, &b);
		spell_url(&b, s, n, upper, true);
		pattern_add(m, &b);
	}
	for (int style = 0; style < 8; style++) {
		spell_json(&b, s, n, style);
		pattern_add(m, &b);
	}
	spell_shell(&b, s, n, "'\\''");
	pattern_add(m, &b);
	spell_shell(&b, s, n, "'\"'\"'");
	pattern_add(m, &b);
	pthread_mutex_unlock(&m->lock);
	return 0;
}

/* --- looking for them -------------------------------------------------------------------------- */

/* May a pattern begin with the n > 0 bytes at p? (One byte at the end of what is known: perhaps.) */
static bool may_begin(const struct mask *m, const unsigned char *p, size_t n)
{
	if (n == 1)
		return m->first[p[0]];
	return m->pairs[p[0] * 32 + p[1] / 8] >> p[1] % 8 & 1;
}

/* Bytes of the longest pattern that stands at p; *open when one may, once more has come. */
static size_t longest_at(const struct mask *m, const unsigned char *p, size_t n, bool *open)
{
	size_t longest = 0;

	*open = false;
	if (!may_begin(m, p, n))
		return 0;
	for (size_t i = 0; i < m->count; i++) {
		const struct pattern *t = &m->patterns[i];
		size_t len = t->len < n ? t->len : n;

		if (memcmp(t->bytes, p, len) != 0)
			continue;
		if (len < t->len)
			*open = true;
		else if (len > longest)
			longest = len;
	}
	return longest;
}

/*
 * Appends the masked form of the n bytes at p, the first *covered of which are a secret that has been
 * replaced already. Secrets that overlap become one MASK_TEXT. Unless `last`, stops at the first byte
 * from which one may go on beyond what is known, and leaves in *covered what of the rest is hidden.
 * Returns the bytes that are done with.
 */
static size_t scan(struct mask *m, const unsigned char *p, size_t n, size_t *covered, bool last,
	struct buf *out)
{
	size_t hidden = *covered; /* up to here */
	size_t shown = *covered;  /* what is in out, in the clear or hidden */
	size_t i;

	for (i = 0; i < n; i++) {
		bool open;
		size_t len = longest_at(m, p + i, n - i, &open);

		if (open && !last)
			break;
		if (len == 0 || i + len <= hidden)
			continue;
		if (i >= hidden) {
			buf_add(out, p + shown, i - shown);
			buf_adds(out, MASK_TEXT);
		}
		hidden = shown = i + len;
	}
	if (i > shown) {
		buf_add(out, p + shown, i - shown);
		shown = i;
	}
	*covered = shown - i;
	return i;
}

void mask_bytes(struct mask *m, const void *bytes, size_t n, struct buf *out)
{
	size_t covered = 0;

	pthread_mutex_lock(&m->lock);
	scan(m, bytes, n, &covered, true, out);
	pthread_mutex_unlock(&m->lock);
}

char *mask_dup(struct mask *m, const char *s)
{
	struct buf out;

	buf_init(&out, 0);
	mask_bytes(m, s, strlen(s), &out);
	return buf_take(&out);
}

struct mask_stream *mask_stream_new(struct mask *m)
{
	struct mask_stream *s = xcalloc(1, sizeof *s);

	s->mask = m;
	buf_init(&s->held, 0);
	return s;
}

static void stream_scan(struct mask_stream *s, bool last, struct buf *out)
{
	size_t done;

	pthread_mutex_lock(&s->mask->lock);
	done = scan(s->mask, (const unsigned char *)buf_str(&s->held), s->held.len, &s->covered, last, out);
	pthread_mutex_unlock(&s->mask->lock);
	buf_drain(&s->held, done);
}

void mask_stream_feed(struct mask_stream *s, const void *bytes, size_t n, struct buf *out)
{
	const char *p = bytes;

	while (n > 0) {
		size_t part = n < MASK_HOLD ? n : MASK_HOLD;

		buf_add(&s->held, p, part);
		stream_scan(s, false, out);
		p += part;
		n -= part;
	}
}

void mask_stream_end(struct mask_stream *s, struct buf *out)
{
	if (!s)
		return;
	stream_scan(s, true, out);
	buf_wipe(&s->held);
	free(s);
}

void mask_stream_drop(struct mask_stream *s)
{
	if (!s)
		return;
	buf_wipe(&s->held);
	free(s);
}
