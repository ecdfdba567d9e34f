// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times of a given form; see form.h. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "time/form.h"

#define NS_PER_S    1000000000LL
#define YEARS	    8		 /* February 29th comes again, also around 2100 */
#define EPOCH_LEAST 1400000000LL /* 2014: a smaller number of ten digits is no time */
#define EPOCH_MOST  4102444799LL /* the end of 2099 */

/* ---- what a letter stands for: what follows it; NULL: it is not there ---- */

static const char *take_digits(const char *s, const char *end, int n, int *value)
{
	*value = 0;
	for (; n; n--, s++) {
		if (s == end || !isdigit((unsigned char)*s))
			return NULL;
		*value = *value * 10 + *s - '0';
	}
	return s;
}

/* One of n names of three letters. */
static const char *take_name(const char *s, const char *end, const char *names, int n, int *which)
{
	for (*which = 0; end - s >= 3 && *which < n; ++*which)
		if (!memcmp(s, names + 3 * *which, 3))
			return s + 3;
	return NULL;
}

/* syslog and asctime() write the first nine days of a month with a space. */
static const char *take_day(const char *s, const char *end, int *day)
{
	if (s < end && *s == ' ')
		return take_digits(s + 1, end, 1, day);
	return take_digits(s, end, 2, day);
}

/* Digits beyond the ninth are passed over. */
static const char *take_fraction(const char *s, const char *end, struct time_parts *p)
{
	long unit = NS_PER_S / 10;

	if (end - s < 2 || (*s != '.' && *s != ',') || !isdigit((unsigned char)s[1]))
		return s;
	p->fraction = true;
	for (s++; s < end && isdigit((unsigned char)*s); s++, unit /= 10)
		p->ns += (*s - '0') * unit;
	return s;
}

/* "+03:00", "-0500" */
static const char *take_offset(const char *s, const char *end, struct time_parts *p)
{
	int hour, minute, sign = s < end && *s == '-' ? -1 : 1;

	if (s == end || (*s != '+' && *s != '-'))
		return NULL;
	s = take_digits(s + 1, end, 2, &hour);
	if (s)
		s = take_digits(s + (s < end && *s == ':'), end, 2, &minute);
	if (!s || hour > 14 || minute > 59)
		return NULL;
	p->east_s = sign * (hour * 3600 + minute * 60);
	return s;
}

static const char *take_zone(const char *s, const char *end, struct time_parts *p)
{
	const char *at = s + (s < end && *s == ' '), *rest;

	if (s < end && *s == 'Z')
		rest = s + 1;
	else if (end - at >= 3 && (!memcmp(at, "UTC", 3) || !memcmp(at, "GMT", 3)))
		rest = at + 3;
	else
		rest = take_offset(at, end, p);
	p->zone = rest;
	return rest ? rest : s;
}

static const char *take_epoch(const char *s, const char *end, struct time_parts *p)
{
	int64_t value = 0;
	int digits = 0;

	for (; s < end && isdigit((unsigned char)*s) && digits < 14; s++, digits++)
		value = value * 10 + *s - '0';
	if (digits != 10 && digits != 13)
		return NULL;
	p->epoch = p->zone = p->date = p->year = true;
	p->epoch_s = digits == 13 ? value / 1000 : value;
	p->ns = digits == 13 ? value % 1000 * 1000000 : 0;
	p->fraction = digits == 13;
	return p->epoch_s < EPOCH_LEAST || p->epoch_s > EPOCH_MOST ? NULL : s;
}

static const char *take_date(char letter, const char *s, const char *end, struct time_parts *p)
{
	int ignored;

	switch (letter) {
	case 'Y':
		p->year = true;
		s = take_digits(s, end, 4, &p->tm.tm_year);
		p->tm.tm_year -= 1900;
		return s;
	case 'm':
		s = take_digits(s, end, 2, &p->tm.tm_mon);
		p->tm.tm_mon--;
		return s;
	case 'b':
		return take_name(s, end, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, &p->tm.tm_mon);
	case 'a':
		return take_name(s, end, "SunMonTueWedThuFriSat", 7, &ignored);
	}
	p->date = true;
	return take_day(s, end, &p->tm.tm_mday);
}

static const char *take(char letter, const char *s, const char *end, struct time_parts *p)
{
	switch (letter) {
	case 'Y':
	case 'm':
	case 'b':
	case 'a':
	case 'd':
		return take_date(letter, s, end, p);
	case 'H':
		return take_digits(s, end, 2, &p->tm.tm_hour);
	case 'M':
		return take_digits(s, end, 2, &p->tm.tm_min);
	case 'S':
		return take_digits(s, end, 2, &p->tm.tm_sec);
	case 'f':
		return take_fraction(s, end, p);
	case 'z':
		return take_zone(s, end, p);
	case 'E':
		return take_epoch(s, end, p);
	case 'T':
		return s < end && (*s == 'T' || *s == ' ') ? s + 1 : NULL;
	}
	return s < end && *s == letter ? s + 1 : NULL;
}

/* ---- all of it ---- */

/* Of a month that has it, in this year. */
static bool is_day(const struct tm *tm)
{
	struct tm same = {.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday};

	timegm(&same);
	return same.tm_mon == tm->tm_mon && same.tm_mday == tm->tm_mday;
}

static bool is_in_range(const struct time_parts *p)
{
	const struct tm *tm = &p->tm;

	if (p->epoch)
		return true;
	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (p->date && (tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1 || tm->tm_mday > 31))
		return false;
	return !p->year || (tm->tm_year >= 70 && tm->tm_year < 200 && is_day(tm));
}

const char *form__read(const char *form, const char *s, const char *end, struct time_parts *p)
{
	*p = (struct time_parts){0};
	for (; *form && s; form++)
		s = take(*form, s, end, p);
	if (s && s < end && isalnum((unsigned char)*s))
		return NULL;
	return is_in_range(p) ? s : NULL;
}

bool form__is(const char *form, const char *text, struct time_parts *p)
{
	const char *end = text + strlen(text);

	return form__read(form, text, end, p) == end;
}

int64_t time_parts__seconds(const struct time_parts *p)
{
	struct tm tm = p->tm;

	if (p->epoch)
		return p->epoch_s;
	tm.tm_isdst = -1;
	return p->zone ? timegm(&tm) - p->east_s : mktime(&tm);
}

int64_t time_parts__ns(const struct time_parts *p)
{
	return time_parts__seconds(p) * NS_PER_S + p->ns;
}

bool time_parts__set_year(struct time_parts *p, int64_t latest_s)
{
	time_t at = latest_s;
	struct tm latest;

	gmtime_r(&at, &latest);
	p->tm.tm_year = latest.tm_year + 1; /* the zone can be ahead of UTC */
	for (int i = 0; i <= YEARS; i++, p->tm.tm_year--)
		if (is_day(&p->tm) && time_parts__seconds(p) <= latest_s)
			return true;
	return false;
}
