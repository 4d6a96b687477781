/* report_json: the report for programs. Names are the journal's own and never translated. */
#include "runbook/report_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

static void add_time(cJSON *o, const char *name, int64_t wall_ms)
{
	char when[CLOCK_RFC3339_SIZE];
	if (wall_ms >= 0)
		cJSON_AddStringToObject(o, name, clock_rfc3339(wall_ms, when));
	else
		cJSON_AddNullToObject(o, name);
}

static void add_string(cJSON *o, const char *name, const char *s)
{
	if (s)
		cJSON_AddStringToObject(o, name, s);
	else
		cJSON_AddNullToObject(o, name);
}

/* A member of a record as it stands there, if it does. */
static void add_copy(cJSON *o, const char *name, const cJSON *record, const char *member)
{
	const cJSON *found = json_get(record, member);
	if (found)
		cJSON_AddItemToObject(o, name, cJSON_Duplicate(found, true));
}

static void add_number(cJSON *o, const char *name, double value)
{
	if (isfinite(value))
		cJSON_AddNumberToObject(o, name, value);
	else
		cJSON_AddNullToObject(o, name);
}

static cJSON *session(const struct rep_session *s)
{
	static const char *const chains[] = {"consistent", "open", "broken", "empty"};
	cJSON *o = cJSON_CreateObject(), *link;
	cJSON_AddStringToObject(o, "host", s->j->host);
	cJSON_AddStringToObject(o, "session", s->j->session);
	add_string(o, "who", json_str(s->start, "who"));
	add_copy(o, "version", s->start, "version");
	add_copy(o, "peer", s->console, "peer");
	add_copy(o, "read_only", s->console, "read_only");
	add_time(o, "from", s->from_ms);
	add_time(o, "to", s->to_ms);
	add_copy(o, "ended_by", s->end, "why");
	add_number(o, "clock_offset_ms", s->offset_ms);
	link = cJSON_AddObjectToObject(o, "link");
	cJSON_AddNumberToObject(link, "lost", s->losses);
	cJSON_AddNumberToObject(link, "away_ms", (double)s->away_ms);
	cJSON_AddNumberToObject(link, "longest_ms", (double)s->longest_ms);
	cJSON_AddStringToObject(o, "chain", chains[s->j->chain]);
	cJSON_AddNumberToObject(o, "records", (double)s->j->nrecords);
	cJSON_AddStringToObject(o, "head", s->j->head);
	if (s->j->chain == CHAIN_BROKEN) {
		cJSON_AddNumberToObject(o, "broken_at", (double)s->j->broken_at);
		cJSON_AddStringToObject(o, "why", s->j->why);
	}
	return o;
}

static cJSON *attempt(const struct rep_attempt *t)
{
	cJSON *o = cJSON_CreateObject(), *shown;
	cJSON_AddStringToObject(o, "job", t->job);
	cJSON_AddStringToObject(o, "session", t->session->j->session);
	cJSON_AddBoolToObject(o, "undo", t->undo);
	add_copy(o, "command", t->start, "command");
	add_copy(o, "script_digest", t->start, "script_digest");
	add_copy(o, "params", t->start, "params");
	if (t->plan) {
		shown = cJSON_AddObjectToObject(o, "shown");
		add_copy(shown, "plan", t->plan, "output");
		add_copy(shown, "digest", t->plan, "digest");
	}
	if (t->answered) {
		add_time(o, "confirmed", rep_time(t->answered));
		add_copy(o, "how", t->answered, "how");
	}
	add_copy(o, "cancelled", t->cancel, "time");
	add_copy(o, "state", t->state, "state");
	add_copy(o, "result", t->state, "result");
	add_copy(o, "parts", t->state, "parts");
	add_copy(o, "says", t->state, "says");
	add_copy(o, "reason", t->step, "reason");
	add_number(o, "took_ms", rep_took(t) >= 0 ? (double)rep_took(t) : NAN);
	add_copy(o, "started", t->state, "started");
	add_copy(o, "ended", t->state, "ended");
	add_copy(o, "before", t->before, "facts");
	add_copy(o, "after", t->after, "facts");
	if (t->output) {
		shown = cJSON_AddObjectToObject(o, "output");
		add_copy(shown, "file", t->output, "file");
		add_copy(shown, "size", t->output, "size");
		add_copy(shown, "sha256", t->output, "sha256");
		add_copy(shown, "complete", t->output, "complete");
	}
	return o;
}

static cJSON *action(const struct rep_action *a)
{
	static const char *const states[] = {"todo", "blocked", "satisfied", "running", "done",
		"failed", "interrupted", "skipped", "deferred"};
	static const char *const failures[] = {"none", "unchanged", "undone", "half"};
	cJSON *o = cJSON_CreateObject(), *attempts;
	add_string(o, "run", a->run);
	add_string(o, "phase", a->phase);
	cJSON_AddStringToObject(o, "step", a->step);
	cJSON_AddStringToObject(o, "title", a->title);
	cJSON_AddStringToObject(o, "state", states[a->state]);
	cJSON_AddStringToObject(o, "failure", failures[a->failure]);
	add_copy(o, "reason", a->last, "reason");
	add_copy(o, "until", a->last, "until");
	attempts = cJSON_AddArrayToObject(o, "attempts");
	for (size_t k = 0; k < a->nattempts; k++)
		cJSON_AddItemToArray(attempts, attempt(&a->attempts[k]));
	return o;
}

