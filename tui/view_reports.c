#include "tui/view_reports.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "tui/app.h"
#include "tui/dialog.h"

static struct view_reports *self(struct view *v)
{
	return (struct view_reports *)v;
}

static const struct view_reports *const_self(const struct view *v)
{
	return (const struct view_reports *)v;
}

static void close_page(struct view_reports *p)
{
	page_free(p->page);
	p->page = NULL;
	FREE(p->text);
	FREE(p->what);
	p->page_top = 0;
}

static void reports_view_free(struct view *v)
{
	struct view_reports *p = self(v);

	worker_free(p->worker);
	record_rows_free(p->rows, p->nrows);
	free(p->shown);
	list_clear(&p->list);
	match_free(p->match);
	for (size_t i = 0; i < p->nchecked; i++)
		free(p->checked[i].what);
	free(p->checked);
	close_page(p);
	free(p);
}

/* --- rows ----------------------------------------------------------------------------------------------- */

static const char *row_tag(const void *ctx, size_t i)
{
	const struct view_reports *p = ctx;

	return p->rows[p->shown[i]].what;
}

const struct record_row *reports_row(const struct view_reports *p)
{
	return p->list.count ? &p->rows[p->shown[p->list.cursor]] : NULL;
}

const struct checked *reports_checked(const struct view_reports *p, const char *what)
{
	for (size_t i = 0; i < p->nchecked; i++)
		if (strcmp(p->checked[i].what, what) == 0)
			return &p->checked[i];
	return NULL;
}

static void set_checked(struct view_reports *p, const char *what, bool intact)
{
	for (size_t i = 0; i < p->nchecked; i++)
		if (strcmp(p->checked[i].what, what) == 0) {
			p->checked[i].intact = intact;
			return;
		}
	p->checked = xrealloc(p->checked, p->nchecked + 1, sizeof *p->checked);
	p->checked[p->nchecked++] = (struct checked){xstrdup(what), intact};
}

static void filter_rows(struct view_reports *p)
{
	size_t n = 0;

	p->shown = xrealloc(p->shown, p->nrows + 1, sizeof *p->shown);
	for (size_t i = 0; i < p->nrows; i++) {
		const char *runs = p->rows[i].runs ? p->rows[i].runs : "";
		char *words = xasprintf("%s %s", p->rows[i].what, runs);
		int found =
			p->match ? match_find(p->match, words, strlen(words), 0, NULL, NULL) : 1;

		if (!p->match || (found == 1) != p->invert)
			p->shown[n++] = i;
		free(words);
	}
	list_update(&p->list, n, row_tag, p);
}

/* --- asking the worker, and its answers -------------------------------------------------------------------- */

static bool ask(struct view_reports *p, enum work_kind kind, const char *what, const char *path)
{
	if (worker_start(p->worker, kind, what, p->format, path))
		return true;
	app_say(p->view.app, LEVEL_WARN, _("journals are still being read: a moment"));
	return false;
}

static void take_list(struct view_reports *p, struct work *w)
{
	record_rows_free(p->rows, p->nrows);
	p->rows = w->rows;
	p->nrows = w->nrows;
	w->rows = NULL;
	w->nrows = 0;
	p->listed = true;
	filter_rows(p);
}

static void take_report(struct view_reports *p, struct work *w)
{
	close_page(p);
	p->text = w->text;
	p->what = xstrdup(w->what);
	w->text = NULL;
	p->page_width = p->view.rect.w;
	p->page = page_new(p->text, w->format == REPORT_MARKDOWN, p->view.rect.w - 3);
	set_checked(p, w->what, w->intact);
}

