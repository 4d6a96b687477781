#include "tui/words.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/data.h"
#include "base/i18n.h"
#include "runbook/phase.h"

/* The name that the environment gives for the character set's locale, or "". */
static const char *wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

/*
 * A locale may be named that is not installed here (LANG came over ssh); the terminal is UTF-8 all
 * the same, and any locale with that character set will do: languages are none of libc's business
 * here.
 */
static void character_set_open(void)
{
	static const char *const utf8[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
	const char *name = wanted();

	if (setlocale(LC_ALL, "") || (!strcasestr(name, "utf-8") && !strcasestr(name, "utf8")))
		return;
	for (size_t i = 0; i < sizeof utf8 / sizeof utf8[0]; i++)
		if (setlocale(LC_CTYPE, utf8[i]))
			return;
}

void words_open(const char *lang)
{
	char *dir = data_locale_dir();

	character_set_open();
	setlocale(LC_NUMERIC, "C"); /* what is written for programs has a point */
	if (!lang)
		lang = i18n_language();
	i18n_open(dir, lang);
	words_set_language(lang);
	free(dir);
}
