/*
 * drive: the console's own engine without its screen, for the lab: the real link, root shell, store, journal and
 * checklist, told what to do by lines on standard input, and answering each with one line of JSON.
 *
 *     drive [-F SSH_CONFIG] [-p PHASE] [-w WHO] [-r] HOST     (or demo=PHASE: the simulated server)
 *
 *     connect               waits until the link is up           link STATE         waits for that state of the link
 *     root [FILE]           opens the root shell; FILE: sudo's password stands there
 *     panels                until every collector has answered   fact NAME          a figure of a panel
 *     prepare STEP          preflight, check, plan               param STEP NAME [VALUE]  the same with that value, or none
 *     choices STEP NAME     what a parameter may be              ask STEP           opens the dialog: what is shown now
 *     confirm STEP [ANSWER] yes to what the dialog shows         undo STEP [ANSWER] (without ANSWER: the right one)
 *     wait STEP             until it has ended, as far as it can      state STEP    as it is now
 *     until STEP KEY=VALUE… state, failure, activity, job, part, run
 *     cancel STEP · skip STEP REASON · defer STEP REASON · reset STEP · lock (takes another's) · finish
 *     drop-link             gives the connection up, as a lost one          within SECONDS    for what is waited from now on
 *     kill                  this console dies (SIGKILL)          kill-when STEP KEY=VALUE…     as soon as it is so
 *
 * $XDG_STATE_HOME is where its journal goes. 0 at the end of its input; 2 when it cannot begin.
 */
#include "tests/lab/drive.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/demo.h"
#include "backends/host.h"
#include "backends/link.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mask.h"
#include "runbook/store.h"

#define TURN_MS 100
#define PASSWORD_MAX 1024
#define PATIENCE_MS 600000

/* --- events ---------------------------------------------------------------------------------------- */

static void keep(char **where, const char *text)
{
	free(*where);
	*where = xstrdup(text ? text : "");
}

static void take(struct drive *d, const struct server_event *ev)
{
	const struct link_question *q;

	switch (ev->type) {
	case SERVER_LINK:
		d->link_state = ev->u.link.state;
		keep(&d->link_text, ev->u.link.text);
		break;
	case SERVER_QUESTION:
		q = ev->u.question;
		server_answer(d->server, q->id,
			q->kind == LINK_Q_HOSTKEY	 ? "once"
				: q->kind == LINK_Q_PASSWORD ? d->password
							     : NULL);
		break;
	case SERVER_PANEL:
		panel_unref(d->panels[ev->u.panel->id]);
		d->panels[ev->u.panel->id] = panel_ref(ev->u.panel);
		break;
	case SERVER_ROOT:
		d->root = ev->u.root.state;
		keep(&d->root_text, ev->u.root.text);
		break;
	case SERVER_LOCK:
		d->lock_ours = ev->u.lock.ours;
		keep(&d->lock_holder, ev->u.lock.holder);
		break;
	case SERVER_RUNS:
		d->nruns++;
		break;
	default:
		break;
	}
	checklist_server_event(d->checklist, ev);
}

static void die_if_due(const struct drive *d)
{
	if (d->nkill > 0 && drive_is(d, d->kill_step, d->kill_wants, d->nkill))
		kill(getpid(), SIGKILL);
}

/* Takes what has come, waiting for the first of it; fd: watched, too (-1: none). True when there is something on fd. */
static bool turn(struct drive *d, int fd)
{
	struct pollfd fds[] = {{server_fd(d->server), POLLIN, 0}, {store_fd(d->store), POLLIN, 0},
		{fd, POLLIN, 0}};
	struct server_event *ev;
	struct store_event *sv;

	poll(fds, 3, TURN_MS);
	while ((ev = server_next(d->server))) {
		take(d, ev);
		server_event_free(ev);
		die_if_due(d);
	}
	while ((sv = store_next(d->store))) {
		checklist_store_event(d->checklist, sv);
		store_event_free(sv);
		die_if_due(d);
	}
	checklist_tick(d->checklist, clock_ms());
	return fd >= 0 && (fds[2].revents & (POLLIN | POLLHUP)) != 0;
}

