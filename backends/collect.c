#include "backends/collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/units.h"

/*
 * Deadlines are longer than the sum of the limits inside the scripts only where those rarely meet;
 * a collector past its deadline is killed and greys its own panel.
 */
const struct collect_def collect_defs[PANEL_COUNT] = {
	[PANEL_HOST] = {PANEL_HOST, "host", 2000, 4000, 15000, false, COLLECT_USER},
	[PANEL_DISKS] = {PANEL_DISKS, "disks", 30000, 60000, 45000, false, COLLECT_ROOT},
	[PANEL_LVM] = {PANEL_LVM, "lvm", 30000, 60000, 30000, false, COLLECT_ROOT_IF_DENIED},
	[PANEL_PODS] = {PANEL_PODS, "pods", 60000, 60000, 75000, true, COLLECT_ROOT_IF_DENIED},
	[PANEL_DOCKER] = {PANEL_DOCKER, "docker", 60000, 60000, 60000, true,
		COLLECT_ROOT_IF_DENIED},
	[PANEL_BACKUPS] = {PANEL_BACKUPS, "backups", 60000, 120000, 45000, false, COLLECT_ROOT},
};

#define SHARE 10 /* one part of so many */

int64_t collect_rest_ms(const struct collect_def *def, int64_t took_ms)
{
	return def->watch && took_ms > 0 ? SHARE * took_ms : 0;
}

bool collect_wants_root(const struct collect_def *def, const struct panel *last)
{
	if (def->root == COLLECT_ROOT_IF_DENIED)
		return last && (last->state == PANEL_DENIED || last->as_root);
	return def->root == COLLECT_ROOT;
}

typedef void parser_fn(const struct collect_job *job);

static parser_fn *const parsers[PANEL_COUNT] = {
	[PANEL_HOST] = collect_parse_host,
	[PANEL_DISKS] = collect_parse_disks,
	[PANEL_LVM] = collect_parse_lvm,
	[PANEL_PODS] = collect_parse_pods,
	[PANEL_DOCKER] = collect_parse_docker,
	[PANEL_BACKUPS] = collect_parse_backups,
};

double collect_threshold(const struct host *host, const char *fact, double fallback)
{
	char key[128];
	const char *value;
	double number;

	if (!host)
		return fallback;
	snprintf(key, sizeof(key), "threshold.%s", fact);
	value = host_get(host, key, NULL);
	number = value ? units_parse_bytes(value) : NAN;
	return isnan(number) ? fallback : number;
}

bool collect_says_denied(const char *words)
{
	static const char *const signs[] = {
		"ermission denied",
		"peration not permitted",
		"non-root user",
		"must be root",
		"are you root",
		"superuser",
		"ccess denied",
		"root privileges",
	};

	for (size_t i = 0; words && i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(words, signs[i]))
			return true;
	return false;
}

/* The section "clock" is "SECONDS" or "SECONDS UPTIME-THEN"; "uptime" then says how much later it
 * is now. */
static double server_time(const struct sections *answer)
{
	const struct section *clock = sections_find(answer, "clock");
	const struct section *uptime = sections_find(answer, "uptime");
	struct field then[2], now;
	double seconds, passed;
	int n;

	if (!clock)
		return NAN;
	n = fields_split(clock->bytes, clock->len, 1, then, 2);
	if (n < 1)
		return NAN;
	seconds = field_number(&then[0]);
	if (n == 2 && uptime && fields_split(uptime->bytes, uptime->len, 1, &now, 1) == 1) {
		passed = field_number(&now) - field_number(&then[1]);
		if (passed > 0)
			seconds += passed;
	}
	return seconds;
}

static void copy_table(struct panel *p, const struct table *from)
{
	struct table *t = panel_table(p, from->id, from->title, from->columns, from->ncolumns);

	for (size_t i = 0; i < from->nrows; i++) {
		const struct row *old = &from->rows[i];
		struct row *r = table_row(t, old->tag);

		r->depth = old->depth;
		row_detail(r, old->detail);
		for (int c = 0; c < from->ncolumns; c++) {
			r->cells[c] = old->cells[c];
			r->cells[c].text = old->cells[c].text ? xstrdup(old->cells[c].text) : NULL;
		}
	}
	t->dropped = from->dropped;
}

static void copy_facts(struct panel *p, const struct panel *from)
{
	for (size_t i = 0; i < from->nfacts; i++) {
		const struct fact *f = &from->facts[i];

		if (f->text)
			panel_fact_text(p, f->name, f->text);
		else
			panel_fact_since(p, f->name, f->value, f->since);
	}
}

struct panel *collect_without_answer(
	enum panel_id id, enum panel_state state, const char *reason, const struct panel *previous)
{
	struct panel *p = panel_new(id);

	if (previous) {
		/* The figures keep their own age. */
		p->taken_ms = previous->taken_ms;
		p->took_ms = previous->took_ms;
		p->wall_ms = previous->wall_ms;
		p->server_time = previous->server_time;
		p->as_root = previous->as_root;
		for (int i = 0; i < previous->ntables; i++)
			copy_table(p, &previous->tables[i]);
		copy_facts(p, previous);
		for (size_t i = 0; i < previous->nnotes; i++)
			panel_note(p, previous->notes[i].level, "%s", previous->notes[i].text);
	}
	panel_fail(p, state, "%s", reason);
	return p;
}

int collect_parse(enum panel_id id, const struct collect_input *in, struct panel **out)
{
	struct panel *p = *out = panel_new(id);
	struct sections *answer = xcalloc(1, sizeof(*answer));
	struct collect_job job = {in, answer, p};
	size_t len = in->len > COLLECT_ANSWER_MAX ? COLLECT_ANSWER_MAX : in->len;
	int rc = len < in->len ? ERR_LIMIT : 0;

	p->taken_ms = in->taken_ms;
	p->wall_ms = in->wall_ms;
	p->took_ms = in->took_ms;
	p->as_root = in->as_root;
	if (sections_parse(answer, in->bytes, len, in->mark) < 0) {
		panel_fail(p, PANEL_FAILED, _("the server's answer could not be read"));
		rc = ERR_FAILED;
		goto out;
	}
	p->server_time = server_time(answer);
	p->state = PANEL_OK;
	parsers[id](&job);
	if (answer->cut && p->state == PANEL_OK) {
		panel_fail(p, PANEL_FAILED, _("the server's answer was cut short"));
		rc = rc ? rc : ERR_FAILED;
	}
out:
	/* What was known before is worth more than the pieces of an answer; it keeps its age. */
	if ((p->state == PANEL_FAILED || p->state == PANEL_HUNG) && in->previous) {
		*out = collect_without_answer(id, p->state, p->reason, in->previous);
		panel_unref(p);
	}
	free(answer);
	return rc;
}
