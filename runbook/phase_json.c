#include "runbook/phase_json.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"

/* -- saying what is wrong -------------------------------------------------------------------- */

static void add_owner(struct buf *out, const struct node *at)
{
	if (!at)
		return;
	add_owner(out, at->up);
	if (at->noun && at->name)
		buf_addf(out, "%s \"%s\": ", _(at->noun), at->name);
	else if (at->noun)
		buf_addf(out, "%s %d: ", _(at->noun), at->place.index + 1);
}

void reader_report(struct reader *r, int code, int line, const struct node *owner, const char *what)
{
	struct buf raw, clean;

	buf_init(&raw, 0);
	buf_init(&clean, 0);
	if (line > 0)
		buf_addf(&raw, "%s:%d: ", r->file, line);
	add_owner(&raw, owner);
	buf_adds(&raw, what);
	text_clean(&clean, raw.data, raw.len, TEXT_FIELD_MAX);
	r->problems++;
	r->report(r->ctx, code, buf_str(&clean));
	buf_clear(&raw);
	buf_clear(&clean);
}

void node_wrong(const struct node *at, const char *fmt, ...)
{
	struct reader *r = at->r;
	char what[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	reader_report(r, ERR_USAGE, place_line(r->text, r->len, &at->place), at, what);
}

/* Edits (insert, delete, replace) from a to b; names longer than the table count as far apart. */
static int distance(const char *a, const char *b)
{
	enum { MAX = 32 };
	int row[MAX + 1];
	int n = (int)strnlen(b, MAX + 1);

	if (n > MAX)
		return MAX;
	for (int j = 0; j <= n; j++)
		row[j] = j;
	for (int i = 1; *a; i++, a++) {
		int corner = row[0];

		row[0] = i;
		for (int j = 1; j <= n; j++) {
			int replace = corner + (*a != b[j - 1]);
			int best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			corner = row[j];
			row[j] = replace < best ? replace : best;
		}
	}
	return row[n];
}

static void unknown_key(const struct node *at, const struct field *fields)
{
	const char *nearest = NULL;
	int best = INT_MAX;

	for (const struct field *f = fields; f->key; f++) {
		int d = distance(at->place.key, f->key);

		if (d < best) {
			best = d;
			nearest = f->key;
		}
	}
	if (nearest && best <= 1 + (int)strlen(nearest) / 3)
		node_wrong(at, _("\"%s\" is not a key here; did you mean \"%s\"?"), at->place.key,
			nearest);
	else
		node_wrong(at, _("\"%s\" is not a key here; see doc/phase.md for those there are"),
			at->place.key);
}

/* -- walking --------------------------------------------------------------------------------- */

struct node node_member(const struct node *up, const cJSON *json, int nth)
{
	return (struct node){
		.place = {&up->place, json->string, nth}, .up = up, .r = up->r, .json = json};
}

int node_occurrence(const cJSON *json)
{
	int nth = 0;

	for (const cJSON *j = json->prev; j && j->next; j = j->prev)
		nth += j->string && strcmp(j->string, json->string) == 0;
	return nth;
}

bool node_want(const struct node *at, bool is, const char *what)
{
	if (!is)
		node_wrong(at, _("\"%s\" should be %s"), at->place.key ? at->place.key : "?", what);
	return is;
}

static const struct field *find_field(const struct field *fields, const char *key)
{
	for (; fields->key; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

void node_object(const struct node *at, const struct field *fields, void *base)
{
	const cJSON *json;

	if (!cJSON_IsObject(at->json)) {
		node_wrong(at, _("an object, {…}, was expected"));
		return;
	}
	cJSON_ArrayForEach(json, at->json)
	{
		int nth = node_occurrence(json);
		struct node child = node_member(at, json, nth);
		const struct field *f = find_field(fields, json->string);

		if (!f)
			unknown_key(&child, fields);
		else if (nth > 0)
			node_wrong(&child, _("\"%s\" is given twice; keep one"), f->key);
		else
			f->read(&child, (char *)base + f->offset);
	}
	for (const struct field *f = fields; f->key; f++)
		if (f->required && !cJSON_GetObjectItemCaseSensitive(at->json, f->key))
			node_wrong(at, _("\"%s\" is missing; add it"), f->key);
}

static const char *item_name(const cJSON *json, const char *key)
{
	const char *name = key ? json_str(json, key) : NULL;

	return name && *name ? name : NULL;
}

void node_list(const struct node *at, const struct list *list, void **items, size_t *n)
{
	const cJSON *json;
	int count;

	if (!node_want(at, cJSON_IsArray(at->json), _("a list, […]")))
		return;
	count = cJSON_GetArraySize(at->json);
	if (count > PHASE_LIST_MAX) {
		node_wrong(at, _("%d elements; %d at most"), count, PHASE_LIST_MAX);
		return;
	}
	*items = xcalloc((size_t)count + 1, list->size);
	cJSON_ArrayForEach(json, at->json)
	{
		struct node child = {.place = {&at->place, NULL, (int)*n},
			.up = at,
			.r = at->r,
			.json = json,
			.noun = list->noun,
			.name = item_name(json, list->name_key)};

		list->read(&child, (char *)*items + *n * list->size);
		(*n)++;
	}
}

/* -- single values --------------------------------------------------------------------------- */

void node_string(const struct node *at, void *slot)
{
	char **out = slot;

	if (!node_want(at, cJSON_IsString(at->json), _("a text, \"…\"")))
		return;
	if (strlen(at->json->valuestring) > TEXT_FIELD_MAX)
		node_wrong(at, _("\"%s\" is too long; %d bytes at most"), at->place.key,
			TEXT_FIELD_MAX);
	else if (!text_is_clean(at->json->valuestring))
		node_wrong(at,
			_("\"%s\" holds control characters or escape sequences; take them out"),
			at->place.key ? at->place.key : "?");
	else
		*out = xstrdup(at->json->valuestring);
}

static const struct field words_fields[] = {
	{"en", true, node_string, offsetof(struct words, en)},
	{"fr", false, node_string, offsetof(struct words, fr)},
	{NULL, false, NULL, 0},
};

void node_words(const struct node *at, void *slot)
{
	struct words *w = slot;

	if (!cJSON_IsObject(at->json)) {
		node_wrong(at, _("\"%s\" should be {\"en\": \"…\", \"fr\": \"…\"}"),
			at->place.key ? at->place.key : "?");
		return;
	}
	node_object(at, words_fields, w);
	if (w->en && !*w->en)
		node_wrong(at, _("\"%s\" is empty; say something"), at->place.key);
}

void node_bool(const struct node *at, void *slot)
{
	if (node_want(at, cJSON_IsBool(at->json), _("true or false")))
		*(bool *)slot = cJSON_IsTrue(at->json);
}

/* Index of the text in names, with everything said when it is none of them; -1 then. */
int node_choice(const struct node *at, const char *const *names)
{
	const char *s = cJSON_IsString(at->json) ? at->json->valuestring : NULL;
	struct buf all;

	for (int i = 0; s && names[i]; i++)
		if (strcmp(names[i], s) == 0)
			return i;
	buf_init(&all, 0);
	for (int i = 0; names[i]; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	if (s)
		node_wrong(at, _("%s \"%s\" is not one of %s"), at->place.key, s, buf_str(&all));
	else
		node_wrong(at, _("\"%s\" should be one of %s"), at->place.key, buf_str(&all));
	buf_clear(&all);
	return -1;
}

void node_minutes(const struct node *at, void *slot)
{
	double v = at->json->valuedouble;

	if (!node_want(at, cJSON_IsNumber(at->json) && v >= 0 && v <= 100000 && v == floor(v),
		    _("a number of minutes, without decimals")))
		return;
	*(int *)slot = (int)v;
}

/* "15m" to seconds, a day at most. */
void node_duration(const struct node *at, void *slot)
{
	double s = cJSON_IsString(at->json) ? units_parse_duration(at->json->valuestring) : NAN;

	if (node_want(at, s >= 1 && s <= 86400,
		    _("a duration of at most a day, such as \"90s\" or \"15m\"")))
		*(int *)slot = (int)s;
}

bool phase_id_valid(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= PHASE_ID_MAX &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n && id[0] != '-' &&
	       id[n - 1] != '-' && !strstr(id, "--");
}

void node_id(const struct node *at, void *slot)
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
