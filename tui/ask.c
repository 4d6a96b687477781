/* ask: what the link wants to know, as dialogs. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "tui/app_private.h"
#include "tui/dialog.h"

#define ANSWERING_MS 15000 /* at most: sudo and PAM take some seconds over a wrong one */

/* A question that waits; the dialog's ctx. */
struct ask {
	unsigned id;
	enum link_question_kind kind;
};

static void answered(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;

	if (a->asked == q)
		a->asked = NULL;
	if (answer->ok && q->kind != LINK_Q_HOSTKEY)
		a->answering_until_ms = clock_ms() + ANSWERING_MS;
	if (answer->ok && q->kind != LINK_Q_HOSTKEY && strlen(answer->text) >= MASK_MIN && a->mask)
		mask_add(a->mask, answer->text, strlen(answer->text));
	if (a->server && q->kind == LINK_Q_HOSTKEY)
		server_answer(a->server, q->id,
			answer->choice == 1   ? "yes"
			: answer->choice == 2 ? "once"
					      : NULL);
	else if (a->server)
		server_answer(a->server, q->id, answer->ok ? answer->text : NULL);
	free(q);
}

static void ask_host_key(struct app *a, const struct link_question *q, struct ask *ask)
{
	const char *const items[] = {
		_("No, do not connect"),
		_("Yes, and remember this key"),
		_("Yes, this time only"),
	};
	struct dialog_list list = {.title = q->title, .text = q->text, .items = items, .n = 3};

	dialog_choice(a, &list, answered, ask);
}

void ask_question(struct app *a, const struct link_question *q)
{
	struct ask *ask = xcalloc(1, sizeof *ask);
	struct dialog_input in = {.title = q->title, .text = q->text};

	a->answering_until_ms = 0;
	ask->id = q->id;
	ask->kind = q->kind;
	ask_withdraw(a);
	a->asked = ask;
	if (q->kind == LINK_Q_HOSTKEY) {
		ask_host_key(a, q, ask);
		return;
	}
	in.flags = (q->echo ? 0 : DIALOG_SECRET) | (q->kind == LINK_Q_KEYBOARD ? DIALOG_EMPTY : 0);
	dialog_entry(a, &in, answered, ask);
}

void ask_withdraw(struct app *a)
{
	if (a->asked)
		dialog_withdraw(a, a->asked);
}
