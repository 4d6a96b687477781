#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static int64_t clock_read(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_ms(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

int64_t clock_wall_ms(void)
{
	return clock_read(CLOCK_REALTIME);
}

char *clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE])
{
	int64_t ms = wall_ms % 1000;
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm t;

	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &t) || t.tm_year + 1900 > 9999 || t.tm_year + 1900 < 0) {
		snprintf(out, CLOCK_RFC3339_SIZE, "?");
		return out;
	}
	snprintf(out, CLOCK_RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
		(unsigned)(t.tm_year + 1900) % 10000, (unsigned)(t.tm_mon + 1) % 100,
		(unsigned)t.tm_mday % 100, (unsigned)t.tm_hour % 100, (unsigned)t.tm_min % 100,
		(unsigned)t.tm_sec % 100, (unsigned)ms % 1000);
	return out;
}

/* Reads exactly `digits` digits at *s, moves *s past them, and checks the range. */
static bool take_number(const char **s, int digits, int min, int max, int *out)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		value = value * 10 + (**s - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

static bool take_char(const char **s, char a, char b)
{
	if (**s != a && **s != b)
		return false;
	(*s)++;
	return true;
}

/* ".123456" to 123; absent is 0. False for a point without digits. */
static bool take_fraction(const char **s, int *ms)
{
	int unit = 100;

	*ms = 0;
	if (**s != '.')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*ms += (**s - '0') * unit;
	return true;
}

/* "Z" or "+02:00" to seconds east of UTC. */
static bool take_offset(const char **s, int *seconds)
{
	int hours, minutes, sign;

	*seconds = 0;
	if (take_char(s, 'Z', 'z'))
		return true;
	if (**s != '+' && **s != '-')
		return false;
	sign = *(*s)++ == '-' ? -1 : 1;
	if (!take_number(s, 2, 0, 23, &hours) || !take_char(s, ':', ':') ||
		!take_number(s, 2, 0, 59, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

int64_t clock_parse_rfc3339(const char *s)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, hour, minute, second, ms, offset;
	bool leap;
	struct tm t = {0};

	if (!s || !take_number(&s, 4, 0, 9999, &year) || !take_char(&s, '-', '-') ||
		!take_number(&s, 2, 1, 12, &month) || !take_char(&s, '-', '-') ||
		!take_number(&s, 2, 1, 31, &day) || !take_char(&s, 'T', 't') ||
		!take_number(&s, 2, 0, 23, &hour) || !take_char(&s, ':', ':') ||
		!take_number(&s, 2, 0, 59, &minute) || !take_char(&s, ':', ':') ||
		!take_number(&s, 2, 0, 60, &second) || !take_fraction(&s, &ms) ||
		!take_offset(&s, &offset) || *s)
		return -1;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (day > days[month - 1] + (month == 2 && leap))
		return -1;
	t.tm_year = year - 1900;
	t.tm_mon = month - 1;
	t.tm_mday = day;
	t.tm_hour = hour;
	t.tm_min = minute;
	t.tm_sec = second;
	return ((int64_t)timegm(&t) - offset) * 1000 + ms;
}
