/* Profiles: written, and listed with the aliases of ssh_config. */
#include "backends/host_private.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/ssh_config.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

/* These live in fields of struct host; the others only among its settings. */
static const char *const field_keys[] = {"address", "user", "port", "jump", "identity", "sudo"};
#define NFIELDS (sizeof field_keys / sizeof field_keys[0])

/* --- saving ---------------------------------------------------------------------------------- */

/* What is to stand for a key in the file, owned, or NULL: nothing. */
static char *value_now(const struct host *h, const char *key)
{
	const char *field = strcmp(key, "address") == 0    ? h->address
			    : strcmp(key, "user") == 0     ? h->user
			    : strcmp(key, "jump") == 0     ? h->jump
			    : strcmp(key, "identity") == 0 ? h->identity
							   : NULL;

	if (strcmp(key, "port") == 0)
		return h->port > 0 ? xasprintf("%d", h->port) : NULL;
	if (strcmp(key, "sudo") == 0)
		return h->sudo_never ? xstrdup("never") : NULL;
	for (size_t i = 0; !field && i < h->nsettings; i++)
		if (strcmp(h->settings[i].key, key) == 0)
			field = h->settings[i].value;
	return field ? xstrdup(field) : NULL;
}

static bool list_has(char **list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static void list_push(char ***list, size_t *n, const char *s)
{
	*list = xrealloc(*list, *n + 1, sizeof **list);
	(*list)[(*n)++] = xstrdup(s);
}

static void list_free(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

struct saving {
	struct buf out;
	char **written; /* keys that stand in out */
	size_t n;
};

static void save_key(const struct host *h, struct saving *s, const char *key)
{
	char *value = value_now(h, key);

	if (value && !list_has(s->written, s->n, key)) {
		buf_addf(&s->out, "%s = %s\n", key, value);
		list_push(&s->written, &s->n, key);
	}
	free(value);
}

/* A line of the file as it is: kept, or its value renewed. */
static void save_line(const struct host *h, struct saving *s, const char *line)
{
	char *copy = xstrdup(line), *key = host_trim(copy), *equals = strchr(key, '=');

	if (*key != '#' && equals) {
		*equals = '\0';
		key = host_trim(key);
	}
	if (*key && *key != '#' && equals && host_key_known(key))
		save_key(h, s, key);
	else
		buf_addf(&s->out, "%s\n", line);
	free(copy);
}

static void save_file(const struct host *h, struct saving *s)
{
	char *text = data_read(h->path, PROFILE_MAX, NULL, NULL), *line, *next;

	for (line = text; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		save_line(h, s, line);
	}
	free(text);
}

int host_save(struct host *h, struct err *e)
{
	struct saving s = {0};
	char *dir = host_profiles_dir();
	int rc;

	for (size_t i = 0; i < NFIELDS; i++) {
		char *value = value_now(h, field_keys[i]);
		const char *want = value ? host_value_wrong(field_keys[i], value) : NULL;

		free(value);
		if (want) {
			free(dir);
			return err_set(e, ERR_USAGE, _("%s should be %s"), field_keys[i], want);
		}
	}
	buf_init(&s.out, PROFILE_MAX * 2);
	if (!h->path)
		h->path = host_profile_path(h->name);
	rc = data_mkdir(dir, e);
	if (rc == 0) {
		save_file(h, &s);
		for (size_t i = 0; i < NFIELDS; i++)
			save_key(h, &s, field_keys[i]);
		for (size_t i = 0; i < h->nsettings; i++)
			save_key(h, &s, h->settings[i].key);
		rc = data_write(h->path, s.out.data ? s.out.data : "", s.out.len, e);
	}
	if (rc == 0)
		h->from_profile = h->known = true;
	list_free(s.written, s.n);
	buf_clear(&s.out);
	free(dir);
	return rc;
}

/* --- listing --------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_profiles(char ***list, size_t *n)
{
	char *path = host_profiles_dir();
	DIR *dir = opendir(path);
	const struct dirent *d;

	free(path);
	while (dir && (d = readdir(dir)))
		if (host_name_ok(d->d_name) && d->d_type != DT_DIR)
			list_push(list, n, d->d_name);
	if (dir)
		closedir(dir);
}

char **host_list(const char *ssh_config, size_t *n)
{
	char **list = NULL, **aliases;
	size_t naliases;

	*n = 0;
	list_profiles(&list, n);
	aliases = ssh_config_aliases(ssh_config, &naliases);
	for (size_t i = 0; i < naliases; i++)
		if (host_name_ok(aliases[i]) && !list_has(list, *n, aliases[i]))
			list_push(&list, n, aliases[i]);
	list_free(aliases, naliases);
	if (*n)
		qsort(list, *n, sizeof *list, by_name);
	return list;
}
