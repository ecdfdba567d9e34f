// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The time in a line of a log; see stamp.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explain/stamp.h"

#define NS_PER_S     1000000000LL
#define SEARCH_BYTES 1024	  /* of a line: a time comes early, but for the JSON of Docker */
#define YEARS	     8		  /* February 29th comes again */
#define EPOCH_LEAST  1400000000LL /* another number of ten digits is no time */
#define EPOCH_MOST   4294967295LL

/* What a form puts together. */
struct parts {
	struct tm tm;
	long ns;
	bool fraction, zoned, date, year;
	long east_s; /* of the zone */
	bool epoch;
	int64_t epoch_s;
};

/*
 * The forms, the best first: a letter is a number of two digits (Y: four), b the name of a month,
 * a that of a day, f a fraction that may be missing, z a zone that may be missing, E the seconds
 * since 1970, T a T or a space; anything else is itself.
 */
static const char *const forms[] = {
	"Y-m-dTH:M:Sfz", "Y/m/d H:M:Sfz", "d/b/Y:H:M:Sfz", "b d H:M:S Y", "b d H:M:Sfz",
	"m-d H:M:Sfz",	 "md H:M:Sfz",	  "H:M:Sfz",	   "Ef",
};

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

static const char *take_month(const char *s, const char *end, int *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (*month = 0; end - s >= 3 && *month < 12; ++*month)
		if (!memcmp(s, names + 3 * *month, 3))
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

static const char *take_fraction(const char *s, const char *end, struct parts *p)
{
	long unit = NS_PER_S / 10;

	if (end - s < 2 || (*s != '.' && *s != ',') || !isdigit((unsigned char)s[1]))
		return s;
	p->fraction = true;
	for (s++; s < end && isdigit((unsigned char)*s); s++, unit /= 10)
		p->ns += (*s - '0') * unit;
	return s;
}

/* "Z", "+03:00", " +0300", " UTC", or nothing. */
static const char *take_zone(const char *s, const char *end, struct parts *p)
{
	const char *at = s + (s < end && *s == ' '), *minutes;
	int hour, minute, sign;

	if (end - at >= 1 && *at == 'Z' && at == s) {
		p->zoned = true;
		return at + 1;
	}
	if (end - at >= 3 && (!memcmp(at, "UTC", 3) || !memcmp(at, "GMT", 3))) {
		p->zoned = true;
		return at + 3;
	}
	if (at == end || (*at != '+' && *at != '-'))
		return s;
	sign = *at == '-' ? -1 : 1;
	at = take_digits(at + 1, end, 2, &hour);
	if (!at)
		return s;
	minutes = take_digits(at + (at < end && *at == ':'), end, 2, &minute);
	if (!minutes || hour > 14 || minute > 59)
		return s;
	p->zoned = true;
	p->east_s = sign * (hour * 3600 + minute * 60);
	return minutes;
}

/* Ten digits, or thirteen with the milliseconds. */
static const char *take_epoch(const char *s, const char *end, struct parts *p)
{
	int64_t value = 0;
	int digits = 0;

	for (; s < end && isdigit((unsigned char)*s) && digits < 14; s++, digits++)
		value = value * 10 + *s - '0';
	if (digits != 10 && digits != 13)
		return NULL;
	p->epoch = p->zoned = p->date = p->year = true;
	p->epoch_s = digits == 13 ? value / 1000 : value;
	p->ns = digits == 13 ? value % 1000 * 1000000 : 0;
	p->fraction = digits == 13;
	return p->epoch_s < EPOCH_LEAST || p->epoch_s > EPOCH_MOST ? NULL : s;
}

/* What the letter stands for, at s; NULL: it is not there. */
static const char *take(char letter, const char *s, const char *end, struct parts *p)
{
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
		return take_month(s, end, &p->tm.tm_mon);
	case 'd':
		p->date = true;
		return take_day(s, end, &p->tm.tm_mday);
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

static bool is_in_range(const struct parts *p)
{
	const struct tm *tm = &p->tm;

	if (p->epoch)
		return true;
	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (p->date && (tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1 || tm->tm_mday > 31))
		return false;
	return !p->year || (tm->tm_year >= 70 && tm->tm_year < 200);
}

/* What follows it; NULL: it is not there. A longer number or word is something else. */
static const char *read_form(const char *form, const char *s, const char *end, struct parts *p)
{
	*p = (struct parts){0};
	for (; *form && s; form++)
		s = take(*form, s, end, p);
	if (s && s < end && isalnum((unsigned char)*s))
		return NULL;
	return is_in_range(p) ? s : NULL;
}

/* Where a form may begin: not inside a number, nor after a colon or a dash, as of a larger one. */
static bool may_begin(const char *form, const char *line, const char *s)
{
	char before = s == line ? ' ' : s[-1];

	if (form[0] == 'm' && form[1] == 'd')
		return strchr("IWEF", before) && before;
	return !isalnum((unsigned char)before) && before != '.' &&
	       (form[0] != 'H' || !strchr(":-", before));
}

static bool find(struct text line, const char **form, struct parts *p)
{
	const char *end = line.at + line.len;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*form = forms[i];
		for (const char *s = line.at; s < end; s++)
			if (may_begin(*form, line.at, s) && read_form(*form, s, end, p))
				return true;
	}
	return false;
}

/* Of the parts, with their zone or else that of TZ. */
static int64_t seconds_of(const struct parts *p)
{
	struct tm tm = p->tm;

	tm.tm_isdst = -1;
	return p->zoned ? timegm(&tm) - p->east_s : mktime(&tm);
}

static bool is_before(const struct parts *p, int64_t latest_ns)
{
	return seconds_of(p) <= latest_ns / NS_PER_S;
}

/* The day that the rules say, or the last one on which it was that late before the latest. */
static void set_date(struct parts *p, const struct stamp_rules *rules)
{
	time_t latest_s = rules->latest_ns / NS_PER_S + p->east_s;
	struct tm day;

	if (rules->date) {
		sscanf(rules->date, "%d-%d-%d", &p->tm.tm_year, &p->tm.tm_mon, &p->tm.tm_mday);
		p->tm.tm_year -= 1900;
		p->tm.tm_mon--;
		return;
	}
	if (p->zoned)
		gmtime_r(&latest_s, &day);
	else
		localtime_r(&latest_s, &day);
	p->tm.tm_year = day.tm_year;
	p->tm.tm_mon = day.tm_mon;
	p->tm.tm_mday = day.tm_mday;
	if (!is_before(p, rules->latest_ns))
		p->tm.tm_mday--;
}

/* The last year in which there was such a day before the latest. */
static void set_year(struct parts *p, const struct stamp_rules *rules)
{
	time_t latest_s = rules->latest_ns / NS_PER_S;
	struct tm latest;

	gmtime_r(&latest_s, &latest);
	p->tm.tm_year = latest.tm_year + 1; /* the zone can be ahead of UTC */
	for (int i = 0; i < YEARS; i++, p->tm.tm_year--) {
		struct tm same = p->tm;

		timegm(&same);
		if (same.tm_mday == p->tm.tm_mday && is_before(p, rules->latest_ns))
			return;
	}
}

struct stamp stamp__find(struct text line, const struct stamp_rules *rules)
{
	struct stamp stamp = {0};
	const char *form;
	struct parts p;

	if (line.len > SEARCH_BYTES)
		line.len = SEARCH_BYTES;
	if (!find(line, &form, &p))
		return stamp;
	if (!p.date)
		set_date(&p, rules);
	else if (!p.year)
		set_year(&p, rules);
	stamp = (struct stamp){
		.known = true,
		.ns = (p.epoch ? p.epoch_s : seconds_of(&p)) * NS_PER_S + p.ns,
		.whole = !p.fraction,
		.no_zone = !p.zoned,
		.no_date = !p.date,
		.no_year = p.date && !p.year,
	};
	return stamp;
}

/* ---- what the command line says ---- */

/* "+03:00" as TZ has it, which wants a name first and counts to the west: "LOG-03:00". */
static bool set_offset(const char *zone)
{
	struct parts p = {0};
	const char *end = zone + strlen(zone);
	char tz[32];

	if ((zone[0] != '+' && zone[0] != '-') || take_zone(zone, end, &p) != end || !p.zoned)
		return false;
	snprintf(tz, sizeof(tz), "LOG%c%s", zone[0] == '+' ? '-' : '+', zone + 1);
	return !setenv("TZ", tz, 1);
}

int stamp__set_zone(const char *zone)
{
	char path[256];

	if (!strcmp(zone, "local")) {
		tzset();
		return 0;
	}
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	if (!strcmp(zone, "UTC"))
		setenv("TZ", "UTC0", 1);
	else if (!set_offset(zone)) {
		if (!isalpha((unsigned char)zone[0]) || strstr(zone, "..") || access(path, R_OK))
			return -EINVAL;
		setenv("TZ", zone, 1);
	}
	tzset();
	return 0;
}

bool stamp__is_date(const char *text)
{
	struct parts p;

	return read_form("Y-m-d", text, text + strlen(text), &p) == text + strlen(text);
}

int stamp__parse(const char *text, int64_t *ns)
{
	static const char *const whole[] = {"Y-m-dTH:M:Sfz", "Y-m-dTH:Mz", "Y-m-d"};
	const char *end = text + strlen(text);
	struct parts p;

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		if (read_form(whole[i], text, end, &p) != end)
			continue;
		*ns = seconds_of(&p) * NS_PER_S + p.ns;
		return 0;
	}
	return -EINVAL;
}
