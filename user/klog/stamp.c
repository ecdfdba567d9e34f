// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times before a line; see stamp.h. */
#include <string.h>
#include <time.h>

#include "klog/stamp.h"

#define NS_PER_S 1000000000LL
#define DAY_S	 86400
/* A log whose clock is ahead of ours is not from last year. */
#define AHEAD_S DAY_S
#define MOST_S	(INT64_MAX / NS_PER_S - 1)

/* ---- parts ---- */

static bool cut_fixed(struct slice *s, int digits, int *value)
{
	struct slice rest = {s->s, digits};
	uint64_t number;

	if (s->n < (size_t)digits || !cut__number(&rest, &number) || rest.n)
		return false;
	*value = number;
	s->s += digits;
	s->n -= digits;
	return true;
}

/* What follows the point, as nanoseconds; digits beyond the ninth are let go. */
static bool cut_fraction(struct slice *s, int64_t *ns)
{
	int digits = 0;

	*ns = 0;
	for (; s->n && *s->s >= '0' && *s->s <= '9'; s->s++, s->n--)
		if (digits++ < 9)
			*ns = *ns * 10 + (*s->s - '0');
	for (int i = digits; i < 9; i++)
		*ns *= 10;
	return digits;
}

/* "4.136985" */
static bool cut_seconds(struct slice *s, int64_t *ns)
{
	struct slice rest = *s;
	uint64_t seconds;
	int64_t fraction;

	if (!cut__number(&rest, &seconds) || seconds > MOST_S || !cut__prefix(&rest, ".") ||
	    !cut_fraction(&rest, &fraction))
		return false;
	*ns = (int64_t)seconds * NS_PER_S + fraction;
	*s = rest;
	return true;
}

static bool cut_name(struct slice *s, const char *names, int n, int *index)
{
	for (int i = 0; s->n >= 3 && i < n; i++) {
		if (memcmp(s->s, names + 3 * i, 3))
			continue;
		*index = i;
		s->s += 3;
		s->n -= 3;
		return true;
	}
	return false;
}

static bool cut_month(struct slice *s, struct tm *tm)
{
	return cut_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, &tm->tm_mon);
}

static bool cut_weekday(struct slice *s)
{
	int ignored;

	return cut_name(s, "SunMonTueWedThuFriSat", 7, &ignored);
}

/* "24", "4", " 4" */
static bool cut_day(struct slice *s, struct tm *tm)
{
	uint64_t day;

	cut__prefix(s, " ");
	if (!cut__number(s, &day) || !day || day > 31)
		return false;
	tm->tm_mday = day;
	return true;
}

