/* Key files: offered by their public half first, so that nobody is asked for a passphrase in vain. */
#include "backends/link_ssh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/secret.h"
#include "base/alloc.h"
#include "base/i18n.h"

/* ssh's own list and order (ssh_config(5), IdentityFile), without the types libssh cannot sign with. */
static const char *const usual_names[] = {"id_rsa", "id_ecdsa", "id_ed25519"};

/* --- which ----------------------------------------------------------------------------------- */

static char *certificate_of(const struct ssh_link *s, const char *path)
{
	char *beside = xasprintf("%s-cert.pub", path);

	if (access(beside, R_OK) == 0)
		return beside;
	free(beside);
	/* A CertificateFile goes with the key of the same number. */
	if (s->nkeys < s->config.certificates.n)
		return xstrdup(s->config.certificates.words[s->nkeys]);
	return NULL;
}

static ssh_key public_half(const char *path)
{
	char *beside = xasprintf("%s.pub", path);
	ssh_key key = NULL;

	if (ssh_pki_import_pubkey_file(beside, &key) != SSH_OK &&
		ssh_pki_import_pubkey_file(path, &key) != SSH_OK)
		key = NULL;
	free(beside);
	return key;
}

static void key_add(struct ssh_link *s, const char *path)
{
	struct ssh_link_key *k = &s->keys[s->nkeys];
	struct stat st;
	bool secret;

	if (s->nkeys == SSH_KEYS_MAX)
		return;
	secret = stat(path, &st) == 0;
	/* As ssh does: a key that others can read is nobody's key. */
	if (secret && st.st_uid == geteuid() && (st.st_mode & 077)) {
		char *note = xasprintf(_("%s is not used: others can read it (chmod 600)"), path);

		ssh_link_note(s, note);
		free(note);
		return;
	}
	k->public = public_half(path);
	if (!secret && !k->public)
		return;
	k->dead = !secret; /* only told to the agent, with IdentitiesOnly */
	k->certificate = certificate_of(s, path);
	k->path = xstrdup(path);
	s->nkeys++;
}

static char *expand_home(const char *path)
{
	char *home, *whole;

	if (path[0] != '~' || path[1] != '/')
		return xstrdup(path);
	home = data_home();
	whole = xasprintf("%s%s", home, path + 1);
	free(home);
	return whole;
}

void ssh_keys_find(struct ssh_link *s, const char *identity)
{
	char *path, *home;

	if (identity) {
		path = expand_home(identity);
		key_add(s, path);
		free(path);
	}
	for (size_t i = 0; i < s->config.identities.n; i++)
		key_add(s, s->config.identities.words[i]);
	if (identity || s->config.identities.n > 0)
		return;
	home = data_home();
	for (size_t i = 0; i < sizeof usual_names / sizeof usual_names[0]; i++) {
		path = xasprintf("%s/.ssh/%s", home, usual_names[i]);
		key_add(s, path);
		free(path);
	}
	free(home);
}

void ssh_keys_free(struct ssh_link *s)
{
	for (size_t i = 0; i < s->nkeys; i++) {
		ssh_key_free(s->keys[i].public);
		ssh_key_free(s->keys[i].private);
		free(s->keys[i].path);
		free(s->keys[i].certificate);
	}
	s->nkeys = 0;
}

static bool usable(const struct ssh_link_key *k)
{
	return !k->tried && !k->dead;
}

bool ssh_keys_left(const struct ssh_link *s)
{
	for (size_t i = 0; i < s->nkeys; i++)
		if (usable(&s->keys[i]))
			return true;
	return false;
}

/* --- one after the other --------------------------------------------------------------------- */

static bool agent_had(struct ssh_link *s, const struct ssh_link_key *k)
{
	char *key64 = NULL;
	bool had;

	if (!s->agent || !k->public || ssh_pki_export_pubkey_base64(k->public, &key64) != SSH_OK)
		return false;
	had = ssh_agent_filter_had(s->agent, key64);
	ssh_string_free_char(key64);
	return had && !k->certificate;
}

static enum ssh_step key_done(struct ssh_link *s)
{
	s->keys[s->key].tried = true;
	return STEP_AUTH_NEXT;
}

/* Asks the server whether this key would do. Each refusal counts there (MaxAuthTries), so none is tried twice. */
enum ssh_step ssh_key_offer(struct ssh_link *s)
{
	struct ssh_link_key *k;
	int rc;

