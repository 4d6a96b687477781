/* Block devices as a tree, mounts with bytes and inodes, unallocated space, what takes the space.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"

#define MIB 1048576.0
/* Holes that partition tables and alignment leave are nobody's to give: less than this is not
 * "unallocated". */
#define GAP_MIN (16 * MIB)
#define PERCENT_WARN 80
#define PERCENT_BAD 90
#define SECTOR 512.0 /* of /proc/diskstats, whatever the device's own is */

static const struct column mount_columns[] = {
	{"mount", N_("mounted on"), CELL_TEXT, 0, 0},
	{"size", N_("size"), CELL_BYTES, 7, 0},
	{"used", N_("used"), CELL_BYTES, 7, 0},
	{"free", N_("free"), CELL_BYTES, 7, 0},
	{"percent", N_("use"), CELL_PERCENT, 6, 0},
	{"inodes", N_("inodes"), CELL_PERCENT, 7, 2},
	{"type", N_("type"), CELL_TEXT, 8, 3},
	{"device", N_("device"), CELL_TEXT, 24, 4},
};

static const struct column device_columns[] = {
	{"name", N_("device"), CELL_TEXT, 0, 0},
	{"size", N_("size"), CELL_BYTES, 7, 0},
	{"type", N_("type"), CELL_TEXT, 6, 1},
	{"kind", N_("kind"), CELL_TEXT, 9, 2},
	{"model", N_("model"), CELL_TEXT, 18, 3},
	{"filesystem", N_("filesystem"), CELL_TEXT, 12, 2},
	{"mount", N_("mounted on"), CELL_TEXT, 20, 1},
	{"read", N_("read/s"), CELL_BYTES, 7, 4},
	{"write", N_("written/s"), CELL_BYTES, 9, 4},
	{"busy", N_("busy"), CELL_PERCENT, 6, 4},
};

static const struct column space_columns[] = {
	{"place", N_("place"), CELL_TEXT, 0, 0},
	{"size", N_("size"), CELL_BYTES, 8, 0},
};

/* Filesystems that take no disk, or show what another one holds. */
static bool is_pseudo(const struct df_line *d)
{
	static const char *const types[] = {
		"tmpfs",
		"devtmpfs",
		"overlay",
		"squashfs",
		"efivarfs",
		"ramfs",
		"fuse.snapfuse",
		"iso9660",
		"proc",
		"sysfs",
		"cgroup2",
		"cgroup",
		"nsfs",
	};

	if (strcmp(d->mount, "/") == 0)
		return false;
	if (!(d->size > 0))
		return true;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(d->type, types[i]) == 0)
			return true;
	return false;
}

static enum level percent_level(double percent, double limit)
{
	if (isnan(percent))
		return LEVEL_UNKNOWN;
	if (percent > limit)
		return percent >= fmax(PERCENT_BAD, limit) ? LEVEL_BAD : LEVEL_WARN;
	return LEVEL_NONE;
}

static void note_full(const struct collect_job *job, const struct df_line *d,
	const struct df_line *inodes, double limit)
{
	enum level level = percent_level(d->percent, limit);
	char size[UNITS_SIZE], used[UNITS_SIZE], left[UNITS_SIZE];

	if (level >= LEVEL_WARN && level <= LEVEL_BAD)
		panel_note(job->panel, level, _("%s is %.0f %% full: %s of %s used, %s free"),
			d->mount, d->percent, units_bytes(d->used, used),
			units_bytes(d->size, size), units_bytes(d->available, left));
	level = inodes ? percent_level(inodes->percent, limit) : LEVEL_NONE;
	if (level >= LEVEL_WARN && level <= LEVEL_BAD)
		panel_note(job->panel, level, _("%s has used %.0f %% of its inodes"), d->mount,
			inodes->percent);
}

static void mount_row(
	struct table *t, const struct df_line *d, const struct df_line *inodes, double limit)
{
	struct row *r = table_row(t, d->mount);
	double used = inodes ? inodes->percent : NAN;
	struct buf detail;
	char figure[UNITS_SIZE];

