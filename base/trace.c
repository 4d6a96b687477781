#include "base/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"

/* Every layer may want to say something; the file is opened before there are threads and never
 * closed. */
static int out = -1;

int trace_open(const char *path, struct err *e)
{
	out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		return err_set(e, ERR_IO, _("cannot write %s: %s"), path, strerror(errno));
	return 0;
}

void trace_say(const char *fmt, ...)
{
	char line[1024];
	int saved = errno, n, more;
	va_list ap;

	if (out < 0)
		return;
	n = snprintf(line, sizeof line, "%lld %d ", (long long)clock_ms(), (int)gettid());
	va_start(ap, fmt);
	more = vsnprintf(line + n, sizeof line - (size_t)n - 1, fmt, ap);
	va_end(ap);
	n += more < 0 ? 0 : more;
	if (n > (int)sizeof line - 2)
		n = (int)sizeof line - 2;
	line[n++] = '\n';
	if (write(out, line, (size_t)n) < 0)
		out = -1;
	errno = saved;
}
