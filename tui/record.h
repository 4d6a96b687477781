/* record: what the console itself, screen or lines, writes into the journal beside what a checklist does. */
#ifndef TUI_RECORD_H
#define TUI_RECORD_H

#include <stdbool.h>

#include "backends/server.h"

struct host;
struct store;

/* store NULL, here and below: nothing is written. */
void record_console(struct store *store, const struct host *host, bool read_only);
/* Only of a link that is up, lost or stopped: what lies between is no record. text may be NULL. */
void record_link(struct store *store, enum link_state state, const char *text);
/* The server's clock minus ours: again when it has moved since `before`. NAN: not known. */
void record_clock(struct store *store, double before_ms, double now_ms);
/* Not of what only lasts until the answer: opening, password. */
void record_root(struct store *store, enum root_state state);
void record_lock(struct store *store, const struct server_event *ev);

/* "up", "lost" …: as in the journal. */
const char *record_link_name(enum link_state state);

#endif
