/* input: bytes of the terminal as keys. Bytes of a character may come in any pieces. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct input {
	unsigned char part[4]; /* of an unfinished UTF-8 character */
	int have, want;
	bool pasting;
	struct buf paste;
	bool mousing; /* a mouse report is being read */
	char mouse[24];
	size_t nmouse;
};

struct key {
	int code;   /* keys.h */
	int y, x;   /* K_MOUSE */
	int delta;  /* K_MOUSE: rows of the wheel; 0: a click */
	char *text; /* K_PASTE: clean text, owned by the caller */
};

#define PASTE_MAX ((size_t)64 << 10)

void input_setup(void); /* once curses has started: the window that keys are read from */
void input_clear(struct input *in);
/* The next key; false: none is waiting. */
bool input_next(struct input *in, struct key *out);
/* Drops whatever was typed and not read yet. */
void input_flush(struct input *in);
/* One byte of text: the code point it ends, or -1: more to come. A bad byte gives U+FFFD. */
int input_byte(struct input *in, unsigned char byte);

#endif
