/* Who are we? The methods in ssh's order; partial success goes on with what the server still wants. */
#include "backends/link_ssh.h"

#include <stdlib.h>
#include <string.h>

#include "backends/secret.h"
#include "base/alloc.h"
#include "base/i18n.h"

static bool preferred(const struct ssh_link *s, const char *method, int configured)
{
	const char *list = s->config.preferred_authentications;

	return configured != 0 && (!list || ssh_config_match(method, list) == 1);
}

/* The server's methods that the configuration lets us use. */
static unsigned methods_now(struct ssh_link *s)
{
	unsigned m = (unsigned)ssh_userauth_list(s->session, NULL);

	if (!preferred(s, "publickey", s->config.pubkey))
		m &= ~SSH_AUTH_METHOD_PUBLICKEY;
	if (!preferred(s, "keyboard-interactive", s->config.keyboard))
		m &= ~SSH_AUTH_METHOD_INTERACTIVE;
	if (!preferred(s, "password", s->config.password))
		m &= ~SSH_AUTH_METHOD_PASSWORD;
	return m;
}

static char *peer_title(const struct ssh_link *s, const char *fmt_of_user_and_host)
{
	char *who = xasprintf("%s@%s", s->user, s->host);
	char *title = xasprintf("%s %s", fmt_of_user_and_host, who);

	free(who);
	return ssh_link_title(s, title);
}

/* --- none, and what comes next --------------------------------------------------------------- */

enum ssh_step ssh_auth_none(struct ssh_link *s)
{
	int rc;

	ssh_link_state(s, LINK_AUTH, "");
	if (!s->deadline)
		ssh_link_limit(s, SSH_AUTH_MS);
	rc = ssh_userauth_none(s->session, NULL);
	if (rc == SSH_AUTH_DENIED || rc == SSH_AUTH_PARTIAL) {
		s->methods = methods_now(s);
		return STEP_AUTH_NEXT;
	}
	return ssh_auth_result(s, rc, STEP_AUTH_NONE);
}

static const char *method_words(unsigned methods)
{
	if (methods & (SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE))
		return "publickey, password";
	return methods & SSH_AUTH_METHOD_PUBLICKEY ? "publickey" : "-";
}

static enum ssh_step no_way_in(struct ssh_link *s)
{
	unsigned all = (unsigned)ssh_userauth_list(s->session, NULL);

	if (s->nkeys == 0 && !s->agent_had_keys && (all & SSH_AUTH_METHOD_PUBLICKEY))
		return ssh_link_stop(s, ERR_LINK,
			_("%s: it wants a key, and there is none: add one with ssh-copy-id %s@%s, "
			  "or name it "
			  "with IdentityFile"),
			s->name, s->user, s->host);
	return ssh_link_stop(s, ERR_LINK,
		_("%s: it lets %s in with none of our keys (it takes: %s): is the user name right, "
		  "and is the "
		  "key in its authorized_keys?"),
		s->name, s->user, method_words(all));
}

enum ssh_step ssh_auth_next(struct ssh_link *s)
{
	ssh_link_limit(s, SSH_AUTH_MS);
	if ((s->methods & SSH_AUTH_METHOD_PUBLICKEY) && !s->agent_tried)
		return STEP_AGENT;
	if ((s->methods & SSH_AUTH_METHOD_PUBLICKEY) && ssh_keys_left(s))
		return STEP_KEY_OFFER;
	if ((s->methods & SSH_AUTH_METHOD_INTERACTIVE) && !s->keyboard_refused)
		return STEP_KEYBOARD;
	if ((s->methods & SSH_AUTH_METHOD_PASSWORD) && !s->password_refused)
		return STEP_PASSWORD_ASK;
	return no_way_in(s);
}

/* The server went away while it was about secrets: coming back by itself would look like guessing. */
enum ssh_step ssh_auth_ended(struct ssh_link *s)
{
	if (s->wrong > 0 || s->was_asked)
		return ssh_link_stop(s, ERR_LINK, _("%s: the server ended the attempt: %s"),
			s->name, ssh_link_error(s));
	if (strstr(ssh_link_error(s), "oo many authentication failures"))
		return ssh_link_stop(s, ERR_LINK,
			_("%s: too many keys were tried: name the right one with IdentityFile and "
			  "IdentitiesOnly yes"),
			s->name);
	return ssh_link_lose(s, _("%s: the connection ended while authenticating: %s"), s->name,
		ssh_link_error(s));
}

enum ssh_step ssh_auth_result(struct ssh_link *s, int rc, enum ssh_step same)
{
	switch (rc) {
	case SSH_AUTH_AGAIN:
		return same;
	case SSH_AUTH_SUCCESS:
		return STEP_UP;
	case SSH_AUTH_PARTIAL: /* good so far, and more is wanted */
		s->methods = methods_now(s);
		s->wrong = 0;
		s->keyboard_refused = s->password_refused = false;
		return STEP_AUTH_NEXT;
	case SSH_AUTH_DENIED:
		return STEP_AUTH_NEXT;
	default:
		return ssh_is_connected(s->session) && same != STEP_AUTH_NONE ? STEP_AUTH_NEXT
									      : ssh_auth_ended(s);
	}
}

