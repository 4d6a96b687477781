/* connect: from a name to a server that can be started: profile, alias, address, or the demo. */
#ifndef TUI_CONNECT_H
#define TUI_CONNECT_H

#include <stdbool.h>

struct err;
struct host;
struct mask;
struct options;
struct server;

struct connection {
	struct demo *demo; /* or NULL */
	struct server *server;
};

/* The host that the options name. 0 and *out, or host_find()'s errors. */
int connect_host(const struct options *o, struct host **out, struct err *e);
/* Makes link and server, not started. session: its ID. once: as server_options. */
int connect_open(const struct options *o, const struct host *h, const char *session, bool once,
	struct connection *out, struct err *e);
void connect_close(struct connection *c);
/* "user@workstation", owned. */
char *connect_who(void);
/* Gives --sudo-password-fd's password to the server and to the mask. 0, or ERR_IO. */
int connect_password(const struct options *o, struct server *s, struct mask *m, struct err *e);

#endif
