/*
 * view: one of the nine places. A vtable; its state is a struct that begins with struct view:
 *
 *     struct view_log { struct view view; … };
 *     struct view *view_log_new(struct app *app);
 *
 * draw() reads only what the view already holds. Everything else changes the state and says whether
 * that is to be painted. Every callback but free and draw may be NULL.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/command.h"
#include "tui/screen.h"

struct app;
struct err;
struct server_event;
struct store_event;
struct view;

#define VIEW_FDS_MAX 4

struct view_ops {
	/* Frees the view and what it holds. */
	void (*free)(struct view *v);
	/* Draws into r, which is blank. v is not changed, nothing is fetched. */
	void (*draw)(const struct view *v, struct screen *s, struct rect r);
	/* The room it has: before the first draw and whenever it changes; scrolling is put right
	 * here. */
	void (*layout)(struct view *v, struct rect r);
	/* It is shown from now on, or no longer. */
	void (*activate)(struct view *v, bool shown);
	/* A command of the table; arg is what followed `:name `, or "". False: not for me (the
	 * application has a go at it then). CMD_INTERRUPT is offered to every view, shown or not.
	 * */
	bool (*command)(struct view *v, const struct command *c, const char *arg);
	/* The filter typed after `/` ("": none; invert: it began with `!`). ERR_USAGE: e says what
	 * is wrong. */
	int (*filter)(struct view *v, const char *pattern, bool invert, struct err *e);
	/* A click at a cell of the screen (delta 0), or the wheel there (delta rows). */
	bool (*mouse)(struct view *v, int y, int x, int delta);
	/* What `y` copies: owned text, or NULL. */
	char *(*copy)(const struct view *v);
	/* The i-th candidate for the argument of `:name `, owned; NULL when there are no more. */
	char *(*complete)(const struct view *v, enum command_id id, size_t i);
	/* Events of server and store, borrowed. Every view gets all of them, shown or not. True:
	 * paint. */
	bool (*server_event)(struct view *v, const struct server_event *ev);
	bool (*store_event)(struct view *v, const struct store_event *ev);
	/* About four times a second. True: paint. */
	bool (*tick)(struct view *v, int64_t now_ms);
	/* File descriptors to poll beside ours (at most VIEW_FDS_MAX): fills fds, returns how many.
	 * */
	int (*fds)(const struct view *v, struct pollfd *fds);
	/* One of them has something. True: paint. */
	bool (*ready)(struct view *v);
	/* What goes on when the console ends ("extend-lvm is running"), owned, or NULL. */
	char *(*busy)(const struct view *v);
	/* For the right end of the bottom line ("12 of 340"), owned, or NULL. */
	char *(*status)(const struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	struct rect rect; /* set before layout() */
};

typedef struct view *view_new(struct app *app);
view_new view_overview_new;
view_new view_disks_new, view_lvm_new, view_pods_new, view_docker_new,
	view_backups_new;  /* view_panel.c */
view_new view_phases_new;  /* view_phases.c */
view_new view_log_new;     /* view_log.c */
view_new view_reports_new; /* view_reports.c */

#endif
