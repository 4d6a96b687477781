#include "backends/panel.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/facts.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#define NOTES_MAX 200
#define DETAIL_MAX ((size_t)64 << 10)

static const struct {
	const char *name;
	const char *title;
} panels[PANEL_COUNT] = {
	[PANEL_HOST] = {"host", N_("Server")},
	[PANEL_DISKS] = {"disks", N_("Disks")},
	[PANEL_LVM] = {"lvm", N_("LVM")},
	[PANEL_PODS] = {"pods", N_("Pods")},
	[PANEL_DOCKER] = {"docker", N_("Docker")},
	[PANEL_BACKUPS] = {"backups", N_("Backups")},
};

struct panel *panel_new(enum panel_id id)
{
	struct panel *p = xcalloc(1, sizeof(*p));

	p->refs = 1;
	p->id = id;
	p->state = PANEL_NEVER;
	p->server_time = NAN;
	return p;
}

struct table *panel_table(struct panel *p, const char *id, const char *title,
	const struct column *columns, int ncolumns)
{
	struct table *t;

	if (p->ntables == PANEL_TABLES_MAX)
		return NULL;
	t = &p->tables[p->ntables++];
	t->id = id;
	t->title = title;
	t->columns = columns;
	t->ncolumns = ncolumns;
	return t;
}

struct row *table_row(struct table *t, const char *tag)
{
	struct row *r;

	if (!t)
		return NULL;
	if (t->nrows == PANEL_ROWS_MAX) {
		t->dropped++;
		return NULL;
	}
	if (t->nrows == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 16;
		t->rows = xrealloc(t->rows, t->cap, sizeof(*t->rows));
	}
	r = &t->rows[t->nrows++];
	memset(r, 0, sizeof(*r));
	r->tag = text_dup(tag);
	r->cells = xcalloc((size_t)t->ncolumns, sizeof(*r->cells));
	for (int i = 0; i < t->ncolumns; i++)
		r->cells[i].number = NAN;
	return r;
}

void cell_text(struct cell *c, const char *raw, enum level level)
{
	free(c->text);
	c->kind = CELL_TEXT;
	c->level = level;
	c->number = NAN;
	c->text = raw ? text_dup(raw) : NULL;
}

void cell_number(struct cell *c, enum cell_kind kind, double number, enum level level)
{
	free(c->text);
	c->kind = kind;
	c->level = level;
	c->number = number;
	c->text = NULL;
}

void row_detail(struct row *r, const char *raw)
{
	struct buf b;

	FREE(r->detail);
	if (!raw)
		return;
	buf_init(&b, DETAIL_MAX + 8);
	text_clean_lines(&b, raw, strlen(raw), DETAIL_MAX);
	r->detail = buf_take(&b);
}

static struct fact *fact_add(struct panel *p, const char *name)
{
	const struct fact_def *def = fact_def_find(name);
	struct fact *f;

	/* Grows by powers of two: 1, 2, 4, … */
	if ((p->nfacts & (p->nfacts - 1)) == 0)
		p->facts = xrealloc(p->facts, p->nfacts ? 2 * p->nfacts : 1, sizeof(*p->facts));
	f = &p->facts[p->nfacts++];
	memset(f, 0, sizeof(*f));
	f->value = NAN;
	f->since = NAN;
	f->own_name = def == NULL;
	f->name = def ? def->name : text_dup(name);
	return f;
}

void panel_fact(struct panel *p, const char *name, double value)
{
	fact_add(p, name)->value = value;
}

void panel_fact_text(struct panel *p, const char *name, const char *raw)
{
	struct fact *f = fact_add(p, name);

	f->text = raw ? text_dup(raw) : NULL;
}

void panel_fact_since(struct panel *p, const char *name, double value, double since)
{
	struct fact *f = fact_add(p, name);

	f->value = value;
	f->since = since;
}

static char *format_clean(const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	return text_dup(line);
}

/* How bad a level is; unknown is worse than fine, and less than a warning. */
static int level_rank(enum level level)
{
	static const int ranks[] = {
		[LEVEL_NONE] = 0,
		[LEVEL_OK] = 1,
		[LEVEL_UNKNOWN] = 2,
		[LEVEL_WARN] = 3,
		[LEVEL_BAD] = 4,
	};
	return ranks[level];
}

void panel_note(struct panel *p, enum level level, const char *fmt, ...)
{
	va_list ap;
	size_t at;

	if (p->nnotes == NOTES_MAX)
		return;
	if ((p->nnotes & (p->nnotes - 1)) == 0)
		p->notes = xrealloc(p->notes, p->nnotes ? 2 * p->nnotes : 1, sizeof(*p->notes));
	/* Worst first, and among equals in the order in which they came. */
	for (at = p->nnotes; at > 0; at--) {
		if (level_rank(p->notes[at - 1].level) >= level_rank(level))
			break;
		p->notes[at] = p->notes[at - 1];
	}
	p->nnotes++;
	va_start(ap, fmt);
	p->notes[at].level = level;
	p->notes[at].text = format_clean(fmt, ap);
	va_end(ap);
}

void panel_fail(struct panel *p, enum panel_state state, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	free(p->reason);
	p->state = state;
	p->reason = format_clean(fmt, ap);
	va_end(ap);
}

struct panel *panel_ref(struct panel *p)
{
	if (p)
		__atomic_add_fetch(&p->refs, 1, __ATOMIC_RELAXED);
	return p;
}

static void table_clear(struct table *t)
{
	for (size_t i = 0; i < t->nrows; i++) {
		struct row *r = &t->rows[i];

		for (int c = 0; c < t->ncolumns; c++)
			free(r->cells[c].text);
		free(r->cells);
		free(r->tag);
		free(r->detail);
	}
	free(t->rows);
}

void panel_unref(struct panel *p)
{
	if (!p || __atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (int i = 0; i < p->ntables; i++)
		table_clear(&p->tables[i]);
	for (size_t i = 0; i < p->nfacts; i++) {
		if (p->facts[i].own_name)
			free((char *)p->facts[i].name);
		free(p->facts[i].text);
	}
	for (size_t i = 0; i < p->nnotes; i++)
		free(p->notes[i].text);
	free(p->facts);
	free(p->notes);
	free(p->reason);
	free(p);
}

const struct table *panel_find_table(const struct panel *p, const char *id)
{
	for (int i = 0; i < p->ntables; i++)
		if (strcmp(p->tables[i].id, id) == 0)
			return &p->tables[i];
	return NULL;
}

const struct fact *panel_find_fact(const struct panel *p, const char *name)
{
	for (size_t i = 0; i < p->nfacts; i++)
		if (strcmp(p->facts[i].name, name) == 0)
			return &p->facts[i];
	return NULL;
}

enum level panel_level(const struct panel *p)
{
	return p->nnotes ? p->notes[0].level : LEVEL_NONE;
}

const char *panel_name(enum panel_id id)
{
	return panels[id].name;
}

const char *panel_title(enum panel_id id)
{
	return _(panels[id].title);
}
