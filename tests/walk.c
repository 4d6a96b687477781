#include "tests/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "tests/scratch.h"

#define ENV_MAX 40
#define ARGS_MAX 20

/* The environment of every program we start: "NAME" alone takes one out. */
struct surroundings {
	const char *env[ENV_MAX];
	char *owned[4];
};

static void surround(const struct walk *w, struct surroundings *s, const char *const *more)
{
	static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "DEMO_FAST=1",
		"LANGUAGE", "LANG", "NO_COLOR", "COLORTERM", "SSH_AUTH_SOCK", "XDG_CONFIG_HOME"};
	size_t n = 0;

	s->owned[0] = xasprintf("HOME=%s/home", w->dir);
	s->owned[1] = xasprintf("XDG_STATE_HOME=%s/state", w->dir);
	s->owned[2] = xasprintf("TMPDIR=%s/tmp", w->dir);
	s->owned[3] = NULL;
	for (size_t i = 0; s->owned[i]; i++)
		s->env[n++] = s->owned[i];
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		s->env[n++] = fixed[i];
	for (; more && *more && n < ENV_MAX - 1; more++)
		s->env[n++] = *more;
	s->env[n] = NULL;
}

static void surround_end(struct surroundings *s)
{
	for (size_t i = 0; s->owned[i]; i++)
		free(s->owned[i]);
}

static char *program(void)
{
	const char *top = getenv("TOP_BUILDDIR");

	return xasprintf("%s/twistertui", top ? top : ".");
}

static void arguments(const char **argv, const char *const *under, const char *path,
	const char *first, const char *const *args)
{
	size_t n = 0;

	for (; under && *under && n < ARGS_MAX - 3; under++)
		argv[n++] = *under;
	argv[n++] = path;
	if (first)
		argv[n++] = first;
	for (; args && *args && n < ARGS_MAX - 1; args++)
		argv[n++] = *args;
	argv[n] = NULL;
}

static int walk_open(struct walk *w)
{
	static const char *const below[] = {"home", "state", "tmp"};

	snprintf(w->dir, sizeof(w->dir), "%s/twister-walk-XXXXXX", scratch());
	if (!mkdtemp(w->dir))
		return -1;
	for (size_t i = 0; i < 3; i++) {
		char *path = xasprintf("%s/%s", w->dir, below[i]);
		int r = mkdir(path, 0700);

		free(path);
		if (r != 0)
			return -1;
	}
	return 0;
}

int walk_setup(void **state)
{
	struct walk *w = xcalloc(1, sizeof(*w));

	w->which = "--demo=phase-1";
	w->ready = "17/17";
	*state = w;
	return walk_open(w);
}

/* The one folder in tmp/ that the demo has made. */
bool walk_find_root(struct walk *w)
{
	char *tmp = xasprintf("%s/tmp", w->dir);
	DIR *dir = opendir(tmp);
	struct dirent *entry;

	assert_non_null(dir);
	w->root[0] = '\0';
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, "twistertui-demo", 15) == 0)
			snprintf(w->root, sizeof(w->root), "%s/%.80s", tmp, entry->d_name);
	closedir(dir);
	free(tmp);
	return w->root[0] != '\0';
}

void walk_demo(struct walk *w, int rows, int cols, const char *const *args, const char *const *env)
{
	char *path = program();
	const char *argv[ARGS_MAX];
	struct surroundings s;

	surround(w, &s, env);
	arguments(argv, w->under, path, w->which, args);
	w->v = vt_start(rows, cols, argv, s.env);
	surround_end(&s);
	free(path);
	vt_wait(w->v, w->ready);
	for (int tries = 0; !walk_find_root(w) && tries < VT_WAIT_MS / 50; tries++)
		vt_pump(w->v, 50);
	assert_true(w->root[0] != '\0');
}

void walk_start(struct walk *w, const char *const *env)
{
	walk_demo(w, WALK_ROWS, WALK_COLS, NULL, env);
}

void walk_quit(struct walk *w)
{
	int status;

	vt_keys(w->v, "q");
	status = vt_end(w->v);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	vt_assert_restored(w->v);
	vt_free(w->v);
	w->v = NULL;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* The demo removes its own folder, and ends what runs there. */
void walk_end(struct walk *w)
{
	kill(w->v->pid, SIGTERM);
	vt_end(w->v);
	vt_free(w->v);
	w->v = NULL;
}

int walk_teardown(void **state)
{
	struct walk *w = *state;

	if (w->v && w->traced)
		vt_free(w->v); /* the console ends with its terminal */
	else if (w->v)
		walk_end(w);
	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(w);
	return 0;
}

void walk_root(struct walk *w)
{
	vt_keys(w->v, "S");
	vt_wait(w->v, "the root shell is open");
}

void walk_phase(struct walk *w)
{
	vt_keys(w->v, "7");
	vt_wait(w->v, "1-foundation");
	vt_keys(w->v, ":phase 1" ENTER);
	vt_wait(w->v, "Extend the root volume");
	vt_wait(w->v, "Criteria");
}

void walk_row(struct walk *w, int n)
{
	vt_keys(w->v, "g");
	for (int i = 0; i < n; i++)
		vt_keys(w->v, DOWN);
}

void walk_prepare(struct walk *w, int step)
{
	walk_row(w, step);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Ready: read");
}

void walk_ask_extend(struct walk *w)
{
	walk_prepare(w, 0);
	vt_wait(w->v, "37119");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Type \"150G\"");
}

