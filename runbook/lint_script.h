/*
 * lint_script: a step's script as far as it can be known without running it: what it defines,
 * says, measures, and what it must not do.
 */
#ifndef RUNBOOK_LINT_SCRIPT_H
#define RUNBOOK_LINT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_NAME_MAX 80 /* bytes of a function's, say's or fact's name that is kept */

/* A word that matters, and its line. */
struct script_word {
	char name[SCRIPT_NAME_MAX];
	int line;
};

struct script_words {
	struct script_word *list;
	size_t n;
};

struct script {
	char *code; /* the text with comments blanked out; the same length and lines */
	struct script_words functions; /* defined at the outermost level */
	struct script_words says;      /* IDs after `say`; "" when it is computed */
	struct script_words facts; /* names after `fact`, up to the first $; then it ends in '*' */
	struct script_words outside;  /* lines that run when the file is read */
	struct script_words paths;    /* absolute paths without "$root" before them */
	struct script_words settings; /* "PATH", where it is set */
};

struct script *script_read(const char *text);
void script_free(struct script *s);
/* Line where the function begins, or 0. */
int script_function(const struct script *s, const char *name);
/* True when the script uses $name or ${name…}. */
bool script_uses(const struct script *s, const char *name);

#endif
