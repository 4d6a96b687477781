/* The server itself: processors, memory, load, uptime, failed units, largest processes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"

#define TICKS 100.0 /* of /proc/PID/stat and /proc/stat: USER_HZ, 100 on every Linux we know */
#define PERCENT_BAD 95

static const struct column process_columns[] = {
	{"name", N_("process"), CELL_TEXT, 0, 0},
	{"pid", N_("pid"), CELL_TEXT, 8, 2},
	{"memory", N_("memory"), CELL_BYTES, 8, 0},
	{"share", N_("of memory"), CELL_PERCENT, 9, 1},
	{"cpu", N_("processor"), CELL_PERCENT, 9, 1},
	{"age", N_("age"), CELL_AGE, 6, 2},
};

static const struct column unit_columns[] = {
	{"unit", N_("failed unit"), CELL_TEXT, 0, 0},
	{"state", N_("state"), CELL_TEXT, 18, 1},
};

static double section_number(const struct sections *answer, const char *name)
{
	const struct section *s = sections_find(answer, name);
	struct field f;

	return s && fields_split(s->bytes, s->len, 1, &f, 1) == 1 ? field_number(&f) : NAN;
}

/* "cpu user nice system idle iowait irq softirq steal …": busy and total ticks. */
static bool cpu_parse(const char *line, size_t len, double *busy, double *total)
{
	struct field f[9];
	int n = fields_split(line, len, 1, f, 9);

	*busy = *total = 0;
	if (n < 5 || !field_is(&f[0], "cpu"))
		return false;
	for (int i = 1; i < n; i++) {
		double ticks = field_number(&f[i]);

		if (isnan(ticks))
			return false;
		*total += ticks;
		if (i != 4 && i != 5) /* idle, waiting for a disk */
			*busy += ticks;
	}
	return true;
}

/* From two readings; when nothing has passed between them, the average since boot, as vmstat's
 * first line. */
static double cpu_percent(const struct section *s)
{
	const char *line;
	size_t at = 0, len;
	double busy[2] = {0, 0}, total[2] = {0, 0};
	double passed;

	for (int i = 0; i < 2; i++)
		if (!s || !section_line(s, &at, &line, &len) ||
			!cpu_parse(line, len, &busy[i], &total[i]))
			return NAN;
	passed = total[1] - total[0];
	if (passed > 0 && busy[1] >= busy[0] && busy[1] - busy[0] <= passed)
		return 100 * (busy[1] - busy[0]) / passed;
	return total[1] > 0 ? 100 * busy[1] / total[1] : NAN;
}

/* Bytes of a line "MemTotal: 24684092 kB". */
static double memory_line(const struct section *s, const char *name)
{
	const char *line;
	size_t at = 0, len;
	struct field f[2];

	while (s && section_line(s, &at, &line, &len))
		if (fields_split(line, len, 1, f, 2) == 2 && field_is(&f[0], name))
			return 1024 * field_number(&f[1]);
	return NAN;
}

static void parse_memory(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "memory");
	double total = memory_line(s, "MemTotal:");
	double available = memory_line(s, "MemAvailable:");
	double limit = collect_threshold(job->in->host, "host.memory.percent", 85);
	double swap = memory_line(s, "SwapTotal:") - memory_line(s, "SwapFree:");
	double percent;
	char a[UNITS_SIZE], b[UNITS_SIZE];

	if (isnan(available)) /* kernels before 3.14 */
		available = memory_line(s, "MemFree:") + memory_line(s, "Cached:") +
			    memory_line(s, "Buffers:");
	percent = total > 0 ? 100 * (total - available) / total : NAN;
	panel_fact(job->panel, "host.memory.percent", percent);
	panel_fact(job->panel, "host.memory.total", total);
	panel_fact(job->panel, "host.memory.available", available);
	panel_fact(job->panel, "host.swap.used", swap);
	if (percent > limit)
		panel_note(job->panel, percent > PERCENT_BAD ? LEVEL_BAD : LEVEL_WARN,
			_("memory is %.0f %% used: %s of %s available"), percent,
			units_bytes(available, a), units_bytes(total, b));
}

static void parse_load(const struct collect_job *job, double cpus)
{
	static const char *const names[] = {"host.load1", "host.load5", "host.load15"};
	const struct section *s = sections_find(job->answer, "load");
	struct field f[3];
	int n = s ? fields_split(s->bytes, s->len, 1, f, 3) : 0;
	double load = NAN;

	for (int i = 0; i < 3; i++) {
		load = i < n ? field_number(&f[i]) : NAN;
		panel_fact(job->panel, names[i], load);
		if (i == 1 && cpus > 0 &&
			load > collect_threshold(job->in->host, "host.load5", 2 * cpus))
			panel_note(job->panel, LEVEL_WARN, _("load is %.1f on %.0f processors"),
				load, cpus);
	}
}

