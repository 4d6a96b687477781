#include "tui/card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/facts.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"

/* Where the next line goes. */
struct card {
	const struct panel *panel;
	struct screen *screen;
	struct rect r;
	int y;
	bool stale;
};

static bool full(const struct card *c)
{
	return c->y >= c->r.y + c->r.h;
}

static double value(const struct card *c, const char *name)
{
	const struct fact *f = panel_find_fact(c->panel, name);

	return f ? f->value : NAN;
}

static enum role figure_role(const struct card *c, enum level level)
{
	return c->stale                                   ? ROLE_STALE
	       : level == LEVEL_NONE || level == LEVEL_OK ? ROLE_STRONG
							  : level_role(level);
}

/* "label            figure" */
static void line(struct card *c, const char *label, const char *figure, enum level level)
{
	bool sign = level == LEVEL_WARN || level == LEVEL_BAD;
	int w;

	if (full(c))
		return;
	w = text_width(figure);
	w = w > c->r.w - 6 ? c->r.w - 6 : w;
	screen_put(c->screen, c->y, c->r.x, c->r.w - w - (sign ? 4 : 2), ROLE_DIM, label);
	screen_put_right(c->screen, c->y, c->r.x + c->r.w - w, w, figure_role(c, level), figure);
	if (sign) /* no colour stands alone */
		screen_put(c->screen, c->y, c->r.x + c->r.w - w - 2, 1, level_role(level),
			screen_sign(c->screen, level_sign(level)));
	c->y++;
}

static void fact_line(struct card *c, const char *label, const char *name, enum level level)
{
	const struct fact *f = panel_find_fact(c->panel, name);
	const struct fact_def *d = fact_def_find(name);
	char out[FACT_TEXT_SIZE];

	if (!d)
		return;
	fact_format(d->unit, f ? f->value : NAN, f ? f->text : NULL, out);
	line(c, label, out, !f || (isnan(f->value) && !f->text) ? LEVEL_UNKNOWN : level);
}

static enum level zero_is_good(double v, enum level otherwise)
{
	return isnan(v) ? LEVEL_UNKNOWN : v > 0 ? otherwise : LEVEL_NONE;
}

/* --- disks: a line a mount: name, bar, percentage, free --------------------------------------- */

static const struct cell *cell_of(const struct table *t, const struct row *r, const char *column)
{
	for (int i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].id, column) == 0)
			return &r->cells[i];
	return NULL;
}

static void mount_line(struct card *c, const struct table *t, const struct row *r)
{
	const struct cell *name = cell_of(t, r, "mount"), *percent = cell_of(t, r, "percent");
	const struct cell *available = cell_of(t, r, "free");
	int bar_w = c->r.w / 5, name_w = c->r.w - bar_w - 15, x = c->r.x;
	char words[UNITS_SIZE + 8], bytes[UNITS_SIZE];
	size_t skip;

	if (!name || !percent || !available || full(c))
		return;
	skip = name->text ? text_suffix(name->text, name_w - 1, NULL) : 0;
	if (skip > 0) { /* the end of a path tells more */
		skip = text_suffix(name->text, name_w - 2, NULL);
		x += screen_put(
			c->screen, c->y, x, 1, ROLE_DIM, screen_ascii(c->screen) ? "~" : "\u2026");
	}
	screen_put(c->screen, c->y, x, name_w - 1, ROLE_TEXT, name->text ? name->text + skip : "?");
	x = c->r.x;
	x += name_w;
	screen_bar(c->screen, c->y, x, bar_w, percent->number / 100, percent->level);
	x += bar_w;
	snprintf(words, sizeof words, isnan(percent->number) ? "?" : "%.0f %%", percent->number);
	screen_put_right(c->screen, c->y, x, 6, figure_role(c, percent->level), words);
	if (percent->level == LEVEL_WARN || percent->level == LEVEL_BAD)
		screen_put(c->screen, c->y, x, 1, level_role(percent->level),
			screen_sign(c->screen, level_sign(percent->level)));
	units_bytes(available->number, bytes);
	screen_put_right(c->screen, c->y, x + 7, 8, c->stale ? ROLE_STALE : ROLE_DIM, bytes);
	c->y++;
}

static void draw_disks(struct card *c)
{
	const struct table *t = panel_find_table(c->panel, "mounts");
	int kept = c->r.h > 4 ? 2 : 1; /* lines for the figures below */

	for (size_t i = 0; t && i < t->nrows && c->y < c->r.y + c->r.h - kept; i++)
		mount_line(c, t, &t->rows[i]);
	fact_line(c, _("logs"), "disk.logs", LEVEL_NONE);
	fact_line(c, _("unallocated"), "disk.unallocated", LEVEL_NONE);
	fact_line(c, _("journal"), "disk.journal", LEVEL_NONE);
	if (!isnan(value(c, "disk.root.inodes.percent")))
		fact_line(c, _("inodes of /"), "disk.root.inodes.percent", LEVEL_NONE);
}

static void draw_lvm(struct card *c)
{
	const struct table *t = panel_find_table(c->panel, "volumes");

	fact_line(c, _("root volume"), "lvm.root.size", LEVEL_NONE);
	fact_line(c, _("volume group"), "lvm.vg.size", LEVEL_NONE);
	fact_line(c, _("free in the group"), "lvm.vg.free",
		value(c, "lvm.vg.free") > 0 ? LEVEL_OK : LEVEL_NONE);
	for (size_t i = 0; t && i < t->nrows && !full(c); i++) {
		const struct cell *name = cell_of(t, &t->rows[i], "name"),
				  *size = cell_of(t, &t->rows[i], "size");
		char bytes[UNITS_SIZE];

		if (name && size)
			line(c, name->text ? name->text : "?", units_bytes(size->number, bytes),
				LEVEL_NONE);
	}
}