	if (!r)
		return;
	cell_text(&r->cells[0], d->mount, LEVEL_NONE);
	cell_number(&r->cells[1], CELL_BYTES, d->size, LEVEL_NONE);
	cell_number(&r->cells[2], CELL_BYTES, d->used, LEVEL_NONE);
	cell_number(&r->cells[3], CELL_BYTES, d->available, LEVEL_NONE);
	cell_number(&r->cells[4], CELL_PERCENT, d->percent, percent_level(d->percent, limit));
	cell_number(&r->cells[5], CELL_PERCENT, used,
		isnan(used) ? LEVEL_NONE : percent_level(used, limit));
	cell_text(&r->cells[6], d->type, LEVEL_NONE);
	cell_text(&r->cells[7], d->source, LEVEL_NONE);
	buf_init(&detail, 4096);
	buf_addf(&detail, _("%s on %s, %s"), d->source, d->mount, d->type);
	buf_addf(&detail, "\n%s  %s", _("size"), units_bytes_exact(d->size, figure));
	buf_addf(&detail, "\n%s  %s", _("used"), units_bytes_exact(d->used, figure));
	buf_addf(&detail, "\n%s  %s", _("free"), units_bytes_exact(d->available, figure));
	if (inodes && inodes->size > 0)
		buf_addf(&detail, "\n%s  %.0f / %.0f", _("inodes"), inodes->used, inodes->size);
	row_detail(r, buf_str(&detail));
	buf_clear(&detail);
}

static void parse_mounts(const struct collect_job *job)
{
	struct table *t = panel_table(job->panel, "mounts", N_("Mounts"), mount_columns, 8);
	double limit = collect_threshold(job->in->host, "disk.root.percent", PERCENT_WARN);
	const struct df_line *root, *root_inodes;
	struct df df, inodes;

	df_parse(sections_find(job->answer, "df"), &df);
	df_parse(sections_find(job->answer, "inodes"), &inodes);
	for (size_t i = 0; i < df.count; i++) {
		const struct df_line *d = &df.lines[i];
		const struct df_line *in = df_find(&inodes, d->mount);

		if (is_pseudo(d))
			continue;
		mount_row(t, d, in, limit);
		note_full(job, d, in, limit);
	}
	root = df_find(&df, "/");
	root_inodes = df_find(&inodes, "/");
	panel_fact(job->panel, "disk.root.size", root ? root->size : NAN);
	panel_fact(job->panel, "disk.root.used", root ? root->used : NAN);
	panel_fact(job->panel, "disk.root.free", root ? root->available : NAN);
	panel_fact(job->panel, "disk.root.percent", root ? root->percent : NAN);
	panel_fact(
		job->panel, "disk.root.inodes.percent", root_inodes ? root_inodes->percent : NAN);
	df_clear(&df);
	df_clear(&inodes);
}

/* A filesystem that the kernel has made read-only after an error says so in /proc/mounts only. */
static void parse_read_only(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "mounts");
	const char *line;
	size_t at = 0, len;

	while (s && section_line(s, &at, &line, &len)) {
		struct field f[4];
		char mount[512], type[32], options[512];

		if (fields_split(line, len, 1, f, 4) < 4)
			continue;
		octal_decode(f[1].at, f[1].len, mount, sizeof(mount));
		field_copy(&f[2], type, sizeof(type));
		field_copy(&f[3], options, sizeof(options));
		if (strncmp(type, "ext", 3) != 0 && strcmp(type, "xfs") != 0 &&
			strcmp(type, "btrfs") != 0)
			continue;
		if (strncmp(options, "ro,", 3) == 0 || strcmp(options, "ro") == 0)
			panel_note(job->panel, strcmp(mount, "/") == 0 ? LEVEL_BAD : LEVEL_WARN,
				_("%s is mounted read-only"), mount);
	}
}

/* Lines of the server's own hourly disk-alert (Phase 0), as it left them: it may be an hour old. */
static void parse_alert(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "alert");
	const char *line;
	size_t at = 0, len;

	for (int n = 0; s && n < 8 && section_line(s, &at, &line, &len); n++) {
		struct buf b;
		char *text;

		if (len < 7 || memcmp(line, "ALERT: ", 7) != 0)
			continue;
		buf_init(&b, 0);
		text_clean(&b, line + 7, len - 7, TEXT_FIELD_MAX);
		text = buf_take(&b);
		panel_note(job->panel, LEVEL_WARN, _("hourly disk-alert: %s"), text);
		free(text);
	}
}

struct rates {
	double read, write, busy;
};

/* Line of /proc/diskstats for a device: sectors read, sectors written, milliseconds busy. */
static bool diskstats_find(const struct section *s, const char *name, double figures[3])
{
	const char *line;
	size_t at = 0, len;

	while (s && section_line(s, &at, &line, &len)) {
		struct field f[13];

		if (fields_split(line, len, 1, f, 13) == 13 && field_is(&f[2], name)) {
			figures[0] = field_number(&f[5]);
			figures[1] = field_number(&f[9]);
			figures[2] = field_number(&f[12]);
			return true;
		}
	}
	return false;
}

