/* docgen_complete: the shells' completions. What is only known when they run, the program itself says. */
#include <stdio.h>
#include <string.h>

#include "tui/docgen.h"
#include "tui/option_table.h"

/* What --complete lists for an argument, or NULL. */
static const char *list_of(const struct option_def *d)
{
	return d->complete == COMPLETE_PHASE ? "phases" : d->complete == COMPLETE_THEME ? "themes" : NULL;
}

/* --- bash --------------------------------------------------------------------------------------- */

static void bash_case(const struct option_def *d)
{
	if (d->complete == COMPLETE_NOTHING && d->arg != ARG_NEEDED)
		return;
	fputs("\t", stdout);
	if (d->letter)
		printf("-%c%s", d->letter, d->name ? " | " : "");
	/* an argument that may be left out is only one after an = */
	if (d->name && d->arg == ARG_NEEDED)
		printf("--%s | ", d->name);
	if (d->name)
		printf("--%s=", d->name);
	puts(")");
	if (d->complete == COMPLETE_WORDS)
		printf("\t\tmapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")\n", d->words);
	else if (d->complete == COMPLETE_FILE || d->complete == COMPLETE_FOLDER)
		printf("\t\tmapfile -t COMPREPLY < <(compgen -%c -- \"$cur\")\n",
			d->complete == COMPLETE_FILE ? 'f' : 'd');
	else if (list_of(d))
		printf("\t\t_twistertui_from < <(\"$program\" --complete %s 2>/dev/null)\n",
			list_of(d));
	puts("\t\treturn\n\t\t;;");
}

static void bash(void)
{
	puts("# shellcheck shell=bash\n"
	     "# bash completion for twistertui. Made by docgen out of the table of options: do not edit.\n"
	     "\n"
	     "# Those lines that begin with $cur. Not compgen -W, which would run what stands in a name.\n"
	     "_twistertui_from()\n"
	     "{\n"
	     "\tlocal word\n"
	     "\n"
	     "\twhile IFS= read -r word; do\n"
	     "\t\t[[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$word\")\n"
	     "\tdone\n"
	     "}\n"
	     "\n"
	     "_twistertui()\n"
	     "{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} equals=\n"
	     "\tlocal program=${COMP_WORDS[0]/#\\~/$HOME}\n"
	     "\n"
	     "\tCOMPREPLY=()\n"
	     "\t# bash takes --demo=phase-1 for three words\n"
	     "\tif [ \"$cur\" = = ]; then\n"
	     "\t\tequals=\"=\" cur=\n"
	     "\telif [ \"$prev\" = = ] && [ \"$COMP_CWORD\" -ge 2 ]; then\n"
	     "\t\tequals=\"=\" prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	     "\tfi\n"
	     "\tcase $prev$equals in");
	for (const struct option_def *d = option_defs; d->id; d++)
		if (d->text)
			bash_case(d);
	puts("\tesac\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"");
	for (const struct option_def *d = option_defs; d->id; d++) {
		if (d->text && d->letter)
			printf("\t\t\t-%c\n", d->letter);
		if (d->text && d->name)
			printf("\t\t\t--%s\n", d->name);
	}
	puts("\t\t\t\" -- \"$cur\")\n"
	     "\telse\n"
	     "\t\t_twistertui_from < <(\"$program\" --complete hosts 2>/dev/null)\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _twistertui twistertui");
}

/* --- zsh ---------------------------------------------------------------------------------------- */

/* In single quotes, and with what _arguments would take for its own escaped. */
static void zsh_words(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (strchr("[]:\\", *s))
			printf("\\%c", *s);
		else
			putchar(*s);
	}
}

static void zsh_action(const struct option_def *d)
{
	printf(":%s:", d->metavar);
	if (d->complete == COMPLETE_WORDS)
		printf("(%s)", d->words);
	else if (d->complete == COMPLETE_FILE)
		printf("_files");
	else if (d->complete == COMPLETE_FOLDER)
		printf("_files -/");
	else if (list_of(d))
		printf("->%s", list_of(d));
	else
		printf(" ");
}

static void zsh_spec(const struct option_def *d, const char *name, const char *after)
{
	printf("\t\t'%s%s[", name, after);
	zsh_words(d->text);
	putchar(']');
	if (d->arg == ARG_OPTIONAL)
		putchar(':');
	if (d->arg != ARG_NONE)
		zsh_action(d);
	puts("' \\");
}

static void zsh(void)
{
	char name[64];

	puts("#compdef twistertui\n"
	     "# zsh completion for twistertui. Made by docgen out of the table of options: do not edit.\n"
	     "_twistertui() {\n"
	     "\tlocal state\n"
	     "\tlocal -a list\n"
	     "\t_arguments -s \\");
	for (const struct option_def *d = option_defs; d->id; d++) {
		if (!d->text)
			continue;
		if (d->letter) {
			snprintf(name, sizeof name, "-%c", d->letter);
			zsh_spec(d, name, "");
		}
		if (d->name) {
			snprintf(name, sizeof name, "--%s", d->name);
			zsh_spec(d, name, d->arg == ARG_OPTIONAL ? "=-" : d->arg == ARG_NEEDED ? "=" : "");
		}
	}
	puts("\t\t'::host:->hosts' && return\n"
	     "\tcase $state in\n"
	     "\thosts|phases|themes)\n"
	     "\t\tlist=(${(f)\"$($words[1] --complete $state 2>/dev/null)\"})\n"
	     "\t\tcompadd -a list\n"
	     "\t\t;;\n"
	     "\tesac\n"
	     "}\n"
	     "_twistertui \"$@\"");
}

/* --- fish --------------------------------------------------------------------------------------- */

static void fish_words(const char *s)
{
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('\'');
}

static void fish(void)
{
	puts("# fish completion for twistertui. Made by docgen out of the table of options: do not edit.\n"
	     "complete -c twistertui -f\n"
	     "complete -c twistertui -n 'not string match -q -- \"-*\" (commandline -ct)' "
	     "-a '(twistertui --complete hosts 2>/dev/null)'");
	for (const struct option_def *d = option_defs; d->id; d++) {
		if (!d->text)
			continue;
		printf("complete -c twistertui");
		if (d->letter)
			printf(" -s %c", d->letter);
		if (d->name)
			printf(" -l %s", d->name);
		if (d->arg == ARG_NEEDED)
			fputs(d->complete == COMPLETE_FILE ? " -r" : " -x", stdout);
		if (d->complete == COMPLETE_WORDS)
			printf(" -a '%s'", d->words);
		else if (d->complete == COMPLETE_FILE)
			printf(" -F");
		else if (d->complete == COMPLETE_FOLDER)
			printf(" -a '(__fish_complete_directories)'");
		else if (list_of(d))
			printf(" -a '(twistertui --complete %s 2>/dev/null)'", list_of(d));
		printf(" -d ");
		fish_words(d->text);
		putchar('\n');
	}
}

int docgen_completion(const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		bash();
	else if (strcmp(shell, "zsh") == 0)
		zsh();
	else if (strcmp(shell, "fish") == 0)
		fish();
	else
		return -1;
	return 0;
}