static void draw_pods(struct card *c)
{
	double running = value(c, "pods.running"), total = value(c, "pods.total");
	double ready = value(c, "node.ready"), pressure = value(c, "node.diskpressure");
	char words[64];

	if (isnan(running) || isnan(total))
		line(c, _("running"), "?", LEVEL_UNKNOWN);
	else {
		snprintf(words, sizeof words, "%.0f/%.0f", running, total);
		line(c, _("running"), words, running < total ? LEVEL_WARN : LEVEL_OK);
	}
	if (isnan(ready))
		line(c, _("node"), "?", LEVEL_UNKNOWN);
	else
		line(c, _("node"),
			pressure > 0 ? _("DiskPressure")
			: ready      ? _("ready")
				     : _("not ready"),
			!ready || pressure > 0 ? LEVEL_BAD : LEVEL_OK);
	fact_line(c, _("evicted"), "pods.evicted",
		zero_is_good(value(c, "pods.evicted"), LEVEL_WARN));
	fact_line(c, _("crash-looping"), "pods.crashing",
		zero_is_good(value(c, "pods.crashing"), LEVEL_BAD));
	fact_line(c, _("most restarts"), "pods.restarts.max",
		value(c, "pods.restarts.max") > 100 ? LEVEL_WARN : LEVEL_NONE);
	fact_line(c, _("empty ReplicaSets"), "pods.replicasets.empty", LEVEL_NONE);
	fact_line(c, _("failed"), "pods.failed", zero_is_good(value(c, "pods.failed"), LEVEL_WARN));
}

static void draw_docker(struct card *c)
{
	double running = value(c, "docker.containers.running"),
	       total = value(c, "docker.containers.total");
	double active = value(c, "docker.active"), limited = value(c, "docker.log.limited");
	const struct fact *version = panel_find_fact(c->panel, "docker.version");
	char words[96];

	if (isnan(active))
		line(c, _("daemon"), "?", LEVEL_UNKNOWN);
	else
		line(c, _("daemon"),
			!active                    ? _("does not answer")
			: version && version->text ? version->text
						   : _("answers"),
			active ? LEVEL_NONE : LEVEL_BAD);
	if (isnan(running) || isnan(total))
		line(c, _("containers"), "?", LEVEL_UNKNOWN);
	else {
		snprintf(words, sizeof words, "%.0f/%.0f", running, total);
		line(c, _("containers"), words, LEVEL_NONE);
	}
	fact_line(c, _("reclaimable"), "docker.reclaimable", LEVEL_NONE);
	line(c, _("logs limited"),
		isnan(limited) ? "?"
		: limited      ? _("yes")
			       : _("no"),
		isnan(limited) ? LEVEL_UNKNOWN
		: limited      ? LEVEL_OK
			       : LEVEL_WARN);
	fact_line(c, _("images"), "docker.images", LEVEL_NONE);
	fact_line(c, _("storage driver"), "docker.driver", LEVEL_NONE);
}

/* "PostgreSQL   2 h ago  14M  7 kept" */
static void backup_line(struct card *c, const char *label, const char *age_fact,
	const char *size_fact, const char *count_fact)
{
	double age = value(c, age_fact), size = value(c, size_fact), count = value(c, count_fact);
	char ago[UNITS_SIZE], bytes[UNITS_SIZE], words[160];

	if (isnan(age) && count == 0) {
		line(c, label, _("none"), LEVEL_BAD);
	} else if (isnan(age)) {
		line(c, label, "?", LEVEL_UNKNOWN);
	} else {
		units_age(age, ago);
		units_bytes(size, bytes);
		snprintf(words, sizeof words, _("%s ago  %s  %.0f kept"), ago, bytes, count);
		/* how many are kept is not known, or there is no room for it */
		if (isnan(count) || text_width(label) + 2 + text_width(words) > c->r.w)
			snprintf(words, sizeof words, _("%s ago  %s"), ago, bytes);
		line(c, label, words, age > 26 * 3600 ? LEVEL_WARN : LEVEL_OK);
	}
}

static void draw_backups(struct card *c)
{
	double scheduled = value(c, "backup.scheduled");

	backup_line(c, "PostgreSQL", "backup.postgres.age", "backup.postgres.size",
		"backup.postgres.count");
	backup_line(c, "Redis", "backup.redis.age", "backup.redis.size", "backup.redis.count");
	line(c, _("scheduled"),
		isnan(scheduled) ? "?"
		: scheduled      ? _("yes")
				 : _("no"),
		isnan(scheduled) ? LEVEL_UNKNOWN
		: scheduled      ? LEVEL_OK
				 : LEVEL_WARN);
}

void card_draw(const struct panel *p, struct screen *s, struct rect r, bool stale)
{
	static void (*const draw[PANEL_COUNT])(struct card *) = {
		[PANEL_DISKS] = draw_disks,
		[PANEL_LVM] = draw_lvm,
		[PANEL_PODS] = draw_pods,
		[PANEL_DOCKER] = draw_docker,
		[PANEL_BACKUPS] = draw_backups,
	};
	struct card c = {p, s, r, r.y, stale};

	/* without figures there is nothing to say beyond the state */
	if (draw[p->id] && (p->nfacts > 0 || p->state == PANEL_OK))
		draw[p->id](&c);
}
