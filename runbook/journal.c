#include "runbook/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "runbook/store_file.h"

#define JOURNAL_MAX ((off_t)256 << 20) /* bytes of a journal that we are willing to read */

/* The chain does not hold at line `at`; the first reason stays, later ones are added to it. */
__attribute__((format(printf, 3, 4))) static void broken(
	struct journal *j, size_t at, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	char *clean = text_dup(line);
	if (j->chain != CHAIN_BROKEN) {
		j->chain = CHAIN_BROKEN;
		j->broken_at = at;
		free(j->why);
		j->why = clean;
		return;
	}
	if (strlen(j->why) < 4096) {
		char *both = xasprintf("%s; %s", j->why, clean);
		free(j->why);
		j->why = both;
	}
	free(clean);
}

/* The line's own sum: `…,"sum":"…64 hex…"}` */
static bool sum_holds(const char *line, size_t n)
{
	char sum[DIGEST_HEX];
	if (n <= JOURNAL_SUM_TAIL || memcmp(line + n - JOURNAL_SUM_TAIL, ",\"sum\":\"", 8) != 0)
		return false;
	digest_hex(line, n - JOURNAL_SUM_TAIL, sum);
	return memcmp(line + n - 66, sum, DIGEST_HEX - 1) == 0 &&
	       memcmp(line + n - 2, "\"}", 2) == 0;
}

static cJSON *parse_line(struct journal *j, const char *line, size_t n, size_t at)
{
	struct err e = {0};
	if (n > JOURNAL_LINE_MAX) {
		broken(j, at, _("record %zu is longer than any that is written (%zu bytes)"), at,
			n);
		return NULL;
	}
	if (memchr(line, 0, n)) {
		broken(j, at, _("record %zu holds a zero byte"), at);
		return NULL;
	}
	cJSON *record = json_parse(line, n, "", &e);
	if (!cJSON_IsObject(record)) {
		cJSON_Delete(record);
		broken(j, at, _("record %zu is not readable: it was changed or damaged"), at);
		return NULL;
	}
	return record;
}

static bool link_holds(
	struct journal *j, const cJSON *record, const char *line, size_t n, size_t at)
{
	const char *prev = json_str(record, "prev");
	double seq = json_num(record, "seq");
	if (!sum_holds(line, n)) {
		broken(j, at, _("record %zu was changed: it does not agree with its own sum"), at);
	} else if (!(seq == (double)at)) {
		broken(j, at,
			_("where record %zu should be stands record %.0f: "
			  "something was removed, added or put elsewhere"),
			at, seq);
	} else if (!prev || strcmp(prev, j->head) != 0) {
		if (at == 1)
			broken(j, at, _("record 1 does not begin a journal"));
		else
			broken(j, at,
				_("record %zu does not continue record %zu: "
				  "one of them was changed, removed or added"),
				at, at - 1);
	} else if (!json_str(record, "kind") || !json_str(record, "time")) {
		broken(j, at, _("record %zu has no kind or no time"), at);
	} else {
		return true;
	}
	return false;
}

/* The first record says whose journal this is. */
static bool start_holds(struct journal *j, const cJSON *record)
{
	const char *host = json_str(record, "host"), *session = json_str(record, "session");
	if (strcmp(json_str(record, "kind"), "start") != 0)
		broken(j, 1, _("record 1 is not a session's beginning"));
	else if (!host || strcmp(host, j->host) != 0 || !session ||
		 strcmp(session, j->session) != 0)
		broken(j, 1, _("record 1 begins another session: %s/%s"), host ? host : "?",
			session ? session : "?");
	else
		return true;
	return false;
}

/* One whole line (without its newline); false: the chain ends here. */
static bool take_line(struct journal *j, const char *line, size_t n)
{
	size_t at = j->nrecords + 1;
	if (at > 1 && strcmp(json_str(j->records[at - 2], "kind"), "end") == 0) {
		broken(j, at, _("record %zu stands after the session's end"), at);
		return false;
	}
	cJSON *record = parse_line(j, line, n, at);
	if (!record)
		return false;
	if (!link_holds(j, record, line, n, at) || (at == 1 && !start_holds(j, record))) {
		cJSON_Delete(record);
		return false;
	}
	if ((j->nrecords & (j->nrecords + 1)) == 0 || j->nrecords == 0)
		j->records = xrealloc(j->records, 2 * (j->nrecords + 1), sizeof(*j->records));
	j->records[j->nrecords++] = record;
	digest_hex(line, n, j->head);
	return true;
}

static void read_lines(struct journal *j, FILE *in)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	j->chain = CHAIN_OPEN;
	while ((n = getline(&line, &cap, in)) > 0) {
		if (line[n - 1] != '\n') {
			j->torn = true;
			break;
		}
		if (!take_line(j, line, (size_t)n - 1))
			break;
	}
	free(line);
	if (j->chain == CHAIN_BROKEN)
		return;
	if (j->nrecords == 0)
		j->chain = CHAIN_EMPTY;
	else if (strcmp(json_str(j->records[j->nrecords - 1], "kind"), "end") == 0)
		j->chain = CHAIN_CONSISTENT;
}

