#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/trace.h"
#include "tui/cli.h"
#include "tui/console.h"
#include "tui/linear.h"
#include "tui/options.h"
#include "tui/words.h"

static int complain(const struct err *e)
{
	fprintf(stderr, _("twistertui: %s\nTry --help.\n"), e->text);
	return err_exit_status(e->code);
}

/* --lang counts for complaints about the other options, too. */
static const char *early_lang(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			return argv[i] + 7;
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			return argv[i + 1];
	}
	return NULL;
}

static int version(void)
{
	printf("twistertui %s\n", PACKAGE_VERSION);
	return 0;
}

static int help(void)
{
	options_usage();
	return 0;
}

static int console(const struct options *o)
{
	struct err e;

	if (linear_wanted(o))
		return linear_run(o);
	if (!o->host && !o->demo && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		err_set(&e, ERR_USAGE, _("which host? (and there is no terminal here)"));
		return complain(&e);
	}
	return console_run(o);
}

static int run(const struct options *o)
{
	switch (o->mode) {
	case MODE_HELP:
		return help();
	case MODE_VERSION:
		return version();
	case MODE_STATUS:
		return cli_status(o);
	case MODE_DRY_RUN:
		return cli_dry_run(o);
	case MODE_SESSIONS:
		return cli_sessions(o);
	case MODE_REPORT:
		return cli_report(o);
	case MODE_VERIFY:
		return cli_verify(o);
	case MODE_LINT:
		return cli_lint(o);
	case MODE_LIST_PHASES:
		return cli_list_phases(o);
	case MODE_COMPLETE:
		return cli_complete(o);
	default:
		return console(o);
	}
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e;
	const char *lang = early_lang(argc, argv);

	data_dir(argv[0]);
	words_open(lang && strcmp(lang, "fr") == 0   ? "fr"
		   : lang && strcmp(lang, "en") == 0 ? "en"
						     : NULL);
	if (options_parse(argc, argv, &o, &e) != 0 || (o.log && trace_open(o.log, &e) != 0))
		return complain(&e);
	return run(&o);
}
