/* cli_status: --status: the figures once. Nothing is asked: a question is answered with no. */
#include "tui/cli.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "backends/collect.h"
#include "backends/host.h"
#include "backends/server.h"
#include "backends/status.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "runbook/store.h"
#include "tui/connect.h"
#include "tui/options.h"

#define CONNECT_MS 60000 /* for the link and the login */

struct reading {
	const struct options *o;
	const struct host *host;
	struct connection c;
	struct panel *panels[PANEL_COUNT];
	int missing; /* panels that have not come */
	int64_t deadline_ms;
	struct err problem; /* code 0: none */
};

static void take_panel(struct reading *r, struct panel *p)
{
	if (!r->panels[p->id])
		r->missing--;
	panel_unref(r->panels[p->id]);
	r->panels[p->id] = panel_ref(p);
}

/* A time limit, as TWISTERTUI_TIME_SCALE has it. */
static int64_t limit_ms(int ms)
{
	return (int64_t)(host_time_scale() * ms);
}

static int longest_deadline(void)
{
	int most = 0;

	for (int i = 0; i < PANEL_COUNT; i++)
		most = collect_defs[i].deadline_ms > most ? collect_defs[i].deadline_ms : most;
	return most;
}

static void take_link(struct reading *r, const struct server_event *ev)
{
	const char *why = ev->u.link.text ? ev->u.link.text : link_state_word(ev->u.link.state);

	if (ev->u.link.state == LINK_UP) {
		r->deadline_ms = clock_ms() + limit_ms(longest_deadline() + 5000);
		if (r->o->sudo_password_fd >= 0 && !r->o->read_only)
			server_root_open(r->c.server);
	} else if (ev->u.link.state == LINK_LOST || ev->u.link.state == LINK_STOPPED) {
		err_set(&r->problem, ev->u.link.code ? ev->u.link.code : ERR_LINK, "%s", why);
	}
}

static void take(struct reading *r, const struct server_event *ev)
{
	if (ev->type == SERVER_PANEL)
		take_panel(r, ev->u.panel);
	else if (ev->type == SERVER_LINK)
		take_link(r, ev);
	else if (ev->type == SERVER_QUESTION)
		server_answer(r->c.server, ev->u.question->id, NULL);
}

static void wait_for_all(struct reading *r)
{
	r->missing = PANEL_COUNT;
	r->deadline_ms = clock_ms() + limit_ms(CONNECT_MS);
	server_start(r->c.server);
	while (r->missing > 0 && r->problem.code == 0) {
		struct pollfd fd = {server_fd(r->c.server), POLLIN, 0};
		int64_t left = r->deadline_ms - clock_ms();
		struct server_event *ev;

		if (left <= 0)
			break;
		poll(&fd, 1, (int)left);
		while ((ev = server_next(r->c.server))) {
			take(r, ev);
			server_event_free(ev);
		}
	}
}

static int print(const struct reading *r)
{
	struct status s = {
		.host = r->host->name,
		.wall_ms = clock_wall_ms(),
		.now_ms = clock_ms(),
		.panels = r->panels,
	};
	struct buf out;
	int status;

	buf_init(&out, 0);
	if (r->o->status_json)
		status_json(&s, &out);
	else
		status_text(&s, &out);
	status = fwrite(buf_str(&out), 1, out.len, stdout) == out.len && fflush(stdout) == 0
			 ? status_exit(&s)
			 : 1;
	buf_clear(&out);
	return status;
}

int cli_status(const struct options *o)
{
	struct reading r = {.o = o};
	struct host *host = NULL;
	char session[SESSION_ID_SIZE];
	struct err e;
	int status;

	status = connect_host(o, &host, &e);
	if (status == 0 && !host->known)
		status = err_set(&e, ERR_LINK,
			_("%s: no profile and no alias has this name; user@address would do"),
			o->host);
	session_id_new(session);
	r.host = host;
	if (status == 0)
		status = connect_open(o, host, session, true, &r.c, &e);
	if (status == 0)
		status = connect_password(o, r.c.server, NULL, &e);
	if (status == 0) {
		wait_for_all(&r);
		e = r.problem;
		status = r.problem.code;
	}
	if (status != 0) {
		fprintf(stderr, "twistertui: %s\n", e.text);
		status = err_exit_status(status);
	} else {
		status = print(&r);
	}
	connect_close(&r.c);
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(r.panels[i]);
	host_free(host);
	return status;
}
