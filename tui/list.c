#include "tui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void list_clear(struct list *l)
{
	free(l->tag);
	*l = (struct list){.height = l->height};
}

static void list_remember(struct list *l, list_tag *tag, const void *ctx)
{
	const char *now = l->count ? tag(ctx, l->cursor) : NULL;

	if (now && l->tag && strcmp(now, l->tag) == 0)
		return;
	free(l->tag);
	l->tag = now ? xstrdup(now) : NULL;
}

/* The fewest rows of scrolling that show the cursor and leave no room at the end unused. */
static void list_scroll(struct list *l)
{
	size_t height = l->height > 0 ? (size_t)l->height : 1;

	if (l->cursor >= l->count)
		l->cursor = l->count ? l->count - 1 : 0;
	if (l->top > l->cursor)
		l->top = l->cursor;
	if (l->cursor - l->top >= height)
		l->top = l->cursor - height + 1;
	if (l->top + height > l->count)
		l->top = l->count > height ? l->count - height : 0;
}

void list_update(struct list *l, size_t count, list_tag *tag, const void *ctx)
{
	size_t seen_at = l->cursor - l->top;

	l->count = count;
	for (size_t i = 0; l->tag && i < count; i++) {
		const char *t = tag(ctx, i);

		if (t && strcmp(t, l->tag) == 0) {
			/* the row stays where it stands on the screen, if it can */
			if (l->top > 0)
				l->top = i > seen_at ? i - seen_at : 0;
			l->cursor = i;
			break;
		}
	}
	list_scroll(l);
	list_remember(l, tag, ctx);
}

void list_resize(struct list *l, int height)
{
	l->height = height;
	list_scroll(l);
}

void list_to(struct list *l, size_t i, list_tag *tag, const void *ctx)
{
	l->cursor = i;
	list_scroll(l);
	list_remember(l, tag, ctx);
}

void list_move(struct list *l, long delta, list_tag *tag, const void *ctx)
{
	size_t up = delta < 0 ? (size_t)-delta : 0;

	if (delta < 0)
		list_to(l, up > l->cursor ? 0 : l->cursor - up, tag, ctx);
	else
		list_to(l, l->cursor + (size_t)delta, tag, ctx);
}

bool list_click(struct list *l, int row, list_tag *tag, const void *ctx)
{
	size_t i = l->top + (size_t)row;

	if (row < 0 || (l->height > 0 && row >= l->height) || i >= l->count)
		return false;
	if (i == l->cursor)
		return true;
	list_to(l, i, tag, ctx);
	return false;
}

bool list_command(struct list *l, enum command_id id, list_tag *tag, const void *ctx)
{
	long page = l->height > 2 ? l->height - 1 : 1;

	if (id == CMD_UP)
		list_move(l, -1, tag, ctx);
	else if (id == CMD_DOWN)
		list_move(l, 1, tag, ctx);
	else if (id == CMD_PAGE_UP)
		list_move(l, -page, tag, ctx);
	else if (id == CMD_PAGE_DOWN)
		list_move(l, page, tag, ctx);
	else if (id == CMD_TOP)
		list_to(l, 0, tag, ctx);
	else if (id == CMD_BOTTOM)
		list_to(l, l->count ? l->count - 1 : 0, tag, ctx);
	else
		return false;
	return true;
}
