#include "backends/ssh_config_private.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

#define MATCH_EXEC_MS 5000
#define WORDS_MAX 64

/* One reading of the files for one host. */
struct reader {
	struct ssh_config *out; /* NULL: only aliases are looked for */
	struct ssh_config_list *aliases;
	const char *host, *user;
	char *home;
	bool active;            /* lines count: the Host or Match above them matches */
	bool final, final_seen; /* in the second pass; a Match final was met */
	bool system;            /* relative Includes are in /etc/ssh */
	int depth;
	struct err *e;
	struct buf notes;
};

/* --- small helpers --------------------------------------------------------------------------- */

static char *login_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());

	return xstrdup(pw && pw->pw_name ? pw->pw_name : "");
}

/* '*' and '?' only, as ssh has them; without regard to case, as host names are. */
static bool glob_match(const char *s, const char *pattern)
{
	const char *star = NULL, *from = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = pattern++;
			from = s;
		} else if (*pattern == '?' || (*pattern && tolower((unsigned char)*pattern) ==
								   tolower((unsigned char)*s))) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star + 1;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

int ssh_config_match(const char *name, const char *patterns)
{
	int found = 0;

	while (*patterns) {
		size_t n = strcspn(patterns, ",");
		bool not = *patterns == '!';
		char *one = xstrndup(patterns + not, n - not );
		bool match = glob_match(name, one);

		free(one);
		if (match && not )
			return -1;
		if (match)
			found = 1;
		patterns += n;
		patterns += *patterns == ',';
	}
	return found;
}

/* --- tokens ---------------------------------------------------------------------------------- */

static const char *target_host(const struct reader *r)
{
	return r->out->host_name ? r->out->host_name : r->host;
}

static const char *target_user(const struct reader *r)
{
	return r->user ? r->user : r->out->user;
}

/* Expands %h %p %r %n %u %d %l %L %% and a leading ~/; an unknown token stays as it is. */
static char *expand(const struct reader *r, const char *s)
{
	struct buf b;
	char host[256] = "";
	char *me = login_name();

	buf_init(&b, 65536);
	gethostname(host, sizeof host - 1);
	if (s[0] == '~' && (s[1] == '/' || s[1] == '\0')) {
		buf_adds(&b, r->home);
		s++;
	}
	for (; *s; s++) {
		if (*s != '%') {
			buf_addc(&b, *s);
			continue;
		}
		switch (*++s) {
		case 'h':
			buf_adds(&b, target_host(r));
			break;
		case 'k':
			buf_adds(&b, r->out->host_key_alias ? r->out->host_key_alias : r->host);
			break;
		case 'n':
			buf_adds(&b, r->host);
			break;
		case 'p':
			buf_addf(&b, "%d", r->out->port > 0 ? r->out->port : 22);
			break;
		case 'r':
			buf_adds(&b, target_user(r) ? target_user(r) : me);
			break;
		case 'u':
			buf_adds(&b, me);
			break;
		case 'd':
			buf_adds(&b, r->home);
			break;
		case 'i':
			buf_addf(&b, "%d", (int)geteuid());
			break;
		case 'l':
			buf_adds(&b, host);
			break;
		case 'L':
			buf_add(&b, host, strcspn(host, "."));
			break;
		case '%':
			buf_addc(&b, '%');
			break;
		case '\0':
			s--;
			buf_addc(&b, '%');
			break;
		default:
			buf_addc(&b, '%');
			buf_addc(&b, *s);
			break;
		}
	}
	free(me);
	return buf_take(&b);
}

static void expand_in_place(const struct reader *r, char **s)
{
	char *old = *s;

	if (!old)
		return;
	*s = expand(r, old);
	free(old);
}

static void expand_list(const struct reader *r, struct ssh_config_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		expand_in_place(r, &l->words[i]);
}

/* --- Host, Match, Include -------------------------------------------------------------------- */

static bool host_line(struct reader *r, char **words, size_t n)
{
	bool match = false;

	for (size_t i = 1; i < n; i++) {
		bool not = words[i][0] == '!';

		if (r->aliases && !not &&!strpbrk(words[i], "*?!,"))
			ssh_config_list_add(r->aliases, words[i]);
		if (!r->host || !glob_match(r->host, words[i] + not ))
			continue;
		if (not )
			return false;
		match = true;
		if (r->out && strcmp(words[i], "*") != 0)
			r->out->named = true;
	}
	return match;
}

/* Runs `Match exec`: nothing of it may reach the terminal, and it may not keep us. */
static bool match_exec(const struct reader *r, const char *command)
{
	char *expanded = expand(r, command);
	const char *const argv[] = {"/bin/sh", "-c", expanded, NULL};
	struct spawn sp = {
		.argv = argv, .env = (const char *const *)environ, .in = -1, .out = -1, .err = -1};
	int64_t until = clock_ms() + MATCH_EXEC_MS;
	int status = -1, got = 0;
	pid_t pid;

	if (spawn_start(&sp, &pid) == 0) {
		while ((got = waitpid(pid, &status, WNOHANG)) == 0 && clock_ms() < until)
			poll(NULL, 0, 5);
		if (got == 0) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			status = -1;
		}
	}
	free(expanded);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool match_user(const struct reader *r, const char *patterns)
{
	char *me = login_name();
	bool match = ssh_config_match(target_user(r) ? target_user(r) : me, patterns) == 1;

	free(me);
	return match;
}

