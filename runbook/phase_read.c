/* The shape of phase.json but for its steps, and what holds for the whole. */
#include "runbook/phase_read.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "runbook/criteria.h"
#include "runbook/phase_json.h"

static const char *const better_names[] = {
	[BETTER_NONE] = "none", [BETTER_LOWER] = "lower", [BETTER_HIGHER] = "higher", NULL};

static void read_better(const struct node *at, void *slot)
{
	int i = node_choice(at, better_names);

	if (i >= 0)
		*(enum better *)slot = (enum better)i;
}

static void read_unit(const struct node *at, void *slot)
{
	const char *names[UNIT_NUMBER + 2] = {NULL};
	int i;

	for (int u = 0; u <= UNIT_NUMBER; u++)
		names[u] = unit_name((enum unit)u);
	i = node_choice(at, names);
	if (i >= 0)
		*(enum unit *)slot = (enum unit)i;
}

char *reader_file(struct reader *r, const char *path, size_t max, size_t *len)
{
	struct err e = {0, ""};
	char *text = NULL;
	int code = data_safe(path, &e);

	if (code == 0) {
		text = data_read(path, max, len, &e);
		code = text ? 0 : e.code ? e.code : ERR_IO;
	}
	if (code < 0)
		reader_report(r, code, 0, NULL, e.text);
	return text;
}

/* -- facts and criteria ---------------------------------------------------------------------- */

static const struct field fact_fields[] = {
	{"unit", true, read_unit, offsetof(struct phase_fact, unit)},
	{"better", false, read_better, offsetof(struct phase_fact, better)},
	{"label", true, node_words, offsetof(struct phase_fact, label)},
	{NULL, false, NULL, 0},
};

static bool fact_name_valid(const char *s)
{
	size_t n = strlen(s);

	if (n > 2 && strcmp(s + n - 2, ".*") == 0)
		n -= 2;
	return n > 6 && n <= 80 && strncmp(s, "phase.", 6) == 0 &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") >= n && s[n - 1] != '.';
}

static void read_facts(const struct node *at, void *slot)
{
	struct phase *p = slot;
	const cJSON *json;

	if (!node_want(at, cJSON_IsObject(at->json), _("an object, {…}")))
		return;
	p->facts = xcalloc((size_t)cJSON_GetArraySize(at->json) + 1, sizeof(*p->facts));
	cJSON_ArrayForEach(json, at->json)
	{
		int nth = node_occurrence(json);
		struct node child = node_member(at, json, nth);

		if (!fact_name_valid(json->string)) {
			node_wrong(&child, _("\"%s\": a phase's own fact is called \"phase.NAME\""),
				json->string);
		} else if (nth > 0) {
			node_wrong(&child, _("\"%s\" is given twice; keep one"), json->string);
		} else {
			struct phase_fact *f = &p->facts[p->nfacts++];

			f->name = xstrdup(json->string);
			child.noun = N_("fact");
			child.name = f->name;
			node_object(&child, fact_fields, f);
		}
	}
}

static const struct field criterion_fields[] = {
	{"id", true, node_id, offsetof(struct criterion, id)},
	{"title", true, node_words, offsetof(struct criterion, title)},
	{"test", false, node_string, offsetof(struct criterion, test)},
	{"attest", false, node_words, offsetof(struct criterion, attest)},
	{NULL, false, NULL, 0},
};

static void read_criterion(const struct node *at, void *item)
{
	struct criterion *c = item;
	struct test *t;
	struct err e;

	node_object(at, criterion_fields, c);
	if (!c->id)
		c->id = xstrdup("");
	if (!c->test == !c->attest.en)
		node_wrong(at, _("either \"test\" (measured) or \"attest\" (vouched for) is "
				 "needed, not both"));
	if (!c->test)
		return;
	t = test_parse(c->test, &e);
	if (!t)
		node_wrong(at, "%s", e.text);
	test_free(t);
}

static void read_criteria(const struct node *at, void *slot)
{
	static const struct list list = {
		N_("criterion"), "id", sizeof(struct criterion), read_criterion};
	struct phase *p = slot;

	node_list(at, &list, (void **)&p->criteria, &p->ncriteria);
	for (size_t i = 0; i < p->ncriteria; i++)
		for (size_t j = 0; j < i; j++)
			if (*p->criteria[i].id && strcmp(p->criteria[i].id, p->criteria[j].id) == 0)
				node_wrong(at, _("criterion \"%s\" is there twice; rename one"),
					p->criteria[i].id);
}

/* -- the whole ------------------------------------------------------------------------------- */

static void read_format(const struct node *at, void *slot)
{
	(void)slot;
	if (!cJSON_IsNumber(at->json) || at->json->valuedouble != 1)
		node_wrong(at, _("\"format\" should be 1: this program knows no other"));
}

static const struct field phase_fields[] = {
	{"format", true, read_format, 0},
	{"title", true, node_words, offsetof(struct phase, title)},
	{"goal", true, node_words, offsetof(struct phase, goal)},
	{"steps", true, phase_read_steps, 0},
	{"facts", false, read_facts, 0},
	{"criteria", false, read_criteria, 0},
	{NULL, false, NULL, 0},
};

static void check_fact(struct reader *r, const struct phase *p, const char *name, const char *path)
{
	char *what;

	if (!name || fact_def_find(name) || phase_fact_find(p, name))
		return;
	what = xasprintf(
		_("\"%s\" is no known fact; --status lists those there are, a \"phase.NAME\" "
		  "of your own is declared under \"facts\""),
		name);
	reader_report(r, ERR_USAGE, phase_json_line(r->text, r->len, path), NULL, what);
	free(what);
}

