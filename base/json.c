#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(const char *bytes, size_t at, size_t n)
{
	while (at < n && is_space(bytes[at]))
		at++;
	return at;
}

int json_line(const char *bytes, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes[i] == '\n';
	return line;
}

static int json_column(const char *bytes, size_t at)
{
	size_t start = at;

	while (start > 0 && bytes[start - 1] != '\n')
		start--;
	return (int)(at - start) + 1;
}

/* Like json_parse_next, and *end says where it went wrong when it did. */
static cJSON *parse_at(const char *bytes, size_t n, size_t *end)
{
	const char *stop = NULL;
	cJSON *value;

	*end = 0;
	if (n == 0)
		return NULL;
	value = cJSON_ParseWithLengthOpts(bytes, n, &stop, false);
	if (stop)
		*end = (size_t)(stop - bytes);
	if (*end > n)
		*end = n;
	return value;
}

cJSON *json_parse_next(const char *bytes, size_t n, size_t *end)
{
	return parse_at(bytes, n, end);
}

cJSON *json_parse(const char *bytes, size_t n, const char *name, struct err *e)
{
	size_t end;
	cJSON *value;

	if (skip_space(bytes, 0, n) == n) {
		err_set(e, ERR_USAGE, _("%s: it is empty; JSON was expected"), name);
		return NULL;
	}
	value = parse_at(bytes, n, &end);
	if (!value) {
		err_set(e, ERR_USAGE, _("%s: line %d, column %d: not valid JSON"), name,
			json_line(bytes, end), json_column(bytes, end));
		return NULL;
	}
	end = skip_space(bytes, end, n);
	if (end < n) {
		err_set(e, ERR_USAGE, _("%s: line %d, column %d: something follows the JSON value"), name,
			json_line(bytes, end), json_column(bytes, end));
		cJSON_Delete(value);
		return NULL;
	}
	return value;
}

/* The member whose name is the n bytes at name; the first, when there are several. */
static const cJSON *member(const cJSON *object, const char *name, size_t n)
{
	const cJSON *child;

	if (!cJSON_IsObject(object))
		return NULL;
	for (child = object->child; child; child = child->next)
		if (child->string && strlen(child->string) == n && memcmp(child->string, name, n) == 0)
			return child;
	return NULL;
}

const cJSON *json_get(const cJSON *object, const char *path)
{
	while (object) {
		size_t n = strcspn(path, "/");

		object = member(object, path, n);
		if (!path[n])
			return object;
		path += n + 1;
	}
	return NULL;
}

const char *json_str(const cJSON *object, const char *path)
{
	const cJSON *value = json_get(object, path);

	return cJSON_IsString(value) ? value->valuestring : NULL;
}

char *json_text(const cJSON *object, const char *path, const char *fallback)
{
	const char *s = json_str(object, path);

	if (s)
		return text_dup(s);
	return fallback ? xstrdup(fallback) : NULL;
}

/* A string that is a JSON number; NAN otherwise. cJSON reads it without asking the locale. */
static double number_of(const char *s)
{
	size_t n = strlen(s), end;
	cJSON *value = parse_at(s, n, &end);
	double number = NAN;

	if (cJSON_IsNumber(value) && end == n && !is_space(s[0]))
		number = value->valuedouble;
	cJSON_Delete(value);
	return number;
}

double json_num(const cJSON *object, const char *path)
{
	const cJSON *value = json_get(object, path);

	if (cJSON_IsNumber(value))
		return value->valuedouble;
	if (cJSON_IsString(value))
		return number_of(value->valuestring);
	return NAN;
}

bool json_bool(const cJSON *object, const char *path, bool fallback)
{
	const cJSON *value = json_get(object, path);

	return cJSON_IsBool(value) ? cJSON_IsTrue(value) : fallback;
}
