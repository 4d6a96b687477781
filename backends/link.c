#include "backends/link_core.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "backends/host.h"
#include "backends/secret.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

struct link {
	struct link_core *core;
	struct link_exit *exit;
	pthread_t thread;
	bool running;
	unsigned last_channel;
};

/* How the thread says that it has ended; shared by both, freed by the one that lets go last. */
struct link_exit {
	pthread_mutex_t lock;
	pthread_cond_t ended_cond;
	bool ended, abandoned;
};

struct event_item {
	struct queue_item item;
	struct link_event ev;
};

/* --- freeing --------------------------------------------------------------------------------- */

static void question_free(struct link_question *q)
{
	if (!q)
		return;
	free(q->title);
	free(q->text);
	free(q);
}

static void event_item_free(struct queue_item *item)
{
	struct event_item *it = (struct event_item *)item;

	free(it->ev.text);
	free(it->ev.data);
	question_free(it->ev.question);
	free(it);
}

void link_event_free(struct link_event *ev)
{
	if (ev)
		event_item_free(
			(struct queue_item *)((char *)ev - offsetof(struct event_item, ev)));
}

void link_cmd_free(struct link_cmd *cmd)
{
	if (!cmd)
		return;
	if (cmd->secret)
		secret_free(cmd->bytes, cmd->len);
	else
		free(cmd->bytes);
	free(cmd);
}

static void cmd_item_free(struct queue_item *item)
{
	link_cmd_free((struct link_cmd *)item);
}

static void core_unref(struct link_core *core)
{
	if (atomic_fetch_sub(&core->refs, 1) > 1)
		return;
	core->free_kind(core->kind);
	queue_unref(core->cmds);
	queue_unref(core->events);
	free(core->peer);
	free(core);
}

static void exit_free(struct link_exit *x)
{
	pthread_cond_destroy(&x->ended_cond);
	pthread_mutex_destroy(&x->lock);
	free(x);
}

/* --- the thread ------------------------------------------------------------------------------ */

struct thread_arg {
	struct link_core *core;
	struct link_exit *exit;
};

static void *link_thread(void *arg)
{
	struct thread_arg *a = arg;
	struct link_core *core = a->core;
	struct link_exit *x = a->exit;
	bool abandoned;

	free(a);
	core->run(core, core->kind);
	core_unref(core);
	pthread_mutex_lock(&x->lock);
	x->ended = true;
	abandoned = x->abandoned;
	pthread_cond_signal(&x->ended_cond);
	pthread_mutex_unlock(&x->lock);
	if (abandoned)
		exit_free(x);
	return NULL;
}

struct link *link_new(
	char *peer, void (*run)(struct link_core *, void *), void (*free_kind)(void *), void *kind)
{
	struct link *l = xcalloc(1, sizeof *l);
	struct link_core *core = xcalloc(1, sizeof *core);
	struct link_exit *x = xcalloc(1, sizeof *x);
	struct thread_arg *arg = xcalloc(1, sizeof *arg);
	pthread_condattr_t attr;
	sigset_t all, before;

	atomic_init(&core->refs, 1);
	core->cmds = queue_new(cmd_item_free);
	core->events = queue_new(event_item_free);
	core->peer = peer;
	core->scale = host_time_scale();
	core->pause_scale = host_pause_scale();
	core->run = run;
	core->free_kind = free_kind;
	core->kind = kind;
	pthread_mutex_init(&x->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&x->ended_cond, &attr);
	pthread_condattr_destroy(&attr);
	l->core = core;
	l->exit = x;
	arg->core = core;
	arg->exit = x;
	atomic_fetch_add(&core->refs, 1);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are the main thread's */
	l->running = pthread_create(&l->thread, NULL, link_thread, arg) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!l->running) {
		atomic_fetch_sub(&core->refs, 1);
		free(arg);
		queue_close(core->cmds);
		link_core_state(core, LINK_STOPPED, ERR_LINK, 0, _("no thread could be started"));
	}
	return l;
}

