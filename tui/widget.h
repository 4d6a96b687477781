/*
 * widget: the CDK widgets that dialogs are made of: an entry, a list, a list with marks, a row of
 * buttons. They never wait and read no key themselves. Freed and made again when the screen's size changes.
 */
#ifndef TUI_WIDGET_H
#define TUI_WIDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/screen.h"

struct widget;

/* All return NULL when there is no room. */
struct widget *widget_entry(struct screen *s, struct rect r, bool secret, const char *value);
struct widget *widget_list(
	struct screen *s, struct rect r, const char *const *items, size_t n, size_t current);
/* A list whose items are marked with the space bar; marked: n of them, as at first. */
struct widget *widget_marks(struct screen *s, struct rect r, const char *const *items, size_t n,
	size_t current, const bool *marked);
struct widget *widget_buttons(
	struct screen *s, struct rect r, const char *const *names, int n, int current);
void widget_free(struct widget *w); /* wipes; NULL is fine */

void widget_key(struct widget *w, int key);           /* keys.h */
void widget_text(struct widget *w, const char *text); /* as if typed; clean */
char *widget_value(const struct widget *w); /* of an entry: owned text (wipe it if secret) */
int widget_current(const struct widget *w); /* of a list or buttons */
/* Which item or button is at that cell of the screen; -1: none. */
int widget_at(const struct widget *w, int y, int x);
void widget_to(struct widget *w, int i); /* makes it the current one */
bool widget_marked(const struct widget *w, size_t i); /* of a list with marks */
void widget_mark_all(struct widget *w, bool marked);  /* NULL is fine */
/* Puts it above the screen; the cursor is left in an entry. After screen_end(). */
void widget_refresh(struct widget *w);

#endif
