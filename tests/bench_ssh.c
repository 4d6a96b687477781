/*
 * Over a real ssh connection: all six panels beside one `ssh HOST` that runs the same six scripts at
 * once, what a refresh costs in round trips, and how fast it goes through a jump host.
 */
#include "tests/bench.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/data.h"
#include "backends/host.h"
#include "backends/link.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "tests/bench_sshd.h"

#define RUNS 9
#define ONE_WAY_MS 25

/* --- beside ssh ---------------------------------------------------------------------------------- */

/* One file a collector, with what its remote shell is fed: the shell that ssh starts reads the same. */
static bool write_inputs(const char *folder)
{
	const char *data = data_dir(NULL);
	bool fine = true;

	for (int id = 0; id < PANEL_COUNT; id++) {
		const char *name = collect_defs[id].name;
		struct buf settings;
		char *command;

		buf_init(&settings, 0);
		collect_settings(NULL, &settings);
		command = xasprintf("cd %s && { echo tw_mark=0123456789abcdef; cat collect/prelude.sh; cat <<'EOS'\n"
				    "%s\nEOS\ncat collect/%s.sh; echo 'collect_%s once'; } >%s/%s.in",
			data, buf_str(&settings), name, name, folder, name);
		fine = bench_command(command, NULL) >= 0 && fine;
		free(command);
		buf_clear(&settings);
	}
	return fine;
}

static bool beside_ssh(const struct bench_sshd *sshd, const char *folder)
{
	char *ours = xasprintf("cd %s && HOME=%s XDG_STATE_HOME=%s/state XDG_CONFIG_HOME=%s/config "
			       "%s/twistertui -F %s --status=json bench >status.json",
		folder, folder, folder, folder, getenv("TOP_BUILDDIR"), bench_sshd_config(sshd));
	char *theirs = xasprintf("cd %s && ssh -F %s bench 'for n in host disks lvm pods docker backups; do "
				 "sh %s/$n.in & done; wait' >ssh.out",
		folder, bench_sshd_config(sshd), folder);
	double us[RUNS], them[RUNS];
	bool fine = write_inputs(folder);

	for (int i = 0; i < RUNS && fine; i++) {
		us[i] = bench_command(ours, NULL);
		them[i] = bench_command(theirs, NULL);
		fine = us[i] > 0 && them[i] > 0;
	}
	if (fine)
		bench_say("six panels over ssh (--status=json)", bench_median(us, RUNS), "ms",
			"ssh HOST with the six scripts", bench_median(them, RUNS));
	else
		bench_note("six panels over ssh: one of the two failed (%s)", ours);
	free(ours);
	free(theirs);
	return fine;
}

/* --- round trips --------------------------------------------------------------------------------- */

struct console {
	struct server *server;
	double rtt;
	double took[PANEL_COUNT]; /* the last answer's milliseconds, by our clock; 0: none since it was set to 0 */
	double asked;
	bool up;
};

static void console_take(struct console *c, const struct server_event *ev)
{
	if (ev->type == SERVER_LINK)
		c->up = ev->u.link.state == LINK_UP;
	else if (ev->type == SERVER_RTT)
		c->rtt = ev->u.rtt.rtt_ms;
	else if (ev->type == SERVER_PANEL && ev->u.panel->state <= PANEL_DENIED)
		c->took[ev->u.panel->id] = bench_ms() - c->asked;
	else if (ev->type == SERVER_PANEL)
		bench_note("%s: %s", panel_name(ev->u.panel->id), ev->u.panel->reason ? ev->u.panel->reason : "?");
}

/* Takes events until the panel (PANEL_COUNT: every panel) has come. False after ms. */
static bool console_wait(struct console *c, int id, int ms)
{
	double until = bench_ms() + ms;

	while (bench_ms() < until) {
		struct pollfd p = {.fd = server_fd(c->server), .events = POLLIN};
		struct server_event *ev;
		bool all = true;

		for (int i = 0; i < PANEL_COUNT; i++)
			all = all && c->took[i] > 0;
		if (id < PANEL_COUNT ? c->took[id] > 0 : all)
			return true;
		poll(&p, 1, 50);
		while ((ev = server_next(c->server)) != NULL) {
			console_take(c, ev);
			server_event_free(ev);
		}
	}
	return false;
}

static bool console_open(struct console *c, const char *name, const char *config)
{
	struct err e = {0};
	struct host *h = NULL;
	struct link *l = NULL;

	*c = (struct console){0};
	if (host_find(name, config, &h, &e) == 0)
		l = link_new_ssh(h, &e);
	if (l) {
		struct server_options o = {.host = h, .link = l, .datadir = data_dir(NULL),
			.session = "bench", .who = "bench", .read_only = true};

		c->server = server_new(&o, &e);
	}
	host_free(h);
	if (!c->server) {
		bench_note("%s: %s", name, e.text);
		return false;
	}
	c->asked = bench_ms();
	server_start(c->server);
	return console_wait(c, PANEL_COUNT, 30000);
}

/* All six panels, from nothing to the last answer, in the console's own way of asking. */
static double first_panels(const struct bench_sshd *sshd)
{
	double took[RUNS];

	for (int i = 0; i < RUNS; i++) {
		struct console c;
		bool fine = console_open(&c, "bench", bench_sshd_config(sshd));

		took[i] = bench_ms() - c.asked;
		server_free(c.server);
		if (!fine)
			return -1;
	}
	return bench_median(took, RUNS);
}

