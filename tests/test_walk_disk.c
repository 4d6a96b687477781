/*
 * Phase 1B walked on the screen from first to last, in both languages: an empty disk into the volume
 * group, a file system on it, Docker's data onto that, the old folder deleted. And what is not offered instead
 * stands on the cards, with the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/walk.h"

#define NBSP "\xc2\xa0"
#define SSD "ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M100042"

enum { ADD_DISK, DATA_VOLUME, MOVE_DOCKER, DROP_OLD };

struct tongue {
	const char *args[3];
	const char *root, *ready, *parameter, *change, *type;
	const char *no_disk, *empty, *goes, *added;
	const char *no_pv, *fits, *only_free, *mounted;
	const char *no_place, *stopped, *kept;
	const char *frees, *lost, *freed;
	const char *ended[4]; /* said once all of a step is over */
	const char *refused, *erases, *overwrites, *breaks_off, *starts_empty;
};

static const struct tongue english = {
	.args = {NULL},
	.root = "root shell is open",
	.ready = "Ready: read what would change",
	.parameter = "Which parameter?",
	.change = "What would change",
	.type = "Type \"",
	.no_disk = "no disk is chosen: e lists the empty ones",
	.empty = "is sdd, 447.13 GiB,",
	.goes = "empty; it goes into ubuntu-vg",
	.added = "ubuntu-vg has 189984 extents now, 151584 of them free",
	.no_pv = "no disk is chosen: e lists those with free",
	.fits = "25600 extents (100.00 GiB) on",
	.only_free = "only free extents are written to",
	.mounted = "ubuntu-vg/docker-data is mounted on /srv/docker-data,",
	.no_place = "no file system is chosen: e lists",
	.stopped = "Docker is stopped while it is copied: about ",
	.kept = "the old folder is kept: /var/lib/docker.before-move",
	.frees = "this frees 26G",
	.lost = "there is no way back: afterwards",
	.freed = "26G freed: ",
	.ended = {"Add an empty disk to the volume group: done (",
		"A file system for Docker's data: done (",
		"Move Docker's data to another disk: done (", "Delete Docker's old folder: done ("},
	.refused = "Not offered, and why",
	.erases = "Nothing here erases a disk: one that holds anything is refused.",
	.overwrites = "Both write over a file system that is there.",
	.breaks_off = "Across file systems mv copies and deletes file by file",
	.starts_empty = "Docker would start on an empty folder of the old disk",
};

static const struct tongue french = {
	.args = {"--lang", "fr", NULL},
	.root = "le shell root est ouvert",
	.ready = "Prêt" NBSP ": lisez ce qui changerait",
	.parameter = "Quel paramètre" NBSP "?",
	.change = "Ce qui changerait",
	.type = "Tapez «" NBSP,
	.no_disk = "aucun disque n'est choisi" NBSP ": e liste ceux qui sont vides",
	.empty = "est sdd, 447.13 GiB,",
	.goes = "il entre dans ubuntu-vg",
	.added = "ubuntu-vg a maintenant 189984 extensions, dont 151584 libres",
	.no_pv = "aucun disque n'est choisi" NBSP ": e liste ceux qui ont",
	.fits = "25600 extensions (100.00 GiB) sur",
	.only_free = "seules des extensions libres sont écrites",
	.mounted = "ubuntu-vg/docker-data est monté sur /srv/docker-data,",
	.no_place = "aucun système de fichiers n'est choisi" NBSP ": e liste",
	.stopped = "Docker est arrêté pendant la copie" NBSP ": environ ",
	.kept = "l'ancien dossier est gardé" NBSP ": /var/lib/docker.before-move",
	.frees = "cela libère 26G",
	.lost = "pas de retour possible" NBSP ": le déplacement",
	.freed = "26G libérés" NBSP ": ",
	.ended = {"Ajouter un disque vide au groupe de volumes" NBSP ": fait (",
		"Un système de fichiers pour les données de Docker" NBSP ": fait (",
		"Déplacer les données de Docker sur un autre disque" NBSP ": fait (",
		"Supprimer l'ancien dossier de Docker" NBSP ": fait ("},
	.refused = "Pas proposé, et pourquoi",
	.erases = "Rien ici n'efface un disque" NBSP ": un disque qui contient",
	.overwrites = "Les deux écrasent un système de fichiers existant.",
	.breaks_off = "s'il s'interrompt, il",
	.starts_empty = "Docker démarrerait sur un dossier vide",
};

