/*
 * sshserver KEYFILE PORT WAY...: a small ssh server on 127.0.0.1, made with libssh, for the ways to log in that a
 * sshd without root and PAM cannot show. Prints "listening". Each WAY must be passed, in order:
 *   password:SECRET           password
 *   keyboard:SECRET           keyboard-interactive, one prompt without echo
 *   keyboard:SECRET:CODE      two prompts in one round, the second with echo
 *   rounds:SECRET:CODE        the same in two rounds
 * Commands are run by sh; what they print is sent back; direct-tcpip channels are carried, one a visit. Each login
 * attempt is printed: "way ok" or "way no". These are no ways, but what is said to visitors:
 *   banner:TEXT               before they log in
 *   bye:TEXT                  instead of opening a direct-tcpip channel: the visit ends with it
 */
#include <arpa/inet.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/spawn.h"
#include "base/alloc.h"

#define WAYS_MAX 4

struct way {
	const char *kind;
	char *answers[2];
	int nanswers;
};

struct words {
	const char *banner, *bye; /* or NULL */
};

struct visit {
	ssh_session session;
	const struct words *words;
	struct way *ways;
	int nways, way; /* the one that is due */
	int round;
	bool authenticated;
	ssh_channel channel;
};

static void say(const struct visit *v, const char *kind, bool ok)
{
	(void)v;
	printf("%s %s\n", kind, ok ? "ok" : "no");
	fflush(stdout);
}

/* Deprecated in favour of callbacks, which know no order of ways. */
static const char *password_of(ssh_message m)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	return ssh_message_auth_password(m);
#pragma GCC diagnostic pop
}

static int method_of(const struct way *w)
{
	return strcmp(w->kind, "password") == 0 ? SSH_AUTH_METHOD_PASSWORD
						: SSH_AUTH_METHOD_INTERACTIVE;
}

static void deny(struct visit *v, ssh_message m)
{
	ssh_message_auth_set_methods(m, method_of(&v->ways[v->way]));
	ssh_message_reply_default(m);
}

/* Passed or not: on to the next way, in, or another try. */
static void judge(struct visit *v, ssh_message m, bool ok)
{
	say(v, v->ways[v->way].kind, ok);
	v->round = 0;
	if (!ok) {
		deny(v, m);
		return;
	}
	if (++v->way == v->nways) {
		v->authenticated = true;
		ssh_message_auth_reply_success(m, 0);
		return;
	}
	ssh_message_auth_set_methods(m, method_of(&v->ways[v->way]));
	ssh_message_auth_reply_success(m, 1);
}

static void keyboard_ask(struct visit *v, ssh_message m)
{
	static const char *const texts[] = {"Password: ", "Code: "};
	const struct way *w = &v->ways[v->way];
	bool rounds = strcmp(w->kind, "rounds") == 0;
	const char *prompts[2] = {rounds ? texts[v->round] : texts[0], texts[1]};
	char echo[2] = {rounds && v->round == 1, 1};

	ssh_message_auth_interactive_request(m, "Tester's server", "Say who you are",
		rounds ? 1 : (unsigned)w->nanswers, prompts, echo);
}

static void keyboard(struct visit *v, ssh_message m)
{
	struct way *w = &v->ways[v->way];
	bool rounds = strcmp(w->kind, "rounds") == 0, ok = true;
	int n, want = rounds ? 1 : w->nanswers;

	if (!ssh_message_auth_kbdint_is_response(m)) {
		v->round = 0;
		keyboard_ask(v, m);
		return;
	}
	n = ssh_userauth_kbdint_getnanswers(v->session);
	for (int i = 0; i < want; i++) {
		const char *got =
			i < n ? ssh_userauth_kbdint_getanswer(v->session, (unsigned)i) : NULL;

		ok = ok && got && strcmp(got, w->answers[rounds ? v->round : i]) == 0;
	}
	if (ok && rounds && ++v->round < w->nanswers) {
		keyboard_ask(v, m);
		return;
	}
	judge(v, m, ok && n == want);
}

static void auth(struct visit *v, ssh_message m)
{
	const struct way *w = &v->ways[v->way];

	if (ssh_message_subtype(m) != method_of(w))
		deny(v, m);
	else if (method_of(w) == SSH_AUTH_METHOD_PASSWORD)
		judge(v, m, strcmp(password_of(m), w->answers[0]) == 0);
	else
		keyboard(v, m);
}

static void run(struct visit *v, const char *command)
{
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
	struct spawn sp = {.argv = argv, .env = env, .in = -1, .err = -1};
	char buf[4096];
	int mine = -1, status = 0;
	ssize_t n;
	pid_t pid;
	int fd[2];

	if (pipe(fd) < 0)
		return;
	mine = fd[0];
	sp.out = fd[1];
	if (spawn_start(&sp, &pid) == 0) {
		close(fd[1]);
		while ((n = read(mine, buf, sizeof buf)) > 0)
			ssh_channel_write(v->channel, buf, (uint32_t)n);
		waitpid(pid, &status, 0);
	}
	close(mine);
	ssh_channel_request_send_exit_status(
		v->channel, WIFEXITED(status) ? WEXITSTATUS(status) : 255);
	ssh_channel_send_eof(v->channel);
	ssh_channel_close(v->channel);
}

