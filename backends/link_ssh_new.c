/* Making an ssh link: what profile and ssh_config say, settled once for its life. */
#include "backends/link_ssh.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/host.h"
#include "backends/known_hosts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"

static void list_free(struct ssh_config_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->words[i]);
	free(l->words);
}

static void member_free(struct ssh_link *s)
{
	ssh_link_answered(s);
	ssh_keys_free(s);
	ssh_config_clear(&s->config);
	list_free(&s->files);
	free(s->hop);
	free(s->name);
	free(s->host);
	free(s->user);
	free(s->notes);
	free(s->known_name);
	free(s->key64);
	free(s->key_type);
	free(s->once64);
	free(s->buf);
	free(s);
}

static void ssh_link_free(void *kind)
{
	struct ssh_link *root = kind;

	/* The root is the last, and holds the chain. */
	for (size_t i = 0, n = root->nchain; i < n; i++)
		member_free(root->chain[i]);
}

static void files_add(struct ssh_link *s, const char *path)
{
	s->files.words = xrealloc(s->files.words, s->files.n + 1, sizeof *s->files.words);
	s->files.words[s->files.n++] = xstrdup(path);
}

/* The user's files first: a new key is added to the first of them. */
static void files_find(struct ssh_link *s)
{
	const struct ssh_config *c = &s->config;
	char *home = data_home();

	for (size_t i = 0; i < c->known_hosts.n; i++)
		if (strcmp(c->known_hosts.words[i], "none") != 0)
			files_add(s, c->known_hosts.words[i]);
	if (c->known_hosts.n == 0) {
		static const char *const usual[] = {"known_hosts", "known_hosts2"};

		for (size_t i = 0; i < 2; i++) {
			char *path = xasprintf("%s/.ssh/%s", home, usual[i]);

			files_add(s, path);
			free(path);
		}
	}
	for (size_t i = 0; i < c->global_known_hosts.n; i++)
		files_add(s, c->global_known_hosts.words[i]);
	if (c->global_known_hosts.n == 0)
		files_add(s, "/etc/ssh/ssh_known_hosts");
	free(home);
}

static char *login_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());
	const char *name = pw && pw->pw_name ? pw->pw_name : getenv("USER");

	return xstrdup(name ? name : "root");
}

/* What was asked for goes before ssh_config, and that before what is usual. */
static void settle(struct ssh_link *s, const struct ssh_link_asked *a)
{
	struct ssh_config *c = &s->config;
	char *notes;

	s->host = xstrdup(c->host_name ? c->host_name : a->name);
	s->user = a->user ? xstrdup(a->user) : c->user ? xstrdup(c->user) : login_name();
	s->port = a->port > 0 ? a->port : c->port > 0 ? c->port : 22;
	s->known_name = c->host_key_alias ? known_hosts_name(c->host_key_alias, 22)
					  : known_hosts_name(s->host, s->port);
	if (c->notes) {
		notes = xasprintf(_("not honoured of ssh_config: %s"), c->notes);
		ssh_link_note(s, notes);
		free(notes);
	}
	files_find(s);
	ssh_keys_find(s, a->identity);
}

struct ssh_link *ssh_link_member(
	struct ssh_link *root, const struct ssh_link_asked *a, struct err *e)
{
	struct ssh_link *s = xcalloc(1, sizeof *s);
	char *clean = text_dup(a->name);

	s->root = root ? root : s;
	s->sock = s->watch = s->proxy_err = -1;
	s->hop = root ? xstrdup(clean) : NULL;
	s->name = root ? xasprintf(_("jump host %s"), clean) : xstrdup(a->called);
	free(clean);
	if (ssh_config_read(a->config, a->name, a->user, &s->config, e) < 0) {
		member_free(s);
		return NULL;
	}
	settle(s, a);
	return s;
}

static int profile_line_of(const struct host *h, const char *key)
{
	for (size_t i = 0; i < h->nsettings; i++)
		if (strcmp(h->settings[i].key, key) == 0)
			return h->settings[i].line;
	return 0;
}

/* As ssh -J does: ssh_config's ProxyJump and ProxyCommand do not count then. */
static void jump_of_profile(struct ssh_link *s, const struct host *h)
{
	struct ssh_config *c = &s->config;

	if (!h->jump)
		return;
	free(c->proxy_jump);
	free(c->jump_file);
	FREE(c->proxy_command);
	c->proxy_jump = strcmp(h->jump, "none") == 0 ? NULL : xstrdup(h->jump);
	c->jump_file = xstrdup(h->path ? h->path : h->name);
	c->jump_line = profile_line_of(h, "jump");
}

struct link *link_new_ssh(const struct host *h, struct err *e)
{
	struct ssh_link_asked asked = {.called = h->name,
		.name = h->address ? h->address : h->name,
		.user = h->user,
		.port = h->port,
		.identity = h->identity,
		.config = h->ssh_config};
	struct ssh_link *s = ssh_link_member(NULL, &asked, e);
	char *peer, *clean;

	if (!s)
		return NULL;
	jump_of_profile(s, h);
	if (ssh_chain_make(s, &asked, e) < 0) {
		ssh_link_free(s);
		return NULL;
	}
	s->buf = xcalloc(1, LINK_READ_MAX);
	peer = xasprintf(
		strchr(s->host, ':') ? "%s@[%s]:%d" : "%s@%s:%d", s->user, s->host, s->port);
	clean = text_dup(peer);
	free(peer);
	return link_new(clean, ssh_link_run, ssh_link_free, s);
}
