/* Physical volumes, volume groups, logical volumes, and what an extension could give to the root
 * volume. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"

/* An ext4 or xfs fills its volume but for some percent of its own tables. Below this share it was
 * not grown. */
#define FILLED_MIN 0.90

static const struct column group_columns[] = {
	{"name", N_("volume group"), CELL_TEXT, 0, 0},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"free", N_("free"), CELL_BYTES, 8, 0},
	{"extents", N_("free extents"), CELL_COUNT, 12, 2},
	{"extent", N_("extent"), CELL_BYTES, 7, 3},
	{"physical", N_("disks"), CELL_COUNT, 6, 1},
	{"volumes", N_("volumes"), CELL_COUNT, 7, 1},
};

static const struct column volume_columns[] = {
	{"name", N_("volume"), CELL_TEXT, 0, 0},
	{"group", N_("group"), CELL_TEXT, 14, 1},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"possible", N_("could grow to"), CELL_BYTES, 13, 1},
	{"mount", N_("mounted on"), CELL_TEXT, 20, 0},
	{"percent", N_("use"), CELL_PERCENT, 6, 0},
	{"attributes", N_("attributes"), CELL_TEXT, 11, 3},
};

static const struct column physical_columns[] = {
	{"name", N_("physical volume"), CELL_TEXT, 0, 0},
	{"group", N_("group"), CELL_TEXT, 14, 0},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"free", N_("free"), CELL_BYTES, 8, 0},
	{"attributes", N_("attributes"), CELL_TEXT, 11, 2},
};

struct lvm {
	const struct collect_job *job;
	struct df df;
	cJSON *pvs, *vgs, *lvs;
	struct table *volumes;
};

/* report[0].KIND of LVM's JSON: an array, or NULL. */
static const cJSON *report_list(const cJSON *json, const char *kind)
{
	return json_get(cJSON_GetArrayItem(json_get(json, "report"), 0), kind);
}

/* "107374182400" or, without --nosuffix, "107374182400B" */
static double size_of(const cJSON *object, const char *member)
{
	const char *s = json_str(object, member);
	char *end;
	double bytes;

	if (!s || *s < '0' || *s > '9')
		return json_num(object, member);
	bytes = strtod(s, &end);
	return *end == 0 || strcmp(end, "B") == 0 ? bytes : NAN;
}

static void text_cell(struct cell *c, const cJSON *object, const char *member)
{
	cell_text(c, json_str(object, member), LEVEL_NONE);
}

static const cJSON *group_find(const struct lvm *lvm, const char *name)
{
	const cJSON *vg;

	cJSON_ArrayForEach(vg, report_list(lvm->vgs, "vg"))
	{
		const char *is = json_str(vg, "vg_name");

		if (is && name && strcmp(is, name) == 0)
			return vg;
	}
	return NULL;
}

static void parse_groups(const struct lvm *lvm)
{
	struct table *t =
		panel_table(lvm->job->panel, "groups", N_("Volume groups"), group_columns, 7);
	const cJSON *vg;

	cJSON_ArrayForEach(vg, report_list(lvm->vgs, "vg"))
	{
		const char *name = json_str(vg, "vg_name");
		struct row *r = name ? table_row(t, name) : NULL;

		if (!r)
			continue;
		cell_text(&r->cells[0], name, LEVEL_NONE);
		cell_number(&r->cells[1], CELL_BYTES, size_of(vg, "vg_size"), LEVEL_NONE);
		cell_number(&r->cells[2], CELL_BYTES, size_of(vg, "vg_free"), LEVEL_NONE);
		cell_number(&r->cells[3], CELL_COUNT, json_num(vg, "vg_free_count"), LEVEL_NONE);
		cell_number(&r->cells[4], CELL_BYTES, size_of(vg, "vg_extent_size"), LEVEL_NONE);
		cell_number(&r->cells[5], CELL_COUNT, json_num(vg, "pv_count"), LEVEL_NONE);
		cell_number(&r->cells[6], CELL_COUNT, json_num(vg, "lv_count"), LEVEL_NONE);
	}
}

static void parse_physical(const struct lvm *lvm)
{
	struct table *t = panel_table(
		lvm->job->panel, "physical", N_("Physical volumes"), physical_columns, 5);
	const cJSON *pv;

	cJSON_ArrayForEach(pv, report_list(lvm->pvs, "pv"))
	{
		const char *name = json_str(pv, "pv_name");
		struct row *r = name ? table_row(t, name) : NULL;

		if (!r)
			continue;
		cell_text(&r->cells[0], name, LEVEL_NONE);
		text_cell(&r->cells[1], pv, "vg_name");
		cell_number(&r->cells[2], CELL_BYTES, size_of(pv, "pv_size"), LEVEL_NONE);
		cell_number(&r->cells[3], CELL_BYTES, size_of(pv, "pv_free"), LEVEL_NONE);
		text_cell(&r->cells[4], pv, "pv_attr");
	}
}

