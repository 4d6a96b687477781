/*
 * cli: what the command line does without a screen. Each prints its answer on stdout, complaints on
 * stderr, and returns the exit status (0 fine, 1 found or failed, 2 usage, 3 link, 4 refused).
 */
#ifndef TUI_CLI_H
#define TUI_CLI_H

struct options;

int cli_sessions(const struct options *o); /* --sessions [HOST] (cli_record.c) */
int cli_report(const struct options *o);   /* --report[=WHAT] --format F [-o FILE] (cli_record.c) */
int cli_verify(const struct options *o);   /* --verify [WHAT] (cli_record.c) */
int cli_lint(const struct options *o);     /* --lint DIR (cli_phase.c) */
int cli_list_phases(const struct options *o); /* (cli_phase.c) */
int cli_complete(const struct options *o);    /* --complete hosts|phases|themes (cli_complete.c) */
int cli_dry_run(const struct options *o);     /* --phase ID --dry-run HOST|--demo (cli_phase.c) */
int cli_status(const struct options *o);      /* --status[=json] HOST|--demo (cli_status.c) */

#endif
