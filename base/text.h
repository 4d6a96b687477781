/*
 * text: the one place where bytes from outside become text that may be drawn or logged.
 *
 * Text is valid UTF-8 without C0/C1 controls (a tab becomes spaces up to the next multiple of 8), without
 * ESC/CSI/OSC/DCS sequences (the whole sequence goes), DEL, bidi overrides and isolates
 * (U+202A-202E, U+2066-2069, U+200E/F, U+061C), zero-width and other format characters, or
 * lone surrogates. A bad UTF-8 byte becomes U+FFFD. Only text_clean_lines() lets '\n' through.
 * Call it after the last decoding (JSON, octal, base64), never before.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define TEXT_FIELD_MAX 4096 /* bytes: what a field of a model may hold */

/* Appends the text made of n bytes to out, at most max bytes of it ("…" marks the cut). '\n' and
 * '\r' become a space. */
void text_clean(struct buf *out, const void *bytes, size_t n, size_t max);

/* The same with '\n' kept; "\r\n" becomes '\n', and text overwritten by a lone '\r' is dropped as a
 * terminal would ("10%\r20%\n" gives "20%"). */
void text_clean_lines(struct buf *out, const void *bytes, size_t n, size_t max);

/* Owned copies, at most TEXT_FIELD_MAX bytes; NULL in gives "". */
char *text_dup(const char *s);
char *text_dupn(const void *bytes, size_t n);

/* True when text_clean would change nothing. */
bool text_is_clean(const char *s);

/* Columns that s takes on a terminal (wcwidth; needs a UTF-8 locale for wide characters). */
int text_width(const char *s);

/* Bytes of the longest prefix of s that fits in cols columns; *used (may be NULL) gets its width. */
size_t text_prefix(const char *s, int cols, int *used);

/* Bytes of s to skip so that what is left fits in cols columns at its end. */
size_t text_suffix(const char *s, int cols, int *used);

#endif
