/* Terminals: sizes, colours, character sets, signals; and the terminal as it was after every end.
 * */
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "tests/scene.h"

static void test_resize(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	vt_resize(v, 36, 120);
	vt_wait(v, "most restarts"); /* there is room for it now */
	vt_keys(v, "?");
	vt_wait(v, "Everywhere");
	vt_resize(v, 24, 80);
	vt_wait(v, "Everywhere");
	vt_keys(v, "\033");
	vt_wait_gone(v, "Everywhere");
	vt_resize(v, 15, 70);
	vt_wait(v, "This window is 70 x 15.");
	vt_wait(v, "60 x 16");
	vt_resize(v, 3, 8);
	vt_pump(v, 200);
	vt_resize(v, 16, 60);
	vt_wait(v, "Alerts");
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_resize(v, 70, 220);
	vt_wait(v, "Pods 142");
	scene_quit(v);
}

static bool is_default(VTermColor c, bool fg)
{
	return fg ? VTERM_COLOR_IS_DEFAULT_FG(&c) : VTERM_COLOR_IS_DEFAULT_BG(&c);
}

/* Cells that are not in the terminal's own colours. */
static int coloured(struct vt *v)
{
	int n = 0;

	for (int r = 0; r < v->rows; r++)
		for (int c = 0; c < v->cols; c++) {
			VTermScreenCell cell = vt_cell(v, r, c);

			n += !is_default(cell.fg, true) || !is_default(cell.bg, false);
		}
	return n;
}

static void test_colours(void **state)
{
	static const char *const none[] = {"NO_COLOR=1", NULL}, *const vt100[] = {
									"TERM=vt100", NULL};
	static const char *const eight[] = {"TERM=xterm", NULL}, *const mono[] = {"--demo",
									 "--theme", "mono", NULL};
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	assert_true(coloured(v) > 100);
	scene_quit(v);
	v = scene_demo(24, 80, none);
	assert_int_equal(coloured(v), 0);
	scene_quit(v);
	v = scene_demo(24, 80, vt100);
	assert_int_equal(coloured(v), 0);
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "q");
	assert_int_equal(vt_end(v), 0);
	vt_free(v);
	v = scene_demo(24, 80, eight);
	assert_true(coloured(v) > 100);
	scene_quit(v);
	v = scene_start(24, 80, mono, NULL);
	vt_wait(v, "17/22");
	assert_int_equal(coloured(v), 0);
	scene_quit(v);
}

/* The row that is turned round from edge to edge of its pane; -1: none. It has no colour but the terminal's two. */
static int selected(struct vt *v)
{
	for (int r = 2; r < v->rows - 1; r++) {
		int n = 0;

		for (int c = 0; c < v->cols; c++)
			n += vt_cell(v, r, c).attrs.reverse;
		if (n < 20)
			continue;
		for (int c = 0; c < v->cols; c++) {
			VTermScreenCell cell = vt_cell(v, r, c);

			assert_true(!cell.attrs.reverse ||
				    (is_default(cell.fg, true) && is_default(cell.bg, false)));
		}
		return r;
	}
	return -1;
}

/* In the default theme what is selected is read on a dark terminal as well as on a light one. */
static void test_selected(void **state)
{
	static const char *const eight[] = {"TERM=xterm", NULL};
	static const struct {
		const char *key, *there;
	} places[] = {
		{"2", "mounted on"}, {"4", "Pods 142"}, {"7", "1-foundation"}};

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct vt *v = scene_demo(24, 80, k ? eight : NULL);
		int row, col;

		for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
			vt_keys(v, places[i].key);
			vt_wait(v, places[i].there);
			if (selected(v) < 0)
				fail_msg("nothing is selected in place %s", places[i].key);
		}
		/* in a pane that has not the keys: nothing under it */
		vt_keys(v, "\r");
		vt_wait(v, "Audit");
		vt_keys(v, "\t");
		for (int tries = VT_WAIT_MS / 50; selected(v) >= 0 && tries > 0; tries--)
			vt_pump(v, 50);
		assert_int_equal(selected(v), -1);
		assert_true(vt_find(v, "Audit", &row, &col));
		assert_true(vt_cell(v, row, col).attrs.underline);
		assert_true(is_default(vt_cell(v, row, col).bg, false));
		scene_quit(v);
	}
}

