/*
 * FACT OP VALUE|FACT [for DURATION]
 * disk.root.size > 140G · pods.running = pods.total · node.diskpressure = no for 1h
 */
#include "runbook/criteria.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backends/facts.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"

enum op { OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE };

static const struct {
	const char *text;
	enum op op;
} ops[] = {
	/* longer ones first */
	{"<=", OP_LE},
	{">=", OP_GE},
	{"!=", OP_NE},
	{"==", OP_EQ},
	{"<", OP_LT},
	{">", OP_GT},
	{"=", OP_EQ},
};

struct test {
	char *fact, *other; /* other: a fact on the right, or NULL */
	enum op op;
	char *word;   /* the value as it was written, or NULL */
	double value; /* NAN: a text */
	double for_s; /* 0: no "for" */
	char *for_text;
};

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789.-_"
#define TEST_MAX 400 /* bytes */

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {[VERDICT_UNKNOWN] = N_("unknown"),
		[VERDICT_MET] = N_("met"),
		[VERDICT_NOT_MET] = N_("not met"),
		[VERDICT_ATTESTED] = N_("attested"),
		[VERDICT_DEFERRED] = N_("deferred")};

	return _(words[v]);
}

/* -- parsing --------------------------------------------------------------------------------- */

static const char *skip_blank(const char *s)
{
	return s + strspn(s, " \t");
}

/* "disk.root.size": letters first, at least one dot inside. */
static size_t name_length(const char *s)
{
	size_t n = strspn(s, NAME_CHARS);

	if (n < 3 || !islower((unsigned char)s[0]) || !memchr(s, '.', n) || s[n - 1] == '.')
		return 0;
	return n;
}

/* 140G, 60, 60%, -1.5, yes, no, 90s, 26h; NAN when it is a word. */
static double parse_value(const char *word)
{
	size_t n = strlen(word);
	char *end;
	double v;

	if (strcmp(word, "yes") == 0 || strcmp(word, "true") == 0)
		return 1;
	if (strcmp(word, "no") == 0 || strcmp(word, "false") == 0)
		return 0;
	if (!isdigit((unsigned char)word[0]) && word[0] != '-' && word[0] != '.')
		return NAN;
	if (strspn(word, "-0123456789.%") == n) {
		v = strtod(word, &end);
		return *end == '\0' || strcmp(end, "%") == 0 ? v : NAN;
	}
	v = units_parse_bytes(word);
	return isnan(v) ? units_parse_duration(word) : v;
}

/*
 * The right side: a number with its unit, a fact, a word, or a text in quotes. Moves *s past it.
 */
static int parse_right(struct test *t, const char **s, const char *all, struct err *e)
{
	const char *at = *s;
	size_t n = name_length(at);

	t->value = NAN;
	if (*at == '"') {
		n = strcspn(at + 1, "\"");
		if (at[n + 1] != '"')
			return err_set(
				e, ERR_USAGE, _("test \"%s\": the quote is not closed"), all);
		t->word = xstrndup(at + 1, n);
		*s = at + n + 2;
		return 0;
	}
	if (n && (at[n] == '\0' || at[n] == ' ' || at[n] == '\t')) {
		t->other = xstrndup(at, n);
		*s = at + n;
		return 0;
	}
	n = strcspn(at, " \t");
	if (n == 0)
		return err_set(e, ERR_USAGE,
			_("test \"%s\": a value or a fact is missing at the end"), all);
	t->word = xstrndup(at, n);
	t->value = parse_value(t->word);
	if (isnan(t->value) && !isalpha((unsigned char)t->word[0]))
		return err_set(e, ERR_USAGE,
			_("test \"%s\": \"%s\" is not a value, such as 140G, 60, yes or 1h"), all,
			t->word);
	*s = at + n;
	return 0;
}

