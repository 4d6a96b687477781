/* session: the sessions that stand below the state folder, found by heads and tails of their journals. */
#include "runbook/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "runbook/store_file.h"

#define PART ((size_t)64 << 10)     /* bytes read at first from either end */
#define SCAN_MAX ((size_t)64 << 20) /* bytes looked through for runs when there is no end record */
#define SESSIONS_MAX 100000

struct list {
	struct session_info *items;
	size_t n;
};

/* Up to n bytes at an offset, owned and 0-terminated. */
static char *read_part(int fd, off_t at, size_t n, size_t *got)
{
	char *part = xcalloc(1, n + 1);
	ssize_t r;
	*got = 0;
	while (*got < n && (r = pread(fd, part + *got, n - *got, at + (off_t)*got)) > 0)
		*got += (size_t)r;
	return part;
}

static cJSON *first_record(int fd)
{
	size_t n;
	struct err e;
	char *head = read_part(fd, 0, PART, &n);
	char *end = memchr(head, '\n', n);
	cJSON *record = end ? json_parse(head, (size_t)(end - head), "", &e) : NULL;
	free(head);
	return record;
}

/* The last whole line; more is read when it is a long one. */
static cJSON *last_record(int fd, off_t size)
{
	for (size_t want = PART; want <= JOURNAL_LINE_MAX + PART; want *= 8) {
		struct err e;
		size_t n;
		off_t at = size > (off_t)want ? size - (off_t)want : 0;
		char *tail = read_part(fd, at, want, &n);
		char *end = n ? memrchr(tail, '\n', n) : NULL;
		char *before = end ? memrchr(tail, '\n', (size_t)(end - tail)) : NULL;
		char *line = before ? before + 1 : at == 0 ? tail : NULL;
		cJSON *record = line && end ? json_parse(line, (size_t)(end - line), "", &e) : NULL;
		free(tail);
		if (record || at == 0)
			return record;
	}
	return NULL;
}

static void add_run(struct buf *runs, const char *run)
{
	char *clean = text_dup(run);
	if (runs->len)
		buf_adds(runs, ", ");
	buf_adds(runs, clean);
	free(clean);
}

/* Is run one of "a, b, c"? */
static bool has_run(const char *runs, const char *run)
{
	size_t n = strlen(run);
	for (const char *p = runs; n && (p = strstr(p, run)); p += n)
		if ((p == runs || p[-1] == ' ') && (p[n] == 0 || p[n] == ','))
			return true;
	return false;
}

/* A session without an end (running, or killed) is looked through for `"run":"…"`. */
static void scan_runs(int fd, struct buf *runs)
{
	static const char key[] = "\"run\":\"";
	size_t n;
	char *all = read_part(fd, 0, SCAN_MAX, &n), *end = all + n;
	for (char *p = all; (p = memmem(p, (size_t)(end - p), key, sizeof(key) - 1));) {
		p += sizeof(key) - 1;
		size_t len = strcspn(p, "\"\\");
		char *run = xstrndup(p, len < 200 ? len : 0);
		if (*run && !has_run(buf_str(runs), run))
			add_run(runs, run);
		free(run);
	}
	free(all);
}

static void read_end(struct session_info *s, const cJSON *last, int fd)
{
	struct buf runs;
	const char *kind = json_str(last, "kind");
	double seq = json_num(last, "seq");
	buf_init(&runs, 65536);
	s->records = seq > 0 && seq < 1e12 ? (size_t)seq : 0;
	if (kind && strcmp(kind, "end") == 0) {
		const cJSON *run;
		s->ended_ms =
			clock_parse_rfc3339(json_str(last, "time") ? json_str(last, "time") : "");
		cJSON_ArrayForEach(run, json_get(last, "runs")) if (cJSON_IsString(run))
			add_run(&runs, run->valuestring);
	} else {
		scan_runs(fd, &runs);
	}
	s->runs = buf_take(&runs);
}

