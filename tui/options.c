#include "tui/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/option_table.h"

#define OPTIONS_MAX 40
#define HELP_WIDTH 26 /* columns before an option's words */

/* What is being parsed. */
struct parse {
	struct options *o;
	struct err *e;
	bool dry_run;
};

static int set_mode(struct parse *p, enum mode mode)
{
	if (p->o->mode != MODE_CONSOLE && p->o->mode != mode)
		return err_set(p->e, ERR_USAGE,
			_("only one of --status, --dry-run, --sessions, --report, --verify, "
			  "--lint, --list-phases"));
	p->o->mode = mode;
	return 0;
}

static int set_demo(struct parse *p, const char *which)
{
	p->o->demo = "phase-0";
	if (!which)
		return 0;
	if (strcmp(which, "phase-0") != 0 && strcmp(which, "phase-1") != 0 &&
		strcmp(which, "phase-1b") != 0)
		return err_set(p->e, ERR_USAGE,
			_("--demo=%s: there are phase-0, phase-1 and phase-1b"), which);
	p->o->demo = which;
	return 0;
}

static int set_status(struct parse *p, const char *format)
{
	if (format && strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
		return err_set(p->e, ERR_USAGE, _("--status=%s: there are text and json"), format);
	p->o->status_json = format && strcmp(format, "json") == 0;
	return set_mode(p, MODE_STATUS);
}

static int set_lang(struct parse *p, const char *lang)
{
	if (strcmp(lang, "en") != 0 && strcmp(lang, "fr") != 0)
		return err_set(p->e, ERR_USAGE, _("--lang %s: there are en and fr"), lang);
	p->o->lang = lang;
	return 0;
}

static int set_sudo_fd(struct parse *p, const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (*word == '\0' || *end || n < 0 || n > 1023)
		return err_set(p->e, ERR_USAGE,
			_("--sudo-password-fd %s: the number of an open file is wanted"), word);
	p->o->sudo_password_fd = (int)n;
	return 0;
}

/* Options that are no more than a word. */
static void set_word(struct parse *p, int option, const char *word)
{
	struct options *o = p->o;

	switch (option) {
	case OPT_READ_ONLY:
		o->read_only = true;
		break;
	case OPT_PHASE:
		o->phase = word;
		break;
	case OPT_LINEAR:
		o->linear = true;
		break;
	case OPT_DRY_RUN:
		p->dry_run = true;
		break;
	case OPT_FORMAT:
		o->format = word;
		break;
	case OPT_OUTPUT:
		o->output = word;
		break;
	case OPT_SSH_CONFIG:
		o->ssh_config = word;
		break;
	case OPT_THEME:
		o->theme = word;
		break;
	case OPT_ASCII:
		o->ascii = true;
		break;
	case OPT_LOG:
		o->log = word;
		break;
	default:
		break;
	}
}

static int take_option(struct parse *p, int option, const char *word)
{
	switch (option) {
	case OPT_DEMO:
		return set_demo(p, word);
	case OPT_STATUS:
		return set_status(p, word);
	case OPT_LANG:
		return set_lang(p, word);
	case OPT_SUDO_FD:
		return set_sudo_fd(p, word);
	case OPT_SESSIONS:
		return set_mode(p, MODE_SESSIONS);
	case OPT_REPORT:
		p->o->what = word;
		return set_mode(p, MODE_REPORT);
	case OPT_VERIFY:
		p->o->what = word;
		return set_mode(p, MODE_VERIFY);
	case OPT_LINT:
		p->o->what = word;
		return set_mode(p, MODE_LINT);
	case OPT_COMPLETE: /* the shells' completions ask so */
		p->o->what = word;
		return set_mode(p, MODE_COMPLETE);
	case OPT_LIST_PHASES:
		return set_mode(p, MODE_LIST_PHASES);
	case OPT_HELP:
		p->o->mode = MODE_HELP;
		return 0;
	case OPT_VERSION:
		p->o->mode = MODE_VERSION;
		return 0;
	default:
		set_word(p, option, word);
		return 0;
	}
}

/* What only shows once all has been read. */
static int check_together(struct parse *p)
{
	struct options *o = p->o;

	if (p->dry_run && set_mode(p, MODE_DRY_RUN) != 0)
		return ERR_USAGE;
	if (o->mode == MODE_DRY_RUN && !o->phase)
		return err_set(p->e, ERR_USAGE,
			_("--dry-run wants --phase ID (--list-phases shows them)"));
	if (o->host && o->demo)
		return err_set(p->e, ERR_USAGE, _("either a host or --demo"));
	if ((o->mode == MODE_STATUS || o->mode == MODE_DRY_RUN) && !o->host && !o->demo)
		return err_set(p->e, ERR_USAGE, _("which host? (or --demo)"));
	if ((o->format || o->output) && o->mode != MODE_REPORT)
		return err_set(p->e, ERR_USAGE, _("--format and -o belong to --report"));
	return 0;
}

static int take_rest(struct parse *p, int argc, char **argv)
{
	struct options *o = p->o;
	int left = argc - optind;

	if (left == 0)
		return 0;
	if (left == 1 && (o->mode == MODE_VERIFY || o->mode == MODE_REPORT) && !o->what) {
		o->what = argv[optind];
		return 0;
	}
	if (left > 1 || o->mode == MODE_LINT || o->mode == MODE_LIST_PHASES)
		return err_set(p->e, ERR_USAGE, _("one word too many: \"%s\""), argv[argc - 1]);
	o->host = argv[optind];
	if (*o->host == '\0')
		return err_set(p->e, ERR_USAGE, _("the host's name is empty"));
	return 0;
}

/* The table as getopt_long wants it. */
static void long_options(struct option out[OPTIONS_MAX], char letters[OPTIONS_MAX])
{
	static const int has[] = {no_argument, optional_argument, required_argument};
	size_t n = 0, k = 0;

	letters[k++] = ':';
	for (const struct option_def *d = option_defs; d->id && n < OPTIONS_MAX - 1; d++) {
		if (d->name)
			out[n++] = (struct option){d->name, has[d->arg], NULL, (int)d->id};
		if (d->letter && k < OPTIONS_MAX - 3) {
			letters[k++] = d->letter;
			if (d->arg == ARG_NEEDED)
				letters[k++] = ':';
		}
	}
	letters[k] = '\0';
	out[n] = (struct option){NULL, 0, NULL, 0};
}

static int option_of_letter(int letter)
{
	for (const struct option_def *d = option_defs; d->id; d++)
		if (d->letter && d->letter == letter)
			return (int)d->id;
	return letter;
}

int options_parse(int argc, char **argv, struct options *out, struct err *e)
{
	struct parse p = {.o = out, .e = e};
	struct option known[OPTIONS_MAX];
	char letters[OPTIONS_MAX];
	int option, r;

	*out = (struct options){.sudo_password_fd = -1};
	opterr = 0;
	optind = 1;
	long_options(known, letters);
	while ((option = getopt_long(argc, argv, letters, known, NULL)) != -1) {
		if (option == '?' && optopt >= (int)OPT_DEMO)
			return err_set(e, ERR_USAGE, _("%s takes no argument"), argv[optind - 1]);
		if (option == '?')
			return err_set(e, ERR_USAGE, _("no such option: %s"), argv[optind - 1]);
		if (option == ':')
			return err_set(e, ERR_USAGE, _("%s wants an argument"), argv[optind - 1]);
		r = take_option(&p, option_of_letter(option), optarg);
		if (r != 0)
			return r;
	}
	r = take_rest(&p, argc, argv);
	if (r != 0 || out->mode == MODE_HELP || out->mode == MODE_VERSION)
		return r;
	return check_together(&p);
}

/* "  -o, --output FILE       the report goes into a file" */
static void usage_line(const struct option_def *d)
{
	const char *arg = d->metavar ? _(d->metavar) : "";
	char *name = d->letter && d->name ? xasprintf("-%c, --%s", d->letter, d->name)
		     : d->letter          ? xasprintf("-%c", d->letter)
					  : xasprintf("--%s", d->name);
	char *line = d->arg == ARG_OPTIONAL ? xasprintf("  %s[=%s]", name, arg)
		     : d->arg == ARG_NEEDED ? xasprintf("  %s %s", name, arg)
					    : xasprintf("  %s", name);
	int pad = HELP_WIDTH - text_width(line);

	printf("%s%*s%s\n", line, pad > 0 ? pad : 1, pad > 0 ? "" : " ", _(d->text));
	free(line);
	free(name);
}

void options_usage(void)
{
	fputs(_("Usage: twistertui [OPTION]... HOST\n"
		"       twistertui --demo[=phase-1]\n"
		"\n"
		"A full-screen console for one Linux server: live panels of disks, LVM, pods,\n"
		"Docker and backups, and phases whose steps are explained, shown, confirmed, run "
		"on\n"
		"the server, verified and recorded.\n"
		"\n"
		"HOST is a profile (~/.config/twistertui/hosts/NAME), an ssh_config alias, or\n"
		"user@host[:port]. Without HOST: the known hosts and the demo.\n"
		"\n"),
		stdout);
	for (const struct option_def *d = option_defs; d->id; d++)
		if (d->text)
			usage_line(d);
	printf("\n%s", _("Exit status:"));
	for (int i = 0; exit_defs[i].text; i++)
		printf("%s %d %s", i ? "," : "", i, _(exit_defs[i].text));
	printf(".\n");
}
