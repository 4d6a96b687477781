#include "backends/host_private.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/ssh_config.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"

#define NAME_MAX_BYTES 200 /* a folder's name, with room for what is added to it */

static const char *const profile_keys[] = {
	"address",
	"user",
	"port",
	"jump",
	"identity",
	"sudo",
	"kubeconfig",
	"namespaces",
	"expected-pods",
	"backup.postgres.dir",
	"backup.postgres.label",
	"backup.redis.dir",
	"backup.redis.label",
	"backup.log",
	"backup.max-age",
	"build-context",
};
#define NKEYS (sizeof profile_keys / sizeof profile_keys[0])

static bool scale_ok(double scale)
{
	return scale >= 0.001 && scale <= 100;
}

static void read_scales(double *limits, double *pauses)
{
	const char *s = getenv("TWISTERTUI_TIME_SCALE"), *second;
	char *end;

	*limits = *pauses = 1;
	if (!s)
		return;
	*limits = *pauses = strtod(s, &end);
	if (end != s && *end == ',') {
		second = end + 1;
		*pauses = strtod(second, &end);
		if (end == second)
			*pauses = 0;
	}
	if (end == s || *end || !scale_ok(*limits) || !scale_ok(*pauses))
		*limits = *pauses = 1;
}

double host_time_scale(void)
{
	double limits, pauses;

	read_scales(&limits, &pauses);
	return limits;
}

double host_pause_scale(void)
{
	double limits, pauses;

	read_scales(&limits, &pauses);
	return pauses;
}

/* --- names ----------------------------------------------------------------------------------- */

/* Letters, digits and what addresses need: nothing that a shell, a path or a terminal would mind. */
static bool word_ok(const char *s, const char *also)
{
	if (!*s || *s == '-' || strlen(s) > NAME_MAX_BYTES || !text_is_clean(s))
		return false;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (!isalnum(c) && c < 0x80 && !strchr(also, c))
			return false;
	}
	return true;
}

static bool address_ok(const char *s)
{
	return word_ok(s, "._:%-");
}

static bool user_ok(const char *s)
{
	return word_ok(s, "._-+@\\");
}

bool host_name_ok(const char *s)
{
	return *s != '.' && word_ok(s, "._:%-+@[]");
}

static int port_parse(const char *s)
{
	char *end;
	long n;

	if (!isdigit((unsigned char)*s))
		return -1;
	n = strtol(s, &end, 10);
	return *end || n < 1 || n > 65535 ? -1 : (int)n;
}

/* Takes "[v6]:port", "[v6]", "host:port", "v6", "host" apart; false when it is none of them. */
static bool address_split(const char *s, char **address, int *port)
{
	const char *colon = strchr(s, ':'), *end = s + strlen(s);

	*port = 0;
	if (*s == '[') {
		const char *close = strchr(s, ']');

		if (!close || (close[1] && close[1] != ':') || !strchr(s, ':'))
			return false;
		if (close[1] && (*port = port_parse(close + 2)) < 0)
			return false;
		s++;
		end = close;
	} else if (colon && !strchr(colon + 1, ':')) {
		*port = port_parse(colon + 1);
		if (*port < 0)
			return false;
		end = colon;
	}
	*address = xstrndup(s, (size_t)(end - s));
	return true;
}

static int bad_name(struct err *e, const char *name)
{
	char *clean = text_dup(name);
	int rc = err_set(e, ERR_USAGE,
		_("\"%.80s\" is not a server's name: give a profile, an ssh_config alias or "
		  "user@host[:port]"),
		clean);

	free(clean);
	return rc;
}

/* user@host[:port] into h's fields. */
static int name_parse(struct host *h, const char *name, struct err *e)
{
	const char *at = strrchr(name, '@');
	char *address = NULL;

	if (!host_name_ok(name) || !address_split(at ? at + 1 : name, &address, &h->port) ||
		!address_ok(address)) {
		free(address);
		return bad_name(e, name);
	}
	if (at)
		h->user = xstrndup(name, (size_t)(at - name));
	h->address = address;
	return h->user && !user_ok(h->user) ? bad_name(e, name) : 0;
}

