#include "runbook/outlook.h"

#include <math.h>

#include "runbook/checklist.h"
#include "runbook/took.h"

static bool is_done(const struct step_view *v)
{
	return v->state == STEP_DONE || v->state == STEP_SATISFIED;
}

static bool is_aside(const struct step_view *v)
{
	return v->state == STEP_SKIPPED || v->state == STEP_DEFERRED;
}

/* Nothing is known of a job that was undone, or that failed: it does not say how long the step
 * takes. */
static double job_took(const struct step_view *v)
{
	if (v->state != STEP_DONE || !v->status || v->status->state != JOB_DONE)
		return NAN;
	return v->status->ended - v->status->started;
}

void outlook_step(const struct checklist *c, size_t i, const struct took *t, int64_t now_ms,
	struct outlook_step *out)
{
	struct step_view v;

	checklist_step(c, i, &v);
	*out = (struct outlook_step){
		.planned = 60.0 * v.step->minutes,
		.took = job_took(&v),
		.running = NAN,
		.expected = NAN,
	};
	out->before = took_before(t, v.step->id, v.status ? v.status->started : NAN, &out->times);
	if (v.activity == ACT_RUNNING && v.started_ms > 0)
		out->running = (double)(now_ms - v.started_ms) / 1000;
	if (is_done(&v) || is_aside(&v))
		return;
	out->expected = isnan(out->before) ? out->planned : out->before;
	if (!isnan(out->running))
		out->expected = fmax(0, out->expected - out->running);
}

void outlook_all(
	const struct checklist *c, const struct took *t, int64_t now_ms, struct outlook *out)
{
	*out = (struct outlook){0};
	for (size_t i = 0; i < checklist_count(c); i++) {
		struct outlook_step s;
		struct step_view v;

		checklist_step(c, i, &v);
		outlook_step(c, i, t, now_ms, &s);
		if (is_done(&v)) {
			out->done++;
			out->took += isnan(s.took) ? 0 : s.took;
			out->took_planned += s.planned;
		} else if (is_aside(&v)) {
			out->aside++;
		} else {
			out->left++;
			out->expected += s.expected;
			out->left_planned += s.planned;
			out->measured = out->measured || s.times > 0;
		}
	}
}
