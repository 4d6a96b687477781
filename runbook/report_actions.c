/* report_actions: what was done, step by step: shown, answered, run, verified, said. */
#include "runbook/report_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "runbook/markdown.h"

#define OUTPUT_SHOWN ((size_t)6000) /* bytes of a job's output that a report repeats, its end */
#define PLAN_SHOWN ((size_t)16000)

static void item(struct buf *out, const char *name)
{
	buf_addf(out, _("- **%s**: "), name);
}

static int64_t took_in_all(const struct rep_action *a)
{
	int64_t sum = -1;
	for (size_t k = 0; k < a->nattempts; k++) {
		int64_t took = rep_took(&a->attempts[k]);
		if (took >= 0)
			sum = sum < 0 ? took : sum + took;
	}
	return sum;
}

static void add_table(const struct rep *r, struct buf *out)
{
	buf_addf(out, "| | %s | %s | %s | %s |\n|---|---|---|---|---|\n", _("Step"), _("State"),
		_("Attempts"), _("Took"));
	for (size_t i = 0; i < r->nactions; i++) {
		const struct rep_action *a = &r->actions[i];
		size_t attempts = 0;
		for (size_t k = 0; k < a->nattempts; k++)
			attempts += !a->attempts[k].undo;
		buf_addf(out, "| %zu | ", i + 1);
		md_text(out, a->title);
		buf_addf(out, " | %s %s | %zu | ", step_state_sign(a->state, false),
			step_state_word(a->state, a->failure), attempts);
		if (a->nattempts)
			report_duration(out, took_in_all(a));
		else
			buf_adds(out, "–");
		buf_adds(out, " |\n");
	}
	buf_adds(out, "\n");
}

static bool says(const cJSON *record, const cJSON *before, const char *text)
{
	const cJSON *say;
	cJSON_ArrayForEach(say, json_get(record, "says"))
	{
		if (say == before)
			return false;
		if (cJSON_IsString(say) && strcmp(say->valuestring, text) == 0)
			return true;
	}
	return false;
}

/* What the step said to the operator, each once, and not what `known` (or NULL) has said before. */
static void add_says(const cJSON *record, const cJSON *known, struct buf *out)
{
	const cJSON *say;
	cJSON_ArrayForEach(say, json_get(record, "says"))
	{
		if (!cJSON_IsString(say) || says(record, say, say->valuestring) ||
			says(known, NULL, say->valuestring))
			continue;
		buf_adds(out, "  - ");
		md_text(out, say->valuestring);
		buf_adds(out, "\n");
	}
}

static void add_params(const cJSON *record, struct buf *out)
{
	const cJSON *params = json_get(record, "params"), *param;
	if (!params || !params->child)
		return;
	item(out, _("Parameters"));
	cJSON_ArrayForEach(param, params)
	{
		if (param != params->child)
			buf_adds(out, ", ");
		md_code(out, param->string);
		buf_adds(out, " = ");
		md_code(out, cJSON_IsString(param) ? param->valuestring : "?");
	}
	buf_adds(out, "\n");
}

