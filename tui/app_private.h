/* app_private: what the application's own files share and views need not know. */
#ifndef TUI_APP_PRIVATE_H
#define TUI_APP_PRIVATE_H

#include "tui/app.h"
#include "tui/input.h"
#include "tui/loop.h"
#include "tui/screen.h"

/* app.c: dispatch */
void app_run(struct app *a, const struct command *c, const char *arg);
void app_key(struct app *a, const struct key *key);
/* Takes the question back whether to leave a running step, once nothing runs. */
void app_leaving(struct app *a);
struct view *app_view(const struct app *a); /* the one that is shown, or NULL */
void app_views_new(struct app *a);
void app_views_free(struct app *a);

/* console.c: what curses must do */
struct theme;
void app_theme(struct app *a, struct theme *t); /* takes it */
void app_redraw(struct app *a);
void app_suspend(struct app *a);
void app_resize(struct app *a);

/* app_events.c: what server and store say */
void app_server_events(struct app *a);
void app_store_events(struct app *a);

/* ask.c: questions of the link */
void ask_question(struct app *a, const struct link_question *q);
/* The link is no longer waiting for answers. */
void ask_withdraw(struct app *a);

/* frame.c */
void frame_paint(struct app *a);
struct rect frame_content(const struct app *a);
bool frame_too_small(const struct app *a);

/* help.c: owned text of help for a place. */
char *help_text(enum place place);

/* dialog.c */
void dialog_key(struct app *a, const struct key *key);
void dialog_draw(struct app *a);    /* frames and words, before screen_end() */
void dialog_refresh(struct app *a); /* what CDK draws, after it */
/* Before anything else is painted on a screen of another size. */
void dialog_resized(struct app *a);
/* Is given up without an answer: the question is gone. */
void dialog_withdraw(struct app *a, const void *ctx);
struct dialogs *dialogs_new(void);
void dialogs_free(struct dialogs *d);

#endif
