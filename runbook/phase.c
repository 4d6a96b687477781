#include "runbook/phase.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "runbook/phase_read.h"

/* -- words ----------------------------------------------------------------------------------- */

/* Set once at start, before there are threads; read-only from then on. */
static bool words_french;

void words_set_language(const char *lang)
{
	words_french = lang && strncmp(lang, "fr", 2) == 0;
}

const char *words_get(const struct words *w)
{
	if (words_french && w->fr && *w->fr)
		return w->fr;
	return w->en ? w->en : "";
}

static void words_clear(struct words *w)
{
	FREE(w->en);
	FREE(w->fr);
}

/* -- one phase ------------------------------------------------------------------------------- */

static void keep_first(void *ctx, int code, const char *what)
{
	struct err *e = ctx;

	if (e->code == 0)
		err_set(e, code, "%s", what);
}

int phase_load(const char *dir, struct phase **out, struct err *e)
{
	struct err first = {0, ""};

	*out = NULL;
	if (phase_read(dir, keep_first, &first, out) == 0)
		return 0;
	phase_free(*out);
	*out = NULL;
	return err_set(e, first.code, "%s", first.text);
}

static void step_clear(struct step *s)
{
	for (size_t i = 0; i < s->nparams; i++) {
		free(s->params[i].name);
		free(s->params[i].pattern);
		free(s->params[i].fallback);
		free(s->params[i].profile);
		words_clear(&s->params[i].title);
		words_clear(&s->params[i].help);
	}
	for (size_t i = 0; i < s->nsays; i++) {
		free(s->says[i].id);
		words_clear(&s->says[i].text);
	}
	for (size_t i = 0; i < s->nrefusals; i++) {
		free(s->refusals[i].command);
		words_clear(&s->refusals[i].why);
	}
	for (size_t i = 0; i < s->nfacts; i++)
		free(s->facts[i]);
	words_clear(&s->title);
	words_clear(&s->why);
	words_clear(&s->undo);
	words_clear(&s->undo_why);
	free(s->id);
	free(s->confirm_word);
	free(s->params);
	free(s->says);
	free(s->refusals);
	free(s->facts);
	free(s->script_of);
	free(s->script);
}

void phase_free(struct phase *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nsteps; i++)
		step_clear(&p->steps[i]);
	for (size_t i = 0; i < p->nfacts; i++) {
		free(p->facts[i].name);
		words_clear(&p->facts[i].label);
	}
	for (size_t i = 0; i < p->ncriteria; i++) {
		free(p->criteria[i].id);
		free(p->criteria[i].test);
		words_clear(&p->criteria[i].title);
		words_clear(&p->criteria[i].attest);
	}
	words_clear(&p->title);
	words_clear(&p->goal);
	free(p->steps);
	free(p->facts);
	free(p->criteria);
	free(p->id);
	free(p->dir);
	free(p);
}

const struct step *phase_step(const struct phase *p, const char *id)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (strcmp(p->steps[i].id, id) == 0)
			return &p->steps[i];
	return NULL;
}

/* "phase.speed.*" holds "phase.speed.sda" and itself, not "phase.speed". */
static bool family_holds(const char *family, const char *name)
{
	size_t n = strlen(family);

	return n > 1 && family[n - 1] == '*' && strncmp(family, name, n - 1) == 0 && name[n - 1];
}

const struct phase_fact *phase_fact_find(const struct phase *p, const char *name)
{
	for (size_t i = 0; i < p->nfacts; i++)
		if (strcmp(p->facts[i].name, name) == 0)
			return &p->facts[i];
	for (size_t i = 0; i < p->nfacts; i++)
		if (family_holds(p->facts[i].name, name))
			return &p->facts[i];
	return NULL;
}

/* -- all phases ------------------------------------------------------------------------------ */

struct entries {
	struct phase_entry *list;
	size_t n;
};

static void entry_clear(struct phase_entry *entry)
{
	FREE(entry->id);
	FREE(entry->dir);
	FREE(entry->problem);
	words_clear(&entry->title);
}

void phase_entries_free(struct phase_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		entry_clear(&entries[i]);
	free(entries);
}

static struct phase_entry *entry_for(struct entries *all, const char *id)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->list[i].id, id) == 0) {
			entry_clear(&all->list[i]);
			return &all->list[i];
		}
	}
	all->list = xrealloc(all->list, all->n + 1, sizeof(*all->list));
	return &all->list[all->n++];
}

/* parent_problem: why no phase of this folder may be used, or NULL. */
static void entry_add(
	struct entries *all, const char *parent, const char *name, const char *parent_problem)
{
	struct phase_entry *entry;
	struct phase *p = NULL;
	struct err e = {0, ""};
	char *dir = xasprintf("%s/%s", parent, name);
	char *file = xasprintf("%s/phase.json", dir);
	struct stat st;

	if (stat(file, &st) < 0 && errno != EACCES)
		goto out;
	entry = entry_for(all, name);
	*entry = (struct phase_entry){.id = text_dup(name), .dir = xstrdup(dir)};
	if (parent_problem) {
		entry->problem = xstrdup(parent_problem);
	} else if (phase_load(dir, &p, &e) < 0) {
		entry->problem = xstrdup(e.text);
	} else {
		entry->title.en = xstrdup(p->title.en);
		entry->title.fr = p->title.fr ? xstrdup(p->title.fr) : NULL;
	}
	if (!entry->title.en)
		entry->title.en = xstrdup(entry->id);
	phase_free(p);
out:
	free(dir);
	free(file);
}

