/* cli_record: --sessions, --report and --verify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"
#include "runbook/journal.h"
#include "runbook/report.h"
#include "tui/cli.h"
#include "tui/options.h"

static int complain(const struct err *e)
{
	fprintf(stderr, "twistertui: %s\n", e->text);
	return err_exit_status(e->code);
}

/* What was asked for cannot be found, which is not a wrong use of the option. */
static int not_found(const struct err *e)
{
	int status = complain(e);
	return status == 2 ? 1 : status;
}

static void local_time(int64_t wall_ms, char *out, size_t n)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;
	if (!localtime_r(&t, &tm) || strftime(out, n, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(out, n, "?");
}

static void print_session(const struct session_info *s, int width)
{
	char began[32], words[UNITS_SIZE];
	char *raw = xasprintf("%s/%s", s->host, s->session), *name = text_dup(raw);
	int pad = width - text_width(name);
	local_time(s->started_ms, began, sizeof(began));
	printf("%s%*s  %s  %-10s  %6zu  %s\n", name, pad > 0 ? pad : 0, "", began,
		s->ended_ms < 0
			? _("still open")
			: units_duration((double)(s->ended_ms - s->started_ms) / 1000, words),
		s->records, *s->runs ? s->runs : "-");
	free(raw);
	free(name);
}

int cli_sessions(const struct options *o)
{
	struct session_info *list;
	struct err e = {0};
	size_t n;
	char *state_dir = data_state_dir();
	int rc = session_list(state_dir, o->host, &list, &n, &e), width = 0;
	if (rc == 0 && n == 0)
		fprintf(stderr, _("There is no session yet below %s.\n"), state_dir);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		int w = text_width(list[i].host) + 1 + text_width(list[i].session);
		width = w > width ? w : width;
	}
	if (rc == 0 && n > 0)
		printf("%-*s  %-16s  %-10s  %6s  %s\n", width, _("session"), _("began"),
			_("lasted"), _("records"), _("runs"));
	for (size_t i = 0; rc == 0 && i < n; i++)
		print_session(&list[i], width);
	session_list_free(list, n);
	free(state_dir);
	return rc == 0 ? 0 : complain(&e);
}

/* -o report.json says the format, too. */
static int choose_format(const struct options *o, enum report_format *format, struct err *e)
{
	const char *name = o->output ? strrchr(o->output, '.') : NULL;
	*format = name && strcmp(name, ".json") == 0 ? REPORT_JSON : REPORT_MARKDOWN;
	return o->format ? report_format_parse(o->format, format, e) : 0;
}

int cli_report(const struct options *o)
{
	enum report_format format;
	struct buf text;
	struct err e = {0};
	if (choose_format(o, &format, &e) != 0)
		return complain(&e);
	char *state_dir = data_state_dir();
	bool intact = true;
	buf_init(&text, 0);
	int rc = report_find(state_dir, o->what ? o->what : o->host, format, &text, &intact, &e);
	int status = intact ? 0 : 1;
	if (!intact)
		fprintf(stderr, "twistertui: %s\n",
			_("the records do not hold together: the report says where"));
	if (rc != 0) {
		status = not_found(&e);
	} else if (!o->output || strcmp(o->output, "-") == 0) {
		if (fwrite(text.data, 1, text.len, stdout) != text.len || fflush(stdout) != 0) {
			perror("twistertui");
			status = 1;
		}
	} else if (report_save(o->output, text.data, text.len, &e) != 0) {
		status = complain(&e);
	} else {
		fprintf(stderr, _("The report is in %s.\n"), o->output);
	}
	buf_clear(&text);
	free(state_dir);
	return status;
}

/* One line a session; true when it holds. */
static bool verify(const char *state_dir, const struct session_info *s)
{
	struct journal *j;
	struct err e = {0};
	char *name = xasprintf("%s/%s", s->host, s->session);
	bool holds = false;
	if (journal_read(state_dir, s->host, s->session, &j, &e) != 0) {
		printf(_("%s: %s\n"), name, e.text);
	} else {
		char *words = journal_state_text(j);
		holds = j->chain != CHAIN_BROKEN;
		printf(_("%s: %s\n"), name, words);
		if (holds && j->nrecords)
			printf("  %s %s\n", _("head"), j->head);
		free(words);
		journal_free(j);
	}
	free(name);
	return holds;
}

int cli_verify(const struct options *o)
{
	struct session_info *list;
	struct err e = {0};
	size_t n;
	const char *what = o->what ? o->what : o->host;
	char *state_dir = data_state_dir();
	int rc = what && strchr(what, '/') ? session_find(state_dir, what, &list, &n, &e)
					   : session_list(state_dir, what, &list, &n, &e);
	int status = 0;
	if (rc == 0 && n == 0)
		rc = err_set(&e, ERR_USAGE, _("there is no session below %s"), state_dir);
	if (rc != 0)
		status = not_found(&e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!verify(state_dir, &list[i]))
			status = 1;
	if (rc == 0)
		session_list_free(list, n);
	free(state_dir);
	return status;
}
