/* The backups of PostgreSQL and Redis: newest, oldest, how many, what makes them, what it said
 * last. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/collect.h"
#include "backends/collect_kube.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/units.h"

#define FILES_MAX 5000
#define MAX_AGE (26 * 3600.0) /* a daily backup, and two hours for its run */
/* A failed dump piped into gzip leaves a valid file of 20 bytes; no real dump is this small. */
#define EMPTY_MAX 100

static const struct column backup_columns[] = {
	{"kind", N_("backup"), CELL_TEXT, 12, 0},
	{"age", N_("age"), CELL_AGE, 6, 0},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"count", N_("kept"), CELL_COUNT, 6, 0},
	{"oldest", N_("oldest"), CELL_AGE, 7, 2},
	{"schedule", N_("scheduled"), CELL_TEXT, 10, 1},
	{"file", N_("newest file"), CELL_TEXT, 0, 1},
};

static const struct column file_columns[] = {
	{"file", N_("file"), CELL_TEXT, 0, 0},
	{"kind", N_("backup"), CELL_TEXT, 12, 1},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"age", N_("age"), CELL_AGE, 6, 0},
};

static const struct column schedule_columns[] = {
	{"source", N_("from"), CELL_TEXT, 28, 0},
	{"line", N_("what is run"), CELL_TEXT, 0, 0},
};

static const struct column log_columns[] = {
	{"line", N_("last lines of the log"), CELL_TEXT, 0, 0},
};

enum kind { POSTGRES, REDIS, KINDS };

static const struct {
	const char *id, *title;
	const char *age, *size, *count; /* facts */
} kinds[KINDS] = {
	[POSTGRES] = {"postgres", "PostgreSQL", "backup.postgres.age", "backup.postgres.size",
		"backup.postgres.count"},
	[REDIS] = {"redis", "Redis", "backup.redis.age", "backup.redis.size", "backup.redis.count"},
};

struct file {
	enum kind kind;
	double time, size;
	char *path; /* raw */
};

struct backups {
	const struct collect_job *job;
	struct file *files; /* newest first */
	size_t nfiles;
	int there[KINDS], denied[KINDS]; /* folders */
	struct buf folders[KINDS];       /* where it was looked for */
	int scheduled[KINDS];
};

/* haystack (n bytes, any) holds word (lower case), in whatever case. */
static bool has_word(const char *haystack, size_t n, const char *word)
{
	size_t w = strlen(word);

	for (size_t i = 0; i + w <= n; i++)
		if (strncasecmp(haystack + i, word, w) == 0)
			return true;
	return false;
}

/* Whose backup a name or a line of cron speaks of: 1 for each kind. false: of neither. */
static bool kinds_of(const char *s, size_t n, bool speaks[KINDS])
{
	static const char *const words[KINDS][4] = {
		[POSTGRES] = {"postgres", "pg_dump", "pgdump", ".sql"},
		[REDIS] = {"redis", ".rdb", NULL, NULL},
	};

	for (int k = 0; k < KINDS; k++) {
		speaks[k] = false;
		for (int i = 0; i < 4 && words[k][i]; i++)
			speaks[k] = speaks[k] || has_word(s, n, words[k][i]);
	}
	return speaks[POSTGRES] || speaks[REDIS];
}