static void entries_add(struct entries *all, const char *parent)
{
	DIR *d = opendir(parent);
	struct err e = {0, ""};
	struct dirent *de;
	bool safe;

	if (!d)
		return;
	safe = data_safe(parent, &e) == 0;
	while ((de = readdir(d)))
		if (de->d_name[0] != '.')
			entry_add(all, parent, de->d_name, safe ? NULL : e.text);
	closedir(d);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct phase_entry *)a)->id, ((const struct phase_entry *)b)->id);
}

int phase_list(struct phase_entry **out, size_t *n)
{
	struct entries all = {NULL, 0};
	char *config = data_config_dir();
	char *ours = xasprintf("%s/phases", data_dir(NULL));
	char *user = xasprintf("%s/phases", config);

	entries_add(&all, ours);
	entries_add(&all, "/etc/twistertui/phases");
	entries_add(&all, user);
	if (all.n)
		qsort(all.list, all.n, sizeof(*all.list), by_id);
	*out = all.list;
	*n = all.n;
	free(config);
	free(ours);
	free(user);
	return 0;
}

/* Index of the one that id means; -1 none, -2 several. "1" is 1-foundation, also beside 1b-data-disk. */
static int entry_match(const struct phase_entry *list, size_t n, const char *id)
{
	size_t len = strlen(id);
	int found = -1, whole = -1;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].id, id) == 0)
			return (int)i;
		if (!len || strncmp(list[i].id, id, len) != 0)
			continue;
		found = found == -1 ? (int)i : -2;
		if (list[i].id[len] == '-')
			whole = whole == -1 ? (int)i : -2;
	}
	return whole >= 0 ? whole : found;
}

static char *entry_names(const struct phase_entry *list, size_t n, const char *prefix)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++)
		if (strncmp(list[i].id, prefix, strlen(prefix)) == 0)
			buf_addf(&b, "%s%s", b.len ? ", " : "", list[i].id);
	return buf_take(&b);
}

int phase_find(const char *id, struct phase **out, struct err *e)
{
	struct phase_entry *list;
	size_t n;
	int i, code;
	char *names, *clean = text_dup(id);

	*out = NULL;
	phase_list(&list, &n);
	i = entry_match(list, n, id);
	names = entry_names(list, n, i == -2 ? id : "");
	if (i >= 0)
		code = phase_load(list[i].dir, out, e);
	else if (i == -2)
		code = err_set(
			e, ERR_USAGE, _("\"%s\" may be any of %s; say more of it"), clean, names);
	else
		code = err_set(e, ERR_USAGE, _("no phase \"%s\"; there are: %s"), clean,
			*names ? names : _("none"));
	if (i >= 0 && code == 0 &&
		list[i].problem) { /* its parent folder may be written by others */
		phase_free(*out);
		*out = NULL;
		code = err_set(e, ERR_REFUSED, "%s", list[i].problem);
	}
	free(names);
	free(clean);
	phase_entries_free(list, n);
	return code;
}

/* -- says ------------------------------------------------------------------------------------ */

static void say_unknown(struct buf *out, const char *id, char *const *args, int nargs)
{
	buf_adds(out, id);
	for (int i = 0; i < nargs; i++)
		buf_addf(out, " %s", args[i]);
}

/* As many are one: 1, and in French 0, too. What is no number is not. */
static bool is_one(const char *arg)
{
	return strcmp(arg, "1") == 0 || (words_french && strcmp(arg, "0") == 0);
}

size_t say_place(const char *t, int *arg, const char **one, const char **many)
{
	const char *end, *bar;

	if (t[0] != '{' || t[1] < '1' || t[1] > '9' || (t[2] != '}' && t[2] != ':'))
		return 0;
	*arg = t[1] - '1';
	*one = *many = NULL;
	if (t[2] == '}')
		return 3;
	end = strchr(t, '}');
	bar = end ? memchr(t, '|', (size_t)(end - t)) : NULL;
	if (!bar)
		return 0;
	*one = t + 3;
	*many = bar + 1;
	return (size_t)(end + 1 - t);
}

static void say_fill(struct buf *out, const char *t, char *const *args, int nargs)
{
	while (*t) {
		const char *one, *many;
		int arg;
		size_t n = say_place(t, &arg, &one, &many);

		if (n == 0)
			buf_addc(out, *t++);
		else if (!one)
			buf_adds(out, arg < nargs ? args[arg] : "?");
		else if (arg < nargs && is_one(args[arg]))
			buf_add(out, one, (size_t)(many - 1 - one));
		else
			buf_add(out, many, (size_t)(t + n - 1 - many));
		t += n;
	}
}

char *step_say(const struct step *s, const char *id, char *const *args, int nargs)
{
	const struct say *say = NULL;
	struct buf raw, clean;

	buf_init(&raw, 0);
	buf_init(&clean, 0);
	for (size_t i = 0; i < s->nsays && !say; i++)
		if (strcmp(s->says[i].id, id) == 0)
			say = &s->says[i];
	if (!say)
		say_unknown(&raw, id, args, nargs);
	say_fill(&raw, say ? words_get(&say->text) : "", args, nargs);
	text_clean(&clean, raw.data, raw.len, TEXT_FIELD_MAX);
	buf_clear(&raw);
	return buf_take(&clean);
}
