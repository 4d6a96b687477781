#include "tui/command.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "tui/keys.h"

#define LISTS (IN_PANELS | IN(PLACE_LOG) | IN(PLACE_REPORTS))

/* The order is that of help and of the bottom line. */
const struct command commands[] = {
	/* Phases */
	{CMD_PLAN, "plan", "p", N_("plan"), N_("check the step and show what would change"),
		IN(PLACE_PHASES), CMD_BAR},
	{CMD_RUN, "run", "x", N_("run"), N_("run the step, after asking"), IN(PLACE_PHASES),
		CMD_BAR | CMD_CHANGES},
	{CMD_PARAMS, "params", "e", N_("edit"), N_("change the step's parameters"),
		IN(PLACE_PHASES), CMD_BAR},
	{CMD_SKIP, "skip", "s", N_("skip"), N_("leave the step out, with a reason"),
		IN(PLACE_PHASES), CMD_BAR},
	{CMD_DEFER, "defer", "d", N_("defer"), N_("put the step or criterion off, with a reason"),
		IN(PLACE_PHASES), 0},
	{CMD_UNDO, "undo", "u", N_("undo"), N_("put back what the step changed, after asking"),
		IN(PLACE_PHASES), CMD_BAR | CMD_CHANGES},
	{CMD_RESET, "reset", "z", NULL, N_("make the step \"to do\" again"), IN(PLACE_PHASES), 0},
	{CMD_CANCEL, "cancel", "", NULL, N_("end the running step on the server, after asking"),
		IN(PLACE_PHASES), CMD_CHANGES},
	{CMD_CRITERIA, "criteria", "c", N_("criteria"),
		N_("the phase's criteria, and how each is judged"), IN(PLACE_PHASES), CMD_BAR},
	{CMD_NOTE, "note", "n", N_("note"),
		N_("write a note on the step or run: card, journal and report have it"),
		IN(PLACE_PHASES) | IN(PLACE_REPORTS), CMD_BAR | CMD_ARG},
	{CMD_MAP, "map", "m", N_("map"),
		N_("what is done and left of the phase, how long it took and may take"),
		IN(PLACE_PHASES), CMD_BAR},
	{CMD_ATTEST, "attest", "a", NULL, N_("vouch for a criterion, with a reason"),
		IN(PLACE_PHASES), 0},
	{CMD_LOCK, "lock", "L", NULL,
		N_("take over the lock that lets one console change the server"), IN(PLACE_PHASES),
		CMD_CHANGES},
	{CMD_FINISH, "finish", "", NULL, N_("end the phase's run: measure, judge, record"),
		IN(PLACE_PHASES), CMD_CHANGES},
	{CMD_ABANDON, "abandon", "", NULL, N_("give the phase's run up, with a reason"),
		IN(PLACE_PHASES), CMD_ARG | CMD_CHANGES},
	/* Log */
	{CMD_FOLLOW, "follow", "f", N_("follow"), N_("stay at the newest line, or not"),
		IN(PLACE_LOG), CMD_BAR},
	{CMD_WRAP, "wrap", "w", N_("wrap"), N_("wrap long lines, or not"), IN(PLACE_LOG), CMD_BAR},
	{CMD_TIMES, "times", "t", N_("times"), N_("show times, or not"), IN(PLACE_LOG), CMD_BAR},
	{CMD_SOURCE, "source", "s", N_("step"), N_("only the lines of one step"), IN(PLACE_LOG),
		CMD_BAR | CMD_ARG},
	{CMD_NEXT_MATCH, "next", "n", N_("next"), N_("the next line found"), IN(PLACE_LOG),
		CMD_BAR},
	{CMD_PREVIOUS_MATCH, "previous", "N", NULL, N_("the line found before"), IN(PLACE_LOG), 0},
	/* Reports */
	{CMD_EXPORT, "export", "x", N_("export"), N_("write the report to a file"),
		IN(PLACE_REPORTS), CMD_BAR | CMD_ARG},
	{CMD_FORMAT, "format", "f", N_("format"), N_("the report's format"), IN(PLACE_REPORTS),
		CMD_BAR | CMD_ARG},
	{CMD_VERIFY, "verify", "v", N_("verify"),
		N_("check that the journal's records hang together"), IN(PLACE_REPORTS), CMD_BAR},
	/* lists */
	{CMD_OPEN, "open", "Enter", N_("open"), N_("open what is under the cursor"), IN_ALL,
		CMD_BAR},
	{CMD_FILTER, "filter", "/", N_("filter"),
		N_("show only lines that match (PCRE2); ! before it: that do not"), LISTS,
		CMD_BAR | CMD_ARG},
	{CMD_SORT_NEXT, "sort-next", "o", N_("sort"), N_("sort by the next column"), IN_PANELS,
		CMD_BAR},
	{CMD_SORT_REVERSE, "sort-reverse", "O", NULL, N_("sort the other way round"), IN_PANELS, 0},
	{CMD_SORT, "sort", "", NULL, N_("sort by a column; without one, in the server's order"),
		IN_PANELS, CMD_ARG},
	{CMD_COPY, "copy", "y", NULL, N_("copy the row to the clipboard (OSC 52)"), IN_ALL, 0},
	/* moving */
	{CMD_UP, "up", "Up k", NULL, N_("one row up"), IN_ALL, 0},
	{CMD_DOWN, "down", "Down j", NULL, N_("one row down"), IN_ALL, 0},
	{CMD_LEFT, "left", "Left h", NULL, N_("to the left"), IN_ALL, 0},
	{CMD_RIGHT, "right", "Right l", NULL, N_("to the right"), IN_ALL, 0},
	{CMD_PAGE_UP, "page-up", "PgUp ^B", NULL, N_("one page up"), IN_ALL, 0},
	{CMD_PAGE_DOWN, "page-down", "PgDn ^F Space", NULL, N_("one page down"), IN_ALL, 0},
	{CMD_TOP, "top", "g Home", NULL, N_("to the first row"), IN_ALL, 0},
	{CMD_BOTTOM, "bottom", "G End", NULL, N_("to the last row"), IN_ALL, 0},
	{CMD_NEXT_PANE, "next-pane", "Tab", N_("pane"), N_("to the next pane"), IN_ALL, CMD_BAR},
	{CMD_PREVIOUS_PANE, "previous-pane", "S-Tab", NULL, N_("to the pane before"), IN_ALL, 0},
	{CMD_BACK, "back", "Esc", NULL, N_("back: close, clear the filter, to the overview"),
		IN_ALL, 0},
	/* places */
	{CMD_PLACE_1, "overview", "1", NULL, N_("Overview: everything at a glance"), IN_ALL, 0},
	{CMD_PLACE_2, "disks", "2", NULL, N_("Disks: devices, mounts, what takes the space"),
		IN_ALL, 0},
	{CMD_PLACE_3, "lvm", "3", NULL, N_("LVM: volumes, groups, free extents"), IN_ALL, 0},
	{CMD_PLACE_4, "pods", "4", NULL, N_("Pods: nodes, pods, ReplicaSets"), IN_ALL, 0},
	{CMD_PLACE_5, "docker", "5", NULL, N_("Docker: daemon, containers, images"), IN_ALL, 0},
	{CMD_PLACE_6, "backups", "6", NULL, N_("Backups: PostgreSQL and Redis"), IN_ALL, 0},
	{CMD_PLACE_7, "phases", "7", NULL, N_("Phases: the checklists"), IN_ALL, 0},
	{CMD_PLACE_8, "log", "8", NULL, N_("Log: what was said and done"), IN_ALL, 0},
	{CMD_PLACE_9, "reports", "9", NULL, N_("Reports: sessions and runs"), IN_ALL, 0},
	{CMD_PHASE, "phase", "", NULL, N_("choose another phase"), IN_ALL, CMD_ARG},
	/* the console */
	{CMD_REFRESH, "refresh", "r F5", N_("refresh"),
		N_("read everything again; try the link now"), IN_ALL, CMD_BAR},
	{CMD_ROOT, "root", "S", N_("sudo"),
		N_("open a root shell on the server (sudo), to see and do more"), IN_ALL, CMD_BAR},
	{CMD_COMMAND_LINE, "command", ":", NULL, N_("type a command; Tab completes it"), IN_ALL, 0},
	{CMD_MOUSE, "mouse", "", NULL, N_("\"mouse off\" leaves the mouse to the terminal"), IN_ALL,
		CMD_ARG},
	{CMD_THEME, "theme", "", NULL,
		N_("another theme: default, light, high-contrast, deuteranopia, tritanopia, mono"),
		IN_ALL, CMD_ARG},
	{CMD_REDRAW, "redraw", "^L", NULL, N_("paint the whole screen again"), IN_ALL, 0},
	{CMD_SUSPEND, "suspend", "^Z", NULL, N_("back to the shell; \"fg\" returns"), IN_ALL, 0},
	{CMD_INTERRUPT, "interrupt", "^C", NULL,
		N_("with a running step: cancel it, or leave it running"), IN_ALL, 0},
	{CMD_HELP, "help", "? F1", N_("help"), N_("this help"), IN_ALL, CMD_BAR},
	{CMD_QUIT, "quit", "q", N_("quit"), N_("leave; a running step goes on on the server"),
		IN_ALL, CMD_BAR},
	{CMD_NONE, NULL, NULL, NULL, NULL, 0, 0},
};

