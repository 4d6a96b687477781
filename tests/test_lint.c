#include "runbook/lint.h"

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

#include "backends/data.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "runbook/lint_script.h"
#include "tests/phasebox.h"

static int teardown(void **state)
{
	(void)state;
	phasebox_remove();
	return 0;
}

/* The first says what is expected; "" for nothing. `lines` problems in all. */
static const struct {
	struct change change;
	int lines;
	const char *says;
} cases[] = {
	{{NULL, NULL, NULL}, 0, ""},
	{{"look.sh", "verify() { :; }", "verify() { :;"}, 1,
		"/look.sh:7: the shell cannot read it: "},
	{{"look.sh", "verify()", "verified()"}, 1, "/look.sh:1: verify() is missing"},
	{{"touch-file.sh", "undo()", "undoing()"}, 1, "/touch-file.sh:1: undo() is missing"},
	{{"touch-file.sh", "choices()", "choose()"}, 1, "/touch-file.sh:1: choices() is missing"},
	{{"look.sh", "verify()", "undo() { :; }\nverify()"}, 1, "/look.sh:6: undo() is here, but"},
	{{"look.sh", "verify()", "tw_x() { :; }\nverify()"}, 1,
		"/look.sh:6: tw_x(): names with tw_"},
	{{"look.sh", "verify()", "touch x\nverify()"}, 1,
		"/look.sh:6: \"touch x\" stands outside of any function"},
	{{"look.sh", "verify()", "x=$(touch x)\nverify()"}, 1,
		"/look.sh:6: \"x=$(touch x)\" stands outside"},
	{{"look.sh", "verify()", "x=1 touch x\nverify()"}, 1,
		"/look.sh:6: \"x=1 touch x\" stands outside"},
	{{"look.sh", "verify()", "x='a b' # why\nverify()"}, 0, ""},
	{{"look.sh", "echo ls", "cat /etc/passwd"}, 1,
		"/look.sh:4: /etc/passwd is a bare absolute path; write \"$root\"/etc/passwd"},
	{{"look.sh", "echo ls", "cat '/var/x y'"}, 1, "/look.sh:4: /var/x is a bare"},
	{{"look.sh", "echo ls", "x=/usr/bin"}, 1, "/look.sh:4: /usr/bin is a bare"},
	{{"look.sh", "echo ls", "echo x >/tmp/x"}, 1, "/look.sh:4: /tmp/x is a bare"},
	{{"look.sh", "echo ls", "echo \"$(cat /proc/cpuinfo)\""}, 1,
		"/look.sh:4: /proc/cpuinfo is a bare"},
	{{"look.sh", "echo ls",
		 "cat \"$root\"/etc/passwd \"$root/etc/x\" \"${root}\"/etc/y 2>/dev/null"},
		0, ""},
	{{"look.sh", "echo ls", "sed 's/etc/var/' x | awk '/foo/'"}, 0, ""},
	{{"look.sh", "echo ls", "PATH=x ls"}, 1, "/look.sh:4: PATH is set"},
	{{"look.sh", "echo ls", "export PATH=x"}, 1, "/look.sh:4: PATH is set"},
	{{"look.sh", "echo ls", "MYPATH=x"}, 0, ""},
	{{"look.sh", "echo ls", "say nowhere"}, 1, "/look.sh:4: say nowhere has no words"},
	{{"look.sh", "echo ls", "if :; then say nowhere; fi"}, 1,
		"/look.sh:4: say nowhere has no words"},
	{{"look.sh", "echo ls", "case x in x) say nowhere ;; esac"}, 1,
		"/look.sh:4: say nowhere has no words"},
	{{"look.sh", "echo ls", "say \"$1\""}, 1, "/look.sh:4: say with a computed ID"},
	{{"look.sh", "echo ls; }", "echo ls # say nowhere\n}"}, 0, ""},
	{{"look.sh", "echo ls; }", "\ncat <<'END'\n}\ntouch x\nf() {\nEND\n}"}, 0, ""},
	{{"look.sh", "echo ls; }", "x='\n}\ntouch x'\n}"}, 0, ""},
	{{"look.sh", "echo ls; }", "cat <<END\n}\nEND\n}\ntouch x"}, 1,
		"/look.sh:8: \"touch x\" stands outside of any function"},
	{{"look.sh", "echo ls; }", "\ncat <<END\n# it's say\nEND\ntouch '/etc/x'\n}"}, 1,
		"/look.sh:8: /etc/x is a bare"},
	{{"look.sh", "echo ls", "fact pods.many 3"}, 1, "/look.sh:4: fact pods.many is not known"},
	{{"look.sh", "echo ls", "fact \"$x\" 3"}, 1, "/look.sh:4: fact $… is not known"},
	{{"look.sh", "echo ls", "fact \"phase.size.$x\" 3"}, 1,
		"/look.sh:4: fact phase.size.* is not known"},
	{{"look.sh", "echo ls", "fact pods.total 3; fact phase.part.x 1"}, 0, ""},
	{{"touch-file.sh", "say no-folder", "echo no-folder"}, 1,
		"/phase.json:22: \"no-folder\" is never said by touch-file.sh"},
	{{"touch-file.sh", "\"phase.part.$kind\"", "phase.part.x"}, 1,
		"/phase.json:18: parameter \"kind\" is never used by touch-file.sh"},
	{{"phase.json", "type:{name}", "type:{file}"}, 1,
		"/phase.json:13: confirm: there is no parameter {file}"},
	{{"phase.json", "\"pattern\": \"[a-z]+\", \"default\": \"note\"",
		 "\"pattern\": \"[a-z]+\""},
		0, ""},
	{{"phase.json", ", \"fr\": \"Créer un fichier\"", ""}, 1,
		"/phase.json:8: \"steps/0/title\" has no French text"},
	{{"phase.json", ", \"fr\": \"genre\"", ""}, 1,
		"/phase.json:18: \"steps/0/params/1/title\" has no French text"},
	{{"phase.json", "{2} octets dans {1}", "octets dans {1}"}, 1,
		"/phase.json:21: \"steps/0/says/there\": English and French"},
	{{"phase.json", "{2} octets dans {1}", "{2} {2:octet} dans {1}"}, 1,
		"/phase.json:21: \"steps/0/says/there\": after {1: comes what is said of one"},
	{{"phase.json", ", \"fr\": \"parties\"", ""}, 1,
		"/phase.json:40: \"facts/phase.part.*/label\" has no French"},
	{{"phase.json", "\"minutes\": 0,", "\"minutes\": 0, \"script\": \"touch-file\","}, 1,
		"/touch-file.sh:33: undo() is here, but"},
	{{"phase.json", "\"type\": \"choice\"", "\"type\": \"choices\""}, 0, ""},
	{{"phase.json", "\"minutes\": 0,",
		 "\"minutes\": 0, \"not_offered\": [{\"command\": \"mv /\", "
		 "\"why\": {\"en\": \"x\", \"fr\": \"x\"}}],"},
		0, ""},
	{{"phase.json", "\"minutes\": 0,",
		 "\"minutes\": 0, \"not_offered\": [{\"command\": \"mv /\", "
		 "\"why\": {\"en\": \"x\"}}],"},
		1, "/phase.json:31: \"steps/1/not_offered/0/why\" has no French text"},
	{{"phase.json", "\"minutes\": 0,",
		 "\"minutes\": 0, \"not_offered\": [{\"command\": \"mv /\"}],"},
		1, "/phase.json:31: step \"look\": not offered \"mv /\": \"why\" is missing"},
	{{"phase.json", "\"risk\": \"low\"", "\"risk\": \"hihg\""}, 1,
		"/phase.json:10: step \"touch-file\": risk \"hihg\""},
};

