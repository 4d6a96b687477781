/*
 * app: the console at work: what is known of the server, where the operator is, and what a view may
 * ask for.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/link.h"
#include "backends/panel.h"
#include "backends/server.h"
#include "tui/command.h"
#include "tui/options.h"

struct ask;
struct dialogs;
struct err;
struct host;
struct log;
struct loop;
struct mask;
struct screen;
struct store;
struct view;

#define HISTORY_MAX 240 /* values kept for a sparkline */

struct history {
	double values[HISTORY_MAX]; /* oldest first */
	size_t n;
};

struct app {
	const struct options *options; /* borrowed */
	const char *datadir;           /* borrowed */
	struct host *host; /* NULL on the first-run screen, as are server, store and log */
	struct server *server;
	struct store *store; /* NULL also when the journal could not be opened: then read_only */
	struct mask *mask;
	struct log *log;
	int log_console;     /* log_source() of the console's own lines */
	bool read_only;      /* --read-only, another console's lock, or no journal */
	char *read_only_why; /* words, or NULL */

	struct panel *panels[PANEL_COUNT]; /* the newest of each (a reference of ours), or NULL */
	struct history cpu, memory, load;
	enum link_state link;
	char *link_text;          /* why, or NULL */
	int64_t link_retry_at_ms; /* clock_ms() of the next try; 0: none */
	int64_t link_since_ms;    /* clock_ms() when this state began */
	int link_code;            /* ERR_ code of a link that stopped */
	bool was_up;              /* the link has been up in this session */
	bool described;           /* host was typed in: offer to keep it once it answers */
	double rtt_ms;            /* NAN: unknown */
	double clock_offset_ms;   /* server minus workstation; NAN: unknown */
	int64_t silent_ms;        /* heartbeats unanswered for; 0: fine */
	enum root_state root;
	bool lock_ours;
	char *lock_holder; /* another's, or NULL */

	char *phase_line; /* for the top line ("1-foundation · extend-lvm 2:12"), or NULL */

	enum place place;
	struct view *views[PLACE_COUNT];
	struct screen *screen;
	struct dialogs *dialogs;
	bool leaving;      /* asked: leave although a step runs? */
	struct ask *asked; /* ask.c's: the link's question that waits, or NULL */
	/* A password was given and the server has not said yet whether it takes it: clock_ms()
	 * until when keys are not for the place below, as the next question may be on its way. 0:
	 * they are. */
	int64_t answering_until_ms;
	struct loop *loop; /* loop.c's own */
};

/* Words on the bottom line until the next key, and in the log. */
void app_say(struct app *a, enum level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void app_dirty(struct app *a); /* paint at the end of this turn */
void app_go(struct app *a, enum place p);
void app_phase_line(struct app *a, const char *text); /* copied; NULL: none */
/* A step of over 30 s has ended: bell and window title. text is clean. */
void app_bell(struct app *a, const char *text);
/* A command, as if its key had been pressed. */
void app_command(struct app *a, enum command_id id, const char *arg);
void app_quit(struct app *a); /* without asking */
/* Text to the clipboard by OSC 52 (at most 100 KB of it). */
void app_copy(struct app *a, const char *text);

/* Newest fact of a name: a fact_lookup (criteria.h) whose ctx is the app. */
const struct fact *app_fact(void *app, const char *name, double *age_s);
/* Seconds since the panel was taken; NAN when there is none. */
double app_panel_age(const struct app *a, enum panel_id id);
/* Older than three times its pace. */
bool app_panel_stale(const struct app *a, enum panel_id id);

#endif