	if (s->key >= s->nkeys || !usable(&s->keys[s->key]))
		for (s->key = 0; s->key < s->nkeys && !usable(&s->keys[s->key]); s->key++)
			;
	if (s->key >= s->nkeys)
		return STEP_AUTH_NEXT;
	k = &s->keys[s->key];
	if (agent_had(s, k))
		return key_done(s);
	if (k->certificate || !k->public)
		return STEP_KEY_LOAD; /* the certificate may do where the bare key would not */
	rc = ssh_userauth_try_publickey(s->session, NULL, k->public);
	if (rc == SSH_AUTH_SUCCESS)
		return STEP_KEY_LOAD;
	if (rc != SSH_AUTH_AGAIN)
		k->tried = true;
	return ssh_auth_result(s, rc, STEP_KEY_OFFER);
}

/* libssh calls this only for an encrypted key: that is how we learn of it. */
static int passphrase_wanted(
	const char *prompt, char *buf, size_t len, int echo, int verify, void *wanted)
{
	(void)prompt;
	(void)buf;
	(void)len;
	(void)echo;
	(void)verify;
	*(bool *)wanted = true;
	return -1;
}

static void add_certificate(struct ssh_link *s, struct ssh_link_key *k)
{
	ssh_key certificate = NULL;

	if (!k->certificate)
		return;
	if (ssh_pki_import_cert_file(k->certificate, &certificate) != SSH_OK ||
		ssh_pki_copy_cert_to_privkey(certificate, k->private) != SSH_OK) {
		char *note = xasprintf(_("the certificate %s cannot be used"), k->certificate);

		ssh_link_note(s, note);
		free(note);
	}
	ssh_key_free(certificate);
}

static enum ssh_step passphrase_ask(struct ssh_link *s, const struct ssh_link_key *k)
{
	char *title = ssh_link_title(s, xasprintf(_("Passphrase for the key %s"), k->path));

	ssh_link_ask(s, LINK_Q_PASSPHRASE, false, title,
		k->wrong ? _("That was wrong. Try again.") : "");
	free(title);
	return STEP_KEY_WAIT;
}

/* What a person has unlocked for another in the chain need not be unlocked again. */
static bool key_borrow(const struct ssh_link *s, struct ssh_link_key *k)
{
	const struct ssh_link *root = s->root;

	for (size_t i = 0; i < root->nchain; i++)
		for (size_t j = 0; j < root->chain[i]->nkeys && !k->private; j++) {
			const struct ssh_link_key *other = &root->chain[i]->keys[j];

			if (other->private && !other->certificate &&
				strcmp(other->path, k->path) == 0)
				k->private = ssh_key_dup(other->private);
		}
	return k->private != NULL;
}

enum ssh_step ssh_key_load(struct ssh_link *s)
{
	struct ssh_link_key *k = &s->keys[s->key];
	bool encrypted = false;
	char *note;

	if (k->private)
		return STEP_KEY_SIGN;
	if (key_borrow(s, k) || ssh_pki_import_privkey_file(k->path, NULL, passphrase_wanted,
					&encrypted, &k->private) == SSH_OK) {
		add_certificate(s, k);
		return STEP_KEY_SIGN;
	}
	k->private = NULL;
	if (encrypted)
		return passphrase_ask(s, k);
	k->dead = true;
	note = xasprintf(_("the key %s cannot be read"), k->path);
	ssh_link_note(s, note);
	free(note);
	return key_done(s);
}

enum ssh_step ssh_key_wait(struct ssh_link *s)
{
	struct ssh_link_key *k = &s->keys[s->key];
	int rc;

	if (!s->answer.given)
		return STEP_KEY_WAIT;
	ssh_link_limit(s, SSH_AUTH_MS);
	if (!s->answer.secret) {
		k->dead = true;
		ssh_link_answered(s);
		return key_done(s);
	}
	rc = ssh_pki_import_privkey_file(k->path, s->answer.secret, NULL, NULL, &k->private);
	ssh_link_answered(s);
	if (rc == SSH_OK) {
		add_certificate(s, k);
		return STEP_KEY_SIGN;
	}
	k->private = NULL;
	if (++k->wrong < SSH_WRONG_MAX)
		return passphrase_ask(s, k);
	k->wrong = 0;
	return key_done(s);
}

enum ssh_step ssh_key_sign(struct ssh_link *s)
{
	struct ssh_link_key *k = &s->keys[s->key];
	int rc = ssh_userauth_publickey(s->session, NULL, k->private);

	if (rc != SSH_AUTH_AGAIN)
		k->tried = true;
	return ssh_auth_result(s, rc, STEP_KEY_SIGN);
}