static bool all_ascii(struct vt *v)
{
	char *all = vt_all(v);
	bool ascii = true;

	for (const unsigned char *p = (const unsigned char *)all; *p; p++)
		ascii = ascii && *p < 0x80;
	free(all);
	return ascii;
}

static void test_ascii(void **state)
{
	static const char *const c[] = {"LC_ALL=C", NULL}, *const ascii[] = {
								   "--demo", "--ascii", NULL};
	static const char *const missing[] = {"LC_ALL=xx_XX.UTF-8", NULL};
	struct vt *v = scene_demo(24, 80, c);

	(void)state;
	assert_true(all_ascii(v));
	vt_keys(v, "?");
	vt_wait(v, "Everywhere");
	assert_true(all_ascii(v));
	vt_keys(v, "\033");
	vt_wait_gone(v, "Everywhere");
	scene_quit(v);
	v = scene_start(24, 80, ascii, NULL);
	vt_wait(v, "17/22");
	assert_true(all_ascii(v));
	scene_quit(v);
	v = scene_demo(24, 80, missing); /* not installed here, but the terminal is UTF-8 */
	assert_true(vt_has(v, "\u250c"));
	scene_quit(v);
}

static void test_other_terminals(void **state)
{
	static const char *const names[] = {
		"linux", "screen", "tmux-256color", "xterm-256color", "rxvt-unicode"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *term = xasprintf("TERM=%s", names[i]);
		const char *env[] = {term, NULL};
		struct vt *v = scene_demo(24, 80, env);

		vt_keys(v, "4");
		vt_wait(v, "Pods 142");
		vt_keys(v, "q");
		assert_int_equal(vt_end(v), 0);
		vt_free(v);
		free(term);
	}
}

static void test_refused_terminals(void **state)
{
	static const char *const demo[] = {"--demo", NULL};
	static const char *const unknown[] = {"TERM=nonsense", NULL};
	struct vt *v = scene_start(24, 80, demo, unknown);

	(void)state;
	vt_wait(v, "\"nonsense\" is not known");
	assert_int_equal(WEXITSTATUS(vt_end(v)), 2);
	vt_assert_restored(v);
	vt_free(v);
}

/* Runs the program with its output in a file; its exit status. */
static int run_piped(const char *arg, const char *arg2, char *out, size_t size)
{
	char *program =
		xasprintf("%s/twistertui", getenv("TOP_BUILDDIR") ? getenv("TOP_BUILDDIR") : ".");
	char *path = xasprintf("%s/out", scene_home());
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), status;
	pid_t pid = fork();
	ssize_t n;

	if (pid == 0) {
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(fd, 1);
		dup2(fd, 2);
		execl(program, program, arg, arg2, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	n = pread(fd, out, size - 1, 0);
	out[n > 0 ? n : 0] = '\0';
	close(fd);
	free(path);
	free(program);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_without_terminal(void **state)
{
	static char out[65536];

	(void)state;
	assert_int_equal(run_piped(NULL, NULL, out, sizeof out), 2);
	assert_non_null(strstr(out, "which host?"));
	assert_int_equal(run_piped("--demo", NULL, out, sizeof out), 2);
	assert_non_null(strstr(out, "needs a terminal"));
	assert_int_equal(run_piped("--demo", "--status", out, sizeof out), 0);
	assert_non_null(strstr(out, "disk.root.percent"));
	assert_int_equal(run_piped("--demo", "--status=json", out, sizeof out), 0);
	assert_non_null(strstr(out, "\"facts\""));
	assert_int_equal(run_piped("--help", NULL, out, sizeof out), 0);
	assert_non_null(strstr(out, "--read-only"));
	assert_int_equal(run_piped("--nonsense", NULL, out, sizeof out), 2);
	assert_int_equal(run_piped("nosuchhost", "--status", out, sizeof out), 3);
	assert_int_equal(run_piped("--list-phases", NULL, out, sizeof out), 0);
	assert_non_null(strstr(out, "1-foundation"));
}

/* True when a journal of the demo ends with this reason. */
static bool journal_says(const char *why)
{
	char *command = xasprintf(
		"grep -rqs '\"why\":\"%s\"' '%s/.local/state/twistertui'", why, scene_home());
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	free(command);
	return status == 0;
}

static void test_ending_signals(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct vt *v = scene_demo(24, 80, NULL);
		char *why = xasprintf("signal %d", signals[i]);
		int status;

		kill(v->pid, signals[i]);
		status = vt_end(v);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		vt_assert_restored(v);
		assert_true(journal_says(why));
		vt_free(v);
		free(why);
	}
}

static void test_crashes(void **state)
{
	static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct vt *v = scene_demo(24, 80, NULL);
		int status;

		kill(v->pid, signals[i]);
		status = vt_end(v);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		vt_assert_restored(v);
		vt_free(v);
	}
}

