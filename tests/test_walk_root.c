/* Who may: sudo with a password, refused, not there; tools not there; a console that only watches. */
#include <fcntl.h>
#include <ftw.h>
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
#include "base/buf.h"
#include "tests/walk.h"

static const char *needle; /* of contains_needle: nftw has no context */
static int found;

static int contains_needle(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	struct buf b;
	char bytes[65536];
	ssize_t n;
	int fd;

	(void)ftw;
	if (flag != FTW_F || !S_ISREG(st->st_mode) || strstr(path, "/demo/bin/sudo"))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	buf_init(&b, 0);
	while (b.len < (16 << 20) && (n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(&b, bytes, (size_t)n);
	close(fd);
	if (b.len > 0 && memmem(b.data, b.len, needle, strlen(needle))) {
		fprintf(stderr, "the password stands in %s\n", path);
		found++;
	}
	buf_clear(&b);
	return 0;
}

/* In no file of the home, the state, the log, the simulated server; in no command line or environment. */
static void assert_nowhere(const struct walk *w, const char *secret)
{
	char *processes;

	needle = secret;
	found = 0;
	nftw(w->dir, contains_needle, 16, FTW_PHYS);
	assert_int_equal(found, 0);
	processes = walk_sh(
		w, "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'");
	assert_has(processes, "twistertui"); /* we do see them */
	if (strstr(processes, secret))
		fail_msg("the password stands in a command line or environment");
	free(processes);
	assert_false(vt_has(w->v, secret));
}

/* The simulated sudo, but with a password of this run only ("twister" is also the user's name, and in many words). */
static void set_password(const struct walk *w, const char *password)
{
	char *from = xasprintf("sed 's/!= twister \\]/!= %s ]/' \"$root\"/demo/bin/sudo "
			       ">\"$root\"/demo/bin/sudo.new &&"
			       " chmod 755 \"$root\"/demo/bin/sudo.new &&"
			       " mv \"$root\"/demo/bin/sudo.new \"$root\"/demo/bin/sudo &&"
			       " grep -c '!= %s' \"$root\"/demo/bin/sudo",
		password, password);
	char *said = walk_sh(w, from);

	assert_string_equal(said, "1\n");
	free(said);
	free(from);
}

static void random_word(char *out, size_t n)
{
	unsigned char bytes[16];
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0 && read(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
	close(fd);
	for (size_t i = 0; i + 1 < n && i < sizeof(bytes); i++) {
		out[i] = (char)('a' + bytes[i] % 26);
		out[i + 1] = '\0';
	}
}

static void test_sudo_password(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_SUDO=password", NULL};
	const char *const report[] = {"--report", NULL};
	char *log = xasprintf("%s/home/log", w->dir), word[16], *text;
	const char *const args[] = {"--log", log, NULL};

	walk_demo(w, WALK_ROWS, WALK_COLS, args, env);
	random_word(word, sizeof(word));
	set_password(w, word);
	walk_phase(w);
	walk_row(w, 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "needs root on the server");
	vt_keys(w->v, "S");
	vt_wait(w->v, "sudo password for");
	vt_keys(w->v, "notit12" ENTER);
	vt_wait(w->v, "That was not the password");
	vt_keys(w->v, word);
	vt_pump(w->v, 200);
	assert_false(vt_has(w->v, word));
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Ready: read"); /* what had asked for root is asked again by itself */
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "Extend the root volume: done");
	assert_nowhere(w, word);
	walk_quit(w);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "done");
	assert_lacks(text, word);
	free(text);
	free(log);
}

/* A step that prints the password (an echo in a tool, a diff, an error) does not get it into what is kept. */
static void test_password_in_the_output(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_SUDO=password", NULL};
	char word[16], *line, *out, *log;

	walk_start(w, env);
	random_word(word, sizeof(word));
	set_password(w, word);
	vt_keys(w->v, "S");
	vt_wait(w->v, "sudo password for");
	vt_keys(w->v, word);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "the root shell is open");
	line = xasprintf("unit says %s, or %c%s", word, 'x', word);
	walk_put(w, "demo/fail/lvextend", line);
	walk_phase(w);
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: failed");
	walk_wait_record(w, "\"kind\":\"output\"", "extend-lvm");
	out = walk_journal(w, "outputs/1-foundation-1.extend-lvm.1");
	assert_has(out, "unit says [secret], or x[secret]");
	assert_lacks(out, word);
	log = walk_journal(w, "journal.jsonl");
	assert_lacks(log, word);
	free(line);
	free(out);
	free(log);
	walk_quit(w);
}

