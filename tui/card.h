/* card: a panel in a few lines, for the overview. */
#ifndef TUI_CARD_H
#define TUI_CARD_H

#include <stdbool.h>

#include "backends/panel.h"
#include "tui/screen.h"

/* What matters most of a panel in r.h lines of r.w columns. */
void card_draw(const struct panel *p, struct screen *s, struct rect r, bool stale);

#endif