static void test_keys_that_are_signals_elsewhere(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	vt_keys(v, "\003"); /* Ctrl-C does not quit */
	vt_wait(v, "q does");
	vt_keys(v, "\023"); /* Ctrl-S does not freeze */
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "\032"); /* Ctrl-Z stops */
	vt_wait_stopped(v);
	vt_assert_restored(v);
	kill(v->pid, SIGCONT);
	vt_wait(v, "Pods 142");
	vt_keys(v, "1");
	vt_wait(v, "Alerts");
	kill(v->pid, SIGINT);
	vt_wait(v, "q does");
	scene_quit(v);
}

/* Where nothing can be written down, nothing that changes the server is started, and it is said. */
static void test_no_journal(void **state)
{
	static const char *const nowhere[] = {"XDG_STATE_HOME=/proc/nowhere", NULL};
	static const char *const phase[] = {"--demo=phase-1", "--phase", "1", "--read-only", NULL};
	struct vt *v = scene_demo(24, 80, nowhere);

	(void)state;
	vt_wait(v, "read-only");
	vt_keys(v, "S");
	vt_wait(v, "no sudo here");
	vt_keys(v, "7");
	vt_wait(v, "1-foundation");
	vt_keys(v, "x");
	vt_wait(v, "no journal");
	scene_quit(v);
	v = scene_start(24, 80, phase, NULL); /* begins with the phase that was named */
	vt_wait(v, "Criteria");
	vt_keys(v, "x");
	vt_wait(v, "nothing is changed on the server");
	scene_quit(v);
}

/* Bytes of a character in pieces, bad ones, a paste with everything in it: text or nothing, never a
 * command. */
static void test_bytes(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "/\xc3");
	vt_pump(v, 100);
	vt_keys(v, "\xa9t\xe2\x82");
	vt_pump(v, 100);
	vt_keys(v, "\xac");
	vt_wait(v, "/\u00e9t\u20ac");
	vt_keys(v, "\x7f\x7f\x7f\xff"
		   "a");
	vt_wait(v, "/\ufffd"
		   "a");
	vt_keys(v, "\025");
	vt_keys(v, "\033[200~q\rq\033[31m\002:quit\r\033[201~");
	vt_wait(v, "/q q:quit");
	vt_keys(v, "\033");
	vt_wait_gone(v, "/q q:quit");
	vt_keys(v, "\033[200~qqq\033[201~"); /* pasted where nothing is typed: not a command */
	vt_keys(v, "2");
	vt_wait(v, "What takes the space");
	scene_quit(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_selected),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_other_terminals),
		cmocka_unit_test(test_refused_terminals),
		cmocka_unit_test(test_without_terminal),
		cmocka_unit_test(test_ending_signals),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_keys_that_are_signals_elsewhere),
		cmocka_unit_test(test_no_journal),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
