#include "runbook/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"

#define LINE_HOLD ((size_t)64 << 10) /* bytes of an unfinished line that wait for its end */

struct output_file {
	int fd;
	char *job, *name, *path;
	struct mask_guard *guard;
	struct mask_stream *stream;
	struct buf held; /* masked once, unfinished line */
	struct digest *digest;
	int64_t size; /* bytes written */
	int64_t lost; /* bytes from the server that are not in the file */
	int64_t raw_offset;
};

int output_file_open(const char *dir, const char *job, struct mask_guard *g,
	struct output_file **out, struct err *e)
{
	*out = NULL;
	if (!store_name_ok(job) || strchr(job, '~'))
		return err_set(e, ERR_USAGE, _("“%s” cannot be the name of a job"), job);
	struct mask *m = mask_guard_take(g);
	if (!m)
		return err_set(e, ERR_CANCELLED, _("the journal is closed"));
	struct output_file *o = xcalloc(1, sizeof(*o));
	o->stream = mask_stream_new(m);
	mask_guard_give(g);
	o->guard = g;
	o->fd = -1;
	for (int n = 1; o->fd < 0 && n < 1000; n++) {
		FREE(o->name);
		FREE(o->path);
		o->name = n == 1 ? xstrdup(job) : xasprintf("%s~%d", job, n);
		o->path = xasprintf("%s/outputs/%s", dir, o->name);
		o->fd = open(o->path,
			O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (o->fd < 0 && errno != EEXIST)
			break;
	}
	if (o->fd < 0) {
		int rc = err_set(e, ERR_IO, "%s (%s)", strerror(errno), o->path);
		output_file_free(o);
		return rc;
	}
	o->job = xstrdup(job);
	o->digest = digest_new();
	buf_init(&o->held, 0);
	*out = o;
	return 0;
}

const char *output_file_job(const struct output_file *o)
{
	return o->job;
}

void output_file_lost(struct output_file *o, size_t n)
{
	o->lost += (int64_t)n;
}

/* Cleans, masks and writes the first n held bytes. */
static int output_put(struct output_file *o, size_t n, struct err *e)
{
	struct buf clean, masked;
	int rc = 0;
	if (n == 0)
		return 0;
	struct mask *m = mask_guard_take(o->guard);
	if (!m)
		return err_set(e, ERR_CANCELLED, _("the journal is closed"));
	buf_init(&clean, 0);
	buf_init(&masked, 0);
	text_clean_lines(&clean, o->held.data, n, BUF_DEFAULT_MAX / 2);
	mask_bytes(m, buf_str(&clean), clean.len, &masked);
	mask_guard_give(o->guard);
	if (o->size + (int64_t)masked.len > OUTPUT_FILE_MAX) {
		o->lost += (int64_t)n;
	} else if (masked.len && store_write_all(o->fd, masked.data, masked.len) != 0) {
		rc = err_set(e, ERR_IO, "%s (%s)", strerror(errno), o->path);
		o->lost += (int64_t)n;
		if (ftruncate(o->fd, o->size) != 0)
			errno = 0;
	} else if (masked.len) {
		digest_add(o->digest, masked.data, masked.len);
		o->size += (int64_t)masked.len;
	}
	buf_drain(&o->held, n);
	buf_clear(&clean);
	buf_clear(&masked);
	return rc;
}

/* Bytes at the front of held that are whole lines. */
static size_t whole_lines(const struct buf *held)
{
	const char *last = held->len ? memrchr(held->data, '\n', held->len) : NULL;
	return last ? (size_t)(last - held->data) + 1 : 0;
}

/* Bytes that may go of an endless line: to its last '\r' (overwritten anyway), else at a character. */
static size_t endless_part(const struct buf *held)
{
	size_t n = held->len - 8;
	while (n > 1 && ((unsigned char)held->data[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void drop_overwritten(struct buf *held)
{
	/* a '\r' at the very end may belong to "\r\n" */
	const char *last = held->len > 1 ? memrchr(held->data, '\r', held->len - 1) : NULL;
	if (last && last > held->data)
		buf_drain(held, (size_t)(last - held->data));
}

int output_file_add(
	struct output_file *o, const void *bytes, size_t n, int64_t raw_offset, struct err *e)
{
	if (!mask_guard_take(o->guard))
		return err_set(e, ERR_CANCELLED, _("the journal is closed"));
	mask_stream_feed(o->stream, bytes, n, &o->held);
	mask_guard_give(o->guard);
	o->raw_offset = raw_offset;
	int rc = output_put(o, whole_lines(&o->held), e);
	if (o->held.len > LINE_HOLD)
		drop_overwritten(&o->held);
	if (rc == 0 && o->held.len > LINE_HOLD)
		rc = output_put(o, endless_part(&o->held), e);
	return rc;
}

int output_file_end(struct output_file *o, bool complete, cJSON **fields, struct err *e)
{
	char sha[DIGEST_HEX];
	if (mask_guard_take(o->guard)) {
		mask_stream_end(o->stream, &o->held);
		o->stream = NULL;
		mask_guard_give(o->guard);
	}
	int rc = output_put(o, o->held.len, e);
	if (rc == 0 && fdatasync(o->fd) != 0)
		rc = err_set(e, ERR_IO, "%s (%s)", strerror(errno), o->path);
	digest_end(o->digest, sha);
	o->digest = NULL;
	*fields = cJSON_CreateObject();
	cJSON_AddStringToObject(*fields, "job", o->job);
	cJSON_AddStringToObject(*fields, "file", o->name);
	cJSON_AddNumberToObject(*fields, "size", (double)o->size);
	cJSON_AddStringToObject(*fields, "sha256", sha);
	cJSON_AddNumberToObject(*fields, "raw_offset", (double)o->raw_offset);
	cJSON_AddBoolToObject(*fields, "complete", complete);
	if (o->lost)
		cJSON_AddNumberToObject(*fields, "lost", (double)o->lost);
	output_file_free(o);
	return rc;
}

void output_file_free(struct output_file *o)
{
	char sha[DIGEST_HEX];
	if (!o)
		return;
	mask_stream_drop(o->stream);
	if (o->digest)
		digest_end(o->digest, sha);
	if (o->fd >= 0)
		close(o->fd);
	buf_clear(&o->held);
	free(o->job);
	free(o->name);
	free(o->path);
	free(o);
}
