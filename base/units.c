#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

static const char letters[] = " KMGTPE";
#define LETTER_MAX 6

static char *unknown(char out[UNITS_SIZE])
{
	snprintf(out, UNITS_SIZE, "?");
	return out;
}

/*
 * gnulib's human_readable() with human_ceiling: what is under ten has one decimal, and everything is
 * rounded up. 1 is "1", 1024 "1.0K", 1025 "1.1K", 10137 "9.9K", 10138 "10K", 1048575 "1.0M".
 */
char *units_bytes(double bytes, char out[UNITS_SIZE])
{
	const char *sign = bytes < 0 ? "-" : "";
	double up = ceil(fabs(bytes));
	uint64_t amount, whole, mask;
	int unit = 0;

	if (isnan(bytes) || up >= 0x1p64)
		return unknown(out);
	amount = (uint64_t)up;
	while (unit < LETTER_MAX && amount >> (10 * unit) >= 1024)
		unit++;
	if (unit == 0) {
		snprintf(out, UNITS_SIZE, "%s%u", sign, (unsigned)amount);
		return out;
	}
	mask = ((uint64_t)1 << (10 * unit)) - 1;
	whole = amount >> (10 * unit);
	if (whole < 10) {
		uint64_t tenths = whole * 10 + (((amount & mask) * 10 + mask) >> (10 * unit));

		if (tenths < 100) {
			snprintf(out, UNITS_SIZE, "%s%u.%u%c", sign, (unsigned)(tenths / 10),
				(unsigned)(tenths % 10), letters[unit]);
			return out;
		}
		whole = 10;
	} else {
		whole += (amount & mask) != 0;
	}
	if (whole == 1024 && unit < LETTER_MAX)
		snprintf(out, UNITS_SIZE, "%s1.0%c", sign, letters[unit + 1]);
	else
		snprintf(out, UNITS_SIZE, "%s%u%c", sign, (unsigned)whole, letters[unit]);
	return out;
}

char *units_bytes_exact(double bytes, char out[UNITS_SIZE])
{
	const char *sign = bytes < 0 ? "-" : "";
	double left = fabs(bytes);
	long long hundredths;
	int unit = 0;

	if (!isfinite(bytes) || left >= 0x1p64)
		return unknown(out);
	if (left < 1023.5) {
		snprintf(out, UNITS_SIZE, "%s%.0f B", sign, left);
		return out;
	}
	do {
		left /= 1024;
		unit++;
		hundredths = llround(left * 100);
	} while (hundredths >= 102400 && unit < LETTER_MAX);
	/* Not %.2f: that would put a comma there in some locales. */
	snprintf(out, UNITS_SIZE, "%s%lld.%02lld %ciB", sign, hundredths / 100, hundredths % 100,
		letters[unit]);
	return out;
}

char *units_duration(double seconds, char out[UNITS_SIZE])
{
	long long s;

	if (!isfinite(seconds) || seconds < 0 || seconds > 1e15)
		return unknown(out);
	if (seconds >= 0.05 && seconds < 9.95 && fabs(seconds - nearbyint(seconds)) >= 0.05) {
		s = llround(seconds * 10);
		snprintf(out, UNITS_SIZE, "%lld.%lld %s", s / 10, s % 10, _("s"));
		return out;
	}
	s = llround(seconds);
	if (s < 60)
		snprintf(out, UNITS_SIZE, "%lld %s", s, _("s"));
	else if (s < 3600 && s % 60 == 0)
		snprintf(out, UNITS_SIZE, "%lld %s", s / 60, _("min"));
	else if (s < 3600)
		snprintf(out, UNITS_SIZE, "%lld %s %lld %s", s / 60, _("min"), s % 60, _("s"));
	else if (s < 48 * 3600 && s % 3600 < 60)
		snprintf(out, UNITS_SIZE, "%lld %s", s / 3600, _("h"));
	else if (s < 48 * 3600)
		snprintf(out, UNITS_SIZE, "%lld %s %lld %s", s / 3600, _("h"), s % 3600 / 60, _("min"));
	else if (s % 86400 < 3600)
		snprintf(out, UNITS_SIZE, "%lld %s", s / 86400, _("d"));
	else
		snprintf(out, UNITS_SIZE, "%lld %s %lld %s", s / 86400, _("d"), s % 86400 / 3600, _("h"));
	return out;
}

char *units_age(double seconds, char out[UNITS_SIZE])
{
	long long s;

	if (!isfinite(seconds) || seconds < 0 || seconds > 1e15)
		return unknown(out);
	s = (long long)seconds;
	if (s < 60)
		snprintf(out, UNITS_SIZE, "%lld%s", s, _("s"));
	else if (s < 3600)
		snprintf(out, UNITS_SIZE, "%lld%s", s / 60, _("m"));
	else if (s < 48 * 3600)
		snprintf(out, UNITS_SIZE, "%lld%s", s / 3600, _("h"));
	else
		snprintf(out, UNITS_SIZE, "%lld%s", s / 86400, _("d"));
	return out;
}

double units_percent(double used, double available)
{
	double total = used + available;
	uint64_t u100, t;

	if (!isfinite(total) || used < 0 || available < 0 || total <= 0)
		return NAN;
	/* In whole numbers as df does, so that a hair over a percent is the next one. */
	if (total >= 0x1p57 || used != floor(used) || available != floor(available))
		return ceil(used * 100 / total);
	u100 = (uint64_t)used * 100;
	t = (uint64_t)total;
	return (double)(u100 / t + (u100 % t != 0));
}

/* "12", "1.5" at *s, without asking the locale; moves *s past it. NAN when there is none. */
static double take_decimal(const char **s)
{
	double value = 0, unit = 1;
	const char *p = *s;

	if (!isdigit((unsigned char)*p))
		return NAN;
	for (; isdigit((unsigned char)*p); p++)
		value = value * 10 + (*p - '0');
	if (*p == '.' && isdigit((unsigned char)p[1]))
		for (p++; isdigit((unsigned char)*p); p++) {
			unit *= 10;
			value = value * 10 + (*p - '0');
		}
	*s = p;
	return value / unit;
}

double units_parse_bytes(const char *s)
{
	double value;
	const char *letter;

	if (!s)
		return NAN;
	value = take_decimal(&s);
	if (*s == ' ')
		s++;
	letter = *s ? strchr("KMGTPE", toupper((unsigned char)*s)) : NULL;
	if (letter) {
		value = ldexp(value, 10 * (int)(letter - "KMGTPE" + 1));
		s++;
		if (*s == 'i')
			s++;
	}
	if (*s == 'B' || *s == 'b')
		s++;
	return *s || !isfinite(value) ? NAN : value;
}

double units_parse_duration(const char *s)
{
	static const struct {
		char letter;
		double seconds;
	} spans[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	double value;

	if (!s)
		return NAN;
	value = take_decimal(&s);
	if (!*s)
		return isfinite(value) ? value : NAN;
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		if (*s == spans[i].letter && !s[1] && isfinite(value))
			return value * spans[i].seconds;
	return NAN;
}
