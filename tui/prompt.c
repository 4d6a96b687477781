#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app_private.h"
#include "tui/keys.h"
#include "tui/view.h"

void prompt_clear(struct prompt *p)
{
	buf_clear(&p->text);
	for (int i = 0; i < p->nhistory; i++)
		free(p->history[i]);
	free(p->saved);
	free(p->stem);
	*p = (struct prompt){.text = {.max = PROMPT_MAX}};
}

static void prompt_set(struct prompt *p, const char *text)
{
	buf_reset(&p->text);
	buf_adds(&p->text, text);
	p->cursor = p->text.len;
}

void prompt_open(struct app *a, char kind, const char *initial)
{
	struct prompt *p = &a->loop->prompt;

	p->kind = kind;
	p->at = p->nhistory;
	FREE(p->saved);
	FREE(p->stem);
	prompt_set(p, initial);
	app_dirty(a);
}

static void prompt_close(struct prompt *p)
{
	p->kind = 0;
	FREE(p->saved);
	FREE(p->stem);
}

static void prompt_remember(struct prompt *p, const char *text)
{
	if (!*text || (p->nhistory && strcmp(p->history[p->nhistory - 1], text) == 0))
		return;
	if (p->nhistory == PROMPT_HISTORY) {
		free(p->history[0]);
		memmove(p->history, p->history + 1, (PROMPT_HISTORY - 1) * sizeof p->history[0]);
		p->nhistory--;
	}
	p->history[p->nhistory++] = xstrdup(text);
}

/* --- editing ---------------------------------------------------------------------------------- */

static void put_bytes(struct prompt *p, const char *bytes, size_t n)
{
	char *tail = xstrdup(buf_str(&p->text) + p->cursor);

	if (p->text.len + n < PROMPT_MAX) {
		p->text.len = p->cursor;
		buf_add(&p->text, bytes, n);
		buf_adds(&p->text, tail);
		p->cursor += n;
	}
	free(tail);
}

static void put_code(struct prompt *p, int code)
{
	char bytes[4];
	size_t n;

	if (code < 0x80) {
		bytes[0] = (char)code;
		n = 1;
	} else if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 63));
		n = 2;
	} else if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 63));
		bytes[2] = (char)(0x80 | (code & 63));
		n = 3;
	} else {
		bytes[0] = (char)(0xf0 | code >> 18);
		bytes[1] = (char)(0x80 | (code >> 12 & 63));
		bytes[2] = (char)(0x80 | (code >> 6 & 63));
		bytes[3] = (char)(0x80 | (code & 63));
		n = 4;
	}
	put_bytes(p, bytes, n);
}

static bool continues(const struct prompt *p, size_t at)
{
	return (buf_str(&p->text)[at] & 0xc0) == 0x80;
}

static void go_left(struct prompt *p)
{
	if (p->cursor > 0)
		for (p->cursor--; p->cursor > 0 && continues(p, p->cursor); p->cursor--)
			;
}

static void go_right(struct prompt *p)
{
	if (p->cursor < p->text.len)
		for (p->cursor++; p->cursor < p->text.len && continues(p, p->cursor); p->cursor++)
			;
}

/* Takes out the bytes from `from` up to `to`. */
static void cut(struct prompt *p, size_t from, size_t to)
{
	char *tail = xstrdup(buf_str(&p->text) + to);

	p->text.len = from;
	buf_adds(&p->text, tail);
	if (!*tail && p->text.data)
		p->text.data[from] = '\0';
	p->cursor = from;
	free(tail);
}

static void rub_out(struct prompt *p)
{
	size_t end = p->cursor;

	go_left(p);
	cut(p, p->cursor, end);
}

static void delete_under(struct prompt *p)
{
	size_t at = p->cursor;

	go_right(p);
	cut(p, at, p->cursor);
}

static void rub_word(struct prompt *p)
{
	size_t end = p->cursor, at = end;
	const char *s = buf_str(&p->text);

	while (at > 0 && s[at - 1] == ' ')
		at--;
	while (at > 0 && s[at - 1] != ' ')
		at--;
	cut(p, at, end);
}

static void go_history(struct prompt *p, int by)
{
	int at = p->at + by;

	if (p->kind != ':' || at < 0 || at > p->nhistory)
		return;
	if (p->at == p->nhistory) {
		free(p->saved);
		p->saved = xstrdup(buf_str(&p->text));
	}
	p->at = at;
	prompt_set(p, at == p->nhistory ? p->saved : p->history[at]);
}

/* --- completion ------------------------------------------------------------------------------- */

/* The i-th thing that may follow what was typed (stem): a command's name, or `name argument`;
 * owned, or NULL. */
static char *command_candidate(const struct app *a, const char *stem, int i)
{
	size_t n = strlen(stem);

	for (const struct command *c = commands; c->id; c++)
		if ((c->places & IN(a->place)) && strncmp(c->name, stem, n) == 0 && i-- == 0)
			return xasprintf("%s%s", c->name, c->flags & CMD_ARG ? " " : "");
	return NULL;
}

static char *own_argument(enum command_id id, size_t i)
{
	static const char *const themes[] = {
		"default", "deuteranopia", "high-contrast", "light", "mono", "tritanopia"};
	static const char *const switches[] = {"off", "on"};

	if (id == CMD_THEME && i < sizeof themes / sizeof themes[0])
		return xstrdup(themes[i]);
	if (id == CMD_MOUSE && i < 2)
		return xstrdup(switches[i]);
	return NULL;
}