/* The console on a screen on which a whole card has room, Phase 1B open. */
static void begin(struct walk *w, const struct tongue *t)
{
	w->which = "--demo=phase-1b";
	walk_demo(w, 60, 120, t->args[0] ? t->args : NULL, NULL);
	vt_keys(w->v, "S");
	vt_wait(w->v, t->root);
	vt_keys(w->v, "7");
	vt_wait(w->v, "1b-data-disk");
	vt_keys(w->v, ":phase 1b" ENTER);
	vt_wait(w->v, "wipefs -a"); /* the card of its first step */
}

/* The first parameter of the step under the cursor, which it cannot do without, from what the server
 * has: MOVE the cursor of the list to it. */
static void choose(struct walk *w, const struct tongue *t, const char *choice, const char *move)
{
	vt_keys(w->v, "e");
	vt_wait(w->v, t->parameter);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, choice);
	vt_keys(w->v, move);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->ready);
	vt_wait(w->v, t->change);
}

/* Types the word that is wanted, and waits until the step is done and has said THEN. */
static void confirm(
	struct walk *w, const struct tongue *t, int step, const char *word, const char *then)
{
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->type);
	vt_wait(w->v, word);
	vt_keys(w->v, word);
	vt_keys(w->v, ENTER);
	vt_wait_gone(w->v, t->type);
	vt_wait(w->v, t->ended[step]);
	vt_wait(w->v, then);
}

static void add_disk(struct walk *w, const struct tongue *t)
{
	char *disks;

	walk_row(w, ADD_DISK);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->no_disk);
	choose(w, t, "448G SAMSUNG MZ7LH480HAHQ-00005 S45PNA0M100042 (sdd)", "");
	vt_wait(w->v, t->empty);
	vt_wait(w->v, t->goes);
	vt_wait(w->v, "+ubuntu-vg: 75519 + 114465 = 189984 extents");
	vt_wait(w->v, "$ pvcreate /dev/sdd");
	confirm(w, t, ADD_DISK, SSD, t->added);
	disks = walk_sh(w, "pvs --noheadings -o pv_name,vg_name");
	assert_has(disks, "/dev/sdd");
	assert_lacks(disks, "/dev/sdc");
	free(disks);
}

static void data_volume(struct walk *w, const struct tongue *t)
{
	char *found;

	walk_row(w, DATA_VOLUME);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->no_pv);
	/* The disk that was just added stands first. */
	choose(w, t, "447G free (sdd, ubuntu-vg): SAMSUNG MZ7LH480HAHQ-00005 S45PNA0M100042", "");
	vt_wait(w->v, t->fits);
	vt_wait(w->v, t->only_free);
	vt_wait(w->v, "+ubuntu-vg/docker-data: 25600 extents = 107374182400 bytes (100.00 GiB)");
	vt_wait(w->v, "$ lvcreate -Wy -Zy --yes -l 25600 -n docker-data");
	vt_wait(w->v, "defaults,nofail 0 2");
	confirm(w, t, DATA_VOLUME, "/srv/docker-data", t->mounted);
	found = walk_sh(w, "findmnt -n -o SOURCE -M /srv/docker-data; lvs --noheadings -o devices");
	assert_has(found, "/dev/mapper/ubuntu--vg-docker--data");
	assert_has(found, "/dev/sdd(0)");
	free(found);
}

