/* text: every byte from outside, made harmless. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

#define BAD "\xef\xbf\xbd"
#define CUT "\xe2\x80\xa6"

/* Bytes in, text out; n < 0 means strlen. */
struct sample {
	const char *in;
	int n;
	const char *field; /* text_clean */
	const char *lines; /* text_clean_lines; NULL: the same */
};

static const struct sample samples[] = {
	{"plain ASCII ~!", -1, "plain ASCII ~!", NULL},
	{"", -1, "", NULL},
	{"d\xc3\xa9j\xc3\xa0 \xe2\x9c\x93 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80", -1,
		"d\xc3\xa9j\xc3\xa0 \xe2\x9c\x93 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80", NULL},

	/* bad UTF-8: each bad byte is one U+FFFD */
	{"a\xff" "b", -1, "a" BAD "b", NULL},
	{"\xc0\xaf", -1, BAD BAD, NULL},                 /* overlong '/' */
	{"\xe0\x80\xaf", -1, BAD BAD BAD, NULL},         /* overlong, three bytes */
	{"\xf0\x80\x80\xaf", -1, BAD BAD BAD BAD, NULL}, /* overlong, four */
	{"\xc0\x9b" "31m", -1, BAD BAD "31m", NULL},     /* overlong CSI */
	{"\xc1\x9b", -1, BAD BAD, NULL},
	{"\xe0\x82\x9b" "2J", -1, BAD BAD BAD "2J", NULL},
	{"\xed\xa0\x80", -1, BAD BAD BAD, NULL},         /* lone surrogate */
	{"\xed\xbf\xbf", -1, BAD BAD BAD, NULL},
	{"\xed\xa0\xbd\xed\xb8\x80", -1, BAD BAD BAD BAD BAD BAD, NULL}, /* CESU-8 */
	{"\xf4\x90\x80\x80", -1, BAD BAD BAD BAD, NULL}, /* U+110000 */
	{"\xf8\x88\x80\x80\x80", -1, BAD BAD BAD BAD BAD, NULL},
	{"\xfe\xff", -1, BAD BAD, NULL},
	{"\x80", -1, BAD, NULL},
	{"caf\xc3", -1, "caf" BAD, NULL}, /* ends inside a character */
	{"\xe2\x82", -1, BAD BAD, NULL},
	{"\xf0\x9f\x98", -1, BAD BAD BAD, NULL},
	{"\xc3(", -1, BAD "(", NULL},
	{"\xe2\x82\x1b[2Jx", -1, BAD BAD "x", NULL}, /* ESC inside a character */

	/* CSI */
	{"\x1b[31mred\x1b[0m", -1, "red", NULL},
	{"\x1b[1;2;38:5:9mx", -1, "x", NULL},
	{"\x1b[?1049hx\x1b[!px", -1, "xx", NULL},
	{"\x1b[2J\x1b[H#", -1, "#", NULL},
	{"a\x1b[", -1, "a", NULL},
	{"a\x1b[12;3", -1, "a", NULL},
	{"a\x1b[12\x1b[3mb", -1, "ab", NULL}, /* one in the middle of another */
	{"a\x1b[12\xc3\xa9" "b", -1, "a\xc3\xa9" "b", NULL},
	{"a\x1b[3\nb", -1, "a b", "a\nb"},

	/* other escapes */
	{"\x1b(Bx\x1b)0y\x1b#8z", -1, "xyz", NULL},
	{"\x1b" "cx\x1b=y\x1b>z\x1b" "7\x1b" "8", -1, "xyz", NULL},
	{"x\x1b", -1, "x", NULL},
	{"x\x1b\x1b\x1b[mz", -1, "xz", NULL},
	{"\x1b%Gx", -1, "x", NULL},

	/* OSC, DCS, SOS, PM, APC */
	{"a\x1b]0;title\ab", -1, "ab", NULL},
	{"a\x1b]0;title\x1b\\b", -1, "ab", NULL},
	{"a\x1b]52;c;cm0gLXJmIC8=\ab", -1, "ab", NULL},
	{"a\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\b", -1, "alinkb", NULL},
	{"a\x1bP+q544e\x1b\\b", -1, "ab", NULL},
	{"a\x1bXsos\x1b\\b\x1b^pm\x1b\\c\x1b_apc\x1b\\d", -1, "abcd", NULL},
	{"a\x1b]0;never ends", -1, "a", NULL},
	{"a\x1b]0;never ends\nnext line", -1, "a next line", "a\nnext line"},
	{"a\x1bP1$r\nnext", -1, "a next", "a\nnext"},
	{"a\x1b]0;x\x1b[31mb", -1, "ab", NULL}, /* ended by another sequence */
	{"a\x1b]0;x\x18" "b", -1, "ab", NULL},
	{"a\x1b]0;x\xc2\x9c" "b", -1, "ab", NULL},

	/* C1: as UTF-8 they begin sequences, as raw bytes they are bad UTF-8 */
	{"a\xc2\x9b" "31mb", -1, "ab", NULL},
	{"a\xc2\x9d" "0;t\ab", -1, "ab", NULL},
	{"a\xc2\x90q\xc2\x9c" "b", -1, "ab", NULL},
	{"a\xc2\x85" "b\xc2\x8d" "c\xc2\x80\xc2\x9f", -1, "abc", NULL},
	{"a\x9b" "31mb", -1, "a" BAD "31mb", NULL},
	{"a\x9d" "0;t\x9c", -1, "a" BAD "0;t" BAD, NULL},

	/* C0 and DEL */
	{"a\0b", 3, "ab", NULL},
	{"a\a\b\v\f\x0e\x0f\x11\x13\x1a\x7f" "b", -1, "ab", NULL},
	{"one\ntwo\n", -1, "one two ", "one\ntwo\n"},
	{"one\r\ntwo\r\n", -1, "one two ", "one\ntwo\n"},
	{"10%\r20%\n", -1, "10% 20% ", "20%\n"},
	{"10%\r20%\r", -1, "10% 20% ", "20%"},
	{"a\n10%\r\r\nb", -1, "a 10%  b", "a\n10%\nb"},
	{"long line\rx", -1, "long line x", "x"},
	{"keep\nlong\r\x1b[Kx\n", -1, "keep long x ", "keep\nx\n"},
	{"\r\r\rx", -1, "   x", "x"},
	{"abc\r\tx", -1, "abc     x", "        x"},

	/* tabs */
	{"\tx", -1, "        x", NULL},
	{"1234567\tx", -1, "1234567 x", NULL},
	{"12345678\tx", -1, "12345678        x", NULL},
	{"\xc3\xa9\tx", -1, "\xc3\xa9       x", NULL},
	{"\xe6\x97\xa5\tx", -1, "\xe6\x97\xa5      x", NULL}, /* two columns wide */
	{"a\nb\tx", -1, "a b     x", "a\nb       x"},
	{"a\tb\tc", -1, "a       b       c", NULL},
	{"\x1b[31ma\x1b[0m\tb", -1, "a       b", NULL},

	/* bidi and the invisible */
	{"evil\xe2\x80\xae" "cod.exe", -1, "evilcod.exe", NULL},
	{"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae" "a", -1, "a", NULL},
	{"\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9" "a", -1, "a", NULL},
	{"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c" "a", -1, "a", NULL},
	{"pass\xe2\x80\x8bword\xe2\x80\x8c\xe2\x80\x8d\xef\xbb\xbf", -1, "password", NULL},
	{"so\xc2\xad" "ft", -1, "soft", NULL},
	{"a\xef\xb8\x8f" "b\xf3\xa0\x80\xa1" "c\xf3\xa0\x84\x80", -1, "abc", NULL},
	{"a\xe3\x85\xa4" "b\xef\xbe\xa0" "c\xe1\x85\x9f", -1, "abc", NULL},
	{"a\xe2\x80\xa8" "b\xe2\x80\xa9" "c", -1, "a b c", NULL},
	{"a\xef\xbf\xb9" "b\xef\xbf\xbb", -1, "ab", NULL},

	/* combining marks: none without a base, not more than a cell can hold */
	{"e\xcc\x81", -1, "e\xcc\x81", NULL},
	{"\xcc\x81" "e", -1, "e", NULL},
	{"a\n\xcc\x81" "e", -1, "a \xcc\x81" "e", "a\ne"},
	{"z\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81!", -1, "z\xcc\x81\xcc\x81\xcc\x81!", NULL},

	/* not assigned to any character, or not a character */
	{"a\xef\xbf\xbf" "b\xf0\xaf\xbf\xbf" "c", -1, "a" BAD "b" BAD "c", NULL},

	/* what matters to others but not here */
	{"$(reboot) `id` <#HL(300)> %s%n \\", -1, "$(reboot) `id` <#HL(300)> %s%n \\", NULL},
};

