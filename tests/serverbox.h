/* serverbox: keeps what a server said, so that a test can wait for it and look at it. */
#ifndef TESTS_SERVERBOX_H
#define TESTS_SERVERBOX_H

#include <stdbool.h>

#include "backends/server.h"
#include "base/buf.h"

#define SOON 60000 /* never how long it takes: when to give up on a busy machine */

struct serverbox {
	struct server *server;
	struct link *link; /* the server's; for link_drop */
	enum link_state state;
	int ups; /* how often the link came up */
	int64_t silent_ms;
	int beats;
	struct panel *panels[PANEL_COUNT]; /* the last ones */
	int npanels[PANEL_COUNT];
	int ngood[PANEL_COUNT]; /* of them, with state PANEL_OK */
	enum root_state root;
	char root_text[512];
	bool password_used;
	int questions;
	unsigned question;    /* the last one's id; 0: answered */
	const char *password; /* answers a question by itself; NULL: does not */
	int locks;
	bool lock_ours;
	char holder[256];
	struct server_event *probe_event, *job_event, *runs_event,
		*run_event; /* the last ones, owned */
	int probes, jobs, runs, run_answers;
	struct buf out;   /* of all jobs, as it came */
	int64_t out_next; /* where the next piece has to begin */
	bool out_gap;     /* a piece began later, or earlier */
	int64_t out_total;
	bool keep_out;
};

void serverbox_init(struct serverbox *b, struct server *s, struct link *l);
/* Frees the server, too. */
void serverbox_clear(struct serverbox *b);
/* Takes what is there, waiting at most ms for the first of it. */
void serverbox_turn(struct serverbox *b, int ms);
/* Turns until *counter is at least n, or fails the test. */
void serverbox_wait(struct serverbox *b, const int *counter, int n, int ms, const char *what);
void serverbox_wait_state(struct serverbox *b, enum link_state s, int ms);
void serverbox_wait_root(struct serverbox *b, enum root_state s, int ms);
/* Until the last job has this state; ms: for so long nothing of its output came, either. */
const struct job_status *serverbox_wait_job(struct serverbox *b, enum job_state s, int ms);
const struct probe_answer *serverbox_probe(
	struct serverbox *b, const struct probe_spec *spec, int ms);

#endif
