/* linear_host: which server, and what is asked about one that nobody knows. */
#include "tui/linear_private.h"

#include <stdlib.h>
#include <string.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"

enum { HOST_OTHER = -4, HOST_PHASE_0 = -3, HOST_PHASE_1 = -2 }; /* below: the list's index */

static void take_host(struct linear *l, const char *name)
{
	struct err e;

	if (host_find(name, l->o->ssh_config, &l->host, &e) != 0) {
		l->host = NULL;
		linear_say(l, "%s", e.text);
	}
}

static void ask_name(struct linear *l)
{
	char *name = linear_ask(l, 0, "%s",
		_("A name of your own choice, an alias of ~/.ssh/config, or user@host[:port] "
		  "(default: back)"));

	if (name && *name)
		take_host(l, name);
	free(name);
}

bool linear_choose_host(struct linear *l)
{
	while (!l->host && !linear_over(l)) {
		size_t n;
		char **names = host_list(l->o->ssh_config, &n);
		struct menu m = {0};
		int id;

		for (size_t i = 0; i < n; i++)
			menu_add(&m, (int)i, names[i], CMD_NONE, "%s", names[i]);
		menu_add(&m, HOST_OTHER, NULL, CMD_NONE, "%s", _("another server..."));
		menu_add(&m, HOST_PHASE_0, NULL, CMD_NONE, "%s",
			_("the demo: a server in trouble, before Phase 0"));
		menu_add(&m, HOST_PHASE_1, NULL, CMD_NONE, "%s",
			_("the demo: the same server, before Phase 1"));
		id = menu_choose(l, &m, _("Which server?"));
		if (id >= 0)
			take_host(l, names[id]);
		else if (id == HOST_OTHER)
			ask_name(l);
		else if (id == HOST_PHASE_0 || id == HOST_PHASE_1)
			l->host = host_new_demo(id == HOST_PHASE_1 ? "phase-1" : "phase-0");
		else
			l->left = true;
		for (size_t i = 0; i < n; i++)
			free(names[i]);
		free(names);
	}
	return l->host != NULL;
}

/* "host" or "host:port" */
static void set_address(struct host *h, const char *text)
{
	const char *colon = strrchr(text, ':');
	long port = colon && strchr(text, ':') == colon ? strtol(colon + 1, NULL, 10) : 0;
	bool plain = port <= 0 || port > 65535;

	free(h->address);
	h->address = plain ? xstrdup(text) : xstrndup(text, (size_t)(colon - text));
	if (!plain)
		h->port = (int)port;
}

static void set_word(char **field, char *answer, const char *fallback)
{
	char *word = *answer ? xstrdup(answer) : fallback ? xstrdup(fallback) : NULL;

	free(*field);
	*field = word;
}

bool linear_describe_host(struct linear *l)
{
	struct host *h = l->host;
	char *who = connect_who(), *answer;

	linear_say(l, _("No profile and no alias in ~/.ssh/config is called %s."), h->name);
	*strchrnul(who, '@') = '\0';
	answer = linear_ask(l, 0, _("Its address, and :port when it is not 22 (default: %s)"),
		h->address ? h->address : h->name);
	if (answer)
		set_address(h, *answer ? answer : h->address ? h->address : h->name);
	l->left = !answer;
	free(answer);
	answer = linear_ask(l, 0, _("Who logs in there? (default: %s)"), h->user ? h->user : who);
	if (answer)
		set_word(&h->user, answer, h->user ? h->user : who);
	l->left = l->left || !answer;
	free(answer);
	answer = linear_ask(l, 0, "%s",
		_("The file of a private key (default: ssh's usual ones, the agent, or a password)"));
	if (answer && *answer)
		set_word(&h->identity, answer, NULL);
	l->left = l->left || !answer;
	free(answer);
	free(who);
	l->described = !l->left;
	return l->described;
}

void linear_offer_to_save(struct linear *l)
{
	struct err e;

	if (!linear_yes(l, false, _("%s answers. Keep address, user and key under this name?"),
		    l->host->name))
		return;
	if (host_save(l->host, &e) != 0)
		linear_say(l, "%s", e.text);
	else
		linear_say(l, _("saved as %s"), l->host->path ? l->host->path : l->host->name);
}