/* The first line of each section is the uptime at which it was read. */
static struct rates rates_of(const struct sections *answer, const char *name)
{
	const struct section *before = sections_find(answer, "io.before");
	const struct section *now = sections_find(answer, "io");
	struct rates rates = {NAN, NAN, NAN};
	struct field up[2];
	double a[3], b[3], seconds;

	if (!before || !now || fields_split(before->bytes, before->len, 1, &up[0], 1) != 1 ||
		fields_split(now->bytes, now->len, 1, &up[1], 1) != 1)
		return rates;
	seconds = field_number(&up[1]) - field_number(&up[0]);
	if (!(seconds > 0) || !diskstats_find(before, name, a) || !diskstats_find(now, name, b))
		return rates;
	rates.read = (b[0] - a[0]) * SECTOR / seconds;
	rates.write = (b[1] - a[1]) * SECTOR / seconds;
	rates.busy = fmin(100, (b[2] - a[2]) / 10 / seconds);
	return rates;
}

struct device_walk {
	const struct collect_job *job;
	struct table *table;
	double unallocated;
};

/* What of a device its partitions, or its volume group's volumes, leave free. */
static double device_unallocated(const struct block *b)
{
	const cJSON *child, *children = json_get(b->json, "children");
	bool holder = strcmp(b->fstype, "LVM2_member") == 0;
	double left = b->size;

	if (!(b->size > 0) || strcmp(b->mount, "") != 0)
		return 0;
	if (!holder && (strcmp(b->type, "disk") != 0 || (b->fstype[0] && !children)))
		return 0;
	cJSON_ArrayForEach(child, children)
	{
		const char *type = json_str(child, "type");
		double size = json_num(child, "size");

		/* A disk that is wholly a RAID's or an encrypted volume's has such a child, not
		 * partitions. */
		if (!holder && (!type || strcmp(type, "part") != 0))
			return 0;
		left -= isnan(size) ? 0 : size;
	}
	return left >= GAP_MIN ? left : 0;
}

static void device_detail(struct row *r, const struct block *b, const struct rates *rates)
{
	struct buf detail;
	char figure[UNITS_SIZE];
	const cJSON *mount;

	buf_init(&detail, 4096);
	buf_addf(&detail, "%s  %s  %s", b->name, b->type, b->model);
	buf_addf(&detail, "\n%s  %s", _("size"), units_bytes_exact(b->size, figure));
	if (b->fstype[0])
		buf_addf(&detail, "\n%s  %s", _("filesystem"), b->fstype);
	cJSON_ArrayForEach(mount, json_get(b->json, "mountpoints")) if (cJSON_IsString(mount))
		buf_addf(&detail, "\n%s  %s", _("mounted on"), mount->valuestring);
	if (!isnan(rates->busy)) {
		buf_addf(&detail, "\n%s  %s", _("read/s"), units_bytes(rates->read, figure));
		buf_addf(&detail, "\n%s  %s", _("written/s"), units_bytes(rates->write, figure));
	}
	row_detail(r, buf_str(&detail));
	buf_clear(&detail);
}

static void device_row(const struct block *b, void *arg)
{
	struct device_walk *walk = arg;
	struct rates rates;
	struct row *r;

	/* An empty loop or RAM device is only a slot. */
	if (b->depth == 0 && !(b->size > 0))
		return;
	walk->unallocated += device_unallocated(b);
	if (b->depth == 0 && strcmp(b->type, "loop") == 0)
		return;
	r = table_row(walk->table, b->name);
	if (!r)
		return;
	rates = rates_of(walk->job->answer, b->name);
	r->depth = b->depth;
	cell_text(&r->cells[0], b->name, LEVEL_NONE);
	cell_number(&r->cells[1], CELL_BYTES, b->size, LEVEL_NONE);
	cell_text(&r->cells[2], b->type, LEVEL_NONE);
	if (b->depth == 0 && b->rotational >= 0)
		cell_text(&r->cells[3], b->rotational ? _("spinning") : _("SSD"), LEVEL_NONE);
	else
		cell_text(&r->cells[3], "", LEVEL_NONE);
	cell_text(&r->cells[4], b->model, LEVEL_NONE);
	cell_text(&r->cells[5], b->fstype, LEVEL_NONE);
	cell_text(&r->cells[6], b->mount, LEVEL_NONE);
	cell_number(&r->cells[7], CELL_BYTES, rates.read, LEVEL_NONE);
	cell_number(&r->cells[8], CELL_BYTES, rates.write, LEVEL_NONE);
	cell_number(&r->cells[9], CELL_PERCENT, rates.busy, LEVEL_NONE);
	device_detail(r, b, &rates);
}

