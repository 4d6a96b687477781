/* mask: a secret that is new in every run, in every spelling, whole and split at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mask.h"

#define SECRET_SIZE 64

/* Fifteen random letters with, between them, what each encoding has to escape. */
static void new_secret(char out[SECRET_SIZE])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	static const char *const hard[] = {"'", "\"", "\\", "/", " ", "%", "\xc3\xa9", "\xf0\x9f\x98\x80",
		"&", "+", "\t", "$", "<", "=", "~"};
	unsigned char bits[30];
	struct buf b;

	assert_int_equal(getrandom(bits, sizeof bits, 0), sizeof bits);
	buf_init(&b, 0);
	for (int i = 0; i < 15; i++) {
		buf_addc(&b, letters[bits[i] % (sizeof letters - 1)]);
		if (bits[15 + i] % 2 || i == 7)
			buf_adds(&b, hard[bits[15 + i] / 2 % 15]);
	}
	snprintf(out, SECRET_SIZE, "%s", buf_str(&b));
	buf_clear(&b);
}

/* Encoders that share nothing with the masker's: libcrypto's base64, printf's hex. */
static void as_hex(struct buf *b, const char *s, const char *format)
{
	for (; *s; s++)
		buf_addf(b, strchr(format, 'x') ? "%02x" : "%02X", (unsigned char)*s);
}

static void as_url(struct buf *b, const char *s, bool upper, bool plus)
{
	for (; *s; s++) {
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *s))
			buf_addc(b, *s);
		else if (plus && *s == ' ')
			buf_addc(b, '+');
		else
			buf_addf(b, upper ? "%%%02X" : "%%%02x", (unsigned char)*s);
	}
}

static void as_json(struct buf *b, const char *s, bool ascii)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addf(b, "\\%c", *s);
		else if (*s == '\t')
			buf_adds(b, "\\t");
		else if (ascii && memcmp(s, "\xc3\xa9", 2) == 0)
			buf_adds(b, "\\u00e9"), s++;
		else if (ascii && strncmp(s, "\xf0\x9f\x98\x80", 4) == 0)
			buf_adds(b, "\\ud83d\\ude00"), s += 3;
		else
			buf_addc(b, *s);
	}
}

static void as_shell(struct buf *b, const char *s)
{
	buf_addc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addc(b, *s);
	}
	buf_addc(b, '\'');
}