/* "10:00:00", "10:00" */
static bool cut_clock(struct slice *s, struct tm *tm)
{
	if (!cut_fixed(s, 2, &tm->tm_hour) || !cut__prefix(s, ":") || !cut_fixed(s, 2, &tm->tm_min))
		return false;
	if (cut__prefix(s, ":") && !cut_fixed(s, 2, &tm->tm_sec))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* "2026-11-24" */
static bool cut_date(struct slice *s, struct tm *tm)
{
	if (!cut_fixed(s, 4, &tm->tm_year) || !cut__prefix(s, "-") ||
	    !cut_fixed(s, 2, &tm->tm_mon) || !cut__prefix(s, "-") || !cut_fixed(s, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday && tm->tm_mday <= 31;
}

/* "+00:00", "+0000", "-0330", "Z" */
static bool cut_zone(struct slice *s, int *seconds_east)
{
	int hours, minutes, sign = cut__prefix(s, "-") ? -1 : 1;

	*seconds_east = 0;
	if (sign > 0 && cut__prefix(s, "Z"))
		return true;
	if (sign > 0 && !cut__prefix(s, "+"))
		return false;
	if (!cut_fixed(s, 2, &hours))
		return false;
	cut__prefix(s, ":");
	if (!cut_fixed(s, 2, &minutes))
		return false;
	*seconds_east = sign * (hours * 3600 + minutes * 60);
	return true;
}

static struct stamp of_real(int64_t real_ns)
{
	return (struct stamp){.real_known = true, .real_ns = real_ns};
}

/* 64 bits of nanoseconds end in 2262: what is later has no time. */
static struct stamp of_seconds(time_t seconds, int64_t fraction)
{
	if (seconds > MOST_S || seconds < -MOST_S)
		return (struct stamp){0};
	return of_real(seconds * NS_PER_S + fraction);
}

static struct stamp of_local(struct stamp_context *context, struct tm *tm, int64_t fraction)
{
	context->assumed = true;
	tm->tm_isdst = -1;
	return of_seconds(mktime(tm), fraction);
}

/* The latest year in which it is not in the future. */
static struct stamp of_yearless(struct stamp_context *context, struct tm *tm, int64_t fraction)
{
	time_t latest = context->now_real_ns / NS_PER_S + AHEAD_S;
	struct tm now;
	struct stamp stamp;

	localtime_r(&latest, &now);
	for (int year = now.tm_year; year > now.tm_year - 2; year--) {
		struct tm try = *tm;

		try.tm_year = year;
		stamp = of_local(context, &try, fraction);
		if (stamp.real_ns / NS_PER_S <= latest)
			break;
	}
	return stamp;
}

/* ---- dmesg ---- */

/* "Tue Nov 24 10:00:00 2026" (dmesg -T) */
static bool read_ctime(struct slice s, struct stamp_context *context, struct stamp *stamp)
{
	struct tm tm = {0};

	if (!cut_weekday(&s) || !cut__prefix(&s, " ") || !cut_month(&s, &tm) ||
	    !cut__prefix(&s, " ") || !cut_day(&s, &tm) || !cut__prefix(&s, " ") ||
	    !cut_clock(&s, &tm) || !cut__prefix(&s, " ") || !cut_fixed(&s, 4, &tm.tm_year) || s.n)
		return false;
	tm.tm_year -= 1900;
	*stamp = of_local(context, &tm, 0);
	return true;
}

/* "Nov24 10:00", then "  +0.000123" from line to line (dmesg -e) */
static bool read_relative(struct slice s, struct stamp_context *context, struct stamp *stamp)
{
	struct tm tm = {0};
	int64_t ns;

	cut__spaces(&s);
	if (cut__prefix(&s, "+")) {
		if (!cut_seconds(&s, &ns) || s.n)
			return false;
		if (context->relative_real_ns &&
		    !__builtin_add_overflow(context->relative_real_ns, ns,
					    &context->relative_real_ns))
			*stamp = of_real(context->relative_real_ns);
		return true;
	}
	if (!cut_month(&s, &tm) || !cut_day(&s, &tm) || !cut__prefix(&s, " ") ||
	    !cut_clock(&s, &tm) || s.n)
		return false;
	*stamp = of_yearless(context, &tm, 0);
	context->relative_real_ns = stamp->real_ns;
	return true;
}

/* "    4.136985" */
static bool read_uptime(struct slice s, struct stamp *stamp)
{
	int64_t ns;

	cut__spaces(&s);
	if (!cut_seconds(&s, &ns) || s.n)
		return false;
	stamp->boot_known = true;
	stamp->boot_ns = ns;
	return true;
}

/* " <    0.000123>", or all of it, with what dmesg -d puts beside the time. */
static bool cut_delta(struct slice *s)
{
	long at = slice__find_last(*s, "<");

	if (at < 0 || !cut__suffix(s, ">"))
		return false;
	s->n = at;
	cut__suffix(s, " ");
	return true;
}

bool stamp__cut_bracket(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s, inside;
	struct stamp read = {0};
	bool delta;

	if (!cut__prefix(&rest, "[") || !cut__until(&rest, "]", &inside) || inside.n > 48)
		return false;
	delta = cut_delta(&inside);
	if (!(delta && !inside.n) && !read_uptime(inside, &read) &&
	    !read_ctime(inside, context, &read) && !read_relative(inside, context, &read))
		return false;
	cut__prefix(&rest, " ");
	*s = rest;
	*stamp = read;
	return true;
}

/* ---- journalctl and syslog ---- */

bool stamp__cut_iso(struct slice *s, struct stamp *stamp)
{
	struct slice rest = *s;
	struct tm tm = {0};
	int64_t fraction = 0;
	int east;

	if (!cut_date(&rest, &tm) || !cut__prefix(&rest, "T") || !cut_clock(&rest, &tm))
		return false;
	if ((cut__prefix(&rest, ",") || cut__prefix(&rest, ".")) && !cut_fraction(&rest, &fraction))
		return false;
	if (!cut_zone(&rest, &east) || !cut__prefix(&rest, " "))
		return false;
	*stamp = of_seconds(timegm(&tm) - east, fraction);
	*s = rest;
	return true;
}

bool stamp__cut_syslog(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s;
	struct tm tm = {0};
	int64_t fraction = 0;

	if (!cut_month(&rest, &tm) || !cut__prefix(&rest, " ") || !cut_day(&rest, &tm) ||
	    !cut__prefix(&rest, " ") || !cut_clock(&rest, &tm))
		return false;
	if (cut__prefix(&rest, ".") && !cut_fraction(&rest, &fraction))
		return false;
	if (!cut__prefix(&rest, " "))
		return false;
	*stamp = of_yearless(context, &tm, fraction);
	*s = rest;
	return true;
}

/* Of the zones that have a name only that of TZ is known, and UTC. */
bool stamp__cut_full(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s, zone;
	struct tm tm = {0};
	int64_t fraction = 0;

	if (!cut_weekday(&rest) || !cut__prefix(&rest, " ") || !cut_date(&rest, &tm) ||
	    !cut__prefix(&rest, " ") || !cut_clock(&rest, &tm))
		return false;
	if (cut__prefix(&rest, ".") && !cut_fraction(&rest, &fraction))
		return false;
	if (!cut__prefix(&rest, " ") || !cut__until(&rest, " ", &zone) || !zone.n)
		return false;
	*stamp = slice__is(zone, "UTC") ? of_seconds(timegm(&tm), fraction)
					: of_local(context, &tm, fraction);
	*s = rest;
	return true;
}

bool stamp__cut_unix(struct slice *s, struct stamp *stamp)
{
	struct slice rest = *s;
	int64_t ns;

	if (!cut_seconds(&rest, &ns) || !cut__prefix(&rest, " "))
		return false;
	*stamp = of_real(ns);
	*s = rest;
	return true;
}