/* What is not a backup in a folder of backups. */
static bool is_other(const char *path)
{
	static const char *const ends[] = {
		".tmp", ".part", ".partial", ".log", ".sha256", ".md5", ".sum"};
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t n = strlen(name);

	if (*name == '.' || n == 0)
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (n > strlen(ends[i]) && strcmp(name + n - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

/* "KIND SECONDS BYTES ./var/backups/…" */
static void file_line(struct backups *b, const char *line, size_t len)
{
	struct field f[4];
	char path[1024];
	struct file *file;
	bool speaks[KINDS] = {false, false};

	if (fields_split(line, len, 1, f, 4) < 4 || isnan(field_number(&f[1])) ||
		isnan(field_number(&f[2])))
		return;
	f[3].len = len - (size_t)(f[3].at - line); /* blanks in the name */
	if (f[3].len > 2 && memcmp(f[3].at, "./", 2) == 0) {
		f[3].at++;
		f[3].len--;
	}
	field_copy(&f[3], path, sizeof(path));
	if (field_is(&f[0], "mixed"))
		kinds_of(path, strlen(path), speaks);
	else
		speaks[field_is(&f[0], "redis") ? REDIS : POSTGRES] = true;
	if (is_other(path) || (!speaks[POSTGRES] && !speaks[REDIS]) || b->nfiles == FILES_MAX)
		return;
	if ((b->nfiles & (b->nfiles - 1)) == 0)
		b->files = xrealloc(b->files, b->nfiles ? 2 * b->nfiles : 1, sizeof(*b->files));
	file = &b->files[b->nfiles++];
	file->kind = speaks[REDIS] ? REDIS : POSTGRES;
	file->time = field_number(&f[1]);
	file->size = field_number(&f[2]);
	file->path = xstrdup(path);
}

static int file_compare(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return x->time < y->time ? 1 : x->time > y->time ? -1 : strcmp(x->path, y->path);
}

/* "KIND absent|denied|there /var/backups/…" */
static void folder_line(struct backups *b, const char *line, size_t len)
{
	struct field f[3];
	char path[512];

	if (fields_split(line, len, 1, f, 3) < 3)
		return;
	f[2].len = len - (size_t)(f[2].at - line);
	field_copy(&f[2], path, sizeof(path));
	for (int k = 0; k < KINDS; k++) {
		bool own = field_is(&f[0], kinds[k].id);

		if (!own && !field_is(&f[0], "mixed"))
			continue;
		if (own)
			buf_addf(&b->folders[k], "%s%s", b->folders[k].len ? ", " : "", path);
		b->there[k] += field_is(&f[1], "there");
		b->denied[k] += field_is(&f[1], "denied");
	}
}

static void schedule_row(struct backups *b, struct table *t, const char *source, const char *line)
{
	char tag[64];
	bool speaks[KINDS];
	struct row *r;

	/* A line that only says "backup" stands for both. */
	if (!kinds_of(line, strlen(line), speaks) && !kinds_of(source, strlen(source), speaks))
		speaks[POSTGRES] = speaks[REDIS] = true;
	for (int k = 0; k < KINDS; k++)
		b->scheduled[k] += speaks[k];
	snprintf(tag, sizeof(tag), "%zu", t->nrows);
	r = table_row(t, tag);
	if (!r)
		return;
	cell_text(&r->cells[0], source, LEVEL_NONE);
	cell_text(&r->cells[1], line, LEVEL_NONE);
	row_detail(r, line);
}

/* A line of cron that runs something: "0 2 * * * …" or "@daily …". */
static bool runs(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return i < len && (line[i] == '*' || line[i] == '@' || (line[i] >= '0' && line[i] <= '9'));
}

/* "./etc/cron.d/name:LINE" of grep -H; a script in cron.daily has an empty LINE. */
static void cron_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	struct field source = {line, colon ? (size_t)(colon - line) : 0}, rest;
	char name[256], what[1024];

	if (!colon)
		return;
	rest.at = colon + 1;
	rest.len = (size_t)(line + len - rest.at);
	if (source.len > 2 && memcmp(source.at, "./", 2) == 0) {
		source.at++;
		source.len--;
	}
	if (rest.len && !runs(rest.at, rest.len))
		return;
	field_copy(&source, name, sizeof(name));
	field_copy(&rest, what, sizeof(what));
	schedule_row(b, t, name, *what ? what : _("run by its folder"));
}

static void own_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	bool speaks[KINDS];
	struct field whole = {line, len};
	char what[1024];

	if (!runs(line, len) || (!kinds_of(line, len, speaks) && !has_word(line, len, "backup")))
		return;
	field_copy(&whole, what, sizeof(what));
	schedule_row(b, t, "crontab", what);
}

static void timer_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	bool speaks[KINDS];
	struct field whole = {line, len};
	char what[1024];

	/* Debian's own dpkg-db-backup.timer keeps the list of packages. */
	if ((!kinds_of(line, len, speaks) && !has_word(line, len, "backup")) ||
		has_word(line, len, "dpkg-db"))
		return;
	field_copy(&whole, what, sizeof(what));
	schedule_row(b, t, "systemd", what);
}