static void as_base64(struct buf *b, const char *before, const char *s, const char *after, bool url)
{
	char *whole = xasprintf("%s%s%s", before, s, after);
	char *coded = xcalloc(strlen(whole) * 2 + 8, 1);

	EVP_EncodeBlock((unsigned char *)coded, (unsigned char *)whole, (int)strlen(whole));
	for (char *p = coded; url && *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	buf_adds(b, coded);
	free(coded);
	free(whole);
}

enum { SPELLINGS = 16 };

/* Everything of spelling `kind` that must not come out, into b. Base64: the letters that are the
 * secret's alone (two at each end may also hold bits of its neighbours). */
static void spell(struct buf *b, const char *secret, int kind)
{
	static const char *const neighbours[] = {"", "u", "u:"};

	switch (kind) {
	case 0:
		buf_adds(b, secret);
		return;
	case 1:
	case 2:
		as_hex(b, secret, kind == 1 ? "x" : "X");
		return;
	case 3:
	case 4:
	case 5:
		as_url(b, secret, kind == 3, kind == 5);
		return;
	case 6:
	case 7:
		as_json(b, secret, kind == 7);
		return;
	case 8:
		as_shell(b, secret);
		return;
	default:
		as_base64(b, neighbours[(kind - 9) % 3], secret, (kind - 9) % 2 ? "" : "@host", kind >= 12);
	}
}

/* How many bytes at most of a spelling stay visible: base64's letters shared with neighbours. */
static bool leaks(const char *masked, const char *spelled, int kind)
{
	size_t n = strlen(spelled), from = kind >= 9 ? 4 : 0, to = kind >= 9 ? n - 10 : n;
	char *inner;
	bool found;

	if (kind == 8) { /* the quotes around it may stay */
		from = 1;
		to = n - 1;
	}
	inner = xstrndup(spelled + from, to - from);
	found = strstr(masked, inner) != NULL;
	free(inner);
	return found;
}

/* s through a stream in two parts, or three when second is not 0. */
static char *streamed(struct mask *m, const char *s, size_t first, size_t second)
{
	struct mask_stream *stream = mask_stream_new(m);
	size_t n = strlen(s);
	struct buf out;

	buf_init(&out, 0);
	mask_stream_feed(stream, s, first, &out);
	mask_stream_feed(stream, s + first, second, &out);
	mask_stream_feed(stream, s + first + second, n - first - second, &out);
	mask_stream_end(stream, &out);
	return buf_take(&out);
}

static void every_spelling_split_everywhere(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		char secret[SECRET_SIZE];
		struct mask *m = mask_new();

		new_secret(secret);
		assert_true(mask_empty(m));
		assert_int_equal(mask_add(m, secret, strlen(secret)), 0);
		assert_false(mask_empty(m));
		for (int kind = 0; kind < SPELLINGS; kind++) {
			struct buf spelled;
			char *line, *whole;

			buf_init(&spelled, 0);
			spell(&spelled, secret, kind);
			line = xasprintf("-  \"pw\": \"%s\",\n+ error at %s", buf_str(&spelled),
				buf_str(&spelled));
			whole = mask_dup(m, line);
			if (leaks(whole, buf_str(&spelled), kind))
				fail_msg("spelling %d of \"%s\" came through: %s", kind, secret, whole);
			assert_non_null(strstr(whole, MASK_TEXT));
			assert_memory_equal(whole, "-  \"pw\": \"", 10);
			for (size_t at = 0; at <= strlen(line); at++) {
				char *split = streamed(m, line, at, 0);

				assert_string_equal(split, whole);
				free(split);
			}
			for (size_t at = 0; at + 3 <= strlen(line); at++) {
				char *split = streamed(m, line, at, 3);

				assert_string_equal(split, whole);
				free(split);
			}
			free(whole);
			free(line);
			buf_clear(&spelled);
		}
		mask_free(m);
	}
}

static void byte_by_byte(void **state)
{
	char secret[SECRET_SIZE];
	struct mask *m = mask_new();
	struct mask_stream *stream = mask_stream_new(m);
	struct buf out;
	char *line;

	(void)state;
	new_secret(secret);
	mask_add(m, secret, strlen(secret));
	line = xasprintf("<%s>%.3s<%s%s>", secret, secret, secret, secret);
	buf_init(&out, 0);
	for (const char *p = line; *p; p++)
		mask_stream_feed(stream, p, 1, &out);
	mask_stream_end(stream, &out);
	free(line);
	line = xasprintf("<[secret]>%.3s<[secret][secret]>", secret);
	assert_string_equal(buf_str(&out), line);
	free(line);
	buf_clear(&out);
	mask_free(m);
}

/* What cannot be a secret is not kept waiting: a prompt without a newline is seen at once. */
static void nothing_is_held_for_long(void **state)
{
	struct mask *m = mask_new();
	struct mask_stream *stream;
	struct buf out;

	(void)state;
	mask_add(m, "hunter22", 8);
	stream = mask_stream_new(m);
	buf_init(&out, 0);
	mask_stream_feed(stream, "Continue? ", 10, &out);
	assert_string_equal(buf_str(&out), "Continue? ");
	mask_stream_feed(stream, "hunt", 4, &out);
	assert_string_equal(buf_str(&out), "Continue? ");
	mask_stream_feed(stream, "ing", 3, &out);
	assert_string_equal(buf_str(&out), "Continue? hunting");
	mask_stream_feed(stream, "hunter", 6, &out);
	mask_stream_end(stream, &out); /* an end shows what was held */
	assert_string_equal(buf_str(&out), "Continue? huntinghunter");
	buf_clear(&out);
	mask_free(m);
}

