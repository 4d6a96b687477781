/*
 * list: cursor and scrolling of a list that is made anew again and again. The cursor stays on its
 * row by the row's tag; when the row is gone, on the one that took its place.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/command.h"

struct list {
	size_t count, cursor, top; /* rows; cursor < count unless count is 0 */
	int height;                /* rows seen at once */
	char *tag;                 /* of the row under the cursor, owned; NULL: none yet */
};

/* Tag of row i: borrowed; the same as long as it is the same thing. NULL: the cursor keeps its number. */
typedef const char *list_tag(const void *ctx, size_t i);

void list_clear(struct list *l);
/* The rows are new: finds the cursor's row again. */
void list_update(struct list *l, size_t count, list_tag *tag, const void *ctx);
/* How many rows are seen; keeps the cursor among them. */
void list_resize(struct list *l, int height);
/* Moves for CMD_UP, DOWN, PAGE_UP, PAGE_DOWN, TOP, BOTTOM. False: id is none of these. */
bool list_command(struct list *l, enum command_id id, list_tag *tag, const void *ctx);
/* By delta rows (the wheel), or to row i. */
void list_move(struct list *l, long delta, list_tag *tag, const void *ctx);
/* A click on the row-th of the rows seen. True: the cursor was there already. */
bool list_click(struct list *l, int row, list_tag *tag, const void *ctx);
void list_to(struct list *l, size_t i, list_tag *tag, const void *ctx);

#endif
