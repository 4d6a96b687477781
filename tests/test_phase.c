#include "runbook/phase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "runbook/phase_place.h"
#include "tests/phasebox.h"

static int teardown(void **state)
{
	(void)state;
	phasebox_remove();
	words_set_language("en");
	return 0;
}

static void test_load(void **state)
{
	char *dir = phasebox_make(NULL);
	struct phase *p;
	struct err e = {0, ""};
	const struct step *s;

	(void)state;
	assert_int_equal(phase_load(dir, &p, &e), 0);
	assert_string_equal(p->id, "2-good");
	assert_string_equal(p->title.fr, "Une bonne phase");
	assert_int_equal(p->nsteps, 2);
	s = phase_step(p, "touch-file");
	assert_non_null(s);
	assert_int_equal(s->risk, RISK_LOW);
	assert_int_equal(s->timeout_s, 90);
	assert_int_equal(s->confirm, CONFIRM_TYPE);
	assert_string_equal(s->confirm_word, "{name}");
	assert_true(s->undoable && s->undo_on_failure && !s->root);
	assert_int_equal(s->nparams, 2);
	assert_string_equal(s->params[0].fallback, "note");
	assert_int_equal(s->params[1].type, PARAM_CHOICE);
	assert_int_equal(s->nsays, 2);
	assert_int_equal(s->nfacts, 3);
	assert_non_null(strstr(s->script, "preflight()"));
	assert_int_equal(strlen(s->script_digest), 64);
	s = phase_step(p, "look");
	assert_int_equal(s->confirm, CONFIRM_NONE);
	assert_int_equal(s->dead_man_s, 0);
	assert_false(s->undoable);
	assert_null(phase_step(p, "other"));
	assert_int_equal(phase_fact_find(p, "phase.size")->unit, UNIT_BYTES);
	assert_string_equal(phase_fact_find(p, "phase.part.x")->name, "phase.part.*");
	assert_null(phase_fact_find(p, "phase.part."));
	assert_null(phase_fact_find(p, "phase.part"));
	assert_int_equal(p->ncriteria, 2);
	assert_null(p->criteria[1].test);
	phase_free(p);
	free(dir);
}

/* A step may run another's script, and then says things in that one's words. */
static void test_shared_script(void **state)
{
	static const struct change change = {
		"phase.json", "\"minutes\": 0,", "\"minutes\": 0, \"script\": \"touch-file\","};
	char *dir = phasebox_make(&change), *words;
	const struct step *s, *owner;
	struct phase *p;
	char arg[] = "here";
	char *args[] = {arg, arg};
	struct err e = {0, ""};

	(void)state;
	assert_int_equal(phase_load(dir, &p, &e), 0);
	s = phase_step(p, "look");
	owner = phase_step(p, "touch-file");
	assert_string_equal(s->script, owner->script);
	assert_int_equal(s->nsays, owner->nsays);
	words = step_say(s, "there", args, 2);
	assert_string_equal(words, "here is there, here bytes");
	free(words);
	phase_free(p);
	free(dir);
}

/* The digest holds every byte of the phase. */
static void test_digest(void **state)
{
	static const struct change changes[] = {
		{"phase.json", "A good phase", "A good phasE"},
		{"touch-file.sh", "rm -f", "rm"},
		{"look.sh", "echo ls", "echo lS"},
	};
	struct phase *p;
	char *dir = phasebox_make(NULL), first[65];

	(void)state;
	assert_int_equal(phase_load(dir, &p, NULL), 0);
	memcpy(first, p->digest, sizeof(first));
	phase_free(p);
	free(dir);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		dir = phasebox_make(&changes[i]);
		assert_int_equal(phase_load(dir, &p, NULL), 0);
		assert_string_not_equal(p->digest, first);
		phase_free(p);
		free(dir);
	}
}

