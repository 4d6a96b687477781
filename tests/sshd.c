#include "tests/sshd.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ftw.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "backends/spawn.h"
#include "base/alloc.h"

static char *below(const struct sshd *d, const char *path)
{
	return xasprintf("%s/%s", d->dir, path);
}

void sshd_put(const struct sshd *d, const char *path, const char *text, int mode)
{
	char *whole = below(d, path);
	FILE *f = fopen(whole, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(whole, (mode_t)mode), 0);
	free(whole);
}

char *sshd_get(const struct sshd *d, const char *path)
{
	char *whole = below(d, path);
	char *text = data_read(whole, (size_t)1 << 20, NULL, NULL);

	free(whole);
	return text ? text : xstrdup("");
}

int sshd_sh(const struct sshd *d, const char *command)
{
	char *setting = xasprintf("DIR=%s", d->dir), *home = xasprintf("HOME=%s", d->home);
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin", setting, home, NULL};
	struct spawn sp = {.argv = argv, .env = env, .cwd = d->dir, .in = -1, .out = -1, .err = -1};
	int status = -1;
	pid_t pid;

	if (spawn_start(&sp, &pid) == 0)
		waitpid(pid, &status, 0);
	free(home);
	free(setting);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int sshd_free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static bool answers(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;

	close(fd);
	return yes;
}

static void write_config(const struct sshd *d, const char *lines)
{
	char *text = xasprintf("%s\n"
			       "ListenAddress 127.0.0.1\nPort %d\nPidFile none\n"
			       "HostKey %s/etc/host_ed25519\nHostKey %s/etc/host_rsa\n"
			       "AuthorizedKeysFile %s/etc/authorized_keys\n"
			       "UsePAM no\nStrictModes no\nPermitRootLogin yes\nPrintMotd no\n"
			       "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
			       "MaxStartups 100\nLogLevel VERBOSE\n",
		lines ? lines : "", d->port, d->dir, d->dir, d->dir);

	sshd_put(d, "etc/sshd_config", text, 0600);
	free(text);
}

void sshd_init(struct sshd *d, const char *config_lines)
{
	const char *home = getenv("HOME");

	memset(d, 0, sizeof *d);
	snprintf(d->dir, sizeof d->dir, "/tmp/sshdtest.XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->home, sizeof d->home, "%s/home", d->dir);
	d->old_home = home ? xstrdup(home) : NULL;
	setenv("HOME", d->home, 1);
	unsetenv("SSH_AUTH_SOCK");
	d->port = sshd_free_port();
	/* RSA of 2048 bits because 3072 take a second. sshd as root wants its empty folder. */
	assert_int_equal(sshd_sh(d, "umask 077; mkdir -p etc home/.ssh && { [ $(id -u) != 0 ] || mkdir -p /run/sshd; } &&"
				    "ssh-keygen -q -t ed25519 -N '' -f etc/host_ed25519 &&"
				    "ssh-keygen -q -t rsa -b 2048 -N '' -f etc/host_rsa &&"
				    "ssh-keygen -q -t ed25519 -N '' -f home/.ssh/id_ed25519 &&"
				    "ssh-keygen -q -t rsa -b 2048 -N '' -f home/.ssh/id_rsa &&"
				    "cat home/.ssh/*.pub >etc/authorized_keys"), 0);
	write_config(d, config_lines);
}

void sshd_start(struct sshd *d)
{
	char *config = below(d, "etc/sshd_config"), *log = below(d, "etc/log");
	const char *const argv[] = {"/usr/sbin/sshd", "-D", "-f", config, "-E", log, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
	struct spawn sp = {.argv = argv, .env = env, .in = -1, .out = -1, .err = -1};

	assert_int_equal(spawn_start(&sp, &d->pid), 0);
	for (int i = 0; i < 500 && !answers(d->port); i++) {
		assert_int_equal(waitpid(d->pid, NULL, WNOHANG), 0);
		usleep(10000);
	}
	assert_true(answers(d->port));
	free(log);
	free(config);
}

/* Parent of a process, and its name; 0 when it is gone. */
static pid_t parent_of(pid_t pid, char name[32])
{
	char path[64], line[256] = "";
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(line, sizeof line, f) || sscanf(line, "%*d (%31[^)]) %*c %d", name, &parent) != 2)
		parent = 0;
	fclose(f);
	return (pid_t)parent;
}

static bool descends(pid_t pid, pid_t from, char name[32])
{
	char other[32];
	pid_t up = parent_of(pid, name);

	while (up > 1 && up != from)
		up = parent_of(up, other);
	return up == from;
}

int sshd_kill_sessions(const struct sshd *d, int sig)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	int n = 0;

	while (d->pid && proc && (e = readdir(proc))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		char name[32] = "";

		if (pid > 1 && descends(pid, d->pid, name) && strncmp(name, "sshd", 4) == 0)
			n += kill(pid, sig) == 0;
	}
	if (proc)
		closedir(proc);
	return n;
}

void sshd_stop(struct sshd *d)
{
	if (!d->pid)
		return;
	/* The listener first stands still, so that it cannot let another in. */
	kill(d->pid, SIGSTOP);
	sshd_kill_sessions(d, SIGKILL);
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void sshd_clear(struct sshd *d)
{
	sshd_stop(d);
	nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (d->old_home)
		setenv("HOME", d->old_home, 1);
	else
		unsetenv("HOME");
	free(d->old_home);
	memset(d, 0, sizeof *d);
}

void sshd_trust(const struct sshd *d)
{
	char *command = xasprintf("for k in etc/host_*.pub; do read -r t b rest <$k; "
				  "echo \"[127.0.0.1]:%d $t $b\"; done >home/.ssh/known_hosts", d->port);

	assert_int_equal(sshd_sh(d, command), 0);
	free(command);
}