static char *cleaned(const struct sample *s, bool lines)
{
	struct buf b;
	size_t n = s->n < 0 ? strlen(s->in) : (size_t)s->n;

	buf_init(&b, 0);
	if (lines)
		text_clean_lines(&b, s->in, n, 1000);
	else
		text_clean(&b, s->in, n, 1000);
	return buf_take(&b);
}

static void samples_come_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		const struct sample *s = &samples[i];
		char *field = cleaned(s, false);
		char *lines = cleaned(s, true);

		if (strcmp(field, s->field) != 0)
			fail_msg("sample %zu: field is \"%s\", not \"%s\"", i, field, s->field);
		if (strcmp(lines, s->lines ? s->lines : s->field) != 0)
			fail_msg("sample %zu: lines are \"%s\"", i, lines);
		/* Text stays text. */
		assert_true(text_is_clean(field));
		free(field);
		free(lines);
	}
}

static void dirty_is_told(void **state)
{
	(void)state;
	assert_true(text_is_clean(""));
	assert_true(text_is_clean("plain"));
	assert_true(text_is_clean("caf\xc3\xa9 \xe2\x9c\x93"));
	assert_false(text_is_clean("tab\t"));
	assert_false(text_is_clean("line\n"));
	assert_false(text_is_clean("\x1b[m"));
	assert_false(text_is_clean("a\xe2\x80\x8b"));
	assert_false(text_is_clean("\xff"));
	assert_false(text_is_clean("\x7f"));
}

