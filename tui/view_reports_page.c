/* view_reports_page: our Markdown, made into lines that read well in a terminal. */
#include "tui/view_reports.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#define CELLS_MAX 8
#define LINES_MAX 200000

struct maker {
	struct page *page;
	int w;
};

static void add(struct maker *m, enum role role, int indent, const char *text, size_t n)
{
	struct page *p = m->page;

	if (p->n == LINES_MAX)
		return;
	if ((p->n & (p->n + 1)) == 0)
		p->lines = xrealloc(p->lines, 2 * (p->n + 1), sizeof *p->lines);
	p->lines[p->n++] =
		(struct page_line){.text = xstrndup(text, n), .role = role, .indent = indent};
}

/* Bytes of the next screen line of text in w columns: up to a blank if there is one. */
static size_t fold(const char *text, int w)
{
	size_t n = text_prefix(text, w, NULL), blank = n;

	if (!text[n])
		return n;
	while (blank > 0 && text[blank] != ' ')
		blank--;
	if (blank > 0)
		return blank;
	return n ? n : strcspn(text + 1, " ") + 1;
}

/* first: what stands before the first line; the others are indented as far. */
static void add_wrapped(
	struct maker *m, enum role role, int indent, const char *first, const char *text)
{
	int hang = indent + text_width(first);
	char *line = xasprintf("%s", first);
	bool begun = false;

	do {
		size_t n = fold(text, m->w - hang > 10 ? m->w - hang : 10);
		char *part = xasprintf("%s%.*s", begun ? "" : line, (int)n, text);

		add(m, role, begun ? hang : indent, part, strlen(part));
		free(part);
		begun = true;
		text += n;
		text += strspn(text, " ");
	} while (*text);
	free(line);
}

/* The first n bytes of line i stand out. */
static void set_strong(struct maker *m, size_t i, size_t n)
{
	if (i < m->page->n && n <= strlen(m->page->lines[i].text))
		m->page->lines[i].strong = n;
}

/* Marks go, what was escaped stands as itself. Owned. */
static char *plain(const char *s, size_t n)
{
	struct buf b;
	size_t code = 0; /* backquotes of the span we are in */

	buf_init(&b, 0);
	for (size_t i = 0; i < n;) {
		size_t run = strspn(s + i, "`");

		run = run > n - i ? n - i : run;
		if (run && (code == 0 || code == run)) {
			code = code ? 0 : run;
			i += run;
		} else if (s[i] == '\\' && i + 1 < n && (!code || s[i + 1] == '|')) {
			buf_addc(&b, s[i + 1]);
			i += 2;
		} else if (!code && strncmp(s + i, "**", 2) == 0) {
			i += 2;
		} else {
			buf_addc(&b, s[i++]);
		}
	}
	return buf_take(&b);
}

/* --- tables ------------------------------------------------------------------------------------------- */

struct table_rows {
	char *(*cells)[CELLS_MAX];
	size_t n;
	int columns;
};

/* "| a | b |" into clean cells. */
static void split_row(struct table_rows *t, const char *line, size_t n)
{
	size_t from = 1;
	int column = 0;

	t->cells = xrealloc(t->cells, t->n + 1, sizeof *t->cells);
	memset(t->cells[t->n], 0, sizeof *t->cells);
	for (size_t i = 1; i < n && column < CELLS_MAX; i++) {
		if (line[i] == '\\') {
			i++;
			continue;
		}
		if (line[i] != '|')
			continue;
		size_t a = from, b = i;
		while (a < b && line[a] == ' ')
			a++;
		while (b > a && line[b - 1] == ' ')
			b--;
		t->cells[t->n][column++] = plain(line + a, b - a);
		from = i + 1;
	}
	for (int k = column; k < CELLS_MAX; k++)
		t->cells[t->n][k] = xstrdup("");
	t->columns = column > t->columns ? column : t->columns;
	t->n++;
}

static bool natural_widths(const struct table_rows *t, int room, int widths[CELLS_MAX])
{
	int sum = 0;

	for (int k = 0; k < t->columns; k++) {
		widths[k] = 0;
		for (size_t i = 0; i < t->n; i++) {
			int w = text_width(t->cells[i][k]);

			widths[k] = w > widths[k] ? w : widths[k];
		}
		sum += widths[k] + (k ? 2 : 0);
	}
	return sum <= room;
}

static void add_aligned(struct maker *m, const struct table_rows *t, const int *widths)
{
	for (size_t i = 0; i < t->n; i++) {
		struct buf b;

		buf_init(&b, 0);
		for (int k = 0; k < t->columns; k++) {
			int pad = widths[k] - text_width(t->cells[i][k]);

			buf_adds(&b, t->cells[i][k]);
			for (int j = 0; j < pad + 2 && k + 1 < t->columns; j++)
				buf_addc(&b, ' ');
		}
		add(m, i == 0 ? ROLE_HEADER : ROLE_TEXT, 2, buf_str(&b), b.len);
		buf_clear(&b);
	}
}

