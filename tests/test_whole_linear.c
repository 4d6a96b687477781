/* Each phase from its first to its last step in lines, through a pipe, in English and in French: see tests/whole.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk_talk.h"
#include "tests/whole.h"

/* What it says; where figures or words stand in between, in parts. */
struct lines {
	const char *number, *root, *ready;
	const char *run[3], *run_end; /* how it asks: by Enter, by y, for a word */
	const char *step[2], *asks, *of[3], *criteria[3], *attest, *why, *finish, *closed;
};

static const struct lines english = {
	.number = "Number, 1 to ",
	.root = "The root shell is open",
	.ready = "ready to be run",
	.run = {"Run it: Enter, or n", "Run it: y or n (default n)", "Run it: type \""},
	.run_end = "\"",
	.step = {"Step ", " of "},
	.asks = " (default: ",
	.of = {"\n", " of ", " steps\n"},
	.criteria = {"Criteria: ", " of ", " met\n"},
	.attest = "Attest it",
	.why = "Why?",
	.finish = "A remark for the report",
	.closed = "The run is closed",
};

static const struct lines french = {
	.number = "Numéro, de 1 à ",
	.root = "Le shell root est ouvert",
	.ready = "prête à être exécutée",
	.run = {"Lancer" NBSP ": Entrée, ou n", "Lancer" NBSP ": y (oui) ou n (par défaut n)",
		"Lancer" NBSP ": tapez «" NBSP},
	.run_end = NBSP "»",
	.step = {"Étape ", " sur "},
	.asks = " (par défaut" NBSP ": ",
	.of = {"\nfait ", "/", "\n"},
	.criteria = {"Critères" NBSP ": ", " sur ", " remplis\n"},
	.attest = "L'attester",
	.why = "Pourquoi" NBSP "?",
	.finish = "Une remarque pour le rapport",
	.closed = "Le passage est clos",
};

/* One being driven. */
struct drive {
	struct whole p;
	const struct lines *l;
	struct talk *t;
};

__attribute__((format(printf, 2, 3))) static void heard(struct talk *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	assert_true(vasprintf(&text, fmt, ap) >= 0);
	va_end(ap);
	talk_wait(t, text);
	free(text);
}

/* "3 of 7 steps". */
static void counted(struct drive *d, const char *const parts[3], size_t n, size_t of)
{
	heard(d->t, "%s%zu%s%zu%s", parts[0], n, parts[1], of, parts[2]);
}

/* The label stands where the answer says: on the line of that number. */
static void take(struct drive *d, const struct whole_param *q)
{
	size_t from;
	const char *end;

	if (strcmp(q->answer, "all") == 0) {
		talk_wait(d->t, q->label);
		return;
	}
	heard(d->t, "\n%s. ", q->answer);
	from = d->t->seen;
	talk_wait(d->t, q->label);
	end = strchr(buf_str(&d->t->text) + from, '\n');
	assert_true(!end || end > buf_str(&d->t->text) + d->t->seen - strlen(q->label));
}

static void give(struct drive *d, size_t i, const struct whole_param *q)
{
	const char *title = whole_param_title(&d->p, i, q->name);
	size_t of;

	whole_param_row(&d->p, i, q->name, &of);
	talk_answer(d->t, d->l->number, "e");
	if (of > 1) {
		talk_wait(d->t, d->p.tongue->which);
		talk_answer(d->t, d->l->number, q->name);
	}
	if (q->label) {
		heard(d->t, "\n%s", title);
		take(d, q);
		talk_say(d->t, q->answer);
	} else {
		heard(d->t, "%s%s", title, d->l->asks);
		talk_say(d->t, q->answer);
	}
	heard(d->t, "%s%s%s", title, d->p.tongue->colon, q->value);
}

static void step(struct drive *d, size_t i)
{
	const struct whole_step *s = &d->p.phase->steps[i];
	const char *title = whole_title(&d->p, i);
	int how = !*s->confirm ? 0 : strcmp(s->confirm, "y") == 0 ? 1 : 2;
	char *asks;

	talk_answer(d->t, d->l->number, s->id);
	heard(d->t, "%s%zu%s%zu%s%s\n", d->l->step[0], i + 1, d->l->step[1], d->p.phase->nsteps,
		d->p.tongue->colon, title);
	for (const struct whole_param *q = s->params; q->name; q++)
		give(d, i, q);
	if (!s->params[0].name) {
		talk_answer(d->t, d->l->number, "p");
		heard(d->t, "\n%s%s%s", title, d->p.tongue->colon, d->l->ready);
	}
	talk_answer(d->t, d->l->number, "run");
	asks = how == 2 ? xasprintf("%s%s%s", d->l->run[how], s->confirm, d->l->run_end)
			: xstrdup(d->l->run[how]);
	talk_answer(d->t, asks, s->confirm);
	heard(d->t, "%s%s%s (", title, d->p.tongue->colon, d->p.tongue->done);
	talk_answer(d->t, d->l->number, "back");
	counted(d, d->l->of, i + 1, d->p.phase->nsteps);
	free(asks);
}

static void criteria(struct drive *d)
{
	size_t n = whole_ncriteria(&d->p);

	talk_answer(d->t, d->l->number, "criteria");
	for (size_t k = 0; k < n; k++) {
		if (!whole_attested(&d->p, k))
			continue;
		talk_answer(d->t, d->l->number, whole_criterion_id(&d->p, k));
		talk_wait(d->t, d->l->attest);
		talk_answer(d->t, d->l->number, "attest");
		talk_answer(d->t, d->l->why, "FT-2026-11");
	}
	talk_answer(d->t, d->l->number, "back");
	counted(d, d->l->criteria, n, n);
}

void whole_walk(struct walk *w, const struct whole_phase *phase, const struct whole_tongue *tongue)
{
	struct drive d = {.l = tongue == &whole_french ? &french : &english};
	int status;

	whole_open(&d.p, phase, tongue);
	w->which = d.p.phase->demo;
	d.t = walk_talk(w, tongue->option, NULL);
	talk_answer(d.t, d.l->number, "S");
	talk_wait(d.t, d.l->root);
	talk_answer(d.t, d.l->number, "phases");
	talk_answer(d.t, d.l->number, d.p.phase->id);
	counted(&d, d.l->of, 0, d.p.phase->nsteps);
	for (size_t i = 0; i < d.p.phase->nsteps; i++)
		step(&d, i);
	criteria(&d);
	talk_answer(d.t, d.l->number, "finish");
	talk_answer(d.t, d.l->finish, "all of it");
	talk_wait(d.t, d.l->closed);
	talk_answer(d.t, d.l->number, "q");
	talk_close(d.t);
	status = talk_end(d.t);
	assert_int_equal(status, 0);
	whole_assert_language(&d.p, buf_str(&d.t->text));
	whole_assert_records(&d.p, w);
	talk_free(d.t);
	whole_close(&d.p);
}
