/* The collector of disks: df, lsblk, /proc/mounts, /proc/diskstats, du. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/host.h"
#include "tests/collect_answer.h"

#define GIB (1024.0 * 1024 * 1024)

static struct panel *panel_of(struct buf *b, bool as_root, const struct host *host)
{
	struct panel *p = answer_panel(PANEL_DISKS, b->data, b->len, as_root, host);

	buf_clear(b);
	return p;
}

static struct panel *panel_of_df(const char *df, const struct host *host)
{
	struct buf b;

	buf_init(&b, 0);
	answer_text(&b, "df", 0, df);
	return panel_of(&b, false, host);
}

static void a_real_server(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "lsblk", 0, "trixie/lsblk-json.stdout");
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	answer_capture(&b, "inodes", 0, "trixie/df-i.stdout");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "disk.root.size") == 105089261568.0);
	assert_true(fact_value(p, "disk.root.used") == 581447680.0);
	assert_true(fact_value(p, "disk.root.free") == 99122327552.0);
	assert_true(fact_value(p, "disk.root.percent") == 1);
	assert_true(fact_value(p, "disk.root.inodes.percent") == 1);
	/* sdb3 less its one volume; the 2 MiB that the partition table leaves on sdb are not
	 * counted. */
	assert_true(fact_value(p, "disk.unallocated") == 317824434176.0 - 107374182400.0);
	assert_int_equal(panel_find_table(p, "mounts")->nrows, 1); /* no tmpfs, no devtmpfs */
	assert_string_equal(cell_find(p, "mounts", "/", "type")->text, "ext4");
	assert_string_equal(
		cell_find(p, "mounts", "/", "device")->text, "/dev/mapper/ubuntu--vg-ubuntu--lv");
	assert_int_equal(panel_find_table(p, "devices")->nrows, 7);
	assert_string_equal(cell_find(p, "devices", "sdb", "kind")->text, "spinning");
	assert_string_equal(cell_find(p, "devices", "sdb3", "filesystem")->text, "LVM2_member");
	assert_int_equal(row_find(p, "devices", "sdb3")->depth, 1);
	assert_string_equal(cell_find(p, "devices", "ubuntu--vg-ubuntu--lv", "mount")->text, "/");
	assert_int_equal(p->nnotes, 0);
	panel_unref(p);
}

/* The lines that the server's own hourly disk-alert left. */
static void an_alert_of_the_server(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	answer_text(&b, "alert", 0,
		"ALERT: / is used 85%, over 80% (15.1 GiB free)\nsomething else\nALERT: \033[31mred\n");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->nnotes, 2);
	assert_int_equal(p->notes[0].level, LEVEL_WARN);
	assert_string_equal(p->notes[0].text,
		"hourly disk-alert: / is used 85%, over 80% (15.1 GiB free)");
	assert_string_equal(p->notes[1].text, "hourly disk-alert: red");
	panel_unref(p);
}

/* All of lsblk's columns, with "mountpoint" beside "mountpoints". */
static void lsblk_with_everything(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "lsblk", 0, "trixie/lsblk-json-full.stdout");
	p = panel_of(&b, false, NULL);
	assert_int_equal(panel_find_table(p, "devices")->nrows, 7);
	assert_string_equal(cell_find(p, "devices", "sda", "model")->text, "ST300MM0006");
	panel_unref(p);
}

/* Before util-linux 2.33 figures are strings; before 2.37 there is one mount point. */
static void an_old_lsblk(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "lsblk", 0,
		"{\"blockdevices\": "
		"[{\"name\":\"sda\",\"size\":\"300000000000\",\"type\":\"disk\",\"fstype\":null,"
		"\"mountpoint\":null,\"model\":\"OLD\",\"rota\":\"0\",\"children\":[{\"name\":"
		"\"sda1\","
		"\"size\":\"100000000000\",\"type\":\"part\",\"fstype\":\"ext4\",\"mountpoint\":\"/"
		"\"}]}]}");
	p = panel_of(&b, false, NULL);
	assert_true(fact_value(p, "disk.unallocated") == 200000000000.0);
	assert_string_equal(cell_find(p, "devices", "sda", "kind")->text, "SSD");
	assert_string_equal(cell_find(p, "devices", "sda1", "mount")->text, "/");
	panel_unref(p);
}

static double unallocated(const char *devices)
{
	struct buf b;
	struct panel *p;
	double bytes;

	buf_init(&b, 0);
	buf_addf(&b, "%s + lsblk\n{\"blockdevices\": [%s]}\n%s = 0\n", MARK, devices, MARK);
	p = panel_of(&b, false, NULL);
	bytes = fact_value(p, "disk.unallocated");
	panel_unref(p);
	return bytes;
}

