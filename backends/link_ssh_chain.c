/*
 * The way to a server: which jump hosts, in which order. "ProxyJump a,b" means through a to b, and
 * from b to the server; how a is reached, its own ssh_config says, as with ssh(1); what b's says
 * of that does not count.
 */
#include "backends/link_ssh.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"

static int bad_jump(const struct ssh_link *s, struct err *e, const char *what)
{
	char *clean = text_dup(what);
	int rc = err_set(e, ERR_USAGE, _("%s, line %d: ProxyJump: %s"), s->config.jump_file,
		s->config.jump_line, clean);

	free(clean);
	return rc;
}

static int port_parse(const char *s)
{
	char *end;
	long n = *s >= '0' && *s <= '9' ? strtol(s, &end, 10) : 0;

	return n >= 1 && n <= 65535 && *end == '\0' ? (int)n : -1;
}

/*
 * Takes "[user@]host[:port]" apart, in place; also "ssh://…", and an IPv6 address in brackets, or
 * bare without a port. False when it is none of them.
 */
static bool spec_parse(char *spec, struct ssh_link_asked *a)
{
	char *host = spec, *at, *colon, *end;

	if (strncasecmp(host, "ssh://", 6) == 0) {
		host += 6;
		host[strcspn(host, "/")] = '\0';
	}
	at = strrchr(host, '@');
	if (at) {
		*at = '\0';
		a->user = host;
		host = at + 1;
	}
	colon = strchr(host, ':');
	if (*host == '[') {
		host++;
		end = strchr(host, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		colon = end[1] ? end + 1 : NULL;
		*end = '\0';
	} else if (colon && strchr(colon + 1, ':')) {
		colon = NULL;
	}
	if (colon) {
		a->port = port_parse(colon + 1);
		*colon = '\0';
	}
	a->name = host;
	return *host && *host != '-' && a->port >= 0 && (!a->user || *a->user);
}

/* One more, before all that are there: the chain is made from its end. */
static int add(struct ssh_link *s, char *spec, const char *config, struct err *e)
{
	struct ssh_link *root = s->root;
	struct ssh_link_asked a = {.config = config};
	char *copy = xstrdup(spec), *what = NULL;
	struct ssh_link *hop = NULL;

	if (root->nchain > SSH_HOPS_MAX)
		what = xasprintf(_("more than %d jump hosts in a row"), SSH_HOPS_MAX);
	else if (!spec_parse(copy, &a))
		what = xasprintf(_("\"%s\" is not [user@]host[:port]"), spec);
	else if ((hop = ssh_link_member(root, &a, e)) != NULL) {
		memmove(root->chain + 1, root->chain, root->nchain * sizeof root->chain[0]);
		root->chain[0] = hop;
		root->nchain++;
	}
	free(copy);
	if (what)
		bad_jump(s, e, what);
	free(what);
	return hop ? 0 : ERR_USAGE;
}

/* The list of s, from its last to its first, which is what leads on: chain[0]. */
static int add_list(struct ssh_link *s, const char *config, struct err *e)
{
	char *list = xstrdup(s->config.proxy_jump), *comma;
	struct ssh_link *to = s;
	int rc = 0;

	do {
		comma = strrchr(list, ',');
		rc = add(s, comma ? comma + 1 : list, config, e);
		if (rc == 0) {
			to->via = s->root->chain[0];
			to = to->via;
		}
		if (comma)
			*comma = '\0';
	} while (rc == 0 && comma);
	free(list);
	return rc;
}

/* Of one name ssh_config says the same each time: who comes by it twice goes on for ever. */
static int check_circle(const struct ssh_link *s, const struct ssh_link_asked *asked, struct err *e)
{
	const struct ssh_link *root = s->root;
	bool again = s->hop && strcasecmp(s->hop, asked->name) == 0;
	char *what;
	int rc;

	for (size_t i = 0; i < root->nchain && !again; i++)
		again = root->chain[i]->followed && strcasecmp(root->chain[i]->hop, s->hop) == 0;
	if (!again)
		return 0;
	what = xasprintf(_("the way goes in a circle: \"%s\" is reached through itself"), s->hop);
	rc = bad_jump(s, e, what);
	free(what);
	return rc;
}

int ssh_chain_make(struct ssh_link *root, const struct ssh_link_asked *asked, struct err *e)
{
	struct ssh_link *s = root;
	int rc = 0;

	root->chain[0] = root;
	root->nchain = 1;
	while (rc == 0 && s->config.proxy_jump) {
		rc = check_circle(s, asked, e);
		s->followed = s->hop != NULL;
		if (rc == 0)
			rc = add_list(s, asked->config, e);
		s = root->chain[0];
	}
	return rc;
}
