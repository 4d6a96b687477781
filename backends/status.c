#include "backends/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/facts.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"

#define NAME_WIDTH 28
#define FIGURE_WIDTH 22

const char *status_state_name(enum panel_state state)
{
	static const char *const names[] = {
		[PANEL_NEVER] = "never",
		[PANEL_OK] = "ok",
		[PANEL_MISSING] = "missing",
		[PANEL_DENIED] = "denied",
		[PANEL_FAILED] = "failed",
		[PANEL_HUNG] = "hung",
	};
	return names[state];
}

const char *status_level_name(enum level level)
{
	static const char *const names[] = {
		[LEVEL_NONE] = "none",
		[LEVEL_OK] = "ok",
		[LEVEL_WARN] = "warn",
		[LEVEL_BAD] = "bad",
		[LEVEL_UNKNOWN] = "unknown",
	};
	return names[level];
}

static double age_s(const struct status *s, const struct panel *p)
{
	double age = (double)(s->now_ms - p->taken_ms) / 1000;

	return age > 0 ? age : 0;
}

/* JSON has no NAN: null. */
static cJSON *number_or_null(double number)
{
	return isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateNull();
}

static cJSON *text_or_null(const char *text)
{
	return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

static cJSON *fact_value(const struct fact_def *def, const struct fact *f)
{
	if (!f)
		return cJSON_CreateNull();
	if (def && def->unit == UNIT_BOOL)
		return isnan(f->value) ? cJSON_CreateNull() : cJSON_CreateBool(f->value != 0);
	if (def ? def->unit == UNIT_TEXT : f->text != NULL)
		return text_or_null(f->text);
	return number_or_null(f->value);
}

static cJSON *facts_json(const struct status *s)
{
	cJSON *all = cJSON_CreateObject();

	for (const struct fact_def *def = fact_defs; def->name; def++) {
		const struct panel *p = s->panels[def->panel];
		const struct fact *f = p ? panel_find_fact(p, def->name) : NULL;
		cJSON *one = cJSON_AddObjectToObject(all, def->name);

		cJSON_AddItemToObject(one, "value", fact_value(def, f));
		cJSON_AddStringToObject(one, "unit", unit_name(def->unit));
		cJSON_AddItemToObject(one, "age_s", number_or_null(p ? age_s(s, p) : NAN));
		if (f && isfinite(f->since))
			cJSON_AddNumberToObject(one, "since_s", f->since);
	}
	return all;
}

static cJSON *table_json(const struct table *t)
{
	cJSON *rows = cJSON_CreateArray();

	for (size_t i = 0; i < t->nrows; i++) {
		cJSON *row = cJSON_CreateObject();

		for (int c = 0; c < t->ncolumns; c++) {
			const struct cell *cell = &t->rows[i].cells[c];

			cJSON_AddItemToObject(row, t->columns[c].id,
				cell->kind == CELL_TEXT ? text_or_null(cell->text)
							: number_or_null(cell->number));
		}
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

/* "not_kept": by table, how many rows there were beyond PANEL_ROWS_MAX. */
static cJSON *not_kept(cJSON *panel)
{
	cJSON *counts = cJSON_GetObjectItemCaseSensitive(panel, "not_kept");

	return counts ? counts : cJSON_AddObjectToObject(panel, "not_kept");
}

static cJSON *panel_json(const struct status *s, const struct panel *p)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *alerts, *tables;

	cJSON_AddStringToObject(object, "state", status_state_name(p ? p->state : PANEL_NEVER));
	cJSON_AddItemToObject(object, "reason", text_or_null(p ? p->reason : NULL));
	cJSON_AddItemToObject(object, "age_s", number_or_null(p ? age_s(s, p) : NAN));
	cJSON_AddItemToObject(object, "took_ms", number_or_null(p ? (double)p->took_ms : NAN));
	cJSON_AddBoolToObject(object, "as_root", p && p->as_root);
	alerts = cJSON_AddArrayToObject(object, "alerts");
	for (size_t i = 0; p && i < p->nnotes; i++) {
		cJSON *alert = cJSON_CreateObject();

		cJSON_AddStringToObject(alert, "level", status_level_name(p->notes[i].level));
		cJSON_AddStringToObject(alert, "text", p->notes[i].text);
		cJSON_AddItemToArray(alerts, alert);
	}
	tables = cJSON_AddObjectToObject(object, "tables");
	for (int i = 0; p && i < p->ntables; i++) {
		cJSON_AddItemToObject(tables, p->tables[i].id, table_json(&p->tables[i]));
		if (p->tables[i].dropped)
			cJSON_AddNumberToObject(not_kept(object), p->tables[i].id,
				(double)p->tables[i].dropped);
	}
	return object;
}

int status_json(const struct status *s, struct buf *out)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *panels;
	char time[CLOCK_RFC3339_SIZE];
	char *printed;
	int rc;

	cJSON_AddStringToObject(json, "host", s->host);
	cJSON_AddStringToObject(json, "time", clock_rfc3339(s->wall_ms, time));
	cJSON_AddItemToObject(json, "facts", facts_json(s));
	panels = cJSON_AddObjectToObject(json, "panels");
	for (int id = 0; id < PANEL_COUNT; id++)
		cJSON_AddItemToObject(
			panels, panel_name((enum panel_id)id), panel_json(s, s->panels[id]));
	printed = cJSON_PrintUnformatted(json);
	rc = printed ? buf_adds(out, printed) : ERR_LIMIT;
	if (rc == 0)
		rc = buf_addc(out, '\n');
	free(printed);
	cJSON_Delete(json);
	return rc;
}

/* word, and blanks up to width columns; at least one. */
static void add_padded(struct buf *out, const char *word, int width)
{
	int left = width - text_width(word);

	buf_adds(out, word);
	buf_addf(out, "%*s", left > 0 ? left : 1, "");
}

static void fact_line(const struct status *s, const struct fact_def *def, struct buf *out)
{
	const struct panel *p = s->panels[def->panel];
	const struct fact *f = p ? panel_find_fact(p, def->name) : NULL;
	char figure[FACT_TEXT_SIZE];

	add_padded(out, def->name, NAME_WIDTH);
	add_padded(out, fact_format(def->unit, f ? f->value : NAN, f ? f->text : NULL, figure),
		FIGURE_WIDTH);
	buf_addf(out, "%s\n", _(def->label));
}

static const char *level_word(enum level level)
{
	if (level == LEVEL_BAD)
		return _("bad");
	if (level == LEVEL_WARN)
		return _("warning");
	return level == LEVEL_UNKNOWN ? _("unknown") : _("note");
}

int status_text(const struct status *s, struct buf *out)
{
	/* Worst first over all panels; within a panel notes are in that order already. */
	static const enum level order[] = {
		LEVEL_BAD, LEVEL_WARN, LEVEL_UNKNOWN, LEVEL_OK, LEVEL_NONE};
	char time[CLOCK_RFC3339_SIZE];

	buf_addf(out, "%s  %s\n\n", s->host, clock_rfc3339(s->wall_ms, time));
	for (const struct fact_def *def = fact_defs; def->name; def++)
		fact_line(s, def, out);
	buf_addc(out, '\n');
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (int id = 0; id < PANEL_COUNT; id++) {
			const struct panel *p = s->panels[id];

			for (size_t n = 0; p && n < p->nnotes; n++)
				if (p->notes[n].level == order[i])
					buf_addf(out, _("%s: %s: %s\n"), level_word(order[i]),
						panel_title((enum panel_id)id), p->notes[n].text);
		}
	}
	for (int id = 0; id < PANEL_COUNT; id++) {
		const struct panel *p = s->panels[id];

		if (!p || p->state != PANEL_OK)
			buf_addf(out, _("%s: %s\n"), panel_title((enum panel_id)id),
				p && p->reason ? p->reason : _("no answer"));
	}
	return out->cut ? ERR_LIMIT : 0;
}

int status_exit(const struct status *s)
{
	for (int id = 0; id < PANEL_COUNT; id++) {
		const struct panel *p = s->panels[id];

		if (!p || (p->state != PANEL_OK && p->state != PANEL_MISSING &&
				  p->state != PANEL_DENIED))
			return 1;
	}
	return 0;
}
