#include "tests/sshd.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
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
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "backends/host.h"
#include "backends/link.h"
#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/err.h"
#include "tests/scratch.h"

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

/*
 * Below those that the kernel gives to whoever connects: until the server listens, and while it is stopped,
 * such a port could be taken by a connection of another test.
 */
int sshd_free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned short random;
	int fd = -1;

	for (int tries = 0; tries < 100; tries++) {
		assert_int_equal(getrandom(&random, sizeof random, 0), sizeof random);
		at.sin_port = htons((uint16_t)(10000 + random % 20000));
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_true(fd >= 0);
		if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
			break;
		close(fd);
		fd = -1;
	}
	assert_true(fd >= 0);
	close(fd);
	return ntohs(at.sin_port);
}

static bool answers(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
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

static void choose_user(struct sshd *d)
{
	const struct passwd *pw = getpwuid(geteuid());

	snprintf(d->user, sizeof d->user, "%s", pw ? pw->pw_name : "root");
	if (geteuid() == 0 && sshd_sh(d, "unshare -m mount --bind home home") == 0)
		snprintf(d->user, sizeof d->user, "twister");
}

/*
 * RSA of 2048 bits because 3072 take a second. Even these take a third of one, so all servers of a test have the same
 * two pairs; the keys by which they are told apart are ed25519.
 */
static void rsa_keys(struct sshd *d)
{
	static const char *const files[] = {"etc/host_rsa", "etc/host_rsa.pub",
		"home/.ssh/id_rsa", "home/.ssh/id_rsa.pub"};
	static char *kept[4];

	if (!kept[0]) {
		assert_int_equal(
			sshd_sh(d, "umask 077; ssh-keygen -q -t rsa -b 2048 -N '' -f etc/host_rsa &&"
				   "ssh-keygen -q -t rsa -b 2048 -N '' -f home/.ssh/id_rsa"),
			0);
		for (size_t i = 0; i < 4; i++)
			kept[i] = sshd_get(d, files[i]);
	}
	for (size_t i = 0; i < 4; i++)
		sshd_put(d, files[i], kept[i], 0600);
}

void sshd_init(struct sshd *d, const char *config_lines)
{
	const char *home = getenv("HOME");

	memset(d, 0, sizeof *d);
	snprintf(d->dir, sizeof d->dir, "%s/sshdtest.XXXXXX", scratch());
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->home, sizeof d->home, "%s/home", d->dir);
	d->old_home = home ? xstrdup(home) : NULL;
	setenv("HOME", d->home, 1);
	unsetenv("SSH_AUTH_SOCK");
	d->port = sshd_free_port();
	assert_int_equal(sshd_sh(d, "umask 077; mkdir -p etc home/.ssh &&"
				    "ssh-keygen -q -t ed25519 -N '' -f etc/host_ed25519 &&"
				    "ssh-keygen -q -t ed25519 -N '' -f home/.ssh/id_ed25519"),
		0);
	rsa_keys(d);
	assert_int_equal(sshd_sh(d, "umask 077; cat home/.ssh/*.pub >etc/authorized_keys"), 0);
	write_config(d, config_lines);
	choose_user(d);
}

/* sshd wants its empty folder when it is root, and is root's child or that of a user it makes up. */
static const char start_script[] =
	"umask 022; touch etc/log\n"
	"if [ \"$OWN_USER\" = 1 ]; then\n"
	"	cp /etc/passwd etc/passwd && echo \"twister:x:4242:4242::$DIR/server:/bin/sh\" "
	">>etc/passwd &&\n"
	"	mkdir -p server && chmod 711 . && chown -R 4242:4242 etc server &&\n"
	"	exec unshare -m sh -c 'mount --bind etc/passwd /etc/passwd &&\n"
	"		exec setpriv --reuid=4242 --regid=4242 --clear-groups \"$0\" \"$@\"' "
	"\"$0\" \"$@\"\n"
	"fi\n"
	"[ \"$(id -u)\" != 0 ] || mkdir -p /run/sshd\n"
	"exec \"$0\" \"$@\"\n";

