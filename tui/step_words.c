#include "tui/step_words.h"

#include "base/alloc.h"
#include "base/i18n.h"

const char *risk_word(enum risk r)
{
	switch (r) {
	case RISK_NONE:
		return _("none: it changes nothing");
	case RISK_LOW:
		return _("low");
	case RISK_MEDIUM:
		return _("medium");
	case RISK_HIGH:
		return _("high");
	case RISK_DESTRUCTIVE:
		return _("destructive");
	}
	return "?";
}

const char *activity_words(enum step_activity a)
{
	switch (a) {
	case ACT_PREFLIGHT:
		return _("asking the server whether it may run…");
	case ACT_CHECK:
		return _("asking the server whether it is so already…");
	case ACT_PLAN:
		return _("working out what would change…");
	case ACT_RECORDING:
		return _("writing down that it is about to run…");
	case ACT_STARTING:
		return _("starting it on the server…");
	case ACT_MEASURING:
		return _("measuring what has changed…");
	case ACT_BOOTING:
		return _("waiting until the server has started…");
	case ACT_LOOKING:
		return _("looking at what it left…");
	case ACT_RUNNING:
	case ACT_UNDOING:
	case ACT_IDLE:
	case ACT_READY:
		break;
	}
	return NULL;
}

char *param_words(const struct step_view *v, size_t k)
{
	return xasprintf(v->as_last_time[k] ? _("%s: %s (as last time)") : _("%s: %s"),
		words_get(&v->step->params[k].title), *v->params[k] ? v->params[k] : _("(not set)"));
}