/* The filesystem on a volume, by either name of its device; NULL when it is not mounted. */
static const struct df_line *filesystem_on(
	const struct df *df, const char *path, const char *dm_path)
{
	for (size_t i = 0; i < df->count; i++) {
		const char *source = df->lines[i].source;

		if ((path && strcmp(source, path) == 0) ||
			(dm_path && strcmp(source, dm_path) == 0))
			return &df->lines[i];
	}
	return NULL;
}

static void volume_detail(
	struct row *r, const cJSON *lv, double size, double left, const struct df_line *fs)
{
	struct buf b;
	char figure[UNITS_SIZE];
	const char *path = json_str(lv, "lv_path");

	buf_init(&b, 4096);
	buf_addf(&b, "%s\n%s  %s", path ? path : "", _("size"), units_bytes_exact(size, figure));
	if (fs) {
		buf_addf(&b, "\n%s  %s", _("mounted on"), fs->mount);
		buf_addf(&b, "\n%s  %s %s", _("filesystem"), fs->type,
			units_bytes_exact(fs->size, figure));
		buf_addf(&b, "\n%s  %s", _("free in the filesystem"),
			units_bytes_exact(fs->available, figure));
	}
	buf_addf(&b, "\n%s  %s", _("free in the volume group"), units_bytes_exact(left, figure));
	row_detail(r, buf_str(&b));
	buf_clear(&b);
}

/* The first lvextend of the documents had grown the volume and not the filesystem: df shows that.
 */
static void note_volume(
	const struct lvm *lvm, const char *name, double size, double left, const struct df_line *fs)
{
	double limit = collect_threshold(lvm->job->in->host, "disk.root.percent", 80);
	char a[UNITS_SIZE], b[UNITS_SIZE];

	if (fs->size > 0 && fs->size < FILLED_MIN * size)
		panel_note(lvm->job->panel, LEVEL_WARN,
			_("%s is %s, but its filesystem only %s: it was not grown with its volume"),
			name, units_bytes(size, a), units_bytes(fs->size, b));
	if (fs->percent > limit && left > 0)
		panel_note(lvm->job->panel, LEVEL_WARN,
			_("%s is %.0f %% full, and its volume group has %s to extend it"),
			fs->mount, fs->percent, units_bytes(left, a));
}

static void parse_volume(const struct lvm *lvm, const cJSON *lv)
{
	const char *name = json_str(lv, "lv_name"), *group = json_str(lv, "vg_name");
	const struct df_line *fs =
		filesystem_on(&lvm->df, json_str(lv, "lv_path"), json_str(lv, "lv_dm_path"));
	const cJSON *vg = group_find(lvm, group);
	double size = size_of(lv, "lv_size"), left = size_of(vg, "vg_free");
	struct row *r;
	char tag[512];

	if (!name || !group)
		return;
	snprintf(tag, sizeof(tag), "%s/%s", group, name);
	if (fs) {
		note_volume(lvm, tag, size, left, fs);
		if (strcmp(fs->mount, "/") == 0) {
			panel_fact(lvm->job->panel, "lvm.root.size", size);
			panel_fact(lvm->job->panel, "lvm.vg.size", size_of(vg, "vg_size"));
			panel_fact(lvm->job->panel, "lvm.vg.free", left);
		}
	}
	r = table_row(lvm->volumes, tag);
	if (!r)
		return;
	cell_text(&r->cells[0], name, LEVEL_NONE);
	cell_text(&r->cells[1], group, LEVEL_NONE);
	cell_number(&r->cells[2], CELL_BYTES, size, LEVEL_NONE);
	cell_number(&r->cells[3], CELL_BYTES, size + left, LEVEL_NONE);
	cell_text(&r->cells[4], fs ? fs->mount : "", LEVEL_NONE);
	cell_number(&r->cells[5], CELL_PERCENT, fs ? fs->percent : NAN, LEVEL_NONE);
	text_cell(&r->cells[6], lv, "lv_attr");
	volume_detail(r, lv, size, left, fs);
}

/*
 * A device-mapper name back to group and volume: "ubuntu--vg-ubuntu--lv" is ubuntu-vg/ubuntu-lv, a
 * single hyphen being the border. false when there is none.
 */
