/*
 * docgen: the manual and the shells' completions out of the program's own tables, when the program is built.
 *
 *     docgen man FILE.in [PHASE.md]     a manual page: @OPTIONS@ @KEYS@ @EXIT@ @FACTS@ @PHASE@ stand in it
 *     docgen bash|zsh|fish              a completion
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/facts.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "tui/command.h"
#include "tui/docgen.h"
#include "tui/option_table.h"

#define FILE_MAX_BYTES ((size_t)1 << 20)

/* --- mdoc --------------------------------------------------------------------------------------- */

/* Bytes of UTF-8 as roff's escapes: a manual must not depend on the terminal's encoding when it is made. */
static size_t put_code(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : 4;
	unsigned code = *u & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (u[i] & 0x3fu);
	printf("\\[u%04X]", code);
	return n;
}

/* Text that means nothing to roff; a dot or a quote cannot begin a line. */
void docgen_plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		if ((unsigned char)s[i] >= 0xc0) {
			i += put_code(s + i);
			continue;
		}
		if (s[i] == '\\')
			fputs("\\e", stdout);
		else if ((s[i] == '.' || s[i] == '\'') && i == 0)
			printf("\\&%c", s[i]);
		else
			putchar(s[i]);
		i++;
	}
}

static void put_text(const char *s)
{
	docgen_plain(s, strlen(s));
}

static void man_options(void)
{
	printf(".Bl -tag -width Ds\n");
	for (const struct option_def *d = option_defs; d->id; d++) {
		if (!d->text)
			continue;
		printf(".It ");
		if (d->letter)
			printf("Fl %c", d->letter);
		if (d->letter && d->name)
			printf(" , ");
		if (d->name)
			printf("Fl Fl %s", d->name);
		if (d->arg == ARG_OPTIONAL)
			printf(" Ns Oo = Ns Ar %s Oc", d->metavar);
		else if (d->arg == ARG_NEEDED)
			printf(" Ar %s", d->metavar);
		putchar('\n');
		put_text(d->text);
		printf(".\n");
		if (d->more)
			printf("%s\n", d->more);
	}
	printf(".El\n");
}

static void put_keys(const struct command *c)
{
	const char *at = c->keys;

	while (*at) {
		size_t n = strcspn(at, " ");

		docgen_plain(at, n);
		at += n + strspn(at + n, " ");
		printf(*at ? ", " : "");
	}
	if (!*c->keys)
		printf(":%s", c->name);
	else
		printf("  (:%s)", c->name);
}

static void man_commands(enum place place, bool everywhere)
{
	bool any = false;

	for (const struct command *c = commands; c->id; c++) {
		bool all = c->places == IN_ALL;

		if ((c->flags & CMD_HIDDEN) || all != everywhere ||
			(!everywhere && !(c->places & IN(place))))
			continue;
		if (!any)
			printf(".Bl -tag -width Ds\n");
		any = true;
		printf(".It ");
		put_keys(c);
		putchar('\n');
		put_text(c->text);
		printf(".\n");
	}
	if (any)
		printf(".El\n");
}

static void man_keys(void)
{
	static const enum place own[] = {PLACE_PHASES, PLACE_LOG, PLACE_REPORTS};

	printf(".Ss Everywhere\n");
	man_commands(PLACE_OVERVIEW, true);
	printf(".Ss In the panels\n");
	man_commands(PLACE_DISKS, false);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		const char *name = place_name(own[i]);

		printf(".Ss In %c%s\n", name[0] - 'a' + 'A', name + 1);
		man_commands(own[i], false);
	}
}

static void man_exit(void)
{
	printf(".Bl -tag -width Ds\n");
	for (int i = 0; exit_defs[i].text; i++) {
		printf(".It %d\n", i);
		put_text(exit_defs[i].text);
		printf(".\n");
		if (exit_defs[i].more)
			printf("%s\n", exit_defs[i].more);
	}
	printf(".El\n");
}

static void man_facts(void)
{
	printf(".Bl -tag -width Ds\n");
	for (const struct fact_def *d = fact_defs; d->name; d++) {
		printf(".It Cm %s\n", d->name);
		put_text(d->label);
		printf(" (%s", unit_name(d->unit));
		if (d->better != BETTER_NONE)
			printf(", better when %s", d->better == BETTER_LOWER ? "lower" : "higher");
		printf(").\n");
	}
	printf(".El\n");
}

static int man(const char *path, const char *phase)
{
	struct err e;
	char *text = data_read(path, FILE_MAX_BYTES, NULL, &e), *save = NULL, *line;
	int r = 0;

	if (!text) {
		fprintf(stderr, "docgen: %s\n", e.text);
		return 1;
	}
	printf(".\\\" Made by docgen out of the program's tables: do not edit.\n");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strcmp(line, "@OPTIONS@") == 0)
			man_options();
		else if (strcmp(line, "@KEYS@") == 0)
			man_keys();
		else if (strcmp(line, "@EXIT@") == 0)
			man_exit();
		else if (strcmp(line, "@FACTS@") == 0)
			man_facts();
		else if (strcmp(line, "@PHASE@") == 0)
			r = phase ? docgen_markdown(phase) : 1;
		else
			puts(line);
	}
	free(text);
	return r;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "man") == 0)
		return man(argv[2], argc > 3 ? argv[3] : NULL) || fflush(stdout) != 0;
	if (argc == 2 && docgen_completion(argv[1]) == 0)
		return fflush(stdout) != 0;
	fprintf(stderr, "usage: docgen man FILE.in [PHASE.md] | bash | zsh | fish\n");
	return 2;
}