static void add_session(
	struct list *l, const char *state_dir, const char *host, const char *session)
{
	struct stat st;
	char *path = xasprintf("%s/%s/%s/" JOURNAL_NAME, state_dir, host, session);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	free(path);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		l->items = xrealloc(l->items, l->n + 1, sizeof(*l->items));
		struct session_info *s = &l->items[l->n++];
		cJSON *first = first_record(fd), *last = last_record(fd, st.st_size);
		const char *when = json_str(first, "time");
		memset(s, 0, sizeof(*s));
		s->host = xstrdup(host);
		s->session = xstrdup(session);
		s->started_ms = when ? clock_parse_rfc3339(when) : -1;
		if (s->started_ms < 0)
			s->started_ms = (int64_t)st.st_mtime * 1000;
		s->ended_ms = -1;
		read_end(s, last, fd);
		cJSON_Delete(first);
		cJSON_Delete(last);
	}
	close(fd);
}

static void add_host(struct list *l, const char *state_dir, const char *host)
{
	char *path = xasprintf("%s/%s", state_dir, host);
	DIR *d = opendir(path);
	struct dirent *entry;
	free(path);
	while (d && l->n < SESSIONS_MAX && (entry = readdir(d)))
		if (store_name_ok(entry->d_name))
			add_session(l, state_dir, host, entry->d_name);
	if (d)
		closedir(d);
}

static int newest_first(const void *pa, const void *pb)
{
	const struct session_info *a = pa, *b = pb;
	if (a->started_ms != b->started_ms)
		return a->started_ms < b->started_ms ? 1 : -1;
	return -strcmp(a->session, b->session);
}

int session_list(const char *state_dir, const char *host, struct session_info **out, size_t *n,
	struct err *e)
{
	struct list l = {NULL, 0};
	*out = NULL;
	*n = 0;
	if (host && !store_name_ok(host))
		return err_set(e, ERR_USAGE, _("“%s” cannot be the name of a folder"), host);
	DIR *d = opendir(state_dir);
	if (!d && errno != ENOENT)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), state_dir, strerror(errno));
	struct dirent *entry;
	while (d && !host && l.n < SESSIONS_MAX && (entry = readdir(d)))
		if (store_name_ok(entry->d_name))
			add_host(&l, state_dir, entry->d_name);
	if (d && host)
		add_host(&l, state_dir, host);
	if (d)
		closedir(d);
	if (l.n)
		qsort(l.items, l.n, sizeof(*l.items), newest_first);
	*out = l.items;
	*n = l.n;
	return 0;
}

static void clear_info(struct session_info *s)
{
	free(s->host);
	free(s->session);
	free(s->runs);
}

void session_list_free(struct session_info *list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		clear_info(&list[i]);
	free(list);
}

/* rest: a session or a run; NULL: the newest, which comes first. */
static bool is_meant(const struct session_info *s, const char *host, const char *rest, size_t kept)
{
	if (host && strcmp(s->host, host) != 0)
		return false;
	if (!rest)
		return kept == 0;
	return strcmp(s->session, rest) == 0 || has_run(s->runs, rest);
}

int session_find(const char *state_dir, const char *what, struct session_info **out, size_t *n,
	struct err *e)
{
	char *host = what ? xstrdup(what) : NULL;
	char *slash = host ? strchr(host, '/') : NULL;
	size_t kept = 0;
	if (slash)
		*slash = 0;
	int rc = session_list(state_dir, host, out, n, e);
	for (size_t i = 0; rc == 0 && i < *n; i++) {
		if (is_meant(&(*out)[i], host, slash ? slash + 1 : NULL, kept)) {
			struct session_info found = (*out)[i];
			(*out)[i] = (*out)[kept];
			(*out)[kept++] = found;
		}
	}
	for (size_t i = kept; rc == 0 && i < *n; i++)
		clear_info(&(*out)[i]);
	if (rc == 0 && kept == 0) {
		free(*out);
		*out = NULL;
		rc = what ? err_set(e, ERR_USAGE,
				    _("no session or run “%s” (twistertui --sessions lists them)"),
				    what)
			  : err_set(e, ERR_USAGE, _("there is no session yet below %s"), state_dir);
	}
	*n = kept;
	free(host);
	return rc;
}