static struct timespec deadline_in(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Waits for the thread to end; false when it was given up. */
static bool thread_wait(struct link_exit *x)
{
	struct timespec until = deadline_in(LINK_GIVE_UP_MS);
	bool ended;

	pthread_mutex_lock(&x->lock);
	while (!x->ended && pthread_cond_timedwait(&x->ended_cond, &x->lock, &until) == 0)
		;
	ended = x->ended;
	x->abandoned = !ended;
	pthread_mutex_unlock(&x->lock);
	return ended;
}

static void link_send(struct link *l, enum link_cmd_type type, unsigned id, const void *bytes,
	size_t n, bool secret);

void link_free(struct link *l)
{
	if (!l)
		return;
	atomic_store(&l->core->quit, true);
	link_send(l, LINK_CMD_WAKE, 0, NULL, 0, false);
	if (!l->running) {
		exit_free(l->exit);
	} else if (thread_wait(l->exit)) {
		pthread_join(l->thread, NULL);
		exit_free(l->exit);
	} else {
		pthread_detach(l->thread);
	}
	queue_close(l->core->events);
	queue_close(l->core->cmds);
	core_unref(l->core);
	free(l);
}

/* --- commands -------------------------------------------------------------------------------- */

/* bytes NULL stays NULL. */
static void link_send(struct link *l, enum link_cmd_type type, unsigned id, const void *bytes,
	size_t n, bool secret)
{
	struct link_cmd *cmd = xcalloc(1, sizeof *cmd);

	cmd->type = type;
	cmd->id = id;
	cmd->secret = secret;
	if (bytes && secret) {
		cmd->len = n;
		cmd->bytes = secret_dup(bytes, n);
	} else if (bytes) {
		cmd->len = n;
		cmd->bytes = xcalloc(1, n + 1);
		memcpy(cmd->bytes, bytes, n);
	}
	cmd->item.weight = cmd->len;
	queue_put(l->core->cmds, &cmd->item);
}

void link_start(struct link *l)
{
	link_send(l, LINK_CMD_START, 0, NULL, 0, false);
}

void link_retry(struct link *l)
{
	link_send(l, LINK_CMD_RETRY, 0, NULL, 0, false);
}

void link_drop(struct link *l, const char *why)
{
	why = why ? why : "";
	link_send(l, LINK_CMD_DROP, 0, why, strlen(why), false);
}

void link_stop(struct link *l)
{
	link_send(l, LINK_CMD_STOP, 0, NULL, 0, false);
}

void link_answer(struct link *l, unsigned question_id, const char *answer)
{
	link_send(l, LINK_CMD_ANSWER, question_id, answer, answer ? strlen(answer) : 0, true);
}

unsigned link_open(struct link *l, const char *command)
{
	unsigned id = ++l->last_channel;

	if (l->running)
		link_send(l, LINK_CMD_OPEN, id, command, strlen(command), false);
	else
		link_core_channel(l->core, LINK_EV_EXIT, id, -1, "");
	return id;
}

void link_write(struct link *l, unsigned channel, const void *bytes, size_t n)
{
	if (n)
		link_send(l, LINK_CMD_WRITE, channel, bytes, n, false);
}

void link_write_secret(struct link *l, unsigned channel, const void *bytes, size_t n)
{
	if (n)
		link_send(l, LINK_CMD_WRITE, channel, bytes, n, true);
}

void link_eof(struct link *l, unsigned channel)
{
	link_send(l, LINK_CMD_EOF, channel, NULL, 0, false);
}

void link_kill(struct link *l, unsigned channel)
{
	link_send(l, LINK_CMD_KILL, channel, NULL, 0, false);
}

/* --- events, the reader's side --------------------------------------------------------------- */

int link_fd(const struct link *l)
{
	return queue_fd(l->core->events);
}

struct link_event *link_next(struct link *l)
{
	struct event_item *it = (struct event_item *)queue_take(l->core->events);

	if (atomic_load(&l->core->waiting) &&
		queue_weight(l->core->events) <= LINK_EVENTS_MAX / 2 &&
		atomic_exchange(&l->core->waiting, false))
		link_send(l, LINK_CMD_WAKE, 0, NULL, 0, false);
	return it ? &it->ev : NULL;
}

const char *link_peer(const struct link *l)
{
	return l->core->peer;
}

const char *link_state_word(enum link_state s)
{
	static const char *const words[] = {
		[LINK_IDLE] = N_("idle"),
		[LINK_RESOLVING] = N_("looking up the name"),
		[LINK_CONNECTING] = N_("connecting"),
		[LINK_HOSTKEY] = N_("host key?"),
		[LINK_AUTH] = N_("authenticating"),
		[LINK_UP] = N_("up"),
		[LINK_LOST] = N_("lost"),
		[LINK_STOPPED] = N_("stopped"),
	};

	return (size_t)s < sizeof words / sizeof words[0] ? _(words[s]) : "?";
}

/* --- events, the thread's side --------------------------------------------------------------- */

struct link_cmd *link_core_cmd(struct link_core *core)
{
	return (struct link_cmd *)queue_take(core->cmds);
}

int64_t link_core_ms(const struct link_core *core, int64_t ms)
{
	int64_t scaled = (int64_t)((double)ms * core->scale);

	return scaled > 0 ? scaled : 1;
}

bool link_core_full(struct link_core *core)
{
	if (queue_weight(core->events) < LINK_EVENTS_MAX)
		return false;
	atomic_store(&core->waiting, true);
	/* The reader may have emptied it between the two lines, and nobody would wake us. */
	if (queue_weight(core->events) < LINK_EVENTS_MAX) {
		atomic_store(&core->waiting, false);
		return false;
	}
	return true;
}

static struct event_item *event_new(enum link_event_type type, const char *text)
{
	struct event_item *it = xcalloc(1, sizeof *it);

	it->ev.type = type;
	it->ev.text = text ? text_dup(text) : NULL;
	it->item.weight = sizeof *it + (text ? strlen(text) : 0);
	return it;
}

void link_core_state(
	struct link_core *core, enum link_state state, int code, int64_t retry_ms, const char *text)
{
	struct event_item *it = event_new(LINK_EV_STATE, text ? text : "");

	it->ev.state = state;
	it->ev.code = code;
	it->ev.retry_ms = retry_ms;
	queue_put(core->events, &it->item);
}

void link_core_data(struct link_core *core, enum link_event_type type, unsigned channel,
	const void *data, size_t n)
{
	struct event_item *it = event_new(type, NULL);

	it->ev.channel = channel;
	it->ev.data = xcalloc(1, n + 1);
	memcpy(it->ev.data, data, n);
	it->ev.len = n;
	it->item.weight += n;
	queue_put(core->events, &it->item);
}

void link_core_channel(struct link_core *core, enum link_event_type type, unsigned channel,
	int status, const char *text)
{
	struct event_item *it = event_new(type, text);

	it->ev.channel = channel;
	it->ev.status = status;
	queue_put(core->events, &it->item);
}

static char *clean_lines(const char *s)
{
	struct buf b;

	buf_init(&b, 0);
	text_clean_lines(&b, s, strlen(s), TEXT_FIELD_MAX);
	return buf_take(&b);
}

unsigned link_core_ask(struct link_core *core, enum link_question_kind kind, bool echo,
	const char *title, const char *text)
{
	struct event_item *it = event_new(LINK_EV_QUESTION, NULL);
	struct link_question *q = xcalloc(1, sizeof *q);
	unsigned id = atomic_fetch_add(&core->last_question, 1) + 1;

	q->id = id;
	q->kind = kind;
	q->echo = echo;
	q->title = text_dup(title);
	q->text = clean_lines(text ? text : "");
	it->ev.question = q;
	queue_put(core->events, &it->item);
	return id;
}

int64_t link_core_backoff(const struct link_core *core, int attempt)
{
	int64_t ms = LINK_RETRY_MIN_MS;
	unsigned char r = 128;

	while (attempt-- > 0 && ms < LINK_RETRY_MAX_MS)
		ms *= 2;
	if (ms > LINK_RETRY_MAX_MS)
		ms = LINK_RETRY_MAX_MS;
	/* Without jitter, all consoles of a rebooted server would knock in the same instant. */
	(void)!getrandom(&r, 1, GRND_NONBLOCK);
	return (int64_t)((double)(ms * 3 / 4 + ms * r / 512) * core->pause_scale);
}
