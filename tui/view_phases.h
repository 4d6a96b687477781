/* view_phases: place 7: the phases there are, and the checklist of the one at work. Shared by tui/view_phases*.c. */
#ifndef TUI_VIEW_PHASES_H
#define TUI_VIEW_PHASES_H

#include "runbook/checklist.h"
#include "runbook/phase.h"
#include "tui/list.h"
#include "tui/view.h"

enum phases_pane { PHASES_LIST, PHASES_CARD, PHASES_OUTPUT, PHASES_PANES };

/* One paragraph of the card. */
struct card_line {
	enum role role;
	char *text; /* clean lines */
	bool diff;
	bool item; /* of a list: a dash before it, what is wrapped indented */
};

struct phases {
	struct view view;
	struct phase_entry *entries; /* the phases there are */
	size_t nentries;
	struct checklist *checklist; /* the one at work, or NULL: the list of phases is shown */
	struct list phase_list;      /* over entries */
	struct list rows;            /* over steps, then criteria */
	enum phases_pane pane;
	struct rect list_rect, card_rect, output_rect; /* with their frames; output_rect.h 0: not shown */
	struct card_line *card;
	size_t ncard;
	int card_top, card_lines;    /* wrapped lines */
	int card_about;              /* what it is about: see phases_changed() */
	int output_top, output_lines;
	bool output_follow;
	bool asked_runs;             /* the server was asked for an open run once */
	bool want_choices;           /* the choice dialog opens when they are there */
	bool map;                    /* the map is shown instead of the three panes */
	struct took *took;           /* what earlier runs took, once the map was asked for; or NULL */
	int was_running;             /* step that ran at the last event, or -1 */
};

/* The row under the cursor: a step (true) or a criterion. */
bool phases_at_step(const struct phases *p, size_t *index);

bool phases_move(struct phases *p, enum command_id id); /* in the pane that has the keys; false: id moves nothing */
void phases_to(struct phases *p, size_t row);
const char *phases_phase_tag(const void *phases, size_t i); /* a list_tag over entries */

/* view_phases_mouse.c */
bool phases_mouse(struct view *v, int y, int x, int delta);

/* view_phases_card.c */
void card_make(struct phases *p);
void card_clear(struct phases *p);

/* view_phases_map.c */
void map_open(struct phases *p);
void map_close(struct phases *p);
void map_draw(const struct phases *p, struct screen *s, struct rect r);
bool map_command(struct phases *p, enum command_id id); /* false: it is not the map's */
int map_row(const struct phases *p, int y); /* the step on that row of the screen, or -1 */

/* view_phases_draw.c */
void phases_draw(const struct view *v, struct screen *s, struct rect r);
void phases_layout(struct view *v, struct rect r);

/* view_phases_ask.c: dialogs; each ends in a checklist_*() call */
void ask_run(struct phases *p, size_t step);
void ask_undo(struct phases *p, size_t step);
void ask_skip(struct phases *p, size_t step, bool defer);
void ask_criterion(struct phases *p, size_t criterion, bool defer);
void ask_interrupt(struct phases *p, size_t step);
void ask_close(struct phases *p, bool finished);
void ask_lock(struct phases *p);
void ask_note(struct phases *p, int step, const char *text); /* -1: the run; text "": asked for */
/* view_phases_params.c */
void ask_params(struct phases *p, size_t step);
void ask_choices(struct phases *p, size_t step); /* they are there: pick one, or several */
void phases_changed(struct phases *p); /* the checklist has changed: card and rows are made again */

#endif
