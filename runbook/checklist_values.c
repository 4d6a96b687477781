/* What parameters begin with: what the host's profile says, else what its last run had, else the phase's default. */
#include "runbook/checklist_private.h"

#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mask.h"
#include "runbook/values.h"

static char *key_of(const struct checklist *c, const struct step *step, const struct param *p)
{
	return xasprintf("%s-%s.%s", c->o.phase->id, step->id, p->name);
}

/* What the profile says, or NULL. Borrowed. */
static const char *profiled(const struct checklist *c, const char *key, const struct param *p)
{
	char *full = xasprintf("param.%s", key);
	const char *value = NULL;

	if (c->o.host && p->profile)
		value = host_get(c->o.host, p->profile, NULL);
	if (c->o.host)
		value = host_get(c->o.host, full, value);
	free(full);
	return value;
}

static const char *before_last_time(const struct checklist *c, const char *key, const struct param *p)
{
	const char *value = profiled(c, key, p);
	struct err e;

	/* What does not fit is not used: the card shows the phase's own. */
	if (value && param_check(p, value, &e) == 0)
		return value;
	return p->fallback ? p->fallback : "";
}

static void first(struct checklist *c, struct entry *e, size_t k, const cJSON *values)
{
	const struct param *p = &e->step->params[k];
	char *key = key_of(c, e->step, p);
	const char *last = values_kept(p) && !profiled(c, key, p) ? json_str(values, key) : NULL;
	struct err err;

	entry_set_param(c, e, k, before_last_time(c, key, p));
	if (last && strcmp(last, e->params[k]) != 0 && param_check(p, last, &err) == 0) {
		entry_set_param(c, e, k, last);
		e->as_last_time[k] = true;
	}
	free(key);
}

void values_begin(struct checklist *c)
{
	char *state_dir = data_state_dir();
	cJSON *values = c->o.host ? values_read(state_dir, c->o.host->name) : NULL;

	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < c->entries[i].step->nparams; k++)
			first(c, &c->entries[i], k, values);
	cJSON_Delete(values);
	free(state_dir);
}

/* A known secret stays out of the file, whatever parameter it was typed for. */
static bool holds_secret(const struct checklist *c, const char *value)
{
	char *masked = mask_dup(c->o.mask, value);
	bool yes = strcmp(masked, value) != 0;

	free(masked);
	return yes;
}

/* It is a convenience: where it cannot be written, the next run begins with the defaults. */
void values_keep(const struct checklist *c, const struct entry *e)
{
	cJSON *changes = cJSON_CreateObject();
	char *state_dir = data_state_dir();
	struct err err;

	for (size_t k = 0; c->o.host && k < e->step->nparams; k++) {
		const struct param *p = &e->step->params[k];
		char *key = key_of(c, e->step, p);

		if (!values_kept(p) || holds_secret(c, e->params[k]))
			;
		else if (strcmp(e->params[k], before_last_time(c, key, p)) != 0)
			cJSON_AddStringToObject(changes, key, e->params[k]);
		else
			cJSON_AddNullToObject(changes, key);
		free(key);
	}
	if (changes->child)
		(void)values_write(state_dir, c->o.host->name, changes, &err);
	free(state_dir);
	cJSON_Delete(changes);
}
