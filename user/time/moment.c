// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A time as one says it; see moment.h. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "time/form.h"
#include "time/moment.h"

#define NS_PER_S 1000000000LL
#define MOST_AGO 100000 /* of any unit: as days it still fits in ns */

static int64_t seconds_in(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 24 * 3600;
	}
	return 0;
}

/* "-2h" or "2h ago". */
static bool parse_ago(const char *text, time_t now, int64_t *ns)
{
	bool minus = text[0] == '-';
	const char *digits = text + minus;
	unsigned long n;
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	n = strtoul(digits, &end, 10);
	if (n > MOST_AGO || !seconds_in(*end) || strcmp(end + 1, minus ? "" : " ago"))
		return false;
	*ns = (now - (int64_t)n * seconds_in(*end)) * NS_PER_S;
	return true;
}

static int64_t midnight(time_t now, int days_ago)
{
	struct tm day;

	localtime_r(&now, &day);
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_mday -= days_ago;
	day.tm_isdst = -1;
	return mktime(&day) * NS_PER_S;
}

static bool parse_date(const char *text, int64_t *ns)
{
	static const char *const forms[] = {"Y-m-dTH:M:Sfz", "Y-m-dTH:Mz", "Y-m-d"};
	struct time_parts p;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!form__is(forms[i], text, &p))
			continue;
		*ns = time_parts__ns(&p);
		return true;
	}
	return false;
}

int moment__parse(const char *text, time_t now, int64_t *ns)
{
	if (!strcmp(text, "today") || !strcmp(text, "yesterday"))
		*ns = midnight(now, text[0] == 'y');
	else if (!parse_ago(text, now, ns) && !parse_date(text, ns))
		return -EINVAL;
	return 0;
}

int moment__read(const char *name, const char *text, int64_t *ns)
{
	if (!text || !moment__parse(text, time(NULL), ns))
		return 0;
	fprintf(stderr,
		"oomtrace: --%s %s: must be a time as \"2026-11-24 04:10\", "
		"2026-11-24T04:10:14Z, \"2h ago\", -90m, today or yesterday\n",
		name, text);
	return -EINVAL;
}
