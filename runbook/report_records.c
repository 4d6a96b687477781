/* report_records: what was put off, what went wrong, notes, and the records that all this stands on. */
#include "runbook/report_private.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "runbook/markdown.h"

static void add_put_off(const struct rep *r, struct buf *out)
{
	bool head = false;
	for (size_t i = 0; i < r->nactions; i++) {
		const struct rep_action *a = &r->actions[i];
		const char *until = json_str(a->last, "until");
		if (a->state != STEP_SKIPPED && a->state != STEP_DEFERRED)
			continue;
		if (!head)
			buf_addf(out, "## %s\n\n", _("Skipped and deferred"));
		head = true;
		buf_addf(out, _("- **%s**: "), step_state_word(a->state, FAILURE_NONE));
		md_text(out, a->title);
		buf_adds(out, " – ");
		md_text(out, json_str(a->last, "reason"));
		if (until && *until) {
			buf_addf(out, " · %s ", _("until"));
			md_text(out, until);
		}
		buf_adds(out, "\n");
	}
	if (head)
		buf_adds(out, "\n");
}

static void wrong_head(struct buf *out, bool *head)
{
	if (!*head)
		buf_addf(out, "## %s\n\n", _("What went wrong"));
	*head = true;
}

static void add_wrong_attempts(const struct rep_action *a, struct buf *out, bool *head)
{
	for (size_t k = 0; k < a->nattempts; k++) {
		const struct rep_attempt *t = &a->attempts[k];
		const char *result = json_str(t->state, "result"),
			   *why = json_str(t->step, "reason");
		if (result && strcmp(result, "ok") == 0)
			continue;
		wrong_head(out, head);
		buf_adds(out, "- ");
		md_text(out, a->title);
		buf_adds(out, " (");
		md_code(out, t->job);
		buf_addf(out, _("): %s"), rep_job_word(t->state));
		if (why && *why) {
			buf_adds(out, ". ");
			md_text(out, why);
		}
		buf_adds(out, "\n");
	}
	if (a->state == STEP_BLOCKED) {
		wrong_head(out, head);
		buf_adds(out, "- ");
		md_text(out, a->title);
		buf_addf(out, ": %s. ", step_state_word(STEP_BLOCKED, FAILURE_NONE));
		md_text(out, json_str(a->last, "reason"));
		buf_adds(out, "\n");
	}
}

static void add_loss(const struct rep_session *s, struct buf *out)
{
	char *session = report_code(s->j->session), *away = report_duration_text(s->away_ms);
	buf_addf(out,
		P_("- the link was lost %d time in session %s, in all for %s",
			"- the link was lost %d times in session %s, in all for %s", s->losses),
		s->losses, session, away);
	buf_adds(out, s->still_away ? _(", and was not back at its end\n") : "\n");
	free(session);
	free(away);
}

static void add_wrong(const struct rep *r, struct buf *out)
{
	bool head = false;
	for (size_t i = 0; i < r->nactions; i++)
		add_wrong_attempts(&r->actions[i], out, &head);
	for (size_t i = 0; i < r->nsessions; i++) {
		const struct rep_session *s = &r->sessions[i];
		if (s->losses) {
			wrong_head(out, &head);
			add_loss(s, out);
		}
		if (s->late) {
			char *why = report_text(json_str(s->late, "why"));
			wrong_head(out, &head);
			buf_addf(out,
				_("- the journal could not be written for a while: %s; %.0f "
				  "records were "
				  "written late, %.0f lost\n"),
				why, json_num(s->late, "records"), json_num(s->late, "lost"));
			free(why);
		}
	}
	if (!head)
		buf_addf(
			out, "## %s\n\n%s\n", _("What went wrong"), _("Nothing that is recorded."));
	buf_adds(out, "\n");
}

/* ---- notes and records ---- */

static bool several_people(const struct rep *r)
{
	for (size_t i = 1; i < r->nsessions; i++) {
		const char *first = json_str(r->sessions[0].start, "who");
		const char *who = json_str(r->sessions[i].start, "who");
		if (first && who && strcmp(first, who) != 0)
			return true;
	}
	return false;
}

static void add_notes(const struct rep *r, struct buf *out)
{
	if (r->nnotes == 0)
		return;
	buf_addf(out, "## %s\n\n", _("Notes"));
	for (size_t i = 0; i < r->nnotes; i++) {
		const cJSON *note = r->notes[i].record;
		buf_adds(out, "- ");
		report_time(out, rep_time(note));
		if (json_str(note, "title")) {
			buf_adds(out, " · **");
			md_text(out, json_str(note, "title"));
			buf_adds(out, "**");
		}
		if (several_people(r)) {
			buf_adds(out, " · ");
			md_code(out, json_str(r->notes[i].session->start, "who"));
		}
		buf_adds(out, _(": "));
		md_text(out, json_str(note, "text"));
		buf_adds(out, "\n");
	}
	buf_adds(out, "\n");
}

