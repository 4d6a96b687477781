/* vt: a program on a terminal of ours: keys in, screen out. Waits for what it looks for; a wait
 * that is in vain fails the test and prints the screen. */
#ifndef TESTS_VT_H
#define TESTS_VT_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#define VT_WAIT_MS 60000 /* when to give up, on a machine that is busy with other things */

struct vt {
	VTerm *vterm;
	VTermScreen *screen;
	int fd, rows, cols;
	pid_t pid;
	bool eof, alternate, cursor;
	int mouse;             /* VTERM_PROP_MOUSE_…: what it is told of the mouse; 0: nothing */
	char title[256];      /* of the window, as set last */
	char clipboard[4096]; /* what came by OSC 52, still base64 */
	char osc[4096];       /* one that is being read */
	size_t osc_len;
	unsigned bells;
	struct termios before; /* as the program found it */
	bool ended;
	int status; /* as from waitpid */
};

/* argv[0] is a path; env: NULL-terminated "NAME=value", put over ours ("NAME" alone: taken out). */
struct vt *vt_start(int rows, int cols, const char *const *argv, const char *const *env);
/* A child of ours that runs body on the terminal and exits with what it returns. */
struct vt *vt_fork(int rows, int cols, int (*body)(void *ctx), void *ctx);
/* Ends it with SIGKILL if it still runs; frees. */
void vt_free(struct vt *v);

void vt_keys(struct vt *v, const char *bytes);
/* Until text stands on the screen (is gone from it); the frame that brought that has then come whole. */
void vt_wait(struct vt *v, const char *text);
void vt_wait_gone(struct vt *v, const char *text);
/* Takes in what comes for ms milliseconds, and until the program sleeps. For "nothing happens" only, after something
 * was waited for. */
void vt_pump(struct vt *v, int ms);
void vt_resize(struct vt *v, int rows, int cols);
/* Waits for the end; returns waitpid's status. */
int vt_end(struct vt *v);
/* As vt_end, but for being stopped (Ctrl-Z). */
void vt_wait_stopped(struct vt *v);

bool vt_has(struct vt *v, const char *text);
bool vt_find(struct vt *v, const char *text, int *row, int *col);
char *vt_row(struct vt *v, int row); /* owned UTF-8, blanks at the end cut */
char *vt_all(struct vt *v);          /* all rows, a '\n' after each; owned */
VTermScreenCell vt_cell(struct vt *v, int row, int col);
/* The terminal's modes are what the program found. */
void vt_assert_restored(struct vt *v);
void vt_print(struct vt *v);

#endif