static void what_is_unallocated(void **state)
{
	(void)state;
	assert_true(unallocated("{\"name\":\"sda\",\"size\":500000000,\"type\":\"disk\"}") ==
		    500000000);
	assert_true(unallocated("{\"name\":\"sda\",\"size\":500000000,\"type\":\"disk\",\"fstype\":"
				"\"ext4\"}") == 0);
	/* The kernel knows of a mount what udev does not know of the filesystem. */
	assert_true(unallocated("{\"name\":\"vda\",\"size\":500000000,\"type\":\"disk\","
				"\"mountpoints\":[null,\"/\"]}") == 0);
	assert_true(
		unallocated("{\"name\":\"md0\",\"size\":500000000,\"type\":\"disk\",\"children\":"
			    "[{\"name\":\"x\",\"size\":1,\"type\":\"raid1\"}]}") == 0);
	assert_true(unallocated("{\"name\":\"sr0\",\"size\":500000000,\"type\":\"rom\"}") == 0);
	assert_true(unallocated("{\"name\":\"loop0\",\"size\":500000000,\"type\":\"loop\"}") == 0);
	assert_true(unallocated("") == 0);
	/* A volume on two disks is counted at both, and never makes less than nothing. */
	assert_true(unallocated("{\"name\":\"sda\",\"size\":50000000,\"type\":\"disk\",\"fstype\":"
				"\"LVM2_member\","
				"\"children\":[{\"name\":\"vg-lv\",\"size\":90000000,\"type\":"
				"\"lvm\"}]}") == 0);
}

static void full_disks_are_alerts(void **state)
{
	static const char df[] = "Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
				 "/dev/mapper/ubuntu--vg-ubuntu--lv ext4 105089261568 89313800192 "
				 "15775461376 85% /\n"
				 "/dev/sdc ext4 299573968896 290000000000 9573968896 97% /data\n";
	struct host_setting settings[] = {{(char *)"threshold.disk.root.percent", (char *)"98", 1}};
	struct host host = {.settings = settings, .nsettings = 1};
	struct panel *p = panel_of_df(df, NULL);

	(void)state;
	assert_true(note_has(p, LEVEL_WARN, "/ is 85 % full: 84G of 98G used, 15G free"));
	assert_true(note_has(p, LEVEL_BAD, "/data is 97 % full"));
	assert_string_equal(p->notes[0].text, "/data is 97 % full: 271G of 279G used, 9.0G free");
	assert_int_equal(cell_find(p, "mounts", "/", "percent")->level, LEVEL_WARN);
	assert_int_equal(cell_find(p, "mounts", "/data", "percent")->level, LEVEL_BAD);
	panel_unref(p);
	p = panel_of_df(df, &host);
	assert_int_equal(p->nnotes, 0);
	panel_unref(p);
}

static void names_with_blanks(void **state)
{
	struct panel *p =
		panel_of_df("Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
			    "//nas/our files cifs 1000 500 500 50% /mnt/our files 7 8 9 1%\n"
			    "x y\n"
			    "- - - - - -\n"
			    "/dev/a ext4 - - - - /odd\n",
			NULL);

	(void)state;
	/* The figures nearest to the front are the line's. */
	assert_string_equal(cell_find(p, "mounts", "/mnt/our files 7 8 9 1%", "device")->text,
		"//nas/our files");
	assert_string_equal(
		cell_find(p, "mounts", "/mnt/our files 7 8 9 1%", "type")->text, "cifs");
	assert_int_equal(panel_find_table(p, "mounts")->nrows, 1);
	panel_unref(p);
	/* Without a column of types: busybox without -T, or a df that knows none. */
	p = panel_of_df(
		"Filesystem 1-blocks Used Available Use% Mounted on\n/dev/a b 1000 500 500 50% /\n",
		NULL);
	assert_string_equal(cell_find(p, "mounts", "/", "device")->text, "/dev/a b");
	panel_unref(p);
}

static void read_only_filesystems(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "df", 0,
		"Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
		"/dev/a ext4 1000 500 500 50% /\n");
	answer_text(&b, "mounts", 0,
		"/dev/a / ext4 ro,relatime,errors=remount-ro 0 0\n"
		"/dev/b /mnt/a\\040b xfs ro 0 0\n"
		"/dev/c /data ext4 rw,errors=remount-ro 0 0\n"
		"/dev/d /snap squashfs ro,nodev 0 0\nbroken\n");
	p = panel_of(&b, false, NULL);
	assert_true(note_has(p, LEVEL_BAD, "/ is mounted read-only"));
	assert_true(note_has(p, LEVEL_WARN, "/mnt/a b is mounted read-only"));
	assert_int_equal(p->nnotes, 2);
	panel_unref(p);
}

