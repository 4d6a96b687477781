/* paragraph: lines wrapped at words. */
#include "tui/screen.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/*
 * Bytes of the next wrapped line of the n bytes at s (no '\n' among them) in w columns; *skip are
 * the blanks between it and the one after.
 */
static size_t wrap(const char *s, size_t n, int w, size_t *skip)
{
	char part[4096];
	size_t have = n < sizeof part - 1 ? n : sizeof part - 1;
	size_t fits, at;

	memcpy(part, s, have);
	part[have] = '\0';
	fits = text_prefix(part, w, NULL);
	*skip = 0;
	if (fits >= n)
		return n;
	if (fits == 0)
		fits = 1;
	at = fits;
	if (s[at] != ' ')
		while (at > 0 && s[at - 1] != ' ')
			at--;
	if (at <= fits / 3) /* one long word: broken where the room ends */
		return fits;
	while (at + *skip < n && s[at + *skip] == ' ')
		++*skip;
	while (at > 0 && s[at - 1] == ' ') {
		at--;
		++*skip;
	}
	return at;
}

static enum role line_role(enum role role, const char *line, size_t n, bool diff)
{
	if (!diff || n == 0)
		return role;
	return line[0] == '+' ? ROLE_ADDED : line[0] == '-' ? ROLE_REMOVED : role;
}

static int paragraph(
	struct screen *s, struct rect r, enum role role, const char *text, int top, bool diff)
{
	int line = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");
		enum role own = line_role(role, text, n, diff);
		size_t done = 0;

		do {
			size_t skip, part = wrap(text + done, n - done, r.w, &skip);

			if (s && line >= top && line < top + r.h)
				screen_putn(s, r.y + line - top, r.x, r.w, own, text + done, part);
			line++;
			done += part + skip;
		} while (done < n);
		text += n + (text[n] == '\n');
	}
	return line;
}

int screen_paragraph(
	struct screen *s, struct rect r, enum role role, const char *text, int top, bool diff)
{
	return r.w > 0 ? paragraph(s, r, role, text, top, diff) : 0;
}

int screen_paragraph_lines(const char *text, int w)
{
	return w > 0 ? paragraph(NULL, (struct rect){0, 0, 0, w}, ROLE_TEXT, text, 0, false) : 0;
}
