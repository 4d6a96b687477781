#include "tui/start.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app_private.h"
#include "tui/connect.h"
#include "tui/dialog.h"

/* What is listed: the known hosts, then these. */
enum extra { EXTRA_OTHER, EXTRA_DEMO_0, EXTRA_DEMO_1, EXTRA_COUNT };

struct choice {
	char **names;
	size_t n;
};

static void choice_free(struct choice *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->names[i]);
	free(c->names);
	free(c);
}

static void take_host(struct app *a, const char *name)
{
	struct err e;

	host_free(a->host);
	a->host = NULL;
	if (host_find(name, a->options->ssh_config, &a->host, &e) == 0) {
		app_quit(a);
		return;
	}
	app_say(a, LEVEL_BAD, "%s", e.text);
	start_choose(a);
}

static void named(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	(void)ctx;
	if (answer->ok)
		take_host(a, answer->text);
	else if (!a->loop->quit)
		start_choose(a);
}

static void ask_name(struct app *a)
{
	struct dialog_input in = {
		.title = _("Which server?"),
		.text = _("A name of your own choice, an alias of ~/.ssh/config, or "
			  "user@host[:port].\n"),
	};

	dialog_entry(a, &in, named, NULL);
}

static void chosen(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct choice *c = ctx;
	size_t i = (size_t)answer->choice;

	if (!answer->ok) {
		app_quit(a);
	} else if (i < c->n) {
		take_host(a, c->names[i]);
	} else if (i == c->n + EXTRA_OTHER) {
		ask_name(a);
	} else {
		a->host = host_new_demo(i == c->n + EXTRA_DEMO_1 ? "phase-1" : "phase-0");
		app_quit(a);
	}
	choice_free(c);
}

void start_choose(struct app *a)
{
	struct choice *c = xcalloc(1, sizeof *c);
	const char **items;
	struct dialog_list list = {.title = "twistertui"};

	c->names = host_list(a->options->ssh_config, &c->n);
	items = xcalloc(c->n + EXTRA_COUNT, sizeof *items);
	for (size_t i = 0; i < c->n; i++)
		items[i] = c->names[i];
	items[c->n + EXTRA_OTHER] = _("another server...");
	items[c->n + EXTRA_DEMO_0] = _("the demo: a server in trouble, before Phase 0");
	items[c->n + EXTRA_DEMO_1] = _("the demo: the same server, before Phase 1");
	list.text = c->n ? _("Which server?\n")
			 : _("Which server? None is known yet: no profile, no alias in "
			     "~/.ssh/config.\n");
	list.items = items;
	list.n = c->n + EXTRA_COUNT;
	dialog_choice(a, &list, chosen, c);
	free(items);
}

/* --- a name that nobody knows ----------------------------------------------------------------- */

static void described_key(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	(void)ctx;
	if (!answer->ok) {
		host_free(a->host);
		a->host = NULL;
	} else if (*answer->text) {
		free(a->host->identity);
		a->host->identity = xstrdup(answer->text);
	}
	app_quit(a);
}

static void described_user(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct dialog_input in = {
		.flags = DIALOG_EMPTY,
		.title = _("Which key?"),
		.text = _("The file of a private key, such as ~/.ssh/id_ed25519. Empty: ssh's "
			  "usual ones, the agent, or a "
			  "password.\n"),
	};

	(void)ctx;
	if (!answer->ok) {
		described_key(a, NULL, answer);
		return;
	}
	free(a->host->user);
	a->host->user = xstrdup(answer->text);
	dialog_entry(a, &in, described_key, NULL);
}

/* "host" or "host:port" */
static void set_address(struct host *h, const char *text)
{
	const char *colon = strrchr(text, ':');
	long port = colon && strchr(text, ':') == colon ? strtol(colon + 1, NULL, 10) : 0;

	free(h->address);
	h->address =
		port > 0 && port < 65536 ? xstrndup(text, (size_t)(colon - text)) : xstrdup(text);
	if (port > 0 && port < 65536)
		h->port = (int)port;
}

static void described_address(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	char *who = connect_who();
	struct dialog_input in = {.title = _("Which user?"), .text = _("Who logs in there?\n")};

	(void)ctx;
	if (!answer->ok) {
		described_key(a, NULL, answer);
	} else {
		set_address(a->host, answer->text);
		*strchrnul(who, '@') = '\0';
		in.initial = a->host->user ? a->host->user : who;
		dialog_entry(a, &in, described_user, NULL);
	}
	free(who);
}

void start_describe(struct app *a)
{
	char *title = xasprintf(_("What is %s?"), a->host->name);
	char *text = xasprintf(_("No profile and no alias in ~/.ssh/config is called %s.\nIts "
				 "address: a name or a number, and "
				 ":port when it is not 22.\n"),
		a->host->name);
	struct dialog_input in = {
		.title = title,
		.text = text,
		.initial = a->host->address ? a->host->address : a->host->name,
	};

	dialog_entry(a, &in, described_address, NULL);
	free(title);
	free(text);
}

static void save_answered(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct err e;

	(void)ctx;
	if (!answer->ok)
		return;
	if (host_save(a->host, &e) != 0)
		app_say(a, LEVEL_BAD, "%s", e.text);
	else
		app_say(a, LEVEL_OK, _("saved as %s"),
			a->host->path ? a->host->path : a->host->name);
}

void start_offer_to_save(struct app *a)
{
	char *text = xasprintf(
		_("%s answers. Keep address, user and key under this name?\n"), a->host->name);
	struct dialog_question q = {
		.kind = CONFIRM_YES,
		.title = _("Keep it?"),
		.text = text,
		.action = _("Keep"),
	};

	dialog_confirm(a, &q, save_answered, NULL);
	free(text);
}