void walk_confirm_extend(struct walk *w)
{
	walk_ask_extend(w);
	vt_keys(w->v, "150G");
	vt_wait(w->v, "150G ");
	vt_keys(w->v, ENTER);
}

static char *read_all(int fd)
{
	struct buf b;
	char bytes[4096];
	ssize_t n;

	buf_init(&b, 0);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(&b, bytes, (size_t)n);
	return buf_take(&b);
}

static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd >= 0 ? read_all(fd) : xstrdup("");

	if (fd >= 0)
		close(fd);
	return text;
}

/* Runs argv with that environment over ours; both streams into one text. */
static int run(const char *const *argv, const char *const *env, bool bare, char **output)
{
	int ends[2], status;
	char *text;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, 0);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		if (bare)
			clearenv();
		for (; env && *env; env++) {
			if (strchr(*env, '='))
				putenv((char *)(uintptr_t)*env);
			else
				unsetenv(*env);
		}
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	text = read_all(ends[0]);
	close(ends[0]);
	waitpid(pid, &status, 0);
	if (output)
		*output = text;
	else
		free(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int walk_cli(const struct walk *w, const char *const *args, const char *const *env, char **output)
{
	char *path = program();
	const char *argv[ARGS_MAX];
	struct surroundings s;
	int status;

	surround(w, &s, env);
	arguments(argv, NULL, path, NULL, args);
	status = run(argv, s.env, false, output);
	surround_end(&s);
	free(path);
	return status;
}

void walk_put(const struct walk *w, const char *path, const char *text)
{
	char *full = xasprintf("%s/%s", w->root, path);
	FILE *f = fopen(full, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(full);
}

char *walk_get(const struct walk *w, const char *path)
{
	char *full = xasprintf("%s/%s", w->root, path), *text = read_file(full);

	free(full);
	return text;
}

bool walk_there(const struct walk *w, const char *path)
{
	char *full = xasprintf("%s/%s", w->root, path);
	bool there = access(full, F_OK) == 0;

	free(full);
	return there;
}

char *walk_sh(const struct walk *w, const char *command)
{
	char *root = xasprintf("root=%s", w->root), *path = xasprintf("PATH=%s/demo/bin", w->root);
	const char *argv[] = {"/bin/sh", "-c", command, NULL};
	const char *env[] = {
		root, path, "LC_ALL=C", "TZ=UTC0", "DEMO_USER=root", "USER=root", NULL};
	char *text;

	run(argv, env, true, &text);
	free(root);
	free(path);
	return text;
}

char *walk_journal(const struct walk *w, const char *file)
{
	char *top = xasprintf("%s/state/twistertui/demo", w->dir), *full, *text;
	DIR *dir = opendir(top);
	struct dirent *entry;
	char session[256] = "";

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			assert_string_equal(session, "");
			snprintf(session, sizeof(session), "%s", entry->d_name);
		}
	closedir(dir);
	full = xasprintf("%s/%s/%s", top, session, file);
	text = read_file(full);
	free(full);
	free(top);
	return text;
}

static int count(const char *text, const char *const *parts, size_t n)
{
	int found = 0;

	while (*text) {
		size_t len = strcspn(text, "\n"), hits = 0;
		char *line = xstrndup(text, len);

		for (size_t i = 0; i < n; i++)
			hits += strstr(line, parts[i]) != NULL;
		found += hits == n;
		free(line);
		text += len + (text[len] == '\n');
	}
	return found;
}

int walk_records(const struct walk *w, const char *first, ...)
{
	const char *parts[8] = {first};
	char *journal = walk_journal(w, "journal.jsonl");
	size_t n = 1;
	va_list ap;
	int found;

	va_start(ap, first);
	while (n < 8 && (parts[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	found = count(journal, parts, n);
	free(journal);
	return found;
}

void walk_wait_record(const struct walk *w, const char *first, const char *second)
{
	int64_t until = clock_ms() + VT_WAIT_MS;

	while (walk_records(w, first, second, NULL) == 0) {
		if (clock_ms() > until) {
			vt_print(w->v);
			fail_msg("no record with %s and %s", first, second);
		}
		vt_pump(w->v, 50);
	}
}

void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}
