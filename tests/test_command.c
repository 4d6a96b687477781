/* The one table of commands: nothing contradicts itself, keys mean one thing in one place; and
 * options, lists, words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/command.h"
#include "tui/keys.h"
#include "tui/list.h"
#include "tui/options.h"

static void test_every_command_stands_once(void **state)
{
	(void)state;
	for (int id = CMD_NONE + 1; id < CMD_COUNT; id++) {
		const struct command *c = command_get((enum command_id)id);

		if (!c)
			fail_msg("command %d is not in the table", id);
		assert_non_null(c->name);
		assert_non_null(c->text);
		assert_true(c->places != 0);
		assert_true(strspn(c->name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
			    strlen(c->name));
		for (const struct command *o = c + 1; o->id; o++) {
			assert_int_not_equal(o->id, c->id);
			assert_string_not_equal(o->name, c->name);
		}
	}
}

static void test_keys_mean_one_thing(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->id; c++)
		for (const char *k = c->keys; *k;) {
			size_t n = strcspn(k, " ");
			int key = key_parse(k, n);
			char name[KEY_NAME_SIZE];

			assert_int_not_equal(key, K_NONE);
			assert_memory_equal(key_words(key, name), k, n);
			for (int p = 0; p < PLACE_COUNT; p++)
				if ((c->places & IN(p)) && command_by_key(key, (enum place)p) != c)
					fail_msg("%.*s in %s: %s or %s?", (int)n, k,
						place_name((enum place)p), c->name,
						command_by_key(key, (enum place)p)->name);
			k += n + (k[n] == ' ');
		}
}

static void test_by_name(void **state)
{
	bool several;

	(void)state;
	assert_int_equal(command_by_name("quit", 4, PLACE_LOG, NULL)->id, CMD_QUIT);
	assert_int_equal(command_by_name("qu", 2, PLACE_LOG, NULL)->id, CMD_QUIT);
	assert_int_equal(command_by_name("sort", 4, PLACE_PODS, NULL)->id, CMD_SORT);
	assert_null(command_by_name("sor", 3, PLACE_PODS, &several));
	assert_true(several);
	assert_null(command_by_name("sort", 4, PLACE_LOG, &several));
	assert_false(several);
	assert_null(command_by_name("nonsense", 8, PLACE_LOG, &several));
}

/* --- lists ------------------------------------------------------------------------------------ */

static const char *tag_of(const void *ctx, size_t i)
{
	return ((const char *const *)ctx)[i];
}

static void test_cursor_stays_on_its_row(void **state)
{
	static const char *const first[] = {"a", "b", "c", "d", "e", "f"};
	static const char *const shifted[] = {"x", "y", "z", "a", "b", "c", "d", "e", "f"};
	static const char *const gone[] = {"x", "y", "z", "a", "b", "d", "e", "f"};
	struct list l = {.height = 3};

	(void)state;
	list_update(&l, 6, tag_of, first);
	list_command(&l, CMD_DOWN, tag_of, first);
	list_command(&l, CMD_DOWN, tag_of, first);
	assert_string_equal(l.tag, "c");
	list_update(&l, 9, tag_of, shifted);
	assert_int_equal(l.cursor, 5);
	assert_string_equal(l.tag, "c");
	assert_true(l.top <= 5 && l.top + 3 > 5);
	list_update(&l, 8, tag_of, gone);
	assert_int_equal(l.cursor, 5);
	assert_string_equal(l.tag, "d"); /* what took its place */
	list_update(&l, 0, tag_of, gone);
	assert_int_equal(l.cursor, 0);
	assert_null(l.tag);
	list_command(&l, CMD_DOWN, tag_of, gone);
	list_command(&l, CMD_BOTTOM, tag_of, gone);
	assert_int_equal(l.cursor, 0);
	list_clear(&l);
}

