/* dialog_private: a dialog as dialog.c (keys, answers) and dialog_draw.c (looks) share it. */
#ifndef TUI_DIALOG_PRIVATE_H
#define TUI_DIALOG_PRIVATE_H

#include <stdint.h>

#include "tui/dialog.h"
#include "tui/screen.h"

struct widget;

enum dialog_kind {
	DIALOG_MESSAGE,
	DIALOG_CONFIRM,
	DIALOG_ENTRY,
	DIALOG_CHOICE,
	DIALOG_CHOICES,
	DIALOG_TEXT
};

struct dialog {
	struct dialog *below;
	enum dialog_kind kind;
	enum confirm confirm;
	int flags; /* of dialog_entry */
	char *title, *text, *action, *word;
	bool diff;
	char **items;
	size_t nitems;
	bool *marked; /* DIALOG_CHOICES: nitems of them, as the widget had them last */
	dialog_done *done;
	void *ctx;

	bool painted;          /* the operator has seen it: keys count */
	int64_t clicked_ms;    /* clock_ms() when it was painted first, or clicked at last */
	int top;               /* first line of text shown */
	int lines, height;     /* of text: all, and shown, as laid out last */
	struct widget *widget; /* NULL: none, or not made yet */
	char *value;           /* what was typed, while there is no widget */
	int current;           /* item or button, while there is no widget */
	char *complaint;       /* why the answer was not taken, or NULL */
};

struct dialogs {
	struct dialog *top;
};

/* Has it an entry (else a list, buttons or nothing)? */
bool dialog_has_entry(const struct dialog *d);
bool dialog_has_list(const struct dialog *d); /* of items, one or several to choose */
int dialog_buttons(const struct dialog *d, const char *names[2]); /* how many; 0: none */
size_t dialog_marks(const struct dialog *d); /* DIALOG_CHOICES: how many are marked */
/* Frees the widget, keeping its state in value and current. */
void dialog_drop_widget(struct dialog *d);
void dialog_draw_one(struct dialog *d, struct screen *s, bool top);

#endif