/* --- carrying -------------------------------------------------------------------------------- */

static int connect_to(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* Both ways until one of them ends. */
static void carry(struct visit *v, int fd)
{
	char buf[16384];

	for (;;) {
		struct pollfd p[2] = {{.fd = ssh_get_fd(v->session), .events = POLLIN},
			{.fd = fd, .events = POLLIN}};
		int n;

		while ((n = ssh_channel_read_nonblocking(v->channel, buf, sizeof buf, 0)) > 0)
			if (!write_all(fd, buf, (size_t)n))
				return;
		if (n < 0 || ssh_channel_is_eof(v->channel))
			return;
		poll(p, 2, -1);
		if (!p[1].revents)
			continue;
		n = (int)read(fd, buf, sizeof buf);
		if (n <= 0 || ssh_channel_write(v->channel, buf, (uint32_t)n) != n)
			return;
	}
}

static void forward(struct visit *v, ssh_message m)
{
	int fd = -1;

	if (v->words->bye) {
		ssh_session_set_disconnect_message(v->session, v->words->bye);
		ssh_disconnect(v->session);
		_exit(0);
	}
	fd = connect_to(ssh_message_channel_request_open_destination_port(m));
	if (fd < 0) {
		ssh_message_reply_default(m);
		return;
	}
	v->channel = ssh_message_channel_request_open_reply_accept(m);
	if (v->channel)
		carry(v, fd);
	close(fd);
	ssh_disconnect(v->session);
	_exit(0);
}

/* --- the visit ------------------------------------------------------------------------------- */

static void message(struct visit *v, ssh_message m)
{
	int type = ssh_message_type(m), sub = ssh_message_subtype(m);

	if (type == SSH_REQUEST_AUTH && !v->authenticated) {
		auth(v, m);
	} else if (type == SSH_REQUEST_CHANNEL_OPEN && sub == SSH_CHANNEL_SESSION &&
		   v->authenticated) {
		v->channel = ssh_message_channel_request_open_reply_accept(m);
	} else if (type == SSH_REQUEST_CHANNEL_OPEN && sub == SSH_CHANNEL_DIRECT_TCPIP &&
		   v->authenticated) {
		forward(v, m);
	} else if (type == SSH_REQUEST_CHANNEL && sub == SSH_CHANNEL_REQUEST_EXEC && v->channel) {
		char *command = xstrdup(ssh_message_channel_request_command(m));

		ssh_message_channel_request_reply_success(m);
		run(v, command);
		free(command);
	} else {
		ssh_message_reply_default(m);
	}
}

static void visit(ssh_session session, struct way *ways, int nways, const struct words *words)
{
	struct visit v = {.session = session, .ways = ways, .nways = nways, .words = words};
	ssh_message m;

	ssh_set_auth_methods(session, method_of(&ways[0]));
	if (ssh_handle_key_exchange(session) != SSH_OK)
		return;
	if (words->banner) {
		ssh_string text = ssh_string_from_char(words->banner);

		ssh_send_issue_banner(session, text);
		ssh_string_free(text);
	}
	while ((m = ssh_message_get(session))) {
		message(&v, m);
		ssh_message_free(m);
	}
	ssh_disconnect(session);
}

static bool way_parse(struct way *w, char *text)
{
	char *colon = strchr(text, ':');

	w->kind = text;
	while (colon && w->nanswers < 2) {
		*colon = '\0';
		w->answers[w->nanswers++] = colon + 1;
		colon = strchr(colon + 1, ':');
	}
	return w->nanswers > 0;
}

int main(int argc, char **argv)
{
	struct way ways[WAYS_MAX] = {{0}};
	struct words words = {0};
	ssh_bind bind = ssh_bind_new();
	int port = 0, nways = 0;

	if (argc < 4)
		return 2;
	port = (int)strtol(argv[2], NULL, 10);
	for (int i = 3; i < argc; i++)
		if (strncmp(argv[i], "banner:", 7) == 0)
			words.banner = argv[i] + 7;
		else if (strncmp(argv[i], "bye:", 4) == 0)
			words.bye = argv[i] + 4;
		else if (nways == WAYS_MAX || !way_parse(&ways[nways++], argv[i]))
			return 2;
	if (nways == 0)
		return 2;
	ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDADDR, "127.0.0.1");
	ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDPORT, &port);
	ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, argv[1]);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (ssh_bind_listen(bind) < 0)
		return 1;
	printf("listening\n");
	fflush(stdout);
	for (;;) {
		ssh_session session = ssh_new();

		if (ssh_bind_accept(bind, session) == SSH_OK && fork() == 0) {
			signal(SIGCHLD, SIG_DFL);
			visit(session, ways, nways, &words);
			_exit(0);
		}
		ssh_silent_disconnect(session);
		ssh_free(session);
	}
}
