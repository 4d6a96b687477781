/* What each keyword of ssh_config takes, and where it goes. */
#include "backends/ssh_config_private.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/alloc.h"

void ssh_config_list_add(struct ssh_config_list *l, const char *word)
{
	if (l->n >= SSH_CONFIG_LIST_MAX)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->words[i], word) == 0)
			return;
	l->words = xrealloc(l->words, l->n + 1, sizeof *l->words);
	l->words[l->n++] = xstrdup(word);
}

static void list_clear(struct ssh_config_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->words[i]);
	free(l->words);
	l->words = NULL;
	l->n = 0;
}

enum keyword_kind {
	KW_STRING,
	KW_REST,
	KW_NUMBER,
	KW_TIME,
	KW_YESNO,
	KW_LIST,
	KW_WORDS,
	KW_FAMILY,
	KW_STRICT,
	KW_PORT
};

/* KW_LIST adds one word a line; KW_WORDS takes all words of its first line; KW_REST the line's rest. */
static const struct keyword {
	const char *name;
	enum keyword_kind kind;
	size_t at;
} keywords[] = {
	{"addressfamily", KW_FAMILY, offsetof(struct ssh_config, family)},
	{"bindaddress", KW_STRING, offsetof(struct ssh_config, bind_address)},
	{"certificatefile", KW_LIST, offsetof(struct ssh_config, certificates)},
	{"challengeresponseauthentication", KW_YESNO, offsetof(struct ssh_config, keyboard)},
	{"ciphers", KW_STRING, offsetof(struct ssh_config, ciphers)},
	{"compression", KW_YESNO, offsetof(struct ssh_config, compression)},
	{"connecttimeout", KW_TIME, offsetof(struct ssh_config, connect_timeout)},
	{"globalknownhostsfile", KW_WORDS, offsetof(struct ssh_config, global_known_hosts)},
	{"hashknownhosts", KW_YESNO, offsetof(struct ssh_config, hash_known_hosts)},
	{"hostkeyalgorithms", KW_STRING, offsetof(struct ssh_config, host_key_algorithms)},
	{"hostkeyalias", KW_STRING, offsetof(struct ssh_config, host_key_alias)},
	{"hostname", KW_STRING, offsetof(struct ssh_config, host_name)},
	{"identitiesonly", KW_YESNO, offsetof(struct ssh_config, identities_only)},
	{"identityagent", KW_STRING, offsetof(struct ssh_config, identity_agent)},
	{"identityfile", KW_LIST, offsetof(struct ssh_config, identities)},
	{"kbdinteractiveauthentication", KW_YESNO, offsetof(struct ssh_config, keyboard)},
	{"kexalgorithms", KW_STRING, offsetof(struct ssh_config, kex)},
	{"macs", KW_STRING, offsetof(struct ssh_config, macs)},
	{"passwordauthentication", KW_YESNO, offsetof(struct ssh_config, password)},
	{"port", KW_PORT, offsetof(struct ssh_config, port)},
	{"preferredauthentications", KW_STRING,
		offsetof(struct ssh_config, preferred_authentications)},
	{"proxycommand", KW_REST, offsetof(struct ssh_config, proxy_command)},
	{"proxyjump", KW_STRING, offsetof(struct ssh_config, proxy_jump)},
	{"pubkeyacceptedalgorithms", KW_STRING, offsetof(struct ssh_config, pubkey_algorithms)},
	{"pubkeyacceptedkeytypes", KW_STRING, offsetof(struct ssh_config, pubkey_algorithms)},
	{"pubkeyauthentication", KW_YESNO, offsetof(struct ssh_config, pubkey)},
	{"serveralivecountmax", KW_NUMBER, offsetof(struct ssh_config, alive_count)},
	{"serveraliveinterval", KW_TIME, offsetof(struct ssh_config, alive_interval)},
	{"stricthostkeychecking", KW_STRICT, offsetof(struct ssh_config, strict)},
	{"user", KW_STRING, offsetof(struct ssh_config, user)},
	{"userknownhostsfile", KW_WORDS, offsetof(struct ssh_config, known_hosts)},
};

/* Keywords that change how or with whom one talks, and that we do not do. Others do not matter here.
 * GSSAPIAuthentication is not among them: Debian sets it for everybody, and other methods follow it. */
static const char *const not_honoured[] = {"canonicaldomains", "hostbasedauthentication",
	"knownhostscommand", "pkcs11provider", "proxyusefdpass", "revokedhostkeys",
	"securitykeyprovider"};

