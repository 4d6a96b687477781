/* The collector of backups: newest, oldest, stale, empty, shrunk, scheduled or not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/host.h"
#include "tests/collect_answer.h"

#define NOW 1795257204
#define FOLDERS "postgres there /var/backups/postgres\nredis there /var/backups/redis\n"

static struct panel *panel_of(const char *files, const char *folders, const char *cron,
	bool as_root, const struct host *host)
{
	struct panel *p;
	struct buf b;

	buf_init(&b, 0);
	answer_text(&b, "clock", 0, "1795257204\n");
	answer_text(&b, "files", 0, files);
	answer_text(&b, "folders", 0, folders);
	answer_text(&b, "cron", 0, cron);
	answer_capture(&b, "crontab", 1, "trixie/crontab-l.stdout");
	p = answer_panel(PANEL_BACKUPS, b.data, b.len, as_root, host);
	buf_clear(&b);
	return p;
}

static void backups_in_order(void **state)
{
	struct panel *p =
		panel_of("postgres 1795250000 5000000 ./var/backups/postgres/a new one.sql.gz\n"
			 "postgres 1795163604 5100000 ./var/backups/postgres/old.sql.gz\n"
			 "postgres 1795250001 1 ./var/backups/postgres/x.sql.gz.tmp\n"
			 "postgres 1795250001 1 ./var/backups/postgres/.hidden\n"
			 "redis 1795250900 70000 ./var/backups/redis/dump.rdb\n"
			 "redis x y z\nbroken\n",
			FOLDERS,
			"./etc/cron.d/twisterlab:0 2 * * * root /usr/local/bin/backup-postgres.sh\n"
			"./etc/cron.d/twisterlab:15 2 * * * root /usr/local/bin/backup-redis.sh\n"
			"./etc/cron.d/twisterlab:# backup redis\n"
			"./etc/cron.d/twisterlab:MAILTO=backup@example.org\n",
			false, NULL);

	(void)state;
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "backup.postgres.age") == NOW - 1795250000);
	assert_true(fact_value(p, "backup.postgres.size") == 5000000);
	assert_true(fact_value(p, "backup.postgres.count") == 2);
	assert_true(fact_value(p, "backup.redis.age") == NOW - 1795250900);
	assert_true(fact_value(p, "backup.redis.count") == 1);
	assert_true(fact_value(p, "backup.scheduled") == 1);
	assert_string_equal(cell_find(p, "backups", "postgres", "file")->text,
		"/var/backups/postgres/a new one.sql.gz");
	assert_true(cell_find(p, "backups", "postgres", "oldest")->number == NOW - 1795163604);
	assert_int_equal(panel_find_table(p, "files")->nrows, 3);
	assert_int_equal(panel_find_table(p, "schedule")->nrows, 2);
	assert_int_equal(p->nnotes, 0);
	panel_unref(p);
}

static void stale_empty_and_shrunk(void **state)
{
	struct host_setting settings[] = {{(char *)"backup.max-age", (char *)"48h", 1}};
	struct host host = {.settings = settings, .nsettings = 1};
	/* 27 h old; the newest of Redis is what an empty dump leaves. */
	static const char files[] = "postgres 1795160004 2000000 ./var/backups/postgres/b.sql.gz\n"
				    "postgres 1795073604 5000000 ./var/backups/postgres/a.sql.gz\n"
				    "redis 1795257204 20 ./var/backups/redis/dump.rdb.gz\n";
	struct panel *p = panel_of(files, FOLDERS, "", false, NULL);

	(void)state;
	assert_true(
		note_has(p, LEVEL_BAD, "the newest PostgreSQL backup is 27 h old (limit 26 h)"));
	assert_true(note_has(p, LEVEL_BAD, "the newest Redis backup is empty (20 bytes)"));
	assert_true(note_has(
		p, LEVEL_WARN, "the newest PostgreSQL backup is 2.0M, the one before it was 4.8M"));
	assert_true(note_has(p, LEVEL_WARN, "no backup is scheduled"));
	assert_int_equal(cell_find(p, "backups", "postgres", "age")->level, LEVEL_BAD);
	panel_unref(p);
	p = panel_of(files, FOLDERS, "", false, &host);
	assert_false(note_has(p, LEVEL_BAD, "27 h old"));
	assert_int_equal(cell_find(p, "backups", "postgres", "age")->level, LEVEL_OK);
	panel_unref(p);
	/* A file from the future is as new as can be. */
	p = panel_of(
		"redis 1895257204 2000 ./var/backups/redis/dump.rdb\n", FOLDERS, "", false, NULL);
	assert_true(fact_value(p, "backup.redis.age") == 0);
	panel_unref(p);
}

