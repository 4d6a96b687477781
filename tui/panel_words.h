/* panel_words: what is said of a panel's state and age. */
#ifndef TUI_PANEL_WORDS_H
#define TUI_PANEL_WORDS_H

#include <stddef.h>

#include "backends/panel.h"
#include "tui/theme.h"

struct app;

/* "docker is not on this server", "only root may see this: press S" … into out; returns out. ""
 * when it is fine. */
char *panel_state_words(const struct panel *p, char *out, size_t size);
enum role panel_state_role(enum panel_state state);
/* "3 s ago", "2 min ago, old". */
void panel_age_words(const struct app *a, enum panel_id id, char *out, size_t size);
/* Why there is nothing yet. */
const char *panel_waiting_words(const struct app *a);

#endif
