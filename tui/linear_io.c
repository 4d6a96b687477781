/* linear_io: lines out, answers in. */
#include "tui/linear_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/keys.h"
#include "tui/term.h"

#define NEWS_MAX ((size_t)1 << 20) /* bytes kept while a prompt stands */
#define READ_BYTES 4096

void linear_open(struct linear *l)
{
	l->signals = term_signals();
	l->tty = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &l->was) == 0;
	buf_init(&l->in, LINE_MAX_BYTES);
	buf_init(&l->news, NEWS_MAX);
	buf_init(&l->unfinished, 0);
}

static void echo(struct linear *l, bool on)
{
	struct termios modes = l->was;

	if (!l->tty || l->hidden == !on)
		return;
	l->hidden = !on;
	if (!on)
		modes.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

void linear_close(struct linear *l)
{
	echo(l, true);
	if (l->signals >= 0)
		close(l->signals);
	buf_wipe(&l->in);
	buf_clear(&l->news);
	buf_clear(&l->unfinished);
}

bool linear_over(const struct linear *l)
{
	return l->ended || l->left || l->signal != 0;
}

/* --- out -------------------------------------------------------------------------------------- */

static void put(struct linear *l, const char *bytes, size_t n)
{
	if (n == 0)
		return;
	if (fwrite(bytes, 1, n, stdout) != n || fflush(stdout) != 0)
		l->ended = true; /* nobody reads any more */
}

static void put_line(struct linear *l, const char *text)
{
	size_t n = strlen(text);

	if (l->asking) {
		size_t before = l->news.len;

		buf_adds(&l->news, text);
		if (n == 0 || text[n - 1] != '\n')
			buf_addc(&l->news, '\n');
		l->dropped += n - (l->news.len - before < n ? l->news.len - before : n);
		return;
	}
	put(l, text, n);
	if (n == 0 || text[n - 1] != '\n')
		put(l, "\n", 1);
}

void linear_lines(struct linear *l, const char *text)
{
	put_line(l, text);
}

void linear_say(struct linear *l, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0) {
		put_line(l, text);
		free(text);
	}
	va_end(ap);
}

/* What happened while a prompt stood. */
static void tell_news(struct linear *l)
{
	put(l, buf_str(&l->news), l->news.len);
	buf_reset(&l->news);
	if (l->dropped)
		linear_say(l, _("(%zu bytes more came meanwhile; the session's folder has them)"),
			l->dropped);
	l->dropped = 0;
}

/* --- in --------------------------------------------------------------------------------------- */

bool linear_read(struct linear *l)
{
	char bytes[READ_BYTES];
	ssize_t n;

	do
		n = read(STDIN_FILENO, bytes, sizeof bytes);
	while (n < 0 && errno == EINTR && !l->signal);
	if (n > 0)
		buf_add(&l->in, bytes, (size_t)n);
	explicit_bzero(bytes, sizeof bytes);
	return n > 0;
}

/* Takes n bytes off the front, and leaves no copy of them. */
static void forget(struct linear *l, size_t n)
{
	buf_drain(&l->in, n);
	explicit_bzero(l->in.data + l->in.len, l->in.cap - l->in.len);
}

/* A line longer than any answer is none: all of it goes, and it is asked again. */
static void too_long(struct linear *l, const char *end)
{
	forget(l, end ? (size_t)(end - l->in.data) + 1 : l->in.len);
	l->in.cut = !end;
	if (!end)
		return;
	printf(_("That line is too long: %zu bytes at most.\n"), LINE_MAX_BYTES);
	put(l, l->prompt, l->prompt ? strlen(l->prompt) : 0);
}

char *linear_taken(struct linear *l)
{
	const char *all = buf_str(&l->in);
	const char *end = memchr(all, '\n', l->in.len);
	size_t n = end ? (size_t)(end - all) : 0;
	char *line;

	if (l->in.cut) {
		too_long(l, end);
		return NULL;
	}
	if (!end)
		return NULL;
	line = xstrndup(all, n);
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	forget(l, n + 1);
	return line;
}

void linear_wipe(char *answer)
{
	if (answer)
		explicit_bzero(answer, strlen(answer));
	free(answer);
}

/* What was typed before it was asked for is no answer to it. A pipe has no "before". */
static void forget_typed(struct linear *l)
{
	if (!l->tty)
		return;
	tcflush(STDIN_FILENO, TCIFLUSH);
	buf_wipe(&l->in);
}

static char *wait_line(struct linear *l)
{
	char *line = NULL;

	while (!linear_over(l) && !l->interrupted && !(line = linear_taken(l)))
		if (linear_turn(l, TURN_INPUT, -1) && !linear_read(l))
			l->ended = true;
	return line;
}

char *linear_ask_now(struct linear *l, unsigned flags, const char *prompt)
{
	char *line;

	if (flags & ASK_FRESH)
		forget_typed(l);
	if (linear_over(l))
		return NULL;
	if (flags & ASK_SECRET)
		echo(l, false);
	l->prompt = prompt;
	put(l, prompt, strlen(prompt));
	l->asking = true;
	l->interrupted = false;
	line = wait_line(l);
	l->asking = false;
	l->prompt = NULL;
	echo(l, true);
	if (!line || (flags & ASK_SECRET) || !l->tty)
		put(l, "\n", 1); /* nobody's Enter ended the line */
	l->interrupted = false;
	tell_news(l);
	if (l->ended && !line)
		linear_say(l, _("The input has ended: nothing more is asked or confirmed."));
	return line;
}

