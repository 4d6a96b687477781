#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "runbook/store.h"
#include "tui/app_private.h"
#include "tui/term.h"
#include "tui/view.h"

#define TICK_MS 250
#define FRAME_MS 16 /* between paints that no key asked for */
#define KEYS_A_TURN 256
#define FDS_MAX (4 + PLACE_COUNT * VIEW_FDS_MAX)

struct loop *loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof *l);

	l->signals = -1;
	input_clear(&l->input);
	buf_init(&l->prompt.text, PROMPT_MAX);
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->signals >= 0)
		close(l->signals);
	input_clear(&l->input);
	prompt_clear(&l->prompt);
	free(l->say);
	free(l->why);
	free(l);
}

static void loop_end(struct app *a, int number)
{
	struct loop *l = a->loop;

	l->signal = number;
	free(l->why);
	l->why = xasprintf("signal %d", number);
	l->quit = true;
}

static void read_signals(struct app *a)
{
	unsigned char bytes[64];
	ssize_t n = read(a->loop->signals, bytes, sizeof bytes);

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == SIGWINCH || bytes[i] == SIGCONT)
			a->loop->resized = a->loop->keyed = a->loop->dirty = true;
		else if (bytes[i] == SIGINT)
			app_command(a, CMD_INTERRUPT, "");
		else
			loop_end(a, bytes[i]);
	}
}

static void read_keys(struct app *a)
{
	struct key key;

	a->loop->keys_ms = clock_ms();
	for (int i = 0; i < KEYS_A_TURN && !a->loop->quit && input_next(&a->loop->input, &key);
		i++) {
		app_key(a, &key);
		a->loop->keyed = true;
		if (key.text) {
			explicit_bzero(key.text, strlen(key.text));
			free(key.text);
		}
	}
}

static void tick(struct app *a, int64_t now)
{
	int64_t second = clock_wall_ms() / 1000;

	a->loop->ticked_ms = now;
	if (second != a->loop->second) { /* the clock, and every age */
		a->loop->second = second;
		app_dirty(a);
	}
	for (int p = 0; p < PLACE_COUNT; p++) {
		struct view *v = a->views[p];

		if (v && v->ops->tick && v->ops->tick(v, now) && (enum place)p == a->place)
			app_dirty(a);
	}
	app_leaving(a);
}

static void views_ready(struct app *a, const struct pollfd *fds, const int *first)
{
	for (int p = 0; p < PLACE_COUNT; p++)
		for (int i = first[p]; i < first[p + 1]; i++)
			if (fds[i].revents) {
				if (a->views[p]->ops->ready(a->views[p]) &&
					(enum place)p == a->place)
					app_dirty(a);
				break;
			}
}

/* Milliseconds until there is something to do by the clock. */
static int patience(const struct app *a, int64_t now)
{
	int64_t tick_in = a->loop->ticked_ms + TICK_MS - now;
	int64_t paint_in = a->loop->dirty ? a->loop->painted_ms + FRAME_MS - now : tick_in;
	int64_t least = tick_in < paint_in ? tick_in : paint_in;

	return least < 0 ? 0 : (int)least;
}

static void paint(struct app *a)
{
	int64_t now = clock_ms();

	if (!a->loop->dirty || (!a->loop->keyed && now - a->loop->painted_ms < FRAME_MS))
		return;
	if (a->loop->resized) /* only now: keys on their way are for what was seen */
		app_resize(a);
	a->loop->dirty = a->loop->keyed = a->loop->resized = false;
	a->loop->painted_ms = now;
	frame_paint(a);
}

static void turn(struct app *a)
{
	struct pollfd fds[FDS_MAX] = {
		{STDIN_FILENO, POLLIN, 0},
		{a->loop->signals, POLLIN, 0},
		{a->server ? server_fd(a->server) : -1, POLLIN, 0},
		{a->store ? store_fd(a->store) : -1, POLLIN, 0},
	};
	int first[PLACE_COUNT + 1], n = 4;

	for (int p = 0; p < PLACE_COUNT; p++) {
		struct view *v = a->views[p];

		first[p] = n;
		if (v && v->ops->fds)
			n += v->ops->fds(v, fds + n);
	}
	first[PLACE_COUNT] = n;
	if (poll(fds, (nfds_t)n, patience(a, clock_ms())) < 0 && errno != EINTR) {
		loop_end(a, SIGTERM);
		return;
	}
	if (fds[1].revents)
		read_signals(a);
	if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) /* the terminal is gone */
		loop_end(a, SIGHUP);
	else
		read_keys(a);
	app_server_events(a);
	app_store_events(a);
	views_ready(a, fds, first);
	if (clock_ms() - a->loop->ticked_ms >= TICK_MS)
		tick(a, clock_ms());
	if (!a->loop->quit)
		paint(a);
}

void loop_run(struct app *a)
{
	a->loop->dirty = a->loop->keyed = true;
	paint(a);
	while (!a->loop->quit)
		turn(a);
}
