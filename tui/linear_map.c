/* linear_map: what of a phase is done and left, how long it took and may take. */
#include "tui/linear_private.h"

#include <math.h>
#include <stdlib.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/units.h"
#include "runbook/outlook.h"
#include "runbook/store.h"
#include "runbook/took.h"

/* Earlier journals are read once, and waited for: Ctrl-C does without. */
static struct took *read_took(struct linear *l)
{
	char *state_dir = data_state_dir();
	struct took *t = took_new(state_dir, l->host->name, checklist_phase(l->checklist)->id,
		store_session(l->store));

	free(state_dir);
	while (!took_done(t) && !linear_over(l) && !l->interrupted)
		linear_turn(l, 0, 50);
	l->interrupted = false;
	return t;
}

static void say_step(struct linear *l, const struct took *t, size_t i)
{
	struct outlook_step o;
	struct step_view v;
	char words[UNITS_SIZE];
	struct buf b;

	checklist_step(l->checklist, i, &v);
	outlook_step(l->checklist, i, t, clock_ms(), &o);
	buf_init(&b, 0);
	buf_addf(&b, _("%s: %s"), words_get(&v.step->title), step_state_word(v.state, v.failure));
	if (!isnan(o.planned))
		buf_addf(&b, _(", planned %s"), units_duration(o.planned, words));
	if (!isnan(o.running))
		buf_addf(&b, _(", running for %s"), units_duration(o.running, words));
	else if (!isnan(o.took))
		buf_addf(&b, _(", took %s"), units_duration(o.took, words));
	if (!isnan(o.expected))
		buf_addf(&b, _(", still about %s"), units_duration(o.expected, words));
	if (o.times > 0)
		buf_addf(&b, P_(", %s in %zu earlier run", ", %s in %zu earlier runs", o.times),
			units_duration(o.before, words), o.times);
	linear_lines(l, buf_str(&b));
	buf_clear(&b);
}

void linear_map(struct linear *l)
{
	struct took *t = read_took(l);
	char a[UNITS_SIZE], b[UNITS_SIZE];
	struct outlook o;

	for (size_t i = 0; i < checklist_count(l->checklist); i++)
		say_step(l, t, i);
	outlook_all(l->checklist, t, clock_ms(), &o);
	linear_say(l, _("Done: %zu steps in %s (planned: %s)."), o.done, units_duration(o.took, a),
		units_duration(o.took_planned, b));
	if (o.left > 0)
		linear_say(l, _("Left: %zu steps, about %s (planned: %s)."), o.left,
			units_duration(o.expected, a), units_duration(o.left_planned, b));
	else
		linear_say(l, "%s", _("Left: nothing."));
	linear_say(l, _("Skipped or deferred: %zu."), o.aside);
	took_free(t);
}
