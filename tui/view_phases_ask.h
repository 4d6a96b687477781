/* view_phases_ask: what a dialog of the Phases place is about, from its opening to its answer. */
#ifndef TUI_VIEW_PHASES_ASK_H
#define TUI_VIEW_PHASES_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct phases;

/* The ctx of a dialog; freed by its done(), through ask_end(). */
struct ask {
	struct phases *p;
	size_t index; /* of a step or criterion */
	int64_t plan_ms;
	char *name;      /* of a parameter, or a reason already given */
	size_t nchoices; /* as many as were shown */
	bool flag;       /* defer, undo, finished… */
};

struct ask *ask_new(struct phases *p, size_t index);
/* Says what was wrong (result not 0), makes card and rows again, frees q. */
void ask_end(struct ask *q, int result, const struct err *err);

#endif