/* Nothing that a terminal would obey, whatever comes in. */
static void assert_harmless(const char *s, size_t n, bool lines)
{
	struct buf again;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20)
			assert_true(lines && c == '\n');
		assert_int_not_equal(c, 0x7f);
		if (c == 0xc2 && i + 1 < n)
			assert_true((unsigned char)s[i + 1] >= 0xa0);
	}
	/* A second pass changes nothing, so it is valid UTF-8 and complete. */
	buf_init(&again, 0);
	if (lines)
		text_clean_lines(&again, s, n, n);
	else
		text_clean(&again, s, n, n);
	assert_int_equal(again.len, n);
	assert_memory_equal(buf_str(&again), s, n);
	buf_clear(&again);
}

static void random_bytes_are_harmless(void **state)
{
	static const char *const bits[] = {"\x1b", "\x1b[", "\x1b]", "\xc2\x9b", "\xe2\x80\xae", "\r", "\n",
		"\t", "\xcc\x81", "\xe6\x97\xa5", "\xed\xa0\x80", "\a", "31m", "\x1b\\", "\xff", "a", " ",
		"\xf0\x9f\x98\x80", "\xc2", "\xe2\x80", ";", "\x18", "long ASCII run that goes on"};
	unsigned seed = (unsigned)time(NULL);

	(void)state;
	print_message("seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 20000; round++) {
		struct buf in, out;
		size_t max = 1 + (size_t)random() % 80;

		buf_init(&in, 0);
		buf_init(&out, 0);
		for (long k = random() % 12; k >= 0; k--) {
			if (random() % 3 == 0)
				buf_addc(&in, (char)random());
			else
				buf_adds(&in, bits[(size_t)random() % (sizeof bits / sizeof bits[0])]);
		}
		text_clean(&out, in.data, in.len, max);
		assert_true(out.len <= max);
		assert_harmless(buf_str(&out), out.len, false);
		buf_reset(&out);
		text_clean_lines(&out, in.data, in.len, max);
		assert_true(out.len <= max);
		assert_harmless(buf_str(&out), out.len, true);
		buf_clear(&in);
		buf_clear(&out);
	}
}

static void assert_cut(const char *in, size_t max, const char *expected)
{
	struct buf b;

	buf_init(&b, 0);
	text_clean(&b, in, strlen(in), max);
	assert_string_equal(buf_str(&b), expected);
	buf_clear(&b);
}

