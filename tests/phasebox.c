#include "tests/phasebox.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/err.h"

static char parent[64];

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void phasebox_remove(void)
{
	if (*parent)
		nftw(parent, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*parent = '\0';
}

const char *phasebox_parent(void)
{
	if (!*parent) {
		snprintf(parent, sizeof(parent), "/tmp/phasebox.XXXXXX");
		assert_non_null(mkdtemp(parent));
	}
	return parent;
}

void phasebox_write(const char *dir, const char *file, const char *text)
{
	char *path = xasprintf("%s/%s", dir, file);
	FILE *f;

	remove(path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0644), 0);
	free(path);
}

static void copy(const char *dir, const char *file, const struct change *c)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = xasprintf("%s/tests/phases/2-good/%s", top ? top : ".", file);
	size_t n;
	char *text = data_read(path, 1 << 20, &n, NULL);

	assert_non_null(text);
	if (c && c->file && strcmp(c->file, file) == 0) {
		char *at = strstr(text, c->find), *changed;

		if (!at)
			fail_msg("%s has no %s", file, c->find);
		*at = '\0';
		changed = xasprintf("%s%s%s", text, c->put, at + strlen(c->find));
		free(text);
		text = changed;
	}
	phasebox_write(dir, file, text);
	free(text);
	free(path);
}

char *phasebox_make(const struct change *c)
{
	char *dir = xasprintf("%s/2-good", phasebox_parent());

	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(mkdir(dir, 0755), 0);
	copy(dir, "phase.json", c);
	copy(dir, "touch-file.sh", c);
	copy(dir, "look.sh", c);
	return dir;
}