static char *argument_candidate(const struct app *a, const char *stem, int i)
{
	const char *blank = strchr(stem, ' ');
	const struct command *c = command_by_name(stem, (size_t)(blank - stem), a->place, NULL);
	struct view *v = app_view(a);
	size_t n = strlen(blank + 1);

	for (size_t k = 0; c; k++) {
		char *arg = own_argument(c->id, k);
		char *line = NULL;

		if (!arg && c->id != CMD_THEME && c->id != CMD_MOUSE && v && v->ops->complete)
			arg = v->ops->complete(v, c->id, k);
		if (!arg)
			return NULL;
		if (strncmp(arg, blank + 1, n) == 0 && i-- == 0)
			line = xasprintf("%s %s", c->name, arg);
		free(arg);
		if (line)
			return line;
	}
	return NULL;
}

static char *candidate(const struct app *a, const char *stem, int i)
{
	return strchr(stem, ' ') ? argument_candidate(a, stem, i) : command_candidate(a, stem, i);
}

static void complete(struct app *a)
{
	struct prompt *p = &a->loop->prompt;
	char *line;

	if (p->kind != ':')
		return;
	if (!p->stem) {
		p->stem = xstrdup(buf_str(&p->text));
		p->candidate = 0;
	}
	line = candidate(a, p->stem, p->candidate);
	if (!line && p->candidate > 0) { /* once round: what was typed */
		line = xstrdup(p->stem);
		p->candidate = -1;
	}
	if (!line)
		return;
	p->candidate++;
	prompt_set(p, line);
	free(line);
}

/* --- running ---------------------------------------------------------------------------------- */

static void run_line(struct app *a, const char *line)
{
	size_t n;
	bool several;
	const struct command *c;

	line += strspn(line, " ");
	n = strcspn(line, " ");
	if (n == 0)
		return;
	c = command_by_name(line, n, a->place, &several);
	if (several)
		app_say(a, LEVEL_WARN, _("several commands begin with \"%.*s\": Tab shows them"),
			(int)n, line);
	else if (!c)
		app_say(a, LEVEL_WARN, _("no command \"%.*s\" here: ? shows those there are"),
			(int)n, line);
	else
		app_run(a, c, line + n + strspn(line + n, " "));
}

static void prompt_enter(struct app *a)
{
	struct prompt *p = &a->loop->prompt;
	char *text = xstrdup(buf_str(&p->text));
	char kind = p->kind;

	prompt_close(p);
	if (kind == ':') {
		prompt_remember(p, text);
		run_line(a, text);
	} else {
		app_command(a, CMD_FILTER, text);
	}
	free(text);
}

static void edit_key(struct prompt *p, int code)
{
	switch (code) {
	case K_LEFT:
	case K_CTRL('B'):
		go_left(p);
		break;
	case K_RIGHT:
	case K_CTRL('F'):
		go_right(p);
		break;
	case K_HOME:
	case K_CTRL('A'):
		p->cursor = 0;
		break;
	case K_END:
	case K_CTRL('E'):
		p->cursor = p->text.len;
		break;
	case K_DELETE:
	case K_CTRL('D'):
		delete_under(p);
		break;
	case K_CTRL('W'):
		rub_word(p);
		break;
	case K_CTRL('U'):
		cut(p, 0, p->cursor);
		break;
	case K_CTRL('K'):
		cut(p, p->cursor, p->text.len);
		break;
	case K_UP:
	case K_CTRL('P'):
		go_history(p, -1);
		break;
	case K_DOWN:
	case K_CTRL('N'):
		go_history(p, 1);
		break;
	default:
		if (code >= ' ' && code < K_UP && code != K_BACKSPACE)
			put_code(p, code);
		break;
	}
}

void prompt_key(struct app *a, const struct key *key)
{
	struct prompt *p = &a->loop->prompt;

	if (key->code == K_TAB) {
		complete(a);
		return;
	}
	FREE(p->stem);
	if (key->code == K_ENTER) {
		prompt_enter(a);
	} else if (key->code == K_ESC || key->code == K_CTRL('C') || key->code == K_CTRL('G')) {
		prompt_close(p);
	} else if (key->code == K_BACKSPACE) {
		if (p->text.len == 0)
			prompt_close(p);
		else
			rub_out(p);
	} else if (key->code == K_PASTE) {
		put_bytes(p, key->text, strlen(key->text));
	} else {
		edit_key(p, key->code);
	}
}

/* What stands right of the text: what the command under way does. */
static void draw_hint(const struct app *a, struct screen *s, int y, int x, int w)
{
	const struct prompt *p = &a->loop->prompt;
	const char *text = buf_str(&p->text);
	size_t n = strcspn(text, " ");
	const struct command *c = n ? command_by_name(text, n, a->place, NULL) : NULL;

	if (p->kind == ':' && c && w > 12)
		screen_put_right(s, y, x, w, ROLE_DIM, _(c->text));
	else if (p->kind == '/' && p->text.len == 0)
		screen_put(s, y, x, w, ROLE_DIM,
			_("PCRE2; ! before it: lines that do not match; empty: all"));
}

int prompt_draw(const struct app *a, struct screen *s, int y, int w)
{
	const struct prompt *p = &a->loop->prompt;
	const char *text = buf_str(&p->text);
	char kind[2] = {p->kind, '\0'};
	char *before = xstrndup(text, p->cursor);
	int left = text_width(before), skip = left > w - 4 ? left - (w - 4) : 0;
	size_t from = skip ? text_prefix(text, skip, NULL) : 0;
	int used;

	free(before);
	screen_put(s, y, 0, 1, ROLE_KEY, kind);
	used = screen_putn(s, y, 1, w - 2, ROLE_ENTRY, text + from, strlen(text + from));
	draw_hint(a, s, y, used + 4, w - used - 5);
	return 1 + left - skip;
}
