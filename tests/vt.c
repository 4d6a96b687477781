#include "tests/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

static int on_prop(VTermProp prop, VTermValue *value, void *ctx)
{
	struct vt *v = ctx;

	if (prop == VTERM_PROP_ALTSCREEN)
		v->alternate = value->boolean;
	else if (prop == VTERM_PROP_MOUSE)
		v->mouse = value->number;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		v->cursor = value->boolean;
	return 1;
}

static int on_bell(void *ctx)
{
	struct vt *v = ctx;

	v->bells++;
	return 1;
}

/* "ESC ] NUMBER ; TEXT BEL": read by ourselves, libvterm's interface to them changes from one
 * version to the next. */
static void read_osc(struct vt *v, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v->osc_len == 0 && bytes[i] != '\033')
			continue;
		if (v->osc_len == 1 && bytes[i] != ']') {
			v->osc_len = 0;
			continue;
		}
		if (bytes[i] != '\007') {
			if (v->osc_len < sizeof v->osc - 1)
				v->osc[v->osc_len++] = bytes[i];
			continue;
		}
		v->osc[v->osc_len] = '\0';
		if (strncmp(v->osc, "\033]2;", 4) == 0)
			snprintf(v->title, sizeof v->title, "%s", v->osc + 4);
		else if (strncmp(v->osc, "\033]52;c;", 7) == 0)
			snprintf(v->clipboard, sizeof v->clipboard, "%s", v->osc + 7);
		v->osc_len = 0;
	}
}

static struct vt *vt_new(int rows, int cols)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_prop, .bell = on_bell};
	struct vt *v = xcalloc(1, sizeof *v);

	v->rows = rows;
	v->cols = cols;
	v->vterm = vterm_new(rows, cols);
	vterm_set_utf8(v->vterm, 1);
	v->screen = vterm_obtain_screen(v->vterm);
	vterm_screen_enable_altscreen(v->screen, 1);
	vterm_screen_set_callbacks(v->screen, &callbacks, v);
	vterm_screen_reset(v->screen, 1);
	return v;
}

static void put_env(const char *const *env)
{
	for (; env && *env; env++) {
		const char *equals = strchr(*env, '=');
		char *name = equals ? xstrndup(*env, (size_t)(equals - *env)) : xstrdup(*env);

		if (equals)
			setenv(name, equals + 1, 1);
		else
			unsetenv(name);
		free(name);
	}
}

/* The program may not touch the terminal before its modes have been read. */
static void wait_for_parent(const int gate[2])
{
	char byte;

	close(gate[1]);
	while (read(gate[0], &byte, 1) < 0 && errno == EINTR)
		;
}

struct vt *vt_start(int rows, int cols, const char *const *argv, const char *const *env)
{
	struct vt *v = vt_new(rows, cols);
	struct winsize ws = {(unsigned short)rows, (unsigned short)cols, 0, 0};
	int gate[2];

	assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
	v->pid = forkpty(&v->fd, NULL, NULL, &ws);
	assert_true(v->pid >= 0);
	if (v->pid == 0) {
		wait_for_parent(gate);
		put_env(env);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	tcgetattr(v->fd, &v->before);
	close(gate[0]);
	close(gate[1]);
	fcntl(v->fd, F_SETFL, O_NONBLOCK);
	fcntl(v->fd, F_SETFD, FD_CLOEXEC);
	return v;
}

struct vt *vt_fork(int rows, int cols, int (*body)(void *ctx), void *ctx)
{
	struct vt *v = vt_new(rows, cols);
	struct winsize ws = {(unsigned short)rows, (unsigned short)cols, 0, 0};
	int gate[2];

