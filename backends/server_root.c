/*
 * server_root: the one root shell. sudo -S -p TOKEN reads the password from the channel; it is sent
 * only after
 * TOKEN was read as its prompt. With NOPASSWD sudo never asks, and a password sent blindly would be
 * run as a command.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/secret.h"
#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define ASK_MS 600000  /* a person may take this long */
#define CHECK_MS 60000 /* and PAM this */
#define START_MS 30000 /* no prompt and no shell: it asks something we do not know */
#define PROMPTS_MOST 3

static void say(struct server *s, enum root_state state, const char *text)
{
	struct server_event *ev = event_new(SERVER_ROOT);

	s->root.state = state;
	ev->u.root.state = state;
	ev->u.root.text = text_dup(text);
	ev->u.root.password_used = s->root.password_used;
	event_put(s, ev, 0);
}

void root_password(struct server *s, const char *password)
{
	struct root *r = &s->root;

	secret_free(r->given, r->given_len);
	r->given_len = strlen(password);
	r->given = secret_dup(password, r->given_len);
}

void root_clear(struct server *s)
{
	struct root *r = &s->root;

	secret_free(r->given, r->given_len);
	r->given = NULL;
	if (r->err)
		buf_wipe(r->err);
	FREE(r->err);
}

void root_open(struct server *s, bool by_operator)
{
	struct root *r = &s->root;
	struct shell *sh = s->remotes[REMOTE_ROOT].shell;
	char *command;

	if (by_operator)
		r->wanted = true;
	if (s->read_only) {
		say(s, ROOT_NEVER, _("this console only watches (--read-only)"));
		return;
	}
	if (!s->link_up || !s->uid_known || shell_state(sh) != SHELL_CLOSED) {
		if (r->state == ROOT_UP)
			say(s, ROOT_UP, "");
		return; /* opened when the control shell has said who we are */
	}
	if (s->host->sudo_never && !s->user_is_root) {
		r->wanted = false;
		say(s, ROOT_NEVER, _("the profile says: sudo = never"));
		return;
	}
	r->step = ROOT_STARTING;
	r->prompts = 0;
	r->seen = 0;
	r->password_used = false;
	digest_token(r->prompt);
	if (!r->err)
		r->err = xcalloc(1, sizeof(*r->err));
	buf_clear(r->err);
	buf_init(r->err, (size_t)64 << 10);
	say(s, ROOT_OPENING, "");
	if (s->user_is_root) {
		shell_open(sh, NULL, s->root_text, server_ms(s, SHELL_OPEN_MS));
		return;
	}
	shell_new_token(sh);
	command = xasprintf("exec sudo -S -p %s -- "
			    "sh -c 'echo %s; exec env -u LANGUAGE LC_ALL=C sh'",
		r->prompt, shell_token(sh));
	shell_open(sh, command, s->root_text, server_ms(s, START_MS));
	free(command);
}

static void send_password(struct server *s, const char *password, size_t n)
{
	struct root *r = &s->root;
	struct shell *sh = s->remotes[REMOTE_ROOT].shell;
	char *line = secret_dup(password, n + 1);

	line[n] = '\n';
	shell_write_secret(sh, line, n + 1);
	secret_free(line, n + 1);
	r->step = ROOT_CHECKING;
	r->password_used = true;
	shell_patience(sh, server_ms(s, CHECK_MS));
}

static void ask_password(struct server *s)
{
	struct root *r = &s->root;
	struct server_event *ev = event_new(SERVER_QUESTION);
	struct link_question *q = xcalloc(1, sizeof(*q));

	r->step = ROOT_ASKING;
	r->question = QUESTION_OURS | ++s->question;
	say(s, ROOT_PASSWORD, "");
	q->id = r->question;
	q->kind = LINK_Q_PASSWORD;
	q->title = xasprintf(_("sudo password for %s"), link_peer(s->link));
	q->text = xstrdup(r->prompts > 1 ? _("That was not the password. Try again.") : "");
	ev->u.question = q;
	event_put(s, ev, 0);
	shell_patience(s->remotes[REMOTE_ROOT].shell, ASK_MS);
}