static void take_answer(struct view_reports *p, struct work *w)
{
	struct app *a = p->view.app;

	if (w->error) {
		app_say(a, LEVEL_BAD, "%s", w->error);
		return;
	}
	switch (w->kind) {
	case WORK_LIST:
		take_list(p, w);
		break;
	case WORK_REPORT:
		take_report(p, w);
		break;
	case WORK_SAVE:
		set_checked(p, w->what, w->intact);
		app_say(a, w->intact ? LEVEL_OK : LEVEL_WARN,
			w->intact ? _("the report is in %s")
				  : _("the report is in %s; its records do not hold together"),
			w->path);
		break;
	case WORK_VERIFY:
		set_checked(p, w->what, w->intact);
		dialog_message(a,
			w->intact ? _("The records hold together")
				  : _("The records do not hold together"),
			w->text, NULL, NULL);
		break;
	}
}

static bool reports_view_ready(struct view *v)
{
	struct work *w = worker_take(self(v)->worker);

	if (!w)
		return false;
	take_answer(self(v), w);
	work_free(w);
	return true;
}

/* --- what is asked for -------------------------------------------------------------------------------------- */

static const char *present(const struct view_reports *p)
{
	const struct record_row *row = reports_row(p);

	return p->page ? p->what : row ? row->what : NULL;
}

static void save(struct view_reports *p, const char *path)
{
	char *home = getenv("HOME") && strncmp(path, "~/", 2) == 0
			     ? xasprintf("%s%s", getenv("HOME"), path + 1)
			     : xstrdup(path);
	char *here = home[0] == '/' ? NULL : getcwd(NULL, 0);
	char *full = here ? xasprintf("%s/%s", here, home) : xstrdup(home);

	if (present(p))
		ask(p, WORK_SAVE, present(p), full);
	free(full);
	free(here);
	free(home);
}

static void path_given(struct app *app, void *ctx, const struct dialog_answer *answer)
{
	(void)app;
	if (answer->ok && *answer->text)
		save(ctx, answer->text);
}

static void ask_path(struct view_reports *p)
{
	const char *what = present(p);
	char *name;
	struct dialog_input in = {.title = _("Write the report to a file"), .text = ""};

	if (!what)
		return;
	name = xasprintf("report-%s.%s", what, p->format == REPORT_JSON ? "json" : "md");
	for (char *c = name; *c; c++)
		if (*c == '/' || *c == ' ')
			*c = '-';
	in.initial = name;
	dialog_entry(p->view.app, &in, path_given, p);
	free(name);
}