	fflush(NULL);
	assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
	v->pid = forkpty(&v->fd, NULL, NULL, &ws);
	assert_true(v->pid >= 0);
	if (v->pid == 0) {
		wait_for_parent(gate);
		close(gate[0]);
		exit(body(ctx));
	}
	tcgetattr(v->fd, &v->before);
	close(gate[0]);
	close(gate[1]);
	fcntl(v->fd, F_SETFL, O_NONBLOCK);
	fcntl(v->fd, F_SETFD, FD_CLOEXEC);
	return v;
}

void vt_free(struct vt *v)
{
	if (!v->ended) {
		kill(v->pid, SIGKILL);
		waitpid(v->pid, &v->status, 0);
	}
	close(v->fd);
	vterm_free(v->vterm);
	free(v);
}

/* What the terminal answers to questions of the program. */
static void answer(struct vt *v)
{
	char bytes[1024];
	size_t n;

	while ((n = vterm_output_read(v->vterm, bytes, sizeof bytes)) > 0)
		if (write(v->fd, bytes, n) < 0)
			return;
}

/* 1: something came, 0: not in ms, -1: the program has closed the terminal. */
static int take_in(struct vt *v, int ms)
{
	struct pollfd p = {v->fd, POLLIN, 0};
	static char bytes[65536];
	ssize_t n;

	if (v->eof) {
		poll(NULL, 0, ms);
		return -1;
	}
	if (poll(&p, 1, ms) <= 0)
		return 0;
	n = read(v->fd, bytes, sizeof bytes);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0) {
		v->eof = true;
		return -1;
	}
	vterm_input_write(v->vterm, bytes, (size_t)n);
	read_osc(v, bytes, (size_t)n);
	answer(v);
	return 1;
}

void vt_keys(struct vt *v, const char *bytes)
{
	size_t n = strlen(bytes);

	while (n > 0) {
		ssize_t w = write(v->fd, bytes, n);

		if (w < 0 && errno == EAGAIN) {
			take_in(v, 5);
			continue;
		}
		if (w < 0)
			return;
		bytes += w;
		n -= (size_t)w;
	}
}

static void add_cell(struct buf *b, const VTermScreenCell *cell)
{
	if (cell->chars[0] == 0)
		buf_addc(b, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
		uint32_t c = cell->chars[i];

		if (c < 0x80) {
			buf_addc(b, (char)c);
		} else if (c < 0x800) {
			buf_addc(b, (char)(0xc0 | c >> 6));
			buf_addc(b, (char)(0x80 | (c & 63)));
		} else if (c < 0x10000) {
			buf_addc(b, (char)(0xe0 | c >> 12));
			buf_addc(b, (char)(0x80 | (c >> 6 & 63)));
			buf_addc(b, (char)(0x80 | (c & 63)));
		} else {
			buf_addc(b, (char)(0xf0 | c >> 18));
			buf_addc(b, (char)(0x80 | (c >> 12 & 63)));
			buf_addc(b, (char)(0x80 | (c >> 6 & 63)));
			buf_addc(b, (char)(0x80 | (c & 63)));
		}
	}
}

VTermScreenCell vt_cell(struct vt *v, int row, int col)
{
	VTermScreenCell cell;

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(v->screen, (VTermPos){row, col}, &cell);
	return cell;
}

char *vt_row(struct vt *v, int row)
{
	struct buf b;

	buf_init(&b, 0);
	for (int c = 0; c < v->cols; c++) {
		VTermScreenCell cell = vt_cell(v, row, c);

		if (cell.chars[0] == (uint32_t)-1)
			continue; /* the second half of a wide one */
		add_cell(&b, &cell);
	}
	while (b.len > 0 && b.data[b.len - 1] == ' ')
		b.len--;
	buf_addc(&b, '\0');
	return buf_take(&b);
}

char *vt_all(struct vt *v)
{
	struct buf b;

	buf_init(&b, 0);
	for (int r = 0; r < v->rows; r++) {
		char *row = vt_row(v, r);

		buf_addf(&b, "%s\n", row);
		free(row);
	}
	return buf_take(&b);
}

bool vt_find(struct vt *v, const char *text, int *row, int *col)
{
	for (int r = 0; r < v->rows; r++) {
		char *s = vt_row(v, r), *at = strstr(s, text);
		int c = 0;

		if (!at) {
			free(s);
			continue;
		}
		for (size_t bytes = 0; bytes < (size_t)(at - s); c++) {
			VTermScreenCell cell = vt_cell(v, r, c);
			struct buf b;

			if (cell.chars[0] == (uint32_t)-1)
				continue;
			buf_init(&b, 0);
			add_cell(&b, &cell);
			bytes += b.len;
			buf_clear(&b);
		}
		if (row)
			*row = r;
		if (col)
			*col = c;
		free(s);
		return true;
	}
	return false;
}

