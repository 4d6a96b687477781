/* The steps of Phase 0 that need choices, pods or a restart, walked on the screen in both languages: images that nobody
 * names, backups and their restore, the MCP image, k3s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/walk.h"

#define NBSP "\xc2\xa0"
#define CTRL_U "\025"
#define END "\033[F"

struct tongue {
	const char *args[3];
	const char *ready, *cancel, *parameter;
	const char *nothing, *pruned, *made, *postgres, *redis, *watched, *mcp, *k3s;
};

static const struct tongue english = {{NULL}, "Ready: read", "Cancel", "Which parameter?",
	"3 images are named by nobody", "0 images are left that nobody names",
	"whole; the next one comes", "was restored: equal to the original",
	"was restored: equal to the original", "seconds to watch it for restarts: 1",
	"1 replica is ready", "k3s was restarted, and all"};
static const struct tongue french = {{"--lang", "fr", NULL}, "Prêt" NBSP ": lisez", "Annuler",
	"Quel paramètre" NBSP "?", "3 images ne sont nommées par personne",
	"il reste 0 image que personne ne nomme", "entière" NBSP "; la prochaine vient",
	"a été restaurée" NBSP ": égale à l'original",
	"a été restaurée" NBSP ": égale à l'original",
	"secondes d'observation des redémarrages" NBSP ": 1", "1 réplica est prêt",
	"k3s a été redémarré, et les"};

/* Confirms what is prepared: KEYS in its dialog; it is done when THEN is said. */
static void run(struct walk *w, const struct tongue *t, const char *keys, const char *then)
{
	vt_wait(w->v, t->ready);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->cancel);
	vt_keys(w->v, keys);
	vt_wait(w->v, then);
}

static void prune(struct walk *w, const struct tongue *t)
{
	char *images;

	walk_row(w, 5);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->nothing);
	vt_keys(w->v, "e");
	vt_wait(w->v, "[ ] 702.4MB twisterlab/agent:0.9");
	vt_keys(w->v, "a" ENTER);
	run(w, t, "y", t->pruned);
	images = walk_sh(w, "k3s crictl images");
	assert_has(images, "redis");
	assert_lacks(images, "python");
	free(images);
}

static void backups(struct walk *w, const struct tongue *t)
{
	walk_row(w, 9);
	vt_keys(w->v, ENTER);
	run(w, t, "\t" ENTER, t->made);
	walk_row(w, 10);
	vt_keys(w->v, ENTER);
	run(w, t, "\t" ENTER, t->postgres);
	walk_row(w, 11);
	vt_keys(w->v, ENTER);
	run(w, t, "\t" ENTER, t->redis);
}

static void mcp(struct walk *w, const struct tongue *t)
{
	char *pods;

	walk_row(w, 12);
	vt_keys(w->v, "e");
	vt_wait(w->v, t->parameter);
	vt_keys(w->v, END ENTER);
	vt_wait_gone(w->v, t->parameter);
	vt_keys(w->v, CTRL_U "1" ENTER);
	vt_wait(w->v, t->watched);
	vt_wait(w->v, t->ready);
	vt_keys(w->v, "e");
	vt_wait(w->v, t->parameter);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "MiB /home/twister/mcp-unified-1.0.tar");
	vt_keys(w->v, DOWN ENTER);
	vt_wait(w->v, "+ docker.io/twisterlab/mcp-unified:1.0"); /* not the plan from before */
	run(w, t, "y", t->mcp);
	pods = walk_sh(w, "kubectl get deployment -n twisterlab mcp-unified");
	assert_has(pods, "1/1");
	free(pods);
}

static void walk_services(struct walk *w, const struct tongue *t)
{
	w->which = "--demo";
	w->ready = "17/22";
	walk_demo(w, 36, 120, t->args[0] ? t->args : NULL, NULL);
	/* As the steps before have left it. */
	free(walk_sh(w, "truncate -s 0 \"$root\"/var/log/kern.log \"$root\"/var/log/pods/*; "
			"kubectl get nodes"));
	vt_keys(w->v, "S");
	vt_wait(w->v, "shell");
	vt_keys(w->v, "7");
	vt_wait(w->v, "0-stabilisation");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Audit a");
	prune(w, t);
	backups(w, t);
	mcp(w, t);
	walk_row(w, 13);
	vt_keys(w->v, ENTER);
	run(w, t, "y", t->k3s);
	walk_quit(w);
}

static void test_english(void **state)
{
	walk_services(*state, &english);
}

static void test_french(void **state)
{
	walk_services(*state, &french);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_english),
		walk_test(test_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