static int number_parse(const char *s, bool time)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno || end == s || n < 0 || n > 1000000)
		return -1;
	if (time && *end && !end[1]) {
		static const struct {
			char unit;
			int seconds;
		} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};

		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
			if (tolower((unsigned char)*end) == units[i].unit)
				return n < 1000000 / units[i].seconds ? (int)n * units[i].seconds
								      : 1000000;
	}
	return *end ? -1 : (int)n;
}

static int yesno_parse(const char *s)
{
	if (strcasecmp(s, "yes") == 0 || strcasecmp(s, "true") == 0)
		return 1;
	if (strcasecmp(s, "no") == 0 || strcasecmp(s, "false") == 0)
		return 0;
	return -1;
}

static int set_number(int *field, int value)
{
	if (value < 0)
		return -1;
	if (*field < 0)
		*field = value;
	return 0;
}

static int set_family(int *field, const char *word)
{
	int family = strcasecmp(word, "any") == 0     ? AF_UNSPEC
		     : strcasecmp(word, "inet") == 0  ? AF_INET
		     : strcasecmp(word, "inet6") == 0 ? AF_INET6
						      : -1;

	return set_number(field, family);
}

static int set_strict(struct ssh_config *c, const char *word)
{
	enum ssh_config_strict strict = STRICT_ASK;

	/* "no" would also let a changed key pass; a new one is as far as we go. */
	if (strcasecmp(word, "accept-new") == 0 || strcasecmp(word, "off") == 0 ||
		yesno_parse(word) == 0)
		strict = STRICT_ACCEPT_NEW;
	else if (yesno_parse(word) == 1)
		strict = STRICT_YES;
	else if (strcasecmp(word, "ask") != 0)
		return -1;
	if (!c->strict_set)
		c->strict = strict;
	c->strict_set = true;
	return 0;
}

static int set_port(int *field, const char *word)
{
	int port = number_parse(word, false);

	return port < 1 || port > 65535 ? -1 : set_number(field, port);
}

static void set_string(char **field, const char *value)
{
	if (!*field)
		*field = xstrdup(value);
}

static void set_words(struct ssh_config_list *l, char **words, size_t n)
{
	if (l->n > 0)
		return;
	for (size_t i = 0; i < n; i++)
		ssh_config_list_add(l, words[i]);
}

/* 0, or -1 when the value makes no sense. words[0] is the keyword. */
static int keyword_set(
	struct ssh_config *c, const struct keyword *k, char **words, size_t n, const char *rest)
{
	void *field = (char *)c + k->at;

	switch (k->kind) {
	case KW_STRING:
		set_string(field, words[1]);
		return 0;
	case KW_REST:
		set_string(field, rest);
		return 0;
	case KW_NUMBER:
		return set_number(field, number_parse(words[1], false));
	case KW_TIME:
		return set_number(field, number_parse(words[1], true));
	case KW_YESNO:
		return set_number(field, yesno_parse(words[1]));
	case KW_LIST:
		ssh_config_list_add(field, words[1]);
		return 0;
	case KW_WORDS:
		set_words(field, words + 1, n - 1);
		return 0;
	case KW_FAMILY:
		return set_family(field, words[1]);
	case KW_STRICT:
		return set_strict(c, words[1]);
	case KW_PORT:
		return set_port(field, words[1]);
	}
	return 0;
}

static const struct keyword *keyword_find(const char *name)
{
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (strcasecmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

int ssh_config_value(struct ssh_config *c, char **words, size_t n, const char *rest)
{
	const struct keyword *k = keyword_find(words[0]);

	/* Of these two the one that stands first counts, also when it says "none". */
	if (k && ((k->at == offsetof(struct ssh_config, proxy_jump) && c->proxy_command) ||
			 (k->at == offsetof(struct ssh_config, proxy_command) && c->proxy_jump)))
		return 0;
	return k ? keyword_set(c, k, words, n, rest) : 0;
}

bool ssh_config_ignores(const char *keyword, const char *value)
{
	for (size_t i = 0; i < sizeof not_honoured / sizeof not_honoured[0]; i++)
		if (strcasecmp(not_honoured[i], keyword) == 0)
			return yesno_parse(value) != 0;
	return false;
}

void ssh_config_clear(struct ssh_config *c)
{
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		char **field = (char **)(void *)((char *)c + keywords[i].at);

		if (keywords[i].kind == KW_STRING || keywords[i].kind == KW_REST)
			FREE(*field);
	}
	list_clear(&c->identities);
	list_clear(&c->certificates);
	list_clear(&c->known_hosts);
	list_clear(&c->global_known_hosts);
	FREE(c->jump_file);
	FREE(c->notes);
}