/* --- profiles -------------------------------------------------------------------------------- */

char *host_profiles_dir(void)
{
	char *config = data_config_dir();
	char *dir = xasprintf("%s/hosts", config);

	free(config);
	return dir;
}

char *host_profile_path(const char *name)
{
	char *dir = host_profiles_dir();
	char *path = xasprintf("%s/%s", dir, name);

	free(dir);
	return path;
}

/* Edit distance, for "did you mean"; words longer than its row never come near. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= 64)
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; i++, a++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t cost = diagonal + (*a != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
		}
	}
	return row[n];
}

static const char *nearest_key(const char *key)
{
	const char *best = profile_keys[0];

	for (size_t i = 1; i < NKEYS; i++)
		if (distance(key, profile_keys[i]) < distance(key, best))
			best = profile_keys[i];
	return best;
}

bool host_key_known(const char *key)
{
	const char *step;

	if (strncmp(key, "threshold.", 10) == 0)
		return key[10] != '\0';
	if (strncmp(key, "param.", 6) == 0) {
		step = strchr(key + 6, '.');
		return step && step > key + 6 && step[1];
	}
	for (size_t i = 0; i < NKEYS; i++)
		if (strcmp(profile_keys[i], key) == 0)
			return true;
	return false;
}

static bool is_number(const char *value)
{
	char *end;
	double n = strtod(value, &end);

	return (end != value && *end == '\0' && isfinite(n)) || !isnan(units_parse_bytes(value));
}

static bool is_count(const char *value)
{
	return *value && strspn(value, "0123456789") == strlen(value) && strlen(value) < 8;
}

/* NULL when the value suits the key, else what it should be. */
const char *host_value_wrong(const char *key, const char *value)
{
	if (!*value)
		return _("something after the =");
	if (strcmp(key, "port") == 0 && port_parse(value) < 0)
		return _("a port from 1 to 65535");
	if (strcmp(key, "address") == 0 && !address_ok(value))
		return _("a host name or an IP address");
	if (strcmp(key, "user") == 0 && !user_ok(value))
		return _("a user name");
	if (strcmp(key, "jump") == 0 && (*value == '-' || !word_ok(value, "._:%-+@[],")))
		return _("user@host[:port]");
	if (strcmp(key, "sudo") == 0 && strcmp(value, "ask") != 0 && strcmp(value, "never") != 0)
		return _("ask or never");
	if (strcmp(key, "expected-pods") == 0 && !is_count(value))
		return _("a count");
	if (strcmp(key, "backup.max-age") == 0 && isnan(units_parse_duration(value)))
		return _("a duration such as 26h");
	if (strncmp(key, "threshold.", 10) == 0 && !is_number(value))
		return _("a number or a size such as 10G");
	return NULL;
}

static void set_field(struct host *h, const char *key, const char *value)
{
	char **field = strcmp(key, "address") == 0    ? &h->address
		       : strcmp(key, "user") == 0     ? &h->user
		       : strcmp(key, "jump") == 0     ? &h->jump
		       : strcmp(key, "identity") == 0 ? &h->identity
						      : NULL;

	if (field) {
		free(*field);
		*field = xstrdup(value);
	} else if (strcmp(key, "port") == 0) {
		h->port = port_parse(value);
	} else if (strcmp(key, "sudo") == 0) {
		h->sudo_never = strcmp(value, "never") == 0;
	}
}

char *host_trim(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]); n--)
		;
	s[n] = '\0';
	return s;
}

