/* keys: one number a key: a character is its code point, the rest stands above Unicode. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stddef.h>

enum {
	K_TAB = 9,
	K_ENTER = 13,
	K_ESC = 27,
	K_BACKSPACE = 127,
	K_UP = 0x110000,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_BTAB,
	K_DELETE,
	K_INSERT,
	K_F1,
	K_F2,
	K_F3,
	K_F4,
	K_F5,
	K_F6,
	K_F7,
	K_F8,
	K_F9,
	K_F10,
	K_F11,
	K_F12,
	K_PASTE, /* bracketed paste: its text comes with it */
	K_MOUSE, /* click or wheel: its place comes with it */
	K_NONE,
};
#define K_CTRL(c) ((c)&0x1f)

#define KEY_NAME_SIZE 16
/* "Enter", "PgUp", "^C", "F1", "j": as it stands on the screen, in its language. Returns out. */
char *key_words(int key, char out[KEY_NAME_SIZE]);
/* The key that n bytes of a name mean, as in the command table (English), or K_NONE. */
int key_parse(const char *name, size_t n);

#endif