/* A block of at most max bytes of s: its beginning. */
static void add_block(struct buf *out, const char *s, size_t max)
{
	size_t n = strlen(s);
	if (n <= max) {
		md_block(out, s);
		return;
	}
	while (max && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	char *part = xstrndup(s, max);
	md_block(out, part);
	buf_addf(out, _("(%zu bytes more; the journal has all of it)\n"), n - max);
	free(part);
}

static void add_shown(const cJSON *plan, const char *heading, struct buf *out)
{
	const char *text = json_str(plan, "output");
	if (!plan)
		return;
	item(out, heading);
	buf_adds(out, _("SHA-256 "));
	md_code(out, json_str(plan, "digest"));
	buf_adds(out, "\n");
	add_says(plan, NULL, out);
	if (!text || !*text)
		return;
	buf_adds(out, "\n");
	add_block(out, text, PLAN_SHOWN);
	buf_adds(out, "\n");
}

static void add_answer(const struct rep_attempt *t, struct buf *out)
{
	const char *how = json_str(t->answered, "how");
	if (!t->answered)
		return;
	struct buf when;
	char *who = report_code(json_str(t->session->start, "who"));
	char *typed = report_code(how);
	buf_init(&when, 0);
	report_time(&when, rep_time(t->answered));
	item(out, _("Confirmed"));
	if (how && *how)
		buf_addf(out, _("%s by %s, who typed %s\n"), buf_str(&when), who, typed);
	else
		buf_addf(out, _("%s by %s\n"), buf_str(&when), who);
	buf_clear(&when);
	free(who);
	free(typed);
}

static void add_ran(const struct rep_attempt *t, struct buf *out)
{
	item(out, t->undo ? _("Undo ran on the server") : _("Ran on the server"));
	md_code(out, t->job);
	const char *command = json_str(t->start, "command");
	const char *script = json_str(t->start, "script_digest");
	if (command) {
		buf_adds(out, " · ");
		md_code(out, command);
	}
	if (script) {
		buf_addf(out, " · %s ", _("script SHA-256"));
		md_code(out, script);
	}
	buf_adds(out, "\n");
	item(out, _("Duration"));
	report_duration(out, rep_took(t));
	double started = json_num(t->state, "started"), ended = json_num(t->state, "ended");
	if (started > 0 && ended > 0) {
		buf_adds(out, " (");
		report_time(out, (int64_t)(started * 1000));
		buf_adds(out, " – ");
		report_time(out, (int64_t)(ended * 1000));
		buf_addf(out, ", %s)", _("server's clock"));
	}
	buf_adds(out, "\n");
}

static void add_result(const struct rep_attempt *t, struct buf *out)
{
	static const char *const parts[] = {"plan", "apply", "verify", "undo"};
	const char *comma = "", *reason = json_str(t->step, "reason");
	const cJSON *statuses = json_get(t->state, "parts");
	if (t->cancel) {
		item(out, _("Its end was asked for"));
		report_time(out, rep_time(t->cancel));
		buf_adds(out, "\n");
	}
	item(out, _("Result"));
	buf_addf(out, "**%s**", rep_job_word(t->state));
	if (reason && *reason) {
		buf_adds(out, ". ");
		md_text(out, reason);
	}
	buf_adds(out, "\n");
	if (!statuses)
		return;
	item(out, _("How it was verified"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		double status = json_num(statuses, parts[i]);
		if (isnan(status) || status < 0)
			continue;
		buf_addf(out, "%s`%s` %s %.0f", comma, parts[i], _("exit status"), status);
		comma = ", ";
	}
	if (json_num(statuses, "verify") == 0)
		buf_adds(out, _(" (verify looks at the effect, not at what apply said)"));
	else if (!*comma)
		buf_adds(out, _("nothing ran"));
	buf_adds(out, "\n");
}

static void add_figures(const struct rep_attempt *t, struct buf *out)
{
	const cJSON *fact, *before = json_get(t->before, "facts");
	bool head = false;
	cJSON_ArrayForEach(fact, json_get(t->after, "facts"))
	{
		const cJSON *first = cJSON_GetObjectItemCaseSensitive(before, fact->string);
		struct rep_figure f = {
			.name = fact->string, .first = first ? first : fact, .last = fact};
		bool changed;
		char *difference = rep_difference(&f, &changed), *a = rep_figure_text(f.first);
		char *b = rep_figure_text(f.last);
		if (!head)
			item(out, _("Measured before and after"));
		buf_adds(out, head ? _("; ") : "");
		md_text(out, rep_figure_label(&f));
		buf_adds(out, " ");
		md_text(out, first ? a : "?");
		buf_adds(out, " → ");
		md_text(out, b);
		if (difference && changed)
			buf_addf(out, " (%s)", difference);
		head = true;
		free(difference);
		free(a);
		free(b);
	}
	if (head)
		buf_adds(out, "\n");
}

static void add_output(const struct rep_attempt *t, struct buf *out)
{
	size_t left = 0;
	if (!t->output)
		return;
	char *text = journal_output(t->output_session->j, t->output, OUTPUT_SHOWN, &left);
	if (!text || !*text) {
		free(text);
		return;
	}
	buf_addf(out, "- **%s**", _("What the server said"));
	if (left)
		buf_addf(out,
			_(": the end of it, %zu bytes before that are in the journal's outputs"),
			left);
	buf_adds(out, "\n\n");
	md_block(out, text);
	buf_adds(out, "\n");
	free(text);
}

static void add_attempt(const struct rep_attempt *t, size_t number, bool many, struct buf *out)
{
	if (many)
		buf_addf(out, "\n**%s %zu%s**\n\n", _("Job"), number, t->undo ? _(" (undo)") : "");
	add_params(t->start, out);
	add_shown(t->plan, _("What was shown before it was confirmed"), out);
	add_answer(t, out);
	add_ran(t, out);
	add_result(t, out);
	add_says(t->state, t->plan, out);
	add_figures(t, out);
	add_output(t, out);
}

/* What was looked at without changing anything, when no job came of it. */
static void add_looked_at(const struct rep_action *a, struct buf *out)
{
	const struct {
		const cJSON *record;
		const char *name;
	} parts[] = {{a->preflight, _("May it run?")}, {a->check, _("Is it so already?")}};
	const char *reason = json_str(a->last, "reason");
	if (reason && *reason) {
		item(out, a->state == STEP_SATISFIED ? _("Evidence") : _("Reason"));
		md_text(out, reason);
		buf_adds(out, "\n");
	}
	for (size_t i = 0; i < 2; i++) {
		const char *text = json_str(parts[i].record, "output");
		if (!parts[i].record)
			continue;
		item(out, parts[i].name);
		buf_addf(out, "%s %.0f\n", _("exit status"), json_num(parts[i].record, "status"));
		add_says(parts[i].record, a->plan ? a->plan : i ? a->preflight : NULL, out);
		if (text && *text) {
			buf_adds(out, "\n");
			add_block(out, text, OUTPUT_SHOWN);
			buf_adds(out, "\n");
		}
	}
	add_shown(a->plan, _("What would have changed (shown, not confirmed)"), out);
}

void report_markdown_actions(const struct rep *r, struct buf *out)
{
	buf_addf(out, "## %s\n\n", _("Actions"));
	if (r->nactions == 0) {
		buf_addf(out, "%s\n\n", _("No step was touched: the server was watched only."));
		return;
	}
	add_table(r, out);
	for (size_t i = 0; i < r->nactions; i++) {
		const struct rep_action *a = &r->actions[i];
		buf_addf(out, "### %zu. ", i + 1);
		md_text(out, a->title);
		buf_adds(out, " (");
		md_code(out, a->step);
		buf_addf(out, _("): %s\n\n"), step_state_word(a->state, a->failure));
		if (r->nruns > 1 && a->run) {
			item(out, _("Run"));
			md_code(out, a->run);
			buf_adds(out, "\n");
		}
		for (size_t k = 0; k < a->nattempts; k++)
			add_attempt(&a->attempts[k], k + 1, a->nattempts > 1, out);
		if (a->nattempts == 0)
			add_looked_at(a, out);
		buf_adds(out, "\n");
	}
}
