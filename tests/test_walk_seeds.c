/*
 * The simulated server holds other sizes and counts with each seed: panels, steps, criteria and report must follow the
 * arithmetic. Three seeds a run, from the clock, or those of $WALK_SEED; what is expected is worked out here from the
 * server's own state, with ext4's arithmetic as backends/demo/README names it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

#define GIB ((int64_t)1 << 30)
#define EXTENT ((int64_t)4 << 20)
#define CTRL_U "\025"

/* What a server of some seed has. Bytes and extents. */
struct figures {
	int64_t extents, free_extents; /* of the volume, of its group */
	int64_t size, used, available; /* of / */
	int pods;
};

static int64_t number(const struct walk *w, const char *command)
{
	char *said = walk_sh(w, command);
	int64_t n = strtoll(said, NULL, 10);

	free(said);
	assert_true(n > 0);
	return n;
}

/* As df -h prints it: rounded up, with one decimal below 10. */
static char *human(int64_t bytes)
{
	int64_t tenths = (bytes * 10 + GIB - 1) / GIB;

	if (tenths < 100)
		return xasprintf("%d.%dG", (int)(tenths / 10), (int)(tenths % 10));
	return xasprintf("%dG", (int)((bytes + GIB - 1) / GIB));
}

static int percent(const struct figures *f)
{
	return (int)((f->used * 100 + f->used + f->available - 1) / (f->used + f->available));
}

static void look(const struct walk *w, struct figures *f)
{
	f->extents = number(w, "lvs --noheadings -o seg_size_pe ubuntu-vg/ubuntu-lv 2>/dev/null || "
			       "echo $(($(lvs --noheadings --nosuffix --units b -o lv_size "
			       "ubuntu-vg/ubuntu-lv) / 4194304))");
	f->free_extents = number(w, "vgs --noheadings -o vg_free_count ubuntu-vg");
	f->size = number(w, "df -B1 --output=size / | tail -n 1");
	f->used = number(w, "df -B1 --output=used / | tail -n 1");
	f->available = number(w, "df -B1 --output=avail / | tail -n 1");
	f->pods = (int)number(w, "kubectl get pods -A --no-headers | wc -l");
}

/* An ext4 that fills so many extents offers this much: less inode tables, journal and its own bookkeeping. */
static int64_t filesystem_size(int64_t extents)
{
	int64_t blocks = extents * EXTENT / 4096;

	return blocks * 4096 - blocks / 4 * 256 - 512 * ((int64_t)1 << 20) -
	       blocks * 26828125 / 10000000;
}

/* Waits for a line of the screen that has both. */
static void wait_row(struct walk *w, const char *first, const char *second)
{
	for (int tries = 0; tries < VT_WAIT_MS / 50; tries++) {
		for (int r = 0; r < w->v->rows; r++) {
			char *row = vt_row(w->v, r);
			bool both = strstr(row, first) && strstr(row, second);

			free(row);
			if (both)
				return;
		}
		vt_pump(w->v, 50);
	}
	vt_print(w->v);
	fail_msg("no line has \"%s\" and \"%s\"", first, second);
}

static void check_overview(struct walk *w, const struct figures *f)
{
	char *part = xasprintf("%d %%", percent(f)), *available = human(f->available);
	char *volume = human(f->extents * EXTENT), *unused = human(f->free_extents * EXTENT);
	char *pods = xasprintf("%d/%d", f->pods, f->pods);

	vt_keys(w->v, "1");
	wait_row(w, "│ /   ", part);
	wait_row(w, part, available);
	wait_row(w, "root volume", volume);
	wait_row(w, "free in the group", unused);
	wait_row(w, "running", pods);
	free(part);
	free(available);
	free(volume);
	free(unused);
	free(pods);
}

static void extend(struct walk *w, const char *target, const struct figures *after)
{
	char *word = xasprintf("Type \"%s\"", target),
	     *extents = xasprintf("%lld", (long long)after->extents);
	char *size = human(after->size), *used = human(after->used),
	     *available = human(after->available);
	char *now = xasprintf(
		"df now: %s, %s used, %s free, %d%%", size, used, available, percent(after));

	walk_phase(w);
	walk_row(w, 0);
	vt_keys(w->v, "e");
	vt_wait(w->v, "The size the volume is to have");
	vt_keys(w->v, CTRL_U);
	vt_keys(w->v, target);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Ready: read");
	vt_wait(w->v, extents);
	vt_wait(w->v, "df afterwards, about:");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, word);
	vt_keys(w->v, target);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "volume: done");
	vt_wait(w->v, now);
	wait_row(w, "/ has over 140", after->size > 140 * GIB ? "✓" : "✗");
	wait_row(w, "used under 60", percent(after) < 60 ? "✓" : "✗");
	free(word);
	free(extents);
	free(size);
	free(used);
	free(available);
	free(now);
}

static void check_report(struct walk *w, const struct figures *before, const struct figures *after)
{
	const char *const args[] = {"--report", NULL};
	const char *const json[] = {"--report", "--format", "json", NULL};
	char *was = human(before->size), *is = human(after->size), *bytes, *text;

	assert_int_equal(walk_cli(w, args, NULL, &text), 0);
	assert_has(text, was);
	assert_has(text, is);
	free(text);
	assert_int_equal(walk_cli(w, json, NULL, &text), 0);
	bytes = xasprintf("%lld", (long long)before->size);
	assert_has(text, bytes);
	free(bytes);
	bytes = xasprintf("%lld", (long long)after->size);
	assert_has(text, bytes);
	free(bytes);
	bytes = xasprintf("%lld", (long long)(after->free_extents * EXTENT));
	assert_has(text, bytes);
	free(bytes);
	free(text);
	free(was);
	free(is);
}

static void walk_seed(struct walk *w, unsigned seed)
{
	char *name = xasprintf("DEMO_SEED=%u", seed), *target;
	const char *const env[] = {name, NULL};
	struct figures before, after;
	int64_t gib;

	printf("seed %u\n", seed);
	w->ready = "load "; /* the server has answered: it is there */
	walk_start(w, env);
	vt_wait(w->v, "running    ");
	walk_root(w);
	look(w, &before);
	check_overview(w, &before);
	gib = before.extents * EXTENT / GIB + 20 + seed % 30;
	target = xasprintf("%dG", (int)gib);
	after = before;
	after.extents = gib * GIB / EXTENT;
	after.free_extents = before.free_extents - (after.extents - before.extents);
	assert_true(after.free_extents > 0);
	after.size = filesystem_size(after.extents);
	after.available = after.size - after.used;
	extend(w, target, &after);
	/* what the step itself keeps on the server counts, too */
	after.used = number(w, "df -B1 --output=used / | tail -n 1");
	after.available = after.size - after.used;
	assert_int_equal(number(w, "df -B1 --output=size / | tail -n 1"), after.size);
	check_overview(w, &after);
	walk_quit(w);
	check_report(w, &before, &after);
	free(name);
	free(target);
}

static void test_seed(void **state)
{
	static unsigned turn;
	const char *given = getenv("WALK_SEED");

	walk_seed(*state, given ? (unsigned)strtoul(given, NULL, 10)
				: (unsigned)time(NULL) % 100000 + 1 + turn++);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_seed),
		walk_test(test_seed),
		walk_test(test_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
