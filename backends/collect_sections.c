/* The sections of an answer, and the lines and fields in them. */
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "backends/collect.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"

#define NEEDLE_MAX 160

/* Offset just after "M + NAME\n" of the next section from at on, its name in name; or -1. */
static ssize_t next_header(const char *bytes, size_t len, size_t at, const char *needle, char *name)
{
	size_t n = strlen(needle);

	while (at + n < len) {
		const char *hit = memmem(bytes + at, len - at, needle, n);
		const char *end;
		size_t size;

		if (!hit)
			return -1;
		at = (size_t)(hit - bytes) + n;
		if (hit > bytes && hit[-1] != '\n')
			continue;
		end = memchr(bytes + at, '\n', len - at);
		if (!end)
			return -1;
		size = (size_t)(end - bytes) - at;
		if (size == 0 || size > 32 ||
			strspn(bytes + at, "abcdefghijklmnopqrstuvwxyz0123456789._-") < size)
			continue;
		memcpy(name, bytes + at, size);
		name[size] = 0;
		return end - bytes + 1;
	}
	return -1;
}

/* Exit status written in decimal from at up to end; -1 when it is none. */
static int status_parse(const char *at, const char *end)
{
	int status = 0;

	if (at == end || end - at > 3)
		return -1;
	for (; at < end; at++) {
		if (*at < '0' || *at > '9')
			return -1;
		status = 10 * status + (*at - '0');
	}
	return status;
}

int sections_parse(struct sections *s, const char *bytes, size_t len, const char *mark)
{
	char open[NEEDLE_MAX], close[NEEDLE_MAX];
	ssize_t start;
	size_t at = 0;

	memset(s, 0, sizeof(*s));
	if (!mark || !*mark || strlen(mark) > 128 || len == 0)
		return ERR_FAILED;
	snprintf(open, sizeof(open), "%s + ", mark);
	snprintf(close, sizeof(close), "\n%s = ", mark);
	while (s->count < COLLECT_SECTIONS_MAX &&
		(start = next_header(bytes, len, at, open, s->names[s->count])) >= 0) {
		struct section *section = &s->list[s->count];
		const char *end = memmem(bytes + start, len - (size_t)start, close, strlen(close));
		const char *eol;

		section->name = s->names[s->count++];
		section->bytes = bytes + start;
		section->status = -1;
		section->len = end ? (size_t)(end - section->bytes) : len - (size_t)start;
		eol = end ? memchr(end + 1, '\n', len - (size_t)(end + 1 - bytes)) : NULL;
		if (!eol) {
			s->cut = true;
			break;
		}
		section->status = status_parse(end + strlen(close), eol);
		at = (size_t)(eol + 1 - bytes);
	}
	if (s->count == COLLECT_SECTIONS_MAX)
		s->cut = true;
	return s->count ? 0 : ERR_FAILED;
}

const struct section *sections_find(const struct sections *s, const char *name)
{
	/* The last one of a name: a tool may have been asked again in other words. */
	for (int i = s->count - 1; i >= 0; i--)
		if (strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	return NULL;
}

bool sections_missing(const struct sections *s, const char *name)
{
	const struct section *section = sections_find(s, name);

	return section && section->status == 127;
}

bool section_line(const struct section *s, size_t *at, const char **line, size_t *len)
{
	const char *end;

	if (*at >= s->len)
		return false;
	*line = s->bytes + *at;
	end = memchr(*line, '\n', s->len - *at);
	*len = end ? (size_t)(end - *line) : s->len - *at;
	*at += *len + 1;
	return true;
}

/* "E1121 10:33:24.501488   20511 memcache.go:265] …": what kubectl's libraries log, not what it
 * says. */
static bool is_klog(const char *line, size_t len)
{
	if (len < 6 || !memchr("IWEF", line[0], 4) || line[5] != ' ')
		return false;
	for (int i = 1; i < 5; i++)
		if (line[i] < '0' || line[i] > '9')
			return false;
	return true;
}

char *sections_words(const struct sections *s, const char *name)
{
	char with_err[48];
	const struct section *err;
	const char *line;
	size_t at = 0, len;
	char *words;

	snprintf(with_err, sizeof(with_err), "%s.err", name);
	err = sections_find(s, with_err);
	if (!err)
		return NULL;
	while (section_line(err, &at, &line, &len)) {
		if (len == 0 || is_klog(line, len))
			continue;
		while (len && (*line == ' ' || *line == '\t')) {
			line++;
			len--;
		}
		words = text_dupn(line, len < 400 ? len : 400);
		if (*words)
			return words;
		free(words);
	}
	return NULL;
}

cJSON *section_json(const struct section *s)
{
	return s && s->len ? json_parse(s->bytes, s->len, s->name, NULL) : NULL;
}

/* Always a border, whatever the run of blanks that is asked for. */
static bool is_border(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

int fields_split(const char *line, size_t len, int min, struct field *out, int max)
{
	size_t at = 0;
	int count = 0;

	while (count < max) {
		size_t end;
		int blanks = 0;

		while (at < len && (line[at] == ' ' || is_border(line[at])))
			at++;
		if (at == len)
			break;
		for (end = at; end < len && blanks < min && !is_border(line[end]); end++)
			blanks = line[end] == ' ' ? blanks + 1 : 0;
		out[count].at = line + at;
		out[count].len = end - at;
		while (line[at + out[count].len - 1] == ' ')
			out[count].len--;
		count++;
		at = end;
	}
	return count;
}

double field_number(const struct field *f)
{
	char word[40], *end;
	double number;

	/* strtod would also take "nan", "inf" and "0x1p3". */
	if (f->len == 0 || f->len >= sizeof(word))
		return NAN;
	memcpy(word, f->at, f->len);
	word[f->len] = 0;
	if (strspn(word, "0123456789.-") < f->len)
		return NAN;
	number = strtod(word, &end);
	return *end ? NAN : number;
}

bool field_is(const struct field *f, const char *word)
{
	return strlen(word) == f->len && memcmp(f->at, word, f->len) == 0;
}

void field_copy(const struct field *f, char *out, size_t size)
{
	size_t n = f->len < size ? f->len : size - 1;

	memcpy(out, f->at, n);
	out[n] = 0;
}

void cell_field(struct cell *c, const struct field *f, enum level level)
{
	char raw[TEXT_FIELD_MAX];

	field_copy(f, raw, sizeof(raw));
	cell_text(c, raw, level);
}

void octal_decode(const char *raw, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		if (raw[i] == '\\' && i + 3 < len && raw[i + 1] >= '0' && raw[i + 1] <= '3' &&
			raw[i + 2] >= '0' && raw[i + 2] <= '7' && raw[i + 3] >= '0' &&
			raw[i + 3] <= '7') {
			int byte = (raw[i + 1] - '0') * 64 + (raw[i + 2] - '0') * 8 +
				   (raw[i + 3] - '0');

			/* \000 cannot be in a path; it would end the string. */
			out[n++] = byte ? (char)byte : '?';
			i += 3;
		} else {
			out[n++] = raw[i] ? raw[i] : '?';
		}
	}
	out[n] = 0;
}
