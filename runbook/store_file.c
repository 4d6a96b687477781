#include "runbook/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"

struct journal_file {
	int fd;
	char *path;
	char *dirs[4]; /* outputs, session, host, state: made durable in this order */
	off_t size;    /* where the last whole record ends */
	size_t records;
	char head[DIGEST_HEX];
};

struct mask *mask_guard_take(struct mask_guard *g)
{
	pthread_mutex_lock(&g->lock);
	if (g->mask)
		return g->mask;
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

void mask_guard_give(struct mask_guard *g)
{
	pthread_mutex_unlock(&g->lock);
}

void mask_guard_close(struct mask_guard *g)
{
	pthread_mutex_lock(&g->lock);
	g->mask = NULL;
	pthread_mutex_unlock(&g->lock);
}

bool store_name_ok(const char *name)
{
	size_t n = strlen(name);
	if (n == 0 || n > 128 || name[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (name[i] == '/' || (unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

static int make_dir(const char *path, bool must_be_new, struct err *e)
{
	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno == EEXIST && !must_be_new)
		return 0;
	return err_set(e, ERR_IO, _("cannot make the folder %s: %s"), path, strerror(errno));
}

/* mkdir -p of the state folder: its parents belong to the user's own set-up. */
static int make_parents(const char *path, struct err *e)
{
	char *copy = xstrdup(path);
	int rc = 0;
	for (char *p = copy + 1; rc == 0 && *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		rc = make_dir(copy, false, e);
		*p = '/';
	}
	if (rc == 0)
		rc = make_dir(copy, false, e);
	free(copy);
	return rc;
}

int journal_file_create(const char *state_dir, const char *host, const char *session, char **dir,
	struct journal_file **out, struct err *e)
{
	*out = NULL;
	*dir = NULL;
	if (!store_name_ok(host) || !store_name_ok(session))
		return err_set(e, ERR_USAGE, _("“%s” cannot be the name of a folder"),
			store_name_ok(host) ? session : host);
	struct journal_file *f = xcalloc(1, sizeof(*f));
	f->fd = -1;
	memcpy(f->head, JOURNAL_FIRST_PREV, DIGEST_HEX);
	f->dirs[3] = xstrdup(state_dir);
	f->dirs[2] = xasprintf("%s/%s", state_dir, host);
	f->dirs[1] = xasprintf("%s/%s", f->dirs[2], session);
	f->dirs[0] = xasprintf("%s/outputs", f->dirs[1]);
	f->path = xasprintf("%s/" JOURNAL_NAME, f->dirs[1]);
	int rc = make_parents(state_dir, e);
	if (rc == 0)
		rc = make_dir(f->dirs[2], false, e);
	if (rc == 0)
		rc = make_dir(f->dirs[1], true, e);
	if (rc == 0)
		rc = make_dir(f->dirs[0], true, e);
	if (rc == 0) {
		f->fd = open(f->path,
			O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (f->fd < 0)
			rc = err_set(e, ERR_IO, _("cannot make %s: %s"), f->path, strerror(errno));
	}
	if (rc != 0) {
		journal_file_free(f);
		return rc;
	}
	*dir = xstrdup(f->dirs[1]);
	*out = f;
	return 0;
}

void journal_file_free(struct journal_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	for (size_t i = 0; i < 4; i++)
		free(f->dirs[i]);
	free(f->path);
	free(f);
}

int journal_file_sync_dirs(struct journal_file *f, struct err *e)
{
	for (size_t i = 0; i < 4; i++) {
		int fd = open(f->dirs[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int rc = fd < 0 ? -1 : fsync(fd);
		int saved = errno;
		if (fd >= 0)
			close(fd);
		/* EINVAL: a filesystem that knows no fsync of folders (some FUSE ones) */
		if (rc != 0 && saved != EINVAL)
			return err_set(e, ERR_IO, _("cannot make %s durable: %s"), f->dirs[i],
				strerror(saved));
	}
	return 0;
}

/* Digests are never a secret, and a four-letter secret may well stand in one by chance. */
static bool is_digest_field(const char *name, const char *value)
{
	static const char *const names[] = {"plan_digest", "phase_digest", "digest", "command",
		"sha256", "head", "journal_head"};
	if (!name || strlen(value) != DIGEST_HEX - 1 ||
		strspn(value, "0123456789abcdef") != DIGEST_HEX - 1)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Masked, cleaned, and masked again: cleaning can join the halves of a secret that an escape
 * sequence had parted. Owned. */
static char *safe_text(struct mask *m, const char *s)
{
	struct buf masked, clean;
	buf_init(&masked, 0);
	buf_init(&clean, 0);
	mask_bytes(m, s, strlen(s), &masked);
	text_clean_lines(&clean, buf_str(&masked), masked.len, JOURNAL_STRING_MAX);
	char *out = mask_dup(m, buf_str(&clean));
	buf_clear(&masked);
	buf_clear(&clean);
	return out;
}

static void sanitise(struct mask *m, cJSON *item, int depth)
{
	for (; item; item = item->next) {
		if (item->string && !(item->type & cJSON_StringIsConst)) {
			char *name = safe_text(m, item->string);
			cJSON_free(item->string);
			item->string = name;
		}
		if (cJSON_IsString(item) && item->valuestring &&
			!is_digest_field(item->string, item->valuestring)) {
			char *value = safe_text(m, item->valuestring);
			if (!(item->type & cJSON_IsReference))
				cJSON_free(item->valuestring);
			item->type &= ~cJSON_IsReference;
			item->valuestring = value;
		}
		if (item->child && depth < 64)
			sanitise(m, item->child, depth + 1);
	}
}

/* The fields every record has come from here alone. */
static void drop_reserved(cJSON *fields)
{
	static const char *const names[] = {"seq", "time", "mono_ms", "kind", "prev", "sum"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		while (cJSON_HasObjectItem(fields, names[i])) {
			cJSON *found = cJSON_GetObjectItemCaseSensitive(fields, names[i]);
			if (!found)
				break; /* "Seq" is not "seq" */
			cJSON_Delete(cJSON_DetachItemViaPointer(fields, found));
		}
}

/* `{"seq":…,…fields…,"prev":"…"`: the line without its sum. */
static void make_line(struct buf *line, const struct journal_file *f, const char *kind,
	int64_t wall_ms, int64_t mono_ms, const cJSON *fields)
{
	char when[CLOCK_RFC3339_SIZE];
	cJSON *word = cJSON_CreateString(kind);
	char *quoted = cJSON_PrintUnformatted(word);
	buf_addf(line, "{\"seq\":%zu,\"time\":\"%s\",\"mono_ms\":%lld,\"kind\":%s", f->records + 1,
		clock_rfc3339(wall_ms, when), (long long)mono_ms, quoted ? quoted : "\"\"");
	cJSON_free(quoted);
	cJSON_Delete(word);
	char *body = fields && fields->child ? cJSON_PrintUnformatted(fields) : NULL;
	if (body) {
		size_t n = strlen(body); /* "{…}": the braces go */
		if (n > JOURNAL_LINE_MAX - 512) {
			buf_addf(line, ",\"too_large\":%zu", n);
		} else {
			buf_addc(line, ',');
			buf_add(line, body + 1, n - 2);
		}
		cJSON_free(body);
	}
	buf_addf(line, ",\"prev\":\"%s\"", f->head);
}

int store_write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, data, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			if (put == 0)
				errno = ENOSPC;
			return -1;
		}
		data += put;
		n -= (size_t)put;
	}
	return 0;
}

int journal_file_append(struct journal_file *f, struct mask_guard *g, const char *kind,
	int64_t wall_ms, int64_t mono_ms, cJSON *fields, struct err *e)
{
	struct buf line;
	char sum[DIGEST_HEX], head[DIGEST_HEX];
	struct mask *m = mask_guard_take(g);
	if (!m)
		return err_set(e, ERR_CANCELLED, _("the journal is closed"));
	if (fields)
		sanitise(m, fields->child, 0);
	mask_guard_give(g);
	if (fields)
		drop_reserved(fields);
	buf_init(&line, JOURNAL_LINE_MAX + 1);
	make_line(&line, f, kind, wall_ms, mono_ms, fields);
	digest_hex(buf_str(&line), line.len, sum);
	buf_addf(&line, ",\"sum\":\"%s\"}", sum);
	digest_hex(buf_str(&line), line.len, head);
	buf_addc(&line, '\n');
	int rc = 0;
	if (store_write_all(f->fd, line.data, line.len) != 0) {
		rc = err_set(e, ERR_IO, "%s (%s)", strerror(errno), f->path);
		/* no half record stays; should this fail too, readers tolerate a torn last line */
		if (ftruncate(f->fd, f->size) != 0)
			errno = 0;
	} else {
		f->size += (off_t)line.len;
		f->records++;
		memcpy(f->head, head, sizeof(head));
	}
	buf_clear(&line);
	return rc;
}

int journal_file_sync(struct journal_file *f, struct err *e)
{
	if (fdatasync(f->fd) != 0)
		return err_set(e, ERR_IO, "%s (%s)", strerror(errno), f->path);
	return 0;
}

const char *journal_file_head(const struct journal_file *f)
{
	return f->head;
}

size_t journal_file_records(const struct journal_file *f)
{
	return f->records;
}
