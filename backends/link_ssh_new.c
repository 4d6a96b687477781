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

static void ssh_link_free(void *kind)
{
	struct ssh_link *s = kind;

	ssh_link_answered(s);
	ssh_keys_free(s);
	ssh_config_clear(&s->config);
	list_free(&s->files);
	free(s->name);
	free(s->host);
	free(s->user);
	free(s->config_file);
	free(s->notes);
	free(s->known_name);
	free(s->key64);
	free(s->key_type);
	free(s->once64);
	free(s->buf);
	free(s);
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

/* Profile before ssh_config before what is usual. */
static void settle(struct ssh_link *s, const struct host *h, const char *asked)
{
	struct ssh_config *c = &s->config;

	s->name = xstrdup(h->name);
	s->host = xstrdup(c->host_name ? c->host_name : asked);
	s->user = h->user ? xstrdup(h->user) : c->user ? xstrdup(c->user) : login_name();
	s->port = h->port > 0 ? h->port : c->port > 0 ? c->port : 22;
	s->config_file = h->ssh_config ? xstrdup(h->ssh_config) : NULL;
	if (h->jump) {
		free(c->proxy_jump);
		c->proxy_jump = strcmp(h->jump, "none") == 0 ? NULL : xstrdup(h->jump);
	}
	s->jump = c->proxy_jump != NULL;
	s->notes = c->notes ? xasprintf(_("not honoured of ssh_config: %s"), c->notes) : NULL;
	s->known_name = c->host_key_alias ? known_hosts_name(c->host_key_alias, 22)
					  : known_hosts_name(s->host, s->port);
	files_find(s);
	ssh_keys_find(s, h->identity);
}

struct link *link_new_ssh(const struct host *h, struct err *e)
{
	struct ssh_link *s = xcalloc(1, sizeof *s);
	const char *asked = h->address ? h->address : h->name;
	char *peer, *clean;

	s->sock = s->watch = s->proxy_err = -1;
	if (ssh_config_read(h->ssh_config, asked, h->user, &s->config, e) < 0) {
		ssh_config_clear(&s->config);
		free(s);
		return NULL;
	}
	settle(s, h, asked);
	s->buf = xcalloc(1, LINK_READ_MAX);
	peer = xasprintf(
		strchr(s->host, ':') ? "%s@[%s]:%d" : "%s@%s:%d", s->user, s->host, s->port);
	clean = text_dup(peer);
	free(peer);
	return link_new(clean, ssh_link_run, ssh_link_free, s);
}
