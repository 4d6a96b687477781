/* Words: a catalogue read by ourselves, whole and broken, without any locale. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/i18n.h"

static char dir[64];
static char *path;

/* A catalogue as msgfmt writes it; strings sorted, lengths given for the plural's 0 inside. */
static const struct {
	const char *original;
	size_t original_len;
	const char *translation;
	size_t translation_len;
} entries[] = {
	{"", 0, "Plural-Forms: nplurals=2; plural=(n > 1);\n", 42},
	{"%d pod\0%d pods", 14, "%d pod fr\0%d pods fr", 20},
	{"Disks", 5, "Disques", 7},
	{"Untranslated", 12, "", 0},
	{"Zebra", 5, "Z\303\250bre", 6},
};
#define COUNT 5

static void put(unsigned char *p, uint32_t v, bool big)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * (big ? 3 - i : i));
}

static size_t build(unsigned char *out, bool big)
{
	size_t at = 28 + 16 * COUNT;

	memset(out, 0, 4096);
	put(out, 0x950412de, big);
	put(out + 8, COUNT, big);
	put(out + 12, 28, big);
	put(out + 16, 28 + 8 * COUNT, big);
	for (uint32_t i = 0; i < COUNT; i++) {
		put(out + 28 + 8 * i, (uint32_t)entries[i].original_len, big);
		put(out + 32 + 8 * i, (uint32_t)at, big);
		memcpy(out + at, entries[i].original, entries[i].original_len);
		at += entries[i].original_len + 1;
		put(out + 28 + 8 * COUNT + 8 * i, (uint32_t)entries[i].translation_len, big);
		put(out + 32 + 8 * COUNT + 8 * i, (uint32_t)at, big);
		memcpy(out + at, entries[i].translation, entries[i].translation_len);
		at += entries[i].translation_len + 1;
	}
	return at;
}

static void save(const unsigned char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static int open_dir(void **state)
{
	char *sub;

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/twistertui-i18n-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	sub = xasprintf("%s/fr", dir);
	mkdir(sub, 0700);
	free(sub);
	sub = xasprintf("%s/fr/LC_MESSAGES", dir);
	mkdir(sub, 0700);
	path = xasprintf("%s/twistertui.mo", sub);
	free(sub);
	return 0;
}

static int close_dir(void **state)
{
	char *sub = xasprintf("%s/fr/LC_MESSAGES", dir);

	(void)state;
	unlink(path);
	rmdir(sub);
	*strrchr(sub, '/') = '\0';
	rmdir(sub);
	rmdir(dir);
	free(sub);
	free(path);
	i18n_open(dir, "en");
	return 0;
}

static void test_words(void **state)
{
	static unsigned char bytes[4096];

	(void)state;
	setlocale(LC_ALL, "C"); /* no locale has a part in it */
	for (int big = 0; big < 2; big++) {
		save(bytes, build(bytes, big));
		assert_int_equal(i18n_open(dir, "fr"), 0);
		assert_string_equal(i18n_text("Disks"), "Disques");
		assert_string_equal(i18n_text("Zebra"), "Z\303\250bre");
		assert_string_equal(i18n_text("Untranslated"), "Untranslated");
		assert_string_equal(i18n_text("not there"), "not there");
		assert_string_equal(i18n_text(""), "");
		assert_string_equal(i18n_plural("%d pod", "%d pods", 0), "%d pod fr");
		assert_string_equal(i18n_plural("%d pod", "%d pods", 1), "%d pod fr");
		assert_string_equal(i18n_plural("%d pod", "%d pods", 2), "%d pods fr");
		assert_string_equal(i18n_plural("%d cat", "%d cats", 0), "%d cats");
	}
	assert_int_equal(i18n_open(dir, "en"), 0);
	assert_string_equal(i18n_text("Disks"), "Disks");
	assert_string_equal(i18n_plural("%d pod", "%d pods", 0), "%d pods");
	assert_true(i18n_open(dir, "de") < 0);
	assert_string_equal(i18n_text("Disks"), "Disks");
}

/* Cut anywhere, any byte changed: words or no words, never a read outside (ASan looks on). */
static void test_broken_catalogues(void **state)
{
	static unsigned char bytes[4096], whole[4096];
	size_t n = build(whole, false);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		save(whole, cut);
		i18n_open(dir, "fr");
		assert_non_null(i18n_text("Disks"));
		assert_non_null(i18n_plural("%d pod", "%d pods", 2));
	}
	for (size_t i = 0; i < 28 + 16 * COUNT; i++) {
		memcpy(bytes, whole, n);
		bytes[i] ^= 0xff;
		save(bytes, n);
		i18n_open(dir, "fr");
		assert_non_null(i18n_text("Disks"));
		assert_non_null(i18n_text("Zebra"));
		assert_non_null(i18n_plural("%d pod", "%d pods", 2));
	}
}

static void test_language(void **state)
{
	(void)state;
	unsetenv("LANGUAGE");
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	setenv("LANG", "fr_FR.UTF-8", 1);
	assert_string_equal(i18n_language(), "fr");
	setenv("LC_ALL", "C.UTF-8", 1);
	assert_string_equal(i18n_language(), "en");
	setenv("LANGUAGE", "fr:en", 1);
	assert_string_equal(i18n_language(), "fr");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_broken_catalogues),
		cmocka_unit_test(test_language),
	};

	return cmocka_run_group_tests(tests, open_dir, close_dir);
}
