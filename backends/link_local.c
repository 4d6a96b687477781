/* The local link: each channel is a child of ours, in a session of its own, as sshd would have it. */
#include "backends/link_core.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

#define QUIT_TERM_MS 300 /* from TERM to KILL when the link is freed, out of LINK_GIVE_UP_MS */
#define QUIT_KILL_MS 400

/*
 * A channel may outlive its id: once EXIT was reported (lost, killed in vain) it is `over`, and stays
 * only until its process is gone. The dead process is not reaped before that, so that its process
 * group's number cannot become another's while we may still signal it.
 */
struct local_channel {
	struct local_channel *next;
	unsigned id;
	pid_t pid;
	int pidfd, in, out, err; /* -1: closed */
	bool over, dead, eof;
	int64_t kill_at;               /* when the next, harder signal is due; 0: none */
	bool killed;                   /* KILL was sent */
	struct link_cmd *head, **tail; /* what is to be written */
};

struct local {
	char **env;
	char *cwd;
	enum link_state state;
	int64_t retry_at;
	int attempt;
	int guard; /* the guardian's standard input, or -1 */
	pid_t guard_pid;
	struct local_channel *channels;
	struct pollfd *fds;
	size_t nfds, cap;
	char *buf;
};

/*
 * Tells process groups apart that must not outlive us: when the console is ended by SIGKILL its end of the
 * pipe closes, and what still runs in channels is ended. Jobs that called setsid are not in these groups.
 */
static const char guardian[] = "trap '' HUP INT TERM QUIT\n"
			       "g=' '\n"
			       "while read -r op p; do\n"
			       "	case $op in\n"
			       "	+) g=\"$g$p \" ;;\n"
			       "	-) g=\"${g%% $p *} ${g#* $p }\" ;;\n"
			       "	esac\n"
			       "done\n"
			       "for p in $g; do kill -TERM \"-$p\"; done 2>/dev/null\n"
			       "case $g in *[0-9]*) sleep 1 ;; esac\n"
			       "for p in $g; do kill -KILL \"-$p\"; done 2>/dev/null\n";

static void guard_start(struct local *lo)
{
	static const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
	const char *const argv[] = {"/bin/sh", "-c", guardian, NULL};
	struct spawn sp = {.argv = argv, .env = env, .cwd = "/", .out = -1, .err = -1};
	int childs;

	if (lo->guard >= 0 || spawn_pipe(&lo->guard, &childs, 1) != 0)
		return;
	sp.in = childs;
	if (spawn_start(&sp, &lo->guard_pid) != 0) {
		close(lo->guard);
		lo->guard = -1;
	}
	close(childs);
}

static void guard_tell(struct local *lo, char op, pid_t pid)
{
	char line[32];
	int n = snprintf(line, sizeof line, "%c %d\n", op, (int)pid);

	if (lo->guard >= 0)
		(void)!write(lo->guard, line, (size_t)n);
}

