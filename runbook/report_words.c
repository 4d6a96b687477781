/* report_words: figures, results and times of a report, in words. */
#include "runbook/report_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/facts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"

int64_t rep_took(const struct rep_attempt *a)
{
	double started = json_num(a->state, "started"), ended = json_num(a->state, "ended");
	double own = json_num(a->step, "duration_ms");
	if (ended >= started)
		return (int64_t)((ended - started) * 1000 + 0.5);
	return own >= 0 ? (int64_t)own : -1;
}

const char *rep_job_word(const cJSON *state)
{
	static const struct {
		const char *name, *words;
	} results[] = {
		{"ok", N_("done and verified")},
		{"changed", N_("the plan had changed meanwhile: nothing was done")},
		{"unchanged", N_("failed, nothing changed")},
		{"undone", N_("failed, and was put back")},
		{"half", N_("failed, half-done")},
		{"cancelled", N_("cancelled by the operator")},
		{"timeout", N_("ended by its time limit")},
	};
	const char *result = json_str(state, "result"), *name = json_str(state, "state");
	for (size_t i = 0; result && i < sizeof(results) / sizeof(*results); i++)
		if (strcmp(results[i].name, result) == 0)
			return _(results[i].words);
	if (!name)
		return _("no result is recorded");
	if (strcmp(name, "lost") == 0)
		return _("its processes ended without a result (power, reboot, kill)");
	return strcmp(name, "none") == 0 ? _("the server knows nothing of it")
					 : _("was still running");
}

const char *rep_verdict(const cJSON *criterion)
{
	static const char *const names[] = {"met", "not met", "attested", "deferred"};
	const char *verdict = json_str(criterion, "verdict");
	for (size_t i = 0; verdict && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], verdict) == 0)
			return names[i];
	return "unknown";
}

double rep_value(const cJSON *fact)
{
	const cJSON *value = json_get(fact, "value");
	return cJSON_IsNumber(value) ? value->valuedouble : NAN;
}

static enum unit unit_of(const cJSON *fact)
{
	const char *name = json_str(fact, "unit");
	for (int u = UNIT_COUNT; name && u <= UNIT_NUMBER; u++)
		if (strcmp(unit_name((enum unit)u), name) == 0)
			return (enum unit)u;
	return UNIT_NUMBER;
}

char *rep_figure_text(const cJSON *fact)
{
	char out[FACT_TEXT_SIZE];
	const char *text = json_str(fact, "text");
	return text_dup(fact_format(unit_of(fact), rep_value(fact), text, out));
}

char *rep_difference(const struct rep_figure *f, bool *changed)
{
	enum unit u = unit_of(f->last);
	double a = rep_value(f->first), b = rep_value(f->last);
	char out[FACT_TEXT_SIZE];
	if (u == UNIT_TEXT) {
		const char *x = json_str(f->first, "text"), *y = json_str(f->last, "text");
		*changed = x && y && strcmp(x, y) != 0;
		return NULL;
	}
	*changed = isnan(a) != isnan(b) || (!isnan(a) && !isnan(b) && a != b);
	if (isnan(a) || isnan(b) || u == UNIT_BOOL)
		return NULL;
	if (a == b)
		return xstrdup("0");
	if (u == UNIT_PERCENT) /* of two percentages the difference is in points */
		return xasprintf(_("%s%.0f points"), b > a ? "+" : "\xe2\x88\x92", fabs(b - a));
	return xasprintf(
		"%s%s", b > a ? "+" : "\xe2\x88\x92", fact_format(u, fabs(b - a), NULL, out));
}

bool rep_looks_same(const struct rep_figure *f)
{
	char *a = rep_figure_text(f->first), *b = rep_figure_text(f->last);
	bool same = strcmp(a, b) == 0;
	free(a);
	free(b);
	return same;
}

int rep_judge(const struct rep_figure *f)
{
	const struct fact_def *d = fact_def_find(f->name);
	double a = rep_value(f->first), b = rep_value(f->last);
	if (!d || d->better == BETTER_NONE || isnan(a) || isnan(b) || rep_looks_same(f))
		return 0;
	return (b > a) == (d->better == BETTER_HIGHER) ? 1 : -1;
}

const char *rep_figure_label(const struct rep_figure *f)
{
	const struct fact_def *d = fact_def_find(f->name);
	const char *label = json_str(f->last, "label");
	if (d)
		return _(d->label);
	return label && *label ? label : f->name;
}

const struct rep_figure *rep_find_figure(const struct rep *r, const char *name)
{
	for (size_t i = 0; i < r->nfigures; i++)
		if (strcmp(r->figures[i].name, name) == 0)
			return &r->figures[i];
	return NULL;
}
