/* docgen_markdown: doc/phase.md as mdoc: headings, paragraphs, fenced code, tables, `code` and **bold**. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/err.h"
#include "tui/docgen.h"

#define FILE_MAX_BYTES ((size_t)1 << 20)

enum block { BLOCK_NONE, BLOCK_TEXT, BLOCK_CODE, BLOCK_TABLE };

/* Fonts by \f, so that no word of the text is taken for a macro. */
static void put_inline(const char *s, size_t n)
{
	bool code = false, bold = false;
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		bool star = !code && s[i] == '*' && i + 1 < n && s[i + 1] == '*';

		if (s[i] == '`' || star) {
			docgen_plain(s + from, i - from);
			if (star)
				bold = !bold;
			else
				code = !code;
			fputs(code || bold ? "\\fB" : "\\fR", stdout);
			i += star;
			from = i + 1;
		} else if (s[i] == '\\' && i + 1 < n && s[i + 1] == '|') {
			docgen_plain(s + from, i - from);
			from = i + 1;
		} else if (s[i] == ' ' && i > 0 && strchr(".:?!", s[i - 1]) && !code && i + 1 < n &&
			   (isupper((unsigned char)s[i + 1]) || s[i + 1] == '`') && s[i - 1] != ':') {
			docgen_plain(s + from, i - from); /* a sentence, a line */
			putchar('\n');
			from = i + 1;
		}
	}
	docgen_plain(s + from, n - from);
}

static void heading(const char *s)
{
	int level = 0;

	while (*s == '#') {
		s++;
		level++;
	}
	s += strspn(s, " ");
	if (level <= 1)
		return; /* the page has a name already */
	printf(".Sh ");
	for (; *s; s++)
		if (*s != '`')
			putchar(toupper((unsigned char)*s));
	putchar('\n');
}

/* A cell's end: a | that is neither escaped nor in `code`. */
static const char *cell_end(const char *s)
{
	bool code = false;

	for (; *s; s++) {
		if (*s == '`')
			code = !code;
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '|' && !code)
			break;
	}
	return s;
}

static size_t trimmed(const char **s, const char *end)
{
	*s += strspn(*s, " ");
	while (end > *s && end[-1] == ' ')
		end--;
	return end > *s ? (size_t)(end - *s) : 0;
}

static void table_row(const char *s)
{
	bool first = true, filled = false;

	if (strncmp(s, "|---", 4) == 0)
		return;
	for (s++; *s;) {
		const char *end = cell_end(s), *next = *end ? end + 1 : end;
		size_t n = trimmed(&s, end);

		if (first)
			printf(".It ");
		if (filled && n > 0)
			printf("\\(en ");
		if (n > 0) {
			put_inline(s, n);
			putchar('\n');
		} else if (first) {
			printf("\\&\n");
		}
		filled = !first && n > 0;
		first = false;
		s = next;
	}
}

static void block_end(enum block *now)
{
	if (*now == BLOCK_TABLE)
		printf(".El\n");
	if (*now == BLOCK_CODE)
		printf(".Ed\n");
	*now = BLOCK_NONE;
}

static void code_begin(enum block *now)
{
	printf(".Bd -literal\n");
	*now = BLOCK_CODE;
}

/* Its header, as a line of its own, unless it is empty. */
static void table_begin(const char *header, bool broken, enum block *now, char **save)
{
	const char *rest = *save, *s = header;
	bool any = false;

	while (*s == '|' && s[1]) {
		const char *end = cell_end(++s);
		size_t n = trimmed(&s, end);

		if (n > 0) {
			fputs(any ? "\\(en " : broken ? ".Pp\n" : "", stdout);
			put_inline(s, n);
			putchar('\n');
		}
		any = any || n > 0;
		s = end;
	}
	printf(".Bl -tag -width Ds\n");
	*now = BLOCK_TABLE;
	if (rest && strncmp(rest, "|---", 4) == 0)
		strsep(save, "\n");
}

static void line_of_text(const char *line, enum block *now, bool *broken)
{
	if (*now == BLOCK_NONE && *broken)
		printf(".Pp\n");
	*broken = false;
	*now = BLOCK_TEXT;
	put_inline(line, strlen(line));
	putchar('\n');
}

/* A line within ``` … ```, or one of four blanks or more. False: it is neither. */
static bool code_line(const char *line, enum block *now, bool *fenced)
{
	if (strncmp(line, "```", 3) == 0) {
		*fenced = !*fenced;
		block_end(now);
		if (*fenced)
			code_begin(now);
		return true;
	}
	if (!*fenced && (strncmp(line, "    ", 4) != 0 || *now == BLOCK_TEXT))
		return false;
	if (*now != BLOCK_CODE) {
		block_end(now);
		code_begin(now);
	}
	docgen_plain(line, strlen(line));
	putchar('\n');
	return true;
}

static void convert(char *text)
{
	enum block now = BLOCK_NONE;
	bool broken = false, fenced = false; /* a paragraph goes before; within ``` */
	char *save = text, *line;

	while ((line = strsep(&save, "\n"))) {
		if (code_line(line, &now, &fenced)) {
			broken = false;
		} else if (line[0] == '#') {
			block_end(&now);
			heading(line);
			broken = false;
		} else if (line[0] == '|' && now != BLOCK_TABLE) {
			broken = broken || now == BLOCK_TEXT;
			block_end(&now);
			table_begin(line, broken, &now, &save);
			broken = false;
		} else if (line[0] == '|') {
			table_row(line);
		} else if (!*line) {
			broken = now == BLOCK_TEXT || now == BLOCK_TABLE || broken;
			block_end(&now);
		} else {
			if (now != BLOCK_TEXT)
				block_end(&now);
			line_of_text(line, &now, &broken);
		}
	}
	block_end(&now);
}

int docgen_markdown(const char *path)
{
	struct err e;
	char *text = data_read(path, FILE_MAX_BYTES, NULL, &e);

	if (!text) {
		fprintf(stderr, "docgen: %s\n", e.text);
		return 1;
	}
	convert(text);
	free(text);
	return 0;
}