bool vt_has(struct vt *v, const char *text)
{
	return vt_find(v, text, NULL, NULL);
}

void vt_print(struct vt *v)
{
	char *all = vt_all(v);

	fprintf(stderr, "--- %d x %d%s\n%s---\n", v->cols, v->rows, v->eof ? ", ended" : "", all);
	free(all);
}

/* Whether it stands still until something wakes it: a process that runs may be in the middle of a frame. */
static bool sleeps(pid_t pid)
{
	char path[64], stat[512], *state;
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, stat, sizeof stat - 1) : 0;
	if (fd >= 0)
		close(fd);
	stat[n > 0 ? n : 0] = '\0';
	state = strrchr(stat, ')');
	return !state || (state[2] != 'R' && state[2] != 'D');
}

/*
 * A frame comes row by row, and on a busy machine its last rows long after the first: what is looked at after a wait
 * must be all of it. When the program's own thread sleeps, and nothing of what it wrote is left (in this order), it has
 * painted and waits for what comes next.
 */
static void whole_frame(struct vt *v)
{
	int64_t until = clock_ms() + VT_WAIT_MS;

	while (!v->eof && clock_ms() < until) {
		bool slept = sleeps(v->pid);

		if (take_in(v, slept ? 0 : 1) == 0 && slept)
			return;
	}
}

void vt_pump(struct vt *v, int ms)
{
	int64_t until = clock_ms() + ms;

	for (int64_t left = ms; left > 0; left = until - clock_ms())
		take_in(v, (int)left);
	whole_frame(v);
}

static void wait_for(struct vt *v, const char *text, bool there)
{
	int64_t until = clock_ms() + VT_WAIT_MS;

	for (;;) {
		int64_t left = until - clock_ms();

		if (vt_has(v, text) == there) {
			whole_frame(v);
			if (there || !vt_has(v, text)) /* gone for good, not only until its row was painted */
				return;
		}
		if (left <= 0 || v->eof) {
			vt_print(v);
			fail_msg("%s: \"%s\"", there ? "never came" : "never went", text);
		}
		take_in(v, left > 50 ? 50 : (int)left);
	}
}

void vt_wait(struct vt *v, const char *text)
{
	wait_for(v, text, true);
}

void vt_wait_gone(struct vt *v, const char *text)
{
	wait_for(v, text, false);
}

void vt_resize(struct vt *v, int rows, int cols)
{
	struct winsize ws = {(unsigned short)rows, (unsigned short)cols, 0, 0};

	v->rows = rows;
	v->cols = cols;
	vterm_set_size(v->vterm, rows, cols);
	ioctl(v->fd, TIOCSWINSZ, &ws);
	whole_frame(v); /* the signal has woken it: what stood there before is gone when it sleeps again */
}

/* What the program wrote last is read after its end, too. */
int vt_end(struct vt *v)
{
	int64_t until = clock_ms() + VT_WAIT_MS;

	while (!v->ended) {
		pid_t r = waitpid(v->pid, &v->status, WNOHANG);

		if (r == v->pid) {
			v->ended = true;
			break;
		}
		if (clock_ms() > until) {
			vt_print(v);
			fail_msg("it does not end");
		}
		take_in(v, 20);
	}
	/* Its last bytes may still be on their way through the kernel's workers when it is gone. */
	while (!v->eof && take_in(v, 2000) > 0)
		;
	return v->status;
}

void vt_wait_stopped(struct vt *v)
{
	int64_t until = clock_ms() + VT_WAIT_MS;
	int status;

	while (waitpid(v->pid, &status, WNOHANG | WUNTRACED) != v->pid) {
		assert_true(clock_ms() < until);
		take_in(v, 20);
	}
	assert_true(WIFSTOPPED(status));
	while (take_in(v, 100) > 0)
		;
}

void vt_assert_restored(struct vt *v)
{
	struct termios now;

	assert_int_equal(tcgetattr(v->fd, &now), 0);
	assert_int_equal(now.c_iflag, v->before.c_iflag);
	assert_int_equal(now.c_oflag, v->before.c_oflag);
	assert_int_equal(now.c_cflag, v->before.c_cflag);
	assert_int_equal(now.c_lflag, v->before.c_lflag);
	assert_false(v->alternate);
	assert_true(v->cursor);
}