static bool match_localuser(const char *patterns)
{
	char *me = login_name();
	bool match = ssh_config_match(me, patterns) == 1;

	free(me);
	return match;
}

/* One criterion with its value; 1, 0, or -1 when there is no such criterion. */
static int match_one(struct reader *r, const char *name, const char *value, bool so_far)
{
	if (strcasecmp(name, "host") == 0)
		return ssh_config_match(target_host(r), value) == 1;
	if (strcasecmp(name, "originalhost") == 0)
		return ssh_config_match(r->host, value) == 1;
	if (strcasecmp(name, "user") == 0)
		return match_user(r, value);
	if (strcasecmp(name, "localuser") == 0)
		return match_localuser(value);
	if (strcasecmp(name, "exec") == 0) /* only run when all before it matched, as ssh does */
		return so_far && match_exec(r, value);
	return -1;
}

/* -1 for a line that makes no sense. */
static int match_line(struct reader *r, char **words, size_t n)
{
	bool match = true;

	for (size_t i = 1; i < n; i++) {
		bool not = words[i][0] == '!';
		const char *name = words[i] + not ;
		int one;

		if (strcasecmp(name, "all") == 0)
			one = 1;
		else if (strcasecmp(name, "canonical") == 0)
			one = 0;
		else if (strcasecmp(name, "final") == 0) {
			r->final_seen = true;
			one = r->final;
		} else if (i + 1 >= n || !r->out)
			return r->out ? -1 : 0;
		else
			one = match_one(r, name, words[++i], match);
		if (one < 0)
			return -1;
		match = match && (one != not );
	}
	return match;
}

static int read_file(struct reader *r, const char *path, bool must);

static int include_line(struct reader *r, char **words, size_t n)
{
	bool active = r->active;
	int rc = 0;

	for (size_t i = 1; rc == 0 && i < n; i++) {
		char *pattern;
		glob_t g;

		if (words[i][0] == '~' && words[i][1] == '/')
			pattern = xasprintf("%s%s", r->home, words[i] + 1);
		else if (words[i][0] == '/')
			pattern = xstrdup(words[i]);
		else if (r->system)
			pattern = xasprintf("/etc/ssh/%s", words[i]);
		else
			pattern = xasprintf("%s/.ssh/%s", r->home, words[i]);
		if (glob(pattern, 0, NULL, &g) == 0) {
			for (size_t j = 0; rc == 0 && j < g.gl_pathc; j++) {
				rc = read_file(r, g.gl_pathv[j], false);
				r->active = active; /* a Host in an included file ends with it */
			}
			globfree(&g);
		}
		free(pattern);
	}
	return rc;
}

/* --- lines ----------------------------------------------------------------------------------- */

/* Takes the quotes off the word at *p, ends it there and moves *p on; -1 for an open quote. */
static int word_end(char **p)
{
	char *to = *p, *from = *p;
	bool quoted = false;

	for (; *from && (quoted || !strchr(" \t", *from)); from++) {
		if (*from == '"') {
			quoted = !quoted;
			continue;
		}
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*to++ = *from;
	}
	*p = from + (*from != '\0');
	*to = '\0';
	return quoted ? -1 : 0;
}

/*
 * Cuts a line into words in place: `Key value "two words" # comment`, `Key=value`. *rest is everything
 * after the keyword in copy, which holds the line as it was. Returns the number of words, or -1.
 */
static int line_split(char *line, const char *copy, char **words, const char **rest)
{
	char *p = line + strspn(line, " \t");
	char *end = p + strcspn(p, " \t=");
	int n = 1;

	if (!*p || *p == '#')
		return 0;
	words[0] = p;
	p = end + strspn(end, " \t");
	p += *p == '=';
	p += strspn(p, " \t");
	*rest = copy + (p - line);
	*end = '\0';
	while (n < WORDS_MAX && *p && *p != '#') {
		words[n++] = p;
		if (word_end(&p) < 0)
			return -1;
		p += strspn(p, " \t");
	}
	return n;
}

static int bad_line(struct reader *r, const char *path, int number, const char *keyword)
{
	return err_set(r->e, ERR_USAGE, _("%s, line %d: bad value for %s"), path, number, keyword);
}

static void note(struct reader *r, const char *keyword)
{
	if (!strstr(buf_str(&r->notes), keyword))
		buf_addf(&r->notes, "%s%s", r->notes.len ? ", " : "", keyword);
}

