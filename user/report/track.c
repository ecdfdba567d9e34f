// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Incidents, bin by bin, to columns; see track.h. */
#include "report/track.h"

#define LINE_PX	  16
#define LOWEST_PX 7
#define STEP_PX	  1.25
#define STEPS	  5
#define ON_TOP_PX 2 /* at least, of what stands on another */

struct column {
	double left, wide; /* in bins */
	double from, to;   /* y, in px */
};

static const char *const classes[N_STANDINGS] = {
	[STANDING_BAD] = "bad",
	[STANDING_GOOD] = "good",
	[STANDING_UNKNOWN] = "unknown",
};

static double height_of(uint32_t n)
{
	int steps = n ? 31 - __builtin_clz(n) : 0;

	return n ? LOWEST_PX + STEP_PX * (steps < STEPS ? steps : STEPS) : 0;
}

static struct column column_of(const uint32_t bin[N_STANDINGS], int standing)
{
	double bad = height_of(bin[STANDING_BAD]);
	double all = height_of(bin[STANDING_BAD] + bin[STANDING_UNKNOWN]);

	if (standing == STANDING_GOOD)
		return (struct column){0.1, 0.8, LINE_PX, LINE_PX + height_of(bin[standing])};
	if (standing == STANDING_BAD)
		return (struct column){0.1, 0.8, LINE_PX - bad, LINE_PX};
	if (all < bad + ON_TOP_PX)
		all = bad + ON_TOP_PX;
	return (struct column){0.35, 0.3, LINE_PX - all, LINE_PX - bad};
}

void track__put(FILE *out, const struct track *t)
{
	for (int standing = 0; standing < N_STANDINGS; standing++) {
		fprintf(out, "<path class=\"%s\" d=\"", classes[standing]);
		for (int i = 0; i < TRACK_BINS; i++) {
			struct column c = column_of(t->bins[i], standing);

			if (t->bins[i][standing])
				fprintf(out, "M%g %gV%gh%gV%gz", i + c.left, c.from, c.to, c.wide,
					c.from);
		}
		fputs("\"/>", out);
	}
}
