/* The shape of phase.json, and the scripts beside it. */
#include "runbook/phase_read.h"

#include <math.h>
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
#include "base/match.h"
#include "base/text.h"
#include "base/units.h"
#include "runbook/criteria.h"
#include "runbook/phase_json.h"

static void read_minutes(const struct node *at, void *slot)
{
	double v = at->json->valuedouble;

	if (!node_want(at, cJSON_IsNumber(at->json) && v >= 0 && v <= 100000 && v == floor(v),
		    _("a number of minutes, without decimals")))
		return;
	*(int *)slot = (int)v;
}

/* "15m" to seconds, a day at most. */
static void read_duration(const struct node *at, void *slot)
{
	double s = cJSON_IsString(at->json) ? units_parse_duration(at->json->valuestring) : NAN;

	if (node_want(at, s >= 1 && s <= 86400,
		    _("a duration of at most a day, such as \"90s\" or \"15m\"")))
		*(int *)slot = (int)s;
}

static void read_dead_man(const struct node *at, void *slot)
{
	int minutes = 0;

	read_minutes(at, &minutes);
	*(int *)slot = minutes > 1440 ? 86400 : minutes * 60;
}

static const char *const risk_names[] = {"none", "low", "medium", "high", "destructive", NULL};
static const char *const type_names[] = {[PARAM_TEXT] = "text",
	[PARAM_SIZE] = "size",
	[PARAM_INTEGER] = "integer",
	[PARAM_CHOICE] = "choice",
	[PARAM_SECRET] = "secret",
	[PARAM_BOOL] = "bool",
	NULL};
static const char *const better_names[] = {
	[BETTER_NONE] = "none", [BETTER_LOWER] = "lower", [BETTER_HIGHER] = "higher", NULL};

static void read_risk(const struct node *at, void *slot)
{
	int i = node_choice(at, risk_names);

	if (i >= 0)
		*(enum risk *)slot = (enum risk)i;
}

static void read_type(const struct node *at, void *slot)
{
	int i = node_choice(at, type_names);

	if (i >= 0)
		*(enum param_type *)slot = (enum param_type)i;
}

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

bool phase_id_valid(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= PHASE_ID_MAX &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n && id[0] != '-' &&
	       id[n - 1] != '-' && !strstr(id, "--");
}

static void read_id(const struct node *at, void *slot)
{
	if (!node_want(at, cJSON_IsString(at->json), _("a text, \"…\"")))
		return;
	if (!phase_id_valid(at->json->valuestring))
		node_wrong(at,
			_("id \"%s\" should be small letters, digits and single '-', at most %d"),
			at->json->valuestring, PHASE_ID_MAX);
	else
		*(char **)slot = xstrdup(at->json->valuestring);
}

/* -- parameters ------------------------------------------------------------------------------------ */

/* Shell variables that a parameter may not be: they mean something to the shell, or to the console. */
static bool name_reserved(const char *name)
{
	static const char *const taken[] = {
		"root", "job", "run", "step", "part", "attempt", "status", NULL};

	for (int i = 0; taken[i]; i++)
		if (strcmp(name, taken[i]) == 0)
			return true;
	return strncmp(name, "tw_", 3) == 0 || strncmp(name, "_", 1) == 0;
}

static void read_param_name(const struct node *at, void *slot)
{
	const char *s;

	if (!node_want(at, cJSON_IsString(at->json), _("a text, \"…\"")))
		return;
	s = at->json->valuestring;
	if (!*s || strlen(s) > PHASE_ID_MAX ||
		strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(s) ||
		(*s >= '0' && *s <= '9'))
		node_wrong(at,
			_("name \"%s\" should be small letters, digits and '_': it becomes a shell "
			  "variable"),
			s);
	else if (name_reserved(s))
		node_wrong(at, _("name \"%s\" is taken by the console; choose another"), s);
	else
		*(char **)slot = xstrdup(s);
}

static const struct field param_fields[] = {
	{"name", true, read_param_name, offsetof(struct param, name)},
	{"type", true, read_type, offsetof(struct param, type)},
	{"pattern", false, node_string, offsetof(struct param, pattern)},
	{"default", false, node_string, offsetof(struct param, fallback)},
	{"title", true, node_words, offsetof(struct param, title)},
	{"help", false, node_words, offsetof(struct param, help)},
	{NULL, false, NULL, 0},
};

