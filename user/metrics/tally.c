// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Counts by place; see tally.h. */
#include <string.h>

#include "metrics/tally.h"

void tallies__init(struct tallies *t)
{
	memset(t, 0, sizeof(*t));
	origin__set(&t->other.origin, "", "", "other");
}

/* The one that has been quiet for longest, if that is long enough; NULL: none has. */
static struct tally *find_quiet(struct tallies *t, uint32_t now_s)
{
	struct tally *oldest = &t->of[0];

	for (size_t i = 1; i < t->n; i++)
		if (t->of[i].used_s < oldest->used_s)
			oldest = &t->of[i];
	return now_s > oldest->used_s && now_s - oldest->used_s >= TALLY_KEPT_S ? oldest : NULL;
}

struct tally *tallies__find(struct tallies *t, const struct origin *origin, uint32_t now_s)
{
	struct tally *found = NULL;

	if (origin__equals(&t->other.origin, origin))
		return &t->other;
	for (size_t i = 0; i < t->n; i++)
		if (origin__equals(&t->of[i].origin, origin))
			return &t->of[i];
	found = t->n < TALLIES ? &t->of[t->n++] : find_quiet(t, now_s);
	if (found)
		*found = (struct tally){.origin = *origin, .used_s = now_s};
	return found;
}

const struct tally *tallies__get(const struct tallies *t, size_t i)
{
	if (i < t->n)
		return &t->of[i];
	return i == t->n ? &t->other : NULL;
}
