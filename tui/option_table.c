#include "tui/option_table.h"

#include <stddef.h>

#include "base/i18n.h"

const struct option_def option_defs[] = {
	{OPT_DEMO, "demo", 0, ARG_OPTIONAL, N_("WHICH"),
		N_("the built-in server, before Phase 0 (or =phase-1, =phase-1b)"),
		"Nothing has to be set up, and nothing outside one temporary folder is written.",
		COMPLETE_WORDS, "phase-0 phase-1 phase-1b"},
	{OPT_READ_ONLY, "read-only", 0, ARG_NONE, NULL,
		N_("watch only: nothing that changes the server"),
		"No step can start, no lock is taken and no root shell opened.", COMPLETE_NOTHING, NULL},
	{OPT_LINEAR, "linear", 0, ARG_NONE, NULL, N_("lines and numbered answers, no screen"),
		"For screen readers, serial lines and pipes; see\n.Sx LINEAR MODE .", COMPLETE_NOTHING,
		NULL},
	{OPT_STATUS, "status", 0, ARG_OPTIONAL, N_("FORMAT"),
		N_("the figures once, without a terminal (or =json)"),
		"Nothing is asked: a question is answered with no.", COMPLETE_WORDS, "text json"},
	{OPT_PHASE, "phase", 0, ARG_NEEDED, N_("ID"), N_("the phase to begin with"),
		"Any unique beginning of its ID will do, or what stands before a hyphen.", COMPLETE_PHASE, NULL},
	{OPT_DRY_RUN, "dry-run", 0, ARG_NONE, NULL,
		N_("check and plan of every step of --phase; nothing is run"), NULL, COMPLETE_NOTHING,
		NULL},
	{OPT_SESSIONS, "sessions", 0, ARG_NONE, NULL, N_("the recorded sessions"), NULL,
		COMPLETE_NOTHING, NULL},
	{OPT_REPORT, "report", 0, ARG_OPTIONAL, N_("WHAT"),
		N_("report of HOST/SESSION or HOST/RUN (default: the newest)"), NULL, COMPLETE_NOTHING,
		NULL},
	{OPT_FORMAT, "format", 0, ARG_NEEDED, N_("FORMAT"), N_("of the report: md or json"), NULL,
		COMPLETE_WORDS, "md json"},
	{OPT_OUTPUT, "output", 'o', ARG_NEEDED, N_("FILE"), N_("the report goes into a file"),
		"A name that ends in .json makes it JSON.", COMPLETE_FILE, NULL},
	{OPT_VERIFY, "verify", 0, ARG_OPTIONAL, N_("WHAT"),
		N_("do the journal's records hang together?"), NULL, COMPLETE_NOTHING, NULL},
	{OPT_LINT, "lint", 0, ARG_NEEDED, N_("DIR"), N_("what is wrong with a phase"),
		"File, line and reason; see\n.Xr twistertui-phase 5 .", COMPLETE_FOLDER, NULL},
	{OPT_LIST_PHASES, "list-phases", 0, ARG_NONE, NULL, N_("the phases that are found"), NULL,
		COMPLETE_NOTHING, NULL},
	{OPT_SSH_CONFIG, NULL, 'F', ARG_NEEDED, N_("FILE"), N_("another ssh_config"), NULL,
		COMPLETE_FILE, NULL},
	{OPT_THEME, "theme", 0, ARG_NEEDED, N_("NAME"), N_("default, light, high-contrast, mono... or one of yours"),
		NULL, COMPLETE_THEME, NULL},
	{OPT_LANG, "lang", 0, ARG_NEEDED, N_("LANG"), N_("en or fr"), NULL, COMPLETE_WORDS, "en fr"},
	{OPT_ASCII, "ascii", 0, ARG_NONE, NULL, N_("no line characters"), NULL, COMPLETE_NOTHING,
		NULL},
	{OPT_SUDO_FD, "sudo-password-fd", 0, ARG_NEEDED, N_("N"),
		N_("read the password for sudo from an open file"),
		"Its first line.\nIt is given to sudo only after its prompt has been read, and kept "
		"nowhere.",
		COMPLETE_NOTHING, NULL},
	{OPT_LOG, "log", 0, ARG_NEEDED, N_("FILE"),
		N_("write what the program does, for finding faults"), NULL, COMPLETE_FILE, NULL},
	{OPT_COMPLETE, "complete", 0, ARG_NEEDED, NULL, NULL, NULL, COMPLETE_NOTHING, NULL},
	{OPT_HELP, "help", 0, ARG_NONE, NULL, N_("this help"), NULL, COMPLETE_NOTHING, NULL},
	{OPT_VERSION, "version", 0, ARG_NONE, NULL, N_("the program's version"), NULL,
		COMPLETE_NOTHING, NULL},
	{0, NULL, 0, ARG_NONE, NULL, NULL, NULL, COMPLETE_NOTHING, NULL},
};

const struct exit_def exit_defs[] = {
	{N_("fine"), NULL},
	{N_("found or failed"),
		"A report of records that do not hold together, a step of a dry run that could not run, "
		"a panel that gave no answer, what --lint found; in the linear mode also: the input "
		"ended before the operator left."},
	{N_("usage"), "The command line or a file of the user's is wrong."},
	{N_("link"), "The server could not be reached."},
	{N_("refused"), "A changed or revoked host key, a file that others may write to, a lock."},
	{NULL, NULL},
};
