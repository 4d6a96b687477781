/* report_markdown: the report for people. Ours is what stands in _(); all else goes through md_*(). */
#include "runbook/report_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/units.h"
#include "runbook/markdown.h"

void report_time(struct buf *out, int64_t wall_ms)
{
	char words[64];
	struct tm tm;
	time_t t = (time_t)(wall_ms / 1000);
	if (wall_ms < 0 || !gmtime_r(&t, &tm)) {
		buf_adds(out, "?");
		return;
	}
	strftime(words, sizeof(words), "%Y-%m-%d %H:%M:%S UTC", &tm);
	buf_adds(out, words);
}

void report_duration(struct buf *out, int64_t ms)
{
	char words[UNITS_SIZE];
	buf_adds(out, units_duration(ms < 0 ? NAN : (double)ms / 1000, words));
}

char *report_duration_text(int64_t ms)
{
	struct buf b;
	buf_init(&b, 0);
	report_duration(&b, ms);
	return buf_take(&b);
}

char *report_code(const char *s)
{
	struct buf b;
	buf_init(&b, 0);
	md_code(&b, s);
	return buf_take(&b);
}

char *report_text(const char *s)
{
	struct buf b;
	buf_init(&b, 0);
	md_text(&b, s);
	return buf_take(&b);
}

const struct rep_run *report_run(const struct rep *r, const char *run)
{
	for (size_t i = 0; i < r->nruns; i++)
		if (run ? strcmp(r->runs[i].id, run) == 0 : r->nruns == 1)
			return &r->runs[i];
	return NULL;
}

/* ---- summary ---- */

static void row(struct buf *out, const char *name)
{
	buf_addf(out, "| **%s** | ", name);
}

static int64_t first_time(const struct rep *r)
{
	return r->nsessions ? r->sessions[0].from_ms : -1;
}

static int64_t last_time(const struct rep *r)
{
	int64_t last = -1;
	for (size_t i = 0; i < r->nsessions; i++)
		if (r->sessions[i].to_ms > last)
			last = r->sessions[i].to_ms;
	return last;
}

static size_t count_state(const struct rep *r, enum step_state s)
{
	size_t n = 0;
	for (size_t i = 0; i < r->nactions; i++)
		n += r->actions[i].state == s;
	return n;
}

static void add_result(const struct rep *r, const struct rep_run *run, struct buf *out)
{
	static const enum step_state order[] = {STEP_DONE, STEP_SATISFIED, STEP_FAILED,
		STEP_INTERRUPTED, STEP_RUNNING, STEP_BLOCKED, STEP_SKIPPED, STEP_DEFERRED,
		STEP_TODO};
	const char *state = run ? json_str(run->close, "state") : NULL;
	row(out, _("Result"));
	if (run && state && strcmp(state, "finished") == 0)
		buf_addf(out, "**%s** · ", _("the run was finished"));
	else if (run && state)
		buf_addf(out, "**%s** · ", _("the run was abandoned"));
	else if (run)
		buf_addf(out, "**%s** · ", _("the run is still open"));
	const char *reason = run ? json_str(run->close, "reason") : NULL;
	if (reason && *reason) {
		md_text(out, reason);
		buf_adds(out, " · ");
	}
	buf_adds(out, _("steps: "));
	const char *comma = "";
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		size_t n = count_state(r, order[i]);
		if (n) {
			buf_addf(out, "%s%zu %s", comma, n,
				order[i] == STEP_FAILED ? _("failed")
							: step_state_word(order[i], FAILURE_NONE));
			comma = ", ";
		}
	}
	buf_adds(out, *comma ? " |\n" : "– |\n");
}

/* "2 min = 1 min + 60 s": what the jobs took, added up before the reader's eyes. */
static void add_working_time(const struct rep *r, struct buf *out)
{
	int64_t sum = 0;
	size_t n = 0;
	struct buf parts;
	buf_init(&parts, 0);
	for (size_t i = 0; i < r->nactions; i++)
		for (size_t k = 0; k < r->actions[i].nattempts; k++) {
			int64_t took = rep_took(&r->actions[i].attempts[k]);
			if (took < 0)
				continue;
			if (n++)
				buf_adds(&parts, " + ");
			report_duration(&parts, took);
			sum += took;
		}
	row(out, _("Work on the server"));
	if (n == 0) {
		buf_adds(out, _("nothing ran"));
	} else {
		if (n > 1)
			buf_addf(out, "%s = ", buf_str(&parts));
		report_duration(out, sum);
	}
	buf_adds(out, " |\n");
	buf_clear(&parts);
}

static void add_people(const struct rep *r, struct buf *out)
{
	row(out, _("Who"));
	for (size_t i = 0; i < r->nsessions; i++) {
		const char *who = json_str(r->sessions[i].start, "who");
		bool seen = false;
		for (size_t k = 0; k < i && who && !seen; k++) {
			const char *other = json_str(r->sessions[k].start, "who");
			seen = other && strcmp(other, who) == 0;
		}
		if (seen || !who)
			continue;
		if (i)
			buf_adds(out, ", ");
		md_cell_code(out, who);
	}
	buf_adds(out, " |\n");
}