static bool link_is(const struct drive *d, const void *state)
{
	return d->link_state == *(const enum link_state *)state;
}

static bool root_settled(const struct drive *d, const void *unused)
{
	(void)unused;
	return d->root >= ROOT_UP;
}

static bool panels_there(const struct drive *d, const void *unused)
{
	(void)unused;
	for (int i = 0; i < PANEL_COUNT; i++)
		if (!d->panels[i])
			return false;
	return true;
}

static bool step_settled(const struct drive *d, const void *step)
{
	struct step_view v;

	checklist_step(d->checklist, *(const size_t *)step, &v);
	return v.state != STEP_RUNNING && (v.activity == ACT_IDLE || v.activity == ACT_READY);
}

static bool choices_there(const struct drive *d, const void *step)
{
	struct step_view v;

	checklist_step(d->checklist, *(const size_t *)step, &v);
	return v.choices_of != NULL;
}

struct wanted {
	size_t step;
	struct want wants[DRIVE_WANTS_MAX];
	int n;
};

static bool step_is(const struct drive *d, const void *wanted)
{
	const struct wanted *w = wanted;

	return drive_is(d, w->step, w->wants, w->n);
}

static int wait_for(struct drive *d, bool (*is)(const struct drive *, const void *), const void *arg, struct err *e)
{
	int64_t until = clock_ms() + d->patience_ms;

	while (!is(d, arg))
		if (clock_ms() < until)
			turn(d, -1);
		else
			return err_set(e, ERR_LINK, "not so within %lld s", (long long)d->patience_ms / 1000);
	return 0;
}

/* --- commands: each gets its words (NULL-terminated, argv[0] its name) and the step that words[1] names, or -1 ----- */

struct call {
	char **words;
	int n;
	int step;
};

static int do_connect(struct drive *d, const struct call *c, struct err *e)
{
	enum link_state up = LINK_UP;

	(void)c;
	server_start(d->server);
	return wait_for(d, link_is, &up, e);
}

static int do_link(struct drive *d, const struct call *c, struct err *e)
{
	static const struct {
		const char *name;
		enum link_state state;
	} states[] = {{"up", LINK_UP}, {"lost", LINK_LOST}, {"stopped", LINK_STOPPED}};

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (strcmp(c->words[1], states[i].name) == 0)
			return wait_for(d, link_is, &states[i].state, e);
	return err_set(e, ERR_USAGE, "no such state of a link: %s", c->words[1]);
}

static int do_root(struct drive *d, const struct call *c, struct err *e)
{
	int r;

	if (c->n > 1) {
		char *text = data_read(c->words[1], PASSWORD_MAX, NULL, e);

		if (!text)
			return e->code;
		text[strcspn(text, "\r\n")] = '\0';
		free(d->password);
		d->password = text;
		mask_add(d->mask, text, strlen(text));
	}
	server_root_open(d->server);
	r = wait_for(d, root_settled, NULL, e);
	if (r == 0 && d->root != ROOT_UP)
		r = err_set(e, ERR_REFUSED, "%s", d->root_text);
	return r;
}

static int do_panels(struct drive *d, const struct call *c, struct err *e)
{
	(void)c;
	return wait_for(d, panels_there, NULL, e);
}

static int do_prepare(struct drive *d, const struct call *c, struct err *e)
{
	size_t i = (size_t)c->step;
	int r = checklist_prepare(d->checklist, i, e);

	return r ? r : wait_for(d, step_settled, &i, e);
}

static int do_param(struct drive *d, const struct call *c, struct err *e)
{
	size_t i = (size_t)c->step;
	int r = checklist_param(d->checklist, i, c->words[2], c->n > 3 ? c->words[3] : "", e);

	return r ? r : wait_for(d, step_settled, &i, e);
}

static int do_choices(struct drive *d, const struct call *c, struct err *e)
{
	size_t i = (size_t)c->step;
	int r = checklist_choices(d->checklist, i, c->words[2], e);

	return r ? r : wait_for(d, choices_there, &i, e);
}

