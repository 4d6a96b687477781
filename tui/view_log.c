#include "tui/view_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/app.h"
#include "tui/dialog.h"

static struct view_log *self(struct view *v)
{
	return (struct view_log *)v;
}

static const struct view_log *const_self(const struct view *v)
{
	return (const struct view_log *)v;
}

static void log_view_free(struct view *v)
{
	struct view_log *l = self(v);

	log_search_free(l->hits);
	log_search_free(l->of_source);
	free(l->pattern);
	free(l);
}

/* --- rows and lines ---------------------------------------------------------------------------------- */

/* What gives the rows; NULL: the log itself. */
static struct log_search *row_set(const struct view_log *l)
{
	return l->hits && !l->context ? l->hits : l->of_source;
}

size_t log_view_line(const struct view_log *l, size_t i)
{
	const struct log_search *set = row_set(l);

	return set ? log_search_line(set, i) : i;
}

char *log_view_text(const struct view_log *l, size_t i, struct log_line *line)
{
	log_get(l->log, log_view_line(l, i), line);
	return xstrndup(line->text, line->len);
}

const char *log_view_source(const struct view_log *l, int source)
{
	const char *name = log_source_name(l->log, source), *dot = strchr(name, '.');

	return dot ? dot + 1 : name;
}

/* Number of the first line of a set that is not before `line`. */
static size_t lower_bound(const struct log_search *set, size_t line)
{
	size_t low = 0, high = log_search_count(set);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (log_search_line(set, mid) < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The row that shows a line, or the next one that is shown. */
static size_t row_of(const struct view_log *l, size_t line)
{
	const struct log_search *set = row_set(l);

	return set ? lower_bound(set, line) : line;
}

static int body_height(const struct view_log *l)
{
	return l->view.rect.h > 1 ? l->view.rect.h - 1 : 1;
}

/* Keeps the cursor among what is seen. */
static void scroll(struct view_log *l)
{
	int height = body_height(l), used;
	size_t first;

	if (l->cursor >= l->rows)
		l->cursor = l->rows ? l->rows - 1 : 0;
	if (l->cursor < l->top)
		l->top = l->cursor;
	if (l->rows == 0) {
		l->top = 0;
		return;
	}
	if (!l->wrap) {
		first = l->cursor + 1 > (size_t)height ? l->cursor + 1 - (size_t)height : 0;
		l->top = l->top < first ? first : l->top;
		if (l->top + (size_t)height > l->rows)
			l->top = l->rows > (size_t)height ? l->rows - (size_t)height : 0;
		return;
	}
	first = l->cursor;
	used = log_view_height(l, first);
	while (first > 0 && used < height) {
		used += log_view_height(l, first - 1);
		if (used <= height)
			first--;
	}
	if (l->top < first)
		l->top = first;
}

/* Puts the cursor on the row of a line, which a search may have to find first. */
static void seek(struct view_log *l)
{
	int half = body_height(l) / 2;

	l->cursor = row_of(l, l->seek);
	l->top = l->cursor > (size_t)half ? l->cursor - (size_t)half : 0;
	l->seeking = row_set(l) && l->cursor >= log_search_count(row_set(l)) &&
		     !log_search_done(row_set(l), NULL);
}

/* Takes in what was found and added. True: something is to be painted. */
static bool update(struct view_log *l)
{
	size_t rows;
	uint64_t version;

	if (!l->log)
		return false;
	version = log_version(l->log);
	if (l->hits)
		log_search_collect(l->hits);
	if (l->of_source)
		log_search_collect(l->of_source);
	rows = row_set(l) ? log_search_count(row_set(l)) : log_count(l->log);
	if (rows == l->rows && version == l->version)
		return false;
	l->rows = rows;
	l->version = version;
	if (l->follow)
		l->cursor = rows ? rows - 1 : 0;
	else if (l->seeking)
		seek(l);
	scroll(l);
	return true;
}

static void move_to(struct view_log *l, size_t row)
{
	l->seeking = false;
	l->cursor = l->rows && row >= l->rows ? l->rows - 1 : row;
	l->follow = l->rows == 0 || l->cursor + 1 == l->rows;
	scroll(l);
}

static void move_by(struct view_log *l, long delta)
{
	if (delta < 0 && l->cursor < (size_t)-delta)
		move_to(l, 0);
	else
		move_to(l, (size_t)((long)l->cursor + delta));
}

/* Counts the rows anew, with the cursor on a line. */
static void show_line(struct view_log *l, size_t line)
{
	l->version = 0;
	l->rows = SIZE_MAX; /* so that update() looks */
	l->seeking = true;
	l->seek = line;
	update(l);
}

static size_t present_line(const struct view_log *l)
{
	return l->rows ? log_view_line(l, l->cursor) : 0;
}

/* --- what is shown ------------------------------------------------------------------------------------ */

static int search_again(
	struct view_log *l, const char *pattern, bool invert, int source, struct err *e)
{
	struct log_search *hits = NULL, *of_source = NULL;
	size_t line = present_line(l);
	char *copy = pattern ? xstrdup(pattern) : NULL;

	if (pattern) {
		hits = log_search_new(l->log, pattern, source, invert, e);
		if (!hits) {
			free(copy);
			return ERR_USAGE;
		}
	}
	if (source >= 0)
		of_source = log_search_new(l->log, NULL, source, false, e);
	log_search_free(l->hits);
	log_search_free(l->of_source);
	free(l->pattern);
	l->hits = hits;
	l->of_source = of_source;
	l->pattern = copy;
	l->invert = invert;
	l->source = of_source ? source : -1;
	l->context = false;
	show_line(l, line);
	return 0;
}

static int log_view_filter(struct view *v, const char *pattern, bool invert, struct err *e)
{
	struct view_log *l = self(v);

	if (!l->log)
		return 0;
	return search_again(l, *pattern ? pattern : NULL, invert, l->source, e);
}

static void set_source(struct view_log *l, int source)
{
	struct err e;

	if (search_again(l, l->pattern, l->invert, source, &e) != 0)
		app_say(l->view.app, LEVEL_BAD, "%s", e.text);
	app_dirty(l->view.app);
}

static void source_chosen(struct app *app, void *ctx, const struct dialog_answer *answer)
{
	(void)app;
	if (answer->ok && answer->choice >= 0)
		set_source(ctx, answer->choice - 1);
}

static void ask_source(struct view_log *l)
{
	int n = log_nsources(l->log);
	const char **items = xcalloc((size_t)n + 1, sizeof *items);
	struct dialog_list list = {.title = _("Lines of which step?"), .text = "", .items = items};

	items[0] = _("all");
	for (int i = 0; i < n; i++)
		items[i + 1] = log_view_source(l, i);
	list.n = (size_t)n + 1;
	list.first = (size_t)(l->source + 1);
	dialog_choice(l->view.app, &list, source_chosen, l);
	free(items);
}

/* "all", a source's name or a part of it; the newest that fits. */
static void source_named(struct view_log *l, const char *name)
{
	if (strcmp(name, "all") == 0) {
		set_source(l, -1);
		return;
	}
	for (int i = log_nsources(l->log) - 1; i >= 0; i--)
		if (strstr(log_source_name(l->log, i), name)) {
			set_source(l, i);
			return;
		}
	app_say(l->view.app, LEVEL_WARN, _("nothing in the log is called \"%s\""), name);
}

static void jump(struct view_log *l, int direction)
{
	size_t line = present_line(l), k, n;

	if (!l->hits) {
		app_say(l->view.app, LEVEL_WARN, _("nothing is searched for yet: / asks"));
		return;
	}
	n = log_search_count(l->hits);
	if (n == 0)
		return;
	k = lower_bound(l->hits, direction > 0 ? line + 1 : line);
	if (direction > 0)
		k = k == n ? 0 : k; /* from the last one on to the first */
	else
		k = k == 0 ? n - 1 : k - 1;
	line = log_search_line(l->hits, k);
	move_to(l, row_of(l, line));
	l->follow = false;
}

/* Enter: the line in its surroundings, and back; without a search the whole line. */
static void open_line(struct view_log *l)
{
	struct log_line line;
	size_t at = present_line(l);

	if (l->rows == 0)
		return;
	if (l->hits) {
		l->context = !l->context;
		l->follow = false;
		show_line(l, at);
		return;
	}
	char *text = log_view_text(l, l->cursor, &line);
	dialog_text(l->view.app, log_view_source(l, line.source), text, false);
	free(text);
}

static bool back(struct view_log *l)
{
	struct err e;

	if (l->hits)
		return search_again(l, NULL, false, l->source, &e) == 0;
	if (l->source < 0)
		return false;
	set_source(l, -1);
	return true;
}

static bool move(struct view_log *l, enum command_id id)
{
	int page = body_height(l) > 2 ? body_height(l) - 1 : 1;

	switch (id) {
	case CMD_UP:
		move_by(l, -1);
		return true;
	case CMD_DOWN:
		move_by(l, 1);
		return true;
	case CMD_PAGE_UP:
		move_by(l, -page);
		return true;
	case CMD_PAGE_DOWN:
		move_by(l, page);
		return true;
	case CMD_TOP:
		move_to(l, 0);
		return true;
	case CMD_BOTTOM:
		move_to(l, l->rows ? l->rows - 1 : 0);
		return true;
	case CMD_LEFT:
		l->left = l->left > 8 ? l->left - 8 : 0;
		return true;
	case CMD_RIGHT:
		l->left += l->wrap ? 0 : 8;
		return true;
	default:
		return false;
	}
}

static bool log_view_command(struct view *v, const struct command *c, const char *arg)
{
	struct view_log *l = self(v);

	if (!l->log || c->id == CMD_INTERRUPT)
		return false;
	update(l);
	if (move(l, c->id))
		return true;
	switch (c->id) {
	case CMD_FOLLOW:
		l->follow = !l->follow;
		if (l->follow)
			move_to(l, l->rows ? l->rows - 1 : 0);
		return true;
	case CMD_WRAP:
		l->wrap = !l->wrap;
		l->left = 0;
		scroll(l);
		return true;
	case CMD_TIMES:
		l->times = (enum log_times)((l->times + 1) % TIMES_COUNT);
		scroll(l);
		return true;
	case CMD_SOURCE:
		if (*arg)
			source_named(l, arg);
		else
			ask_source(l);
		return true;
	case CMD_NEXT_MATCH:
	case CMD_PREVIOUS_MATCH:
		jump(l, c->id == CMD_NEXT_MATCH ? 1 : -1);
		return true;
	case CMD_OPEN:
		open_line(l);
		return true;
	case CMD_BACK:
		return back(l);
	default:
		return false;
	}
}

/* --- the rest of the contract ---------------------------------------------------------------------------- */

static void log_view_layout(struct view *v, struct rect r)
{
	(void)r;
	self(v)->version = 0;
	update(self(v));
	if (self(v)->log)
		scroll(self(v));
}

static void log_view_activate(struct view *v, bool shown)
{
	self(v)->shown = shown;
	if (shown)
		update(self(v));
}

static bool log_view_event(struct view *v, const struct server_event *ev)
{
	(void)ev;
	return self(v)->shown && update(self(v));
}

static bool log_view_tick(struct view *v, int64_t now_ms)
{
	(void)now_ms;
	return self(v)->shown && update(self(v));
}

static int log_view_fds(const struct view *v, struct pollfd *fds)
{
	const struct view_log *l = const_self(v);
	int n = 0;

	if (l->hits)
		fds[n++] = (struct pollfd){.fd = log_search_fd(l->hits), .events = POLLIN};
	if (l->of_source)
		fds[n++] = (struct pollfd){.fd = log_search_fd(l->of_source), .events = POLLIN};
	return n;
}

static bool log_view_ready(struct view *v)
{
	struct view_log *l = self(v);

	l->version = 0; /* progress is shown, too */
	update(l);
	return l->shown;
}

static bool log_view_mouse(struct view *v, int y, int x, int delta)
{
	struct view_log *l = self(v);
	int at = v->rect.y + 1;

	(void)x;
	if (!l->log)
		return false;
	if (delta) {
		move_by(l, delta);
		return true;
	}
	for (size_t i = l->top; i < l->rows && at <= y; i++) {
		at += log_view_height(l, i);
		if (y >= v->rect.y + 1 && y < at) {
			if (i == l->cursor)
				open_line(l);
			else
				move_to(l, i);
			return true;
		}
	}
	return false;
}

static char *log_view_copy(const struct view *v)
{
	const struct view_log *l = const_self(v);
	struct log_line line;

	return l->log && l->rows ? log_view_text(l, l->cursor, &line) : NULL;
}

static char *log_view_complete(const struct view *v, enum command_id id, size_t i)
{
	const struct view_log *l = const_self(v);

	if (id != CMD_SOURCE || !l->log)
		return NULL;
	if (i == 0)
		return xstrdup("all");
	return i <= (size_t)log_nsources(l->log) ? xstrdup(log_source_name(l->log, (int)i - 1))
						 : NULL;
}

static char *log_view_status(const struct view *v)
{
	const struct view_log *l = const_self(v);

	if (!l->log || l->rows == 0)
		return NULL;
	return xasprintf(_("%zu of %zu"), l->cursor + 1, l->rows);
}

struct view *view_log_new(struct app *app)
{
	static const struct view_ops ops = {
		.free = log_view_free,
		.draw = log_view_draw,
		.layout = log_view_layout,
		.activate = log_view_activate,
		.command = log_view_command,
		.filter = log_view_filter,
		.mouse = log_view_mouse,
		.copy = log_view_copy,
		.complete = log_view_complete,
		.server_event = log_view_event,
		.tick = log_view_tick,
		.fds = log_view_fds,
		.ready = log_view_ready,
		.status = log_view_status,
	};
	struct view_log *l = xcalloc(1, sizeof *l);

	l->view.ops = &ops;
	l->view.app = app;
	l->log = app->log;
	l->source = -1;
	l->follow = true;
	if (app->log && app->mask)
		log_mask(app->log, app->mask);
	return &l->view;
}