static const struct {
	struct change change;
	const char *says; /* after the folder's name: "/phase.json:10: …" */
} broken[] = {
	{{"phase.json", "\"dead_man\": 0", "\"dead_man\": 5"},
		"/phase.json:33: step \"look\": dead_man: this version has none"},
	{{"phase.json", "\"minutes\": 0,", "\"minutes\": 0, \"script\": \"look-too\","},
		"/look-too.sh: "},
	{{"phase.json", "\"minutes\": 0,",
		 "\"minutes\": 0, \"script\": \"touch-file\", \"says\": {\"x\": {\"en\": \"x\"}},"},
		"/phase.json:5: step \"look\" runs the script of \"touch-file\""},
	{{"phase.json", "\"low\"", "\"hihg\""},
		"/phase.json:10: step \"touch-file\": risk \"hihg\" is not one of none, low, "
		"medium, high, destructive"},
	{{"phase.json", "\"risk\": \"low\"", "\"riks\": \"low\""},
		"/phase.json:10: step \"touch-file\": \"riks\" is not a key here; did you mean "
		"\"risk\"?"},
	{{"phase.json", "\"minutes\": 1,", "\"minutes\": 1, \"colour\": 1,"},
		"/phase.json:11: step \"touch-file\": \"colour\" is not a key here; see "
		"doc/phase.md"},
	{{"phase.json", "\"minutes\": 1,", ""},
		"/phase.json:6: step \"touch-file\": \"minutes\" is missing; add it"},
	{{"phase.json", "\"minutes\": 1,", "\"minutes\": 1, \"minutes\": 2,"},
		"/phase.json:11: step \"touch-file\": \"minutes\" is given twice; keep one"},
	{{"phase.json", "\"minutes\": 1,", "\"minutes\": 1.5,"},
		"/phase.json:11: step \"touch-file\": \"minutes\" should be"},
	{{"phase.json", "\"minutes\": 1,", "\"minutes\": 1,,"},
		"/phase.json:11: not JSON from here on"},
	{{"phase.json", "\"90s\"", "\"soon\""},
		"/phase.json:12: step \"touch-file\": \"timeout\" should be a duration"},
	{{"phase.json", "\"90s\"", "\"2d\""},
		"/phase.json:12: step \"touch-file\": \"timeout\" should be a duration"},
	{{"phase.json", "\"type:{name}\"", "\"perhaps\""},
		"/phase.json:13: step \"touch-file\": confirm \"perhaps\" is not one of none, "
		"enter, yes, type:WORD"},
	{{"phase.json", "\"type:{name}\"", "\"none\""},
		"/phase.json:6: step \"touch-file\": confirm is weaker than risk \"low\" asks for"},
	{{"phase.json", "\"type:{name}\"", "\"type:\""},
		"/phase.json:13: step \"touch-file\": confirm \"type:\" lacks the word"},
	{{"phase.json", "\"format\": 1", "\"format\": 2"}, "/phase.json:2: \"format\" should be 1"},
	{{"phase.json", "{\"en\": \"A good phase\"", "{\"en\": \"\\u001b[31mA\""},
		"/phase.json:3: \"en\" holds control characters"},
	{{"phase.json", "\"id\": \"touch-file\"", "\"id\": \"../etc\""},
		"/phase.json:7: step \"../etc\": id \"../etc\" should be"},
	{{"phase.json", "\"id\": \"look\"", "\"id\": \"touch-file\""},
		"/phase.json:5: step \"touch-file\" is there twice"},
	{{"phase.json", "\"id\": \"look\"", "\"id\": \"lost\""}, "/lost.sh"},
	{{"phase.json", "\"undo\": false,", "\"undo\": true,"},
		"/phase.json:34: step \"look\": \"undo\" should be"},
	{{"phase.json", "\"undo_why\": {\"en\": \"Nothing changes.\", \"fr\": \"Rien ne change.\"}",
		 "\"undo_on_failure\": true"},
		"/phase.json:26: step \"look\": \"undo\" is false: \"undo_why\" has to say why"},
	{{"phase.json", "\"name\": \"name\"", "\"name\": \"root\""},
		"/phase.json:17: step \"touch-file\": parameter \"root\": name \"root\" is taken "
		"by the console"},
	{{"phase.json", "\"name\": \"name\"", "\"name\": \"a-b\""},
		"/phase.json:17: step \"touch-file\": parameter \"a-b\": name"},
	{{"phase.json", "\"name\": \"kind\"", "\"name\": \"name\""},
		"/phase.json:16: step \"touch-file\": parameter \"name\" is there twice"},
	{{"phase.json", "[a-z]+", "[a-z+"},
		"/phase.json:17: step \"touch-file\": parameter \"name\": pattern: "},
	{{"phase.json", "\"note\"", "\"NOTE\""},
		"/phase.json:17: step \"touch-file\": parameter \"name\": default: "},
	{{"phase.json", "\"type\": \"text\"", "\"type\": \"secret\""},
		"/phase.json:17: step \"touch-file\": parameter \"name\": a secret has no default"},
	{{"phase.json", "\"disk.root.free\"", "\"disk.rot.free\""},
		"/phase.json:24: \"disk.rot.free\" is no known fact"},
	{{"phase.json", "phase.size < 1M", "phase.sise < 1M"},
		"/phase.json:43: \"phase.sise\" is no known fact"},
	{{"phase.json", "phase.size < 1M", "phase.size ~ 1M"},
		"/phase.json:43: criterion \"small\": test "},
	{{"phase.json", "\"test\": \"phase.size < 1M\"", "\"id\": 3"},
		"/phase.json:43: criterion \"small\": \"id\" is given twice"},
	{{"phase.json", ", \"test\": \"phase.size < 1M\"", ""},
		"/phase.json:43: criterion \"small\": either \"test\""},
	{{"phase.json", "\"unit\": \"bytes\"", "\"unit\": \"stones\""},
		"/phase.json:39: fact \"phase.size\": unit \"stones\" is not one of count, bytes,"},
	{{"phase.json", "\"phase.size\":", "\"size\":"},
		"/phase.json:39: \"size\": a phase's own fact is called"},
	{{"phase.json", "\"steps\": [", "\"steps\": [3, "},
		"/phase.json:5: step 1: an object, {…}, was expected"},
	{{"phase.json", "\"says\": {", "\"says\": [], \"x\": {"},
		"/phase.json:20: step \"touch-file\": \"says\" should be an object"},
};

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		char *dir = phasebox_make(&broken[i].change);
		struct phase *p;
		struct err e = {0, ""};
		size_t n = strlen(dir);

		if (phase_load(dir, &p, &e) == 0)
			fail_msg("loads with %s", broken[i].change.put);
		assert_null(p);
		if (!strstr(e.text, dir) || strncmp(strstr(e.text, dir) + n, broken[i].says,
						    strlen(broken[i].says)) != 0)
			fail_msg("%s\nwhere this was expected:\n%s", e.text, broken[i].says);
		free(dir);
	}
}

