#include "backends/known_hosts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/ssh_config.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

#define SALT 20       /* bytes of salt and of the hash: SHA-1's */
#define KEY_MAX 16384 /* bytes of a key; RSA of 16384 bits has 2 KiB */

struct entry {
	const char *marker, *hosts, *type, *key; /* borrowed from the line */
};

/* --- base64 and hashes ----------------------------------------------------------------------- */

/* Decodes exactly; the number of bytes, or -1. */
static int base64_decode(const char *s, size_t n, unsigned char *out, size_t max)
{
	int len, pad = 0;

	if (n == 0 || n % 4 != 0 || n / 4 * 3 > max)
		return -1;
	while (pad < 2 && s[n - 1 - (size_t)pad] == '=')
		pad++;
	len = EVP_DecodeBlock(out, (const unsigned char *)s, (int)n);
	return len < 0 ? -1 : len - pad;
}

static void host_hash(const unsigned char *salt, const char *name, unsigned char out[SALT])
{
	char *lower = xstrdup(name);
	unsigned n = SALT;

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	HMAC(EVP_sha1(), salt, SALT, (const unsigned char *)lower, strlen(lower), out, &n);
	free(lower);
}

/* "|1|salt|hash": HMAC-SHA1 of the name (sshd(8)). */
static bool hashed_match(const char *hosts, const char *name)
{
	const char *salt64 = hosts + 3, *bar = strchr(salt64, '|');
	unsigned char salt[SALT + 4], hash[SALT + 4], ours[SALT];

	if (!bar || base64_decode(salt64, (size_t)(bar - salt64), salt, sizeof salt) != SALT ||
		base64_decode(bar + 1, strlen(bar + 1), hash, sizeof hash) != SALT)
		return false;
	host_hash(salt, name, ours);
	return memcmp(ours, hash, SALT) == 0;
}

static bool hosts_match(const char *hosts, const char *name)
{
	if (strncmp(hosts, "|1|", 3) == 0)
		return hashed_match(hosts, name);
	return ssh_config_match(name, hosts) == 1;
}

char *known_hosts_fingerprint(const char *key, char out[KNOWN_HOSTS_FINGERPRINT])
{
	unsigned char *blob = xcalloc(1, KEY_MAX), hash[EVP_MAX_MD_SIZE];
	int n = base64_decode(key, strlen(key), blob, KEY_MAX);
	unsigned len = 0;

	memcpy(out, "?", 2);
	if (n > 0 && EVP_Digest(blob, (size_t)n, hash, &len, EVP_sha256(), NULL) == 1) {
		memcpy(out, "SHA256:", 7);
		EVP_EncodeBlock((unsigned char *)out + 7, hash, (int)len);
		out[strcspn(out, "=")] = '\0';
	}
	free(blob);
	return out;
}

/* --- reading --------------------------------------------------------------------------------- */

static char *next_word(char **p)
{
	char *word = *p + strspn(*p, " \t"), *end = word + strcspn(word, " \t\r");

	*p = end + (*end != '\0');
	*end = '\0';
	return *word ? word : NULL;
}

/* Takes a line apart in place; false for comments, empty and broken ones. */
static bool line_parse(char *line, struct entry *en)
{
	en->marker = "";
	en->hosts = next_word(&line);
	if (!en->hosts || *en->hosts == '#')
		return false;
	if (*en->hosts == '@') {
		en->marker = en->hosts;
		en->hosts = next_word(&line);
	}
	en->type = en->hosts ? next_word(&line) : NULL;
	en->key = en->type ? next_word(&line) : NULL;
	return en->key != NULL;
}

struct lookup {
	const char *name;
	/* Called for each entry that names it; false stops. */
	bool (*found)(struct lookup *l, const struct entry *en, const char *file, int line);
	void *arg;
};

static void look_in_file(struct lookup *l, const char *file, bool *go_on)
{
	char *text = data_read(file, KNOWN_HOSTS_MAX, NULL, NULL), *line, *next;
	int number = 0;

	for (line = text; line && *go_on; line = next) {
		struct entry en;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (line_parse(line, &en) && hosts_match(en.hosts, l->name))
			*go_on = l->found(l, &en, file, number);
	}
	free(text);
}

static void look(struct lookup *l, char *const *files, size_t n)
{
	bool go_on = true;

	for (size_t i = 0; i < n && go_on; i++)
		look_in_file(l, files[i], &go_on);
}

/* --- the verdict ----------------------------------------------------------------------------- */

struct offered {
	const char *type, *key;
	struct known_hosts_answer *out;
};