static cJSON *figure(const struct rep_figure *f)
{
	static const char *const judged[] = {"worse", "none", "better"};
	cJSON *o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, "name", f->name);
	add_copy(o, "unit", f->last, "unit");
	add_number(o, "before", rep_value(f->first));
	add_time(o, "before_time", f->first_ms);
	add_number(o, "after", rep_value(f->last));
	add_time(o, "after_time", f->last_ms);
	add_number(o, "difference", rep_value(f->last) - rep_value(f->first));
	add_copy(o, "before_text", f->first, "text");
	add_copy(o, "after_text", f->last, "text");
	cJSON_AddStringToObject(o, "change", judged[rep_judge(f) + 1]);
	return o;
}

static void add_criteria(cJSON *o, const struct rep *r)
{
	static const char *const members[] = {
		"run", "id", "title", "test", "why", "reason", "until"};
	cJSON *list = cJSON_AddArrayToObject(o, "criteria");
	int met = 0, attested = 0;
	for (size_t i = 0; i < r->ncriteria; i++) {
		cJSON *c = cJSON_CreateObject();
		const char *verdict = rep_verdict(r->criteria[i]);
		for (size_t k = 0; k < sizeof(members) / sizeof(*members); k++)
			add_copy(c, members[k], r->criteria[i], members[k]);
		cJSON_AddStringToObject(c, "verdict", verdict);
		cJSON_AddItemToArray(list, c);
		met += strcmp(verdict, "met") == 0;
		attested += strcmp(verdict, "attested") == 0;
	}
	cJSON_AddNumberToObject(o, "criteria_measured", met);
	cJSON_AddNumberToObject(o, "criteria_attested", attested);
	cJSON_AddNumberToObject(o, "criteria_total", (double)r->ncriteria);
}

static void add_capacity(cJSON *o, const struct rep *r)
{
	const struct rep_figure *size = rep_find_figure(r, "disk.root.size");
	const struct rep_figure *used = rep_find_figure(r, "disk.root.used");
	double room;
	if (!size || !used)
		return;
	room = 0.75 * rep_value(size->last) - rep_value(used->last);
	cJSON *c = cJSON_AddObjectToObject(o, "capacity");
	cJSON_AddNumberToObject(c, "limit", 0.75);
	add_number(c, "size", rep_value(size->last));
	add_number(c, "used", rep_value(used->last));
	add_number(c, "room", room);
}

void report_json(const struct rep *r, const char *run, struct buf *out)
{
	cJSON *o = cJSON_CreateObject(), *list;
	cJSON_AddNumberToObject(o, "format", 1);
	add_string(o, "run", run);
	cJSON_AddBoolToObject(o, "intact", r->intact);
	list = cJSON_AddArrayToObject(o, "sessions");
	for (size_t i = 0; i < r->nsessions; i++)
		cJSON_AddItemToArray(list, session(&r->sessions[i]));
	list = cJSON_AddArrayToObject(o, "runs");
	for (size_t i = 0; i < r->nruns; i++) {
		const struct rep_run *one = &r->runs[i];
		cJSON *item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "run", one->id);
		add_string(item, "phase", one->phase);
		add_string(item, "title", one->title);
		add_copy(item, "phase_digest", one->open, "phase_digest");
		add_time(item, "from", one->from_ms);
		add_time(item, "to", one->to_ms);
		add_string(item, "state", one->close ? json_str(one->close, "state") : "open");
		add_copy(item, "reason", one->close, "reason");
		cJSON_AddItemToArray(list, item);
	}
	list = cJSON_AddArrayToObject(o, "actions");
	for (size_t i = 0; i < r->nactions; i++)
		cJSON_AddItemToArray(list, action(&r->actions[i]));
	list = cJSON_AddArrayToObject(o, "figures");
	for (size_t i = 0; i < r->nfigures; i++)
		cJSON_AddItemToArray(list, figure(&r->figures[i]));
	add_capacity(o, r);
	add_criteria(o, r);
	list = cJSON_AddArrayToObject(o, "notes");
	for (size_t i = 0; i < r->nnotes; i++) {
		cJSON *note = cJSON_CreateObject();
		add_copy(note, "time", r->notes[i].record, "time");
		add_copy(note, "run", r->notes[i].record, "run");
		add_copy(note, "step", r->notes[i].record, "step");
		add_copy(note, "text", r->notes[i].record, "text");
		add_string(note, "who", json_str(r->notes[i].session->start, "who"));
		cJSON_AddStringToObject(note, "session", r->notes[i].session->j->session);
		cJSON_AddItemToArray(list, note);
	}
	char *text = cJSON_Print(o);
	buf_adds(out, text ? text : "{}");
	buf_addc(out, '\n');
	cJSON_free(text);
	cJSON_Delete(o);
}