static void guard_stop(struct local *lo)
{
	if (lo->guard < 0)
		return;
	close(lo->guard);
	lo->guard = -1;
	while (waitpid(lo->guard_pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* --- one channel ----------------------------------------------------------------------------- */

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void channel_drop_writes(struct local_channel *c)
{
	for (struct link_cmd *w = c->head, *next; w; w = next) {
		next = w->next;
		link_cmd_free(w);
	}
	c->head = NULL;
	c->tail = &c->head;
}

static struct local_channel *channel_find(struct local *lo, unsigned id)
{
	struct local_channel *c = lo->channels;

	while (c && (c->id != id || c->over))
		c = c->next;
	return c;
}

static int channel_spawn(struct local *lo, struct local_channel *c, const char *command)
{
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	struct spawn sp = {.argv = argv,
		.env = (const char *const *)lo->env,
		.cwd = lo->cwd,
		.in = -1,
		.out = -1,
		.err = -1};
	int rc = spawn_pipe(&c->in, &sp.in, 1);

	if (rc == 0)
		rc = spawn_pipe(&c->out, &sp.out, 0);
	if (rc == 0)
		rc = spawn_pipe(&c->err, &sp.err, 0);
	if (rc == 0)
		rc = spawn_start(&sp, &c->pid);
	fd_close(&sp.in);
	fd_close(&sp.out);
	fd_close(&sp.err);
	return rc;
}

static void channel_open(struct link_core *core, struct local *lo, struct link_cmd *cmd)
{
	struct local_channel *c;
	int rc;

	if (lo->state != LINK_UP) {
		link_core_channel(core, LINK_EV_EXIT, cmd->id, -1, "");
		return;
	}
	c = xcalloc(1, sizeof *c);
	c->id = cmd->id;
	c->pidfd = c->in = c->out = c->err = -1;
	c->tail = &c->head;
	rc = channel_spawn(lo, c, cmd->bytes);
	if (rc != 0) {
		fd_close(&c->in);
		fd_close(&c->out);
		fd_close(&c->err);
		free(c);
		link_core_channel(core, LINK_EV_REFUSED, cmd->id, -1, strerror(rc));
		return;
	}
	c->pidfd = pidfd_open(c->pid, 0);
	guard_tell(lo, '+', c->pid);
	c->next = lo->channels;
	lo->channels = c;
	link_core_channel(core, LINK_EV_OPENED, c->id, 0, NULL);
}

static void channel_write(struct local_channel *c)
{
	while (c->in >= 0 && c->head) {
		struct link_cmd *w = c->head;
		ssize_t n = write(c->in, w->bytes + w->sent, w->len - w->sent);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			fd_close(&c->in);
			break;
		}
		w->sent += (size_t)n;
		if (w->sent < w->len)
			return;
		c->head = w->next;
		if (!c->head)
			c->tail = &c->head;
		link_cmd_free(w);
	}
	if (c->in < 0)
		channel_drop_writes(c);
	else if (c->eof && !c->head)
		fd_close(&c->in);
}

static void channel_read(struct link_core *core, struct local_channel *c, int *fd, char *buf,
	enum link_event_type type)
{
	ssize_t n;

	if (*fd < 0)
		return;
	n = read(*fd, buf, LINK_READ_MAX);
	if (n > 0 && !c->over)
		link_core_data(core, type, c->id, buf, (size_t)n);
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		fd_close(fd);
}

/* Signals the whole group; the harder signal follows when it is still there after LINK_KILL_MS. */
static void channel_kill(struct link_core *core, struct local_channel *c)
{
	if (c->kill_at)
		return;
	fd_close(&c->in);
	channel_drop_writes(c);
	kill(-c->pid, SIGTERM);
	c->kill_at = clock_ms() + link_core_ms(core, LINK_KILL_MS);
}

/* KILL when TERM's time is up; when even that does not end it (a hung mount), it is over all the same. */
static void channel_kill_harder(struct link_core *core, struct local_channel *c)
{
	int64_t now = clock_ms();

	if (!c->kill_at || now < c->kill_at)
		return;
	if (!c->killed) {
		kill(-c->pid, SIGKILL);
		c->killed = true;
		c->kill_at = now + link_core_ms(core, LINK_KILL_MS);
	} else if (!c->over) {
		c->over = true;
		link_core_channel(core, LINK_EV_EXIT, c->id, -1, "KILL");
	}
}

static void channel_exit(struct link_core *core, struct local_channel *c, const siginfo_t *si)
{
	const char *name = "";
	int status = si->si_status;

	if (c->over)
		return;
	if (si->si_code != CLD_EXITED) {
		name = sigabbrev_np(si->si_status);
		status = -1;
	}
	link_core_channel(core, LINK_EV_EXIT, c->id, status, name ? name : "?");
}

/* True when its process is gone (and, if it was not killed, its output at its end): c is freed. */
static bool channel_end(struct link_core *core, struct local *lo, struct local_channel *c)
{
	siginfo_t si = {0};

	if (!c->dead && waitid(P_PID, (id_t)c->pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0)
		c->dead = si.si_pid != 0;
	if (!c->dead || (!c->killed && (c->out >= 0 || c->err >= 0)))
		return false;
	/* What is left in the pipes of a killed one is lost with it, as over ssh. */
	if (c->kill_at)
		kill(-c->pid, SIGKILL);
	guard_tell(lo, '-', c->pid);
	memset(&si, 0, sizeof si);
	while (waitid(P_PID, (id_t)c->pid, &si, WEXITED) < 0 && errno == EINTR)
		;
	channel_exit(core, c, &si);
	channel_drop_writes(c);
	fd_close(&c->in);
	fd_close(&c->out);
	fd_close(&c->err);
	fd_close(&c->pidfd);
	free(c);
	return true;
}

/* --- all channels ---------------------------------------------------------------------------- */

static void channels_advance(struct link_core *core, struct local *lo)
{
	bool full = link_core_full(core);
	struct local_channel **at = &lo->channels;

	while (*at) {
		struct local_channel *c = *at, *next = c->next;

		channel_write(c);
		if (!full || c->over) {
			channel_read(core, c, &c->out, lo->buf, LINK_EV_OUT);
			channel_read(core, c, &c->err, lo->buf, LINK_EV_ERR);
		}
		channel_kill_harder(core, c);
		if (channel_end(core, lo, c))
			*at = next;
		else
			at = &c->next;
	}
}

/* The connection is no more: every channel is over at once, its process is ended in passing. */
static void channels_lose(struct link_core *core, struct local *lo)
{
	for (struct local_channel *c = lo->channels; c; c = c->next) {
		if (!c->over)
			link_core_channel(core, LINK_EV_EXIT, c->id, -1, "");
		c->over = true;
		channel_kill(core, c);
		fd_close(&c->out);
		fd_close(&c->err);
	}
}

static void channels_kill_all(struct local *lo, int sig)
{
	for (struct local_channel *c = lo->channels; c; c = c->next) {
		kill(-c->pid, sig);
		c->killed = sig == SIGKILL;
	}
}

/* --- the thread ------------------------------------------------------------------------------ */

static void state_set(struct link_core *core, struct local *lo, enum link_state state,
	int64_t retry_ms, const char *text)
{
	lo->state = state;
	lo->retry_at = state == LINK_LOST ? clock_ms() + retry_ms : 0;
	link_core_state(core, state, state == LINK_LOST ? ERR_LINK : 0, retry_ms, text);
}

static void local_up(struct link_core *core, struct local *lo)
{
	if (lo->state == LINK_UP)
		return;
	guard_start(lo);
	state_set(core, lo, LINK_UP, 0, "");
}

static void local_drop(struct link_core *core, struct local *lo, const char *why)
{
	if (lo->state != LINK_UP)
		return;
	channels_lose(core, lo);
	state_set(core, lo, LINK_LOST, link_core_backoff(core, lo->attempt), why);
}

static void local_stop(struct link_core *core, struct local *lo)
{
	if (lo->state == LINK_STOPPED)
		return;
	channels_lose(core, lo);
	state_set(core, lo, LINK_STOPPED, 0, "");
}

/* Takes cmd when it is to be kept. */
static void local_command(struct link_core *core, struct local *lo, struct link_cmd *cmd)
{
	struct local_channel *c = channel_find(lo, cmd->id);

	switch (cmd->type) {
	case LINK_CMD_START:
	case LINK_CMD_RETRY:
		local_up(core, lo);
		break;
	case LINK_CMD_DROP:
		local_drop(core, lo, cmd->bytes);
		break;
	case LINK_CMD_STOP:
		local_stop(core, lo);
		break;
	case LINK_CMD_OPEN:
		channel_open(core, lo, cmd);
		break;
	case LINK_CMD_WRITE:
		if (c && c->in >= 0 && !c->eof) {
			*c->tail = cmd;
			c->tail = &cmd->next;
			cmd = NULL;
		}
		break;
	case LINK_CMD_EOF:
		if (c)
			c->eof = true;
		break;
	case LINK_CMD_KILL:
		if (c)
			channel_kill(core, c);
		break;
	case LINK_CMD_ANSWER:
	case LINK_CMD_WAKE:
		break;
	}
	link_cmd_free(cmd);
}

static void poll_add(struct local *lo, int fd, short events)
{
	if (fd < 0)
		return;
	if (lo->nfds == lo->cap) {
		lo->cap = lo->cap ? lo->cap * 2 : 16;
		lo->fds = xrealloc(lo->fds, lo->cap, sizeof *lo->fds);
	}
	lo->fds[lo->nfds++] = (struct pollfd){.fd = fd, .events = events};
}

static void earliest(int64_t *at, int64_t other)
{
	if (other && (!*at || other < *at))
		*at = other;
}

static void local_wait(struct link_core *core, struct local *lo)
{
	bool full = link_core_full(core);
	int64_t at = lo->retry_at, now = clock_ms();

	lo->nfds = 0;
	poll_add(lo, queue_fd(core->cmds), POLLIN);
	for (struct local_channel *c = lo->channels; c; c = c->next) {
		if (c->head)
			poll_add(lo, c->in, POLLOUT);
		if (!full || c->over) {
			poll_add(lo, c->out, POLLIN);
			poll_add(lo, c->err, POLLIN);
		}
		if (!c->dead && c->pidfd >= 0)
			poll_add(lo, c->pidfd, POLLIN);
		if (!c->dead && c->pidfd < 0) /* a kernel without pidfd_open */
			earliest(&at, now + 50);
		if (!c->killed || !c->over)
			earliest(&at, c->kill_at);
	}
	poll(lo->fds, lo->nfds, !at ? -1 : at <= now ? 0 : (int)(at - now));
}

/* Ends what still runs, within what link_free() waits. */
static void local_quit(struct link_core *core, struct local *lo)
{
	int64_t begin = clock_ms();

	for (struct local_channel *c = lo->channels; c; c = c->next) {
		c->over = true;
		c->kill_at = begin + QUIT_TERM_MS;
		fd_close(&c->in);
		fd_close(&c->out);
		fd_close(&c->err);
	}
	channels_kill_all(lo, SIGTERM);
	while (lo->channels && clock_ms() - begin < QUIT_TERM_MS) {
		channels_advance(core, lo);
		if (lo->channels)
			poll(NULL, 0, 5);
	}
	channels_kill_all(lo, SIGKILL);
	while (lo->channels && clock_ms() - begin < QUIT_TERM_MS + QUIT_KILL_MS) {
		channels_advance(core, lo);
		if (lo->channels)
			poll(NULL, 0, 5);
	}
	guard_stop(lo);
	/* What KILL has not ended in that time (a hung mount, a machine that is busy) was the guard's, and is given up. */
	for (struct local_channel *c = lo->channels, *next; c; c = next) {
		next = c->next;
		waitpid(c->pid, NULL, WNOHANG);
		channel_drop_writes(c);
		fd_close(&c->pidfd);
		free(c);
	}
	lo->channels = NULL;
}

static void local_run(struct link_core *core, void *kind)
{
	struct local *lo = kind;
	struct link_cmd *cmd;

	while (!atomic_load(&core->quit)) {
		local_wait(core, lo);
		while ((cmd = link_core_cmd(core)))
			local_command(core, lo, cmd);
		if (lo->retry_at && clock_ms() >= lo->retry_at)
			local_up(core, lo);
		channels_advance(core, lo);
	}
	local_quit(core, lo);
}

static void local_free(void *kind)
{
	struct local *lo = kind;

	for (size_t i = 0; lo->env[i]; i++)
		free(lo->env[i]);
	free(lo->env);
	free(lo->cwd);
	free(lo->fds);
	free(lo->buf);
	free(lo);
}

static char **env_dup(char *const *env)
{
	size_t n = 0;
	char **copy;

	while (env[n])
		n++;
	copy = xcalloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(env[i]);
	return copy;
}

struct link *link_new_local(char *const *env, const char *cwd, struct err *e)
{
	struct local *lo;

	if (cwd && access(cwd, X_OK) < 0) {
		err_set(e, ERR_IO, _("cannot enter %s: %s"), cwd, strerror(errno));
		return NULL;
	}
	lo = xcalloc(1, sizeof *lo);
	lo->env = env_dup(env ? env : environ);
	lo->cwd = cwd ? xstrdup(cwd) : NULL;
	lo->guard = -1;
	lo->buf = xcalloc(1, LINK_READ_MAX);
	return link_new(xstrdup(_("this computer")), local_run, local_free, lo);
}
