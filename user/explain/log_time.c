// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The time in a line of a log; see log_time.h. */
#include <ctype.h>
#include <string.h>

#include "explain/log_time.h"

#define NS_PER_S     1000000000LL
#define SEARCH_BYTES 1024 /* of a line: a time stands near its start, except in Docker's JSON */

/* The most complete first, so that a date and time is not taken for a time alone. */
static const char *const forms[] = {
	"Y-m-dTH:M:Sfz", "Y/m/d H:M:Sfz", "d/b/Y:H:M:Sfz", "b d H:M:S Y", "b d H:M:Sfz",
	"m-d H:M:Sfz",	 "md H:M:Sfz",	  "H:M:Sfz",	   "Ef",
};

/* Not inside a word or number; a time alone also not behind ":" or "-", as part of a longer one. */
static bool may_begin(const char *form, const char *line, const char *s)
{
	char before = s == line ? ' ' : s[-1];

	if (form[0] == 'm' && form[1] == 'd')
		return before && strchr("IWEF", before);
	return !isalnum((unsigned char)before) && before != '.' &&
	       (form[0] != 'H' || !strchr(":-", before));
}

static bool find(struct text line, struct time_parts *p)
{
	const char *end = line.at + line.len;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		for (const char *s = line.at; s < end; s++)
			if (may_begin(forms[i], line.at, s) && form__read(forms[i], s, end, p))
				return true;
	return false;
}

/* The day that the rules say, or the last one on which that time was not after the latest. */
static void set_date(struct time_parts *p, const struct log_time_rules *rules)
{
	time_t latest_s = rules->latest_ns / NS_PER_S + p->east_s;
	struct tm day;

	if (rules->date.date)
		day = rules->date.tm;
	else if (p->zone)
		gmtime_r(&latest_s, &day);
	else
		localtime_r(&latest_s, &day);
	p->tm.tm_year = day.tm_year;
	p->tm.tm_mon = day.tm_mon;
	p->tm.tm_mday = day.tm_mday;
	if (!rules->date.date && time_parts__seconds(p) > rules->latest_ns / NS_PER_S)
		p->tm.tm_mday--;
}

struct log_time log_time__find(struct text line, const struct log_time_rules *rules)
{
	struct time_parts p;

	if (line.len > SEARCH_BYTES)
		line.len = SEARCH_BYTES;
	if (!find(line, &p))
		return (struct log_time){0};
	if (!p.date)
		set_date(&p, rules);
	else if (!p.year && !time_parts__set_year(&p, rules->latest_ns / NS_PER_S))
		return (struct log_time){0};
	return (struct log_time){
		.known = true,
		.ns = time_parts__ns(&p),
		.whole = !p.fraction,
		.no_zone = !p.zone,
		.no_date = !p.date,
		.no_year = p.date && !p.year,
	};
}
