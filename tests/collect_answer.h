/* Answers of a collector, put together from captures, for the tests of its parsers. */
#ifndef TESTS_COLLECT_ANSWER_H
#define TESTS_COLLECT_ANSWER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/buf.h"

#define MARK "0123456789abcdef0123456789abcdef"

/* Bytes of tests/captures/PATH, owned; the test ends when it is not there. */
static inline char *capture(const char *path, size_t *n)
{
	char name[4096];
	FILE *f;
	struct buf b;
	char block[65536];
	size_t got;

	snprintf(name, sizeof(name), "%s/tests/captures/%s", getenv("TOP_SRCDIR"), path);
	f = fopen(name, "r");
	if (!f) {
		fprintf(stderr, "no capture %s\n", name);
		abort();
	}
	buf_init(&b, 0);
	while ((got = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&b, block, got);
	fclose(f);
	*n = b.len;
	return buf_take(&b);
}

static inline void answer_add(
	struct buf *b, const char *name, int status, const char *bytes, size_t n)
{
	buf_addf(b, "%s + %s\n", MARK, name);
	buf_add(b, bytes, n);
	buf_addf(b, "\n%s = %d\n", MARK, status);
}

static inline void answer_text(struct buf *b, const char *name, int status, const char *text)
{
	answer_add(b, name, status, text, strlen(text));
}

static inline void answer_capture(struct buf *b, const char *name, int status, const char *path)
{
	size_t n;
	char *bytes = capture(path, &n);

	answer_add(b, name, status, bytes, n);
	free(bytes);
}

/* The panel made of n bytes that are freed before it is looked at (it must borrow nothing), copied
 * to a block of exactly their size so that a sanitizer sees a read past their end. */
static inline struct panel *answer_panel_slow(enum panel_id id, const char *bytes, size_t n,
	bool as_root, const struct host *host, int64_t took_ms)
{
	struct collect_input in = {.mark = MARK,
		.taken_ms = 1000,
		.wall_ms = 1795257204000,
		.took_ms = took_ms,
		.as_root = as_root,
		.host = host};
	char *copy = malloc(n ? n : 1);
	struct panel *p = NULL;

	memcpy(copy, bytes ? bytes : "", n);
	in.bytes = copy;
	in.len = n;
	collect_parse(id, &in, &p);
	free(copy);
	return p;
}

static inline struct panel *answer_panel(
	enum panel_id id, const char *bytes, size_t n, bool as_root, const struct host *host)
{
	return answer_panel_slow(id, bytes, n, as_root, host, 5);
}

static inline double fact_value(const struct panel *p, const char *name)
{
	const struct fact *f = panel_find_fact(p, name);

	return f ? f->value : -12345;
}

static inline const char *fact_text(const struct panel *p, const char *name)
{
	const struct fact *f = panel_find_fact(p, name);

	return f && f->text ? f->text : "(none)";
}

/* The row of that tag, or NULL. */
static inline const struct row *row_find(const struct panel *p, const char *table, const char *tag)
{
	const struct table *t = panel_find_table(p, table);

	for (size_t i = 0; t && i < t->nrows; i++)
		if (strcmp(t->rows[i].tag, tag) == 0)
			return &t->rows[i];
	return NULL;
}

/* The cell in the column of that name. The test ends when there is none. */
static inline const struct cell *cell_find(
	const struct panel *p, const char *table, const char *tag, const char *column)
{
	const struct table *t = panel_find_table(p, table);
	const struct row *r = row_find(p, table, tag);

	for (int i = 0; r && i < t->ncolumns; i++)
		if (strcmp(t->columns[i].id, column) == 0)
			return &r->cells[i];
	fprintf(stderr, "no cell %s of %s in %s\n", column, tag, table);
	abort();
}

static inline bool note_has(const struct panel *p, enum level level, const char *words)
{
	for (size_t i = 0; i < p->nnotes; i++)
		if (p->notes[i].level == level && strstr(p->notes[i].text, words))
			return true;
	return false;
}

/* Prints a panel to standard error: to see what a test saw. */
static inline void panel_dump(const struct panel *p)
{
	fprintf(stderr, "%s: state %d, %s\n", panel_name(p->id), p->state,
		p->reason ? p->reason : "-");
	for (size_t i = 0; i < p->nfacts; i++)
		fprintf(stderr, "  %s = %g %s since %g\n", p->facts[i].name, p->facts[i].value,
			p->facts[i].text ? p->facts[i].text : "", p->facts[i].since);
	for (size_t i = 0; i < p->nnotes; i++)
		fprintf(stderr, "  ! %d %s\n", p->notes[i].level, p->notes[i].text);
	for (int t = 0; t < p->ntables; t++) {
		fprintf(stderr, "  [%s] %zu rows\n", p->tables[t].id, p->tables[t].nrows);
		for (size_t i = 0; i < p->tables[t].nrows && i < 30; i++) {
			const struct row *r = &p->tables[t].rows[i];

			fprintf(stderr, "    %*s%s:", 2 * r->depth, "", r->tag);
			for (int c = 0; c < p->tables[t].ncolumns; c++)
				if (r->cells[c].kind == CELL_TEXT)
					fprintf(stderr, " %s",
						r->cells[c].text ? r->cells[c].text : "?");
				else
					fprintf(stderr, " %g", r->cells[c].number);
			fprintf(stderr, "\n");
		}
	}
}

#endif
