/*
 * option_table: the one table of the command line's options. Parsing, --help, the manual and the shells'
 * completions come from it.
 */
#ifndef TUI_OPTION_TABLE_H
#define TUI_OPTION_TABLE_H

enum option_id {
	OPT_DEMO = 256,
	OPT_READ_ONLY,
	OPT_LINEAR,
	OPT_STATUS,
	OPT_PHASE,
	OPT_DRY_RUN,
	OPT_SESSIONS,
	OPT_REPORT,
	OPT_FORMAT,
	OPT_OUTPUT,
	OPT_VERIFY,
	OPT_LINT,
	OPT_LIST_PHASES,
	OPT_SSH_CONFIG,
	OPT_THEME,
	OPT_LANG,
	OPT_ASCII,
	OPT_SUDO_FD,
	OPT_LOG,
	OPT_COMPLETE,
	OPT_HELP,
	OPT_VERSION,
};

enum option_arg { ARG_NONE, ARG_OPTIONAL, ARG_NEEDED };

/* What a shell offers for the argument. */
enum option_complete {
	COMPLETE_NOTHING,
	COMPLETE_WORDS, /* those of `words` */
	COMPLETE_FILE,
	COMPLETE_FOLDER,
	COMPLETE_PHASE,
	COMPLETE_THEME,
};

struct option_def {
	enum option_id id;
	const char *name; /* after --; NULL: only the letter */
	char letter;      /* after -; 0: none */
	enum option_arg arg;
	const char *metavar; /* of the argument, N_(); NULL without one */
	const char *text;    /* N_(): a line for --help, the manual, zsh and fish; NULL: not for people */
	const char *more;    /* the manual's, English, mdoc between the sentences; or NULL */
	enum option_complete complete;
	const char *words; /* COMPLETE_WORDS: separated by blanks */
};

extern const struct option_def option_defs[]; /* in the order of --help; ends with id 0 */

/* Exit statuses, from 0 on; ends with NULL. */
struct exit_def {
	const char *text; /* N_() */
	const char *more; /* the manual's, or NULL */
};
extern const struct exit_def exit_defs[];

#endif