/* Whatever is in the file: no crash, and an error that begins with its name. */
static void test_any_bytes(void **state)
{
	static const char *const texts[] = {"", " ", "\n\n", "{", "[]", "3", "\"x\"", "null", "{}",
		"{\"steps\": {}}", "{\"format\": 1, \"steps\": []}", "{\"a\": 1}}",
		"{\"steps\": [[[[[[]]]]]]}", "\xff\xfe", "{\"\xff\": 1}", "{\"en\": \"\\u0000\"}",
		"{\"steps\": [{\"id\": \"\\u002e\\u002e\"}]}", "{\"facts\": {\"phase.x\": null}}"};
	char *dir = phasebox_make(NULL);
	struct phase *p;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err e = {0, ""};

		phasebox_write(dir, "phase.json", texts[i]);
		assert_int_not_equal(phase_load(dir, &p, &e), 0);
		if (!strstr(e.text, "/phase.json"))
			fail_msg("%s: %s", texts[i], e.text);
	}
	free(dir);
}

/* Every prefix of a good file, and every file with one byte taken out, is read without harm. */
static void test_cut(void **state)
{
	char *dir = phasebox_make(NULL), *path = xasprintf("%s/phase.json", dir);
	struct phase *p;
	char text[8192];
	FILE *f = fopen(path, "r");
	size_t n = fread(text, 1, sizeof(text) - 1, f);

	(void)state;
	fclose(f);
	text[n] = '\0';
	for (size_t i = 0; i < n - 2; i += 7) {
		char keep = text[i];

		text[i] = '\0';
		phasebox_write(dir, "phase.json", text);
		assert_int_not_equal(phase_load(dir, &p, NULL), 0);
		text[i] = keep == '"' ? ' ' : '"';
		phasebox_write(dir, "phase.json", text);
		if (phase_load(dir, &p, NULL) == 0)
			phase_free(p);
		text[i] = keep;
	}
	free(path);
	free(dir);
}