void sshd_start(struct sshd *d)
{
	char *config = below(d, "etc/sshd_config"), *log = below(d, "etc/log");
	char *setting = xasprintf("DIR=%s", d->dir);
	bool own_user = geteuid() == 0 && !d->as_root && strcmp(d->user, "twister") == 0;
	const char *const argv[] = {"/bin/sh", "-c", start_script, "/usr/sbin/sshd", "-D", "-f",
		config, "-E", log, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin", setting,
		own_user ? "OWN_USER=1" : "X=", NULL};
	struct spawn sp = {.argv = argv, .env = env, .cwd = d->dir, .in = -1, .out = -1, .err = -1};

	if (d->as_root)
		snprintf(d->user, sizeof d->user, "root");

	assert_int_equal(spawn_start(&sp, &d->pid), 0);
	for (int i = 0; i < 6000 && !answers(d->port); i++) {
		assert_int_equal(waitpid(d->pid, NULL, WNOHANG), 0);
		usleep(10000);
	}
	assert_true(answers(d->port));
	free(setting);
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
	if (!fgets(line, sizeof line, f) ||
		sscanf(line, "%*d (%31[^)]) %*c %d", name, &parent) != 2)
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

/*
 * All that came of sshd, or only those whose name begins with name (sshd, and since OpenSSH 9.8 sshd-session,
 * since 10.0 sshd-auth). First looked for, then signalled: the child of one that
 * was killed belongs to nobody we know.
 */
static int kill_below(pid_t from, const char *name, int sig)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	pid_t found[256];
	int n = 0, killed = 0;

	while (from && proc && (e = readdir(proc)) && n < 256) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		char its[32] = "";

		if (pid > 1 && descends(pid, from, its) && (!name || strncmp(its, name, strlen(name)) == 0))
			found[n++] = pid;
	}
	if (proc)
		closedir(proc);
	for (int i = 0; i < n; i++)
		killed += kill(found[i], sig) == 0;
	return killed;
}

int sshd_kill_sessions(const struct sshd *d, int sig)
{
	/* A monitor that is ended while it makes its child would leave that behind: first they stand still. */
	for (int i = 0; i < 2 && sig == SIGKILL; i++)
		kill_below(d->pid, "sshd", SIGSTOP);
	return kill_below(d->pid, "sshd", sig);
}

static void end(struct sshd *d, const char *name)
{
	if (!d->pid)
		return;
	/* The listener first stands still, so that it cannot let another in. */
	kill(d->pid, SIGSTOP);
	kill_below(d->pid, name, SIGKILL);
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

void sshd_stop(struct sshd *d)
{
	end(d, NULL);
}

void sshd_cut(struct sshd *d)
{
	end(d, "sshd");
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
				  "echo \"[127.0.0.1]:%d $t $b\"; done >home/.ssh/known_hosts",
		d->port);

	assert_int_equal(sshd_sh(d, command), 0);
	free(command);
}

struct link *sshd_link(const struct sshd *d, const char *name)
{
	struct host *h = NULL;
	struct err e = {0};
	struct link *l;
	char *config = below(d, "home/.ssh/config"),
	     *ours = xasprintf("%s@127.0.0.1:%d", d->user, d->port);

	/* As with -F: the machine's own ssh_config must not matter. */
	if (host_find(name ? name : ours, config, &h, &e) < 0)
		fail_msg("%s", e.text);
	l = link_new_ssh(h, &e);
	if (!l)
		fail_msg("%s", e.text);
	host_free(h);
	free(ours);
	free(config);
	return l;
}

static char *helper_log(const struct sshd *d, const char *program)
{
	return xasprintf("%s/%s.out", d->dir, program);
}

pid_t sshd_helper(const struct sshd *d, const char *const *argv, char line[64])
{
	const char *build = getenv("TOP_BUILDDIR");
	char *program = xasprintf("%s/tests/%s", build ? build : ".", argv[0]);
	char *log = helper_log(d, argv[0]);
	const char *words[16] = {program};
	struct spawn sp = {.argv = words, .env = (const char *const *)environ, .in = -1, .err = -1};
	pid_t pid = 0;

	for (int i = 1; argv[i] && i < 15; i++)
		words[i] = argv[i];
	sp.out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(sp.out >= 0);
	assert_int_equal(spawn_start(&sp, &pid), 0);
	close(sp.out);
	line[0] = '\0';
	for (int i = 0; i < 6000 && !strchr(line, '\n'); i++) {
		FILE *f = fopen(log, "r");

		if (!f || !fgets(line, 64, f))
			usleep(10000);
		if (f)
			fclose(f);
	}
	assert_true(strchr(line, '\n'));
	line[strcspn(line, "\n")] = '\0';
	free(log);
	free(program);
	return pid;
}

char *sshd_helper_said(const struct sshd *d, const char *program)
{
	char *log = helper_log(d, program);
	char *said = data_read(log, (size_t)1 << 20, NULL, NULL);

	free(log);
	return said ? said : xstrdup("");
}
