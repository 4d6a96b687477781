/* linear_report: the report of what was done, printed or written to a file. */
#include "tui/linear_private.h"

#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "runbook/report.h"
#include "runbook/store.h"

#define WRITE_MS 10000

enum { REPORT_PRINT, REPORT_SAVE, REPORT_BACK };

/* What is on its way to the disk belongs into the report. */
static void wait_written(struct linear *l)
{
	uint64_t ticket = store_record(l->store, "report", NULL);
	int64_t until = linear_patience(WRITE_MS);

	while (ticket && l->written < ticket && !store_failed(l->store) && clock_ms() < until &&
		!linear_over(l))
		linear_turn(l, 0, 50);
}

static int make(struct linear *l, enum report_format format, struct buf *out, struct err *e)
{
	const char *open_run = l->checklist ? checklist_run(l->checklist) : NULL;
	const char *run = open_run ? open_run : l->last_run;
	char *state_dir = data_state_dir();
	char *what = xasprintf("%s/%s", l->host->name, run ? run : store_session(l->store));
	bool intact = true;
	int r;

	wait_written(l);
	r = report_find(state_dir, what, format, out, &intact, e);

	if (r == 0 && !intact)
		linear_say(l, "%s", _("the records do not hold together: the report says where"));
	free(what);
	free(state_dir);
	return r;
}

static void save(struct linear *l)
{
	char *fallback = xasprintf("%s-%s.md", l->host->name, store_session(l->store));
	char *path = linear_ask(l, 0, _("Into which file? .json makes it JSON (default: %s)"), fallback);
	const char *name = path && *path ? path : fallback, *dot = strrchr(name, '.');
	struct buf text;
	struct err e;
	int r = 0;

	buf_init(&text, 0);
	if (path) {
		r = make(l, dot && strcmp(dot, ".json") == 0 ? REPORT_JSON : REPORT_MARKDOWN, &text, &e);
		if (r == 0)
			r = report_save(name, text.data, text.len, &e);
		if (r == 0)
			linear_say(l, _("The report is in %s."), name);
		else
			linear_say(l, "%s", e.text);
	}
	buf_clear(&text);
	free(path);
	free(fallback);
}

static void print(struct linear *l)
{
	struct buf text;
	struct err e;

	buf_init(&text, 0);
	if (make(l, REPORT_MARKDOWN, &text, &e) == 0)
		linear_lines(l, buf_str(&text));
	else
		linear_say(l, "%s", e.text);
	buf_clear(&text);
}

void linear_reports(struct linear *l)
{
	struct menu m = {0};
	int id;

	if (!l->store) {
		linear_say(l, "%s", l->read_only_why);
		return;
	}
	menu_add(&m, REPORT_PRINT, "print", CMD_NONE, "%s", _("Print it here"));
	menu_add(&m, REPORT_SAVE, NULL, CMD_EXPORT, "%s", _("Write it to a file"));
	menu_add(&m, REPORT_BACK, NULL, CMD_BACK, "%s", _("Back"));
	id = menu_choose(l, &m, _("Report"));
	if (id == REPORT_PRINT)
		print(l);
	else if (id == REPORT_SAVE)
		save(l);
}
