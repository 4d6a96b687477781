/*
 * server: its thread, and what the console may ask of it.
 *
 * The thread sleeps until the link has an event, the console has a command, or something is due;
 * then it does all that
 * is due. It never waits for anything else: calls of the link return at once, large answers are
 * parsed by a worker.
 */
#include "backends/server.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/secret.h"
#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

#define REMOTE_FILE_MAX ((size_t)1 << 20)
#define EVENTS_A_TURN 64 /* link events before other things get their turn */
#define EVENTS_MOST ((size_t)16 << 20)
#define QUIT_MS 700 /* for giving the lock back */

static void command_free(struct queue_item *item)
{
	struct command *c = (struct command *)item;

	free(c->a);
	free(c->b);
	if (c->c)
		explicit_bzero(c->c, strlen(c->c));
	free(c->c);
	secret_free(c->secret, c->secret_len);
	probe_free(c->probe);
	follow_free(c->follow);
	panel_unref(c->panel);
	free(c);
}

static void event_item_free(struct queue_item *item)
{
	server_event_free(event_of(item));
}

int64_t server_ms(const struct server *s, int64_t ms)
{
	return (int64_t)((double)ms * s->scale);
}

int64_t server_pause_ms(const struct server *s, int64_t ms)
{
	return (int64_t)((double)ms * s->pause_scale);
}

void server_parsed(struct server *s, enum panel_id id, struct panel *panel)
{
	struct command *c = command_new(COMMAND_PARSED);

	c->id = (unsigned)id;
	c->panel = panel;
	command_put(s, c);
}

/* ---- the thread ---- */

static void take_command(struct server *s, struct command *c)
{
	struct follow *follow = c->follow;
	struct probe *probe = c->probe;
	struct panel *panel = c->panel;
	char *text = c->c;

	switch (c->type) {
	case COMMAND_QUIT:
		s->quit = true;
		break;
	case COMMAND_START:
		link_start(s->link);
		break;
	case COMMAND_RETRY:
		link_retry(s->link);
		break;
	case COMMAND_ANSWER:
		if (!root_answer(s, c->id, c->secret))
			link_answer(s->link, c->id, c->secret);
		break;
	case COMMAND_REFRESH:
		collectors_refresh(s, (enum panel_id)c->id);
		break;
	case COMMAND_LOOK:
		collectors_look(s, (enum panel_id)c->id);
		break;
	case COMMAND_ROOT:
		root_open(s, true);
		break;
	case COMMAND_ROOT_PASSWORD:
		root_password(s, c->secret);
		break;
	case COMMAND_LOCK:
		lock_take(s, c->flag);
		break;
	case COMMAND_UNLOCK:
		lock_release(s);
		break;
	case COMMAND_PROBE:
		c->probe = NULL;
		probe_start(s, probe);
		break;
	case COMMAND_PROBE_CANCEL:
		probe_cancel(s, c->id);
		break;
	case COMMAND_RUNS:
		runs_list(s);
		break;
	case COMMAND_RUN_OPEN:
		run_open(s, c->a, c->b);
		break;
	case COMMAND_RUN_CLOSE:
		run_close(s, c->a, c->b, c->c);
		break;
	case COMMAND_JOB:
		c->follow = NULL;
		c->c = NULL;
		follow_start(s, follow, text);
		break;
	case COMMAND_JOB_CANCEL:
		follow_cancel(s, c->a, c->flag);
		break;
	case COMMAND_PARSED:
		c->panel = NULL;
		collectors_parsed(s, (enum panel_id)c->id, panel);
		break;
	}
	command_free(&c->item);
}

static void link_changed(struct server *s, struct link_event *le)
{
	struct server_event *ev = event_new(SERVER_LINK);
	bool up = le->state == LINK_UP;

	ev->u.link.state = le->state;
	ev->u.link.code = le->code;
	ev->u.link.retry_ms = le->retry_ms;
	ev->u.link.text = le->text;
	le->text = NULL;
	event_put(s, ev, 0);
	if (up == s->link_up)
		return;
	s->link_up = up;
	beat_link(s, up);
	root_link(s, up);
	collectors_link(s, up);
	remotes_link(s, up);
}

