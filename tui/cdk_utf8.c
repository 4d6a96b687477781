#include "tui/cdk_utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tui/curses.h"

/* The page must be found from within curses' calls, which get no pointer of ours. One thread draws.
 * */
static struct {
	unsigned code[CDK_UTF8_PAGE];
	int n;
} page;

void cdk_utf8_reset(void)
{
	page.n = 0;
}

int cdk_utf8_code(unsigned code)
{
	if (code < 0x80 && code != '<')
		return (int)code;
	for (int i = 0; i < page.n; i++)
		if (page.code[i] == code)
			return 0x81 + i;
	if (page.n == CDK_UTF8_PAGE)
		return '?';
	page.code[page.n] = code;
	return 0x81 + page.n++;
}

char *cdk_utf8_encode(const char *text)
{
	size_t n = strlen(text);
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < n;) {
		unsigned code;
		int w;

		i += utf8_next(text + i, n - i, &code);
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			code = '?';
		w = code < 0x80 ? 1 : wcwidth((wchar_t)code);
		if (w == 0)
			continue; /* a combining mark has no cell of its own */
		buf_addc(&out, (char)cdk_utf8_code(code));
		if (w == 2)
			buf_addc(&out, (char)CDK_UTF8_SECOND);
	}
	return buf_take(&out);
}

/* Code point of a byte of the page, or 0. */
static unsigned page_code(unsigned byte)
{
	return byte > CDK_UTF8_SECOND && (int)byte - 0x81 < page.n ? page.code[byte - 0x81] : 0;
}

static void add_code(struct buf *b, unsigned c)
{
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

char *cdk_utf8_decode(const char *bytes)
{
	struct buf out;

	buf_init(&out, 0);
	for (const unsigned char *s = (const unsigned char *)bytes; *s; s++) {
		if (*s < 0x80)
			buf_addc(&out, (char)*s);
		else if (page_code(*s))
			add_code(&out, page_code(*s));
	}
	return buf_take(&out);
}

int __real_waddch(WINDOW *w, const chtype ch);
int __wrap_waddch(WINDOW *w, const chtype ch);
int __wrap_mvwaddch(WINDOW *w, int y, int x, const chtype ch);
int __wrap_wrefresh(WINDOW *w);
int __real_wgetch(WINDOW *w);
int __wrap_wgetch(WINDOW *w);

int __wrap_waddch(WINDOW *w, const chtype ch)
{
	unsigned byte = (unsigned)(ch & A_CHARTEXT);
	unsigned code;
	wchar_t wide[2] = {0, 0};
	cchar_t cell;

	if (byte < 0x80 || byte > 0xff || (ch & A_ALTCHARSET))
		return __real_waddch(w, ch);
	if (byte == CDK_UTF8_SECOND)
		return OK; /* the first half has covered it */
	code = page_code(byte);
	wide[0] = code ? (wchar_t)code : L'?';
	if (setcchar(&cell, wide, ch & A_ATTRIBUTES & ~A_COLOR, (short)PAIR_NUMBER(ch), NULL) ==
		ERR)
		return ERR;
	return wadd_wch(w, &cell);
}

int __wrap_mvwaddch(WINDOW *w, int y, int x, const chtype ch)
{
	return wmove(w, y, x) == ERR ? ERR : __wrap_waddch(w, ch);
}

/* CDK flushes whenever it likes; one doupdate() a frame does. */
int __wrap_wrefresh(WINDOW *w)
{
	return wnoutrefresh(w);
}

/* Only input.c's pad is read from: CDK gets its keys from us, and may not wait for one by itself.
 * */
int __wrap_wgetch(WINDOW *w)
{
	return is_pad(w) ? __real_wgetch(w) : ERR;
}
