#include "backends/demo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/demo/proc.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

#define DEMO_PREFIX "twistertui-demo-"
#define DEMO_OWNER ".owner" /* locked for as long as its program lives */
#define DEMO_DEPTH_MAX 64
#define DEMO_ENV_MAX 24

struct demo {
	char *root;
	char *cwd;
	int rootfd;
	int owner; /* holds the lock */
	char *env[DEMO_ENV_MAX];
	struct proc *proc;
};

/*
 * Empties the folder dirfd (closes it). Names are removed relative to open folders and no symbolic
 * link is ever followed, so that nothing outside can be reached, whatever stands inside.
 */
static void folder_empty(int dirfd, int depth)
{
	DIR *dir = fdopendir(dirfd);
	struct dirent *entry;

	if (!dir) {
		close(dirfd);
		return;
	}
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		int fd;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (unlinkat(dirfd, name, 0) == 0 || depth >= DEMO_DEPTH_MAX)
			continue;
		fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == EACCES &&
			fchmodat(dirfd, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
			fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		fchmod(fd, 0700);
		folder_empty(fd, depth + 1);
		unlinkat(dirfd, name, AT_REMOVEDIR);
	}
	closedir(dir);
}

/* Whether a process has root=ROOT in its environment: it was started on that server. */
static bool process_is_of(long pid, const char *assignment)
{
	char path[64], *text;
	size_t len = 0, size = 65536, wanted = strlen(assignment) + 1;
	bool found = false;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	text = xcalloc(1, size);
	while (len < size && (n = read(fd, text + len, size - len)) > 0)
		len += (size_t)n;
	close(fd);
	for (size_t at = 0; at + wanted <= len && !found; at += strnlen(text + at, len - at) + 1)
		found = memcmp(text + at, assignment, wanted) == 0;
	free(text);
	return found;
}

/*
 * Ends what still runs on the server in the folder root: jobs, their parts, watching tools. Twice,
 * because one that is just being started may be missed.
 */
static void processes_end(const char *root)
{
	char *assignment = xasprintf("root=%s", root);

	for (int pass = 0; pass < 2; pass++) {
		DIR *dir = opendir("/proc");
		struct dirent *entry;

		while (dir && (entry = readdir(dir))) {
			long pid = strtol(entry->d_name, NULL, 10);

			if (pid > 1 && pid != (long)getpid() && process_is_of(pid, assignment))
				kill((pid_t)pid, SIGKILL);
		}
		if (dir)
			closedir(dir);
	}
	free(assignment);
}

/* Removes PARENT/NAME when it is a demo's folder of ours whose program is gone. */
static void stale_remove(int parent, const char *tmp, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char *root = NULL;
	int owner = -1;
	struct stat st;

	if (fd < 0)
		return;
	root = xasprintf("%s/%s", tmp, name);
	if (fstat(fd, &st) != 0 || st.st_uid != geteuid() || (st.st_mode & 077))
		goto out;
	owner = openat(fd, DEMO_OWNER, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (owner < 0 || flock(owner, LOCK_EX | LOCK_NB) != 0)
		goto out; /* not one, being made, or in use */
	processes_end(root);
	folder_empty(fd, 0);
	fd = -1;
	unlinkat(parent, name, AT_REMOVEDIR);
out:
	if (owner >= 0)
		close(owner);
	if (fd >= 0)
		close(fd);
	free(root);
}

static void stale_remove_all(const char *tmp)
{
	DIR *dir = opendir(tmp);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, DEMO_PREFIX, strlen(DEMO_PREFIX)) == 0)
			stale_remove(dirfd(dir), tmp, entry->d_name);
	closedir(dir);
}

/*
 * Where the folder goes: $TMPDIR, else shared memory, else /tmp. Making some 250 files took 11 ms in
 * memory and 20 to 700 ms on a disk that others were writing to.
 */
