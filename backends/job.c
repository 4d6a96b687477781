/* job: answers about jobs, and what steps say, taken apart. */
#include "backends/job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A word with %XX, as clean owned text. */
static char *word_decode(const char *s, size_t len)
{
	struct buf raw;
	char *text;

	buf_init(&raw, TEXT_FIELD_MAX * 4);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			buf_addc(&raw, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else {
			buf_addc(&raw, s[i]);
		}
	}
	text = text_dupn(buf_str(&raw), raw.len);
	buf_clear(&raw);
	return text;
}

static bool kind_parse(const char *s, size_t len, enum mark_kind *out)
{
	static const struct {
		const char *word;
		enum mark_kind kind;
	} kinds[] = {{"fact", MARK_FACT}, {"say", MARK_SAY}, {"choice", MARK_CHOICE}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].word) == len && memcmp(kinds[i].word, s, len) == 0) {
			*out = kinds[i].kind;
			return true;
		}
	}
	return false;
}

static void mark_free_words(struct mark *m)
{
	for (int i = 0; i < m->nwords; i++)
		free(m->words[i]);
	free(m->words);
}

void mark_list_free(struct mark *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mark_free_words(&list[i]);
	free(list);
}

void marks_clear(struct marks *m)
{
	mark_list_free(m->list, m->n);
	memset(m, 0, sizeof(*m));
}

bool marks_add(struct marks *m, size_t at, const char *line, size_t len)
{
	const char *end = line + len, *blank = memchr(line, ' ', len);
	size_t first = blank ? (size_t)(blank - line) : len;
	struct mark mark = {.at = at};

	if (!kind_parse(line, first, &mark.kind))
		return false;
	if (m->n >= MARKS_MAX)
		return true;
	mark.words = xcalloc(MARK_WORDS_MAX, sizeof(*mark.words));
	for (const char *p = line + first; p < end && mark.nwords < MARK_WORDS_MAX;) {
		const char *stop;

		p++; /* the blank */
		stop = memchr(p, ' ', (size_t)(end - p));
		if (!stop)
			stop = end;
		if (stop > p && *p == '=')
			mark.words[mark.nwords++] = word_decode(p + 1, (size_t)(stop - p - 1));
		p = stop;
	}
	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 16;
		m->list = xrealloc(m->list, m->cap, sizeof(*m->list));
	}
	m->list[m->n++] = mark;
	return true;
}

struct mark *marks_copy(const struct marks *m)
{
	struct mark *list = xcalloc(m->n ? m->n : 1, sizeof(*list));

	for (size_t i = 0; i < m->n; i++) {
		list[i] = m->list[i];
		list[i].words = xcalloc(MARK_WORDS_MAX, sizeof(char *));
		for (int k = 0; k < list[i].nwords; k++)
			list[i].words[k] = xstrdup(m->list[i].words[k]);
	}
	return list;
}

void marks_split(const char *bytes, size_t n, const char *token, struct buf *out, struct marks *m)
{
	const char *p = bytes, *end = bytes + n;
	size_t len = strlen(token);

	while (p < end) {
		const char *at = memmem(p, (size_t)(end - p), token, len);
		const char *eol = at ? memchr(at, '\n', (size_t)(end - at)) : NULL;

		if (!eol)
			break;
		buf_add(out, p, (size_t)(at - p));
		at += len;
		if (at < eol && *at == ' ')
			marks_add(m, out->len, at + 1, (size_t)(eol - at - 1));
		p = eol + 1;
	}
	buf_add(out, p, (size_t)(end - p));
}

/* ---- tw_job_look ---- */

void job_status_free(struct job_status *st)
{
	if (!st)
		return;
	free(st->id);
	free(st->refused);
	free(st->meta);
	free(st->journal_head);
	mark_list_free(st->marks, st->nmarks);
	free(st);
}

void job_look_clear(struct job_look *look)
{
	job_status_free(look->status);
	marks_clear(&look->marks);
	memset(look, 0, sizeof(*look));
}

static int word_index(const char *word, const char *const *words, int n, int fallback)
{
	for (int i = 0; i < n; i++) {
		if (strcmp(word, words[i]) == 0)
			return i;
	}
	return fallback;
}