static bool dm_split(const char *name, char *group, char *volume, size_t size)
{
	char *out = group;
	size_t n = 0;

	for (; *name; name++) {
		if (name[0] == '-' && name[1] != '-' && out == group) {
			out[n] = 0;
			out = volume;
			n = 0;
			continue;
		}
		if (name[0] == '-' && name[1] == '-')
			name++;
		if (n + 1 < size)
			out[n++] = *name;
	}
	out[n] = 0;
	return out == volume && n > 0;
}

/* What lsblk shows of volumes to one who is not root: their names, sizes and mounts. */
static void block_volume(const struct block *b, void *arg)
{
	struct lvm *lvm = arg;
	char group[256], volume[256], tag[520], dm_path[300];
	const struct df_line *fs;
	struct row *r;

	if (strcmp(b->type, "lvm") != 0 || !dm_split(b->name, group, volume, sizeof(group)))
		return;
	snprintf(tag, sizeof(tag), "%s/%s", group, volume);
	snprintf(dm_path, sizeof(dm_path), "/dev/mapper/%s", b->name);
	fs = filesystem_on(&lvm->df, NULL, dm_path);
	if (fs)
		note_volume(lvm, tag, b->size, NAN, fs);
	if (strcmp(b->mount, "/") == 0 || (fs && strcmp(fs->mount, "/") == 0))
		panel_fact(lvm->job->panel, "lvm.root.size", b->size);
	r = table_row(lvm->volumes, tag);
	if (!r)
		return;
	cell_text(&r->cells[0], volume, LEVEL_NONE);
	cell_text(&r->cells[1], group, LEVEL_NONE);
	cell_number(&r->cells[2], CELL_BYTES, b->size, LEVEL_NONE);
	cell_number(&r->cells[3], CELL_BYTES, NAN, LEVEL_NONE);
	cell_text(&r->cells[4], fs ? fs->mount : b->mount, LEVEL_NONE);
	cell_number(&r->cells[5], CELL_PERCENT, fs ? fs->percent : NAN, LEVEL_NONE);
}

static void parse_refused(struct lvm *lvm, const char *words)
{
	const struct section *pvs = sections_find(lvm->job->answer, "pvs");
	struct panel *p = lvm->job->panel;

	block_walk(sections_find(lvm->job->answer, "lsblk"), block_volume, lvm);
	if (!pvs)
		panel_fail(p, PANEL_FAILED, _("the server's answer was cut short"));
	else if (pvs->status == 127)
		panel_fail(
			p, PANEL_MISSING, _("the LVM tools are not on this server (package lvm2)"));
	else if (pvs->status == 124)
		panel_fail(p, PANEL_HUNG, _("pvs does not answer: a disk may hang"));
	else if (!lvm->job->in->as_root &&
		 (collect_says_denied(words) || pvs->status == 0 || pvs->status == 5))
		panel_fail(p, PANEL_DENIED, _("only root may read the volume groups: press S"));
	else
		panel_fail(p, PANEL_FAILED, _("pvs says: %s"), words ? words : "?");
}

void collect_parse_lvm(const struct collect_job *job)
{
	const struct section *pvs = sections_find(job->answer, "pvs");
	struct lvm lvm = {.job = job};
	char *words = sections_words(job->answer, "pvs");
	const cJSON *lv;
	bool empty;

	df_parse(sections_find(job->answer, "df"), &lvm.df);
	lvm.pvs = section_json(pvs);
	lvm.vgs = section_json(sections_find(job->answer, "vgs"));
	lvm.lvs = section_json(sections_find(job->answer, "lvs"));
	parse_groups(&lvm);
	lvm.volumes = panel_table(job->panel, "volumes", N_("Logical volumes"), volume_columns, 7);
	empty = cJSON_GetArraySize(report_list(lvm.pvs, "pv")) == 0;
	/* As a user some versions say 0 and show nothing, but complain. */
	if (!pvs || pvs->status != 0 || !lvm.pvs ||
		(empty && !job->in->as_root && collect_says_denied(words))) {
		parse_refused(&lvm, words);
	} else {
		cJSON_ArrayForEach(lv, report_list(lvm.lvs, "lv")) parse_volume(&lvm, lv);
		if (empty)
			panel_note(
				job->panel, LEVEL_NONE, _("there is no LVM volume on this server"));
		else if (!lvm.vgs || !lvm.lvs)
			panel_fail(job->panel, PANEL_FAILED, _("vgs and lvs gave no report"));
	}
	parse_physical(&lvm);
	cJSON_Delete(lvm.pvs);
	cJSON_Delete(lvm.vgs);
	cJSON_Delete(lvm.lvs);
	df_clear(&lvm.df);
	free(words);
}