static int count(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *dir = phasebox_make(&cases[i].change),
		     *says = xasprintf("%s%s", dir, cases[i].says);
		struct buf out;
		int problems = 0;

		buf_init(&out, 0);
		assert_int_equal(lint_dir(dir, &out, &problems), 0);
		if (problems != cases[i].lines || count(buf_str(&out)) != problems ||
			(problems && strncmp(buf_str(&out), says, strlen(says)) != 0))
			fail_msg("with %s, %d:\n%swhere this was expected:\n%s",
				cases[i].change.put, problems, buf_str(&out), says);
		buf_clear(&out);
		free(says);
		free(dir);
	}
}

/* Every problem is named, not only the first. */
static void test_all(void **state)
{
	struct change c = {"phase.json", "\"risk\": \"low\",\n      \"minutes\": 1,",
		"\"risk\": \"x\", \"y\": 1,"};
	char *dir = phasebox_make(&c);
	struct buf out;
	int problems = 0;

	(void)state;
	phasebox_write(dir, "look.sh", "plan() { cat /etc/x; say y; }\n");
	phasebox_write(dir, "forgotten.sh", "x\n");
	buf_init(&out, 0);
	assert_int_equal(lint_dir(dir, &out, &problems), 0);
	assert_int_equal(problems, 3 + 4 + 2 + 1);
	assert_non_null(strstr(buf_str(&out), "forgotten.sh:1: no step"));
	buf_clear(&out);
	free(dir);
}