static void test_moving_ends_at_the_ends(void **state)
{
	static const char *const rows[] = {"a", "b", "c", "d", "e", "f"};
	struct list l = {.height = 4};

	(void)state;
	list_update(&l, 6, tag_of, rows);
	list_command(&l, CMD_UP, tag_of, rows);
	assert_int_equal(l.cursor, 0);
	list_command(&l, CMD_PAGE_DOWN, tag_of, rows);
	assert_int_equal(l.cursor, 3);
	list_command(&l, CMD_PAGE_DOWN, tag_of, rows);
	assert_int_equal(l.cursor, 5);
	assert_int_equal(l.top, 2);
	list_move(&l, -100, tag_of, rows);
	assert_int_equal(l.cursor, 0);
	list_resize(&l, 1);
	list_to(&l, 4, tag_of, rows);
	assert_int_equal(l.top, 4);
	assert_false(list_command(&l, CMD_QUIT, tag_of, rows));
	list_clear(&l);
}

/* --- options ---------------------------------------------------------------------------------- */

static int parse(struct options *o, struct err *e, const char *const *words)
{
	char *argv[16] = {NULL};
	int argc = 0, r;
	static char copies[16][64];

	for (; words[argc]; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	r = options_parse(argc, argv, o, e);
	return r;
}

#define PARSE(...) parse(&o, &e, (const char *const[]){"twistertui", __VA_ARGS__, NULL})

static void test_options(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE("edgeserver"), 0);
	assert_string_equal(o.host, "edgeserver");
	assert_int_equal(o.mode, MODE_CONSOLE);
	assert_int_equal(o.sudo_password_fd, -1);
	assert_int_equal(PARSE("--demo=phase-1", "--read-only", "--ascii", "--theme", "mono"), 0);
	assert_string_equal(o.demo, "phase-1");
	assert_true(o.read_only && o.ascii);
	assert_string_equal(o.theme, "mono");
	assert_int_equal(PARSE("--status=json", "host"), 0);
	assert_true(o.status_json);
	assert_int_equal(PARSE("--phase", "1", "--dry-run", "--demo"), 0);
	assert_int_equal(o.mode, MODE_DRY_RUN);
	assert_int_equal(PARSE("--report=a/b", "--format", "json", "-o", "x"), 0);
	assert_string_equal(o.what, "a/b");
	assert_int_equal(PARSE("--verify", "a/b"), 0);
	assert_string_equal(o.what, "a/b");
	assert_int_equal(PARSE("--sudo-password-fd", "3", "-F", "conf", "host"), 0);
	assert_int_equal(o.sudo_password_fd, 3);
	assert_string_equal(o.ssh_config, "conf");
}

static void test_wrong_options(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE("--nonsense"), ERR_USAGE);
	assert_non_null(strstr(e.text, "--nonsense"));
	assert_int_equal(PARSE("-x"), ERR_USAGE);
	assert_int_equal(PARSE("--theme"), ERR_USAGE);
	assert_int_equal(PARSE("--demo=phase-9"), ERR_USAGE);
	assert_int_equal(PARSE("--status=xml", "h"), ERR_USAGE);
	assert_int_equal(PARSE("--status"), ERR_USAGE);
	assert_int_equal(PARSE("--lang", "de"), ERR_USAGE);
	assert_int_equal(PARSE("--dry-run", "--demo"), ERR_USAGE);
	assert_int_equal(PARSE("--demo", "host"), ERR_USAGE);
	assert_int_equal(PARSE("a", "b"), ERR_USAGE);
	assert_int_equal(PARSE(""), ERR_USAGE);
	assert_int_equal(PARSE("--sessions", "--verify"), ERR_USAGE);
	assert_int_equal(PARSE("--sudo-password-fd", "x", "h"), ERR_USAGE);
	assert_int_equal(PARSE("--format", "md", "h"), ERR_USAGE);
	assert_int_equal(PARSE("--read-only=yes", "h"), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_command_stands_once),
		cmocka_unit_test(test_keys_mean_one_thing),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_cursor_stays_on_its_row),
		cmocka_unit_test(test_moving_ends_at_the_ends),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_wrong_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
