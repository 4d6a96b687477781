/* quote: words for a remote sh. */
#include "backends/server.h"
#include "base/buf.h"

char *shell_quote(const char *s)
{
	struct buf b;

	buf_init(&b, 0);
	buf_addc(&b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(&b, "'\\''");
		else
			buf_addc(&b, *s);
	}
	buf_addc(&b, '\'');
	return buf_take(&b);
}
