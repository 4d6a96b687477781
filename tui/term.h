/* term: the terminal is ours from enter to leave, and given back however the program ends. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>

struct err;

/*
 * Starts curses on the terminal: raw keys, no flow control, alternate screen, mouse and bracketed
 * paste. Handlers for crashes are set, which restore it first. ERR_USAGE with a line for a person
 * when there is no terminal, or it cannot move its cursor (TERM=dumb).
 */
int term_enter(struct err *e);
void term_leave(void);   /* gives it back; may be called twice */
void term_suspend(void); /* gives it back, stops the process, takes it again when it is continued */
void term_mouse(bool on);
void term_title(const char *text); /* of the window, where the terminal has one; clean text */
void term_bell(void);
/* OSC 52: base64 is given ready made. */
void term_clipboard(const char *base64);

/* Signals come as bytes on this descriptor: the signal's number. SIGWINCH SIGCONT SIGTERM SIGHUP
 * SIGINT SIGQUIT. -1 and errno. */
int term_signals(void);

#endif
