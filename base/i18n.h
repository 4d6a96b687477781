/* i18n: every string for people goes through gettext. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(s) gettext(s)
#define N_(s) (s)
/* Plural: P_("%d pod", "%d pods", n). */
#define P_(one, many, n) ngettext(one, many, (unsigned long)(n))

#endif