static void cut_falls_between_characters(void **state)
{
	(void)state;
	assert_cut("123456789", 9, "123456789");
	assert_cut("1234567890", 9, "123456" CUT);
	assert_cut("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 8, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
	assert_cut("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 7, "\xc3\xa9\xc3\xa9" CUT);
	assert_cut("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 6, "\xc3\xa9" CUT);
	assert_cut("\xe6\x97\xa5\xe6\x9c\xac", 5, CUT);
	assert_cut("abcdef", 3, CUT);
	assert_cut("abcdef", 2, "ab"); /* no room for the mark */
	assert_cut("abcdef", 0, "");
	assert_cut("abc\x1b[31m\x1b[0m", 3, "abc"); /* what follows adds nothing: not a cut */
}

static void cut_counts_from_the_end_of_out(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_adds(&b, "before: ");
	text_clean(&b, "0123456789", 10, 6);
	assert_string_equal(buf_str(&b), "before: 012" CUT);
	text_clean_lines(&b, "x\ry", 3, 10);
	assert_string_equal(buf_str(&b), "before: 012" CUT "y"); /* \r goes no further than its own text */
	buf_clear(&b);
}

static void full_buffer_is_no_disaster(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	text_clean(&b, "0123456789", 10, 100);
	assert_string_equal(buf_str(&b), "01" CUT);
	assert_true(b.cut);
	text_clean(&b, "more", 4, 100);
	assert_string_equal(buf_str(&b), "01" CUT);
	buf_clear(&b);
	/* no half character, and what is cut by the caller's own limit does not mark the buffer */
	buf_init(&b, 4);
	text_clean(&b, "\xe6\x97\xa5\xe6\x9c\xac", 6, 100);
	assert_string_equal(buf_str(&b), CUT);
	buf_clear(&b);
	buf_init(&b, 10);
	text_clean(&b, "0123456789", 10, 5);
	assert_false(b.cut);
	buf_clear(&b);
}

static void copies_are_bounded(void **state)
{
	size_t n = 3 * TEXT_FIELD_MAX;
	char *big = xcalloc(n + 1, 1);
	char *copy;

	(void)state;
	memset(big, 'x', n);
	copy = text_dup(big);
	assert_int_equal(strlen(copy), TEXT_FIELD_MAX);
	assert_string_equal(copy + TEXT_FIELD_MAX - 3, CUT);
	free(copy);
	copy = text_dup(NULL);
	assert_string_equal(copy, "");
	free(copy);
	copy = text_dupn("a\0b\x1b[mc", 8);
	assert_string_equal(copy, "abc");
	free(copy);
	free(big);
}

static void columns_are_counted(void **state)
{
	static const char wide[] = "a\xc3\xa9\xe6\x97\xa5z"; /* widths 1 1 2 1 */
	int used;

	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width(wide), 5);
	assert_int_equal(text_width("e\xcc\x81x"), 2);

	assert_int_equal(text_prefix(wide, 0, &used), 0);
	assert_int_equal(text_prefix(wide, 2, &used), 3);
	assert_int_equal(used, 2);
	assert_int_equal(text_prefix(wide, 3, &used), 3); /* the wide one does not fit by half */
	assert_int_equal(used, 2);
	assert_int_equal(text_prefix(wide, 4, &used), 6);
	assert_int_equal(used, 4);
	assert_int_equal(text_prefix(wide, 99, NULL), 7);
	assert_int_equal(text_prefix("e\xcc\x81x", 1, &used), 3); /* a mark goes with its base */
	assert_int_equal(used, 1);

	assert_int_equal(text_suffix(wide, 99, &used), 0);
	assert_int_equal(used, 5);
	assert_int_equal(text_suffix(wide, 3, &used), 3);
	assert_int_equal(used, 3);
	assert_int_equal(text_suffix(wide, 2, &used), 6);
	assert_int_equal(used, 1);
	assert_int_equal(text_suffix(wide, 0, &used), 7);
	assert_int_equal(used, 0);
	assert_int_equal(text_suffix("e\xcc\x81x", 1, &used), 3);
	assert_int_equal(used, 1);
}

/* Not a benchmark: it only fails when the byte machine has become a crawl. */
static void log_text_is_fast(void **state)
{
	static const char line[] = "Feb  4 12:00:01 edge kernel: [12345.678901] EXT4-fs (dm-0): mounted\n"
				   "\x1b[32m\xe2\x97\x8f\x1b[0m d\xc3\xa9j\xc3\xa0 docker.service - active\n";
	size_t n = (size_t)16 << 20;
	char *big = xcalloc(n, 1);
	struct timespec from, to;
	struct buf out;
	double seconds;

	(void)state;
	for (size_t i = 0; i < n; i++)
		big[i] = line[i % (sizeof line - 1)];
	buf_init(&out, 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	text_clean_lines(&out, big, n, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("%.0f MB/s\n", (double)n / 1e6 / seconds);
	if (!getenv("SANITIZED") || !*getenv("SANITIZED"))
		assert_true(seconds < 1.0);
	buf_clear(&out);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_come_out),
		cmocka_unit_test(dirty_is_told),
		cmocka_unit_test(random_bytes_are_harmless),
		cmocka_unit_test(cut_falls_between_characters),
		cmocka_unit_test(cut_counts_from_the_end_of_out),
		cmocka_unit_test(full_buffer_is_no_disaster),
		cmocka_unit_test(copies_are_bounded),
		cmocka_unit_test(columns_are_counted),
		cmocka_unit_test(log_text_is_fast),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
