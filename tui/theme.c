#include "tui/theme.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

#define THEME_FILE_MAX ((size_t)64 << 10)

struct theme {
	struct style styles[ROLE_COUNT];
};

/* Names as in theme files, and the look without any theme or colour. */
static const struct {
	const char *name;
	unsigned mono;
} roles[ROLE_COUNT] = {
	[ROLE_TEXT] = {"text", 0},
	[ROLE_DIM] = {"dim", THEME_ATTR_DIM},
	[ROLE_STRONG] = {"strong", THEME_ATTR_BOLD},
	[ROLE_TITLE] = {"title", 0},
	[ROLE_TITLE_FOCUS] = {"title-focus", THEME_ATTR_BOLD},
	[ROLE_BORDER] = {"border", THEME_ATTR_DIM},
	[ROLE_BORDER_FOCUS] = {"border-focus", THEME_ATTR_BOLD},
	[ROLE_HEADER] = {"header", THEME_ATTR_UNDERLINE},
	[ROLE_TOP] = {"top", THEME_ATTR_REVERSE},
	[ROLE_TOP_STRONG] = {"top-strong", THEME_ATTR_REVERSE | THEME_ATTR_BOLD},
	[ROLE_TOP_DIM] = {"top-dim", THEME_ATTR_REVERSE},
	[ROLE_TAB] = {"tab", 0},
	[ROLE_TAB_HERE] = {"tab-here", THEME_ATTR_BOLD | THEME_ATTR_UNDERLINE},
	[ROLE_BOTTOM] = {"bottom", 0},
	[ROLE_KEY] = {"key", THEME_ATTR_BOLD},
	[ROLE_OK] = {"ok", 0},
	[ROLE_WARN] = {"warn", THEME_ATTR_BOLD},
	[ROLE_BAD] = {"bad", THEME_ATTR_BOLD | THEME_ATTR_REVERSE},
	[ROLE_UNKNOWN] = {"unknown", THEME_ATTR_DIM},
	[ROLE_STALE] = {"stale", THEME_ATTR_DIM},
	[ROLE_RUNNING] = {"running", THEME_ATTR_BOLD},
	[ROLE_ACCENT] = {"accent", THEME_ATTR_BOLD},
	[ROLE_BAR] = {"bar", 0},
	[ROLE_BAR_WARN] = {"bar-warn", THEME_ATTR_BOLD},
	[ROLE_BAR_BAD] = {"bar-bad", THEME_ATTR_BOLD},
	[ROLE_BAR_EMPTY] = {"bar-empty", THEME_ATTR_DIM},
	[ROLE_SPARK] = {"spark", 0},
	[ROLE_MATCH] = {"match", THEME_ATTR_REVERSE},
	[ROLE_ADDED] = {"added", THEME_ATTR_BOLD},
	[ROLE_REMOVED] = {"removed", THEME_ATTR_UNDERLINE},
	[ROLE_BANNER] = {"banner", THEME_ATTR_REVERSE | THEME_ATTR_BOLD},
	[ROLE_SAY] = {"say", THEME_ATTR_BOLD},
	[ROLE_SAY_BAD] = {"say-bad", THEME_ATTR_REVERSE | THEME_ATTR_BOLD},
	[ROLE_DIALOG] = {"dialog", 0},
	[ROLE_DIALOG_BORDER] = {"dialog-border", THEME_ATTR_BOLD},
	[ROLE_DIALOG_TITLE] = {"dialog-title", THEME_ATTR_BOLD},
	[ROLE_BUTTON] = {"button", 0},
	[ROLE_BUTTON_FOCUS] = {"button-focus", THEME_ATTR_REVERSE | THEME_ATTR_BOLD},
	[ROLE_ENTRY] = {"entry", THEME_ATTR_UNDERLINE},
	[ROLE_CURSOR] = {"cursor", THEME_ATTR_REVERSE},
	[ROLE_CURSOR_AWAY] = {"cursor-away", THEME_ATTR_UNDERLINE},
};

static const char *const colour_names[] = {
	"black",
	"red",
	"green",
	"yellow",
	"blue",
	"magenta",
	"cyan",
	"white",
};

const char *role_name(enum role r)
{
	return roles[r].name;
}

static bool hex_colour(const char *word, struct colour *out)
{
	if (word[0] != '#' || strlen(word) != 7)
		return false;
	for (int i = 1; i < 7; i++)
		if (!isxdigit((unsigned char)word[i]))
			return false;
	*out = (struct colour){COLOUR_RGB, (unsigned)strtoul(word + 1, NULL, 16)};
	return true;
}