static void read_param(const struct node *at, void *item)
{
	struct param *p = item;
	struct match *m;
	struct err e;

	node_object(at, param_fields, p);
	if (!p->name)
		p->name = xstrdup("");
	if (p->pattern) {
		m = match_new(p->pattern, MATCH_WHOLE, &e);
		if (!m) {
			node_wrong(at, _("pattern: %s"), e.text);
			FREE(p->pattern);
		}
		match_free(m);
	}
	if (p->type == PARAM_SECRET && p->fallback)
		node_wrong(at, _("a secret has no default: it would stand in a file; take it out"));
	else if (p->fallback && *p->fallback && param_check(p, p->fallback, &e) < 0)
		node_wrong(at, _("default: %s"), e.text);
}

/* -- steps ----------------------------------------------------------------------------------------- */

static void read_params(const struct node *at, void *slot)
{
	static const struct list list = {N_("parameter"), "name", sizeof(struct param), read_param};
	struct step *s = slot;

	node_list(at, &list, (void **)&s->params, &s->nparams);
	for (size_t i = 0; i < s->nparams; i++)
		for (size_t j = 0; j < i; j++)
			if (*s->params[i].name && strcmp(s->params[i].name, s->params[j].name) == 0)
				node_wrong(at, _("parameter \"%s\" is there twice; rename one"),
					s->params[i].name);
}

static void read_says(const struct node *at, void *slot)
{
	struct step *s = slot;
	const cJSON *json;

	if (!node_want(at, cJSON_IsObject(at->json), _("an object, {…}")))
		return;
	s->says = xcalloc((size_t)cJSON_GetArraySize(at->json) + 1, sizeof(*s->says));
	cJSON_ArrayForEach(json, at->json)
	{
		int nth = node_occurrence(json);
		struct node child = node_member(at, json, nth);

		if (!phase_id_valid(json->string)) {
			node_wrong(&child,
				_("\"%s\" should be small letters, digits and single '-'"),
				json->string);
		} else if (nth > 0) {
			node_wrong(&child, _("\"%s\" is given twice; keep one"), json->string);
		} else {
			struct say *say = &s->says[s->nsays++];

			say->id = xstrdup(json->string);
			node_words(&child, &say->text);
		}
	}
}

static void read_fact_name(const struct node *at, void *item)
{
	if (!cJSON_IsString(at->json))
		node_wrong(at, _("the name of a fact, \"…\", was expected"));
	*(char **)item = text_dup(cJSON_IsString(at->json) ? at->json->valuestring : "");
}

static void read_fact_names(const struct node *at, void *slot)
{
	static const struct list list = {NULL, NULL, sizeof(char *), read_fact_name};
	struct step *s = slot;

	node_list(at, &list, (void **)&s->facts, &s->nfacts);
}

/* {…} says what undo does; false says that there is none. */
static void read_undo(const struct node *at, void *slot)
{
	struct step *s = slot;

	s->undoable = cJSON_IsObject(at->json);
	if (s->undoable)
		node_words(at, &s->undo);
	else
		node_want(at, cJSON_IsFalse(at->json),
			_("{\"en\": …} that says what undo does, or false"));
}

static void read_confirm(const struct node *at, void *slot)
{
	static const char *const names[] = {"none", "enter", "yes", "type:WORD", NULL};
	struct step *s = slot;
	int i;

	if (cJSON_IsString(at->json) && strncmp(at->json->valuestring, "type:", 5) == 0) {
		char *word = NULL;

		node_string(at, &word);
		if (word && !word[5])
			node_wrong(at, _("confirm \"type:\" lacks the word to type, such as "
					 "\"type:{volume}\""));
		s->confirm_word = word && word[5] ? xstrdup(word + 5) : NULL;
		s->confirm = CONFIRM_TYPE;
		free(word);
		return;
	}
	i = node_choice(at, names);
	if (i >= 0)
		s->confirm = (enum confirm)i;
}

static const struct field step_fields[] = {
	{"id", true, read_id, offsetof(struct step, id)},
	{"title", true, node_words, offsetof(struct step, title)},
	{"why", true, node_words, offsetof(struct step, why)},
	{"risk", true, read_risk, offsetof(struct step, risk)},
	{"minutes", true, read_minutes, offsetof(struct step, minutes)},
	{"timeout", true, read_duration, offsetof(struct step, timeout_s)},
	{"root", false, node_bool, offsetof(struct step, root)},
	{"confirm", false, read_confirm, 0},
	{"undo", true, read_undo, 0},
	{"undo_why", false, node_words, offsetof(struct step, undo_why)},
	{"undo_on_failure", false, node_bool, offsetof(struct step, undo_on_failure)},
	{"dead_man", false, read_dead_man, offsetof(struct step, dead_man_s)},
	{"deferrable", false, node_bool, offsetof(struct step, deferrable)},
	{"params", false, read_params, 0},
	{"says", false, read_says, 0},
	{"facts", false, read_fact_names, 0},
	{NULL, false, NULL, 0},
};