char *linear_ask(struct linear *l, unsigned flags, const char *fmt, ...)
{
	char *words = NULL, *prompt, *line, *clean;
	va_list ap;
	int n;

	while (l->question && !linear_over(l))
		linear_answer_link(l);
	va_start(ap, fmt);
	n = vasprintf(&words, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	prompt = xasprintf(_("%s: "), words);
	line = linear_ask_now(l, flags, prompt);
	free(prompt);
	free(words);
	if (!line || (flags & (ASK_SECRET | ASK_RAW)))
		return line;
	clean = text_dup(line);
	linear_wipe(line);
	return clean;
}

bool linear_yes(struct linear *l, bool fallback, const char *fmt, ...)
{
	char *question = NULL, *answer;
	bool yes = fallback, known = false;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&question, fmt, ap);
	va_end(ap);
	while (n >= 0 && !known) {
		/* TRANSLATORS: y and n are what is typed, in every language */
		answer = linear_ask(l, 0, fallback ? _("%s y or n (default y)") : _("%s y or n (default n)"),
			question);
		known = !answer || !*answer || strcmp(answer, "y") == 0 || strcmp(answer, "n") == 0;
		yes = answer && *answer ? strcmp(answer, "y") == 0 : answer ? fallback : false;
		if (!known)
			linear_say(l, _("\"%s\" is neither y nor n."), answer);
		free(answer);
	}
	free(n >= 0 ? question : NULL);
	return yes;
}

/* --- menus ------------------------------------------------------------------------------------ */

void menu_add(struct menu *m, int id, const char *word, enum command_id command, const char *fmt, ...)
{
	char *label = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&label, fmt, ap) < 0)
		label = xstrdup("");
	va_end(ap);
	m->items = xrealloc(m->items, m->n + 1, sizeof *m->items);
	m->items[m->n++] =
		(struct item){.label = label, .word = word, .command = command, .id = id};
}

void menu_default(struct menu *m)
{
	m->first = m->n - 1;
}

static void menu_clear(struct menu *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->items[i].label);
	free(m->items);
	*m = (struct menu){0};
}

static const char *item_word(const struct item *it)
{
	return it->word ? it->word : it->command ? command_get(it->command)->name : NULL;
}

/* A key of the command table, as it is typed on the screen. */
static bool item_key(const struct item *it, const char *answer)
{
	const char *at = it->command ? command_get(it->command)->keys : "";
	size_t n = strlen(answer);

	for (; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && n == 1 && *at == *answer)
			return true;
		at += len;
	}
	return false;
}

/* Which one the answer means; -1: none, -2: several. */
static int menu_find(const struct menu *m, const char *answer)
{
	char *end;
	unsigned long number = strtoul(answer, &end, 10);
	int found = -1, count = 0;

	if (*answer >= '0' && *answer <= '9' && !*end)
		return number >= 1 && number <= m->n ? (int)number - 1 : -1;
	for (size_t i = 0; i < m->n; i++)
		if (item_key(&m->items[i], answer))
			return (int)i;
	for (size_t i = 0; i < m->n; i++) {
		const char *word = item_word(&m->items[i]);

		if (!word || strncmp(word, answer, strlen(answer)) != 0)
			continue;
		if (strcmp(word, answer) == 0)
			return (int)i;
		found = (int)i;
		count++;
	}
	return count > 1 ? -2 : found;
}

static int menu_ask(struct linear *l, const struct menu *m, const char *title)
{
	linear_say(l, "\n%s", title);
	for (size_t i = 0; i < m->n; i++)
		linear_say(l, "%zu. %s", i + 1, m->items[i].label);
	while (!linear_over(l)) {
		char *answer = linear_ask(l, 0, _("Number, 1 to %zu (default %zu)"), m->n, m->first + 1);
		int i = answer && *answer ? menu_find(m, answer) : answer ? (int)m->first : -1;

		if (i == -1 && answer && strcmp(answer, "q") == 0)
			linear_leave(l);
		else if (answer && i == -1)
			linear_say(l, _("\"%s\" is none of these: a number from 1 to %zu."), answer,
				m->n);
		else if (i == -2)
			linear_say(l, _("Several begin with \"%s\": type more of it, or the number."),
				answer);
		free(answer);
		if (!answer || i >= 0)
			return i;
	}
	return -1;
}

int menu_choose(struct linear *l, struct menu *m, const char *title)
{
	int i = menu_ask(l, m, title), id = i >= 0 ? m->items[i].id : -1;

	menu_clear(m);
	return id;
}

void linear_complain(struct linear *l, int result, const struct err *e)
{
	if (result != 0)
		linear_say(l, "%s", e->text);
}

char *linear_ask_why(struct linear *l, bool defer, char **until)
{
	char *reason = linear_ask(l, 0, "%s",
		_("Why? The reason stands in the report (default: none, back)"));

	*until = NULL;
	if (reason && *reason && defer)
		*until = linear_ask(l, 0, "%s", _("Until when? A date, a phase (default: not said)"));
	if (reason && *reason && (!defer || *until))
		return reason;
	free(reason);
	return NULL;
}
