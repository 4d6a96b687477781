/* start: which server? The first screen when none is named, and what is asked about one that nobody
 * knows. */
#ifndef TUI_START_H
#define TUI_START_H

struct app;

/* Asks which of the known hosts, or the demo; a->host is set when the loop has ended, or NULL: the
 * operator left. */
void start_choose(struct app *a);
/* Asks for address, user and key of a->host, which no profile and no alias speaks of; a->host is
 * NULL when the operator left. */
void start_describe(struct app *a);
/* The link to a described host came up for the first time: shall it be kept? */
void start_offer_to_save(struct app *a);

#endif
