/* help: made from the table of commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app_private.h"
#include "tui/command.h"
#include "tui/keys.h"

#define KEYS_COLUMN 16

/* "Up, k" */
static void add_keys(struct buf *b, const struct command *c)
{
	const char *at = c->keys;
	size_t start = b->len;

	while (*at) {
		size_t n = strcspn(at, " ");
		char key[KEY_NAME_SIZE];

		if (b->len > start)
			buf_adds(b, ", ");
		buf_adds(b, key_words(key_parse(at, n), key));
		at += n + (at[n] == ' ');
	}
	if (b->len == start)
		buf_addf(b, ":%s", c->name);
}

static void add_line(struct buf *b, const struct command *c)
{
	size_t start;
	int w;

	buf_adds(b, "  ");
	start = b->len;
	add_keys(b, c);
	w = text_width(buf_str(b) + start);
	do
		buf_addc(b, ' ');
	while (++w < KEYS_COLUMN);
	buf_adds(b, _(c->text));
	buf_addc(b, '\n');
}

char *help_text(enum place place)
{
	struct buf b;

	size_t start;

	buf_init(&b, 0);
	buf_addf(&b, "%s\n\n", place_title(place));
	start = b.len;
	for (const struct command *c = commands; c->id; c++)
		if ((c->places & IN(place)) && c->places != IN_ALL && !(c->flags & CMD_HIDDEN))
			add_line(&b, c);
	if (b.len == start)
		buf_reset(&b); /* nothing that would not work elsewhere */
	else
		buf_addc(&b, '\n');
	buf_addf(&b, "%s\n\n", _("Everywhere"));
	for (const struct command *c = commands; c->id; c++)
		if (c->places == IN_ALL && !(c->flags & CMD_HIDDEN))
			add_line(&b, c);
	buf_adds(&b, "\n");
	buf_adds(
		&b, _("No key changes the server by itself: what would is shown first, and asked.\n"
		      "Every command can be typed after \":\" by its name.\n"));
	return buf_take(&b);
}
