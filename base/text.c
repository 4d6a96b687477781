#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/buf.h"

#define ELLIPSIS "\xe2\x80\xa6"    /* U+2026 */
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define MARKS_MAX 3                /* combining marks on one character: a curses cell holds five characters */
#define TAB 8

/*
 * Reads one character of strict UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF) from
 * the n > 0 bytes at p. Returns its bytes, or 0 when p[0] does not begin one.
 */
static size_t utf8_decode(const unsigned char *p, size_t n, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len;
	uint32_t c;

	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
		c = p[0] & 0x1f;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		c = p[0] & 0x0f;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		c = p[0] & 0x07;
	} else {
		return 0;
	}
	if (n < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return len;
}

/*
 * Characters that are not seen but change how others are: bidi marks, overrides and isolates,
 * zero-width ones, fillers, variation selectors, tags. (Unicode's Default_Ignorable_Code_Point and Cf.)
 */
static bool is_invisible(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x0600, 0x0605}, {0x061c, 0x061c},
		{0x06dd, 0x06dd}, {0x070f, 0x070f}, {0x08e2, 0x08e2}, {0x115f, 0x1160},
		{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e},
		{0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
		{0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
		{0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
	};
	size_t low = 0, high = sizeof ranges / sizeof ranges[0];

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c > ranges[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < sizeof ranges / sizeof ranges[0] && c >= ranges[low].first;
}

/* What the cleaner knows between two characters. */
struct cleaner {
	struct buf *out;
	size_t start; /* out->len when it began */
	size_t max;   /* bytes that may be added */
	size_t line;  /* out->len where the present line began */
	int column;   /* of the present line, for tabs */
	int marks;    /* combining marks since the last base; -1: no base yet on this line */
	bool lines;   /* keep '\n' */
	bool returned; /* a '\r' waits: what comes next overwrites the line */
	bool full;
};

/* Adds the mark of the cut, giving up whole characters for it. */
static void cleaner_cut(struct cleaner *c)
{
	size_t mark = strlen(ELLIPSIS);
	size_t len = c->out->len;

	c->full = true;
	if (c->max < mark)
		return;
	if (len - c->start > c->max - mark) {
		len = c->start + c->max - mark;
		while (len > c->start && (c->out->data[len] & 0xc0) == 0x80)
			len--;
		c->out->len = len;
	}
	buf_add(c->out, ELLIPSIS, mark);
}

/* All that becomes text passes here, whole characters at a time (a run of ASCII may be cut inside). */
static void cleaner_put(struct cleaner *c, const void *bytes, size_t n)
{
	size_t room = c->max - (c->out->len - c->start);

	if (c->returned) {
		room += c->out->len - c->line;
		c->out->len = c->line;
		c->returned = false;
		c->column = 0;
	}
	if (n <= room) {
		buf_add(c->out, bytes, n);
		return;
	}
	if (*(const unsigned char *)bytes < 0x80)
		buf_add(c->out, bytes, room);
	cleaner_cut(c);
}

static void cleaner_newline(struct cleaner *c)
{
	c->returned = false;
	cleaner_put(c, "\n", 1);
	c->line = c->out->len;
	c->column = 0;
	c->marks = -1;
}

static void cleaner_tab(struct cleaner *c)
{
	static const char spaces[TAB + 1] = "        ";
	int column = c->returned ? 0 : c->column;
	int n = TAB - column % TAB;

	cleaner_put(c, spaces, (size_t)n);
	c->column = column + n;
	c->marks = 0;
}

static void cleaner_space(struct cleaner *c)
{
	cleaner_put(c, " ", 1);
	c->column++;
	c->marks = 0;
}

/* A character above ASCII that is not a control. */
static void cleaner_character(struct cleaner *c, const unsigned char *bytes, size_t n, uint32_t code)
{
	int width = wcwidth((wchar_t)code);

	if (is_invisible(code))
		return;
	if (code == 0x2028 || code == 0x2029) { /* line and paragraph separator */
		bytes = (const unsigned char *)" ";
		n = 1;
		width = 1;
	} else if (width < 0 && MB_CUR_MAX > 1) { /* not a character that this system can draw */
		bytes = (const unsigned char *)REPLACEMENT;
		n = strlen(REPLACEMENT);
		width = 1;
	}
	if (width == 0) {
		/* A mark without a base would sit on what is drawn before the text. */
		if (c->marks < 0 || c->returned || c->marks == MARKS_MAX)
			return;
		c->marks++;
	} else {
		c->marks = 0;
	}
	cleaner_put(c, bytes, n);
	c->column += width < 0 ? 1 : width;
}

/* Bytes of the C1 control at p when it is written as UTF-8 (0xc2 0x80..0x9f) and is `low` (its last
 * byte), else 0. */
static size_t is_c1(const unsigned char *p, const unsigned char *end, unsigned char low)
{
	return end - p >= 2 && p[0] == 0xc2 && p[1] == low ? 2 : 0;
}

/* After CSI: parameters, intermediates, one final byte. Anything else ends it and is not taken. */
static const unsigned char *skip_csi(const unsigned char *p, const unsigned char *end)
{
	while (p < end && *p >= 0x30 && *p <= 0x3f)
		p++;
	while (p < end && *p >= 0x20 && *p <= 0x2f)
		p++;
	return p < end && *p >= 0x40 && *p <= 0x7e ? p + 1 : p;
}

/* After OSC, DCS, SOS, PM or APC: up to ST, BEL or CAN; but never past the end of the line, so that one
 * without an end hides no more than its own line. */
static const unsigned char *skip_string(const unsigned char *p, const unsigned char *end)
{
	for (; p < end; p++) {
		if (*p == '\a' || *p == 0x18 || *p == 0x1a)
			return p + 1;
		if (*p == '\n' || *p == '\r')
			return p;
		if (*p == 0x1b)
			return end - p >= 2 && p[1] == '\\' ? p + 2 : p;
		if (is_c1(p, end, 0x9c))
			return p + 2;
	}
	return p;
}

/* From ESC to behind its sequence. */
static const unsigned char *skip_escape(const unsigned char *p, const unsigned char *end)
{
	p++;
	if (p == end)
		return p;
	switch (*p) {
	case '[':
		return skip_csi(p + 1, end);
	case ']': /* OSC */
	case 'P': /* DCS */
	case 'X': /* SOS */
	case '^': /* PM */
	case '_': /* APC */
		return skip_string(p + 1, end);
	default:
		while (p < end && *p >= 0x20 && *p <= 0x2f)
			p++;
		return p < end && *p >= 0x30 && *p <= 0x7e ? p + 1 : p;
	}
}

/* From a C1 control written as UTF-8 to behind its sequence. */
static const unsigned char *skip_c1(const unsigned char *p, const unsigned char *end)
{
	switch (p[1]) {
	case 0x9b:
		return skip_csi(p + 2, end);
	case 0x90:
	case 0x98:
	case 0x9d:
	case 0x9e:
	case 0x9f:
		return skip_string(p + 2, end);
	default:
		return p + 2;
	}
}

/* Behind the run of printable ASCII that begins at p. */
static const unsigned char *ascii_end(const unsigned char *p, const unsigned char *end)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;

	/* Eight at once: a byte has its top bit set here when it is >= 0x80, 0x7f, or below 0x20. */
	for (; end - p >= 8; p += 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		if (((w | (w + ones)) & tops) || ((w - ones * 0x20) & ~w & tops))
			break;
	}
	while (p < end && *p >= 0x20 && *p < 0x7f)
		p++;
	return p;
}

/* A control character of C0, or DEL. */
static const unsigned char *clean_control(
	struct cleaner *c, const unsigned char *p, const unsigned char *end)
{
	switch (*p) {
	case 0x1b:
		return skip_escape(p, end);
	case '\t':
		cleaner_tab(c);
		return p + 1;
	case '\r':
		if (!c->lines && !(end - p >= 2 && p[1] == '\n'))
			cleaner_space(c);
		c->returned = c->lines;
		return p + 1;
	case '\n':
		if (c->lines)
			cleaner_newline(c);
		else
			cleaner_space(c);
		return p + 1;
	default:
		return p + 1;
	}
}

static void clean(struct buf *out, const void *bytes, size_t n, size_t max, bool lines)
{
	const unsigned char *p = bytes, *end = p + n;
	size_t room = (out->max ? out->max : BUF_DEFAULT_MAX) - out->len;
	struct cleaner c = {.out = out, .start = out->len, .line = out->len, .marks = -1, .lines = lines};

	c.max = max < room ? max : room;

	while (p < end && !c.full) {
		const unsigned char *run = ascii_end(p, end);
		uint32_t code;
		size_t len;

		if (run > p) {
			size_t width = (size_t)(run - p);

			cleaner_put(&c, p, width);
			c.column = (int)((c.column + width) % TAB);
			c.marks = 0;
			p = run;
		} else if (*p < 0x80) {
			p = clean_control(&c, p, end);
		} else if ((len = utf8_decode(p, (size_t)(end - p), &code)) == 0) {
			cleaner_put(&c, REPLACEMENT, strlen(REPLACEMENT));
			c.column++;
			c.marks = 0;
			p++;
		} else if (code < 0xa0) {
			p = skip_c1(p, end);
		} else {
			cleaner_character(&c, p, len, code);
			p += len;
		}
	}
	if (c.full && room < max)
		out->cut = true;
	if (out->data)
		out->data[out->len] = '\0';
}

void text_clean(struct buf *out, const void *bytes, size_t n, size_t max)
{
	clean(out, bytes, n, max, false);
}

void text_clean_lines(struct buf *out, const void *bytes, size_t n, size_t max)
{
	clean(out, bytes, n, max, true);
}

char *text_dupn(const void *bytes, size_t n)
{
	struct buf b;

	buf_init(&b, 0);
	text_clean(&b, bytes, n, TEXT_FIELD_MAX);
	return buf_take(&b);
}

char *text_dup(const char *s)
{
	return text_dupn(s ? s : "", s ? strlen(s) : 0);
}

bool text_is_clean(const char *s)
{
	size_t n = strlen(s);
	const unsigned char *p = (const unsigned char *)s;
	struct buf b;
	bool same;

	if (ascii_end(p, p + n) == p + n)
		return true;
	buf_init(&b, n);
	text_clean(&b, s, n, n);
	same = b.len == n && memcmp(buf_str(&b), s, n) == 0;
	buf_clear(&b);
	return same;
}

/* One character of clean text: its bytes, and its columns in *width. A byte that is none counts one. */
static size_t next_character(const char *s, size_t n, int *width)
{
	uint32_t code;
	size_t len = utf8_decode((const unsigned char *)s, n, &code);

	*width = 1;
	if (len <= 1)
		return 1;
	*width = wcwidth((wchar_t)code);
	if (*width < 0)
		*width = 1;
	return len;
}

int text_width(const char *s)
{
	int width;

	text_prefix(s, INT32_MAX, &width);
	return width;
}

size_t text_prefix(const char *s, int cols, int *used)
{
	size_t n = strlen(s), at = 0;
	int sum = 0;

	while (at < n) {
		int width;
		size_t len = next_character(s + at, n - at, &width);

		if (width > cols - sum)
			break;
		sum += width;
		at += len;
	}
	if (used)
		*used = sum;
	return at;
}

size_t text_suffix(const char *s, int cols, int *used)
{
	size_t n = strlen(s), at = 0;
	int left = text_width(s);

	while (at < n) {
		int width;
		size_t len = next_character(s + at, n - at, &width);

		/* Marks of a character that is gone go with it. */
		if (left <= cols && (width > 0 || at == 0))
			break;
		left -= width;
		at += len;
	}
	if (used)
		*used = left;
	return at;
}