static enum confirm confirm_by_risk(enum risk r)
{
	static const enum confirm by_risk[] = {[RISK_NONE] = CONFIRM_NONE,
		[RISK_LOW] = CONFIRM_ENTER,
		[RISK_MEDIUM] = CONFIRM_YES,
		[RISK_HIGH] = CONFIRM_YES,
		[RISK_DESTRUCTIVE] = CONFIRM_TYPE};

	return by_risk[r];
}

/* A step may ask for more than its risk does, never for less. */
static void settle_confirm(const struct node *at, struct step *s)
{
	enum confirm least = confirm_by_risk(s->risk);

	if (!cJSON_GetObjectItemCaseSensitive(at->json, "confirm"))
		s->confirm = least;
	else if (s->confirm < least)
		node_wrong(at, _("confirm is weaker than risk \"%s\" asks for; leave it out"),
			risk_names[s->risk]);
	if (s->confirm == CONFIRM_TYPE && !s->confirm_word)
		s->confirm_word = xstrdup(s->id);
}

static char *read_file(struct reader *r, const char *path, size_t max, size_t *len)
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

static void read_script(struct reader *r, struct step *s)
{
	char *path = xasprintf("%s/%s.sh", r->dir, s->id);
	size_t len = 0;

	s->script = read_file(r, path, PHASE_SCRIPT_MAX, &len);
	if (s->script && strlen(s->script) != len) {
		reader_report(r, ERR_USAGE, 0, NULL, path);
		reader_report(r, ERR_USAGE, 0, NULL,
			_("a script with a NUL byte; write it anew as text"));
	}
	if (s->script)
		digest_hex(s->script, len, s->script_digest);
	free(path);
}

static void read_step(const struct node *at, void *item)
{
	struct step *s = item;
	bool named;

	node_object(at, step_fields, s);
	named = s->id != NULL;
	if (!named)
		s->id = xstrdup("");
	settle_confirm(at, s);
	if (!s->undoable && cJSON_GetObjectItemCaseSensitive(at->json, "undo") && !s->undo_why.en)
		node_wrong(at, _("\"undo\" is false: \"undo_why\" has to say why"));
	if (s->undo_on_failure && !s->undoable)
		node_wrong(at, _("\"undo_on_failure\" needs an \"undo\""));
	if (named)
		read_script(at->r, s);
}

static void read_steps(const struct node *at, void *slot)
{
	static const struct list list = {N_("step"), "id", sizeof(struct step), read_step};
	struct phase *p = slot;

	node_list(at, &list, (void **)&p->steps, &p->nsteps);
	for (size_t i = 0; i < p->nsteps; i++)
		for (size_t j = 0; j < i; j++)
			if (*p->steps[i].id && strcmp(p->steps[i].id, p->steps[j].id) == 0)
				node_wrong(at, _("step \"%s\" is there twice; rename one"),
					p->steps[i].id);
	if (cJSON_IsArray(at->json) && p->nsteps == 0)
		node_wrong(at, _("a phase without steps; add one"));
}

/* -- facts and criteria ---------------------------------------------------------------------------- */

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
	{"id", true, read_id, offsetof(struct criterion, id)},
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

/* -- the whole ------------------------------------------------------------------------------------- */

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
	{"steps", true, read_steps, 0},
	{"facts", false, read_facts, 0},
	{"criteria", false, read_criteria, 0},
	{NULL, false, NULL, 0},
};

static void check_fact(struct reader *r, const struct phase *p, const char *name, const char *path)
{
	char *what;

	if (!name || fact_def_find(name) || phase_fact_find(p, name))
		return;
	what = xasprintf(_("\"%s\" is no known fact; see doc/facts.md, or declare a \"phase.NAME\" "
			   "under \"facts\""),
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

/* Over phase.json and the scripts in order, each with its length, so that no byte can move from one to the next. */
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

static char *folder_name(const char *dir)
{
	size_t n = strlen(dir);
	const char *slash;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	slash = memrchr(dir, '/', n);
	return slash && n > 1 ? xstrndup(slash + 1, n - (size_t)(slash + 1 - dir))
			      : xstrndup(dir, n);
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
		r.text = read_file(&r, file, PHASE_JSON_MAX, &r.len);
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
