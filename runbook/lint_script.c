#include "runbook/lint_script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* -- comments -------------------------------------------------------------------------------- */

/* Where a character stands: what quotes and substitutions are open around it, innermost last. */
enum inside { IN_CODE, IN_SINGLE, IN_DOUBLE, IN_PAREN, IN_BRACE };

struct walk {
	char *s;
	size_t i;
	enum inside stack[64];
	int depth;
	char ends[4][SCRIPT_NAME_MAX]; /* here-documents announced in this line */
	int nends;
};

static void push(struct walk *w, enum inside in)
{
	if (w->depth < 63)
		w->stack[++w->depth] = in;
}

static void pop(struct walk *w)
{
	if (w->depth > 0)
		w->depth--;
}

static bool word_begins(const struct walk *w)
{
	return w->i == 0 || strchr(" \t\n;&|(", w->s[w->i - 1]);
}

/* At "<<": remembers the word that will end the here-document. */
static void here_announced(struct walk *w)
{
	const char *p = w->s + w->i + 2;
	size_t n;

	if (*p == '<' || w->nends == 4)
		return;
	p += *p == '-';
	p += strspn(p, " \t'\"\\");
	n = strcspn(p, " \t\n'\";|&)");
	if (n == 0 || n >= SCRIPT_NAME_MAX || isdigit((unsigned char)*p))
		return;
	memcpy(w->ends[w->nends], p, n);
	w->ends[w->nends++][n] = '\0';
}

/* At the newline before here-documents: moves past them. */
static void here_skip(struct walk *w)
{
	for (int k = 0; k < w->nends; k++) {
		size_t n = strlen(w->ends[k]);

		while (w->s[w->i]) {
			const char *line = w->s + w->i + 1;
			const char *text = line + strspn(line, "\t");

			w->i += 1 + strcspn(line, "\n");
			if (strncmp(text, w->ends[k], n) == 0 && (text[n] == '\n' || !text[n]))
				break;
			if (!w->s[w->i])
				break;
		}
	}
	w->nends = 0;
}

static void walk_quoted(struct walk *w)
{
	char c = w->s[w->i];

	if (w->stack[w->depth] == IN_SINGLE) {
		if (c == '\'')
			pop(w);
	} else if (c == '\\') {
		w->i += w->s[w->i + 1] != '\0';
	} else if (c == '"') {
		pop(w);
	} else if (c == '$' && w->s[w->i + 1] == '(') {
		push(w, IN_PAREN);
		w->i++;
	} else if (c == '$' && w->s[w->i + 1] == '{') {
		push(w, IN_BRACE);
		w->i++;
	}
}

static void walk_code(struct walk *w)
{
	enum inside in = w->stack[w->depth];
	char c = w->s[w->i], next = w->s[w->i + 1];

	if (c == '\\') {
		w->i += next != '\0';
	} else if (c == '\'') {
		push(w, IN_SINGLE);
	} else if (c == '"') {
		push(w, IN_DOUBLE);
	} else if (c == '$' && (next == '(' || next == '{')) {
		push(w, next == '(' ? IN_PAREN : IN_BRACE);
		w->i++;
	} else if (in == IN_PAREN && c == '(') {
		push(w, IN_PAREN);
	} else if ((in == IN_PAREN && c == ')') || (in == IN_BRACE && c == '}')) {
		pop(w);
	} else if (in != IN_BRACE && c == '<' && next == '<') {
		here_announced(w);
		w->i++;
	} else if (c == '\n' && w->nends) {
		here_skip(w);
	} else if (in != IN_BRACE && c == '#' && word_begins(w)) {
		while (w->s[w->i] && w->s[w->i] != '\n')
			w->s[w->i++] = ' ';
		w->i--;
	}
}

static bool walk_step(struct walk *w)
{
	enum inside in = w->stack[w->depth];

	if (in == IN_SINGLE || in == IN_DOUBLE)
		walk_quoted(w);
	else
		walk_code(w);
	in = w->stack[w->depth];
	return in == IN_SINGLE || in == IN_DOUBLE;
}

