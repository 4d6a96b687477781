#include "backends/data.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

/* --- our own files --------------------------------------------------------------------------- */

/* The folder the running program is in, owned, or NULL. */
static char *program_dir(const char *argv0)
{
	char *path = realpath("/proc/self/exe", NULL);
	char *slash;

	if (!path && argv0 && strchr(argv0, '/'))
		path = realpath(argv0, NULL);
	slash = path ? strrchr(path, '/') : NULL;
	if (slash)
		*slash = '\0';
	return path;
}

/* The first of PLACE/share beside the program that holds our folder, owned, or NULL. */
static char *share_dir(const char *argv0)
{
	static const char *const places[] = {"share", "../share"};
	char *dir = program_dir(argv0);
	char *found = NULL;

	for (size_t i = 0; dir && !found && i < sizeof places / sizeof places[0]; i++) {
		char *share = xasprintf("%s/%s", dir, places[i]);
		char *ours = xasprintf("%s/twistertui", share);

		if (access(ours, X_OK) == 0)
			found = realpath(share, NULL);
		free(ours);
		free(share);
	}
	free(dir);
	return found;
}

static char *find_data_dir(const char *argv0)
{
	const char *set = getenv("TWISTERTUI_DATADIR");
	char *share, *dir;

	if (set && *set)
		return xstrdup(set);
	share = share_dir(argv0);
	dir = share ? xasprintf("%s/twistertui", share) : xstrdup(PKGDATADIR);
	free(share);
	return dir;
}

const char *data_dir(const char *argv0)
{
	/* The one place is looked for once; the contract lends it to everybody. */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char *dir;
	const char *found;

	pthread_mutex_lock(&lock);
	if (!dir)
		dir = find_data_dir(argv0);
	found = dir;
	pthread_mutex_unlock(&lock);
	return found;
}

char *data_locale_dir(void)
{
	char *share = share_dir(NULL);
	char *dir = share ? xasprintf("%s/locale", share) : xstrdup(LOCALEDIR);

	free(share);
	return dir;
}

/* --- the user's ------------------------------------------------------------------------------ */

char *data_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home && *home == '/')
		return xstrdup(home);
	pw = getpwuid(geteuid());
	return xstrdup(pw && pw->pw_dir ? pw->pw_dir : "/");
}

static char *xdg_dir(const char *variable, const char *fallback)
{
	const char *set = getenv(variable);
	char *home, *dir;

	if (set && *set == '/') /* a relative one is to be ignored (XDG Base Directory 0.8) */
		return xasprintf("%s/twistertui", set);
	home = data_home();
	dir = xasprintf("%s/%s/twistertui", home, fallback);
	free(home);
	return dir;
}

char *data_state_dir(void)
{
	return xdg_dir("XDG_STATE_HOME", ".local/state");
}

char *data_config_dir(void)
{
	return xdg_dir("XDG_CONFIG_HOME", ".config");
}

/* --- files ----------------------------------------------------------------------------------- */

/* 0, or -1 with errno; at most one byte more than max is read, which tells that there is more. */
static int read_all(int fd, size_t max, struct buf *b)
{
	char piece[16384];

	while (b->len <= max) {
		size_t want = max + 1 - b->len;
		ssize_t got = read(fd, piece, want < sizeof piece ? want : sizeof piece);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return (int)got;
		buf_add(b, piece, (size_t)got);
	}
	return 0;
}

char *data_read(const char *path, size_t max, size_t *n, struct err *e)
{
	/* Non-blocking, so that a FIFO in place of a file cannot hang us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *bytes = NULL;
	struct buf b;
	struct stat st;

	buf_init(&b, max + 1);
	if (fd < 0 || fstat(fd, &st) < 0)
		err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		err_set(e, ERR_IO, _("cannot read %s: not a file"), path);
	else if (read_all(fd, max, &b) < 0)
		err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	else if (b.len > max)
		err_set(e, ERR_LIMIT, _("%s is too large: at most %zu bytes are read"), path, max);
	else {
		if (n)
			*n = b.len;
		bytes = buf_take(&b);
	}
	buf_clear(&b);
	if (fd >= 0)
		close(fd);
	return bytes;
}

int data_mkdir(const char *path, struct err *e)
{
	char *copy = xstrdup(path);
	int rc = 0;

	for (char *p = copy + 1; rc == 0; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			rc = err_set(e, ERR_IO, _("cannot create the folder %s: %s"), copy,
				strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return rc;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* A rename is only as lasting as its folder. */
static void sync_folder_of(const char *path)
{
	char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	int fd;

	if (slash)
		slash[slash == dir] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(dir);
}

static int put_whole(const char *path, const void *bytes, size_t n, bool sync, struct err *e)
{
	char *temp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || write_all(fd, bytes, n) < 0 || (sync && fsync(fd) < 0) ||
		rename(temp, path) < 0) {
		rc = err_set(e, ERR_IO, _("cannot write %s: %s"), path, strerror(errno));
		if (fd >= 0)
			unlink(temp);
	}
	if (fd >= 0)
		close(fd);
	if (rc == 0 && sync)
		sync_folder_of(path);
	free(temp);
	return rc;
}

int data_write(const char *path, const void *bytes, size_t n, struct err *e)
{
	return put_whole(path, bytes, n, true, e);
}

int data_write_soon(const char *path, const void *bytes, size_t n, struct err *e)
{
	return put_whole(path, bytes, n, false, e);
}

/*
 * With umask 002 (Ubuntu's for users) a person's files are writable by the group that is named after that
 * person and has no other member: that is nobody else.
 */
static bool private_group(const struct stat *st)
{
	const struct passwd *owner = getpwuid(st->st_uid);
	const struct group *group = owner ? getgrgid(st->st_gid) : NULL;

	if (!group || owner->pw_gid != st->st_gid || strcmp(group->gr_name, owner->pw_name) != 0)
		return false;
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, owner->pw_name) != 0)
			return false;
	return true;
}

int data_safe(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(
			e, ERR_REFUSED, _("%s is refused: it belongs to another user"), path);
	if (st.st_mode & S_IWOTH || (st.st_mode & S_IWGRP && !private_group(&st)))
		return err_set(e, ERR_REFUSED,
			_("%s is refused: others may write to it (chmod go-w makes it yours "
			  "alone)"),
			path);
	return 0;
}