static void missing_is_not_denied(void **state)
{
	struct panel *p = panel_of("",
		"postgres absent /var/backups/postgres\nredis absent /var/backups/redis\n", "",
		false, NULL);

	(void)state;
	assert_int_equal(p->state, PANEL_OK);
	assert_true(isnan(fact_value(p, "backup.postgres.age")));
	assert_true(fact_value(p, "backup.postgres.count") == 0);
	assert_true(fact_value(p, "backup.scheduled") == 0);
	assert_true(note_has(
		p, LEVEL_WARN, "there is no PostgreSQL backup (looked in /var/backups/postgres)"));
	assert_string_equal(panel_find_table(p, "backups")->rows[0].cells[6].text, "");
	panel_unref(p);
	p = panel_of("", "postgres denied /var/backups/postgres\nredis denied /var/backups/redis\n",
		"", false, NULL);
	assert_int_equal(p->state, PANEL_DENIED);
	assert_true(isnan(fact_value(p, "backup.postgres.count")));
	assert_true(note_has(p, LEVEL_UNKNOWN, "only root may see the PostgreSQL backups"));
	assert_null(panel_find_table(p, "backups")->rows[0].cells[6].text);
	assert_int_equal(panel_find_table(p, "backups")->rows[0].cells[1].level, LEVEL_UNKNOWN);
	panel_unref(p);
}

static void mixed_folders_and_other_schedules(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "clock", 0, "1795257204");
	answer_text(&b, "files", 0,
		"mixed 1795250000 5000 ./opt/twisterlab/backups/all.SQL.gz\n"
		"mixed 1795250000 6000 ./opt/twisterlab/backups/redis-1\n"
		"mixed 1795250000 7000 ./opt/twisterlab/backups/notes.txt\n");
	answer_text(&b, "folders", 0, "mixed there /opt/twisterlab/backups\n");
	answer_text(&b, "cron", 0, "./etc/cron.daily/nightly:\n");
	answer_text(&b, "crontab", 0, "# m h\n@daily pg_dumpall > x\n5 5 * * * true\n");
	answer_text(&b, "timers", 0,
		"Sun 2026-11-22 00:00:00 UTC 13h left - - dpkg-db-backup.timer "
		"dpkg-db-backup.service\n"
		"Sun 2026-11-22 00:00:00 UTC 13h left - - redis-save.timer redis-save.service\n"
		"Sun 2026-11-22 00:00:00 UTC 13h left - - fstrim.timer fstrim.service\n");
	answer_text(
		&b, "log", 0, "2026-11-21 02:00 OK\n2026-11-21 02:15 ERROR pg_dumpall failed\n");
	p = answer_panel(PANEL_BACKUPS, b.data, b.len, false, NULL);
	buf_clear(&b);
	assert_true(fact_value(p, "backup.postgres.size") == 5000);
	assert_true(fact_value(p, "backup.redis.size") == 6000);
	assert_true(fact_value(p, "backup.scheduled") == 1);
	assert_int_equal(panel_find_table(p, "schedule")->nrows, 3);
	assert_string_equal(panel_find_table(p, "schedule")->rows[1].cells[0].text, "crontab");
	assert_int_equal(panel_find_table(p, "log")->nrows, 2);
	assert_int_equal(panel_find_table(p, "log")->rows[1].cells[0].level, LEVEL_WARN);
	panel_unref(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backups_in_order),
		cmocka_unit_test(stale_empty_and_shrunk),
		cmocka_unit_test(missing_is_not_denied),
		cmocka_unit_test(mixed_folders_and_other_schedules),
	};
	return cmocka_run_group_tests_name("collect_backups", tests, NULL, NULL);
}