static int profile_line(struct host *h, char *line, int number, struct err *e)
{
	char *key = host_trim(line), *equals = strchr(key, '='), *value;
	const char *want;

	if (!*key || *key == '#')
		return 0;
	if (!equals)
		return err_set(e, ERR_USAGE, _("%s, line %d: no \"=\": each line is key = value"),
			h->path, number);
	*equals = '\0';
	value = host_trim(equals + 1);
	key = host_trim(key);
	if (!text_is_clean(key) || !text_is_clean(value))
		return err_set(e, ERR_USAGE, _("%s, line %d: control characters or invalid UTF-8"),
			h->path, number);
	if (!host_key_known(key))
		return err_set(e, ERR_USAGE,
			_("%s, line %d: unknown key \"%.60s\"; did you mean \"%s\"?"), h->path,
			number, key, nearest_key(key));
	if (host_get(h, key, NULL))
		return err_set(e, ERR_USAGE, _("%s, line %d: \"%.60s\" stands here twice"), h->path,
			number, key);
	want = host_value_wrong(key, value);
	if (want)
		return err_set(e, ERR_USAGE, _("%s, line %d: %s should be %s"), h->path, number,
			key, want);
	set_field(h, key, value);
	h->settings = xrealloc(h->settings, h->nsettings + 1, sizeof *h->settings);
	h->settings[h->nsettings++] =
		(struct host_setting){.key = xstrdup(key), .value = xstrdup(value), .line = number};
	return 0;
}

static int profile_read(struct host *h, struct err *e)
{
	char *text = NULL, *line, *next;
	size_t n = 0;
	int number = 0, rc = data_safe(h->path, e);

	if (rc == 0 && !(text = data_read(h->path, PROFILE_MAX, &n, e)))
		rc = ERR_USAGE;
	if (rc == 0 && strlen(text) != n)
		rc = err_set(
			e, ERR_USAGE, _("%s: a NUL byte stands in it: not a profile"), h->path);
	for (line = text; rc == 0 && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rc = profile_line(h, line, ++number, e);
	}
	free(text);
	return rc;
}

/* --- finding --------------------------------------------------------------------------------- */

/* A name that says by itself where it is: an address, a dotted name, user@, :port. */
static bool is_explicit(const char *name)
{
	return strpbrk(name, "@:.") || strcmp(name, "localhost") == 0;
}

static int find_profile(struct host *h, struct err *e)
{
	char *dir = host_profiles_dir();
	int rc;

	h->from_profile = h->known = true;
	/* Who may rename in the folder may put a profile of their own there. */
	rc = data_safe(dir, e);
	free(dir);
	if (rc == 0)
		rc = profile_read(h, e);
	if (rc == 0 && !h->address && !address_ok(h->name))
		rc = err_set(
			e, ERR_USAGE, _("%s: says no address, and its name is not one"), h->path);
	return rc;
}

static int find_other(struct host *h, struct err *e)
{
	struct ssh_config c;
	int rc = name_parse(h, h->name, e);

	FREE(h->path);
	if (rc != 0)
		return rc;
	rc = ssh_config_read(h->ssh_config, h->address, h->user, &c, e);
	h->known = c.named || is_explicit(h->name);
	ssh_config_clear(&c);
	if (!is_explicit(h->name))
		FREE(h->address);
	return rc;
}

int host_find(const char *name, const char *ssh_config, struct host **out, struct err *e)
{
	struct host *h;
	int rc;

	*out = NULL;
	if (!host_name_ok(name))
		return bad_name(e, name);
	h = xcalloc(1, sizeof *h);
	h->name = xstrdup(name);
	h->ssh_config = ssh_config ? xstrdup(ssh_config) : NULL;
	h->path = host_profile_path(name);
	rc = access(h->path, F_OK) == 0 ? find_profile(h, e) : find_other(h, e);
	if (rc == 0) {
		*out = h;
		h = NULL;
	}
	host_free(h);
	return rc;
}

struct host *host_new_demo(const char *which)
{
	struct host *h = xcalloc(1, sizeof *h);

	h->name = xstrdup("demo");
	h->kind = HOST_DEMO;
	h->demo = xstrdup(which ? which : "phase-0");
	h->known = true;
	return h;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->nsettings; i++) {
		free(h->settings[i].key);
		free(h->settings[i].value);
	}
	free(h->settings);
	free(h->name);
	free(h->demo);
	free(h->address);
	free(h->user);
	free(h->jump);
	free(h->identity);
	free(h->ssh_config);
	free(h->path);
	free(h);
}

const char *host_get(const struct host *h, const char *key, const char *fallback)
{
	for (size_t i = 0; i < h->nsettings; i++)
		if (strcmp(h->settings[i].key, key) == 0)
			return h->settings[i].value;
	return fallback;
}