/* What a session ended by, as the console writes it down: "quit", "signal 15". Owned words. */
static char *end_words(const struct rep_session *s)
{
	const char *why = json_str(s->end, "why");
	if (!s->end)
		return xstrdup(_("not ended"));
	if (!why || strncmp(why, "signal ", 7) == 0) {
		long number = why ? strtol(why + 7, NULL, 10) : 0;
		if (number == SIGHUP)
			return xstrdup(_("its terminal was closed"));
		if (number == SIGTERM)
			return xstrdup(_("it was told to end (SIGTERM)"));
		return number > 0 ? xasprintf(_("signal %ld"), number) : xstrdup("?");
	}
	return xstrdup(strcmp(why, "quit") == 0 ? _("the operator") : why);
}

static void add_session(const struct rep_session *s, struct buf *out)
{
	char *state = journal_state_text(s->j), *ended = end_words(s);
	buf_adds(out, "| ");
	md_cell_code(out, s->j->session);
	buf_adds(out, " | ");
	md_cell_code(out, json_str(s->start, "who"));
	buf_adds(out, " | ");
	report_time(out, s->from_ms);
	buf_adds(out, " – ");
	report_time(out, s->to_ms);
	buf_adds(out, " | ");
	md_text(out, ended);
	free(ended);
	buf_adds(out, " | ");
	md_text(out, state);
	buf_adds(out, " | ");
	md_cell_code(out, s->j->head);
	buf_adds(out, " |\n");
	free(state);
}

static void add_outputs(const struct rep *r, struct buf *out)
{
	bool head = false;
	for (size_t i = 0; i < r->nactions; i++)
		for (size_t k = 0; k < r->actions[i].nattempts; k++) {
			const struct rep_attempt *t = &r->actions[i].attempts[k];
			if (!t->output)
				continue;
			if (!head)
				buf_addf(out, "\n| %s | %s | SHA-256 |\n|---|---|---|\n",
					_("Output of"), _("Bytes"));
			head = true;
			buf_adds(out, "| ");
			md_cell_code(out, t->job);
			buf_addf(out, " | %.0f%s | ", json_num(t->output, "size"),
				json_bool(t->output, "complete", false) ? "" : _(" (incomplete)"));
			md_cell_code(out, json_str(t->output, "sha256"));
			buf_adds(out, " |\n");
		}
}

static void add_records(const struct rep *r, struct buf *out)
{
	buf_addf(out, "## %s\n\n", _("Records"));
	buf_adds(out, _("This report was made from these journals alone. Each record carries the "
			"SHA-256 of the "
			"one before; the last is the head.\n\n"));
	buf_addf(out, "| %s | %s | %s | %s | %s | %s |\n|---|---|---|---|---|---|\n", _("Session"),
		_("Who"), _("When"), _("Ended by"), _("Chain"), _("Head"));
	for (size_t i = 0; i < r->nsessions; i++)
		add_session(&r->sessions[i], out);
	add_outputs(r, out);
	for (size_t i = 0; i < r->nsessions; i++) {
		if (isnan(r->sessions[i].offset_ms))
			continue;
		char *session = report_code(r->sessions[i].j->session);
		buf_addf(out,
			_("\nThe server's clock was %+.1f s from the workstation's in session "
			  "%s.\n"),
			r->sessions[i].offset_ms / 1000, session);
		free(session);
	}
}

/* A report of records that do not hold together says so before anything else. */
void report_markdown_warning(const struct rep *r, struct buf *out)
{
	for (size_t i = 0; i < r->nsessions && !r->intact; i++) {
		const struct journal *j = r->sessions[i].j;
		if (j->chain != CHAIN_BROKEN)
			continue;
		buf_addf(out, "> **%s** ", _("The records do not hold together."));
		char *session = report_code(j->session), *state = journal_state_text(j);
		char *words = report_text(state);
		buf_addf(out, _("Session %s: %s. Only its first %zu records are used below.\n\n"),
			session, words, j->nrecords);
		free(session);
		free(state);
		free(words);
	}
}

void report_markdown_rest(const struct rep *r, struct buf *out)
{
	add_put_off(r, out);
	add_wrong(r, out);
	add_notes(r, out);
	add_records(r, out);
}