/*
 * Takes the comments out of s. Owned: of each line, whether it begins within quotes or a here-document,
 * where nothing is a function's beginning or end.
 */
static bool *blank_comments(char *s)
{
	struct walk w = {.s = s};
	size_t lines = 2, line = 0;
	bool *inner;

	for (const char *p = s; *p; p++)
		lines += *p == '\n';
	inner = xcalloc(lines, sizeof(*inner));
	for (; w.s[w.i]; w.i++) {
		bool here = w.nends && w.s[w.i] == '\n';
		size_t from = w.i;
		bool quoted = walk_step(&w);

		for (size_t k = from; k <= w.i && w.s[k]; k++)
			if (w.s[k] == '\n')
				inner[++line] = (here && k < w.i) || quoted;
		if (!w.s[w.i])
			break;
	}
	return inner;
}

/* -- words ----------------------------------------------------------------------------------- */

static struct script_word *word_add(struct script_words *words, const char *s, size_t n, int line)
{
	struct script_word *word;

	words->list = xrealloc(words->list, words->n + 1, sizeof(*words->list));
	word = &words->list[words->n++];
	if (n >= SCRIPT_NAME_MAX)
		n = SCRIPT_NAME_MAX - 1;
	memcpy(word->name, s, n);
	word->name[n] = '\0';
	word->line = line;
	return word;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "name() {" or "name()": the length of the name, else 0. */
static size_t function_length(const char *line)
{
	size_t n = 0;

	while (is_name(line[n]))
		n++;
	return n && line[n] == '(' && line[n + 1] == ')' ? n : 0;
}

/* "name=value", and nothing that runs: no substitution of a command. */
static bool is_assignment(const char *line, size_t len)
{
	size_t n = 0;

	while (len > 0 && strchr(" \t", line[len - 1]))
		len--;
	while (is_name(line[n]))
		n++;
	return n && line[n] == '=' && !memmem(line, len, "$(", 2) && !memchr(line, '`', len) &&
	       !memchr(line, ';', len) &&
	       !memmem(line, strcspn(line, "'\"\n") < len ? strcspn(line, "'\"\n") : len, " ", 1);
}

/*
 * Functions begin and end in the first column; what else stands there would run when the file is
 * read.
 */
static void read_outline(struct script *s, const bool *inner)
{
	bool inside = false;
	int number = 1;

	for (const char *line = s->code; *line; number++) {
		size_t len = strcspn(line, "\n"), n = function_length(line);

		if (inner[number - 1]) {
			; /* text, whatever it looks like */
		} else if (!inside && n) {
			const char *last = line + len;

			word_add(&s->functions, line, n, number);
			while (last > line && strchr(" \t", last[-1]))
				last--;
			inside = last[-1] != '}';
		} else if (inside && *line == '}') {
			inside = false;
		} else if (!inside && strspn(line, " \t") < len && !is_assignment(line, len)) {
			word_add(&s->outside, line, len, number);
		}
		line += len + (line[len] == '\n');
	}
}

/* After `say` or `fact`: the literal word, without quotes, up to an expansion. */
static void read_argument(struct script_words *words, const char *p, int line, bool family)
{
	size_t n;

	p += strspn(p, " \t");
	p += *p == '"' || *p == '\'';
	n = strcspn(p, " \t\n\"';)}|&$`");
	if (p[n] != '$' && p[n] != '`')
		word_add(words, p, n, line);
	else if (!family || n == 0)
		word_add(words, "", 0, line);
	else if (n < SCRIPT_NAME_MAX - 1)
		word_add(words, p, n, line)->name[n] = '*',
				      words->list[words->n - 1].name[n + 1] = '\0';
}

static bool command_at(const char *code, size_t i, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(code + i, name, n) != 0 || !strchr(" \t", code[i + n]) || !code[i + n])
		return false;
	while (i > 0 && strchr(" \t", code[i - 1]))
		i--;
	if (i == 0 || strchr("\n;&|({!", code[i - 1]))
		return true;
	/* then, else, do: `if x; then say …` */
	for (size_t k = 0; k < 3; k++) {
		static const char *const before[] = {"then", "else", "do"};
		size_t m = strlen(before[k]);

		if (i >= m && strncmp(code + i - m, before[k], m) == 0 &&
			(i == m || !is_name(code[i - m - 1])))
			return true;
	}
	return code[i - 1] == ')'; /* of a case */
}