static void test_writable(void **state)
{
	static const char *const names[] = {"", "/phase.json", "/look.sh"};
	struct phase *p;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *dir = phasebox_make(NULL), *path = xasprintf("%s%s", dir, names[i]);
		struct err e = {0, ""};

		assert_int_equal(chmod(path, i ? 0666 : 0777), 0);
		assert_int_equal(phase_load(dir, &p, &e), ERR_REFUSED);
		assert_non_null(strstr(e.text, path));
		free(path);
		free(dir);
	}
}

static void test_find(void **state)
{
	struct phase *p;
	struct phase_entry *list;
	size_t n, mine = 0;
	struct err e = {0, ""};
	char *dir = phasebox_make(NULL), *config = xasprintf("%s/config", phasebox_parent()), *to,
	     *folder;

	(void)state;
	assert_int_equal(mkdir(config, 0700), 0);
	setenv("XDG_CONFIG_HOME", config, 1);
	to = xasprintf("%s/twistertui", config);
	assert_int_equal(mkdir(to, 0700), 0);
	free(to);
	to = xasprintf("%s/twistertui/phases", config);
	assert_int_equal(mkdir(to, 0700), 0);
	free(to);
	to = xasprintf("%s/twistertui/phases/2-good", config);
	assert_int_equal(rename(dir, to), 0);
	assert_int_equal(phase_find("2", &p, &e), 0);
	assert_string_equal(p->id, "2-good");
	phase_free(p);
	assert_int_equal(phase_find("2-good", &p, &e), 0);
	phase_free(p);
	assert_int_equal(phase_find("1-found", &p, &e), 0);
	assert_string_equal(p->id, "1-foundation");
	phase_free(p);
	/* What stands before a "-" goes before what only begins so. */
	assert_int_equal(phase_find("1", &p, &e), 0);
	assert_string_equal(p->id, "1-foundation");
	phase_free(p);
	assert_int_equal(phase_find("1b", &p, &e), 0);
	assert_string_equal(p->id, "1b-data-disk");
	phase_free(p);
	assert_int_equal(phase_find("7", &p, &e), ERR_USAGE);
	assert_non_null(strstr(e.text, "1-foundation, 1b-data-disk, 2-good"));
	assert_int_equal(phase_find("", &p, &e), ERR_USAGE);
	assert_int_equal(phase_find("\033[31m", &p, &e), ERR_USAGE);
	assert_null(strchr(e.text, '\033'));
	/* In a folder that others may write to, anybody may have put it there. */
	folder = xasprintf("%s/twistertui/phases", config);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(phase_find("2", &p, &e), ERR_REFUSED);
	assert_null(p);
	assert_int_equal(chmod(folder, 0755), 0);
	free(folder);
	/* A broken one is listed with what is wrong. */
	phasebox_write(to, "phase.json", "{");
	assert_int_equal(phase_list(&list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].id, "2-good") == 0) {
			assert_non_null(strstr(list[i].problem, "phase.json:1:"));
			mine++;
		} else {
			assert_null(list[i].problem);
		}
	}
	assert_int_equal(mine, 1);
	phase_entries_free(list, n);
	unsetenv("XDG_CONFIG_HOME");
	free(to);
	free(config);
	free(dir);
}

static void test_words(void **state)
{
	struct words both = {xstrdup("yes"), xstrdup("oui")}, one = {xstrdup("yes"), NULL},
		     none = {NULL, NULL};

	(void)state;
	words_set_language("fr_FR.UTF-8");
	assert_string_equal(words_get(&both), "oui");
	assert_string_equal(words_get(&one), "yes");
	assert_string_equal(words_get(&none), "");
	words_set_language("de");
	assert_string_equal(words_get(&both), "yes");
	words_set_language(NULL);
	assert_string_equal(words_get(&both), "yes");
	free(both.en), free(both.fr), free(one.en);
}

