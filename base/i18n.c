#include "base/i18n.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"

#define MO_MAGIC 0x950412deu
#define MO_MAX ((off_t)16 << 20) /* bytes of a catalogue */
#define MO_HEADER 28

/* The words are asked for everywhere and by every thread, and never change after the start. */
static struct {
	unsigned char *bytes;
	size_t len;
	uint32_t count, originals, translations; /* strings; offsets of the tables */
	bool swapped;
	bool plural_above_one; /* French: 0 and 1 are singular */
} catalogue;

static uint32_t number_at(size_t at)
{
	const unsigned char *p = catalogue.bytes + at;

	if (catalogue.swapped)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* String i of a table, or NULL when the catalogue is broken there. *len: its bytes, without the
 * final 0. */
static const char *string_at(uint32_t table, uint32_t i, size_t *len)
{
	size_t at = (size_t)table + (size_t)i * 8, offset;

	if (at + 8 > catalogue.len)
		return NULL;
	*len = number_at(at);
	offset = number_at(at + 4);
	if (offset >= catalogue.len || *len >= catalogue.len - offset ||
		catalogue.bytes[offset + *len] != 0)
		return NULL;
	return (const char *)catalogue.bytes + offset;
}

/* The translation of s (for a plural: of its first form), or NULL. Originals are sorted by
 * strcmp(). */
static const char *find(const char *s, size_t *len)
{
	uint32_t low = 0, high = catalogue.count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		size_t n;
		const char *original = string_at(catalogue.originals, mid, &n);
		int order = original ? strcmp(s, original) : 0;

		if (!original)
			return NULL;
		if (order == 0) {
			const char *found = string_at(catalogue.translations, mid, len);

			return found && *len > 0 ? found : NULL;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static void read_header(void)
{
	size_t len;
	const char *header = find("", &len);

	catalogue.plural_above_one = header && strstr(header, "n > 1") != NULL;
}

static bool read_all(int fd, size_t len)
{
	size_t have = 0;

	catalogue.bytes = xcalloc(1, len);
	while (have < len) {
		ssize_t n = read(fd, catalogue.bytes + have, len - have);

		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	catalogue.len = len;
	return true;
}

static bool check(void)
{
	if (number_at(0) != MO_MAGIC) {
		catalogue.swapped = true;
		if (number_at(0) != MO_MAGIC)
			return false;
	}
	catalogue.count = number_at(8);
	catalogue.originals = number_at(12);
	catalogue.translations = number_at(16);
	return true;
}

int i18n_open(const char *localedir, const char *lang)
{
	char *path;
	struct stat st;
	int fd;
	bool fine;

	free(catalogue.bytes);
	memset(&catalogue, 0, sizeof catalogue);
	if (strcmp(lang, "en") == 0)
		return 0;
	path = xasprintf("%s/%s/LC_MESSAGES/twistertui.mo", localedir, lang);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return ERR_IO;
	fine = fstat(fd, &st) == 0 && st.st_size >= MO_HEADER && st.st_size <= MO_MAX &&
	       read_all(fd, (size_t)st.st_size) && check();
	close(fd);
	if (!fine) {
		free(catalogue.bytes);
		memset(&catalogue, 0, sizeof catalogue);
		return ERR_IO;
	}
	read_header();
	return 0;
}

const char *i18n_language(void)
{
	static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "fr", 2) == 0 ? "fr" : "en";
	}
	return "en";
}

const char *i18n_text(const char *s)
{
	size_t len;
	const char *found = catalogue.count && *s ? find(s, &len) : NULL;

	return found ? found : s;
}

const char *i18n_plural(const char *one, const char *many, unsigned long n)
{
	size_t len, first;
	const char *found = catalogue.count ? find(one, &len) : NULL;
	bool plural = catalogue.plural_above_one && found ? n > 1 : n != 1;

	if (!found)
		return plural ? many : one;
	first = strlen(found);
	return plural && first < len ? found + first + 1 : found;
}