static int parse_for(struct test *t, const char *s, const char *all, struct err *e)
{
	s = skip_blank(s);
	if (!*s)
		return 0;
	if (strncmp(s, "for", 3) != 0 || !strchr(" \t", s[3]) || !s[3])
		return err_set(e, ERR_USAGE,
			_("test \"%s\": \"%s\" is too much; only \"for DURATION\" may follow"), all,
			s);
	s = skip_blank(s + 3);
	t->for_text = xstrdup(s);
	for (size_t n = strlen(s); n > 0 && strchr(" \t", s[n - 1]); n--)
		t->for_text[n - 1] = '\0';
	t->for_s = units_parse_duration(t->for_text);
	if (!(t->for_s > 0))
		return err_set(e, ERR_USAGE,
			_("test \"%s\": \"%s\" is not a duration, such as 15m or 7d"), all,
			t->for_text);
	return 0;
}

static int parse_op(struct test *t, const char **s, const char *all, struct err *e)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t n = strlen(ops[i].text);

		if (strncmp(*s, ops[i].text, n) == 0) {
			t->op = ops[i].op;
			*s += n;
			return 0;
		}
	}
	return err_set(
		e, ERR_USAGE, _("test \"%s\": one of < <= > >= = != should follow the fact"), all);
}

struct test *test_parse(const char *text, struct err *e)
{
	struct test *t = xcalloc(1, sizeof(*t));
	const char *s = skip_blank(text);
	size_t n = name_length(s);
	int code = 0;

	if (strlen(text) > TEST_MAX || !text_is_clean(text))
		code = err_set(e, ERR_USAGE, _("a test is one line of at most %d bytes"), TEST_MAX);
	else if (n == 0)
		code = err_set(e, ERR_USAGE,
			_("test \"%s\": it should begin with a fact, such as disk.root.size"),
			text);
	if (code == 0) {
		t->fact = xstrndup(s, n);
		s = skip_blank(s + n);
		code = parse_op(t, &s, text, e);
	}
	if (code == 0) {
		s = skip_blank(s);
		code = parse_right(t, &s, text, e);
	}
	if (code == 0)
		code = parse_for(t, s, text, e);
	if (code == 0 && isnan(t->value) && !t->other && t->op != OP_EQ && t->op != OP_NE)
		code = err_set(e, ERR_USAGE, _("test \"%s\": a text can only be = or !="), text);
	if (code == 0)
		return t;
	test_free(t);
	return NULL;
}

void test_free(struct test *t)
{
	if (!t)
		return;
	free(t->fact);
	free(t->other);
	free(t->word);
	free(t->for_text);
	free(t);
}

void test_facts(const struct test *t, const char **first, const char **second)
{
	*first = t->fact;
	*second = t->other;
}

/* -- judging --------------------------------------------------------------------------------- */

static const char *op_text(enum op op)
{
	static const char *const texts[] = {[OP_LT] = "<",
		[OP_LE] = "<=",
		[OP_GT] = ">",
		[OP_GE] = ">=",
		[OP_EQ] = "=",
		[OP_NE] = "!="};

	return texts[op];
}

static bool compare(enum op op, double a, double b)
{
	switch (op) {
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	case OP_GE:
		return a >= b;
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	}
	return false;
}

/*
 * "148G (158491213824 bytes)": as df shows it, and exactly, so that 139.9G does not pass for 140G
 * unseen.
 */
static void add_figure(struct buf *out, enum unit u, double value, const char *text)
{
	char figure[FACT_TEXT_SIZE];

	buf_adds(out, fact_format(u, value, text, figure));
	if (u == UNIT_BYTES && value >= 1024)
		buf_addf(out, P_(" (%.0f byte)", " (%.0f bytes)", 2), value);
}

static void add_value(struct buf *out, const struct test *t, enum unit u)
{
	if (u == UNIT_TEXT || isnan(t->value))
		buf_adds(out, t->word);
	else if (u == UNIT_NUMBER)
		buf_adds(out, t->word);
	else
		add_figure(out, u, t->value, NULL);
}

/* What is known and not old news: NULL and the reason in out otherwise. */
static const struct fact *look(const char *name, fact_lookup *lookup, void *ctx, struct buf *out)
{
	double age = NAN;
	const struct fact *f = lookup(ctx, name, &age);

	if (!f || (isnan(f->value) && !f->text)) {
		buf_addf(out, _("%s is not known"), name);
		return NULL;
	}
	return f;
}