/* One refresh of a panel, in milliseconds; -1: it did not come. */
static double refresh(struct console *c, enum panel_id id)
{
	c->took[id] = 0;
	c->asked = bench_ms();
	server_refresh(c->server, id);
	return console_wait(c, (int)id, 10000) ? c->took[id] : -1;
}

/* The same panel near and far, in turns, so that what else the machine does meets both. */
static bool refresh_both(struct console *near, struct console *far, enum panel_id id)
{
	double here[RUNS], there[RUNS], h, t;
	char *what = xasprintf("refresh of %s (aim 1)", panel_name(id));
	bool fine = true;

	server_look(near->server, id);
	server_look(far->server, id);
	for (int i = 0; i < RUNS && fine; i++) {
		here[i] = refresh(near, id);
		there[i] = refresh(far, id);
		fine = here[i] >= 0 && there[i] >= 0;
	}
	if (fine) {
		h = bench_median(here, RUNS);
		t = bench_median(there, RUNS);
		/* What the server needs is in both: what is left is the road's. */
		bench_say(what, (t - h) / (2 * ONE_WAY_MS), "round trips", "", 0);
		bench_note("%.1f ms on a road of 50 ms there and back, %.1f ms on one of none", t, h);
	}
	free(what);
	return fine;
}

static bool round_trips(struct bench_sshd *sshd)
{
	struct console near = {0}, far = {0};
	bool fine = bench_sshd_far(sshd, ONE_WAY_MS);

	fine = fine && console_open(&near, "bench", bench_sshd_config(sshd));
	fine = fine && console_open(&far, "far", bench_sshd_config(sshd));
	for (int id = 0; fine && id < PANEL_COUNT; id++)
		fine = refresh_both(&near, &far, (enum panel_id)id);
	if (!fine)
		bench_note("refresh in round trips: not measured");
	server_free(near.server);
	server_free(far.server);
	return fine;
}

/* --- through a jump host ------------------------------------------------------------------------- */

#define MUCH 200000000
#define HOP_RUNS 5

static struct link *link_to(const char *name, const char *config)
{
	struct err e = {0};
	struct host *h = NULL;
	struct link *l = NULL;

	if (host_find(name, config, &h, &e) == 0)
		l = link_new_ssh(h, &e);
	host_free(h);
	if (!l)
		bench_note("%s: %s", name, e.text);
	return l;
}

/* Megabytes a second that come over a link that is up; -1: they did not. */
static double link_speed(struct link *l)
{
	double begun = bench_ms(), until = begun + 120000;
	size_t total = 0;
	bool over = false;

	link_open(l, "head -c 200000000 /dev/zero");
	while (!over && bench_ms() < until) {
		struct pollfd p = {.fd = link_fd(l), .events = POLLIN};
		struct link_event *ev;

		poll(&p, 1, 50);
		while ((ev = link_next(l)) != NULL) {
			total += ev->type == LINK_EV_OUT ? ev->len : 0;
			over = over || ev->type == LINK_EV_EXIT;
			link_event_free(ev);
		}
	}
	return total == MUCH ? MUCH / 1000.0 / (bench_ms() - begun) : -1;
}

static bool link_is_up(struct link *l)
{
	double until = bench_ms() + 60000;
	bool up = false;

	link_start(l);
	while (!up && bench_ms() < until) {
		struct pollfd p = {.fd = link_fd(l), .events = POLLIN};
		struct link_event *ev;

		poll(&p, 1, 50);
		while ((ev = link_next(l)) != NULL) {
			up = up || (ev->type == LINK_EV_STATE && ev->state == LINK_UP);
			link_event_free(ev);
		}
	}
	return up;
}

/* Directly, through a hop of ours and through `ssh -W`, in turns, so that what else the machine does meets all. */
static bool through_a_hop(struct bench_sshd *sshd)
{
	static const char *const names[3] = {"bench", "hopped", "piped"};
	double speed[3][HOP_RUNS], middle[3];
	struct link *links[3] = {NULL};
	bool fine = bench_sshd_hops(sshd);

	for (int i = 0; i < 3 && fine; i++) {
		links[i] = link_to(names[i], bench_sshd_config(sshd));
		fine = links[i] && link_is_up(links[i]);
	}
	for (int run = 0; run < HOP_RUNS && fine; run++)
		for (int i = 0; i < 3 && fine; i++) {
			speed[i][run] = link_speed(links[i]);
			fine = speed[i][run] > 0;
		}
	for (int i = 0; i < 3 && fine; i++)
		middle[i] = bench_median(speed[i], HOP_RUNS);
	if (fine) {
		bench_say("200 MB through a jump host", middle[1], "MB/s", "ssh -W", middle[2]);
		bench_say("200 MB through a jump host", middle[1], "MB/s", "directly", middle[0]);
	} else {
		bench_note("through a jump host: not measured");
	}
	for (int i = 0; i < 3; i++)
		link_free(links[i]);
	return fine;
}

bool bench_ssh(const char *folder)
{
	struct bench_sshd *sshd = bench_sshd_start();
	bool fine;

	if (!sshd)
		return false;
	fine = beside_ssh(sshd, folder);
	bench_say("six panels over ssh (the console)", first_panels(sshd), "ms", "", 0);
	fine = round_trips(sshd) && fine;
	fine = through_a_hop(sshd) && fine;
	bench_sshd_stop(sshd);
	return fine;
}