static void add_link(const struct rep *r, struct buf *out)
{
	int losses = 0;
	int64_t away = 0, longest = 0;
	for (size_t i = 0; i < r->nsessions; i++) {
		losses += r->sessions[i].losses;
		away += r->sessions[i].away_ms;
		if (r->sessions[i].longest_ms > longest)
			longest = r->sessions[i].longest_ms;
	}
	row(out, _("Link"));
	if (losses == 0) {
		buf_adds(out, _("never lost"));
	} else {
		char *all = report_duration_text(away), *worst = report_duration_text(longest);
		buf_addf(out,
			P_("lost %d time, in all %s, the longest %s",
				"lost %d times, in all %s, the longest %s", losses),
			losses, all, worst);
		free(all);
		free(worst);
	}
	buf_adds(out, " |\n");
}

static size_t count_verdict(const struct rep *r, const char *verdict)
{
	size_t n = 0;
	for (size_t i = 0; i < r->ncriteria; i++)
		n += strcmp(rep_verdict(r->criteria[i]), verdict) == 0;
	return n;
}

static void add_score(const struct rep *r, struct buf *out)
{
	size_t measured = count_verdict(r, "met"), attested = count_verdict(r, "attested");
	buf_addf(out, _("%zu of %zu met (%zu measured + %zu attested)"), measured + attested,
		r->ncriteria, measured, attested);
	buf_addf(out, _("; not met %zu, deferred %zu, unknown %zu"), count_verdict(r, "not met"),
		count_verdict(r, "deferred"), count_verdict(r, "unknown"));
}

static void add_summary(const struct rep *r, const char *id, struct buf *out)
{
	const struct rep_run *run = report_run(r, id);
	const char *host = r->nsessions ? r->sessions[0].j->host : "";
	int64_t from = run && run->from_ms >= 0 ? run->from_ms : first_time(r);
	int64_t to = run && run->to_ms >= 0 ? run->to_ms : last_time(r);
	buf_addf(out, "## %s\n\n| | |\n|---|---|\n", _("Summary"));
	row(out, _("Server"));
	md_cell_code(out, host);
	const char *peer = r->nsessions ? json_str(r->sessions[0].console, "peer") : NULL;
	if (peer) {
		buf_adds(out, " · ");
		md_cell_code(out, peer);
	}
	buf_adds(out, " |\n");
	for (size_t i = 0; i < r->nruns; i++) {
		row(out, _("Run"));
		md_cell_code(out, r->runs[i].id);
		buf_addf(out, " · %s ", _("phase"));
		md_cell_code(out, r->runs[i].phase);
		buf_adds(out, " · ");
		md_text(out, r->runs[i].title);
		buf_adds(out, " |\n");
	}
	row(out, _("When"));
	report_time(out, from);
	buf_adds(out, " – ");
	report_time(out, to);
	buf_adds(out, " |\n");
	row(out, _("Duration"));
	report_duration(out, from >= 0 && to >= from ? to - from : -1);
	buf_addf(
		out, P_(" in %zu session |\n", " in %zu sessions |\n", r->nsessions), r->nsessions);
	add_working_time(r, out);
	add_people(r, out);
	add_result(r, run, out);
	if (r->ncriteria) {
		row(out, _("Criteria"));
		add_score(r, out);
		buf_adds(out, " |\n");
	}
	add_link(r, out);
	row(out, _("Records"));
	buf_adds(out, r->intact ? _("hold together (see the end)")
				: _("**do not hold together**: see the end"));
	buf_adds(out, " |\n\n");
}

/* ---- figures ---- */

static void add_figure(const struct rep_figure *f, struct buf *out)
{
	bool changed;
	char *before = rep_figure_text(f->first), *after = rep_figure_text(f->last);
	char *difference = rep_difference(f, &changed);
	int better = rep_judge(f);
	buf_adds(out, "| ");
	md_text(out, rep_figure_label(f));
	buf_adds(out, " (");
	md_cell_code(out, f->name);
	buf_adds(out, ") | ");
	md_text(out, before);
	buf_adds(out, " | ");
	md_text(out, after);
	buf_adds(out, " | ");
	if (difference && changed && rep_looks_same(f))
		buf_addf(out, _("unchanged as printed (%s)"), difference);
	else if (difference && changed) /* 148G − 98G = +50G */
		buf_addf(out, "%s \xe2\x88\x92 %s = %s", after, before, difference);
	else
		buf_adds(out, changed ? _("changed") : _("unchanged"));
	buf_addf(out, " | %s |\n", better > 0 ? _("better") : better < 0 ? _("worse") : "");
	free(difference);
	free(before);
	free(after);
}