static void assert_says(
	const struct step *s, const char *id, char *const *args, int n, const char *expected)
{
	char *said = step_say(s, id, args, n);

	assert_string_equal(said, expected);
	free(said);
}

static void test_say(void **state)
{
	char *dir = phasebox_make(NULL);
	char a[] = "a", two[] = "2", bad[] = "\033]0;x\007{1}%s", *args[] = {a, two},
	     *hostile[] = {bad, a};
	struct phase *p;
	const struct step *s;

	(void)state;
	assert_int_equal(phase_load(dir, &p, NULL), 0);
	s = phase_step(p, "touch-file");
	assert_says(s, "there", args, 2, "a is there, 2 bytes");
	assert_says(s, "there", args, 1, "a is there, ? bytes");
	assert_says(s, "there", hostile, 2, "{1}%s is there, a bytes");
	assert_says(s, "nothing", args, 2, "nothing a 2");
	words_set_language("fr");
	assert_says(s, "there", args, 2, "2 octets dans a");
	phase_free(p);
	free(dir);
}

/* Words that depend on how many it is. */
static void test_say_counts(void **state)
{
	char left[] = "left", en[] = "{1} {1:pod is|pods are} left", fr[] = "{1} {1:pod reste|pods restent}";
	char strange[] = "odd", text[] = "{1:|none}{2:a|b}{1:x}{1:y|";
	struct say says[] = {{left, {en, fr}}, {strange, {text, NULL}}};
	struct step s = {.says = says, .nsays = 2};
	char none[] = "0", one[] = "1", many[] = "12", odd[] = "1|}", *args[] = {one};

	(void)state;
	assert_says(&s, "left", args, 1, "1 pod is left");
	assert_says(&s, "odd", args, 1, "b{1:x}{1:y|");
	args[0] = none;
	assert_says(&s, "left", args, 1, "0 pods are left");
	assert_says(&s, "odd", args, 1, "noneb{1:x}{1:y|");
	args[0] = odd;
	assert_says(&s, "left", args, 1, "1|} pods are left");
	words_set_language("fr");
	args[0] = none;
	assert_says(&s, "left", args, 1, "0 pod reste");
	args[0] = many;
	assert_says(&s, "left", args, 1, "12 pods restent");
	words_set_language(NULL);
}

static void test_param(void **state)
{
	static const struct {
		enum param_type type;
		const char *pattern, *value;
		int code;
	} cases[] = {
		{PARAM_SIZE, NULL, "150G", 0},
		{PARAM_SIZE, NULL, "1.5T", 0},
		{PARAM_SIZE, NULL, "lots", ERR_USAGE},
		{PARAM_SIZE, NULL, "-5G", ERR_USAGE},
		{PARAM_SIZE, NULL, "", ERR_USAGE},
		{PARAM_SIZE, NULL, "inf", ERR_USAGE},
		{PARAM_SIZE, "[0-9]+G", "150M", ERR_USAGE},
		{PARAM_INTEGER, NULL, "-3", 0},
		{PARAM_INTEGER, NULL, "3x", ERR_USAGE},
		{PARAM_INTEGER, NULL, "3.0", ERR_USAGE},
		{PARAM_INTEGER, NULL, "99999999999999999999", ERR_USAGE},
		{PARAM_BOOL, NULL, "yes", 0},
		{PARAM_BOOL, NULL, "true", ERR_USAGE},
		{PARAM_TEXT, NULL, "", 0},
		{PARAM_TEXT, NULL, "$(touch x)'\"", 0},
		{PARAM_TEXT, NULL, "a\nb", ERR_USAGE},
		{PARAM_TEXT, NULL, "\033[31m", ERR_USAGE},
		{PARAM_TEXT, "[a-z]+", "abc", 0},
		{PARAM_TEXT, "[a-z]+", "abc;", ERR_USAGE},
		{PARAM_TEXT, "[a-z]+", "", ERR_USAGE},
		{PARAM_TEXT, "(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", ERR_LIMIT},
		{PARAM_SECRET, "[a-z]+", "hunter2", ERR_USAGE},
		{PARAM_CHOICE, NULL, "", ERR_USAGE},
		{PARAM_CHOICES, NULL, "", 0},
		{PARAM_CHOICES, NULL, "/var/log/kern.log", 0},
		{PARAM_CHOICES, NULL, "/var/log/kern.log.1 repo:5000/a-b@sha256:0f ns/pod_1", 0},
		{PARAM_CHOICES, NULL, "a  b", ERR_USAGE},
		{PARAM_CHOICES, NULL, " a", ERR_USAGE},
		{PARAM_CHOICES, NULL, "a ", ERR_USAGE},
		{PARAM_CHOICES, NULL, "a * b", ERR_USAGE},
		{PARAM_CHOICES, NULL, "a;b", ERR_USAGE},
		{PARAM_CHOICES, NULL, "$(x)", ERR_USAGE},
		{PARAM_CHOICES, "[a-z ]+", "a B", ERR_USAGE},
	};
	char name[] = "to", pattern[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct param p = {.name = name, .type = cases[i].type};
		struct err e = {0, ""};

		if (cases[i].pattern) {
			snprintf(pattern, sizeof(pattern), "%s", cases[i].pattern);
			p.pattern = pattern;
		}
		if (param_check(&p, cases[i].value, &e) != cases[i].code)
			fail_msg("%s: %d %s", cases[i].value, e.code, e.text);
		if (cases[i].type == PARAM_SECRET)
			assert_null(strstr(e.text, cases[i].value));
		if (cases[i].code)
			assert_int_equal(strncmp(e.text, "to: ", 4), 0);
	}
}