static void parse_devices(const struct collect_job *job)
{
	struct device_walk walk = {.job = job};
	bool found;

	walk.table = panel_table(job->panel, "devices", N_("Devices"), device_columns, 10);
	found = block_walk(sections_find(job->answer, "lsblk"), device_row, &walk);
	panel_fact(job->panel, "disk.unallocated", found ? walk.unallocated : NAN);
}

struct place {
	char *name;
	double bytes;
};

static int place_compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : strcmp(x->name, y->name);
}

/* "1234\t./var/log/journal" of du -k */
static size_t places_parse(const struct section *s, struct place **list, size_t n)
{
	const char *line;
	size_t at = 0, len;

	while (s && n < 500 && section_line(s, &at, &line, &len)) {
		const char *tab = memchr(line, '\t', len);
		struct field size = {line, tab ? (size_t)(tab - line) : 0};
		struct field name;
		char raw[512];

		if (!tab || isnan(field_number(&size)))
			continue;
		name.at = tab + 1;
		name.len = (size_t)(line + len - name.at);
		if (name.len > 1 && memcmp(name.at, "./", 2) == 0) {
			name.at++;
			name.len--;
		}
		field_copy(&name, raw, sizeof(raw));
		*list = xrealloc(*list, n + 1, sizeof(**list));
		(*list)[n].name = xstrdup(raw);
		(*list)[n++].bytes = 1024 * field_number(&size);
	}
	return n;
}

/* Sizes of the logs, by folder, and of the other places; one list, largest first. */
static void parse_space(const struct collect_job *job)
{
	const struct section *logs = sections_find(job->answer, "logs");
	struct table *t =
		panel_table(job->panel, "space", N_("What takes the space"), space_columns, 2);
	struct place *list = NULL;
	size_t n = places_parse(logs, &list, 0);
	double total = NAN, journal = NAN;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, "/var/log") == 0)
			total = list[i].bytes;
		else if (strcmp(list[i].name, "/var/log/journal") == 0 ||
			 strcmp(list[i].name, "/run/log/journal") == 0)
			journal = isnan(journal) ? list[i].bytes : journal + list[i].bytes;
	}
	panel_fact(job->panel, "disk.logs", total);
	panel_fact(job->panel, "disk.journal", journal);
	n = places_parse(sections_find(job->answer, "space"), &list, n);
	if (n)
		qsort(list, n, sizeof(*list), place_compare);
	for (size_t i = 0; i < n; i++) {
		struct row *r = list[i].bytes >= MIB ? table_row(t, list[i].name) : NULL;

		if (r) {
			cell_text(&r->cells[0], list[i].name, LEVEL_NONE);
			cell_number(&r->cells[1], CELL_BYTES, list[i].bytes, LEVEL_NONE);
		}
		free(list[i].name);
	}
	free(list);
	/* du says 1 when it could not look everywhere. */
	if (logs && logs->status == 1 && !job->in->as_root)
		panel_note(job->panel, LEVEL_NONE,
			_("some folders need root to be measured: press S"));
	if (logs && logs->status == 124)
		panel_note(job->panel, LEVEL_UNKNOWN,
			_("measuring /var/log took too long and was stopped"));
}

void collect_parse_disks(const struct collect_job *job)
{
	const struct section *df = sections_find(job->answer, "df");
	char *words;

	parse_mounts(job);
	parse_devices(job);
	parse_space(job);
	parse_read_only(job);
	parse_alert(job);
	if (job->panel->tables[0].nrows || job->panel->tables[1].nrows)
		return;
	words = sections_words(job->answer, "df");
	if (sections_missing(job->answer, "df"))
		panel_fail(job->panel, PANEL_MISSING, _("df and lsblk are not on this server"));
	else if (df && df->status == 124)
		panel_fail(
			job->panel, PANEL_HUNG, _("df does not answer: a network mount may hang"));
	else
		panel_fail(job->panel, PANEL_FAILED, _("df says: %s"), words ? words : "?");
	free(words);
}
