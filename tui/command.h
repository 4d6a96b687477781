/*
 * command: the one table of what can be done. Dispatch, keys, the bottom line, help, `:` completion
 * and the manual come from it.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum place {
	PLACE_OVERVIEW,
	PLACE_DISKS,
	PLACE_LVM,
	PLACE_PODS,
	PLACE_DOCKER,
	PLACE_BACKUPS,
	PLACE_PHASES,
	PLACE_LOG,
	PLACE_REPORTS,
	PLACE_COUNT
};
#define IN(place) (1u << (place))
#define IN_PANELS                                                                                  \
	(IN(PLACE_DISKS) | IN(PLACE_LVM) | IN(PLACE_PODS) | IN(PLACE_DOCKER) | IN(PLACE_BACKUPS))
#define IN_ALL ((1u << PLACE_COUNT) - 1)

enum command_id {
	CMD_NONE,
	/* moving: for the view */
	CMD_UP,
	CMD_DOWN,
	CMD_LEFT,
	CMD_RIGHT,
	CMD_PAGE_UP,
	CMD_PAGE_DOWN,
	CMD_TOP,
	CMD_BOTTOM,
	CMD_NEXT_PANE,
	CMD_PREVIOUS_PANE,
	CMD_OPEN,
	CMD_BACK,
	/* lists */
	CMD_FILTER,
	CMD_SORT,
	CMD_SORT_NEXT,
	CMD_SORT_REVERSE,
	CMD_COPY,
	/* places: CMD_PLACE_1 + place */
	CMD_PLACE_1,
	CMD_PLACE_2,
	CMD_PLACE_3,
	CMD_PLACE_4,
	CMD_PLACE_5,
	CMD_PLACE_6,
	CMD_PLACE_7,
	CMD_PLACE_8,
	CMD_PLACE_9,
	/* the console */
	CMD_HELP,
	CMD_COMMAND_LINE,
	CMD_REFRESH,
	CMD_ROOT,
	CMD_MOUSE,
	CMD_THEME,
	CMD_REDRAW,
	CMD_INTERRUPT,
	CMD_SUSPEND,
	CMD_QUIT,
	/* Phases */
	CMD_PHASE,
	CMD_PLAN,
	CMD_RUN,
	CMD_PARAMS,
	CMD_SKIP,
	CMD_DEFER,
	CMD_UNDO,
	CMD_RESET,
	CMD_CANCEL,
	CMD_CRITERIA,
	CMD_NOTE,
	CMD_MAP,
	CMD_ATTEST,
	CMD_LOCK,
	CMD_FINISH,
	CMD_ABANDON,
	/* Log */
	CMD_FOLLOW,
	CMD_WRAP,
	CMD_TIMES,
	CMD_SOURCE,
	CMD_NEXT_MATCH,
	CMD_PREVIOUS_MATCH,
	/* Reports */
	CMD_EXPORT,
	CMD_FORMAT,
	CMD_VERIFY,
	CMD_COUNT
};

enum command_flags {
	CMD_ARG = 1, /* `:name ARGUMENT` takes one */
	CMD_BAR = 2, /* stands on the bottom line where it works */
	CMD_CHANGES =
		4, /* changes the server: refused in read-only mode and while the link is down */
	CMD_HIDDEN = 8, /* not in help: it goes without saying */
};

struct command {
	enum command_id id;
	const char *name;  /* `:name`, the manual: [a-z0-9-] */
	const char *keys;  /* names of keys (keys.h), separated by blanks; "": only by `:` */
	const char *brief; /* N_(): a word or two for the bottom line */
	const char *text;  /* N_(): a line for help and the manual */
	unsigned places;   /* IN(…): where it works */
	unsigned flags;
};

extern const struct command commands[]; /* ends with CMD_NONE */

const struct command *command_get(enum command_id id);
/* What a key does in a place (it may mean different things in different places), or NULL. */
const struct command *command_by_key(int key, enum place place);
/* By name or unique beginning of n bytes. NULL: none, or *several (may be NULL) begin so. */
const struct command *command_by_name(const char *name, size_t n, enum place place, bool *several);
/* Its first key as it stands on the screen, or "". Returns out. */
char *command_key(const struct command *c, char out[16]);

const char *place_name(enum place p);  /* "disks" */
const char *place_title(enum place p); /* gettext'ed */

#endif
