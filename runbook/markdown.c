#include "runbook/markdown.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

/* "http://…", "www.…" and "a@b.c" become links without any brackets. */
static bool links_by_itself(const char *s)
{
	return strchr(s, '@') || strstr(s, "://") || strcasestr(s, "www.") || strchr(s, '`');
}

/* One line, outer blanks gone. Owned. */
static char *one_line(const char *s)
{
	char *line;
	while (*s == ' ' || *s == '\n')
		s++;
	line = xstrdup(s);
	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	for (size_t n = strlen(line); n && line[n - 1] == ' '; n--)
		line[n - 1] = 0;
	return line;
}

static size_t longest_run(const char *s, char c)
{
	size_t longest = 0, n = 0;
	for (; *s; s++) {
		n = *s == c ? n + 1 : 0;
		longest = n > longest ? n : longest;
	}
	return longest;
}

static void repeat(struct buf *out, char c, size_t n)
{
	while (n-- > 0)
		buf_addc(out, c);
}

static void code(struct buf *out, const char *s, bool cell)
{
	char *line = one_line(s ? s : "");
	size_t fence = longest_run(line, '`') + 1;
	size_t n = strlen(line);
	bool pad = n && (line[0] == '`' || line[n - 1] == '`');
	if (!n) {
		buf_adds(out, "–");
		free(line);
		return;
	}
	repeat(out, '`', fence);
	if (pad)
		buf_addc(out, ' ');
	for (const char *p = line; *p; p++) {
		if (*p == '|' && cell) /* also within code a bar would end the cell */
			buf_addc(out, '\\');
		buf_addc(out, *p);
	}
	if (pad)
		buf_addc(out, ' ');
	repeat(out, '`', fence);
	free(line);
}

void md_text(struct buf *out, const char *s)
{
	char *line = one_line(s ? s : "");
	if (links_by_itself(line)) {
		code(out, line, true);
		free(line);
		return;
	}
	for (const char *p = line; *p; p++) {
		bool begins =
			p == line || (p > line && strspn(line, "0123456789") == (size_t)(p - line));
		if (strchr("\\*_{}[]<>|#~&$!", *p) || (begins && strchr("-+.)=:", *p)))
			buf_addc(out, '\\');
		buf_addc(out, *p);
	}
	if (!*line)
		buf_adds(out, "–");
	free(line);
}

void md_code(struct buf *out, const char *s)
{
	code(out, s, false);
}

void md_cell_code(struct buf *out, const char *s)
{
	code(out, s, true);
}

void md_block(struct buf *out, const char *s)
{
	size_t fence = longest_run(s, '`') + 1;
	size_t n = strlen(s);
	if (fence < 3)
		fence = 3;
	repeat(out, '`', fence);
	buf_adds(out, "text\n");
	buf_add(out, s, n);
	if (n == 0 || s[n - 1] != '\n')
		buf_addc(out, '\n');
	repeat(out, '`', fence);
	buf_addc(out, '\n');
}
