/* checklist_note: what the operator writes down beside a step. A note changes nothing on the
 * server, so it is taken at any moment: while the step runs, after the run has ended, and from a
 * console that only watches. */
#include "runbook/checklist_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

#define NOTES_MAX 1000 /* on one card; the journal has them all */

void entry_note(struct entry *e, int64_t wall_ms, const char *text)
{
	if (e->nnotes >= NOTES_MAX)
		return;
	e->notes = xrealloc(e->notes, e->nnotes + 1, sizeof(*e->notes));
	e->notes[e->nnotes++] = (struct step_note){.wall_ms = wall_ms, .text = text_dup(text)};
}

void entry_clear_notes(struct entry *e)
{
	for (size_t k = 0; k < e->nnotes; k++)
		free(e->notes[k].text);
	FREE(e->notes);
	e->nnotes = 0;
}

int checklist_note(struct checklist *c, int i, const char *text, struct err *err)
{
	struct entry *e = i >= 0 && (size_t)i < c->count ? &c->entries[i] : NULL;
	cJSON *fields;

	text += strspn(text, " ");
	if (!*text)
		return err_set(err, ERR_USAGE, "%s", _("an empty note says nothing"));
	if (store_failed(c->o.store))
		return err_set(err, ERR_IO, "%s", _("the journal cannot be written"));
	fields = record_new(c, e);
	if (!c->run && c->closed_run)
		cJSON_AddStringToObject(fields, "run", c->closed_run);
	cJSON_AddStringToObject(fields, "text", text);
	store_record(c->o.store, "note", fields);
	if (e)
		entry_note(e, clock_wall_ms(), text);
	return 0;
}