static bool named_colour(const char *word, struct colour *out)
{
	unsigned bright = 0;

	if (strcmp(word, "default") == 0) {
		*out = (struct colour){COLOUR_DEFAULT, 0};
		return true;
	}
	if (strncmp(word, "bright-", 7) == 0) {
		bright = 8;
		word += 7;
	}
	for (unsigned i = 0; i < 8; i++)
		if (strcmp(word, colour_names[i]) == 0) {
			*out = (struct colour){COLOUR_INDEX, bright + i};
			return true;
		}
	return false;
}

static bool numbered_colour(const char *word, struct colour *out)
{
	size_t n = strlen(word);

	if (n == 0 || n > 3 || strspn(word, "0123456789") != n || strtoul(word, NULL, 10) > 255)
		return false;
	*out = (struct colour){COLOUR_INDEX, (unsigned)strtoul(word, NULL, 10)};
	return true;
}

static bool colour_parse(const char *word, struct colour *out)
{
	return hex_colour(word, out) || named_colour(word, out) || numbered_colour(word, out);
}

/* "A" or "A/B"; without B, few colours show the nearest to A. */
static bool colours_parse(char *word, struct colour *many, struct colour *few)
{
	char *slash = strchr(word, '/');

	if (slash)
		*slash = '\0';
	if (!colour_parse(word, many))
		return false;
	*few = *many;
	return !slash || colour_parse(slash + 1, few);
}

static unsigned attr_parse(const char *word)
{
	static const struct {
		const char *name;
		unsigned attr;
	} attrs[] = {
		{"bold", THEME_ATTR_BOLD},
		{"dim", THEME_ATTR_DIM},
		{"underline", THEME_ATTR_UNDERLINE},
		{"reverse", THEME_ATTR_REVERSE},
		{"italic", THEME_ATTR_ITALIC},
	};

	for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++)
		if (strcmp(word, attrs[i].name) == 0)
			return attrs[i].attr;
	return 0;
}

/* Where a message is about. */
struct line {
	const char *file;
	int number;
	struct err *e;
};

static int line_error(const struct line *l, const char *what, const char *word)
{
	char *clean = text_dup(word);

	err_set(l->e, ERR_USAGE, "%s:%d: %s \"%s\"", l->file, l->number, what, clean);
	free(clean);
	return ERR_USAGE;
}

