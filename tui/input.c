#include "tui/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/curses.h"
#include "tui/keys.h"

#define CODE_PASTE_BEGIN (KEY_MAX + 1)
#define CODE_PASTE_END (KEY_MAX + 2)
#define CODE_MOUSE (KEY_MAX + 3) /* "BUTTON;COLUMN;ROW" and M (pressed) or m (released) follow */
#define WHEEL_ROWS 3

/* Keys are read through a pad: reading through a window would paint it. Curses keeps it as it keeps
 * stdscr. */
static WINDOW *reader;

/* Terminals that stay in their other mode, whatever they were told. */
static void define_plain_arrows(void)
{
	static const struct {
		const char *bytes;
		int code;
	} plain[] = {
		{"\033[A", KEY_UP},
		{"\033[B", KEY_DOWN},
		{"\033[C", KEY_RIGHT},
		{"\033[D", KEY_LEFT},
		{"\033[H", KEY_HOME},
		{"\033[F", KEY_END},
		{"\033[1~", KEY_HOME},
		{"\033[4~", KEY_END},
	};

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (key_defined(plain[i].bytes) == 0)
			define_key(plain[i].bytes, plain[i].code);
}

void input_setup(void)
{
	if (!reader)
		reader = newpad(1, 1);
	keypad(reader, TRUE);
	nodelay(reader, TRUE);
	set_escdelay(25);
	define_plain_arrows();
	define_key("\033[200~", CODE_PASTE_BEGIN);
	define_key("\033[201~", CODE_PASTE_END);
	define_key("\033[<", CODE_MOUSE);
}

void input_clear(struct input *in)
{
	buf_wipe(&in->paste);
	*in = (struct input){.paste = {.max = PASTE_MAX}};
}

int input_byte(struct input *in, unsigned char byte)
{
	unsigned code;

	if (in->want == 0) {
		if (byte < 0x80)
			return byte;
		in->want = byte > 0xf4    ? 0
			   : byte >= 0xf0 ? 4
			   : byte >= 0xe0 ? 3
			   : byte >= 0xc2 ? 2
					  : 0;
		if (in->want == 0)
			return 0xfffd;
		in->part[0] = byte;
		in->have = 1;
		return -1;
	}
	if ((byte & 0xc0) != 0x80) { /* unfinished: it is lost, this byte begins anew */
		in->want = 0;
		return input_byte(in, byte);
	}
	in->part[in->have++] = byte;
	if (in->have < in->want)
		return -1;
	utf8_next((const char *)in->part, (size_t)in->have, &code);
	in->want = 0;
	return (int)code;
}

static int special_key(int c)
{
	static const struct {
		int curses, key;
	} known[] = {
		{KEY_UP, K_UP},
		{KEY_DOWN, K_DOWN},
		{KEY_LEFT, K_LEFT},
		{KEY_RIGHT, K_RIGHT},
		{KEY_HOME, K_HOME},
		{KEY_END, K_END},
		{KEY_PPAGE, K_PGUP},
		{KEY_NPAGE, K_PGDN},
		{KEY_BTAB, K_BTAB},
		{KEY_DC, K_DELETE},
		{KEY_IC, K_INSERT},
		{KEY_BACKSPACE, K_BACKSPACE},
		{KEY_ENTER, K_ENTER},
		{KEY_FIND, K_HOME},
		{KEY_SELECT, K_END},
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].curses == c)
			return known[i].key;
	if (c >= KEY_F(1) && c <= KEY_F(12))
		return K_F1 + (c - KEY_F(1));
	return K_NONE;
}

/* A press of the left button or a turn of the wheel, without Shift or any other key held; else
 * false. */
static bool mouse_report(const char *report, struct key *out)
{
	char *end;
	long button = strtol(report, &end, 10), x, y;

	if (*end != ';')
		return false;
	x = strtol(end + 1, &end, 10);
	if (*end != ';')
		return false;
	y = strtol(end + 1, &end, 10);
	if (*end || x < 1 || y < 1 || x > 32767 || y > 32767)
		return false;
	out->code = K_MOUSE;
	out->y = (int)y - 1;
	out->x = (int)x - 1;
	out->delta = button == 64 ? -WHEEL_ROWS : button == 65 ? WHEEL_ROWS : 0;
	return out->delta != 0 || button == 0;
}

/* One more byte of a report. True: it ends one that means something. */
static bool mouse_byte(struct input *in, int c, struct key *out)
{
	if (((c >= '0' && c <= '9') || c == ';') && in->nmouse < sizeof in->mouse - 1) {
		in->mouse[in->nmouse++] = (char)c;
		return false;
	}
	in->mousing = false;
	in->mouse[in->nmouse] = '\0';
	return c == 'M' && mouse_report(in->mouse, out);
}

static bool paste_end(struct input *in, struct key *out)
{
	struct buf text;

	buf_init(&text, 0);
	text_clean(&text, buf_str(&in->paste), in->paste.len, PASTE_MAX);
	buf_wipe(&in->paste);
	in->pasting = false;
	out->code = K_PASTE;
	out->text = buf_take(&text);
	return true;
}

static bool text_key(struct input *in, int c, struct key *out)
{
	int code = input_byte(in, (unsigned char)c);

	if (code < 0)
		return false;
	out->code = code == '\n' ? K_ENTER : code == 8 ? K_BACKSPACE : code;
	return true;
}

bool input_next(struct input *in, struct key *out)
{
	int c;

	*out = (struct key){.code = K_NONE};
	while ((c = wgetch(reader)) != ERR) {
		if (c == CODE_PASTE_BEGIN) {
			in->pasting = true;
			buf_reset(&in->paste);
		} else if (c == CODE_PASTE_END && in->pasting) {
			return paste_end(in, out);
		} else if (in->pasting) {
			if (c < 256)
				buf_addc(&in->paste, (char)c);
		} else if (c == CODE_MOUSE) {
			in->mousing = true;
			in->nmouse = 0;
		} else if (in->mousing) {
			if (mouse_byte(in, c, out))
				return true;
		} else if (c > 255) {
			out->code = special_key(c);
			if (out->code != K_NONE)
				return true;
		} else if (text_key(in, c, out)) {
			return true;
		}
	}
	return false;
}

void input_flush(struct input *in)
{
	struct key key;

	while (input_next(in, &key)) {
		if (key.text)
			free(key.text);
	}
	flushinp();
}