static void rates_of_devices(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "lsblk", 0,
		"{\"blockdevices\":[{\"name\":\"sda\",\"size\":1000000,\"type\":\"disk\"},"
		"{\"name\":\"sdb\",\"size\":1000000,\"type\":\"disk\"}]}");
	answer_text(&b, "io.before", 0, "100.00\n8 0 sda 1 2 1000 4 5 6 2000 8 0 1000 11\n");
	answer_text(&b, "io", 0, "110.00\n8 0 sda 1 2 3000 4 5 6 2400 8 0 6000 11\n8 16 sdb 1\n");
	p = panel_of(&b, false, NULL);
	assert_true(cell_find(p, "devices", "sda", "read")->number == 2000 * 512 / 10.0);
	assert_true(cell_find(p, "devices", "sda", "write")->number == 400 * 512 / 10.0);
	assert_true(cell_find(p, "devices", "sda", "busy")->number == 50);
	assert_true(isnan(cell_find(p, "devices", "sdb", "read")->number));
	panel_unref(p);
	/* The first time there is nothing to compare with. */
	buf_init(&b, 0);
	answer_text(&b, "lsblk", 0,
		"{\"blockdevices\":[{\"name\":\"sda\",\"size\":1000000,\"type\":\"disk\"}]}");
	answer_text(&b, "io.before", 0, "");
	answer_text(&b, "io", 0, "110.00\n8 0 sda 1 2 3000 4 5 6 2400 8 0 6000 11");
	p = panel_of(&b, false, NULL);
	assert_true(isnan(cell_find(p, "devices", "sda", "busy")->number));
	panel_unref(p);
}

static void what_takes_the_space(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "df", 0,
		"Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
		"/dev/a ext4 1000 500 500 50% /\n");
	answer_text(&b, "logs", 1,
		"12582912\t./var/log/kern.log\n524288\t./var/log/journal\n"
		"10\t./var/log/small\n29360128\t./var/log\n2048\t./run/log/journal\nbroken\n");
	answer_text(&b, "space", 0, "41943040\t./var/lib/docker\n");
	p = panel_of(&b, false, NULL);
	assert_true(fact_value(p, "disk.logs") == 28 * GIB);
	assert_true(fact_value(p, "disk.journal") == 0.5 * GIB + 2048 * 1024);
	assert_int_equal(panel_find_table(p, "space")->nrows, 5); /* not what is under a megabyte */
	assert_string_equal(panel_find_table(p, "space")->rows[0].tag, "/var/lib/docker");
	assert_string_equal(panel_find_table(p, "space")->rows[1].tag, "/var/log");
	assert_string_equal(panel_find_table(p, "space")->rows[2].tag, "/var/log/kern.log");
	assert_true(cell_find(p, "space", "/var/log/kern.log", "size")->number == 12 * GIB);
	assert_true(note_has(p, LEVEL_NONE, "press S"));
	panel_unref(p);
}

static void no_tools(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "df", 127, "");
	answer_text(&b, "lsblk", 127, "");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_MISSING);
	assert_true(isnan(fact_value(p, "disk.root.percent")));
	assert_true(isnan(fact_value(p, "disk.unallocated")));
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "df", 124, "");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_HUNG);
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "df", 1, "");
	answer_text(&b, "df.err", 0,
		"df: cannot read table of mounted file systems: No such file or directory");
	p = panel_of(&b, false, NULL);
	assert_int_equal(p->state, PANEL_FAILED);
	assert_non_null(strstr(p->reason, "cannot read table"));
	panel_unref(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_of_the_server),
		cmocka_unit_test(a_real_server),
		cmocka_unit_test(lsblk_with_everything),
		cmocka_unit_test(an_old_lsblk),
		cmocka_unit_test(what_is_unallocated),
		cmocka_unit_test(full_disks_are_alerts),
		cmocka_unit_test(names_with_blanks),
		cmocka_unit_test(read_only_filesystems),
		cmocka_unit_test(rates_of_devices),
		cmocka_unit_test(what_takes_the_space),
		cmocka_unit_test(no_tools),
	};
	return cmocka_run_group_tests_name("collect_disks", tests, NULL, NULL);
}