static void add_figures(const struct rep *r, struct buf *out)
{
	size_t quiet = 0, unmeasured = 0;
	bool head = false;
	if (r->nfigures == 0)
		return;
	buf_addf(out, "## %s\n\n", _("Figures before and after"));
	for (size_t i = 0; i < r->nfigures; i++) {
		bool changed;
		free(rep_difference(&r->figures[i], &changed));
		if (!changed && !r->figures[i].wanted) {
			char *words = rep_figure_text(r->figures[i].last);
			*(strcmp(words, "?") == 0 ? &unmeasured : &quiet) += 1;
			free(words);
			continue;
		}
		if (!head)
			buf_addf(out, "| %s | %s | %s | %s | |\n|---|---|---|---|---|\n",
				_("Figure"), _("Before"), _("After"), _("Difference"));
		head = true;
		add_figure(&r->figures[i], out);
	}
	if (quiet)
		buf_addf(out,
			P_("\n%zu other figure was measured and did not change.\n",
				"\n%zu other figures were measured and did not change.\n", quiet),
			quiet);
	if (unmeasured)
		buf_addf(out,
			P_("\n%zu figure could not be measured.\n",
				"\n%zu figures could not be measured.\n", unmeasured),
			unmeasured);
	buf_adds(out, _("\nSizes are printed as df does, rounded up; differences are taken from "
			"the exact "
			"figures. “?” was not measured.\n\n"));
}

/* What room there is, and what cannot be said without a second measurement. */
static void add_capacity(const struct rep *r, struct buf *out)
{
	const struct rep_figure *size = rep_find_figure(r, "disk.root.size");
	const struct rep_figure *used = rep_find_figure(r, "disk.root.used");
	double limit = 0.75, room;
	char a[UNITS_SIZE], b[UNITS_SIZE], c[UNITS_SIZE];
	if (!size || !used || isnan(rep_value(size->last)) || isnan(rep_value(used->last)))
		return;
	room = limit * rep_value(size->last) - rep_value(used->last);
	buf_addf(out, "## %s\n\n", _("Capacity"));
	if (room >= 0)
		buf_addf(out, _("Until / is 75 %% full: 0.75 × %s − %s = %s.\n"),
			units_bytes_exact(rep_value(size->last), a),
			units_bytes_exact(rep_value(used->last), b), units_bytes_exact(room, c));
	else
		buf_addf(out, _("/ is over 75 %% full: %s − 0.75 × %s = %s too much.\n"),
			units_bytes_exact(rep_value(used->last), b),
			units_bytes_exact(rep_value(size->last), a), units_bytes_exact(-room, c));
	buf_adds(out, _("How fast it fills was not measured here, so no date is given: divide that "
			"room by a "
			"growth that was.\n\n"));
}

/* ---- criteria ---- */

static const char *verdict_sign(const char *verdict)
{
	if (strcmp(verdict, "met") == 0 || strcmp(verdict, "attested") == 0)
		return "✓";
	return strcmp(verdict, "not met") == 0 ? "✗" : strcmp(verdict, "deferred") == 0 ? "→" : "?";
}

static const char *verdict_words(const char *verdict)
{
	static const char *const words[][2] = {{"met", N_("met")}, {"not met", N_("not met")},
		{"attested", N_("attested")}, {"deferred", N_("deferred")}};
	for (size_t i = 0; i < 4; i++)
		if (strcmp(words[i][0], verdict) == 0)
			return _(words[i][1]);
	return _("unknown");
}

static void add_criterion(const cJSON *record, struct buf *out)
{
	const char *verdict = rep_verdict(record), *why = json_str(record, "why");
	const char *test = json_str(record, "test"), *until = json_str(record, "until");
	const char *reason = json_str(record, "reason");
	buf_addf(out, "| %s %s | ", verdict_sign(verdict), verdict_words(verdict));
	md_text(out,
		json_str(record, "title") ? json_str(record, "title") : json_str(record, "id"));
	buf_adds(out, " | ");
	if (test)
		md_cell_code(out, test);
	else
		buf_adds(out, _("vouched for"));
	buf_adds(out, " | ");
	md_text(out, reason && *reason ? reason : why);
	if (until && *until) {
		buf_addf(out, " · %s ", _("until"));
		md_text(out, until);
	}
	buf_adds(out, " |\n");
}

static void add_criteria(const struct rep *r, struct buf *out)
{
	if (r->ncriteria == 0)
		return;
	buf_addf(out, "## %s\n\n", _("Criteria"));
	add_score(r, out);
	buf_addf(out,
		_(".\n“Met” and “not met” were measured; “attested” is the operator's word.\n\n"
		  "| Verdict | Criterion | Test | How it was judged |\n|---|---|---|---|\n"));
	for (size_t i = 0; i < r->ncriteria; i++)
		add_criterion(r->criteria[i], out);
	buf_adds(out, "\n");
}

void report_markdown(const struct rep *r, const char *id, struct buf *out)
{
	const struct rep_run *run = report_run(r, id);
	buf_addf(out, "# %s", _("Report"));
	if (run && run->title) {
		buf_adds(out, _(": "));
		md_text(out, run->title);
	} else if (r->nsessions) {
		buf_addf(out, "%s%s ", _(": "), _("session"));
		md_code(out, r->sessions[0].j->session);
	}
	buf_adds(out, "\n\n");
	report_markdown_warning(r, out);
	add_summary(r, id, out);
	report_markdown_actions(r, out);
	add_figures(r, out);
	add_capacity(r, out);
	add_criteria(r, out);
	report_markdown_rest(r, out);
}