static int do_ask(struct drive *d, const struct call *c, struct err *e)
{
	struct step_view v;

	checklist_step(d->checklist, (size_t)c->step, &v);
	if (v.activity != ACT_READY)
		return err_set(e, ERR_REFUSED, "nothing is shown that could be confirmed");
	d->asked_ms = v.plan_ms;
	return 0;
}

/* What the dialog would hand over: the answer given, or the right one. Owned. */
static char *right_answer(const struct drive *d, const struct call *c)
{
	char *word;
	enum confirm kind = checklist_confirm_kind(d->checklist, (size_t)c->step, &word);

	if (c->n > 2) {
		free(word);
		return xstrdup(c->words[2]);
	}
	return kind == CONFIRM_TYPE ? word : xstrdup(kind == CONFIRM_YES ? "y" : "");
}

static int do_confirm(struct drive *d, const struct call *c, struct err *e)
{
	struct step_view v;
	char *said = right_answer(d, c);
	int r;

	checklist_step(d->checklist, (size_t)c->step, &v);
	r = checklist_confirm(d->checklist, (size_t)c->step, d->asked_ms ? d->asked_ms : v.plan_ms, said, e);
	d->asked_ms = 0;
	free(said);
	return r;
}

static int do_undo(struct drive *d, const struct call *c, struct err *e)
{
	char *said = right_answer(d, c);
	int r = checklist_undo(d->checklist, (size_t)c->step, said, e);

	free(said);
	return r;
}

static int do_wait(struct drive *d, const struct call *c, struct err *e)
{
	size_t i = (size_t)c->step;

	return wait_for(d, step_settled, &i, e);
}

static int do_state(struct drive *d, const struct call *c, struct err *e)
{
	(void)d, (void)c, (void)e;
	return 0;
}

static int wants_parse(const struct call *c, struct want wants[DRIVE_WANTS_MAX], int *n, struct err *e)
{
	*n = 0;
	for (int k = 2; k < c->n && *n < DRIVE_WANTS_MAX; k++) {
		const char *value = strchr(c->words[k], '=');

		if (!value || (size_t)(value - c->words[k]) >= sizeof(wants->key) ||
			strlen(value + 1) >= sizeof(wants->value))
			return err_set(e, ERR_USAGE, "not KEY=VALUE: %s", c->words[k]);
		snprintf(wants[*n].key, sizeof(wants->key), "%.*s", (int)(value - c->words[k]),
			c->words[k]);
		snprintf(wants[(*n)++].value, sizeof(wants->value), "%s", value + 1);
	}
	return 0;
}

static int do_until(struct drive *d, const struct call *c, struct err *e)
{
	struct wanted w = {.step = (size_t)c->step};
	int r = wants_parse(c, w.wants, &w.n, e);

	return r ? r : wait_for(d, step_is, &w, e);
}

static int do_cancel(struct drive *d, const struct call *c, struct err *e)
{
	return checklist_cancel(d->checklist, (size_t)c->step, e);
}

static int do_skip(struct drive *d, const struct call *c, struct err *e)
{
	return checklist_skip(d->checklist, (size_t)c->step, c->words[2], e);
}

static int do_defer(struct drive *d, const struct call *c, struct err *e)
{
	return checklist_defer(d->checklist, (size_t)c->step, c->words[2], "", e);
}

static int do_reset(struct drive *d, const struct call *c, struct err *e)
{
	return checklist_reset(d->checklist, (size_t)c->step, e);
}

static bool lock_ours(const struct drive *d, const void *unused)
{
	(void)unused;
	return d->lock_ours;
}

static int do_lock(struct drive *d, const struct call *c, struct err *e)
{
	(void)c;
	server_lock_take(d->server, true);
	return wait_for(d, lock_ours, NULL, e);
}

static int do_finish(struct drive *d, const struct call *c, struct err *e)
{
	(void)c;
	return checklist_close(d->checklist, true, "", e);
}

