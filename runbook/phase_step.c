/*
 * The steps of phase.json: parameters, words, how each is confirmed and undone; and their
 * scripts.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "base/text.h"
#include "runbook/phase_json.h"

/* Nothing acts on it yet, and a guard that is not there must not look as if it were. */
static void read_dead_man(const struct node *at, void *slot)
{
	int minutes = 0;

	node_minutes(at, &minutes);
	if (minutes > 0)
		node_wrong(at, _("dead_man: this version has none; leave it out"));
	*(int *)slot = minutes * 60;
}

static const char *const risk_names[] = {"none", "low", "medium", "high", "destructive", NULL};
static const char *const type_names[] = {[PARAM_TEXT] = "text",
	[PARAM_SIZE] = "size",
	[PARAM_INTEGER] = "integer",
	[PARAM_CHOICE] = "choice",
	[PARAM_CHOICES] = "choices",
	[PARAM_SECRET] = "secret",
	[PARAM_BOOL] = "bool",
	NULL};
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

/* -- parameters ------------------------------------------------------------------------------ */

/*
 * Shell variables that a parameter may not be: they mean something to the shell, or to the
 * console.
 */
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
	{"profile", false, node_string, offsetof(struct param, profile)},
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
	if (p->type == PARAM_SECRET && (p->fallback || p->profile))
		node_wrong(at, _("a secret has no default: it would stand in a file; take it out"));
	else if (p->fallback && *p->fallback && param_check(p, p->fallback, &e) < 0)
		node_wrong(at, _("default: %s"), e.text);
}

/* -- steps ----------------------------------------------------------------------------------- */

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

static const struct field refusal_fields[] = {
	{"command", true, node_string, offsetof(struct refusal, command)},
	{"why", true, node_words, offsetof(struct refusal, why)},
	{NULL, false, NULL, 0},
};

static void read_refusal(const struct node *at, void *item)
{
	struct refusal *r = item;

	node_object(at, refusal_fields, r);
	if (!r->command)
		r->command = xstrdup("");
}

static void read_refusals(const struct node *at, void *slot)
{
	static const struct list list = {
		N_("not offered"), "command", sizeof(struct refusal), read_refusal};
	struct step *s = slot;

	node_list(at, &list, (void **)&s->refusals, &s->nrefusals);
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
	{"id", true, node_id, offsetof(struct step, id)},
	{"title", true, node_words, offsetof(struct step, title)},
	{"why", true, node_words, offsetof(struct step, why)},
	{"risk", true, read_risk, offsetof(struct step, risk)},
	{"minutes", true, node_minutes, offsetof(struct step, minutes)},
	{"timeout", true, node_duration, offsetof(struct step, timeout_s)},
	{"look_timeout", false, node_duration, offsetof(struct step, look_s)},
	{"grace", false, node_duration, offsetof(struct step, grace_s)},
	{"script", false, node_id, offsetof(struct step, script_of)},
	{"root", false, node_bool, offsetof(struct step, root)},
	{"confirm", false, read_confirm, 0},
	{"undo", true, read_undo, 0},
	{"undo_why", false, node_words, offsetof(struct step, undo_why)},
	{"undo_on_failure", false, node_bool, offsetof(struct step, undo_on_failure)},
	{"dead_man", false, read_dead_man, offsetof(struct step, dead_man_s)},
	{"deferrable", false, node_bool, offsetof(struct step, deferrable)},
	{"params", false, read_params, 0},
	{"says", false, read_says, 0},
	{"not_offered", false, read_refusals, 0},
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

static void read_script(struct reader *r, struct step *s)
{
	char *path = xasprintf("%s/%s.sh", r->dir, s->script_of);
	size_t len = 0;

	s->script = reader_file(r, path, PHASE_SCRIPT_MAX, &len);
	if (s->script && strlen(s->script) != len) {
		char *what = xasprintf(_("%s: holds a NUL byte; write it anew as text"), path);

		reader_report(r, ERR_USAGE, 0, NULL, what);
		free(what);
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
	if (!s->script_of)
		s->script_of = xstrdup(s->id);
	if (named)
		read_script(at->r, s);
}

/* A step that runs another's script (with other parameters) says things in that one's words. */
static void share_says(const struct node *at, struct phase *p, struct step *s)
{
	const struct step *owner = phase_step(p, s->script_of);

	if (!owner || owner == s || strcmp(owner->script_of, owner->id) != 0) {
		node_wrong(at, _("script \"%s\" should be the id of another step of this phase"),
			s->script_of);
		return;
	}
	if (s->nsays > 0) {
		node_wrong(at, _("step \"%s\" runs the script of \"%s\", whose \"says\" it has, "
				 "too; take its own out"),
			s->id, s->script_of);
		return;
	}
	s->says = xcalloc(owner->nsays + 1, sizeof(*s->says));
	for (; s->nsays < owner->nsays; s->nsays++) {
		const struct say *say = &owner->says[s->nsays];

		s->says[s->nsays].id = xstrdup(say->id);
		s->says[s->nsays].text.en = say->text.en ? xstrdup(say->text.en) : NULL;
		s->says[s->nsays].text.fr = say->text.fr ? xstrdup(say->text.fr) : NULL;
	}
}

void phase_read_steps(const struct node *at, void *slot)
{
	static const struct list list = {N_("step"), "id", sizeof(struct step), read_step};
	struct phase *p = slot;

	node_list(at, &list, (void **)&p->steps, &p->nsteps);
	for (size_t i = 0; i < p->nsteps; i++)
		for (size_t j = 0; j < i; j++)
			if (*p->steps[i].id && strcmp(p->steps[i].id, p->steps[j].id) == 0)
				node_wrong(at, _("step \"%s\" is there twice; rename one"),
					p->steps[i].id);
	for (size_t i = 0; i < p->nsteps; i++)
		if (*p->steps[i].id && strcmp(p->steps[i].script_of, p->steps[i].id) != 0)
			share_says(at, p, &p->steps[i]);
	if (cJSON_IsArray(at->json) && p->nsteps == 0)
		node_wrong(at, _("a phase without steps; add one"));
}