static void overlapping_secrets(void **state)
{
	struct mask *m = mask_new();
	char *s;

	(void)state;
	mask_add(m, "abcd", 4);
	mask_add(m, "abcdefgh", 8);
	mask_add(m, "ghij", 4);
	s = mask_dup(m, "abcdefgh");
	assert_string_equal(s, "[secret]");
	free(s);
	s = mask_dup(m, "xabcdexabcdefghijx");
	assert_string_equal(s, "x[secret]ex[secret]x");
	free(s);
	for (size_t at = 0; at <= 18; at++) {
		s = streamed(m, "xabcdexabcdefghijx", at, 0);
		assert_string_equal(s, "x[secret]ex[secret]x");
		free(s);
	}
	mask_free(m);
}

/* "aaaa" in a run of a's: everything overlaps, nothing piles up. */
static void repeating_secret(void **state)
{
	struct mask *m = mask_new();
	struct mask_stream *stream;
	char part[1000];
	struct buf out;

	(void)state;
	memset(part, 'a', sizeof part);
	mask_add(m, part, 50);
	stream = mask_stream_new(m);
	buf_init(&out, 0);
	for (int i = 0; i < 300; i++)
		mask_stream_feed(stream, part, sizeof part, &out);
	mask_stream_feed(stream, "b", 1, &out);
	mask_stream_end(stream, &out);
	assert_string_equal(buf_str(&out), "[secret]b");
	buf_clear(&out);
	mask_free(m);
}

static void sizes_are_checked(void **state)
{
	struct mask *m = mask_new();
	char *big = xcalloc(MASK_HOLD + 1, 1);
	char *s;

	(void)state;
	memset(big, 'x', MASK_HOLD);
	assert_int_equal(mask_add(m, "abc", 3), ERR_USAGE);
	assert_int_equal(mask_add(m, "", 0), ERR_USAGE);
	assert_int_equal(mask_add(m, big, MASK_HOLD), ERR_LIMIT);
	assert_true(mask_empty(m));
	s = mask_dup(m, "abc stays");
	assert_string_equal(s, "abc stays");
	free(s);
	/* the largest, where each byte is a character that JSON may spell in six */
	memset(big, 0x01, MASK_HOLD / 8);
	assert_int_equal(mask_add(m, big, MASK_HOLD / 8), 0);
	big[MASK_HOLD / 8] = '\0';
	s = mask_dup(m, big);
	assert_string_equal(s, MASK_TEXT);
	free(s);
	free(big);
	mask_free(m);
	mask_free(NULL);
}

/* A secret that comes to be known while a stream runs is found from then on, in what is held too. */
static void secret_added_in_between(void **state)
{
	struct mask *m = mask_new();
	struct mask_stream *stream = mask_stream_new(m);
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	mask_stream_feed(stream, "late-secret ", 12, &out);
	mask_add(m, "late-secret", 11);
	mask_stream_feed(stream, "late-se", 7, &out);
	mask_stream_feed(stream, "cret", 4, &out);
	mask_stream_end(stream, &out);
	assert_string_equal(buf_str(&out), "late-secret [secret]");
	buf_clear(&out);
	mask_free(m);
}

static void bytes_with_zeros(void **state)
{
	static const char in[] = "a\0\xff" "tops3cret\0b", expected[] = "a\0\xff[secret]\0b";
	struct mask *m = mask_new();
	struct buf out;

	(void)state;
	mask_add(m, "tops3cret", 9);
	buf_init(&out, 0);
	mask_bytes(m, in, sizeof in - 1, &out);
	assert_int_equal(out.len, sizeof expected - 1);
	assert_memory_equal(out.data, expected, out.len);
	buf_clear(&out);
	mask_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_split_everywhere),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(nothing_is_held_for_long),
		cmocka_unit_test(overlapping_secrets),
		cmocka_unit_test(repeating_secret),
		cmocka_unit_test(sizes_are_checked),
		cmocka_unit_test(secret_added_in_between),
		cmocka_unit_test(bytes_with_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
