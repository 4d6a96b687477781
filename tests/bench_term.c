#include "tests/bench_term.h"

#include <dirent.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "base/alloc.h"
#include "tests/bench.h"

struct bench_term {
	pid_t pid;
	int fd, rows, cols;
	VTerm *vt;
	VTermScreen *screen;
	double started;
	char *line; /* one row as UTF-8 */
};

static void child_run(char *const argv[], const char *const env[])
{
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	for (size_t i = 0; env && env[i]; i++)
		putenv(xstrdup(env[i]));
	execvp(argv[0], argv);
	_exit(127);
}

/* What the program asks of the terminal (where is the cursor, which colours) is answered. */
static void answer(const char *bytes, size_t n, void *user)
{
	struct bench_term *t = user;

	if (write(t->fd, bytes, n) < 0)
		return;
}

struct bench_term *bench_term_start(char *const argv[], const char *const env[], int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	struct bench_term *t = xcalloc(1, sizeof *t);

	t->started = bench_ms();
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	if (t->pid < 0) {
		free(t);
		return NULL;
	}
	if (t->pid == 0)
		child_run(argv, env);
	t->rows = rows;
	t->cols = cols;
	t->line = xcalloc((size_t)cols * 6 * 4 + 1, 1);
	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, 1);
	vterm_output_set_callback(t->vt, answer, t);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	return t;
}

void bench_term_stop(struct bench_term *t)
{
	bool gone = false;

	if (!t)
		return;
	kill(t->pid, SIGHUP);
	for (int i = 0; i < 200 && !gone; i++) {
		bench_term_turn(t, 10); /* it may have much to say before it goes */
		gone = waitpid(t->pid, NULL, WNOHANG) == t->pid;
	}
	if (!gone) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	close(t->fd);
	vterm_free(t->vt);
	free(t->line);
	free(t);
}

pid_t bench_term_pid(const struct bench_term *t)
{
	return t->pid;
}

bool bench_term_turn(struct bench_term *t, int ms)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	char bytes[65536];
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return false;
	n = read(t->fd, bytes, sizeof bytes);
	if (n <= 0) {
		if (ms > 0)
			usleep((useconds_t)(ms > 10 ? 10 : ms) * 1000);
		return false;
	}
	vterm_input_write(t->vt, bytes, (size_t)n);
	return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static const char *row_text(struct bench_term *t, int row)
{
	size_t at = 0;

	for (int col = 0; col < t->cols; col++) {
		VTermScreenCell cell;

		if (!vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell))
			continue;
		if (cell.chars[0] == UINT32_MAX) /* second half of a wide one */
			continue;
		if (cell.chars[0] == 0)
			t->line[at++] = ' ';
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			at += put_utf8(t->line + at, cell.chars[i]);
	}
	t->line[at] = '\0';
	return t->line;
}

bool bench_term_row_shows(struct bench_term *t, int row, const char *text)
{
	return strstr(row_text(t, row), text) != NULL;
}

bool bench_term_shows(struct bench_term *t, const char *text)
{
	for (int row = 0; row < t->rows; row++)
		if (bench_term_row_shows(t, row, text))
			return true;
	return false;
}

double bench_term_wait(struct bench_term *t, const char *const texts[], int ms)
{
	double until = bench_ms() + ms, now;
	size_t found = 0;

	for (;;) {
		while (texts[found] && bench_term_shows(t, texts[found]))
			found++;
		now = bench_ms();
		if (!texts[found])
			return now - t->started;
		if (now >= until)
			return -1;
		bench_term_turn(t, (int)(until - now) + 1);
	}
}

void bench_term_settle(struct bench_term *t, int quiet, int ms)
{
	double until = bench_ms() + ms;

	while (bench_ms() < until && bench_term_turn(t, quiet))
		;
}

void bench_term_keys(struct bench_term *t, const char *keys)
{
	if (write(t->fd, keys, strlen(keys)) < 0)
		bench_note("the terminal took no keys");
}

void bench_term_print(struct bench_term *t)
{
	for (int row = 0; row < t->rows; row++)
		fprintf(stderr, "|%s|\n", row_text(t, row));
}

/* --- processes ----------------------------------------------------------------------------------- */

/* A small file of /proc, 0-terminated; false when it is not there. */
static bool read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	fclose(f);
	return n > 0;
}

/* What stands behind the name in /proc/PID/stat: state, parent… */
static bool read_stat(pid_t pid, char *name, size_t size, char *rest, size_t rest_size)
{
	char path[64], text[1024], *open, *end;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (!read_file(path, text, sizeof text))
		return false;
	open = strchr(text, '(');
	end = strrchr(text, ')');
	if (!open || !end)
		return false;
	*end = '\0';
	snprintf(name, size, "%s", open + 1);
	snprintf(rest, rest_size, "%s", end + 2);
	return true;
}

double bench_cpu_ms(pid_t pid)
{
	char name[64], rest[1024];
	unsigned long user, system;

	if (!read_stat(pid, name, sizeof name, rest, sizeof rest) ||
		sscanf(rest, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		return -1;
	return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

double bench_memory_kib(pid_t pid)
{
	char path[64], text[4096], *at;
	unsigned long kib;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	if (!read_file(path, text, sizeof text) || !(at = strstr(text, "\nPss:")) ||
		sscanf(at + 5, "%lu", &kib) != 1)
		return -1;
	return (double)kib;
}

static bool is_below(pid_t pid, pid_t ancestor)
{
	char name[64], rest[1024];
	int parent;

	while (pid > 1 && pid != ancestor) {
		if (!read_stat(pid, name, sizeof name, rest, sizeof rest) ||
			sscanf(rest, "%*c %d", &parent) != 1)
			return false;
		pid = parent;
	}
	return pid == ancestor;
}

pid_t bench_find(const char *name, pid_t ancestor)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t found = -1;

	while (dir && (entry = readdir(dir)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		char its[64], rest[1024];

		if (pid <= found || !read_stat(pid, its, sizeof its, rest, sizeof rest))
			continue;
		if (strcmp(its, name) == 0 && (ancestor == 0 || is_below(pid, ancestor)))
			found = pid;
	}
	if (dir)
		closedir(dir);
	return found;
}