static int read_words(struct reader *r, char **words, size_t n, const char *rest)
{
	if (strcasecmp(words[0], "host") == 0) {
		r->active = host_line(r, words, n);
		return 0;
	}
	if (strcasecmp(words[0], "match") == 0) {
		int match = match_line(r, words, n);

		r->active = match == 1;
		return match < 0 ? -1 : 0;
	}
	if (strcasecmp(words[0], "include") == 0 && (r->active || r->aliases))
		return include_line(r, words, n) < 0 ? ERR_USAGE : 0;
	if (!r->active || !r->out)
		return 0;
	if (ssh_config_ignores(words[0], words[1]))
		note(r, words[0]);
	return ssh_config_value(r->out, words, n, rest);
}

static int read_line(struct reader *r, char *line, const char *path, int number)
{
	char *words[WORDS_MAX];
	const char *rest;
	char *copy;
	int n, rc = 0;

	line[strcspn(line, "\r\n")] = '\0';
	copy = xstrdup(line);
	n = line_split(line, copy, words, &rest);
	if (n < 0 || n == 1)
		rc = r->out ? bad_line(r, path, number, n < 0 ? "\"" : words[0]) : 0;
	else if (n > 1)
		rc = read_words(r, words, (size_t)n, rest);
	if (r->out && r->out->proxy_jump && !r->out->jump_file) {
		r->out->jump_file = xstrdup(path);
		r->out->jump_line = number;
	}
	if (rc == -1)
		rc = r->out ? bad_line(r, path, number, words[0]) : 0;
	free(copy);
	return rc;
}

static int read_file(struct reader *r, const char *path, bool must)
{
	struct err e = {0};
	char *text, *line, *next;
	int number = 0, rc = 0;

	if (r->depth >= SSH_CONFIG_DEPTH)
		return err_set(r->e, ERR_USAGE, _("%s: Include goes deeper than %d files"), path,
			SSH_CONFIG_DEPTH);
	text = data_read(path, SSH_CONFIG_MAX, NULL, &e);
	if (!text)
		return must ? err_set(r->e, e.code, "%s", e.text) : 0;
	r->depth++;
	for (line = text; rc == 0 && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rc = read_line(r, line, path, ++number);
	}
	r->depth--;
	free(text);
	return rc;
}

static int read_all(struct reader *r, const char *file)
{
	char *user;
	int rc;

	r->active = true;
	r->system = false;
	if (file)
		return strcmp(file, "none") == 0 ? 0 : read_file(r, file, true);
	user = xasprintf("%s/.ssh/config", r->home);
	rc = read_file(r, user, false);
	free(user);
	if (rc != 0)
		return rc;
	r->active = true;
	r->system = true;
	return read_file(r, "/etc/ssh/ssh_config", false);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void config_init(struct ssh_config *c)
{
	*c = (struct ssh_config){.port = -1,
		.family = -1,
		.identities_only = -1,
		.hash_known_hosts = -1,
		.compression = -1,
		.pubkey = -1,
		.password = -1,
		.keyboard = -1,
		.connect_timeout = -1,
		.alive_interval = -1,
		.alive_count = -1};
}

static void drop_none(char **s)
{
	if (*s && strcasecmp(*s, "none") == 0)
		FREE(*s);
}

/* HostName first: the others' %h means what it says. */
static void config_expand(struct reader *r, struct ssh_config *c)
{
	if (c->host_name) {
		char *name = c->host_name;

		c->host_name = NULL; /* %h in HostName is the name as given */
		c->host_name = expand(r, name);
		free(name);
	}
	drop_none(&c->proxy_jump);
	drop_none(&c->proxy_command);
	expand_in_place(r, &c->identity_agent);
	expand_in_place(r, &c->proxy_command);
	expand_in_place(r, &c->proxy_jump);
	expand_list(r, &c->identities);
	expand_list(r, &c->certificates);
	expand_list(r, &c->known_hosts);
	expand_list(r, &c->global_known_hosts);
	if (c->family < 0)
		c->family = AF_UNSPEC;
}

int ssh_config_read(
	const char *file, const char *host, const char *user, struct ssh_config *out, struct err *e)
{
	struct reader r = {.out = out, .host = host, .user = user, .e = e, .home = data_home()};
	int rc;

	config_init(out);
	buf_init(&r.notes, 1024);
	rc = read_all(&r, file);
	if (rc == 0 && r.final_seen) {
		r.final = true;
		rc = read_all(&r, file);
	}
	if (rc == 0)
		config_expand(&r, out);
	if (r.notes.len)
		out->notes = buf_take(&r.notes);
	buf_clear(&r.notes);
	free(r.home);
	return rc;
}

char **ssh_config_aliases(const char *file, size_t *n)
{
	struct ssh_config_list found = {0};
	struct reader r = {.aliases = &found, .home = data_home()};

	read_all(&r, file);
	free(r.home);
	*n = found.n;
	return found.words;
}