typedef void line_fn(struct backups *b, struct table *t, const char *line, size_t len);

static void each_line(struct backups *b, const char *section, struct table *t, line_fn *fn)
{
	const struct section *s = sections_find(b->job->answer, section);
	const char *line;
	size_t at = 0, len;

	while (s && section_line(s, &at, &line, &len))
		fn(b, t, line, len);
}

static void any_file_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	(void)t;
	file_line(b, line, len);
}

static void any_folder_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	(void)t;
	folder_line(b, line, len);
}

static void log_line(struct backups *b, struct table *t, const char *line, size_t len)
{
	struct field whole = {line, len};
	char text[2048], tag[32];
	struct row *r;
	bool bad = has_word(line, len, "error") || has_word(line, len, "fail");

	(void)b;
	snprintf(tag, sizeof(tag), "%zu", t->nrows);
	r = len ? table_row(t, tag) : NULL;
	if (!r)
		return;
	field_copy(&whole, text, sizeof(text));
	cell_text(&r->cells[0], text, bad ? LEVEL_WARN : LEVEL_NONE);
}

static double max_age(const struct collect_job *job)
{
	const char *setting =
		job->in->host ? host_get(job->in->host, "backup.max-age", NULL) : NULL;
	double limit = setting ? units_parse_duration(setting) : NAN;

	return isnan(limit) ? MAX_AGE : limit;
}

/* The alerts of one kind. newest may be NULL; before is the one that came before it, or NULL. */
static void note_kind(const struct backups *b, enum kind k, const struct file *newest,
	const struct file *before, double age)
{
	double limit = max_age(b->job);
	struct panel *p = b->job->panel;
	char is[UNITS_SIZE], may[UNITS_SIZE];

	if (!newest) {
		if (b->denied[k] && !b->there[k])
			panel_note(p, LEVEL_UNKNOWN, _("only root may see the %s backups: press S"),
				kinds[k].title);
		else
			panel_note(p, LEVEL_WARN, _("there is no %s backup (looked in %s)"),
				kinds[k].title, buf_str(&b->folders[k]));
		return;
	}
	if (age > limit)
		panel_note(p, LEVEL_BAD, _("the newest %s backup is %s old (limit %s)"),
			kinds[k].title, units_duration(age, is), units_duration(limit, may));
	if (newest->size < EMPTY_MAX)
		panel_note(p, LEVEL_BAD, _("the newest %s backup is empty (%.0f bytes)"),
			kinds[k].title, newest->size);
	else if (before && newest->size < before->size / 2)
		panel_note(p, LEVEL_WARN, _("the newest %s backup is %s, the one before it was %s"),
			kinds[k].title, units_bytes(newest->size, is),
			units_bytes(before->size, may));
}

static void kind_row(const struct backups *b, struct table *t, enum kind k)
{
	const struct file *newest = NULL, *before = NULL, *oldest = NULL;
	struct row *r = table_row(t, kinds[k].id);
	double now = collect_now(b->job), age = NAN, count = 0;
	bool seen = b->there[k] || !b->denied[k];

	for (size_t i = 0; i < b->nfiles; i++) {
		if (b->files[i].kind != k)
			continue;
		if (!newest)
			newest = &b->files[i];
		else if (!before)
			before = &b->files[i];
		oldest = &b->files[i];
		count++;
	}
	if (newest)
		age = fmax(0, now - newest->time);
	note_kind(b, k, newest, before, age);
	panel_fact(b->job->panel, kinds[k].age, age);
	panel_fact(b->job->panel, kinds[k].size, newest ? newest->size : NAN);
	panel_fact(b->job->panel, kinds[k].count, seen ? count : NAN);
	cell_text(&r->cells[0], kinds[k].title, LEVEL_NONE);
	cell_number(&r->cells[1], CELL_AGE, age,
		!seen                   ? LEVEL_UNKNOWN
		: !newest               ? LEVEL_WARN
		: age > max_age(b->job) ? LEVEL_BAD
					: LEVEL_OK);
	cell_number(&r->cells[2], CELL_BYTES, newest ? newest->size : NAN,
		newest && newest->size < EMPTY_MAX ? LEVEL_BAD : LEVEL_NONE);
	cell_number(&r->cells[3], CELL_COUNT, seen ? count : NAN, LEVEL_NONE);
	cell_number(&r->cells[4], CELL_AGE, oldest ? fmax(0, now - oldest->time) : NAN, LEVEL_NONE);
	cell_text(&r->cells[5], b->scheduled[k] ? _("yes") : _("no"),
		b->scheduled[k] ? LEVEL_OK : LEVEL_WARN);
	cell_text(&r->cells[6], newest ? newest->path : seen ? "" : NULL, LEVEL_NONE);
	row_detail(r, buf_str(&b->folders[k]));
}

