#include "backends/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

int spawn_pipe(int *mine, int *childs, int child_reads)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return errno;
	*mine = fd[child_reads ? 1 : 0];
	*childs = fd[child_reads ? 0 : 1];
	fcntl(*mine, F_SETFL, O_NONBLOCK);
	return 0;
}

static int add_fd(posix_spawn_file_actions_t *fa, int fd, int as)
{
	if (fd < 0)
		return posix_spawn_file_actions_addopen(fa, as, "/dev/null", O_RDWR, 0);
	return posix_spawn_file_actions_adddup2(fa, fd, as);
}

static int set_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	return posix_spawnattr_setflags(
		attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

int spawn_start(const struct spawn *s, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int rc;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	rc = set_signals(&attr);
	if (rc == 0)
		rc = add_fd(&fa, s->in, 0);
	if (rc == 0)
		rc = add_fd(&fa, s->out, 1);
	if (rc == 0)
		rc = add_fd(&fa, s->err, 2);
	if (rc == 0 && s->cwd)
		rc = posix_spawn_file_actions_addchdir_np(&fa, s->cwd);
	/* Ours are close-on-exec, but what we inherited ourselves need not be. */
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	/* The casts are safe: execve() changes none of them, as POSIX explains the missing const. */
	if (rc == 0)
		rc = posix_spawnp(
			pid, s->argv[0], &fa, &attr, (char *const *)s->argv, (char *const *)s->env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fa);
	return rc;
}