static void move_docker(struct walk *w, const struct tongue *t)
{
	char *before = walk_sh(w, "docker ps --format '{{.Names}}' | sort"), *after, *fstab;

	walk_row(w, MOVE_DOCKER);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->no_place);
	/* The one that was made for it stands first. */
	choose(w, t, "98G /srv/docker-data (/dev/mapper/ubuntu--vg-docker--data, ext4)", "");
	vt_wait(w->v, t->stopped);
	vt_wait(w->v, "$ docker stop portainer");
	vt_wait(w->v, "$ mv /var/lib/docker /var/lib/docker.before-move");
	vt_wait(w->v, "+/srv/docker-data/docker /var/lib/docker none");
	confirm(w, t, MOVE_DOCKER, "/srv/docker-data", t->kept);
	after = walk_sh(w, "docker ps --format '{{.Names}}' | sort");
	assert_has(after, "portainer");
	assert_string_equal(after, before);
	fstab = walk_get(w, "etc/fstab");
	assert_has(fstab, "/srv/docker-data/docker /var/lib/docker");
	assert_true(walk_there(w, "var/lib/docker.before-move/overlay2"));
	free(fstab);
	free(after);
	free(before);
}

static void drop_old(struct walk *w, const struct tongue *t)
{
	walk_row(w, DROP_OLD);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, t->ready);
	vt_wait(w->v, t->frees);
	vt_wait(w->v, t->lost);
	vt_wait(w->v, "$ rm -rf --one-file-system /var/lib/docker.before-move");
	confirm(w, t, DROP_OLD, "drop-old-docker", t->freed);
	assert_false(walk_there(w, "var/lib/docker.before-move"));
	assert_true(walk_there(w, "srv/docker-data/docker/overlay2"));
}

static void walk_disk(struct walk *w, const struct tongue *t)
{
	begin(w, t);
	add_disk(w, t);
	data_volume(w, t);
	move_docker(w, t);
	drop_old(w, t);
	walk_quit(w);
	assert_int_equal(walk_records(w, "\"kind\":\"job-state\"", "\"result\":\"ok\"", NULL), 4);
}

static void test_english(void **state)
{
	walk_disk(*state, &english);
}

static void test_french(void **state)
{
	walk_disk(*state, &french);
}

/* The card's line above that text is empty. */
static void assert_apart(struct walk *w, const char *text)
{
	int row, col;

	assert_true(vt_find(w->v, text, &row, &col));
	for (int c = col; c < w->v->cols - 2; c++) {
		VTermScreenCell cell = vt_cell(w->v, row - 1, c);

		assert_true(cell.chars[0] == 0 || cell.chars[0] == ' ');
	}
}

/* What somebody may think of instead, and why it is not offered. */
static void not_offered(struct walk *w, const struct tongue *t)
{
	begin(w, t);
	vt_wait(w->v, t->refused);
	vt_wait(w->v, t->erases);
	walk_row(w, DATA_VOLUME);
	vt_wait(w->v, "mkfs -F, mkfs.xfs -f");
	vt_wait(w->v, t->overwrites);
	walk_row(w, MOVE_DOCKER);
	vt_wait(w->v, "\"data-root\"");
	vt_wait(w->v, t->refused);
	vt_wait(w->v, "mv /var/lib/docker");
	vt_wait(w->v, t->breaks_off);
	vt_wait(w->v, t->starts_empty);
	assert_apart(w, "\"data-root\"");
	walk_row(w, DROP_OLD); /* has none */
	vt_wait_gone(w->v, t->refused);
	walk_quit(w);
}

static void test_not_offered(void **state)
{
	not_offered(*state, &english);
}

static void test_not_offered_in_french(void **state)
{
	not_offered(*state, &french);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_english),
		walk_test(test_french),
		walk_test(test_not_offered),
		walk_test(test_not_offered_in_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