static int do_drop_link(struct drive *d, const struct call *c, struct err *e)
{
	enum link_state lost = LINK_LOST;

	(void)c;
	link_drop(d->link, "dropped by the lab");
	return wait_for(d, link_is, &lost, e);
}

static int do_within(struct drive *d, const struct call *c, struct err *e)
{
	char *end;
	long s = strtol(c->words[1], &end, 10);

	if (*end || s < 1 || s > 86400)
		return err_set(e, ERR_USAGE, "not a number of seconds: %s", c->words[1]);
	d->patience_ms = (int64_t)s * 1000;
	return 0;
}

static int do_kill(struct drive *d, const struct call *c, struct err *e)
{
	(void)d, (void)c, (void)e;
	return kill(getpid(), SIGKILL);
}

static int do_kill_when(struct drive *d, const struct call *c, struct err *e)
{
	d->kill_step = (size_t)c->step;
	return wants_parse(c, d->kill_wants, &d->nkill, e);
}

static const struct command {
	const char *name;
	int least, most; /* words after the name; the last one takes the rest of the line */
	bool step;	 /* the first of them is a step */
	int (*run)(struct drive *d, const struct call *c, struct err *e);
} commands[] = {
	{"ask", 1, 1, true, do_ask},
	{"cancel", 1, 1, true, do_cancel},
	{"choices", 2, 2, true, do_choices},
	{"confirm", 1, 2, true, do_confirm},
	{"connect", 0, 0, false, do_connect},
	{"defer", 2, 2, true, do_defer},
	{"drop-link", 0, 0, false, do_drop_link},
	{"finish", 0, 0, false, do_finish},
	{"kill", 0, 0, false, do_kill},
	{"kill-when", 2, DRIVE_WANTS_MAX, true, do_kill_when},
	{"link", 1, 1, false, do_link},
	{"lock", 0, 0, false, do_lock},
	{"panels", 0, 0, false, do_panels},
	{"param", 2, 3, true, do_param},
	{"prepare", 1, 1, true, do_prepare},
	{"reset", 1, 1, true, do_reset},
	{"root", 0, 1, false, do_root},
	{"skip", 2, 2, true, do_skip},
	{"state", 1, 1, true, do_state},
	{"undo", 1, 2, true, do_undo},
	{"until", 2, DRIVE_WANTS_MAX, true, do_until},
	{"wait", 1, 1, true, do_wait},
	{"within", 1, 1, false, do_within},
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int step_find(const struct drive *d, const char *id)
{
	struct step_view v;

	for (size_t i = 0; i < checklist_count(d->checklist); i++) {
		checklist_step(d->checklist, i, &v);
		if (strcmp(v.step->id, id) == 0)
			return (int)i;
	}
	return -1;
}

/* Splits the line in place into at most `most` words; the last one is the rest of the line. */
static int words_split(char *line, char **words, int most)
{
	int n = 0;

	while (*(line += strspn(line, " \t"))) {
		words[n++] = line;
		if (n == most)
			break;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = '\0';
	}
	words[n] = NULL;
	return n;
}

static void obey(struct drive *d, char *line)
{
	char *words[DRIVE_WANTS_MAX + 3], *whole = xstrdup(line), name[32] = "";
	struct call c = {.words = words, .step = -1};
	const struct command *k;
	struct err e = {.code = 0};
	int r;

	line[strcspn(line, "\r\n")] = whole[strcspn(whole, "\r\n")] = '\0';
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, " \t"), line);
	if (strcmp(name, "fact") == 0) {
		drive_say_fact(d, whole, line + strlen(name) + strspn(line + strlen(name), " \t"));
		free(whole);
		return;
	}
	k = command_find(name);
	c.n = words_split(line, words, k ? k->most + 1 : 1);
	if (!k || c.n - 1 < k->least) {
		r = err_set(&e, ERR_USAGE, "no such command, or not enough words");
	} else {
		c.step = k->step ? step_find(d, words[1]) : -1;
		r = k->step && c.step < 0 ? err_set(&e, ERR_USAGE, "no step %s", words[1])
					  : k->run(d, &c, &e);
	}
	drive_say(d, whole, r, &e, c.step);
	free(whole);
}

