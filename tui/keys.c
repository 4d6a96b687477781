#include "tui/keys.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/i18n.h"

static const struct {
	int key;
	const char *name;
} names[] = {
	{K_TAB, "Tab"},
	{K_ENTER, N_("Enter")},
	{K_ESC, N_("Esc")},
	{K_BACKSPACE, N_("Backspace")},
	{' ', N_("Space")},
	{K_UP, N_("Up")},
	{K_DOWN, N_("Down")},
	{K_LEFT, N_("Left")},
	{K_RIGHT, N_("Right")},
	{K_HOME, N_("Home")},
	{K_END, N_("End")},
	{K_PGUP, N_("PgUp")},
	{K_PGDN, N_("PgDn")},
	{K_BTAB, N_("S-Tab")},
	{K_DELETE, N_("Del")},
	{K_INSERT, N_("Ins")},
	{K_F1, "F1"},
	{K_F2, "F2"},
	{K_F3, "F3"},
	{K_F4, "F4"},
	{K_F5, "F5"},
	{K_F6, "F6"},
	{K_F7, "F7"},
	{K_F8, "F8"},
	{K_F9, "F9"},
	{K_F10, "F10"},
	{K_F11, "F11"},
	{K_F12, "F12"},
};

char *key_words(int key, char out[KEY_NAME_SIZE])
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].key == key) {
			snprintf(out, KEY_NAME_SIZE, "%s", _(names[i].name));
			return out;
		}
	if (key >= 0 && key < ' ')
		snprintf(out, KEY_NAME_SIZE, "^%c", key + '@');
	else if (key < 0x7f)
		snprintf(out, KEY_NAME_SIZE, "%c", key);
	else
		snprintf(out, KEY_NAME_SIZE, "U+%04X", (unsigned)key);
	return out;
}

int key_parse(const char *name, size_t n)
{
	if (n == 1)
		return (unsigned char)name[0];
	if (n == 2 && name[0] == '^')
		return K_CTRL(name[1]);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0)
			return names[i].key;
	return K_NONE;
}
