/* step_words: what is said of a step alike on the screen and in lines. */
#ifndef TUI_STEP_WORDS_H
#define TUI_STEP_WORDS_H

#include "runbook/checklist.h"
#include "runbook/phase.h"

const char *risk_word(enum risk r); /* gettext'ed, as what follows */
/* What is on its way; NULL when nothing is, and while a job runs (that has figures of its own). */
const char *activity_words(enum step_activity a);
/* "TITLE: VALUE" of parameter k, and that it is last time's where it is. Owned. */
char *param_words(const struct step_view *v, size_t k);

#endif