static void parse_files(struct backups *b, struct table *summary, struct table *t)
{
	double now = collect_now(b->job);

	for (int k = 0; k < KINDS; k++)
		kind_row(b, summary, (enum kind)k);
	for (size_t i = 0; i < b->nfiles; i++) {
		const struct file *f = &b->files[i];
		struct row *r = table_row(t, f->path);

		if (!r)
			return;
		cell_text(&r->cells[0], f->path, LEVEL_NONE);
		cell_text(&r->cells[1], kinds[f->kind].title, LEVEL_NONE);
		cell_number(&r->cells[2], CELL_BYTES, f->size,
			f->size < EMPTY_MAX ? LEVEL_BAD : LEVEL_NONE);
		cell_number(&r->cells[3], CELL_AGE, fmax(0, now - f->time), LEVEL_NONE);
	}
}

/* What there is a folder for is to be scheduled; where there is none, both are. */
static void parse_scheduled(struct backups *b)
{
	bool any = b->there[POSTGRES] || b->there[REDIS];
	bool all = true;

	for (int k = 0; k < KINDS; k++)
		if ((b->there[k] || !any) && !b->scheduled[k])
			all = false;
	panel_fact(b->job->panel, "backup.scheduled", all);
	if (!all)
		panel_note(b->job->panel, LEVEL_WARN,
			b->scheduled[POSTGRES] ? _("no Redis backup is scheduled")
			: b->scheduled[REDIS]  ? _("no PostgreSQL backup is scheduled")
					       : _("no backup is scheduled"));
}

void collect_parse_backups(const struct collect_job *job)
{
	struct backups b = {.job = job};
	struct panel *p = job->panel;
	struct table *summary, *files, *schedule, *log;

	if (!sections_find(job->answer, "folders")) {
		panel_fail(job->panel, PANEL_FAILED, _("the server's answer was cut short"));
		return;
	}
	for (int k = 0; k < KINDS; k++)
		buf_init(&b.folders[k], 2000);
	each_line(&b, "files", NULL, any_file_line);
	each_line(&b, "folders", NULL, any_folder_line);
	if (b.nfiles)
		qsort(b.files, b.nfiles, sizeof(*b.files), file_compare);
	summary = panel_table(p, "backups", N_("Backups"), backup_columns, 7);
	files = panel_table(p, "files", N_("Files"), file_columns, 4);
	schedule = panel_table(p, "schedule", N_("Schedule"), schedule_columns, 2);
	log = panel_table(p, "log", N_("Log"), log_columns, 1);
	each_line(&b, "cron", schedule, cron_line);
	each_line(&b, "crontab", schedule, own_line);
	each_line(&b, "timers", schedule, timer_line);
	parse_files(&b, summary, files);
	parse_scheduled(&b);
	each_line(&b, "log", log, log_line);
	if (b.denied[POSTGRES] && b.denied[REDIS] && !b.nfiles && !job->in->as_root)
		panel_fail(job->panel, PANEL_DENIED, _("only root may see the backups: press S"));
	for (size_t i = 0; i < b.nfiles; i++)
		free(b.files[i].path);
	free(b.files);
	for (int k = 0; k < KINDS; k++)
		buf_clear(&b.folders[k]);
}
