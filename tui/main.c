#include <getopt.h>
#include <locale.h>
#include <stdio.h>

#include "base/err.h"
#include "base/i18n.h"

static void usage(FILE *to)
{
	fputs(_("Usage: twistertui [OPTION]... HOST\n"
		"  --help     show this and exit\n"
		"  --version  show the version and exit\n"),
		to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int option;

	setlocale(LC_ALL, "");
	i18n_open(LOCALEDIR, i18n_language());
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			usage(stdout);
			return 0;
		}
		if (option == 'V') {
			printf("twistertui %s\n", PACKAGE_VERSION);
			return 0;
		}
		usage(stderr);
		return err_exit_status(ERR_USAGE);
	}
	usage(stderr);
	return err_exit_status(ERR_USAGE);
}
