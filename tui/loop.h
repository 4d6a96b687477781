/* loop: one turn after another: wait, read keys, events and timers, paint once. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "backends/panel.h"
#include "tui/command.h"
#include "tui/input.h"
#include "tui/prompt.h"
#include "tui/screen.h"

struct app;

struct loop {
	int signals; /* term_signals() */
	struct input input;
	struct prompt prompt;
	bool dirty;   /* something that is shown has changed */
	bool keyed;   /* by a key: painted at once, else at most 60 times a second */
	bool resized; /* the terminal may have another size */
	bool quit;
	bool mouse_off;
	int64_t painted_ms, ticked_ms;
	int64_t keys_ms; /* clock_ms() when the keys of this turn were there */
	int64_t second; /* the clock's second that was painted */
	char *say;      /* message on the bottom line, or NULL */
	enum level say_level;
	char *why;           /* for the journal's end record: "quit", "signal 15" */
	int signal;          /* that ended us, or 0 */
	struct rect content; /* where the view was drawn */
	struct {
		int from, to; /* columns */
		enum command_id id;
	} keys_at[24]; /* keys of the bottom line, for clicks */
	size_t nkeys_at;
	int place_at
		[10]; /* columns where the names of places begin on the second line, for clicks */
};

struct loop *loop_new(void);
void loop_free(struct loop *l);
/* Turns until app_quit() or a signal. */
void loop_run(struct app *a);

#endif
