// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* When something was; see when.h. */
#include <inttypes.h>
#include <string.h>

#include "node/clock.h"
#include "status/when.h"

#define NS_PER_S 1000000000

/* Of each unit up to twice the next one: "90 s" says more than "1 min". */
void when__age(struct words *t, int64_t ns, int64_t now_ns)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{1, "s"}, {60, "min"}, {3600, "h"}, {86400, "days"}};
	int64_t seconds = ns > now_ns ? 0 : now_ns / NS_PER_S - ns / NS_PER_S;
	size_t unit = 0;

	while (unit < 3 && seconds >= 2 * units[unit + 1].seconds)
		unit++;
	words__put(t, "%" PRId64 " %s", seconds / units[unit].seconds, units[unit].name);
}

void when__moment(struct words *t, int64_t ns, int64_t now_ns)
{
	const size_t day = sizeof("2026-11-24T") - 1, whole = sizeof("2026-11-24T04:10:14") - 1;
	char text[CLOCK_TEXT_BYTES], now[CLOCK_TEXT_BYTES];

	clock__format(text, ns);
	clock__format(now, now_ns);
	if (strncmp(text, now, day))
		words__put(t, "%.*s ", (int)day - 1, text);
	words__put(t, "%.*sZ", (int)(whole - day), text + day);
}
