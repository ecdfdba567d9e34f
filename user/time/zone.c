// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From --tz to TZ; see zone.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "time/form.h"
#include "time/zone.h"

/* "+03:00" as TZ has it, which wants a name first and counts to the west: "LOG-03:00". */
static bool set_offset(const char *zone)
{
	struct time_parts p;
	char tz[32];

	if ((zone[0] != '+' && zone[0] != '-') || !form__is("z", zone, &p) || !p.zone)
		return false;
	snprintf(tz, sizeof(tz), "LOG%c%s", zone[0] == '+' ? '-' : '+', zone + 1);
	return !setenv("TZ", tz, 1);
}

/* A name that tzset() does not find would silently be UTC. */
static bool set_name(const char *zone)
{
	char path[256];

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	if (!isalpha((unsigned char)zone[0]) || strstr(zone, "..") || access(path, R_OK))
		return false;
	return !setenv("TZ", zone, 1);
}

int zone__set(const char *zone)
{
	bool utc = !strcmp(zone, "UTC");

	if (utc && setenv("TZ", "UTC0", 1))
		return -EINVAL;
	if (!utc && strcmp(zone, "local") && !set_offset(zone) && !set_name(zone))
		return -EINVAL;
	tzset();
	return 0;
}

int zone__set_option(const char *zone)
{
	if (!zone)
		zone = ZONE_DEFAULT;
	if (!zone__set(zone))
		return 0;
	fprintf(stderr, "oomtrace: --tz %s: must be UTC, local, +03:00 or as Europe/Berlin\n",
		zone);
	return -EINVAL;
}