/* Too wide for the screen: a paragraph a row, "column: cell" below its first. */
static void add_unrolled(struct maker *m, const struct table_rows *t)
{
	bool numbered = !*t->cells[0][0]; /* a first column without a name: a number */

	for (size_t i = 1; i < t->n; i++) {
		char *number = numbered ? xasprintf("%s ", t->cells[i][0]) : xstrdup("");

		add_wrapped(m, ROLE_STRONG, 2, number, t->cells[i][numbered]);
		free(number);
		for (int k = 1 + numbered; k < t->columns; k++) {
			char *name;

			if (!*t->cells[i][k])
				continue;
			name = *t->cells[0][k] ? xasprintf(_("%s: "), t->cells[0][k]) : xstrdup("");
			add_wrapped(m, ROLE_TEXT, 4, name, t->cells[i][k]);
			free(name);
		}
	}
}

/* The summary: two columns without a head. */
static void add_pairs(struct maker *m, const struct table_rows *t)
{
	int widths[CELLS_MAX];

	natural_widths(t, 0, widths);
	for (size_t i = 1; i < t->n; i++) {
		char *name = xasprintf(
			"%s%*s  ", t->cells[i][0], widths[0] - text_width(t->cells[i][0]), "");
		size_t at = m->page->n;

		add_wrapped(m, ROLE_TEXT, 2, name, t->cells[i][1]);
		set_strong(m, at, strlen(t->cells[i][0]));
		free(name);
	}
}

static void add_table(struct maker *m, struct table_rows *t)
{
	int widths[CELLS_MAX];

	if (t->columns == 2 && !*t->cells[0][0])
		add_pairs(m, t);
	else if (natural_widths(t, m->w - 2, widths))
		add_aligned(m, t, widths);
	else
		add_unrolled(m, t);
	for (size_t i = 0; i < t->n; i++)
		for (int k = 0; k < CELLS_MAX; k++)
			free(t->cells[i][k]);
	free(t->cells);
}

/* --- lines ---------------------------------------------------------------------------------------------- */

static void add_line(struct maker *m, const char *line, size_t n)
{
	size_t hashes = strspn(line, "#"), indent = strspn(line, " ");
	char *text;

	if (hashes && line[hashes] == ' ') {
		text = plain(line + hashes + 1, n - hashes - 1);
		add_wrapped(m, hashes < 3 ? ROLE_TITLE_FOCUS : ROLE_TITLE, 0, "", text);
	} else if (strncmp(line, "> ", 2) == 0) {
		text = plain(line + 2, n - 2);
		add_wrapped(m, ROLE_BAD, 0, "! ", text);
	} else if (strncmp(line + indent, "- ", 2) == 0) {
		const char *label = line + indent + 2;
		const char *end = strncmp(label, "**", 2) == 0
					  ? memmem(label + 2, n - indent - 4, "**", 2)
					  : NULL;
		size_t at = m->page->n;

		text = plain(label, n - indent - 2);
		add_wrapped(m, ROLE_TEXT, (int)indent + 2, "- ", text);
		if (end)
			set_strong(m, at, 2 + (size_t)(end - label) - 2);
	} else {
		text = plain(line, n);
		add_wrapped(m, ROLE_TEXT, 0, "", text);
	}
	free(text);
}

static void add_code(struct maker *m, const char *line, size_t n)
{
	enum role role = line[0] == '+' ? ROLE_ADDED : line[0] == '-' ? ROLE_REMOVED : ROLE_TEXT;
	char *text = xstrndup(line, n), *p = text;

	do {
		size_t part = text_prefix(p, m->w - 6 > 10 ? m->w - 6 : 10, NULL);

		part = part ? part : strlen(p);
		add(m, role, 6, p, part);
		p += part;
	} while (*p);
	free(text);
}

static bool is_rule(const char *line, size_t n)
{
	return n > 3 && strspn(line, "|-") >= n;
}

static void add_markdown(struct maker *m, const char *text)
{
	struct table_rows table = {0};
	size_t fence = 0;

	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n"), run = strspn(line, "`");

		if (table.n && (line[0] != '|' || fence)) {
			add_table(m, &table);
			table = (struct table_rows){0};
		}
		if (!fence && run >= 3)
			fence = run;
		else if (fence && run >= fence && run == n)
			fence = 0;
		else if (fence)
			add_code(m, line, n);
		else if (line[0] == '|' && !is_rule(line, n))
			split_row(&table, line, n);
		else if (line[0] != '|')
			add_line(m, line, n);
		line += n + (line[n] == '\n');
	}
	if (table.n)
		add_table(m, &table);
}

static void add_plain(struct maker *m, const char *text)
{
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");
		char *copy = xstrndup(line, n);

		for (char *p = copy; *p == '\t'; p++)
			*p = ' ';
		for (char *p = copy; (p = strchr(p, '\t'));)
			*p = ' ';
		add_wrapped(m, ROLE_TEXT, 0, "", copy);
		free(copy);
		line += n + (line[n] == '\n');
	}
}

struct page *page_new(const char *text, bool markdown, int w)
{
	struct maker m = {.page = xcalloc(1, sizeof(struct page)), .w = w > 20 ? w : 20};

	if (markdown)
		add_markdown(&m, text);
	else
		add_plain(&m, text);
	return m.page;
}

void page_free(struct page *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->lines[i].text);
	free(p->lines);
	free(p);
}