static int attrs_parse(char *words, unsigned *out, const struct line *l)
{
	char *save = NULL;

	*out = 0;
	for (char *w = strtok_r(words, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		unsigned attr = attr_parse(w);

		if (!attr)
			return line_error(l, _("no such attribute:"), w);
		*out |= attr;
	}
	return 0;
}

/* FG BG [ATTR…] ; [MONO ATTR…] */
static int style_parse(char *value, struct style *s, const struct line *l)
{
	char *mono = strchr(value, ';');
	char *save = NULL, *fg, *bg, *rest;
	char none[1] = "";

	if (mono)
		*mono++ = '\0';
	fg = strtok_r(value, " \t", &save);
	bg = strtok_r(NULL, " \t", &save);
	rest = strtok_r(NULL, "", &save);
	if (!fg || !bg)
		return line_error(l, _("two colours are wanted after"), "=");
	if (!colours_parse(fg, &s->fg, &s->fg_few))
		return line_error(l, _("no such colour:"), fg);
	if (!colours_parse(bg, &s->bg, &s->bg_few))
		return line_error(l, _("no such colour:"), bg);
	if (attrs_parse(rest ? rest : none, &s->attrs, l) != 0)
		return ERR_USAGE;
	return mono ? attrs_parse(mono, &s->mono, l) : 0;
}

static char *trimmed(char *s)
{
	char *end;

	s += strspn(s, " \t\r");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

/* A "#" begins a comment where no hex digit follows: "#a0b0c0" is a colour. */
static void comment_cut(char *s)
{
	for (; *s; s++)
		if (*s == '#' && !isxdigit((unsigned char)s[1])) {
			*s = '\0';
			return;
		}
}

static int line_parse(struct theme *t, char *s, const struct line *l)
{
	char *equals, *name;

	comment_cut(s);
	s = trimmed(s);
	if (*s == '\0')
		return 0;
	equals = strchr(s, '=');
	if (!equals)
		return line_error(l, _("\"role = foreground background\" is wanted, not"), s);
	*equals = '\0';
	name = trimmed(s);
	for (int r = 0; r < ROLE_COUNT; r++)
		if (strcmp(name, roles[r].name) == 0)
			return style_parse(trimmed(equals + 1), &t->styles[r], l);
	return line_error(l, _("no such role:"), name);
}

int theme_parse(const char *text, const char *file, struct theme **out, struct err *e)
{
	struct theme *t = xcalloc(1, sizeof *t);
	char *copy = xstrdup(text), *at = copy, *s;
	struct line l = {file, 0, e};
	int r = 0;

	*out = NULL;
	for (int i = 0; i < ROLE_COUNT; i++)
		t->styles[i].mono = roles[i].mono;
	while (r == 0 && (s = strsep(&at, "\n"))) {
		l.number++;
		r = line_parse(t, s, &l);
	}
	free(copy);
	if (r == 0)
		*out = t;
	else
		theme_free(t);
	return r;
}

static char *theme_path(const char *name, const char *datadir)
{
	char *config = data_config_dir();
	char *path = xasprintf("%s/themes/%s.theme", config, name);
	struct stat st;

	free(config);
	if (stat(path, &st) == 0)
		return path;
	free(path);
	return xasprintf("%s/themes/%s.theme", datadir, name);
}

int theme_load(const char *name, const char *datadir, struct theme **out, struct err *e)
{
	char *path = NULL, *bytes = NULL;
	size_t n;
	int r;

	*out = NULL;
	if (*name == '\0' || *name == '.' || strchr(name, '/') || !text_is_clean(name))
		return err_set(e, ERR_USAGE,
			_("a theme's name has no \"/\" and does not begin with \".\""));
	path = theme_path(name, datadir);
	r = data_safe(path, e);
	if (r != 0)
		goto out;
	bytes = data_read(path, THEME_FILE_MAX, &n, e);
	r = bytes ? theme_parse(bytes, path, out, e) : ERR_IO;
out:
	if (r == ERR_IO)
		r = err_set(e, ERR_USAGE, _("no theme \"%s\": %s"), name, strerror(errno));
	free(bytes);
	free(path);
	return r;
}

void theme_free(struct theme *t)
{
	free(t);
}

const struct style *theme_style(const struct theme *t, enum role r)
{
	return &t->styles[r];
}

/* xterm's 256 colours: 16 of the terminal's, a cube of 6×6×6, 24 greys. */
static const unsigned char cube[6] = {0, 95, 135, 175, 215, 255};

static unsigned index_rgb(unsigned i)
{
	static const unsigned first[16] = {
		0x000000,
		0xcd0000,
		0x00cd00,
		0xcdcd00,
		0x0000ee,
		0xcd00cd,
		0x00cdcd,
		0xe5e5e5,
		0x7f7f7f,
		0xff0000,
		0x00ff00,
		0xffff00,
		0x5c5cff,
		0xff00ff,
		0x00ffff,
		0xffffff,
	};
	unsigned grey;

	if (i < 16)
		return first[i];
	if (i < 232) {
		i -= 16;
		return (unsigned)cube[i / 36] << 16 | (unsigned)cube[i / 6 % 6] << 8 | cube[i % 6];
	}
	grey = 8 + 10 * (i - 232);
	return grey << 16 | grey << 8 | grey;
}

static int distance(unsigned a, unsigned b)
{
	int r = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int g = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int bl = (int)(a & 255) - (int)(b & 255);

	return 3 * r * r + 4 * g * g + 2 * bl * bl; /* eyes see green best */
}

/* The nearest of colours first..last: the first 16 differ from terminal to terminal, so they are
 * not used when there are others. */
static int nearest(unsigned rgb, unsigned first, unsigned last)
{
	unsigned best = first;

	for (unsigned i = first; i <= last; i++)
		if (distance(rgb, index_rgb(i)) < distance(rgb, index_rgb(best)))
			best = i;
	return (int)best;
}

int colour_resolve(struct colour many, struct colour few, int colours, bool rgb)
{
	struct colour c = colours >= 256 ? many : few;

	if (colours < 8 || c.kind == COLOUR_DEFAULT)
		return -1;
	if (rgb) {
		if (c.kind == COLOUR_INDEX)
			return (int)(c.value < 8 ? c.value : index_rgb(c.value));
		return (int)(c.value < 8
				     ? 0
				     : c.value); /* 1 to 7 would be the terminal's red, green… */
	}
	if (c.kind == COLOUR_INDEX && c.value < (unsigned)colours)
		return (int)c.value;
	if (c.kind == COLOUR_INDEX && c.value < 16)
		return (int)c.value - 8;
	if (c.kind == COLOUR_INDEX)
		c.value = index_rgb(c.value);
	if (colours >= 256)
		return nearest(c.value, 16, 255);
	return nearest(c.value, 0, colours >= 16 ? 15 : 7);
}