void root_err(struct server *s, const void *bytes, size_t n)
{
	struct root *r = &s->root;
	const char *at;

	if (!r->err)
		return;
	buf_add(r->err, bytes, n);
	if (r->err->len == 0)
		return;
	at = memmem(r->err->data + r->seen, r->err->len - r->seen, r->prompt, strlen(r->prompt));
	if (!at)
		return;
	r->seen = (size_t)(at - r->err->data) + strlen(r->prompt);
	r->prompts++;
	if (r->given && r->prompts == 1)
		send_password(s, r->given, r->given_len);
	else if (r->prompts > PROMPTS_MOST)
		shell_close(s->remotes[REMOTE_ROOT].shell);
	else
		ask_password(s);
	if (r->given && r->prompts == 1) {
		secret_free(r->given, r->given_len);
		r->given = NULL;
	}
}

bool root_answer(struct server *s, unsigned id, const char *answer)
{
	struct root *r = &s->root;

	if (!(id & QUESTION_OURS))
		return false;
	if (id != r->question || r->step != ROOT_ASKING)
		return true; /* of a shell that has gone meanwhile */
	r->question = 0;
	if (answer) {
		send_password(s, answer, strlen(answer));
	} else {
		r->wanted = false;
		shell_close(s->remotes[REMOTE_ROOT].shell);
	}
	return true;
}

void root_up(struct server *s)
{
	s->root.step = ROOT_IDLE;
	s->root.room_made = false;
	buf_wipe(s->root.err);
	say(s, ROOT_UP, "");
	lock_again(s);
}

/* What sudo said last, without our prompts; clean and owned. */
static char *last_words(const struct root *r)
{
	struct buf text;
	char *words, *next, *last = NULL;

	buf_init(&text, 0);
	if (r->err && r->err->data)
		text_clean_lines(&text, r->err->data, r->err->len, TEXT_FIELD_MAX);
	words = buf_take(&text);
	for (char *line = words; line; line = next) {
		char *prompt;

		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		while ((prompt = strstr(line, r->prompt)) != NULL)
			line = prompt + strlen(r->prompt);
		if (*line)
			last = line;
	}
	last = xstrdup(last ? last : "");
	free(words);
	return last;
}

static void refuse(struct server *s, const char *text)
{
	s->root.wanted = false;
	say(s, ROOT_REFUSED, text);
}

void root_ended(struct server *s, enum shell_end end, int status, bool link_lost)
{
	struct root *r = &s->root;
	bool was_up = r->state == ROOT_UP, asked = r->question != 0;
	char *words = last_words(r);

	r->question = 0;
	r->step = ROOT_IDLE;
	s->lock_ours = false;
	if (!s->link_up || link_lost) {
		say(s, ROOT_NONE, "");
	} else if (end == SHELL_END_REFUSED) {
		if (!r->room_made && collectors_make_room(s)) {
			/* Opened again by root_tick when that channel has closed. */
			r->room_made = true;
			r->state = ROOT_NONE;
		} else {
			refuse(s, _("the server gives no further channel (MaxSessions in its "
				    "sshd_config)"));
		}
	} else if (was_up) {
		/*
		 * Killed past a time limit, or by somebody: it comes back, and asks again if it
		 * must.
		 */
		say(s, ROOT_NONE, "");
	} else if (!r->wanted && !asked) {
		say(s, ROOT_NONE, "");
	} else if (end == SHELL_END_TIMEOUT) {
		refuse(s, _("sudo neither asked for a password nor gave a shell"));
	} else if (status == 127) {
		refuse(s, _("sudo is not on this server: log in as root, or install it"));
	} else {
		refuse(s, *words ? words : _("sudo gave no shell"));
	}
	free(words);
}

/*
 * Comes back by itself: after the link did, after it was killed, when a channel was given up for
 * it.
 */
int64_t root_tick(struct server *s, int64_t now)
{
	struct root *r = &s->root;
	struct remote *remote = &s->remotes[REMOTE_ROOT];

	if (!r->wanted || r->state != ROOT_NONE || !s->link_up || !s->uid_known ||
		shell_state(remote->shell) != SHELL_CLOSED)
		return INT64_MAX;
	if (now < remote->retry_at)
		return remote->retry_at;
	root_open(s, false);
	return INT64_MAX;
}

void root_link(struct server *s, bool up)
{
	struct root *r = &s->root;

	r->room_made = false;
	s->uid_known = false;
	if (!up)
		r->step = ROOT_IDLE;
}