/* Opens a plain file for reading, whatever somebody may have put in its place. */
static int open_plain(const char *path, off_t *size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	*size = st.st_size;
	return fd;
}

static int open_output(const struct journal *j, const cJSON *record, off_t *size)
{
	const char *file = json_str(record, "file");
	if (!file || !store_name_ok(file)) {
		errno = EINVAL;
		return -1;
	}
	char *path = xasprintf("%s/outputs/%s", j->dir, file);
	int fd = open_plain(path, size);
	int saved = errno;
	free(path);
	errno = saved;
	return fd;
}

static void check_output(struct journal *j, const cJSON *record, size_t at)
{
	static const char none[] = "?";
	char *chunk, sum[DIGEST_HEX];
	const char *sha = json_str(record, "sha256");
	const char *file = json_str(record, "file");
	struct digest *d;
	off_t size;
	int fd = open_output(j, record, &size);
	if (fd < 0) {
		broken(j, at,
			errno == ENOENT ? _("the output of record %zu is missing: %s")
					: _("the output of record %zu cannot be read: %s"),
			at, file ? file : none);
		return;
	}
	if (!((double)size == json_num(record, "size"))) {
		broken(j, at, _("the output of record %zu has another length: %s"), at, file);
		close(fd);
		return;
	}
	chunk = xcalloc(1, 65536);
	d = digest_new();
	for (ssize_t got; (got = read(fd, chunk, 65536)) > 0;)
		digest_add(d, chunk, (size_t)got);
	digest_end(d, sum);
	close(fd);
	free(chunk);
	if (!sha || strcmp(sha, sum) != 0)
		broken(j, at, _("the output of record %zu was changed: %s"), at, file);
}

int journal_read(const char *state_dir, const char *host, const char *session, struct journal **out,
	struct err *e)
{
	*out = NULL;
	if (!store_name_ok(host) || !store_name_ok(session))
		return err_set(e, ERR_USAGE, _("“%s” cannot be the name of a folder"),
			store_name_ok(host) ? session : host);
	struct journal *j = xcalloc(1, sizeof(*j));
	off_t size = 0;
	j->host = xstrdup(host);
	j->session = xstrdup(session);
	j->dir = xasprintf("%s/%s/%s", state_dir, host, session);
	memcpy(j->head, JOURNAL_FIRST_PREV, DIGEST_HEX);
	char *path = xasprintf("%s/" JOURNAL_NAME, j->dir);
	int fd = open_plain(path, &size), rc = 0;
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	if (!in)
		rc = err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	else if (size > JOURNAL_MAX)
		rc = err_set(e, ERR_LIMIT, _("%s is too large to be a journal: %" PRIdMAX " bytes"),
			path, (intmax_t)size);
	else
		read_lines(j, in);
	if (in)
		fclose(in);
	else if (fd >= 0)
		close(fd);
	free(path);
	for (size_t i = 0; rc == 0 && i < j->nrecords; i++)
		if (strcmp(json_str(j->records[i], "kind"), "output") == 0)
			check_output(j, j->records[i], i + 1);
	if (rc != 0) {
		journal_free(j);
		return rc;
	}
	*out = j;
	return 0;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < j->nrecords; i++)
		cJSON_Delete(j->records[i]);
	free(j->records);
	free(j->host);
	free(j->session);
	free(j->dir);
	free(j->why);
	free(j);
}

char *journal_output(const struct journal *j, const cJSON *record, size_t max, size_t *left_out)
{
	struct buf b;
	off_t size = 0;
	char chunk[16384];
	int fd = open_output(j, record, &size);
	*left_out = 0;
	if (fd < 0)
		return NULL;
	if ((uintmax_t)size > max) {
		*left_out = (size_t)size - max;
		if (lseek(fd, size - (off_t)max, SEEK_SET) < 0)
			size = 0;
	}
	buf_init(&b, max);
	for (ssize_t got; (got = read(fd, chunk, sizeof(chunk))) > 0;)
		buf_add(&b, chunk, (size_t)got);
	close(fd);
	/* begin at a line's beginning; clean again, for the file is only as good as its owner */
	const char *newline = *left_out && b.len ? memchr(b.data, '\n', b.len) : NULL;
	if (newline) {
		size_t skip = (size_t)(newline - b.data) + 1;
		*left_out += skip;
		buf_drain(&b, skip);
	}
	struct buf clean;
	buf_init(&clean, 0);
	text_clean_lines(&clean, buf_str(&b), b.len, BUF_DEFAULT_MAX / 2);
	buf_clear(&b);
	return buf_take(&clean);
}

char *journal_state_text(const struct journal *j)
{
	switch (j->chain) {
	case CHAIN_CONSISTENT:
		return xasprintf(_("consistent, %zu records"), j->nrecords);
	case CHAIN_OPEN:
		return xasprintf(
			j->torn ? _("open, ends at record %zu (an unfinished line follows)")
				: _("open, ends at record %zu"),
			j->nrecords);
	case CHAIN_EMPTY:
		return xstrdup(_("empty"));
	case CHAIN_BROKEN:
		break;
	}
	return xasprintf(_("broken at record %zu: %s"), j->broken_at, j->why);
}