static enum ssh_step wrong_answer(struct ssh_link *s, bool *refused)
{
	if (++s->wrong < SSH_WRONG_MAX)
		return STEP_AUTH_NEXT;
	*refused = true;
	return ssh_link_stop(s, ERR_LINK,
		_("%s: wrong password three times for %s: it is not tried again by itself, so that "
		  "the server "
		  "does not shut you out"),
		s->name, s->user);
}

static enum ssh_step no_answer(struct ssh_link *s)
{
	ssh_link_answered(s);
	return ssh_link_stop(s, ERR_LINK, _("%s: no password was given"), s->name);
}

/* --- keyboard-interactive -------------------------------------------------------------------- */

static void keyboard_ask(struct ssh_link *s)
{
	const char *name = ssh_userauth_kbdint_getname(s->session);
	const char *instruction = ssh_userauth_kbdint_getinstruction(s->session);
	char echo = 0;
	const char *prompt = ssh_userauth_kbdint_getprompt(s->session, (unsigned)s->prompt, &echo);
	const char *again = s->wrong ? _("That was wrong. Try again.") : "";
	char *text = xasprintf("%s%s%s%s%s", again, *again ? "\n" : "", name ? name : "",
		name && *name ? "\n" : "", instruction ? instruction : "");
	char *title = peer_title(s, prompt ? prompt : "?");

	s->was_asked = true;
	ssh_link_ask(s, LINK_Q_KEYBOARD, echo != 0, title, text);
	free(title);
	free(text);
}

enum ssh_step ssh_auth_keyboard(struct ssh_link *s)
{
	int rc = ssh_userauth_kbdint(s->session, NULL, NULL);

	if (rc == SSH_AUTH_DENIED) {
		if (s->keyboard_asked) {
			s->keyboard_asked = false;
			return wrong_answer(s, &s->keyboard_refused);
		}
		s->keyboard_refused = true; /* it offers the method and asks nothing */
		return STEP_AUTH_NEXT;
	}
	if (rc == SSH_AUTH_ERROR && ssh_is_connected(s->session))
		s->keyboard_refused = true;
	if (rc != SSH_AUTH_INFO)
		return ssh_auth_result(s, rc, STEP_KEYBOARD);
	s->prompts = ssh_userauth_kbdint_getnprompts(s->session);
	s->prompt = 0;
	if (s->prompts <= 0) /* only words, or the end of a round: answered by going on */
		return STEP_KEYBOARD;
	s->keyboard_asked = true;
	keyboard_ask(s);
	return STEP_KEYBOARD_WAIT;
}

enum ssh_step ssh_auth_keyboard_wait(struct ssh_link *s)
{
	if (!s->answer.given)
		return STEP_KEYBOARD_WAIT;
	if (!s->answer.secret)
		return no_answer(s);
	ssh_userauth_kbdint_setanswer(s->session, (unsigned)s->prompt, s->answer.secret);
	ssh_link_answered(s);
	if (++s->prompt < s->prompts) {
		keyboard_ask(s);
		return STEP_KEYBOARD_WAIT;
	}
	ssh_link_limit(s, SSH_AUTH_MS);
	return STEP_KEYBOARD;
}

/* --- password -------------------------------------------------------------------------------- */

enum ssh_step ssh_auth_password_ask(struct ssh_link *s)
{
	char *title = peer_title(s, _("Password for"));
	char *banner = ssh_get_issue_banner(s->session);
	char *text = xasprintf("%s%s%s", s->wrong ? _("That was wrong. Try again.") : "",
		s->wrong && banner ? "\n" : "", banner ? banner : "");

	s->was_asked = true;
	ssh_link_ask(s, LINK_Q_PASSWORD, false, title, text);
	ssh_string_free_char(banner);
	free(text);
	free(title);
	return STEP_PASSWORD_WAIT;
}

enum ssh_step ssh_auth_password_wait(struct ssh_link *s)
{
	if (!s->answer.given)
		return STEP_PASSWORD_WAIT;
	if (!s->answer.secret)
		return no_answer(s);
	ssh_link_limit(s, SSH_AUTH_MS);
	return STEP_PASSWORD;
}

enum ssh_step ssh_auth_password(struct ssh_link *s)
{
	int rc = ssh_userauth_password(s->session, NULL, s->answer.secret ? s->answer.secret : "");

	if (rc == SSH_AUTH_AGAIN)
		return STEP_PASSWORD;
	ssh_link_answered(s);
	if (rc == SSH_AUTH_DENIED)
		return wrong_answer(s, &s->password_refused);
	if (rc == SSH_AUTH_ERROR && ssh_is_connected(s->session))
		s->password_refused = true;
	return ssh_auth_result(s, rc, STEP_PASSWORD);
}