static void set_format(struct view_reports *p, const char *name)
{
	struct err e;

	if (!*name)
		p->format = p->format == REPORT_JSON ? REPORT_MARKDOWN : REPORT_JSON;
	else if (report_format_parse(name, &p->format, &e) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", e.text);
	if (p->page)
		ask(p, WORK_REPORT, p->what, NULL);
}

static bool move_page(struct view_reports *p, enum command_id id)
{
	size_t height = p->view.rect.h > 1 ? (size_t)p->view.rect.h - 1 : 1;
	size_t last = p->page->n > height ? p->page->n - height : 0,
	       page = height > 2 ? height - 1 : 1;

	switch (id) {
	case CMD_UP:
		p->page_top -= p->page_top > 0;
		break;
	case CMD_DOWN:
		p->page_top++;
		break;
	case CMD_PAGE_UP:
		p->page_top -= p->page_top > page ? page : p->page_top;
		break;
	case CMD_PAGE_DOWN:
		p->page_top += page;
		break;
	case CMD_TOP:
		p->page_top = 0;
		break;
	case CMD_BOTTOM:
		p->page_top = last;
		break;
	default:
		return false;
	}
	p->page_top = p->page_top > last ? last : p->page_top;
	return true;
}

static bool go_back(struct view_reports *p)
{
	if (p->page) {
		close_page(p);
		return true;
	}
	if (!p->match)
		return false;
	match_free(p->match);
	p->match = NULL;
	filter_rows(p);
	return true;
}

static bool reports_view_command(struct view *v, const struct command *c, const char *arg)
{
	struct view_reports *p = self(v);

	if (c->id == CMD_INTERRUPT)
		return false;
	if (p->page ? move_page(p, c->id) : list_command(&p->list, c->id, row_tag, p))
		return true;
	switch (c->id) {
	case CMD_OPEN:
		if (!p->page && reports_row(p))
			ask(p, WORK_REPORT, reports_row(p)->what, NULL);
		return true;
	case CMD_EXPORT:
		if (*arg)
			save(p, arg);
		else
			ask_path(p);
		return true;
	case CMD_FORMAT:
		set_format(p, arg);
		return true;
	case CMD_VERIFY:
		if (present(p))
			ask(p, WORK_VERIFY, present(p), NULL);
		return true;
	case CMD_NOTE:
		reports_note(p, arg);
		return true;
	case CMD_REFRESH:
		ask(p, WORK_LIST, NULL, NULL);
		return true;
	case CMD_BACK:
		return go_back(p);
	default:
		return false;
	}
}

static int reports_view_filter(struct view *v, const char *pattern, bool invert, struct err *e)
{
	struct view_reports *p = self(v);

	if (match_filter(&p->match, pattern, e) != 0)
		return ERR_USAGE;
	p->invert = invert;
	close_page(p);
	filter_rows(p);
	return 0;
}

/* --- the rest of the contract --------------------------------------------------------------------------------- */

static void reports_view_layout(struct view *v, struct rect r)
{
	struct view_reports *p = self(v);

	list_resize(&p->list, r.h > 2 ? r.h - 2 : 1);
	if (p->page && p->page_width != r.w) {
		page_free(p->page);
		p->page = page_new(p->text, p->text[0] == '#', r.w - 3);
		p->page_width = r.w;
	}
	if (p->page)
		move_page(p, CMD_NONE);
	if (p->page && p->page_top >= p->page->n)
		p->page_top = 0;
}

static void reports_view_activate(struct view *v, bool shown)
{
	if (shown && !worker_busy(self(v)->worker))
		worker_start(self(v)->worker, WORK_LIST, NULL, REPORT_MARKDOWN, NULL);
}

static bool reports_view_mouse(struct view *v, int y, int x, int delta)
{
	struct view_reports *p = self(v);
	(void)x;
	if (p->page) {
		while (delta > 0 && delta--)
			move_page(p, CMD_DOWN);
		while (delta < 0 && delta++)
			move_page(p, CMD_UP);
		return true;
	}
	if (delta)
		list_move(&p->list, delta, row_tag, p);
	else if (list_click(&p->list, y - v->rect.y - 2, row_tag, p))
		ask(p, WORK_REPORT, reports_row(p)->what, NULL);
	return true;
}

static char *reports_view_copy(const struct view *v)
{
	const struct view_reports *p = const_self(v);

	if (p->page)
		return xstrdup(p->text);
	return present(p) ? xstrdup(present(p)) : NULL;
}

static char *reports_view_complete(const struct view *v, enum command_id id, size_t i)
{
	static const char *const formats[] = {"markdown", "json"};

	(void)v;
	return id == CMD_FORMAT && i < 2 ? xstrdup(formats[i]) : NULL;
}

static int reports_view_fds(const struct view *v, struct pollfd *fds)
{
	fds[0] = (struct pollfd){.fd = worker_fd(const_self(v)->worker), .events = POLLIN};
	return 1;
}

static char *reports_view_status(const struct view *v)
{
	const struct view_reports *p = const_self(v);

	if (p->page)
		return xasprintf(_("line %zu of %zu"), p->page_top + 1, p->page->n);
	return p->list.count ? xasprintf(_("%zu of %zu"), p->list.cursor + 1, p->list.count) : NULL;
}

struct view *view_reports_new(struct app *app)
{
	static const struct view_ops ops = {
		.free = reports_view_free,
		.draw = reports_view_draw,
		.layout = reports_view_layout,
		.activate = reports_view_activate,
		.command = reports_view_command,
		.filter = reports_view_filter,
		.mouse = reports_view_mouse,
		.copy = reports_view_copy,
		.complete = reports_view_complete,
		.fds = reports_view_fds,
		.ready = reports_view_ready,
		.status = reports_view_status,
	};
	struct view_reports *p = xcalloc(1, sizeof *p);

	p->view.ops = &ops;
	p->view.app = app;
	p->worker = worker_new();
	return &p->view;
}