/* Facts can only be looked up once the phase's own are known, wherever they stand in the file. */
static void check_facts(struct reader *r, const struct phase *p)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		for (size_t j = 0; j < p->steps[i].nfacts; j++) {
			char *path = xasprintf("steps/%zu/facts/%zu", i, j);

			check_fact(r, p, p->steps[i].facts[j], path);
			free(path);
		}
	}
	for (size_t i = 0; i < p->ncriteria; i++) {
		struct test *t = p->criteria[i].test ? test_parse(p->criteria[i].test, NULL) : NULL;
		char *path = xasprintf("criteria/%zu/test", i);
		const char *first, *second;

		if (t) {
			test_facts(t, &first, &second);
			check_fact(r, p, first, path);
			check_fact(r, p, second, path);
		}
		test_free(t);
		free(path);
	}
}

int phase_json_line(const char *text, size_t n, const char *path)
{
	enum { DEEP = 8 };
	char keys[DEEP][PHASE_ID_MAX + 1];
	struct place places[DEEP + 1] = {{NULL, NULL, 0}};
	int depth = 0;

	for (const char *s = path; *s && depth < DEEP; depth++) {
		size_t len = strcspn(s, "/");

		snprintf(keys[depth], sizeof(keys[depth]), "%.*s", (int)len, s);
		places[depth + 1].up = &places[depth];
		if (keys[depth][0] >= '0' && keys[depth][0] <= '9')
			places[depth + 1].index = (int)strtol(keys[depth], NULL, 10);
		else
			places[depth + 1].key = keys[depth];
		s += len + (s[len] == '/');
	}
	return place_line(text, n, &places[depth]);
}

/*
 * Over phase.json and the scripts in order, each with its length, so that no byte can move from
 * one to the next.
 */
static void phase_sum(const struct reader *r, struct phase *p)
{
	struct digest *d = digest_new();
	char head[64];

	snprintf(head, sizeof(head), "phase.json %zu\n", r->len);
	digest_add(d, head, strlen(head));
	digest_add(d, r->text, r->len);
	for (size_t i = 0; i < p->nsteps; i++) {
		size_t n = p->steps[i].script ? strlen(p->steps[i].script) : 0;

		snprintf(head, sizeof(head), "%s %zu\n", p->steps[i].id, n);
		digest_add(d, head, strlen(head));
		digest_add(d, p->steps[i].script ? p->steps[i].script : "", n);
	}
	digest_end(d, p->digest);
}

static cJSON *parse(struct reader *r)
{
	size_t end = 0;
	cJSON *json = json_parse_next(r->text, r->len, &end);

	if (json && end + strspn(r->text + end, " \t\r\n") < r->len) {
		end += strspn(r->text + end, " \t\r\n");
		reader_report(r, ERR_USAGE, json_line(r->text, end), NULL,
			_("something follows the closing '}'; take it out"));
	} else if (json && !cJSON_IsObject(json)) {
		reader_report(r, ERR_USAGE, 1, NULL, _("an object, {…}, was expected"));
	} else if (json) {
		return json;
	} else {
		reader_report(r, ERR_USAGE, json_line(r->text, end), NULL,
			_("not JSON from here on; look for a missing or surplus comma, quote or "
			  "bracket"));
	}
	cJSON_Delete(json);
	return NULL;
}

/* The last part of the path; where that is "." or "..", of what they are. Owned. */
static char *folder_name(const char *dir)
{
	size_t n = strlen(dir);
	const char *slash;
	char *name, *real;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	slash = memrchr(dir, '/', n);
	name = slash && n > 1 ? xstrndup(slash + 1, n - (size_t)(slash + 1 - dir)) : xstrndup(dir, n);
	if ((strcmp(name, ".") == 0 || strcmp(name, "..") == 0) && (real = realpath(dir, NULL))) {
		free(name);
		name = xstrdup(strrchr(real, '/') + 1);
		free(real);
	}
	return name;
}

static bool folder_ok(struct reader *r, const char *id)
{
	struct err e = {0, ""};
	char *what;
	int code = data_safe(r->dir, &e);

	if (code < 0) {
		reader_report(r, code, 0, NULL, e.text);
		return false;
	}
	if (phase_id_valid(id))
		return true;
	what = xasprintf(_("%s: the folder's name is the phase's id: small letters, digits and "
			   "single '-', at most %d"),
		r->dir, PHASE_ID_MAX);
	reader_report(r, ERR_USAGE, 0, NULL, what);
	free(what);
	return true;
}

int phase_read(const char *dir, phase_problem *report, void *ctx, struct phase **out)
{
	char *file = xasprintf("%s/phase.json", dir);
	char *id = folder_name(dir);
	struct reader r = {.dir = dir, .file = file, .report = report, .ctx = ctx};
	cJSON *json = NULL;
	struct node top = {.r = &r};
	struct phase *p;

	*out = NULL;
	if (folder_ok(&r, id))
		r.text = reader_file(&r, file, PHASE_JSON_MAX, &r.len);
	if (r.text)
		json = parse(&r);
	if (!json)
		goto out;
	top.json = json;
	p = xcalloc(1, sizeof(*p));
	p->id = xstrdup(id);
	p->dir = xstrdup(dir);
	node_object(&top, phase_fields, p);
	check_facts(&r, p);
	phase_sum(&r, p);
	*out = p;
out:
	cJSON_Delete(json);
	free(r.text);
	free(file);
	free(id);
	return r.problems;
}
