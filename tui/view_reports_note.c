/* view_reports_note: a note on a run that may have ended long ago. */
#include "tui/view_reports.h"

#include <stdlib.h>
#include <string.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "runbook/store.h"
#include "tui/app.h"
#include "tui/dialog.h"

/* The run that a note from here is on, owned; NULL, having said why there is none. */
static char *run_for_note(struct view_reports *p)
{
	struct app *a = p->view.app;
	const struct record_row *row = reports_row(p);
	const char *name = !row ? "" : row->is_run ? row->name : row->runs;

	if (!row || !*name || strchr(name, ','))
		app_say(a, LEVEL_WARN, "%s", _("a note is on a run: choose its row"));
	else if (!a->store || !a->host || strcmp(a->host->name, row->host) != 0)
		app_say(a, LEVEL_WARN, _("a note on a run of %s is written in a console on %s"),
			row->host, row->host);
	else
		return xstrdup(name);
	return NULL;
}

/* It stands in the present session's journal: no earlier one is ever changed. */
static void note(struct app *a, const char *run, const char *text)
{
	cJSON *fields;

	text += strspn(text, " ");
	if (!*text || !a->store || store_failed(a->store)) {
		app_say(a, LEVEL_WARN, "%s",
			*text ? _("the journal cannot be written")
			      : _("an empty note says nothing"));
		return;
	}
	fields = cJSON_CreateObject();
	cJSON_AddStringToObject(fields, "run", run);
	cJSON_AddStringToObject(fields, "text", text);
	store_record(a->store, "note", fields);
	app_say(a, LEVEL_OK, "%s", _("noted"));
}

static void note_given(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	char *run = ctx;

	if (answer->ok)
		note(a, run, answer->text);
	free(run);
}

void reports_note(struct view_reports *p, const char *text)
{
	char *run = run_for_note(p), *title;
	struct dialog_input in = {
		.text = _("The journal and the report will have it, with the time.\n")};

	if (!run)
		return;
	if (*text) {
		note(p->view.app, run, text);
		free(run);
		return;
	}
	title = xasprintf(_("A note on the run %s"), run);
	in.title = title;
	dialog_entry(p->view.app, &in, note_given, run);
	free(title);
}