/* A condition that holds now must be known to have held for as long as it says. */
static enum verdict judge_for(const struct test *t, const struct fact *f, struct buf *out)
{
	char want[UNITS_SIZE], is[UNITS_SIZE];

	units_duration(t->for_s, want);
	if (isnan(f->since)) {
		buf_addf(out, _("; the server gives no evidence of how long, %s asked for"), want);
		return VERDICT_UNKNOWN;
	}
	units_duration(f->since, is);
	if (f->since >= t->for_s) {
		buf_addf(out, _("; so for %s, %s asked for"), is, want);
		return VERDICT_MET;
	}
	buf_addf(out, _("; so only for %s, %s asked for"), is, want);
	return VERDICT_NOT_MET;
}

static enum verdict judge_text(
	const struct test *t, const struct fact *f, const struct fact *g, struct buf *out)
{
	const char *left = f->text ? f->text : "?";
	const char *right = g ? (g->text ? g->text : "?") : t->word;
	bool same = strcmp(left, right) == 0;
	bool holds = t->op == OP_NE ? !same : same;

	buf_addf(out, "%s: %s ", t->fact, left);
	buf_addf(out, "%s %s", holds ? op_text(t->op) : t->op == OP_NE ? "=" : "!=", right);
	return holds ? VERDICT_MET : VERDICT_NOT_MET;
}

static const char *op_that_holds(enum op op, double a, double b)
{
	static const enum op opposite[] = {[OP_LT] = OP_GE,
		[OP_LE] = OP_GT,
		[OP_GT] = OP_LE,
		[OP_GE] = OP_LT,
		[OP_EQ] = OP_NE,
		[OP_NE] = OP_EQ};

	return op_text(compare(op, a, b) ? op : opposite[op]);
}

/* The sentence says what is so: "98G … <= 140G" for a test "> 140G" that is not met. u: of the left side, of the right. */
static enum verdict judge_number(const struct test *t, const struct fact *f, const struct fact *g,
	const enum unit u[2], struct buf *out)
{
	double right = g ? g->value : t->value;

	buf_addf(out, _("%s: "), t->fact);
	add_figure(out, u[0], f->value, NULL);
	buf_addf(out, " %s ", op_that_holds(t->op, f->value, right));
	if (g) {
		add_figure(out, u[1], right, NULL);
		buf_addf(out, " (%s)", t->other);
	} else {
		add_value(out, t, u[0]);
	}
	return compare(t->op, f->value, right) ? VERDICT_MET : VERDICT_NOT_MET;
}

enum verdict test_judge(
	const struct test *t, fact_lookup *lookup, fact_unit *unit_of, void *ctx, char **why)
{
	enum unit units[2] = {unit_of(ctx, t->fact), UNIT_NUMBER};
	const struct fact *f, *g = NULL;
	enum verdict v = VERDICT_UNKNOWN;
	struct buf out, clean;
	bool text;

	buf_init(&out, 0);
	buf_init(&clean, 0);
	f = look(t->fact, lookup, ctx, &out);
	if (f && t->other)
		g = look(t->other, lookup, ctx, &out);
	if (!f || (t->other && !g))
		goto out;
	if (g)
		units[1] = unit_of(ctx, t->other);
	text = f->text && (g ? g->text != NULL : t->word && (isnan(f->value) || isnan(t->value)));
	if (text)
		v = judge_text(t, f, g, &out);
	else if (isnan(f->value) || isnan(g ? g->value : t->value))
		buf_addf(&out, _("%s cannot be compared: one side is a text"), t->fact);
	else
		v = judge_number(t, f, g, units, &out);
	if (v == VERDICT_MET && t->for_s > 0)
		v = judge_for(t, f, &out);
out:
	text_clean(&clean, out.data, out.len, TEXT_FIELD_MAX);
	buf_clear(&out);
	*why = buf_take(&clean);
	return v;
}