static void test_place(void **state)
{
	const char *text = "{ \"a\":\n [1,\n {\"b\\\"\":\n 2, \"c\": \"],}\"},\n 3], \"a\":\n 4 }";
	struct place top = {NULL, NULL, 0}, a = {&top, "a", 0}, second = {&a, NULL, 1},
		     b = {&second, "b\"", 0}, third = {&a, NULL, 2}, again = {&top, "a", 1},
		     none = {&second, "z", 0};
	size_t n = strlen(text);

	(void)state;
	assert_int_equal(place_line(text, n, &top), 1);
	assert_int_equal(place_line(text, n, &a), 1);
	assert_int_equal(place_line(text, n, &second), 3);
	assert_int_equal(place_line(text, n, &b), 3);
	assert_int_equal(place_line(text, n, &third), 5);
	assert_int_equal(place_line(text, n, &again), 5);
	assert_int_equal(place_line(text, n, &none), 3);
	assert_int_equal(place_line("", 0, &b), 1);
}

static void test_shipped(void **state)
{
	char *dir = xasprintf("%s/phases/1-foundation", getenv("TOP_SRCDIR"));
	struct phase *p;
	struct err e = {0, ""};

	(void)state;
	if (phase_load(dir, &p, &e) < 0)
		fail_msg("%s", e.text);
	assert_true(p->nsteps >= 3);
	assert_string_equal(p->steps[0].id, "extend-lvm");
	assert_string_equal(p->steps[1].id, "docker-config");
	assert_string_equal(p->steps[2].id, "measure-disks");
	assert_string_equal(p->steps[3].id, "harbor");
	assert_string_equal(p->steps[4].id, "registry");
	phase_free(p);
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_load, teardown),
		cmocka_unit_test_teardown(test_shared_script, teardown),
		cmocka_unit_test_teardown(test_digest, teardown),
		cmocka_unit_test_teardown(test_broken, teardown),
		cmocka_unit_test_teardown(test_any_bytes, teardown),
		cmocka_unit_test_teardown(test_cut, teardown),
		cmocka_unit_test_teardown(test_writable, teardown),
		cmocka_unit_test_teardown(test_find, teardown),
		cmocka_unit_test_teardown(test_words, teardown),
		cmocka_unit_test_teardown(test_say, teardown),
		cmocka_unit_test(test_say_counts),
		cmocka_unit_test(test_param),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_shipped),
	};

	setenv("TWISTERTUI_DATADIR", getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
