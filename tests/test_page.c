/* A report as lines for the screen: never wider than it, nothing lost, whatever stands in it. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "tui/view_reports.h"

static const char report[] =
	"# Report: Foundation\n\n"
	"> **The records do not hold together.** Session `a`: broken at record 5\n\n"
	"## Summary\n\n| | |\n|---|---|\n"
	"| **Server** | `edgeserver` · `twister@192.168.0.30:22` |\n"
	"| **Result** | **the run was finished** · a \\| b \\*c\\* · a long line that has to be "
	"folded on narrow "
	"screens, for it has many words |\n\n"
	"| | Step | State |\n|---|---|---|\n| 1 | Extend the root volume | done |\n"
	"| 2 | Docker for spinning disks, with a title that goes on and on and on and on | skipped "
	"|\n\n"
	"### 1. Extend (`extend-lvm`): done\n\n- **Parameters**: `add` = `50G`\n  - said\n\n"
	"````text\n-old ``` fence\n+new | not a cell\n````\n\n"
	"The end of it, folded where there are blanks, and "
	"averyveryverylongwordthatcannotbefoldedanywhereatall.\n";

static char *all_text(const struct page *p)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < p->n; i++)
		buf_addf(&b, "%*s%s\n", p->lines[i].indent, "", p->lines[i].text);
	return buf_take(&b);
}

static const struct page_line *find(const struct page *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++)
		if (strstr(p->lines[i].text, text))
			return &p->lines[i];
	fail_msg("not on the page: %s", text);
	return NULL;
}

static void test_fits_and_loses_nothing(void **state)
{
	static const char *const words[] = {"Foundation", "twister@192.168.0.30:22", "| b *c*",
		"narrow", "many", "Extend", "skipped", "extend-lvm", "50G", "said", "``` fence",
		"not a cell", "blanks"};

	(void)state;
	for (int w = 44; w < 160; w++) {
		struct page *p = page_new(report, true, w);
		char *text = all_text(p);

		for (size_t i = 0; i < p->n; i++) {
			assert_true(p->lines[i].indent + text_width(p->lines[i].text) <= w);
			assert_null(strchr(p->lines[i].text, '\n'));
		}
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (!strstr(text, words[i]) && !strchr(words[i], ' '))
				fail_msg("%d columns lose %s:\n%s", w, words[i], text);
		assert_null(strstr(text, "**"));
		free(text);
		page_free(p);
	}
}

static void test_roles(void **state)
{
	struct page *p = page_new(report, true, 120);

	(void)state;
	assert_int_equal(find(p, "Report: Foundation")->role, ROLE_TITLE_FOCUS);
	assert_int_equal(find(p, "do not hold together")->role, ROLE_BAD);
	assert_int_equal(find(p, "-old ``` fence")->role, ROLE_REMOVED);
	assert_int_equal(find(p, "+new | not a cell")->role, ROLE_ADDED);
	assert_int_equal(find(p, "Step ")->role, ROLE_HEADER);
	assert_non_null(
		strstr(find(p, "Result")->text, "Result  the run was finished · a | b *c* ·"));
	page_free(p);
}

static void test_hostile(void **state)
{
	static const char *const texts[] = {"", "\n\n\n", "|", "||||||||||||||||||||||||", "| a",
		"|---|", "```", "```\n", "\\", "`", "**", "# ", "#", "> ", "- ", "|\\",
		"| \\| |\n|---|\n| `|` |", "日本語日本語日本語日本語日本語日本語", "- \n  - \n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (int w = 0; w < 90; w += 7) {
			page_free(page_new(texts[i], true, w));
			page_free(page_new(texts[i], false, w));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits_and_loses_nothing),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_hostile),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
