/*
 * Themes for eyes that see colours otherwise: what is well, wants a look, or is wrong can be told
 * apart, also from plain text, as such eyes see it; and everything can be read on what lies under
 * it.
 *
 * Simulation: Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color
 * vision deficiency", 2009, severity 1.0. Differences: CIE 1976 (L*a*b*, D65). Contrast: WCAG 2.1.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/err.h"
#include "tui/theme.h"

struct eyes {
	const char *name;
	double see[3][3];
};

static const struct eyes eyes[] = {
	{"all colours", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
			       {-0.003882, -0.048116, 1.051998}}},
	{"deuteranopia", {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
				 {-0.011820, 0.042940, 0.968881}}},
	{"tritanopia", {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
			       {0.004733, 0.691367, 0.303900}}},
};

struct light {
	double c[3]; /* linear red, green, blue */
};

/* xterm's colours. */
static unsigned number_rgb(int i)
{
	static const unsigned first[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee,
		0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff,
		0xff00ff, 0x00ffff, 0xffffff};
	static const unsigned cube[6] = {0, 95, 135, 175, 215, 255};

	if (i < 16)
		return first[i];
	if (i < 232)
		return cube[(i - 16) / 36] << 16 | cube[(i - 16) / 6 % 6] << 8 | cube[(i - 16) % 6];
	return (unsigned)(8 + 10 * (i - 232)) * 0x010101;
}

static struct light light_of(int number)
{
	unsigned rgb = number_rgb(number);
	struct light l;

	assert_true(number >= 0); /* these themes paint both: the terminal's own is not known */
	for (int k = 0; k < 3; k++) {
		double v = (rgb >> (16 - 8 * k) & 255) / 255.0;

		l.c[k] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	}
	return l;
}

static struct light seen(struct light l, const struct eyes *e)
{
	struct light out;

	for (int k = 0; k < 3; k++) {
		double v = e->see[k][0] * l.c[0] + e->see[k][1] * l.c[1] + e->see[k][2] * l.c[2];

		out.c[k] = v < 0 ? 0 : v > 1 ? 1 : v;
	}
	return out;
}

static double cubic(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static double difference(struct light a, struct light b)
{
	double lab[2][3];

	for (int k = 0; k < 2; k++) {
		const double *c = k ? b.c : a.c;
		double x = 0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2];
		double y = 0.2126729 * c[0] + 0.7151522 * c[1] + 0.0721750 * c[2];
		double z = 0.0193339 * c[0] + 0.1191920 * c[1] + 0.9503041 * c[2];

		lab[k][0] = 116 * cubic(y) - 16;
		lab[k][1] = 500 * (cubic(x / 0.95047) - cubic(y));
		lab[k][2] = 200 * (cubic(y) - cubic(z / 1.08883));
	}
	return sqrt(pow(lab[0][0] - lab[1][0], 2) + pow(lab[0][1] - lab[1][1], 2) +
		    pow(lab[0][2] - lab[1][2], 2));
}

static double contrast(struct light a, struct light b)
{
	double x = 0.2126 * a.c[0] + 0.7152 * a.c[1] + 0.0722 * a.c[2] + 0.05;
	double y = 0.2126 * b.c[0] + 0.7152 * b.c[1] + 0.0722 * b.c[2] + 0.05;

	return x > y ? x / y : y / x;
}

static struct theme *load(const char *name)
{
	char *top = xstrdup(getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".");
	struct theme *t;
	struct err e;

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	if (theme_load(name, top, &t, &e) != 0)
		fail_msg("%s", e.text);
	free(top);
	return t;
}

static struct light fg(const struct theme *t, enum role r, int colours)
{
	const struct style *s = theme_style(t, r);

	return light_of(colour_resolve(s->fg, s->fg_few, colours, false));
}

static struct light bg(const struct theme *t, enum role r, int colours)
{
	const struct style *s = theme_style(t, r);

	return light_of(colour_resolve(s->bg, s->bg_few, colours, false));
}

/* Text, well, wants a look, wrong: no two of them look alike to whom the theme is for. Where there
 * are few colours, what is well may look like text. */
static void test_apart(void **state)
{
	static const enum role roles[] = {ROLE_TEXT, ROLE_OK, ROLE_WARN, ROLE_BAD};
	static const struct {
		const char *theme, *eyes[3];
	} cases[] = {
		{"deuteranopia", {"deuteranopia", "protanopia", "all colours"}},
		{"tritanopia", {"tritanopia", "all colours"}},
		{"high-contrast", {"all colours"}},
	};
	static const int colours[] = {256, 16, 8};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct theme *t = load(cases[i].theme);

		for (size_t k = 0; k < 3 * 3 * 16; k++) {
			const char *whose = cases[i].eyes[k / 48];
			int n = colours[k / 16 % 3];
			enum role a = roles[k / 4 % 4], b = roles[k % 4];

			for (size_t e = 0; whose && a != b && e < 4; e++) {
				double d = difference(
					seen(fg(t, a, n), &eyes[e]), seen(fg(t, b, n), &eyes[e]));

				if (n < 256 && a + b == (int)ROLE_TEXT + ROLE_OK)
					continue;
				if (strcmp(eyes[e].name, whose) == 0 && d < 20)
					fail_msg("%s, %d colours, %s: %s and %s differ by %.0f",
						cases[i].theme, n, whose, role_name(a),
						role_name(b), d);
			}
		}
		theme_free(t);
	}
}

/* What is read on what lies under it: 4.5 to 1, in the theme for high contrast 7 to 1; with 8
 * colours what they give. */
static void test_read(void **state)
{
	static const char *const names[] = {"deuteranopia", "tritanopia", "high-contrast"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct theme *t = load(names[i]);
		double least = i == 2 ? 7 : 4.5;

		for (int r = 0; r < ROLE_COUNT; r++) {
			bool shape = r == ROLE_BORDER || r == ROLE_BAR_EMPTY;
			double many = contrast(fg(t, r, 256), bg(t, r, 256));
			double few = contrast(fg(t, r, 8), bg(t, r, 8));

			/* bold black is grey where there are few colours: none on a light or red
			 * block */
			if (theme_style(t, (enum role)r)->fg_few.value == 0 ||
				theme_style(t, (enum role)r)->attrs & THEME_ATTR_REVERSE)
				assert_false(theme_style(t, (enum role)r)->attrs & THEME_ATTR_BOLD);
			if (many < (shape ? 1.5 : least) || few < 3)
				fail_msg("%s: %s: %.1f, with 8 colours %.1f", names[i],
					role_name((enum role)r), many, few);
		}
		/* the row under the cursor is turned round, so every role is read there as well as
		 * elsewhere */
		assert_int_equal(theme_style(t, ROLE_CURSOR)->attrs & THEME_ATTR_REVERSE,
			THEME_ATTR_REVERSE);
		for (int r = 0; r < ROLE_COUNT; r++)
			if (r <= ROLE_ACCENT && r != ROLE_BORDER && r != ROLE_TAB_HERE)
				assert_true(contrast(fg(t, r, 256), bg(t, ROLE_DIALOG, 256)) >= 3);
		theme_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
