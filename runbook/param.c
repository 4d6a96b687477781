#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "base/text.h"
#include "base/units.h"
#include "runbook/phase.h"

#define PARAM_MAX 4096    /* bytes of a value */
#define CHOICES_MAX 32768 /* of several together: hundreds of pods */

/* What one of several may be made of: nothing that the shell that gets them as words would expand. */
#define CHOICES_CHARS                                                                              \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@-"

bool param_word(const char *value)
{
	size_t n = strspn(value, CHOICES_CHARS);

	return n > 0 && !value[n];
}

static int choices_check(const struct param *p, const char *value, struct err *e)
{
	for (const char *s = value; *s; s++) {
		size_t n = strspn(s, CHOICES_CHARS);

		if (n == 0 || (s[n] && (s[n] != ' ' || !s[n + 1])))
			return err_set(e, ERR_USAGE,
				_("%s: \"%s\" is not a list of choices with one space between two"),
				p->name, value);
		s += n;
		if (!*s)
			break;
	}
	return 0;
}

static int type_check(const struct param *p, const char *value, struct err *e)
{
	size_t digits = strspn(value + (value[0] == '-'), "0123456789");

	switch (p->type) {
	case PARAM_SIZE:
		if (value[0] < '0' || value[0] > '9' || isnan(units_parse_bytes(value)))
			return err_set(e, ERR_USAGE,
				_("%s: \"%s\" is not a size, such as 500M, 150G or 1.5T"), p->name,
				value);
		return 0;
	case PARAM_INTEGER:
		if (digits == 0 || digits > 15 || value[digits + (value[0] == '-')])
			return err_set(e, ERR_USAGE, _("%s: \"%s\" is not a whole number"), p->name,
				value);
		return 0;
	case PARAM_BOOL:
		if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
			return err_set(e, ERR_USAGE, _("%s: \"%s\" is neither yes nor no"), p->name,
				value);
		return 0;
	case PARAM_CHOICES:
		return choices_check(p, value, e);
	case PARAM_TEXT:
	case PARAM_CHOICE:
	case PARAM_SECRET:
		break;
	}
	return 0;
}

static int pattern_check(const struct param *p, const char *value, struct err *e)
{
	struct match *m = match_new(p->pattern, MATCH_WHOLE, e);
	int found;

	if (!m)
		return ERR_USAGE;
	found = match_find(m, value, strlen(value), 0, NULL, NULL);
	match_free(m);
	if (found == 1)
		return 0;
	if (found < 0)
		return err_set(e, ERR_LIMIT, _("%s: the pattern %s is too slow for this value"),
			p->name, p->pattern);
	if (p->type == PARAM_SECRET)
		return err_set(e, ERR_USAGE, _("%s: that does not fit the pattern %s"), p->name,
			p->pattern);
	return err_set(e, ERR_USAGE, _("%s: \"%s\" does not fit the pattern %s"), p->name, value,
		p->pattern);
}

int param_check(const struct param *p, const char *value, struct err *e)
{
	int most = p->type == PARAM_CHOICES ? CHOICES_MAX : PARAM_MAX;
	int code;

	if (strlen(value) > (size_t)most)
		return err_set(e, ERR_USAGE, _("%s: longer than %d bytes"), p->name, most);
	if (p->type != PARAM_SECRET && !text_is_clean(value))
		return err_set(e, ERR_USAGE, _("%s: control characters are not allowed"), p->name);
	if (!*value && p->type != PARAM_TEXT && p->type != PARAM_CHOICES)
		return err_set(e, ERR_USAGE, _("%s: a value is needed"), p->name);
	code = type_check(p, value, e);
	if (code == 0 && p->pattern)
		code = pattern_check(p, value, e);
	return code;
}
