/* pane: one table of a panel on the screen: which rows, in which order, where the cursor is. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/panel.h"
#include "tui/list.h"
#include "tui/screen.h"

struct match;

#define PANE_COLUMNS_MAX 16
#define CELL_SIZE 256

struct pane {
	const struct table *table; /* of the panel that the view holds; NULL: none */
	double elapsed;            /* seconds since the panel was taken, for ages */
	size_t *order;             /* rows shown, as indexes into the table; list.count of them */
	struct list list;
	int sort; /* column, -1: the server's order */
	bool reverse;
	int natural[PANE_COLUMNS_MAX]; /* columns that each column's widest cell takes */
	struct rect rect;              /* title line, header line, rows */
};

void pane_init(struct pane *p);
void pane_clear(struct pane *p);
/* Another table (the same one, newer): filters, sorts, finds the cursor's row again. match may be
 * NULL. Returns 0 or ERR_LIMIT when the pattern was too costly on some row. */
int pane_update(struct pane *p, const struct table *t, struct match *match, bool invert);
void pane_layout(struct pane *p, struct rect r);
/* Rows it would like to have, with its title and header. */
int pane_height_wanted(const struct pane *p);
void pane_draw(const struct pane *p, struct screen *s, const char *note, bool focus, bool stale);
bool pane_command(struct pane *p, enum command_id id);
/* Column by id or gettext'ed title's beginning; -1: none. */
int pane_column(const struct pane *p, const char *name);
const struct row *pane_row(const struct pane *p); /* under the cursor, or NULL */
/* The wheel (delta rows), or a click. True: a click on the row that was under the cursor already. */
bool pane_click(struct pane *p, int y, int delta);
/* Owned lines about the row under the cursor, or NULL. */
char *pane_detail(const struct pane *p);
char *pane_copy(const struct pane *p); /* its cells, tabs between them */

/* A cell in words; elapsed: seconds since the panel was taken. Returns out. */
char *cell_format(const struct cell *c, double elapsed, char out[CELL_SIZE]);

#endif
