#include "tui/panel_words.h"

#include <math.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/units.h"
#include "tui/app.h"

char *panel_state_words(const struct panel *p, char *out, size_t size)
{
	const char *why = p->reason ? p->reason : "";

	switch (p->state) {
	case PANEL_MISSING:
		snprintf(out, size, "%s", *why ? why : _("the tool is not on this server"));
		break;
	case PANEL_DENIED:
		snprintf(out, size, "%s", *why ? why : _("only root may see this (S: sudo)"));
		break;
	case PANEL_HUNG:
		snprintf(out, size, "%s",
			*why ? why : _("no answer in time; what is shown is older"));
		break;
	case PANEL_FAILED:
		snprintf(out, size, *why ? _("failed: %s") : _("failed"), why);
		break;
	case PANEL_NEVER:
		snprintf(out, size, "%s", _("nothing read yet"));
		break;
	default:
		snprintf(out, size, "%s", "");
		break;
	}
	return out;
}

enum role panel_state_role(enum panel_state state)
{
	if (state == PANEL_FAILED || state == PANEL_HUNG)
		return ROLE_BAD;
	return state == PANEL_DENIED ? ROLE_WARN : ROLE_DIM;
}

void panel_age_words(const struct app *a, enum panel_id id, char *out, size_t size)
{
	double age = app_panel_age(a, id);
	char words[UNITS_SIZE];

	if (isnan(age))
		snprintf(out, size, "%s", "");
	else if (age < 1)
		snprintf(out, size, "%s", _("now"));
	else
		snprintf(out, size, app_panel_stale(a, id) ? _("old: %s ago") : _("%s ago"),
			units_duration(floor(age), words));
}

const char *panel_waiting_words(const struct app *a)
{
	if (!a->server || a->link == LINK_IDLE)
		return link_state_word(LINK_CONNECTING);
	if (a->link == LINK_UP)
		return _("Reading...");
	if (a->link == LINK_LOST || a->link == LINK_STOPPED)
		return _("nothing read yet");
	return link_state_word(a->link);
}