/* PRETTY_NAME's value, with the quotes of os-release. */
static void parse_system(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "system");
	const struct section *kernel = sections_find(job->answer, "kernel");
	char raw[256];
	struct field f;

	if (s && s->len) {
		f.at = s->bytes;
		f.len = s->len;
		if (f.len >= 2 && memchr("\"'", f.at[0], 2) && f.at[f.len - 1] == f.at[0]) {
			f.at++;
			f.len -= 2;
		}
		field_copy(&f, raw, sizeof(raw));
		panel_fact_text(job->panel, "host.system", raw);
	}
	if (kernel && kernel->len) {
		f.at = kernel->bytes;
		f.len = kernel->len;
		field_copy(&f, raw, sizeof(raw));
		panel_fact_text(job->panel, "host.kernel", raw);
	}
}

/* "docker.service loaded failed failed Docker Application Container Engine" */
static void parse_units(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "units");
	struct table *t = panel_table(job->panel, "units", N_("Failed units"), unit_columns, 2);
	const char *line;
	size_t at = 0, len;
	int failed = 0;
	struct buf names;

	if (!s || s->status != 0)
		return;
	buf_init(&names, 300);
	while (section_line(s, &at, &line, &len)) {
		struct field f[5];
		char raw[256];
		struct row *r;

		if (fields_split(line, len, 1, f, 5) < 4)
			continue;
		failed++;
		field_copy(&f[0], raw, sizeof(raw));
		buf_addf(&names, "%s%s", names.len ? ", " : "", raw);
		r = table_row(t, raw);
		if (!r)
			continue;
		cell_text(&r->cells[0], raw, LEVEL_BAD);
		cell_field(&r->cells[1], &f[3], LEVEL_BAD);
		f[0].len = len - (size_t)(f[0].at - line);
		field_copy(&f[0], raw, sizeof(raw));
		row_detail(r, raw);
	}
	panel_fact(job->panel, "host.units.failed", failed);
	if (failed)
		panel_note(job->panel, LEVEL_WARN,
			P_("%d failed unit: %s", "%d failed units: %s", failed), failed,
			buf_str(&names));
	buf_clear(&names);
}

/* "PAGES PID TICKS START-TICK STATE NAME": made by the collector's awk. */
static void parse_processes(const struct collect_job *job, double uptime)
{
	const struct section *s = sections_find(job->answer, "processes");
	struct table *t =
		panel_table(job->panel, "processes", N_("Largest processes"), process_columns, 6);
	double page = section_number(job->answer, "pagesize");
	double total = memory_line(sections_find(job->answer, "memory"), "MemTotal:");
	const char *line;
	size_t at = 0, len;

	while (s && section_line(s, &at, &line, &len)) {
		struct field f[6];
		char raw[64];
		struct row *r;
		double bytes, age;

		if (fields_split(line, len, 1, f, 6) < 6)
			continue;
		field_copy(&f[1], raw, sizeof(raw));
		r = table_row(t, raw);
		if (!r)
			break;
		bytes = field_number(&f[0]) * page;
		/* It may have begun after the uptime was read. */
		age = fmax(0, uptime - field_number(&f[3]) / TICKS);
		cell_text(&r->cells[1], raw, LEVEL_NONE);
		f[5].len = len - (size_t)(f[5].at - line); /* names may hold blanks */
		cell_field(&r->cells[0], &f[5], LEVEL_NONE);
		cell_number(&r->cells[2], CELL_BYTES, bytes, LEVEL_NONE);
		cell_number(&r->cells[3], CELL_PERCENT, total > 0 ? 100 * bytes / total : NAN,
			LEVEL_NONE);
		cell_number(&r->cells[4], CELL_PERCENT,
			age > 0 ? field_number(&f[2]) / TICKS / age * 100 : NAN, LEVEL_NONE);
		cell_number(&r->cells[5], CELL_AGE, age, LEVEL_NONE);
	}
}

void collect_parse_host(const struct collect_job *job)
{
	double uptime = section_number(job->answer, "uptime");
	double cpus = section_number(job->answer, "cpus");
	double cpu = cpu_percent(sections_find(job->answer, "cpu"));

	panel_fact(job->panel, "host.cpu.percent", cpu);
	panel_fact(job->panel, "host.cpus", cpus > 0 ? cpus : NAN);
	panel_fact(job->panel, "host.uptime", uptime);
	if (cpu > collect_threshold(job->in->host, "host.cpu.percent", 90))
		panel_note(job->panel, LEVEL_WARN, _("the processors are %.0f %% busy"), cpu);
	parse_memory(job);
	parse_load(job, cpus);
	parse_system(job);
	parse_units(job);
	parse_processes(job, uptime);
	if (isnan(cpu) && isnan(uptime))
		panel_fail(job->panel, PANEL_FAILED, _("the server has no /proc that can be read"));
}
