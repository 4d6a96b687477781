/* prompt: the line at the bottom where a command or a filter is typed. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>

#include "base/buf.h"

struct app;
struct key;
struct screen;

#define PROMPT_HISTORY 64
#define PROMPT_MAX 1024 /* bytes typed */

struct prompt {
	char kind; /* ':' or '/', 0: closed */
	struct buf text;
	size_t cursor;                 /* byte in text, at a character's beginning */
	char *history[PROMPT_HISTORY]; /* of commands, oldest first */
	int nhistory, at; /* at: the one shown while going through them; nhistory: none */
	char *saved;      /* what was typed before going through history */
	char *stem;       /* what was typed before Tab began to complete, or NULL */
	int candidate;    /* the next to offer */
};

void prompt_clear(struct prompt *p);
void prompt_open(struct app *a, char kind, const char *initial);
void prompt_key(struct app *a, const struct key *key);
/* Draws into the bottom line; returns the cursor's column. */
int prompt_draw(const struct app *a, struct screen *s, int y, int w);

#endif