static const char *temporary(void)
{
	const char *tmp = getenv("TMPDIR");
	struct statfs fs;

	if (tmp && tmp[0] == '/')
		return tmp;
	if (access("/dev/shm", W_OK | X_OK) == 0 && statfs("/dev/shm", &fs) == 0 &&
		fs.f_type == TMPFS_MAGIC &&
		fs.f_bavail > ((fsblkcnt_t)32 << 20) / (fsblkcnt_t)fs.f_bsize)
		return "/dev/shm";
	return "/tmp";
}

/* Makes the folder and its owner's lock. */
static int folder_make(struct demo *d, struct err *e)
{
	const char *wanted = temporary();
	char *tmp;

	tmp = realpath(wanted, NULL); /* tools compare with what $PWD says */
	if (!tmp)
		return err_set(
			e, ERR_IO, _("cannot make a folder in %s: %s"), wanted, strerror(errno));
	stale_remove_all(tmp);
	d->root = xasprintf("%s/%sXXXXXX", tmp, DEMO_PREFIX);
	free(tmp);
	if (!mkdtemp(d->root)) {
		FREE(d->root);
		return err_set(
			e, ERR_IO, _("cannot make a folder in %s: %s"), wanted, strerror(errno));
	}
	d->rootfd = open(d->root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->rootfd >= 0)
		d->owner = openat(d->rootfd, DEMO_OWNER,
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (d->owner < 0 || flock(d->owner, LOCK_EX | LOCK_NB) != 0)
		return err_set(e, ERR_IO, _("cannot write to %s: %s"), d->root, strerror(errno));
	dprintf(d->owner, "%ld\n", (long)getpid());
	return 0;
}

/* Only what the simulated server needs: nothing of the workstation's environment gets in. */
static void environment_make(struct demo *d)
{
	int n = 0;

	d->cwd = xasprintf("%s/home/twister", d->root);
	d->env[n++] = xasprintf("root=%s", d->root);
	d->env[n++] = xasprintf("PATH=%s/demo/bin", d->root);
	d->env[n++] = xasprintf("HOME=%s", d->cwd);
	d->env[n++] = xasprintf("TMPDIR=%s/tmp", d->root);
	d->env[n++] = xasprintf("XDG_CONFIG_HOME=%s/.config", d->cwd);
	d->env[n++] = xasprintf("XDG_STATE_HOME=%s/.local/state", d->cwd);
	d->env[n++] = xasprintf("XDG_DATA_HOME=%s/.local/share", d->cwd);
	d->env[n++] = xasprintf("XDG_CACHE_HOME=%s/.cache", d->cwd);
	d->env[n++] = xasprintf("XDG_RUNTIME_DIR=%s/run/user", d->root);
	d->env[n++] = xstrdup("USER=twister");
	d->env[n++] = xstrdup("LOGNAME=twister");
	d->env[n++] = xstrdup("SHELL=/bin/sh");
	d->env[n++] = xstrdup("LC_ALL=C");
	d->env[n++] = xstrdup("TZ=UTC0");
	d->env[n] = NULL;
}

/* Runs world.sh; its complaints become the error. */
static int world_make(
	const struct demo *d, const char *script, const char *which, unsigned seed, struct err *e)
{
	static const char *const passed[] = {"DEMO_SUDO", "DEMO_WITHOUT", "DEMO_FAIL", "DEMO_FAST"};
	char number[16], said[256] = "";
	char *argv[] = {(char *)"sh", (char *)script, d->root, (char *)which, number, NULL};
	char *env[8] = {NULL};
	posix_spawn_file_actions_t files;
	int pipefd[2], rc, status = -1, n = 0;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC) != 0)
		return err_set(e, ERR_IO, _("cannot make a pipe: %s"), strerror(errno));
	snprintf(number, sizeof(number), "%u", seed);
	env[n++] = xstrdup("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
	env[n++] = xstrdup("DEMO_SPARSE=no");
	env[n++] = xstrdup("TZ=UTC0");
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (getenv(passed[i]))
			env[n++] = xasprintf("%s=%s", passed[i], getenv(passed[i]));
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, pipefd[1], 1);
	posix_spawn_file_actions_adddup2(&files, pipefd[1], 2);
	rc = posix_spawn(&pid, "/bin/sh", &files, NULL, argv, env);
	posix_spawn_file_actions_destroy(&files);
	while (n > 0)
		free(env[--n]);
	close(pipefd[1]);
	while (rc == 0 && (got = read(pipefd[0], said + len, sizeof(said) - 1 - len)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || len + (size_t)got >= sizeof(said) - 1)
			break;
		len += (size_t)got;
	}
	close(pipefd[0]);
	if (rc != 0)
		return err_set(e, ERR_IO, _("cannot run /bin/sh: %s"), strerror(rc));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	said[strcspn(said, "\n")] = '\0';
	return err_set(e, ERR_IO, _("cannot set up the demo: %s"), said[0] ? said : script);
}

