#include "base/match.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"

/* What one search may cost: (a+)+$ on thirty letters is stopped after a tenth of a millisecond. */
#define LIMIT_MATCH 100000
#define LIMIT_HEAP_KIB (16 * 1024)
#define LIMIT_PATTERN ((size_t)4096)
#define JIT_STACK_START ((size_t)32 << 10)
#define JIT_STACK_MAX ((size_t)4 << 20)

struct match {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
};

static void need(const void *p)
{
	if (!p)
		abort();
}

static uint32_t options_of(int flags)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;

	if (flags & MATCH_LITERAL)
		options |= PCRE2_LITERAL;
	else
		options |= PCRE2_NEVER_BACKSLASH_C; /* not allowed, and not needed, with the former */
	if (flags & MATCH_CASELESS)
		options |= PCRE2_CASELESS;
	if (flags & MATCH_WHOLE)
		options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
	return options;
}

struct match *match_new(const char *pattern, int flags, struct err *e)
{
	PCRE2_UCHAR words[256];
	PCRE2_SIZE offset;
	pcre2_code *code;
	struct match *m;
	int code_number;

	if (strlen(pattern) > LIMIT_PATTERN) {
		err_set(e, ERR_LIMIT, _("the pattern is longer than %zu bytes"), LIMIT_PATTERN);
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options_of(flags), &code_number,
		&offset, NULL);
	if (!code) {
		pcre2_get_error_message(code_number, words, sizeof words);
		err_set(e, ERR_USAGE, _("pattern, at character %zu: %s"), (size_t)offset + 1,
			(const char *)words);
		return NULL;
	}
	m = xcalloc(1, sizeof *m);
	m->code = code;
	m->data = pcre2_match_data_create_from_pattern(code, NULL);
	m->limits = pcre2_match_context_create(NULL);
	need(m->data);
	need(m->limits);
	pcre2_set_match_limit(m->limits, LIMIT_MATCH);
	pcre2_set_heap_limit(m->limits, LIMIT_HEAP_KIB);
	if (pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0) {
		m->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
		need(m->stack);
		pcre2_jit_stack_assign(m->limits, NULL, m->stack);
	}
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	pcre2_jit_stack_free(m->stack);
	pcre2_match_context_free(m->limits);
	pcre2_match_data_free(m->data);
	pcre2_code_free(m->code);
	free(m);
}

int match_find(struct match *m, const char *s, size_t n, size_t from, size_t *start, size_t *end)
{
	const PCRE2_SIZE *found;
	int r;

	if (from > n)
		return 0;
	r = pcre2_match(m->code, (PCRE2_SPTR)(s ? s : ""), n, from, 0, m->data, m->limits);
	if (r == PCRE2_ERROR_NOMATCH)
		return 0;
	if (r < 0)
		return ERR_LIMIT;
	found = pcre2_get_ovector_pointer(m->data);
	/* \K may set the start behind the end. */
	if (start)
		*start = found[0] < found[1] ? found[0] : found[1];
	if (end)
		*end = found[1];
	return 1;
}

bool match_smart_caseless(const char *pattern)
{
	size_t left = strlen(pattern);
	mbstate_t shift = {0};

	while (left > 0) {
		wchar_t c;
		size_t n = mbrtowc(&c, pattern, left, &shift);

		if (n == 0 || n > left) { /* not a character in this locale */
			shift = (mbstate_t){0};
			c = 0;
			n = 1;
		}
		if (iswupper((wint_t)c))
			return false;
		if (c == L'\\' && left > 1) /* \S and \W are no letters */
			n = 2;
		pattern += n;
		left -= n;
	}
	return true;
}

int match_filter(struct match **m, const char *pattern, struct err *e)
{
	struct match *fresh = NULL;

	if (*pattern) {
		fresh = match_new(pattern, match_smart_caseless(pattern) ? MATCH_CASELESS : 0, e);
		if (!fresh)
			return ERR_USAGE;
	}
	match_free(*m);
	*m = fresh;
	return 0;
}
