/* A phase of the operator's own, whose step takes several things of a list: picked in the dialog,
 * shown again, run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

static const char phase_json[] =
	"{\"format\": 1, \"title\": {\"en\": \"Logs by choice\", \"fr\": \"Journaux au choix\"},\n"
	"\"goal\": {\"en\": \"Less of them\", \"fr\": \"Moins\"},\n"
	"\"steps\": [{\"id\": \"empty-logs\", \"title\": {\"en\": \"Empty logs\", \"fr\": "
	"\"Vider\"},\n"
	"\"why\": {\"en\": \"They are large.\", \"fr\": \"Ils sont gros.\"}, \"risk\": \"low\", "
	"\"minutes\": 3,\n"
	"\"timeout\": \"1m\", \"root\": false, \"undo\": false,\n"
	"\"undo_why\": {\"en\": \"they are gone\", \"fr\": \"perdus\"},\n"
	"\"params\": [{\"name\": \"files\", \"type\": \"choices\", \"title\": {\"en\": \"log "
	"files\", \"fr\": \"fichiers\"},\n"
	"\"help\": {\"en\": \"Which of them are emptied?\", \"fr\": \"Lesquels ?\"}}],\n"
	"\"says\": {\"none\": {\"en\": \"nothing was chosen\", \"fr\": \"rien\"}}, \"facts\": "
	"[]}], \"facts\": {}, \"criteria\": []}\n";

/* The value with a blank in it would be two: it is not offered. */
static const char step_sh[] =
	"# shellcheck shell=sh\n"
	"# shellcheck disable=SC2154\n"
	"list=$root/var/emptied\n"
	"preflight() { [ -n \"$files\" ] || { say none; return 1; }; }\n"
	"check() { return 1; }\n"
	"plan() { for f in $files; do printf 'empty %s\\n' \"$f\"; done; }\n"
	"apply() { for f in $files; do printf '%s\\n' \"$f\"; done >\"$list\"; }\n"
	"verify() { [ -s \"$list\" ]; }\n"
	"choices() {\n"
	"\tchoice /var/log/kern.log 'kern.log  frees 12 GB, loses 3 weeks' 1\n"
	"\tchoice /var/log/syslog 'syslog  frees 4.1 GB, loses 2 weeks' 1\n"
	"\tchoice '/var/log/two words' 'never offered'\n"
	"\tchoice /var/log/auth.log 'auth.log  frees 40 MB, who came in is lost'\n"
	"}\n";

static void put(const struct walk *w, const char *path, const char *text)
{
	char *full = xasprintf("%s/home/%s", w->dir, path);
	FILE *f;

	for (char *at = strchr(full + strlen(w->dir) + 6, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(full, 0700);
		*at = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(full);
}

static void begin(struct walk *w, int rows, int cols)
{
	const char *const args[] = {"--phase", "9", NULL};

	put(w, ".config/twistertui/phases/9-logs/phase.json", phase_json);
	put(w, ".config/twistertui/phases/9-logs/empty-logs.sh", step_sh);
	w->ready = "log files: (not set)";
	walk_demo(w, rows, cols, args, NULL);
	vt_wait(w->v, " ms "); /* the link is up */
}

static void test_several(void **state)
{
	struct walk *w = *state;
	char *list;

	begin(w, 24, 80);
	vt_keys(w->v, "e");
	vt_wait(w->v, "Which of them are emptied?");
	vt_wait(w->v, "[x] kern.log  frees 12 GB, loses 3 weeks"); /* as the step says beforehand */
	vt_wait(w->v, "[x] syslog");
	vt_wait(w->v, "[ ] auth.log");
	assert_false(vt_has(w->v, "never offered"));
	vt_keys(w->v, "n" ENTER); /* none of them: preflight has the word */
	vt_wait(w->v, "nothing was chosen");
	walk_wait_record(w, "\"kind\":\"param\"", "\"files\"");
	assert_int_equal(walk_records(w, "\"kind\":\"param\"", NULL), 1);
	vt_keys(w->v, "e");
	vt_wait(w->v, "take 2 of 3");
	vt_keys(w->v, "n \033[F ");
	vt_wait(w->v, "take 2 of 3");
	vt_keys(w->v, ENTER);
	walk_wait_record(
		w, "\"kind\":\"param\"", "\"value\":\"/var/log/kern.log /var/log/auth.log\"");
	vt_wait(w->v, "Ready: read");
	vt_wait(w->v, "empty /var/log/auth.log");
	assert_false(vt_has(w->v, "empty /var/log/syslog"));
	/* again: what was chosen is marked, not what the step would have */
	vt_keys(w->v, "e");
	vt_wait(w->v, "[x] kern.log");
	vt_wait(w->v, "[ ] syslog");
	vt_wait(w->v, "[x] auth.log");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "[x] kern.log");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_wait(w->v, "log files: /var/log/kern.log /var/log/auth.log");
	vt_keys(w->v, "\t" ENTER);
	vt_wait(w->v, "Empty logs: done");
	list = walk_get(w, "var/emptied");
	assert_string_equal(list, "/var/log/kern.log\n/var/log/auth.log\n");
	free(list);
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
