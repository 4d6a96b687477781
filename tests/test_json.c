#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

static cJSON *parsed(const char *s)
{
	struct err e;
	cJSON *value = json_parse(s, strlen(s), "test", &e);

	if (!value)
		fail_msg("%s", e.text);
	return value;
}

static void assert_refused(const char *s, size_t n, const char *message)
{
	struct err e = {0};

	assert_null(json_parse(s, n, "file.json", &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_string_equal(e.text, message);
}

static void errors_name_their_place(void **state)
{
	(void)state;
	assert_refused("", 0, "file.json: it is empty; JSON was expected");
	assert_refused(" \n\t ", 4, "file.json: it is empty; JSON was expected");
	assert_refused("{\n  \"a\": 1,\n  \"b\": ?\n}", 23, "file.json: line 3, column 8: not valid JSON");
	assert_refused("[1,]", 4, "file.json: line 1, column 4: not valid JSON");
	assert_refused("{\"a\":1}\n\n  {\"b\":2}", 18,
		"file.json: line 3, column 3: something follows the JSON value");
	assert_refused("{}}", 3, "file.json: line 1, column 3: something follows the JSON value");
	assert_refused("{}\0", 3, "file.json: line 1, column 3: something follows the JSON value");
	assert_refused("1 2", 3, "file.json: line 1, column 3: something follows the JSON value");
	assert_null(json_parse("[", 1, "x", NULL));
}

static void every_prefix_is_refused(void **state)
{
	static const char whole[] = "{\"items\":[{\"name\":\"p\\u00e9\",\"n\":-1.5e3,\"ok\":true,\"no\":null}]}";

	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		char *exact = malloc(n ? n : 1); /* so that a byte read too far is seen by ASan */

		memcpy(exact, whole, n);
		assert_null(json_parse(exact, n, "x", NULL));
		free(exact);
	}
	cJSON_Delete(parsed(whole));
}

static void spaces_around_are_fine(void **state)
{
	cJSON *value = parsed(" \r\n\t[1, 2]\n \t\r\n");

	(void)state;
	assert_int_equal(cJSON_GetArraySize(value), 2);
	cJSON_Delete(value);
}

static void names_are_case_sensitive(void **state)
{
	cJSON *value = parsed("{\"Name\":\"upper\",\"name\":\"lower\",\"NAME\":\"all\"}");

	(void)state;
	assert_string_equal(json_str(value, "name"), "lower");
	assert_string_equal(json_str(value, "Name"), "upper");
	assert_string_equal(json_str(value, "NAME"), "all");
	assert_null(json_str(value, "nAME"));
	cJSON_Delete(value);
}

static void first_of_equal_names(void **state)
{
	cJSON *value = parsed("{\"a\":1,\"a\":2}");

	(void)state;
	assert_true(json_num(value, "a") == 1);
	cJSON_Delete(value);
}

static void paths(void **state)
{
	cJSON *value = parsed("{\"status\":{\"phase\":\"Running\",\"deep\":{\"n\":3}},\"list\":[1],\"\":5}");

	(void)state;
	assert_string_equal(json_str(value, "status/phase"), "Running");
	assert_true(json_num(value, "status/deep/n") == 3);
	assert_null(json_get(value, "status/none/n"));
	assert_null(json_get(value, "status/phase/n"));
	assert_null(json_get(value, "list/0"));
	assert_null(json_get(value, "stat"));
	assert_null(json_get(value, "status/"));
	assert_null(json_get(NULL, "a"));
	assert_true(json_num(value, "") == 5);
	cJSON_Delete(value);
}

static void numbers(void **state)
{
	cJSON *value = parsed("{\"big\":9007199254740993,\"bytes\":319999180800,\"s\":\"42.5\",\"bad\":\"42x\","
			      "\"space\":\" 42\",\"neg\":-1,\"huge\":1e999,\"t\":true,\"list\":[1],\"empty\":\"\"}");

	(void)state;
	/* 2^53 + 1 is rounded by a double, not cut to an int as valueint would. */
	assert_true(json_num(value, "big") == 9007199254740992.0);
	assert_true(json_num(value, "bytes") == 319999180800.0);
	assert_true(json_num(value, "s") == 42.5);
	assert_true(json_num(value, "neg") == -1);
	assert_true(isnan(json_num(value, "bad")));
	assert_true(isnan(json_num(value, "space")));
	assert_true(isnan(json_num(value, "empty")));
	assert_true(isnan(json_num(value, "t")));
	assert_true(isnan(json_num(value, "list")));
	assert_true(isnan(json_num(value, "none")));
	assert_false(isfinite(json_num(value, "huge")));
	cJSON_Delete(value);
}

static void truths(void **state)
{
	cJSON *value = parsed("{\"y\":true,\"n\":false,\"s\":\"true\",\"i\":1}");

	(void)state;
	assert_true(json_bool(value, "y", false));
	assert_false(json_bool(value, "n", true));
	assert_true(json_bool(value, "s", true));
	assert_false(json_bool(value, "s", false));
	assert_false(json_bool(value, "i", false));
	assert_true(json_bool(value, "none", true));
	cJSON_Delete(value);
}

static void text_is_made_after_parsing(void **state)
{
	cJSON *value = parsed("{\"evil\":\"\\u001b[31mred\\u202e\\u009b2J\",\"n\":5}");
	char *s = json_text(value, "evil", NULL);

	(void)state;
	assert_string_equal(s, "red");
	free(s);
	assert_null(json_text(value, "none", NULL));
	s = json_text(value, "n", "?");
	assert_string_equal(s, "?");
	free(s);
	cJSON_Delete(value);
}

static void deep_nesting_is_refused(void **state)
{
	struct buf b;
	struct err e = {0};

	(void)state;
	buf_init(&b, 0);
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, '[');
	assert_null(json_parse(b.data, b.len, "deep", &e));
	assert_int_equal(e.code, ERR_USAGE);
	buf_clear(&b);
}

static void stream_of_values(void **state)
{
	static const char stream[] = "{\"a\":1}\n{\"a\":2} [3] {\"a\":";
	size_t at = 0, end;
	int count = 0;
	cJSON *value;

	(void)state;
	while ((value = json_parse_next(stream + at, sizeof stream - 1 - at, &end)) != NULL) {
		cJSON_Delete(value);
		at += end;
		count++;
	}
	assert_int_equal(count, 3);
	assert_string_equal(stream + at, " {\"a\":");
}

static void lines_are_counted(void **state)
{
	(void)state;
	assert_int_equal(json_line("a\nb\nc", 0), 1);
	assert_int_equal(json_line("a\nb\nc", 1), 1);
	assert_int_equal(json_line("a\nb\nc", 2), 2);
	assert_int_equal(json_line("a\nb\nc", 5), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_their_place),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(spaces_around_are_fine),
		cmocka_unit_test(names_are_case_sensitive),
		cmocka_unit_test(first_of_equal_names),
		cmocka_unit_test(paths),
		cmocka_unit_test(numbers),
		cmocka_unit_test(truths),
		cmocka_unit_test(text_is_made_after_parsing),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(stream_of_values),
		cmocka_unit_test(lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