static const char *const states[] = {"none", "staged", "running", "done", "lost"};
static const char *const results[] = {
	"-", "ok", "changed", "unchanged", "undone", "half", "cancelled", "timeout"};
static const char *const parts[] = {"plan", "apply", "verify", "undo"};

static double number(const char *s)
{
	char *end;
	double v = strtod(s, &end);

	return end == s ? NAN : v;
}

struct looking {
	struct job_look *look;
	double now, changed;
};

static void look_parts(struct job_status *st, const char *value)
{
	for (int i = 0; i < PART_COUNT; i++) {
		char *end;
		long v = strtol(value, &end, 10);

		if (end == value)
			break;
		st->part_status[i] = v < -1 || v > 255 ? -1 : (int)v;
		value = end;
	}
}

static void look_mark(struct job_look *look, const char *value)
{
	char *end;
	unsigned long long at = strtoull(value, &end, 10);

	if (end != value && *end == ' ')
		marks_add(&look->marks, (size_t)at, end + 1, strlen(end + 1));
}

static void look_line(struct looking *l, const char *name, const char *value)
{
	struct job_look *look = l->look;
	struct job_status *st = look->status;

	if (strcmp(name, "state") == 0)
		st->state = (enum job_state)word_index(value, states, 5, JOB_NONE);
	else if (strcmp(name, "result") == 0)
		st->result = (enum job_result)word_index(value, results, 8, RESULT_NONE);
	else if (strcmp(name, "parts") == 0)
		look_parts(st, value);
	else if (strcmp(name, "part") == 0)
		st->part = (enum job_part)word_index(value, parts, 4, PART_VERIFY);
	else if (strcmp(name, "size") == 0)
		st->out_size = strtoll(value, NULL, 10);
	else if (strcmp(name, "started") == 0)
		st->started = number(value);
	else if (strcmp(name, "ended") == 0)
		st->ended = number(value);
	else if (strcmp(name, "now") == 0)
		l->now = number(value);
	else if (strcmp(name, "changed") == 0)
		l->changed = number(value);
	else if (strcmp(name, "volatile") == 0)
		st->volatile_place = value[0] == '1';
	else if (strcmp(name, "existed") == 0)
		st->existed = value[0] == '1';
	else if (strcmp(name, "marks") == 0)
		look->marks_total = strtoull(value, NULL, 10);
	else if (strcmp(name, "from") == 0)
		look->from = strtoll(value, NULL, 10);
	else if (strcmp(name, "mark") == 0)
		look_mark(look, value);
	else if (strcmp(name, "id") == 0 && !st->id)
		st->id = text_dup(value);
	else if (strcmp(name, "refused") == 0 && !st->refused)
		st->refused = text_dup(value);
	else if (strcmp(name, "meta") == 0 && !st->meta)
		st->meta = text_dup(value);
	else if (strcmp(name, "head") == 0 && !st->journal_head)
		st->journal_head = text_dup(value);
}

static struct job_status *status_new(void)
{
	struct job_status *st = xcalloc(1, sizeof(*st));

	st->started = st->ended = st->silent_s = NAN;
	for (int i = 0; i < PART_COUNT; i++)
		st->part_status[i] = -1;
	return st;
}

bool job_look_parse(const char *bytes, size_t n, struct job_look *look, size_t *used)
{
	struct looking l = {.look = look, .now = NAN, .changed = NAN};
	const char *p = bytes, *end = bytes + n;

	memset(look, 0, sizeof(*look));
	look->status = status_new();
	look->from = -1;
	while (p < end && *p != '\n') {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		char *line, *blank;

		if (!eol)
			eol = end;
		line = xstrndup(p, (size_t)(eol - p));
		blank = strchr(line, ' ');
		if (blank) {
			*blank = 0;
			look_line(&l, line, blank + 1);
		}
		free(line);
		p = eol < end ? eol + 1 : end;
	}
	if (p < end)
		p++; /* the empty line */
	look->data = p;
	look->len = look->from >= 0 ? (size_t)(end - p) : 0;
	*used = (size_t)(p - bytes) + look->len;
	look->status->silent_s = fmax(0, l.now - l.changed);
	if (!look->status->id && !look->status->refused) {
		job_look_clear(look);
		return false;
	}
	if (!look->status->id)
		look->status->id = xstrdup("");
	return true;
}