static void take_link_event(struct server *s, struct link_event *le)
{
	struct server_event *ev;

	if (le->type == LINK_EV_STATE) {
		link_changed(s, le);
	} else if (le->type == LINK_EV_QUESTION) {
		ev = event_new(SERVER_QUESTION);
		ev->u.question = le->question;
		le->question = NULL;
		event_put(s, ev, 0);
	} else {
		remotes_event(s, le);
	}
	link_event_free(le);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Does what is due; returns when to come again. */
static int64_t tick(struct server *s)
{
	int64_t now = clock_ms(), next = remotes_tick(s, now);

	next = least(next, beat_tick(s, now));
	next = least(next, root_tick(s, now));
	next = least(next, lock_tick(s, now));
	next = least(next, follows_tick(s, now));
	return least(next, collectors_tick(s, now));
}

/* One turn; next is when something is due. */
static int64_t turn(struct server *s, int64_t next)
{
	struct pollfd fds[2] = {
		{.fd = queue_fd(s->commands), .events = POLLIN},
		{.fd = link_fd(s->link), .events = POLLIN},
	};
	int64_t wait = next == INT64_MAX ? 60000 : next - clock_ms();
	struct queue_item *item;
	struct link_event *le;

	/*
	 * A console that does not read: stop taking from the link, which then stops reading, too.
	 */
	if (queue_weight(s->events) > EVENTS_MOST) {
		fds[1].events = 0;
		wait = least(wait, 50);
	}
	poll(fds, 2, wait < 0 ? 0 : (int)least(wait, 60000));
	beat_late(s, clock_ms() - next);
	while (!s->quit && (item = queue_take(s->commands)) != NULL)
		take_command(s, (struct command *)item);
	for (int i = 0; i < EVENTS_A_TURN && fds[1].events; i++) {
		le = link_next(s->link);
		if (!le)
			break;
		take_link_event(s, le);
	}
	return tick(s);
}

static void *server_run(void *arg)
{
	struct server *s = arg;
	int64_t next = 0, until;

	while (!s->quit)
		next = turn(s, next);
	if (s->lock_ours && s->link_up) {
		lock_release(s);
		until = clock_ms() + QUIT_MS;
		while (s->lock_ours && s->link_up && clock_ms() < until)
			next = turn(s, least(next, until));
	}
	return NULL;
}

/* ---- making and freeing ---- */

char *server_file(const char *datadir, const char *folder, const char *name, struct err *e)
{
	char *path = xasprintf("%s/%s/%s.sh", datadir, folder, name);
	char *text = data_read(path, REMOTE_FILE_MAX, NULL, NULL);

	if (!text) {
		free(path);
		path = xasprintf("%s/backends/%s/%s.sh", datadir, folder, name);
		text = data_read(path, REMOTE_FILE_MAX, NULL, e);
	}
	free(path);
	return text;
}

static struct host *host_copy(const struct host *h)
{
	struct host *c = xcalloc(1, sizeof(*c));

	*c = *h;
	c->name = h->name ? xstrdup(h->name) : NULL;
	c->demo = h->demo ? xstrdup(h->demo) : NULL;
	c->address = h->address ? xstrdup(h->address) : NULL;
	c->user = h->user ? xstrdup(h->user) : NULL;
	c->jump = h->jump ? xstrdup(h->jump) : NULL;
	c->identity = h->identity ? xstrdup(h->identity) : NULL;
	c->ssh_config = h->ssh_config ? xstrdup(h->ssh_config) : NULL;
	c->path = h->path ? xstrdup(h->path) : NULL;
	c->settings = xcalloc(h->nsettings ? h->nsettings : 1, sizeof(*c->settings));
	for (size_t i = 0; i < h->nsettings; i++) {
		c->settings[i].key = xstrdup(h->settings[i].key);
		c->settings[i].value = xstrdup(h->settings[i].value);
		c->settings[i].line = h->settings[i].line;
	}
	return c;
}

/* shell.sh for all; for probes and jobs the functions, and the texts that they hand on as files. */
static int load_texts(struct server *s, const char *datadir, struct err *e)
{
	static const char *const names[] = {"shell", "probe", "job", "runs", "step", "run"};
	char *text[6] = {NULL}, *step = NULL, *run = NULL;
	int rc = 0;

	for (int i = 0; i < 6 && rc == 0; i++) {
		text[i] = server_file(datadir, "remote", names[i], e);
		rc = text[i] ? 0 : ERR_IO;
	}
	if (rc == 0) {
		step = shell_quote(text[4]);
		run = shell_quote(text[5]);
		s->prelude = xasprintf("tw_kind=user\n%s", text[0]);
		s->work_text = xasprintf(
			"tw_kind=user tw_make=%d\n%s\n%s\n%s\n%s\ntw_step_sh=%s\ntw_run_sh=%s\n",
			!s->read_only, text[0], text[1], text[2], text[3], step, run);
		s->root_text = xasprintf("%s\ntw_kind=root\n", s->work_text);
	}
	free(step);
	free(run);
	for (int i = 0; i < 6; i++)
		free(text[i]);
	return rc;
}

static void server_destroy(struct server *s)
{
	s->link_up = false;
	if (s->link)
		remotes_free(s);
	link_free(s->link);
	probes_free(s);
	follows_free(s);
	collectors_free(s);
	root_clear(s);
	queue_close(s->commands);
	queue_unref(s->commands);
	queue_unref(s->parses);
	queue_close(s->events);
	queue_unref(s->events);
	host_free(s->host);
	free(s->session);
	free(s->who);
	free(s->prelude);
	free(s->work_text);
	free(s->root_text);
	free(s);
}

struct server *server_new(const struct server_options *o, struct err *e)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->commands = queue_new(command_free);
	s->events = queue_new(event_item_free);
	s->parses = collectors_queue();
	s->host = host_copy(o->host);
	s->session = xstrdup(o->session ? o->session : "-");
	s->who = xstrdup(o->who ? o->who : "-");
	s->read_only = o->read_only;
	s->once = o->once;
	s->scale = host_time_scale();
	s->pause_scale = host_pause_scale();
	s->clock_offset_ms = NAN;
	s->look = PANEL_COUNT;
	if (load_texts(s, o->datadir, e) < 0 || collectors_init(s, o->datadir, e) < 0) {
		s->link = NULL;
		server_destroy(s);
		link_free(o->link);
		return NULL;
	}
	s->link = o->link;
	remotes_init(s);
	if (pthread_create(&s->parser, NULL, collectors_parser, s) != 0 ||
		pthread_create(&s->thread, NULL, server_run, s) != 0) {
		/*
		 * Of two threads one may run already, so nothing is freed: there is hardly any
		 * memory left.
		 */
		err_set(e, ERR_FAILED, _("cannot start a thread"));
		return NULL;
	}
	return s;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	command_put(s, command_new(COMMAND_QUIT));
	pthread_join(s->thread, NULL);
	collectors_parser_quit(s);
	pthread_join(s->parser, NULL);
	server_destroy(s);
}