static bool is_setting(const char *code, size_t i, const char *name)
{
	size_t n = strlen(name);

	return strncmp(code + i, name, n) == 0 && code[i + n] == '=' &&
	       (i == 0 || strchr(" \t\n;&|(", code[i - 1]));
}

/*
 * A path from a server's root, such as /etc/fstab; /dev/null and its like are the same
 * everywhere.
 */
static size_t path_length(const char *code, size_t i)
{
	static const char *const tops[] = {"bin", "boot", "dev", "etc", "home", "lib", "lib64",
		"media", "mnt", "opt", "proc", "root", "run", "sbin", "snap", "srv", "sys", "tmp",
		"usr", "var", NULL};
	static const char *const fine[] = {
		"/dev/null", "/dev/zero", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr", NULL};
	size_t n = strcspn(code + i, " \t\n\"'`;|&()<>");
	size_t top = strspn(code + i + 1, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (code[i] != '/' || (i > 0 && !strchr(" \t\n\"'=<>(:|;&", code[i - 1])))
		return 0;
	if (is_name(code[i + 1 + top]))
		return 0;
	if ((i >= 6 && strncmp(code + i - 6, "$root\"", 6) == 0) ||
		(i >= 8 && strncmp(code + i - 8, "${root}\"", 8) == 0))
		return 0;
	for (int k = 0; fine[k]; k++)
		if (strlen(fine[k]) == n && strncmp(code + i, fine[k], n) == 0)
			return 0;
	for (int k = 0; tops[k]; k++)
		if (strlen(tops[k]) == top && strncmp(code + i + 1, tops[k], top) == 0)
			return n;
	return 0;
}

static void read_words(struct script *s)
{
	int line = 1;

	for (size_t i = 0; s->code[i]; i++) {
		size_t n = path_length(s->code, i);

		line += s->code[i] == '\n';
		if (n)
			word_add(&s->paths, s->code + i, n, line);
		else if (command_at(s->code, i, "say"))
			read_argument(&s->says, s->code + i + 3, line, false);
		else if (command_at(s->code, i, "fact"))
			read_argument(&s->facts, s->code + i + 4, line, true);
		else if (is_setting(s->code, i, "PATH"))
			word_add(&s->settings, "PATH", 4, line);
	}
}

/* -- the whole ------------------------------------------------------------------------------- */

struct script *script_read(const char *text)
{
	struct script *s = xcalloc(1, sizeof(*s));
	bool *inner;

	s->code = xstrdup(text);
	inner = blank_comments(s->code);
	read_outline(s, inner);
	free(inner);
	read_words(s);
	return s;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	free(s->functions.list);
	free(s->says.list);
	free(s->facts.list);
	free(s->outside.list);
	free(s->paths.list);
	free(s->settings.list);
	free(s->code);
	free(s);
}

int script_function(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->functions.n; i++)
		if (strcmp(s->functions.list[i].name, name) == 0)
			return s->functions.list[i].line;
	return 0;
}

bool script_uses(const struct script *s, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strchr(s->code, '$'); p; p = strchr(p + 1, '$')) {
		const char *q = p + 1 + (p[1] == '{');

		if (strncmp(q, name, n) == 0 && !is_name(q[n]))
			return true;
	}
	return false;
}
