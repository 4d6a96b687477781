/* The collector of LVM: real JSON reports, a user's view without root, what could be extended. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/collect_answer.h"

static struct panel *panel_of(struct buf *b, bool as_root)
{
	struct panel *p = answer_panel(PANEL_LVM, b->data, b->len, as_root, NULL);

	buf_clear(b);
	return p;
}

static void add_df(struct buf *b, const char *size, const char *percent)
{
	char df[512];

	snprintf(df, sizeof(df),
		"Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
		"/dev/mapper/ubuntu--vg-ubuntu--lv ext4 %s 89313800192 15775461376 %s /\n",
		size, percent);
	answer_text(b, "df", 0, df);
}

static void a_real_server(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pvs", 0,
		"{\"report\":[{\"pv\":[{\"pv_name\":\"/dev/sdb3\", \"vg_name\":\"ubuntu-vg\", "
		"\"pv_size\":\"317823385600\", \"pv_free\":\"210449203200\", "
		"\"pv_attr\":\"a--\"}]}]}");
	answer_capture(&b, "vgs", 0, "trixie/vgs-json-cols.stdout");
	answer_capture(&b, "lvs", 0, "trixie/lvs-json-cols.stdout");
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "lvm.root.size") == 107374182400.0);
	assert_true(fact_value(p, "lvm.vg.size") == 317823385600.0);
	assert_true(fact_value(p, "lvm.vg.free") == 210449203200.0);
	assert_true(cell_find(p, "groups", "ubuntu-vg", "extents")->number == 50175);
	assert_true(cell_find(p, "groups", "ubuntu-vg", "extent")->number == 4194304);
	assert_string_equal(cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "mount")->text, "/");
	assert_true(cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "possible")->number ==
		    107374182400.0 + 210449203200.0);
	assert_string_equal(
		cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "attributes")->text, "-wi-ao----");
	assert_string_equal(cell_find(p, "physical", "/dev/sdb3", "group")->text, "ubuntu-vg");
	assert_int_equal(p->nnotes, 0);
	panel_unref(p);
}

/* Figures with their B, as LVM gives them without --nosuffix; a log with warnings after the report.
 */
static void other_shapes_of_reports(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "pvs", 0, "trixie/pvs-json.stdout");
	answer_capture(&b, "vgs", 0, "trixie/vgs-json.stdout");
	answer_capture(&b, "lvs", 0, "trixie/lvs-json.stdout");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(cell_find(p, "physical", "/dev/sdb3", "free")->number == 210449203200.0);
	assert_true(cell_find(p, "groups", "ubuntu-vg", "size")->number == 317823385600.0);
	assert_true(isnan(cell_find(p, "groups", "ubuntu-vg", "extents")->number));
	assert_true(
		cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "size")->number == 107374182400.0);
	/* Without the path it is not known what is mounted: no fact rather than a wrong one. */
	assert_null(panel_find_fact(p, "lvm.root.size"));
	panel_unref(p);
}

static void hints(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "pvs", 0, "trixie/pvs-json.stdout");
	answer_capture(&b, "vgs", 0, "trixie/vgs-json-cols.stdout");
	answer_capture(&b, "lvs", 0, "trixie/lvs-json-cols.stdout");
	add_df(&b, "105089261568", "85%");
	p = panel_of(&b, true);
	assert_true(note_has(
		p, LEVEL_WARN, "/ is 85 % full, and its volume group has 196G to extend it"));
	assert_int_equal(p->nnotes, 1);
	panel_unref(p);
	/* lvextend without -r: the volume has grown, the filesystem has not. */
	buf_init(&b, 0);
	answer_capture(&b, "pvs", 0, "trixie/pvs-json.stdout");
	answer_capture(&b, "vgs", 0, "trixie/vgs-json-cols.stdout");
	answer_capture(&b, "lvs", 0, "trixie/lvs-json-cols.stdout");
	add_df(&b, "52544630784", "55%");
	p = panel_of(&b, true);
	assert_true(note_has(p, LEVEL_WARN, "its filesystem only 49G: it was not grown"));
	assert_int_equal(p->nnotes, 1);
	panel_unref(p);
}

static void a_user_sees_the_volumes(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pvs", 5, "");
	answer_text(&b, "pvs.err", 0,
		"  WARNING: Running as a non-root user. Functionality may be unavailable.\n"
		"  /run/lock/lvm/P_global:aux: open failed: Permission denied\n");
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	answer_capture(&b, "lsblk", 0, "trixie/lsblk-json.stdout");
	p = panel_of(&b, false);
	assert_int_equal(p->state, PANEL_DENIED);
	assert_non_null(strstr(p->reason, "press S"));
	assert_true(fact_value(p, "lvm.root.size") == 107374182400.0);
	assert_null(panel_find_fact(p, "lvm.vg.free"));
	assert_true(
		cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "size")->number == 107374182400.0);
	assert_true(isnan(cell_find(p, "volumes", "ubuntu-vg/ubuntu-lv", "possible")->number));
	panel_unref(p);
	/* Some versions say 0 and list nothing. */
	buf_init(&b, 0);
	answer_text(&b, "pvs", 0, "{\"report\":[{\"pv\":[]}]}");
	answer_text(&b, "pvs.err", 0, "  /dev/mapper/control: open failed: Permission denied\n");
	p = panel_of(&b, false);
	assert_int_equal(p->state, PANEL_DENIED);
	panel_unref(p);
}

static void refusals(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pvs", 127, "");
	p = panel_of(&b, false);
	assert_int_equal(p->state, PANEL_MISSING);
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "pvs", 124, "");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_HUNG);
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "pvs", 5, "");
	answer_text(&b, "pvs.err", 0, "  Devices file is damaged\n");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_FAILED);
	assert_non_null(strstr(p->reason, "Devices file is damaged"));
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "pvs", 0, "{\"report\":[{\"pv\":[]}]}");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(note_has(p, LEVEL_NONE, "no LVM volume"));
	panel_unref(p);
	buf_init(&b, 0);
	answer_capture(&b, "pvs", 0, "trixie/pvs-json.stdout");
	p = panel_of(&b, true);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
}

/* Names of device-mapper: a hyphen of a name is doubled. */
static void names_of_volumes(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "pvs", 5, "");
	answer_text(&b, "lsblk", 0,
		"{\"blockdevices\":[{\"name\":\"sda\",\"children\":["
		"{\"name\":\"a-b\",\"size\":1,\"type\":\"lvm\"},"
		"{\"name\":\"a----b-c--d\",\"size\":1,\"type\":\"lvm\"},"
		"{\"name\":\"nohyphen\",\"size\":1,\"type\":\"lvm\"},"
		"{\"name\":\"ends-\",\"size\":1,\"type\":\"lvm\"}]}]}");
	p = panel_of(&b, false);
	assert_int_equal(panel_find_table(p, "volumes")->nrows, 2);
	assert_non_null(row_find(p, "volumes", "a/b"));
	assert_non_null(row_find(p, "volumes", "a--b/c-d"));
	panel_unref(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_server),
		cmocka_unit_test(other_shapes_of_reports),
		cmocka_unit_test(hints),
		cmocka_unit_test(a_user_sees_the_volumes),
		cmocka_unit_test(refusals),
		cmocka_unit_test(names_of_volumes),
	};
	return cmocka_run_group_tests_name("collect_lvm", tests, NULL, NULL);
}
