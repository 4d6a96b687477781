#include "runbook/phase_place.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "base/json.h"

static size_t skip_space(const char *s, size_t n, size_t i)
{
	while (i < n && strchr(" \t\r\n", s[i]) && s[i])
		i++;
	return i;
}

static size_t skip_string(const char *s, size_t n, size_t i)
{
	for (i++; i < n && s[i] != '"'; i++)
		if (s[i] == '\\')
			i++;
	return i < n ? i + 1 : n;
}

static size_t skip_value(const char *s, size_t n, size_t i)
{
	int depth = 0;

	i = skip_space(s, n, i);
	while (i < n) {
		if (s[i] == '"') {
			i = skip_string(s, n, i);
		} else if (s[i] == '{' || s[i] == '[') {
			depth++;
			i++;
		} else if (s[i] == '}' || s[i] == ']') {
			if (depth == 0)
				return i;
			depth--;
			i++;
		} else if (depth == 0 && s[i] == ',') {
			return i;
		} else {
			i++;
			continue;
		}
		if (depth == 0)
			return i;
	}
	return n;
}

/* Is the quoted string at i, escapes decoded, this key? */
static bool key_is(const char *s, size_t n, size_t i, const char *key)
{
	size_t end = skip_string(s, n, i);
	cJSON *j = cJSON_ParseWithLength(s + i, end - i);
	bool same = cJSON_IsString(j) && strcmp(j->valuestring, key) == 0;

	cJSON_Delete(j);
	return same;
}

/* Offset of the member's key, *value that of its value; n when there is none. i is at '{'. */
static size_t find_member(const char *s, size_t n, size_t i, const struct place *p, size_t *value)
{
	int seen = 0;

	if (i >= n || s[i] != '{')
		return n;
	for (i = skip_space(s, n, i + 1); i < n && s[i] == '"'; i = skip_space(s, n, i + 1)) {
		size_t key = i;

		i = skip_space(s, n, skip_string(s, n, i));
		if (i >= n || s[i] != ':')
			return n;
		i = skip_space(s, n, i + 1);
		if (key_is(s, n, key, p->key) && seen++ == p->index) {
			*value = i;
			return key;
		}
		i = skip_space(s, n, skip_value(s, n, i));
		if (i >= n || s[i] != ',')
			return n;
	}
	return n;
}

static size_t find_element(const char *s, size_t n, size_t i, int index)
{
	if (i >= n || s[i] != '[')
		return n;
	i = skip_space(s, n, i + 1);
	while (i < n && s[i] != ']' && index-- > 0) {
		i = skip_space(s, n, skip_value(s, n, i));
		if (i >= n || s[i] != ',')
			return n;
		i = skip_space(s, n, i + 1);
	}
	return i < n && s[i] != ']' ? i : n;
}

/* Offset to name for p; *value is where its value begins, n when p is not there. */
static size_t locate(const char *s, size_t n, const struct place *p, size_t *value)
{
	size_t up, at, parent;

	if (!p || !p->up) {
		*value = skip_space(s, n, 0);
		return *value;
	}
	up = locate(s, n, p->up, &parent);
	if (p->key) {
		at = find_member(s, n, parent, p, value);
	} else {
		at = find_element(s, n, parent, p->index);
		*value = at;
	}
	if (at < n)
		return at;
	*value = n;
	return up;
}

size_t place_offset(const char *text, size_t n, const struct place *p)
{
	size_t value;

	return locate(text, n, p, &value);
}

int place_line(const char *text, size_t n, const struct place *p)
{
	return json_line(text, place_offset(text, n, p));
}