const struct command *command_get(enum command_id id)
{
	for (const struct command *c = commands; c->id; c++)
		if (c->id == id)
			return c;
	return NULL;
}

static bool command_has_key(const struct command *c, int key)
{
	const char *at = c->keys;

	while (*at) {
		size_t n = strcspn(at, " ");

		if (key_parse(at, n) == key)
			return true;
		at += n;
		at += strspn(at, " ");
	}
	return false;
}

const struct command *command_by_key(int key, enum place place)
{
	for (const struct command *c = commands; c->id; c++)
		if ((c->places & IN(place)) && command_has_key(c, key))
			return c;
	return NULL;
}

const struct command *command_by_name(const char *name, size_t n, enum place place, bool *several)
{
	const struct command *found = NULL;
	int count = 0;

	if (several)
		*several = false;
	for (const struct command *c = commands; c->id; c++) {
		if (!(c->places & IN(place)) || strncmp(c->name, name, n) != 0)
			continue;
		if (strlen(c->name) == n)
			return c;
		found = c;
		count++;
	}
	if (several)
		*several = count > 1;
	return count == 1 ? found : NULL;
}

char *command_key(const struct command *c, char out[16])
{
	size_t n = strcspn(c->keys, " ");

	*out = '\0';
	return n ? key_words(key_parse(c->keys, n), out) : out;
}

static const struct {
	const char *name, *title;
} places[PLACE_COUNT] = {
	[PLACE_OVERVIEW] = {"overview", N_("Overview")},
	[PLACE_DISKS] = {"disks", N_("Disks")},
	[PLACE_LVM] = {"lvm", N_("LVM")},
	[PLACE_PODS] = {"pods", N_("Pods")},
	[PLACE_DOCKER] = {"docker", N_("Docker")},
	[PLACE_BACKUPS] = {"backups", N_("Backups")},
	[PLACE_PHASES] = {"phases", N_("Phases")},
	[PLACE_LOG] = {"log", N_("Log")},
	[PLACE_REPORTS] = {"reports", N_("Reports")},
};

const char *place_name(enum place p)
{
	return places[p].name;
}

const char *place_title(enum place p)
{
	return _(places[p].title);
}
