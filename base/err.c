#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* A message may quote a server or a file: it is made text here, so that it can always be drawn. */
static void err_put(struct err *e, const char *words)
{
	struct buf clean;

	buf_init(&clean, 0);
	text_clean(&clean, words, strlen(words), sizeof e->text - 1);
	snprintf(e->text, sizeof e->text, "%s", buf_str(&clean));
	buf_clear(&clean);
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	char words[4096]; /* the arguments may point into e->text */
	va_list ap;

	if (!e)
		return code;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	e->code = code;
	err_put(e, words);
	return code;
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	char words[4096];
	va_list ap;
	int n;

	if (!e)
		return;
	va_start(ap, fmt);
	n = vsnprintf(words, sizeof words - sizeof e->text - 2, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	n = (int)strlen(words);
	snprintf(words + n, sizeof words - (size_t)n, ": %s", e->text);
	err_put(e, words);
}

int err_exit_status(int code)
{
	switch (code) {
	case 0:
		return 0;
	case ERR_USAGE:
		return 2;
	case ERR_LINK:
		return 3;
	case ERR_REFUSED:
		return 4;
	default:
		return 1;
	}
}
