/* Is it the server it says it is? */
#include "backends/link_ssh.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/known_hosts.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"

/* What libssh 0.10 can, in its own order (ssh_kex.c, HOSTKEYS). */
static const char *const algorithms[] = {"ssh-ed25519", "ecdsa-sha2-nistp521",
	"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"};

static bool type_of(const char *algorithm, const char *types)
{
	const char *type = strncmp(algorithm, "rsa-", 4) == 0 ? "ssh-rsa" : algorithm;

	return *types && ssh_config_match(type, types) == 1;
}

/* As ssh does: a server that also has keys we have never seen must not look like another server. */
char *ssh_hostkey_algorithms(struct ssh_link *s)
{
	char *types;
	struct buf list;

	if (s->config.host_key_algorithms)
		return xstrdup(s->config.host_key_algorithms);
	types = known_hosts_types(s->files.words, s->files.n, s->known_name);
	buf_init(&list, 1024);
	for (int known = 1; known >= 0; known--)
		for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
			if (type_of(algorithms[i], types) == (known == 1))
				buf_addf(&list, "%s%s", list.len ? "," : "", algorithms[i]);
	free(types);
	return buf_take(&list);
}

static bool take_key(struct ssh_link *s)
{
	ssh_key key = NULL;
	char *key64 = NULL;
	const char *type;

	if (ssh_get_server_publickey(s->session, &key) != SSH_OK)
		return false;
	type = ssh_key_type_to_char(ssh_key_type(key));
	if (ssh_pki_export_pubkey_base64(key, &key64) != SSH_OK || !type) {
		ssh_key_free(key);
		return false;
	}
	free(s->key64);
	free(s->key_type);
	s->key64 = xstrdup(key64);
	s->key_type = xstrdup(type);
	ssh_string_free_char(key64);
	ssh_key_free(key);
	return true;
}

/* "ED25519", as ssh-keygen -l names them. */
static const char *short_type(const char *type)
{
	static const struct {
		const char *type, *word;
	} words[] = {{"ssh-ed25519", "ED25519"}, {"ssh-rsa", "RSA"}, {"ssh-dss", "DSA"}};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].type, type) == 0)
			return words[i].word;
	return strncmp(type, "ecdsa-", 6) == 0 ? "ECDSA" : type;
}

static enum ssh_step refuse_changed(struct ssh_link *s, const struct known_hosts_answer *a)
{
	char offered[KNOWN_HOSTS_FINGERPRINT], known[KNOWN_HOSTS_FINGERPRINT];

	known_hosts_fingerprint(s->key64, offered);
	known_hosts_fingerprint(a->key, known);
	return ssh_link_stop(s, ERR_REFUSED,
		_("%s: refused, its host key is not the one we know: %s %s is offered, %s %s is in "
		  "%s, line %d. "
		  "Someone may be in between. If the server was really set up anew: "
		  "ssh-keygen -f \"%s\" -R \"%s\""),
		s->name, short_type(s->key_type), offered, short_type(a->type), known, a->file,
		a->line, a->file, s->known_name);
}

static enum ssh_step refuse_revoked(struct ssh_link *s, const struct known_hosts_answer *a)
{
	char offered[KNOWN_HOSTS_FINGERPRINT];

	return ssh_link_stop(s, ERR_REFUSED,
		_("%s: refused, its host key %s %s is revoked in %s, line %d: ask who runs it for "
		  "its new key"),
		s->name, short_type(s->key_type), known_hosts_fingerprint(s->key64, offered),
		a->file, a->line);
}

static enum ssh_step remember(struct ssh_link *s)
{
	struct err e = {0};

	if (s->files.n == 0 || strcmp(s->files.words[0], "/dev/null") == 0)
		return STEP_AUTH_NONE;
	if (known_hosts_add(s->files.words[0], s->known_name, s->key_type, s->key64,
		    s->config.hash_known_hosts == 1, &e) < 0)
		ssh_link_note(s, e.text);
	return STEP_AUTH_NONE;
}

static enum ssh_step ask(struct ssh_link *s)
{
	char offered[KNOWN_HOSTS_FINGERPRINT];
	char *title = s->hop ? xasprintf(_("Is this the jump host %s?"), s->hop)
			     : xasprintf(_("Is this %s?"), s->name);
	char *text = xasprintf(
		_("Nothing is known of the host key of %s (port %d) yet.\n%s key fingerprint:\n"
		  "%s\nCompare it with what the server's own console shows: "
		  "ssh-keygen -lf /etc/ssh/ssh_host_%s_key.pub"),
		s->host, s->port, short_type(s->key_type),
		known_hosts_fingerprint(s->key64, offered),
		strcmp(short_type(s->key_type), "RSA") == 0     ? "rsa"
		: strcmp(short_type(s->key_type), "ECDSA") == 0 ? "ecdsa"
								: "ed25519");

	ssh_link_state(s, LINK_HOSTKEY, "");
	ssh_link_ask(s, LINK_Q_HOSTKEY, true, title, text);
	free(text);
	free(title);
	return STEP_HOSTKEY_WAIT;
}

static enum ssh_step unknown(struct ssh_link *s)
{
	char offered[KNOWN_HOSTS_FINGERPRINT];

	switch (s->config.strict) {
	case STRICT_ACCEPT_NEW:
		return remember(s);
	case STRICT_YES:
		return ssh_link_stop(s, ERR_REFUSED,
			_("%s: refused, its host key %s %s is not known and StrictHostKeyChecking "
			  "is yes"),
			s->name, short_type(s->key_type),
			known_hosts_fingerprint(s->key64, offered));
	case STRICT_ASK:
		break;
	}
	return ask(s);
}

enum ssh_step ssh_hostkey_check(struct ssh_link *s)
{
	struct known_hosts_answer a;
	enum ssh_step next = STEP_AUTH_NONE;

	if (!take_key(s))
		return ssh_link_lose(s, _("%s: its host key cannot be read"), s->name);
	known_hosts_look(s->files.words, s->files.n, s->known_name, s->key_type, s->key64, &a);
	/* "once" holds for the life of the link, for that very key. */
	if (a.verdict == KNOWN_HOSTS_UNKNOWN && s->once64 && strcmp(s->once64, s->key64) == 0)
		a.verdict = KNOWN_HOSTS_OK;
	switch (a.verdict) {
	case KNOWN_HOSTS_OK:
		break;
	case KNOWN_HOSTS_UNKNOWN:
		next = unknown(s);
		break;
	case KNOWN_HOSTS_CHANGED:
	case KNOWN_HOSTS_OTHER:
		next = refuse_changed(s, &a);
		break;
	case KNOWN_HOSTS_REVOKED:
		next = refuse_revoked(s, &a);
		break;
	}
	known_hosts_clear(&a);
	return next;
}

enum ssh_step ssh_hostkey_wait(struct ssh_link *s)
{
	enum ssh_step next = STEP_AUTH_NONE;

	if (!s->answer.given)
		return STEP_HOSTKEY_WAIT;
	if (s->answer.secret && strcmp(s->answer.secret, "yes") == 0) {
		next = remember(s);
	} else if (s->answer.secret && strcmp(s->answer.secret, "once") == 0) {
		free(s->once64);
		s->once64 = xstrdup(s->key64);
	} else {
		next = ssh_link_stop(
			s, ERR_REFUSED, _("%s: its host key was not accepted"), s->name);
	}
	ssh_link_answered(s);
	return next;
}