static void test_folders(void **state)
{
	char *dir = phasebox_make(NULL), *none = xasprintf("%s/none", phasebox_parent());
	struct buf out;
	int problems = 0;

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(lint_dir(phasebox_parent(), &out, &problems), 0);
	assert_int_equal(problems, 0);
	assert_int_equal(lint_dir(none, &out, &problems), ERR_IO);
	assert_int_equal(problems, 1);
	assert_non_null(strstr(buf_str(&out), none));
	/* From inside of it, too. */
	assert_int_equal(chdir(dir), 0);
	problems = 0;
	assert_int_equal(lint_dir(".", &out, &problems), 0);
	assert_int_equal(problems, 0);
	problems = 1;
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(lint_dir(dir, &out, &problems), ERR_REFUSED);
	assert_int_equal(problems, 2);
	buf_clear(&out);
	free(none);
	free(dir);
}

static void test_shipped(void **state)
{
	char *dir = xasprintf("%s/phases", getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".");
	struct buf out;
	int problems = 0;

	(void)state;
	buf_init(&out, 0);
	lint_dir(dir, &out, &problems);
	if (problems)
		fail_msg("%s", buf_str(&out));
	buf_clear(&out);
	free(dir);
}

/* The text between a line that begins with "```KIND" after `from`, and the next "```"; owned. */
static char *code_block(const char *from, const char *kind, const char **after)
{
	char *mark = xasprintf("\n```%s\n", kind);
	const char *begin = strstr(from, mark), *end;

	if (!begin)
		fail_msg("doc/phase.md has no block of %s", kind);
	begin += strlen(mark);
	end = strstr(begin, "\n```");
	assert_non_null(end);
	free(mark);
	*after = end;
	return xstrndup(begin, (size_t)(end + 1 - begin));
}

/* The example of doc/phase.md is a good phase. */
static void test_example(void **state)
{
	char *path =
		xasprintf("%s/doc/phase.md", getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".");
	char *dir = xasprintf("%s/9-motd", phasebox_parent()), *json, *script;
	const char *after;
	size_t n;
	char *doc = data_read(path, 1 << 20, &n, NULL);
	struct buf out;
	int problems = 0;

	(void)state;
	assert_non_null(doc);
	json = code_block(doc, "json", &after);
	script = code_block(after, "sh", &after);
	assert_int_equal(mkdir(dir, 0755), 0);
	phasebox_write(dir, "phase.json", json);
	phasebox_write(dir, "write-motd.sh", script);
	buf_init(&out, 0);
	assert_int_equal(lint_dir(dir, &out, &problems), 0);
	if (problems)
		fail_msg("%s", buf_str(&out));
	buf_clear(&out);
	free(json);
	free(script);
	free(doc);
	free(dir);
	free(path);
}

/* The walker ends, whatever it is given. */
static void test_walk(void **state)
{
	static const char *const texts[] = {"", "'", "\"", "$(", "${", "<<E", "<<E\n", "<<E\nx",
		"<<-'E'\n\tE", "\\", "#", "# x", "\"$(\"$(\"", "a() {\n", "a()", "=", "x=", "say",
		"say ", "fact \"", "((((((", "}}}}", "<<A <<B <<C <<D <<E\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct script *s = script_read(texts[i]);

		assert_int_equal(strlen(s->code), strlen(texts[i]));
		script_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_cases, teardown),
		cmocka_unit_test_teardown(test_all, teardown),
		cmocka_unit_test_teardown(test_folders, teardown),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test_teardown(test_example, teardown),
		cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
