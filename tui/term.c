#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/curses.h"
#include "tui/input.h"
#include "tui/terminfo.h"

/*
 * What a crash handler must know to give the terminal back with write() and tcsetattr() alone. The
 * only state in tui/ that is not passed: a signal handler gets no argument.
 */
static struct {
	volatile sig_atomic_t active;
	volatile sig_atomic_t pipe;
	struct termios modes;
	/* leave keypad mode, mouse, paste; show the cursor; leave the alternate screen */
	char bytes[256];
	size_t nbytes;
} crash = {.pipe = -1};

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h" /* presses and wheel, as decimal numbers (SGR) */
#define MOUSE_OFF "\033[?1006l\033[?1002l\033[?1000l"

static void say(const char *bytes)
{
	fputs(bytes, stdout);
	fflush(stdout);
}

static void crash_restore(void)
{
	if (!crash.active)
		return;
	crash.active = 0;
	if (write(STDOUT_FILENO, crash.bytes, crash.nbytes) < 0)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &crash.modes);
}

static void on_crash(int number)
{
	crash_restore();
	signal(number, SIG_DFL);
	raise(number);
}

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;

	if (crash.pipe >= 0 && write(crash.pipe, &byte, 1) < 0)
		byte = 0; /* the pipe is full: there is enough to do already */
	errno = saved;
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigemptyset(&sa.sa_mask);
	sigaction(number, &sa, NULL);
}

int term_signals(void)
{
	static const int wanted[] = {SIGWINCH, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	crash.pipe = fds[1];
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		handle(wanted[i], on_signal);
	handle(SIGPIPE, SIG_IGN);
	return fds[0];
}

static void crash_add(const char *cap)
{
	char *bytes = tigetstr(cap);
	size_t n;

	if (!bytes || bytes == (char *)-1)
		return;
	n = strlen(bytes);
	if (crash.nbytes + n > sizeof crash.bytes)
		return;
	memcpy(crash.bytes + crash.nbytes, bytes, n);
	crash.nbytes += n;
}

static void crash_prepare(void)
{
	static const int deadly[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
	static const char off[] = MOUSE_OFF PASTE_OFF;

	memcpy(crash.bytes, off, sizeof off - 1);
	crash.nbytes = sizeof off - 1;
	crash_add("rmkx");
	crash_add("sgr0");
	crash_add("cnorm");
	crash_add("rmcup");
	for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		handle(deadly[i], on_crash);
	alloc_on_failure(crash_restore);
}

static void modes_set(void)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	curs_set(0);
	leaveok(stdscr, FALSE);
	input_setup();
	term_mouse(true);
	say(PASTE_ON);
}

int term_enter(struct err *e)
{
	const char *term = getenv("TERM");
	SCREEN *screen;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE,
			_("the console needs a terminal; --status works without one"));
	if (!term || *term == '\0' || strcmp(term, "dumb") == 0)
		return err_set(e, ERR_USAGE,
			_("the terminal \"%s\" cannot show a full screen: set TERM, or use "
			  "--status"),
			term ? term : "");
	tcgetattr(STDIN_FILENO, &crash.modes);
	screen = terminfo_known() ? newterm(NULL, stdout, stdin) : NULL;
	if (!screen)
		return err_set(e, ERR_USAGE,
			_("the terminal \"%s\" is not known here: set TERM, or use --status"),
			term);
	if (!tigetstr("cup") || tigetstr("cup") == (char *)-1) {
		endwin();
		return err_set(e, ERR_USAGE,
			_("the terminal \"%s\" cannot show a full screen: set TERM, or use "
			  "--status"),
			term);
	}
	set_term(screen);
	crash_prepare();
	crash.active = 1;
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	modes_set();
	return 0;
}

void term_leave(void)
{
	if (!crash.active)
		return;
	say(PASTE_OFF);
	term_mouse(false);
	endwin();
	crash.active = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &crash.modes);
}

void term_suspend(void)
{
	term_leave();
	raise(SIGSTOP);
	crash.active = 1;
	doupdate();
	modes_set();
	clearok(curscr, TRUE);
}

void term_mouse(bool on)
{
	const char *reports = tigetstr("kmous");

	/* Curses would ask tmux, screen and others for the older report, which ends at column 223. */
	if (reports && reports != (char *)-1)
		say(on ? MOUSE_ON : MOUSE_OFF);
}

static bool has_title(void)
{
	const char *term = getenv("TERM");
	static const char *const known[] = {
		"xterm", "rxvt", "tmux", "screen", "alacritty", "foot", "kitty", "vte"};

	for (size_t i = 0; term && i < sizeof known / sizeof known[0]; i++)
		if (strncmp(term, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

void term_title(const char *text)
{
	if (!has_title())
		return;
	printf("\033]2;%s\007", text);
	fflush(stdout);
}

void term_bell(void)
{
	say("\007");
}

void term_clipboard(const char *base64)
{
	printf("\033]52;c;%s\007", base64);
	fflush(stdout);
}
