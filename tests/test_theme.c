/* Themes: what a file may say, what is wrong with one, and what colours become on poorer terminals.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/err.h"
#include "tui/theme.h"

static struct theme *parse(const char *text)
{
	struct theme *t;
	struct err e = {0, ""};

	if (theme_parse(text, "x.theme", &t, &e) != 0)
		fail_msg("%s", e.text);
	return t;
}

static void refused(const char *text, const char *why)
{
	struct theme *t;
	struct err e;

	assert_int_equal(theme_parse(text, "x.theme", &t, &e), ERR_USAGE);
	assert_null(t);
	if (!strstr(e.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, e.text);
}

static void test_lines(void **state)
{
	struct theme *t = parse("# comment\n\n  ok = #a0b0c0/green default bold underline ; "
				"reverse\nwarn=3 bright-blue\n");
	const struct style *s = theme_style(t, ROLE_OK);

	(void)state;
	assert_int_equal(s->fg.kind, COLOUR_RGB);
	assert_int_equal(s->fg.value, 0xa0b0c0);
	assert_int_equal(s->fg_few.kind, COLOUR_INDEX);
	assert_int_equal(s->fg_few.value, 2);
	assert_int_equal(s->bg.kind, COLOUR_DEFAULT);
	assert_int_equal(s->attrs, THEME_ATTR_BOLD | THEME_ATTR_UNDERLINE);
	assert_int_equal(s->mono, THEME_ATTR_REVERSE);
	s = theme_style(t, ROLE_WARN);
	assert_int_equal(s->fg.value, 3);
	assert_int_equal(s->bg.value, 12);
	assert_int_equal(s->mono, THEME_ATTR_BOLD); /* what is built in */
	theme_free(t);
}

static void test_mistakes_name_the_line(void **state)
{
	(void)state;
	refused("ok = green default\nnonsense\n", "x.theme:2:");
	refused("\n\nfoo = green default\n", "x.theme:3: no such role: \"foo\"");
	refused("ok = green\n", "x.theme:1:");
	refused("ok = grean default\n", "no such colour: \"grean\"");
	refused("ok = #12345 default\n", "#12345");
	refused("ok = 256 default\n", "256");
	refused("ok = -1 default\n", "-1");
	refused("ok = green default shiny\n", "no such attribute: \"shiny\"");
	refused("ok = green default ; shiny\n", "shiny");
	refused("ok = green/ default\n", "no such colour");
	refused("ok = gr\033[31m default\n", "x.theme:1:");
}

static void test_message_is_clean(void **state)
{
	struct theme *t;
	struct err e;

	(void)state;
	theme_parse("ok = \033]0;x\007 default\n", "x.theme", &t, &e);
	assert_null(strchr(e.text, '\033'));
	assert_null(strchr(e.text, '\007'));
}

static struct colour rgb(unsigned value)
{
	return (struct colour){COLOUR_RGB, value};
}

static struct colour index_of(unsigned value)
{
	return (struct colour){COLOUR_INDEX, value};
}

static void test_poorer_terminals(void **state)
{
	struct colour none = {COLOUR_DEFAULT, 0};

	(void)state;
	assert_int_equal(colour_resolve(none, none, 256, false), -1);
	assert_int_equal(colour_resolve(rgb(0xff0000), rgb(0xff0000), 0, false), -1);
	assert_int_equal(colour_resolve(rgb(0xff0000), index_of(1), 256, false), 196);
	assert_int_equal(colour_resolve(rgb(0xff0000), index_of(3), 8, false), 3);
	assert_int_equal(colour_resolve(rgb(0xf00000), rgb(0xf00000), 8, false), 1);
	assert_int_equal(colour_resolve(index_of(12), index_of(12), 16, false), 12);
	assert_int_equal(colour_resolve(index_of(12), index_of(12), 8, false), 4);
	assert_int_equal(colour_resolve(index_of(114), index_of(114), 256, false), 114);
	assert_int_equal(colour_resolve(rgb(0x808080), rgb(0x808080), 256, false), 244);
	assert_int_equal(colour_resolve(rgb(0x123456), index_of(1), 1 << 24, true), 0x123456);
	assert_int_equal(colour_resolve(rgb(5), index_of(1), 1 << 24, true), 0);
	assert_int_equal(colour_resolve(index_of(196), index_of(1), 1 << 24, true), 0xff0000);
}

/* Every role stands in each of ours, once: nothing falls back to mono by oversight. */
static void test_ours_are_complete(void **state)
{
	static const char *const names[] = {
		"default", "light", "mono", "high-contrast", "deuteranopia", "tritanopia"};
	char *top = xasprintf("%s", getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".");

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *path = xasprintf("%s/themes/%s.theme", top, names[i]);
		FILE *f = fopen(path, "r");
		static char text[65536];
		size_t n;

		assert_non_null(f);
		n = fread(text, 1, sizeof text - 1, f);
		text[n] = '\0';
		fclose(f);
		theme_free(parse(text));
		for (int r = 0; r < ROLE_COUNT; r++) {
			char *line = xasprintf("\n%s ", role_name((enum role)r));

			if (!strstr(text, line))
				fail_msg("%s: no line for %s", path, role_name((enum role)r));
			free(line);
		}
		free(path);
	}
	free(top);
}

static void test_files(void **state)
{
	char dir[] = "/tmp/twistertui-theme-XXXXXX";
	struct theme *t;
	struct err e;
	char *path, *themes;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("XDG_CONFIG_HOME", dir, 1);
	themes = xasprintf("%s/themes", dir);
	mkdir(themes, 0700);
	path = xasprintf("%s/mine.theme", themes);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("ok = green default\nbad == red\n", f);
	fclose(f);
	chmod(path, 0600);
	assert_int_equal(theme_load("mine", dir, &t, &e), ERR_USAGE);
	assert_non_null(strstr(e.text, "mine.theme:2:"));
	chmod(path, 0666);
	assert_int_equal(theme_load("mine", dir, &t, &e), ERR_REFUSED);
	assert_int_equal(theme_load("../themes/mine", dir, &t, &e), ERR_USAGE);
	assert_int_equal(theme_load("nosuch", dir, &t, &e), ERR_USAGE);
	assert_non_null(strstr(e.text, "nosuch"));
	unlink(path);
	rmdir(themes);
	rmdir(dir);
	free(path);
	free(themes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_mistakes_name_the_line),
		cmocka_unit_test(test_message_is_clean),
		cmocka_unit_test(test_poorer_terminals),
		cmocka_unit_test(test_ours_are_complete),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
