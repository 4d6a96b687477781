/* options: the command line. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdbool.h>

struct err;

enum mode {
	MODE_CONSOLE,
	MODE_STATUS,
	MODE_DRY_RUN,
	MODE_SESSIONS,
	MODE_REPORT,
	MODE_VERIFY,
	MODE_LINT,
	MODE_LIST_PHASES,
	MODE_COMPLETE,
	MODE_HELP,
	MODE_VERSION
};

struct options {
	enum mode mode;
	const char *host; /* HOST, or NULL */
	const char *demo; /* "phase-0" or "phase-1", or NULL */
	bool read_only;
	bool linear; /* --linear */
	bool status_json;
	const char *phase;      /* --phase ID */
	const char *what;       /* argument of --report, --verify, --lint, --complete, or NULL */
	const char *format;     /* --format, or NULL */
	const char *output;     /* -o, or NULL */
	const char *ssh_config; /* -F, or NULL */
	const char *theme;      /* --theme, or NULL */
	const char *lang;       /* --lang, or NULL */
	bool ascii;
	int sudo_password_fd; /* or -1 */
	const char *log;      /* --log FILE, or NULL */
};

/* Fills *out from argv, whose strings it borrows. ERR_USAGE: e says what is wrong. */
int options_parse(int argc, char **argv, struct options *out, struct err *e);
void options_usage(void); /* --help, on stdout */

#endif