/* The big files, as holes: demo/sparse lists "size mtime path". */
static int sparse_make(const struct demo *d, struct err *e)
{
	int fd = openat(d->rootfd, "demo/sparse", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
	char path[512];
	long long size, mtime;
	int rc = 0;

	if (!list) {
		if (fd >= 0)
			close(fd);
		return err_set(e, ERR_IO, _("cannot read %s: %s"), "demo/sparse", strerror(errno));
	}
	while (rc == 0 && fscanf(list, "%lld %lld %511s", &size, &mtime, path) == 3) {
		struct timespec times[2] = {{.tv_sec = (time_t)mtime}, {.tv_sec = (time_t)mtime}};
		int file =
			openat(d->rootfd, path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

		if (file < 0 || ftruncate(file, (off_t)size) != 0 || futimens(file, times) != 0)
			rc = err_set(e, ERR_IO, _("cannot write %s/%s: %s"), d->root, path,
				strerror(errno));
		if (file >= 0)
			close(file);
	}
	fclose(list);
	return rc;
}

int demo_create(
	const char *datadir, const char *which, unsigned seed, struct demo **out, struct err *e)
{
	struct demo *d = NULL;
	char *script = NULL;
	int rc;

	*out = NULL;
	if (!which)
		which = "phase-0";
	if (seed == 0 && getenv("DEMO_SEED"))
		seed = (unsigned)strtoul(getenv("DEMO_SEED"), NULL, 10);
	if (strcmp(which, "phase-0") != 0 && strcmp(which, "phase-1") != 0 &&
		strcmp(which, "phase-1b") != 0)
		return err_set(e, ERR_USAGE,
			_("no such demo: %s (there are phase-0, phase-1 and phase-1b)"), which);
	script = xasprintf("%s/demo/world.sh", datadir);
	if (access(script, R_OK) != 0) {
		free(script);
		script = xasprintf("%s/backends/demo/world.sh", datadir);
	}
	if (access(script, R_OK) != 0) {
		rc = err_set(e, ERR_IO, _("cannot read %s: %s"), script, strerror(errno));
		goto out;
	}
	d = xcalloc(1, sizeof(*d));
	d->rootfd = d->owner = -1;
	rc = folder_make(d, e);
	if (rc == 0) {
		environment_make(d);
		rc = world_make(d, script, which, seed, e);
	}
	if (rc == 0)
		rc = sparse_make(d, e);
	if (rc == 0) {
		d->proc = proc_start(d->rootfd, seed);
		*out = d;
		d = NULL;
	}
out:
	demo_free(d);
	free(script);
	return rc;
}

const char *demo_root(const struct demo *d)
{
	return d->root;
}

char *const *demo_env(const struct demo *d)
{
	return d->env;
}

const char *demo_cwd(const struct demo *d)
{
	return d->cwd;
}

void demo_free(struct demo *d)
{
	if (!d)
		return;
	proc_stop(d->proc);
	if (d->rootfd >= 0) {
		processes_end(d->root);
		folder_empty(d->rootfd, 0);
		rmdir(d->root);
	} else if (d->root) {
		rmdir(d->root);
	}
	if (d->owner >= 0)
		close(d->owner);
	for (int i = 0; d->env[i]; i++)
		free(d->env[i]);
	free(d->cwd);
	free(d->root);
	free(d);
}