static void decide(struct known_hosts_answer *out, enum known_hosts_verdict verdict,
	const struct entry *en, const char *file, int line)
{
	known_hosts_clear(out);
	out->verdict = verdict;
	out->file = xstrdup(file);
	out->line = line;
	out->type = xstrdup(en->type);
	out->key = xstrdup(en->key);
}

/* A revoked line wins over all; a match over a mismatch; a mismatch of the same type over others. */
static bool judge(struct lookup *l, const struct entry *en, const char *file, int line)
{
	struct offered *o = l->arg;
	struct known_hosts_answer *out = o->out;
	bool same = strcmp(en->key, o->key) == 0;

	if (strcmp(en->marker, "@revoked") == 0) {
		if (same)
			decide(out, KNOWN_HOSTS_REVOKED, en, file, line);
		return !same;
	}
	if (*en->marker) /* @cert-authority: certificates of hosts are not for libssh */
		return true;
	if (same)
		decide(out, KNOWN_HOSTS_OK, en, file, line);
	else if (strcmp(en->type, o->type) == 0 &&
		 (out->verdict == KNOWN_HOSTS_UNKNOWN || out->verdict == KNOWN_HOSTS_OTHER))
		decide(out, KNOWN_HOSTS_CHANGED, en, file, line);
	else if (out->verdict == KNOWN_HOSTS_UNKNOWN)
		decide(out, KNOWN_HOSTS_OTHER, en, file, line);
	return true;
}

void known_hosts_look(char *const *files, size_t nfiles, const char *name, const char *type,
	const char *key, struct known_hosts_answer *out)
{
	struct offered o = {.type = type, .key = key, .out = out};
	struct lookup l = {.name = name, .found = judge, .arg = &o};

	*out = (struct known_hosts_answer){.verdict = KNOWN_HOSTS_UNKNOWN};
	look(&l, files, nfiles);
}

void known_hosts_clear(struct known_hosts_answer *a)
{
	free(a->file);
	free(a->type);
	free(a->key);
	*a = (struct known_hosts_answer){.verdict = KNOWN_HOSTS_UNKNOWN};
}

static bool collect_type(struct lookup *l, const struct entry *en, const char *file, int line)
{
	struct buf *types = l->arg;

	(void)file;
	(void)line;
	if (!*en->marker && ssh_config_match(en->type, buf_str(types)) == 0 &&
		!strpbrk(en->type, "*?!,"))
		buf_addf(types, "%s%s", types->len ? "," : "", en->type);
	return true;
}

char *known_hosts_types(char *const *files, size_t nfiles, const char *name)
{
	struct buf types;
	struct lookup l = {.name = name, .found = collect_type, .arg = &types};

	buf_init(&types, 4096);
	look(&l, files, nfiles);
	return buf_take(&types);
}

/* --- adding ---------------------------------------------------------------------------------- */

char *known_hosts_name(const char *host, int port)
{
	char *name = port == 22 || port <= 0 ? xstrdup(host) : xasprintf("[%s]:%d", host, port);

	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return name;
}

static char *name_hashed(const char *name)
{
	unsigned char salt[SALT], hash[SALT], salt64[32], hash64[32];

	if (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt)
		return xstrdup(name);
	host_hash(salt, name, hash);
	EVP_EncodeBlock(salt64, salt, SALT);
	EVP_EncodeBlock(hash64, hash, SALT);
	return xasprintf("|1|%s|%s", (const char *)salt64, (const char *)hash64);
}

static int make_folder_of(const char *file, struct err *e)
{
	const char *slash = strrchr(file, '/');
	char *dir;
	int rc;

	if (!slash || slash == file)
		return 0;
	dir = xstrndup(file, (size_t)(slash - file));
	rc = data_mkdir(dir, e);
	free(dir);
	return rc;
}

/* True when the file's last line has no end: ours must not be added to it. */
static bool needs_newline(int fd)
{
	char last = '\n';
	off_t end = lseek(fd, 0, SEEK_END);

	return end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
}

int known_hosts_add(const char *file, const char *name, const char *type, const char *key,
	bool hashed, struct err *e)
{
	char *hosts = hashed ? name_hashed(name) : xstrdup(name), *line = NULL;
	int fd, rc = make_folder_of(file, e);

	if (rc != 0)
		goto out;
	fd = open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = err_set(e, ERR_IO, _("cannot write %s: %s"), file, strerror(errno));
		goto out;
	}
	line = xasprintf("%s%s %s %s\n", needs_newline(fd) ? "\n" : "", hosts, type, key);
	/* One write, so that another ssh that adds at this moment cannot come in between. */
	if (write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		rc = err_set(e, ERR_IO, _("cannot write %s: %s"), file, strerror(errno));
	close(fd);
out:
	free(line);
	free(hosts);
	return rc;
}