/* --- from start to end ------------------------------------------------------------------------------ */

static void run(struct drive *d)
{
	struct buf in;
	char block[4096], *newline;
	ssize_t n = 1;

	buf_init(&in, 0);
	while (n > 0) {
		if (!turn(d, STDIN_FILENO))
			continue;
		n = read(STDIN_FILENO, block, sizeof(block));
		if (n > 0)
			buf_add(&in, block, (size_t)n);
		while (in.len > 0 && (newline = memchr(in.data, '\n', in.len))) {
			size_t len = (size_t)(newline - in.data) + 1;
			char *line = xcalloc(1, len + 1);

			memcpy(line, in.data, len);
			buf_drain(&in, len);
			if (line[strspn(line, " \t\n")] && *line != '#')
				obey(d, line);
			free(line);
		}
	}
	buf_clear(&in);
}

static struct link *link_make(struct drive *d, struct err *e)
{
	if (d->host->kind != HOST_DEMO)
		return link_new_ssh(d->host, e);
	if (demo_create(data_dir(NULL), d->host->demo, 0, &d->demo, e) != 0)
		return NULL;
	return link_new_local(demo_env(d->demo), demo_cwd(d->demo), e);
}

static int drive_open(struct drive *d, const char *config, const char *phase, struct server_options *so,
	const char *host, struct err *e)
{
	struct checklist_options co = {
		.facts = drive_fact, .facts_ctx = d, .read_only = so->read_only};
	char session[SESSION_ID_SIZE], *dir = data_state_dir();
	int r = 0;

	if (strncmp(host, "demo=", 5) == 0)
		d->host = host_new_demo(host + 5);
	else
		r = host_find(host, config, &d->host, e);
	session_id_new(session);
	d->mask = mask_new();
	if (r == 0)
		r = phase_find(phase, &co.phase, e);
	if (r == 0)
		r = store_open(dir, d->host->name, session, d->mask, &d->store, e);
	if (r == 0 && !(d->link = link_make(d, e)))
		r = e->code;
	if (r == 0) {
		so->host = co.host = d->host;
		so->link = d->link;
		so->session = session;
		so->datadir = data_dir(NULL);
		co.server = d->server = server_new(so, e);
		r = d->server ? 0 : e->code;
	}
	if (r == 0) {
		co.store = d->store;
		co.mask = d->mask;
		d->checklist = checklist_new(&co);
	} else if (co.phase) {
		phase_free(co.phase);
	}
	free(dir);
	return r;
}

static void drive_close(struct drive *d)
{
	checklist_free(d->checklist);
	server_free(d->server);
	if (d->store)
		store_close(d->store, "quit");
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(d->panels[i]);
	demo_free(d->demo);
	mask_free(d->mask);
	host_free(d->host);
	free(d->link_text);
	free(d->root_text);
	free(d->lock_holder);
	free(d->password);
}

int main(int argc, char **argv)
{
	struct drive d = {.link_state = LINK_IDLE, .patience_ms = PATIENCE_MS};
	struct server_options so = {.who = "lab@workstation"};
	const char *config = NULL, *phase = "1-foundation";
	struct err e = {.code = 0};
	int option;

	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt(argc, argv, "F:p:w:r")) != -1) {
		if (option == 'F')
			config = optarg;
		else if (option == 'p')
			phase = optarg;
		else if (option == 'w')
			so.who = optarg;
		else if (option == 'r')
			so.read_only = true;
		else
			return 2;
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: drive [-F SSH_CONFIG] [-p PHASE] [-w WHO] [-r] HOST\n");
		return 2;
	}
	data_dir(argv[0]);
	if (drive_open(&d, config, phase, &so, argv[optind], &e) != 0) {
		fprintf(stderr, "drive: %s\n", e.text);
		drive_close(&d);
		return 2;
	}
	run(&d);
	drive_close(&d);
	return 0;
}
