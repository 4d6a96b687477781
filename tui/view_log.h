/* view_log: the Log place's state, for view_log.c and view_log_draw.c alone. */
#ifndef TUI_VIEW_LOG_H
#define TUI_VIEW_LOG_H

#include "runbook/log.h"
#include "tui/view.h"

enum log_times { TIMES_LOCAL, TIMES_RELATIVE, TIMES_OFF, TIMES_COUNT };

/*
 * Rows are lines of the log, or those that match (pattern and source). With `context` all lines are rows again
 * and the matches are only marked and jumped to.
 */
struct view_log {
	struct view view;
	struct log *log;             /* the application's; NULL on the first-run screen */
	struct log_search *hits;     /* lines that match; NULL: no pattern */
	struct log_search *of_source; /* lines of the source; NULL: all sources */
	char *pattern;               /* or NULL */
	bool invert;
	int source;                  /* -1: all */
	bool context, follow, wrap, shown;
	enum log_times times;
	size_t rows, cursor, top;
	int left;                    /* columns scrolled away, when not wrapped */
	uint64_t version;            /* of the log, when the rows were counted */
	bool seeking;                /* the cursor goes to this line as soon as the search has come to it */
	size_t seek;
};

void log_view_draw(const struct view *v, struct screen *s, struct rect r);
/* Screen lines that row i takes. */
int log_view_height(const struct view_log *l, size_t i);
/* Line of the log that row i shows. */
size_t log_view_line(const struct view_log *l, size_t i);
/* Text of row i, owned. */
char *log_view_text(const struct view_log *l, size_t i, struct log_line *line);
/* What a source is called on the screen: of a job RUN.STEP.ATTEMPT the last two. Borrowed. */
const char *log_view_source(const struct view_log *l, int source);

#endif
