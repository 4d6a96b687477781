/* linear_private: what the parts of the linear mode share. Included by tui/linear*.c alone. */
#ifndef TUI_LINEAR_PRIVATE_H
#define TUI_LINEAR_PRIVATE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include "backends/link.h"
#include "backends/panel.h"
#include "backends/server.h"
#include "base/buf.h"
#include "runbook/checklist.h"
#include "tui/command.h"
#include "tui/connect.h"
#include "tui/linear.h"
#include "tui/options.h"

#define LINE_MAX_BYTES ((size_t)8192) /* of an answer */

struct linear {
	const struct options *o; /* borrowed */
	struct host *host;
	struct connection c;
	struct store *store; /* NULL: no journal, so read_only */
	uint64_t written;    /* the newest ticket that is on disk */
	struct mask *mask;
	struct panel *panels[PANEL_COUNT];
	struct checklist *checklist; /* of the phase at work, or NULL */
	char *last_run;              /* closed in this session, or NULL */

	enum link_state link, link_said;
	char *link_text;
	int link_code;
	bool was_up, described, runs_known;
	char *open_phase; /* of which the server holds an open run, or NULL */
	double clock_offset_ms;
	enum root_state root;
	bool read_only, lock_ours;
	char *read_only_why, *lock_holder;
	struct link_question *question; /* waits to be asked, or NULL */

	int was_running;       /* step that ran at the last event, or -1 */
	struct buf unfinished; /* raw bytes of its output after the last newline */

	/* input and output */
	int signals;        /* term_signals() */
	struct buf in;      /* bytes read and not yet taken */
	bool tty;           /* stdin is a terminal */
	struct termios was; /* its modes */
	bool hidden;        /* echo is off */
	const char *prompt; /* that stands, or NULL */
	bool asking;        /* a prompt stands: what is said waits in news */
	struct buf news;
	size_t dropped; /* bytes of news that did not fit */

	bool interrupted; /* Ctrl-C, until somebody takes it */
	bool ended;       /* the input has ended */
	bool unanswered;  /* the input ended at a question of the link, which took that for a no */
	bool left;        /* the operator leaves */
	int signal;       /* that ends us, or 0 */
};

/* --- linear_io.c ------------------------------------------------------------------------------- */

/* A line; waits while a prompt stands. Several lines may stand in it. */
void linear_say(struct linear *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text of the model as it stands; a newline is put to its end when there is none. */
void linear_lines(struct linear *l, const char *text);

/* The input has ended, a signal came, or the operator leaves: nothing is asked any more. */
bool linear_over(const struct linear *l);

/* Says e's words when result is not 0. */
void linear_complain(struct linear *l, int result, const struct err *e);
/* Asks for a reason and, to defer, until when. Owned; NULL: nothing is to be done. *until is owned, NULL unless asked. */
char *linear_ask_why(struct linear *l, bool defer, char **until);
enum ask_flags {
	ASK_SECRET = 1, /* no echo */
	ASK_FRESH = 2,  /* what was typed ahead on a terminal does not count */
	ASK_RAW = 4,    /* as typed, not made into clean text */
};
/*
 * Asks with a prompt (its end ": " is put there) and waits for a line. Owned; NULL: Ctrl-C, or it is over.
 * Questions of the link that wait are asked before.
 */
char *linear_ask(struct linear *l, unsigned flags, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for the link's own questions: none is asked before. The prompt as it is printed. */
char *linear_ask_now(struct linear *l, unsigned flags, const char *prompt);
void linear_wipe(char *answer); /* and frees; NULL is fine */

/* A thing to choose. */
struct item {
	char *label;
	const char *word; /* may be typed instead of the number, whole or a unique beginning; or NULL */
	enum command_id command; /* its key and name do, too; CMD_NONE */
	int id;                  /* the caller's */
};
struct menu {
	struct item *items;
	size_t n, first; /* first: what an empty answer chooses */
};
void menu_add(struct menu *m, int id, const char *word, enum command_id command, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* The last one added is what an empty answer chooses. */
void menu_default(struct menu *m);
/* Prints it, asks until the answer is one of them, frees it. The id; -1: Ctrl-C, or it is over. q, where it is
 * none of them, leaves the console. */
int menu_choose(struct linear *l, struct menu *m, const char *title);
/* y or n; an empty answer is the fallback, as is everything that cannot be asked any more. */
bool linear_yes(struct linear *l, bool fallback, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void linear_open(struct linear *l);
void linear_close(struct linear *l);
/* A line has been typed: taken (owned), or NULL when none is whole. */
char *linear_taken(struct linear *l);
/* stdin is read once; false: its end. */
bool linear_read(struct linear *l);

/* --- linear_events.c --------------------------------------------------------------------------- */

enum turn_flags { TURN_INPUT = 1 /* stdin is waited for, too: linear_read() when true is returned */ };
/* Waits for something and takes it in; at most timeout_ms. True: stdin has something. */
bool linear_turn(struct linear *l, unsigned flags, int timeout_ms);
/* When ms milliseconds (more of them where $TWISTERTUI_TIME_SCALE says that all is slow) will have passed. */
int64_t linear_patience(int ms);
/* A question of the link that waits is asked and answered. */
void linear_answer_link(struct linear *l);
/* The line that a running step has not finished, such as its progress. */
void linear_unfinished(struct linear *l);
const struct fact *linear_fact(void *linear, const char *name, double *age_s);

/* --- the places -------------------------------------------------------------------------------- */

bool linear_choose_host(struct linear *l); /* l->host, or false: left */
bool linear_describe_host(struct linear *l);
void linear_offer_to_save(struct linear *l);

void linear_status(struct linear *l);
void linear_reports(struct linear *l);

void linear_phases(struct linear *l);                     /* which one */
bool linear_open_phase(struct linear *l, const char *id); /* says why not */
void linear_phase(struct linear *l);                      /* the one at work */
void linear_step(struct linear *l, size_t i);
void linear_criteria(struct linear *l);
void linear_map(struct linear *l);
void linear_note(struct linear *l, int i); /* on a step, or on the run: -1 */

void linear_root(struct linear *l);
void linear_leave(struct linear *l); /* a running step goes on, which is said */
/* Waits while the step runs and prints what it says; Ctrl-C asks what is to become of it. */
void linear_follow(struct linear *l, size_t i);
/* linear_card.c: what is known of a step */
void linear_card(struct linear *l, size_t i);
void linear_plan(struct linear *l, size_t i);
void linear_result(struct linear *l, size_t i);
/* linear_params.c */
void linear_params(struct linear *l, size_t i);

#endif
