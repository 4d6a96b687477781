/* Each phase from its first to its last step on the screen, by keys, in English and in French: see tests/whole.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/whole.h"

#define CTRL_U "\025"
#define HOME "\033[H"

struct cells {
	const char *root, *ready, *cancel, *type; /* type: before the word */
	const char *attest, *criteria, *finish, *closed;
};

static const struct cells english = {"the root shell is open", "Ready: read", "Cancel", "Type \"",
	"Attest this criterion", "Criteria ", "Finish this run", "the run is closed"};

static const struct cells french = {"le shell root est ouvert", "Prêt" NBSP ": lisez", "Annuler",
	"Tapez «" NBSP, "Attester ce critère", "Critères ", "Clore ce passage", "le passage est clos"};

struct drive {
	struct whole p;
	const struct cells *l;
	struct walk *w;
	struct buf shown; /* every screen that was waited for */
};

static void see(struct drive *d, const char *text)
{
	char *all;

	vt_wait(d->w->v, text);
	all = vt_all(d->w->v);
	buf_adds(&d->shown, all);
	free(all);
}

/* In the list that stands there, which has begun at its first line. */
static void take(struct drive *d, const struct whole_param *q, bool several)
{
	if (strcmp(q->answer, "all") == 0) {
		vt_keys(d->w->v, "a");
	} else {
		if (several)
			vt_keys(d->w->v, "n");
		vt_keys(d->w->v, HOME);
		for (int i = 1; i < strtol(q->answer, NULL, 10); i++)
			vt_keys(d->w->v, DOWN);
		if (several)
			vt_keys(d->w->v, " ");
	}
	vt_keys(d->w->v, ENTER);
}

static void give(struct drive *d, size_t i, const struct whole_param *q)
{
	const char *title = whole_param_title(&d->p, i, q->name);
	size_t of, row = whole_param_row(&d->p, i, q->name, &of);
	char *shown = xasprintf("%s%s%s", title, d->p.tongue->colon, q->value);
	char *name = xasprintf("\"name\":\"%s\"", q->name);

	vt_keys(d->w->v, "e");
	if (of > 1) {
		see(d, d->p.tongue->which);
		vt_keys(d->w->v, HOME);
		for (size_t k = 0; k < row; k++)
			vt_keys(d->w->v, DOWN);
		vt_keys(d->w->v, ENTER);
		vt_wait_gone(d->w->v, d->p.tongue->which);
	}
	if (q->label) {
		see(d, q->label);
		take(d, q, vt_has(d->w->v, "[ ] ") || vt_has(d->w->v, "[x] "));
	} else {
		vt_keys(d->w->v, CTRL_U);
		vt_keys(d->w->v, q->answer);
		vt_keys(d->w->v, ENTER);
	}
	walk_wait_record(d->w, "\"kind\":\"param\"", name);
	see(d, shown);
	free(shown);
	free(name);
}

static void confirm(struct drive *d, const struct whole_step *s)
{
	if (!*s->confirm || strcmp(s->confirm, "y") == 0) {
		see(d, d->l->cancel);
		vt_keys(d->w->v, *s->confirm ? "y" : "\t" ENTER);
	} else {
		see(d, d->l->type);
		vt_keys(d->w->v, s->confirm);
		vt_keys(d->w->v, ENTER);
	}
}

static void step(struct drive *d, size_t i)
{
	const struct whole_step *s = &d->p.phase->steps[i];
	char *id = xasprintf("\"step\":\"%s\"", s->id);
	char *done = xasprintf(
		"%s%s%s", whole_title(&d->p, i), d->p.tongue->colon, d->p.tongue->done);

	walk_row(d->w, (int)i);
	see(d, whole_title(&d->p, i));
	for (const struct whole_param *q = s->params; q->name; q++)
		give(d, i, q);
	if (!s->params[0].name)
		vt_keys(d->w->v, ENTER);
	see(d, d->l->ready);
	vt_keys(d->w->v, ENTER);
	confirm(d, s);
	see(d, done);
	walk_wait_record(d->w, "\"kind\":\"job-state\"", id);
	free(done);
	free(id);
}

static void criteria(struct drive *d)
{
	size_t n = whole_ncriteria(&d->p);
	char *all = xasprintf("%s%zu/%zu", d->l->criteria, n, n);

	for (size_t k = 0; k < n; k++) {
		char *id = xasprintf("\"id\":\"%s\"", whole_criterion_id(&d->p, k));

		if (whole_attested(&d->p, k)) {
			walk_row(d->w, (int)(d->p.phase->nsteps + k));
			vt_keys(d->w->v, "a");
			see(d, d->l->attest);
			vt_keys(d->w->v, "FT-2026-11" ENTER);
			vt_wait_gone(d->w->v, d->l->attest);
			walk_wait_record(d->w, "\"verdict\":\"attested\"", id);
		}
		free(id);
	}
	see(d, all);
	free(all);
}

static void finish(struct drive *d)
{
	vt_keys(d->w->v, ":finish" ENTER);
	see(d, d->l->finish);
	vt_keys(d->w->v, "all of it" ENTER);
	see(d, d->l->closed);
	walk_wait_record(d->w, "\"kind\":\"run-close\"", "finished");
	walk_quit(d->w);
}

void whole_walk(struct walk *w, const struct whole_phase *phase, const struct whole_tongue *tongue)
{
	const char *const args[] = {tongue->option, "--phase", phase->id, NULL};
	struct drive d = {.l = tongue == &whole_french ? &french : &english, .w = w};

	whole_open(&d.p, phase, tongue);
	buf_init(&d.shown, 0);
	w->which = d.p.phase->demo;
	w->ready = whole_title(&d.p, 0);
	walk_demo(w, WALK_ROWS, WALK_COLS, args, NULL);
	vt_wait(w->v, " ms "); /* the link is up */
	vt_keys(w->v, "S");
	see(&d, d.l->root);
	for (size_t i = 0; i < d.p.phase->nsteps; i++)
		step(&d, i);
	criteria(&d);
	finish(&d);
	whole_assert_language(&d.p, buf_str(&d.shown));
	whole_assert_records(&d.p, w);
	buf_clear(&d.shown);
	whole_close(&d.p);
}
