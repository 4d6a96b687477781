/* The console in French: its nine places at 80×24 with nothing cut that matters, its dialogs, what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/walk.h"

#define NBSP "\xc2\xa0"

static const char *const french[] = {"--lang", "fr", NULL};

/* Every key that a place needs at hand is in its bottom line, and its headings are whole. */
static void test_places(void **state)
{
	static const struct {
		const char *key, *words[4];
	} places[] = {
		{"1", {"Aperçu", "en cours", "charge 0.", "Entrée ouvrir"}},
		{"2", {"monté sur", "occupé  libre  uti%", "emplacement", "o trier"}},
		{"3", {"groupe de volumes", "ext. libres", "extensible à", "q quitter"}},
		{"4", {"prêt  statut", "redém.  âge", "Déploiements", "/ filtrer"}},
		{"5", {"état     statut", "nombre  utilisé  taille  récupérable", "limite pas",
			      "? aide"}},
		{"6", {"âge  taille  copies  depuis  planifiée", "dernier fichier", "source",
			      "dernières lignes"}},
		{"7", {"Phase 1" NBSP ": fondations", "p plan  x lancer  e éditer", "s sauter",
			      "u défaire"}},
		{"8", {"Toutes les étapes", "suivi", "connexion établie", "w replier"}},
		{"9", {"passage ou session", "durée", "celle-ci", "x exporter"}},
	};
	struct walk *w = *state;

	walk_demo(w, 24, 80, french, NULL);
	vt_wait(w->v, "Sauvegardes 7 Phases 8 Log 9 Rapports"); /* all of it, in 80 columns */
	vt_wait(w->v, "1 Aperçu 2");
	vt_wait(w->v, "7 Phases 8 Log 9 Rapports");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		vt_keys(w->v, places[i].key);
		for (int k = 0; k < 4; k++)
			vt_wait(w->v, places[i].words[k]);
	}
	walk_quit(w);
}

/* With columns to spare all headings are shown: those of the narrow ones fit. */
static void test_headings(void **state)
{
	static const struct {
		const char *key, *words[3];
	} places[] = {
		{"2", {"type", "lu/s", "écrit/s  charge"}},
		{"3", {"taille  libre  ext. libres  ext.  disques  volumes", "attributs",
			      "extensible à"}},
		{"4", {"rôles", "géré par", "à jour  dispo."}},
		{"5", {"redémarrage", "redém.  limite log  lancé", "créée"}},
	};
	struct walk *w = *state;

	walk_demo(w, 50, 180, french, NULL);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		vt_keys(w->v, places[i].key);
		for (int k = 0; k < 3; k++)
			vt_wait(w->v, places[i].words[k]);
	}
	walk_quit(w);
}

/* A dialog says which key does it, the help that keys are called as on a French keyboard. */
static void test_dialogs(void **state)
{
	const char *const report[] = {"--lang", "fr", "--report", NULL};
	struct walk *w = *state;
	char *text;

	walk_demo(w, 24, 80, french, NULL);
	vt_keys(w->v, "?");
	vt_wait(w->v, "Maj-Tab");
	vt_wait(w->v, "flèches" NBSP ": défiler   Échap" NBSP ": fermer");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Maj-Tab");
	vt_keys(w->v, "S");
	vt_wait(w->v, "le shell root est ouvert");
	vt_keys(w->v, "7" ENTER);
	vt_wait(w->v, "à faire");
	vt_keys(w->v, DOWN "p");
	vt_wait(w->v, "Prêt" NBSP ": lisez");
	vt_keys(w->v, "x");
	vt_wait(w->v, "y" NBSP ": Lancer   Entrée, Échap" NBSP ": annuler");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Lancer");
	vt_keys(w->v, "s");
	vt_wait(w->v, "Sauter cette étape");
	vt_keys(w->v, "trop tôt" ENTER);
	vt_wait(w->v, "– sauté");
	walk_quit(w);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "## Résumé");
	assert_has(text, "- **Motif**" NBSP ": trop tôt");
	assert_has(text, "perdue");
	free(text);
}

/* Without a terminal, and where only ASCII can be shown: accents go, words stay. */
static void test_printed(void **state)
{
	static const char *const help[] = {"--lang", "fr", "--help", NULL};
	static const char *const wrong[] = {"--lang", "fr", "--nichts", NULL};
	static const char *const ascii[] = {"LC_ALL=C", NULL};
	struct walk *w = *state;
	char *text;

	assert_int_equal(walk_cli(w, help, NULL, &text), 0);
	assert_has(text, "Usage" NBSP ": twistertui");
	free(text);
	assert_int_equal(walk_cli(w, wrong, NULL, &text), 2);
	assert_has(text, "option inconnue" NBSP ": --nichts");
	free(text);
	walk_demo(w, 24, 80, french, ascii);
	vt_wait(w->v, "1 Apercu 2");
	vt_wait(w->v, "Memoire");
	vt_wait(w->v, "Entree ouvrir");
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_places),
		walk_test(test_headings),
		walk_test(test_dialogs),
		walk_test(test_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
