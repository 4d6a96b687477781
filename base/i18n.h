/*
 * i18n: every string for people goes through here.
 *
 * The catalogues are gettext's (.mo), read by us: gettext() itself shows no French on a workstation
 * where no French locale is installed, whatever it is told, and ours must (--lang fr).
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#define _(s) i18n_text(s)
#define N_(s) (s)
/* Plural: P_("%d pod", "%d pods", n). */
#define P_(one, many, n) i18n_plural(one, many, (unsigned long)(n))

/*
 * Sets the language: the catalogue localedir/LANG/LC_MESSAGES/twistertui.mo. "en", a missing and a
 * broken catalogue mean the words as they stand in the sources. Once, at the start, before there
 * are threads. 0, or ERR_IO when there is none.
 */
int i18n_open(const char *localedir, const char *lang);
/* "fr" or "en", by what the environment says: LANGUAGE, LC_ALL, LC_MESSAGES, LANG. */
const char *i18n_language(void);

const char *i18n_text(const char *s) __attribute__((format_arg(1)));
const char *i18n_plural(const char *one, const char *many, unsigned long n)
	__attribute__((format_arg(1), format_arg(2)));

#endif