static void test_sudo_given_beforehand(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_SUDO=password", NULL};
	const char *const args[] = {"--sudo-password-fd", "9", NULL};
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "twister\n", 8), 8);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], 9), 9);
	close(ends[0]);
	walk_demo(w, WALK_ROWS, WALK_COLS, args, env);
	close(9);
	walk_root(w);
	assert_false(vt_has(w->v, "sudo password for"));
	walk_quit(w);
}

static void test_sudo_denied(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_SUDO=denied", NULL};

	walk_start(w, env);
	vt_keys(w->v, "S");
	vt_wait(w->v, "not in the sudoers file");
	walk_phase(w);
	walk_row(w, 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "needs root on the server");
	vt_keys(w->v, "x");
	vt_wait(w->v, "Enter first asks");
	walk_quit(w);
}

static void test_no_sudo(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_SUDO=none", NULL};

	walk_start(w, env);
	vt_keys(w->v, "S");
	vt_wait(w->v, "sudo is not on this server");
	walk_quit(w);
}

static void test_tools_missing(void **state)
{
	struct walk *w = *state;
	const char *const env[] = {"DEMO_WITHOUT=docker lvm hdparm", NULL};

	walk_start(w, env);
	walk_root(w);
	vt_keys(w->v, "5");
	vt_wait(w->v, "docker is not on this server");
	vt_keys(w->v, "3");
	vt_wait(w->v, "is not on this server");
	walk_phase(w);
	walk_row(w, 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "lvs is not on this server");
	walk_row(w, 1);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "docker is not on this server");
	walk_row(w, 2);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "hdparm is not on this server");
	vt_keys(w->v, "x");
	vt_wait(w->v, "Enter first asks");
	walk_quit(w);
}

/* Every key and command that would change something, on every step and criterion; then nothing has changed. */
static void test_read_only(void **state)
{
	struct walk *w = *state;
	const char *const args[] = {"--read-only", NULL};
	static const char *const keys[] = {"x", "u", "z", ":cancel" ENTER, ":finish" ENTER,
		":abandon why" ENTER, ":lock" ENTER, "L", "s", "d", "a", "e", "S", ENTER};
	char *before, *after;
	static const char list[] = "cd \"$root\"; find . -path ./proc -prune -o -path ./demo "
				   "-prune -o -type f -print |"
				   " sort | while read -r f; do stat -c '%n %s %Y' \"$f\"; done";

	walk_demo(w, WALK_ROWS, WALK_COLS, args, NULL);
	before = walk_sh(w, list);
	vt_keys(w->v, "S");
	vt_wait(w->v, "read-only");
	walk_phase(w);
	for (int row = 0; row < 11; row += row < 2 ? 1 : 3) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			walk_row(w, row);
			vt_keys(w->v, keys[i]);
			vt_pump(w->v, 10);
			vt_keys(w->v, "y" ENTER ENTER);
			vt_pump(w->v, 10);
			vt_keys(w->v, ESC);
			vt_pump(w->v, 10);
			vt_keys(w->v, ESC);
			vt_pump(w->v, 10);
			vt_keys(w->v, "7");
		}
	}
	vt_wait(w->v, "Extend the root volume");
	after = walk_sh(w, list);
	assert_string_equal(after, before);
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"answer\":\"yes\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"run-open\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"skip\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"defer\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"criterion\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"root\"", "\"up\"", NULL), 0);
	free(before);
	free(after);
	walk_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_sudo_password),
		walk_test(test_password_in_the_output),
		walk_test(test_sudo_given_beforehand),
		walk_test(test_sudo_denied),
		walk_test(test_no_sudo),
		walk_test(test_tools_missing),
		walk_test(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
