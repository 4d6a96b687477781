/*
 * dialog: what stands over a view and asks. Every call returns at once; the answer comes to done(),
 * exactly once, also when the dialog is given up (ok is false then). Dialogs stack: the newest is
 * shown. Keys typed before it was painted are dropped. title and text are clean; lines of text end
 * with '\n'.
 */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "runbook/phase.h" /* enum confirm */

struct app;

struct dialog_answer {
	bool ok; /* false: cancelled */
	/* what was typed, borrowed; a secret is wiped when done() returns; "" if nothing */
	const char *text;
	int choice; /* dialog_choice: the item; else -1 */
	/* dialog_choices: which of its items, borrowed; else NULL */
	const bool *marked;
};
typedef void dialog_done(struct app *app, void *ctx, const struct dialog_answer *answer);

/* Lines to read and one button. done may be NULL. */
void dialog_message(
	struct app *a, const char *title, const char *text, dialog_done *done, void *ctx);

/* Shall it be done? */
struct dialog_question {
	enum confirm kind;
	const char *title;
	const char *text;   /* may be long (a plan): it scrolls with arrows and PgUp/PgDn */
	bool diff;          /* "+" and "-" lines of text are coloured */
	const char *action; /* the button's name: "Run" */
	const char *word;   /* CONFIRM_TYPE: what must be typed */
};
/*
 * Cancel has the focus: Enter alone, and Esc, always cancel. To go ahead: CONFIRM_NONE and
 * CONFIRM_ENTER: Tab or the arrows to the action, then Enter. CONFIRM_YES: `y`. CONFIRM_TYPE: the
 * word, then Enter. q is copied.
 */
void dialog_confirm(struct app *a, const struct dialog_question *q, dialog_done *done, void *ctx);

enum dialog_entry_flags {
	DIALOG_SECRET = 1, /* shown as stars, wiped */
	DIALOG_EMPTY = 2,  /* an empty answer is one, too (else it is asked for again) */
};
struct dialog_input {
	int flags;
	const char *title;
	const char *text;    /* lines above the entry, or "" */
	const char *initial; /* what stands there at first, or NULL */
};
/* A line of text. in is copied. */
void dialog_entry(struct app *a, const struct dialog_input *in, dialog_done *done, void *ctx);

struct dialog_list {
	const char *title;
	const char *text;         /* lines above the items, or "" */
	const char *const *items; /* n of them */
	size_t n, first;          /* first has the cursor */
	const bool *marked;       /* dialog_choices: those marked beforehand; NULL: none */
};
/* One of n. list is copied. */
void dialog_choice(struct app *a, const struct dialog_list *list, dialog_done *done, void *ctx);
/* Several of n, or none: space marks, `a` marks all, `n` none, Enter takes them. list is
 * copied. */
void dialog_choices(struct app *a, const struct dialog_list *list, dialog_done *done, void *ctx);

/* Lines that scroll: details, a report. Esc, q or Enter closes it. */
void dialog_text(struct app *a, const char *title, const char *text, bool diff);

bool dialog_open(const struct app *a); /* one is shown */
void dialog_close_all(struct app *a);  /* every done() is called with ok false */

#endif
