/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A time as text, by its form. In a form stand for
 *
 *     Y           a year, of four digits
 *     m d H M S   month, day, hour, minute, second, of two digits; a day also as " 4"
 *     a b         the names of a day and of a month, "Tue", "Nov"
 *     f z         ".123" or ",123", and "Z", "+03:00", " -0500" or " UTC": either may be missing
 *     E           seconds since 1970, or milliseconds: ten digits or thirteen
 *     T           a T or a space
 *
 * and anything else for itself: "Y-m-dTH:M:Sfz". Pure, but for TZ.
 */
#ifndef OOMTRACE_FORM_H
#define OOMTRACE_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What a text says; false: it does not. */
struct time_parts {
	struct tm tm;
	long ns;
	long east_s; /* of its zone */
	int64_t epoch_s;
	bool epoch;
	bool date;
	bool year;
	bool zone;
	bool fraction;
};

/*
 * Reads a time of that form at s. What follows it; NULL: it is not there, or no such day or hour
 * exists from 1970 to 2099. A time that goes on in a letter or a digit is something else.
 */
const char *form__read(const char *form, const char *s, const char *end, struct time_parts *p);

/* Whether the whole of the text is a time of that form. */
bool form__is(const char *form, const char *text, struct time_parts *p);

/* Since 1970, of parts that have a date and a year; without a zone by TZ. */
int64_t time_parts__seconds(const struct time_parts *p);
int64_t time_parts__ns(const struct time_parts *p);

/*
 * For a date without a year: the last year in which it was not after latest_s. False: there is none,
 * as of "Feb 30".
 */
bool time_parts__set_year(struct time_parts *p, int64_t latest_s);

#endif /* OOMTRACE_FORM_H */
