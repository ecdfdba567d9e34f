// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* When there were incidents; see timeline.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/clock.h"
#include "report/escape.h"
#include "report/quantity.h"
#include "report/timeline.h"

#define NS_PER_S    1000000000LL
#define TICKS	    4 /* at most: there is room for that many on a phone */
#define BIN_PERCENT (100.0 / TIMELINE_BINS)

struct bin {
	uint32_t standings[N_STANDINGS];
};

/* How a mark looks: what is inconsistent stands out by its height, too. */
static const struct {
	const char *class;
	int y, height;
} marks[N_STANDINGS] = {
	[STANDING_BAD] = {"bad", 2, 18},
	[STANDING_GOOD] = {"good", 12, 8},
	[STANDING_UNKNOWN] = {"unknown", 9, 11},
};

/* ---- time ---- */

/* Those without a time are first. */
static size_t first_dated(const struct chronicle *c)
{
	size_t i = 0;

	while (i < c->n_incidents && c->incidents[i].ns == INT64_MIN)
		i++;
	return i;
}

void timeline__init(struct timeline *t, const struct chronicle *c, const struct lanes *l)
{
	size_t first = first_dated(c);

	*t = (struct timeline){.chronicle = c, .lanes = l, .bin_ns = NS_PER_S};
	if (first == c->n_incidents)
		return;
	t->begin_ns = c->incidents[first].ns;
	t->bin_ns = (c->incidents[c->n_incidents - 1].ns - t->begin_ns) / TIMELINE_BINS + 1;
	if (t->bin_ns < NS_PER_S)
		t->bin_ns = NS_PER_S;
	t->begin_ns -= t->begin_ns % NS_PER_S;
}

static size_t bin_of(const struct timeline *t, int64_t ns)
{
	size_t bin = (ns - t->begin_ns) / t->bin_ns;

	return bin < TIMELINE_BINS ? bin : TIMELINE_BINS - 1;
}

/* The smallest round step that gives no more ticks than there may be. */
static int64_t tick_ns(int64_t span_ns)
{
	static const int steps[] = {1,	   5,	   15,	   30,	    60,	    300,
				    900,   1800,   3600,   7200,    21600,  43200,
				    86400, 172800, 604800, 1209600, 2592000};
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(*steps) && span_ns / (steps[i] * NS_PER_S) >= TICKS)
		i++;
	if (span_ns / (steps[i] * NS_PER_S) >= TICKS)
		return span_ns / TICKS;
	return steps[i] * NS_PER_S;
}

static double percent(const struct timeline *t, int64_t ns)
{
	return 100.0 * (ns - t->begin_ns) / (t->bin_ns * TIMELINE_BINS);
}

/* Calls put for each tick. */
static void each_tick(FILE *out, const struct timeline *t,
		      void (*put)(FILE *out, double x, const char *rfc3339))
{
	int64_t span = t->bin_ns * TIMELINE_BINS, step = tick_ns(span);
	int64_t first = (t->begin_ns + step - 1) / step * step;

	for (int64_t ns = first; ns < t->begin_ns + span; ns += step) {
		char text[CLOCK_TEXT_BYTES];

		clock__format(text, ns);
		put(out, percent(t, ns), text);
	}
}

/* Without seconds on a whole minute. */
static void put_tick(FILE *out, double x, const char *rfc3339)
{
	bool whole = !strncmp(rfc3339 + strlen("2026-11-24T04:10"), ":00.000", 7);
	const char *anchor = x > 88 ? "end" : x < 12 ? "start" : "middle";

	fprintf(out, "<text x=\"%.2f%%\" y=\"12\" text-anchor=\"%s\">%.5s %.*s</text>", x, anchor,
		rfc3339 + 5, whole ? 5 : 8, rfc3339 + 11);
}

static void put_line(FILE *out, double x, const char *rfc3339)
{
	fprintf(out, "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"100%%\"/>", x, x);
}

/* ---- lanes ---- */

static void count(const struct timeline *t, size_t lane, struct bin bins[TIMELINE_BINS])
{
	const struct chronicle *c = t->chronicle;

	memset(bins, 0, TIMELINE_BINS * sizeof(*bins));
	for (size_t i = first_dated(c); i < c->n_incidents; i++)
		if (t->lanes->of[i] == lane)
			bins[bin_of(t, c->incidents[i].ns)].standings[t->lanes->standing[i]]++;
}

static void put_counts(FILE *out, uint64_t incidents, uint64_t bad)
{
	quantity__of(out, incidents, "incident");
	if (bad)
		fprintf(out, ", %" PRIu64 " inconsistent", bad);
}

/* The worst of a bin's incidents is what is seen of it. */
static void put_mark(FILE *out, const struct timeline *t, size_t at, const struct bin *bin)
{
	int worst = bin->standings[STANDING_BAD]       ? STANDING_BAD
		    : bin->standings[STANDING_UNKNOWN] ? STANDING_UNKNOWN
						       : STANDING_GOOD;
	char text[CLOCK_TEXT_BYTES];
	uint64_t all = 0;

	for (int i = 0; i < N_STANDINGS; i++)
		all += bin->standings[i];
	if (!all)
		return;
	clock__format(text, t->begin_ns + (int64_t)at * t->bin_ns);
	fprintf(out,
		"<rect class=\"%s\" data-bin=\"%zu\" x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" "
		"height=\"%d\"><title>",
		marks[worst].class, at, at * BIN_PERCENT, marks[worst].y, BIN_PERCENT,
		marks[worst].height);
	put_counts(out, all, bin->standings[STANDING_BAD]);
	fprintf(out, ", from %.10s %.8s</title></rect>", text, text + 11);
}

static void put_lane(FILE *out, const struct timeline *t, size_t at)
{
	const struct lane *lane = &t->lanes->all[at];
	struct bin bins[TIMELINE_BINS];

	count(t, at, bins);
	fprintf(out,
		"<li data-lane=\"%zu\"><button type=\"button\" aria-pressed=\"false\" "
		"disabled title=\"",
		at);
	escape__html(out, lane->place);
	fputs(", ", out);
	escape__html(out, lane->group);
	fputs("\"><span>", out);
	escape__html(out, lane->place);
	fputs("</span> <b>", out);
	escape__html(out, lane->group);
	fputs("</b></button><svg class=\"track\" role=\"img\" width=\"100%\" height=\"22\" "
	      "aria-label=\"",
	      out);
	put_counts(out, lane->incidents, lane->standings[STANDING_BAD]);
	fputs("\">", out);
	each_tick(out, t, put_line);
	for (size_t i = 0; i < TIMELINE_BINS; i++)
		put_mark(out, t, i, &bins[i]);
	fprintf(out, "</svg><span class=\"count\" aria-hidden=\"true\">%" PRIu64 "</span></li>",
		lane->incidents);
}

static void put_node(FILE *out, const struct timeline *t, size_t first, size_t end)
{
	fputs("<h3>", out);
	escape__html(out, t->chronicle->nodes[t->lanes->all[first].node].name);
	fputs("</h3><ol class=\"lanes\">", out);
	for (size_t i = first; i < end; i++)
		if (t->lanes->all[i].rank < TIMELINE_LANES)
			put_lane(out, t, i);
	fputs("</ol>", out);
}

static bool is_shown(const struct lanes *l, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (l->all[i].rank < TIMELINE_LANES)
			return true;
	return false;
}

static void put_rest(FILE *out, const struct lanes *l)
{
	uint64_t incidents = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->all[i].rank >= TIMELINE_LANES)
			incidents += l->all[i].incidents;
	if (!incidents)
		return;
	fputs("<p class=\"note\">", out);
	quantity__of(out, l->n - TIMELINE_LANES, "more lane");
	fputs(" with fewer, in all ", out);
	quantity__of(out, incidents, "incident");
	fputs(", are in the list alone.</p>", out);
}

void timeline__put(FILE *out, const struct timeline *t)
{
	const struct lanes *l = t->lanes;

	fputs("<div class=\"axis\"><span>UTC</span><svg width=\"100%\" height=\"18\" "
	      "aria-hidden=\"true\">",
	      out);
	each_tick(out, t, put_tick);
	fputs("</svg><span></span></div>", out);
	for (size_t first = 0, end; first < l->n; first = end) {
		for (end = first; end < l->n && l->all[end].node == l->all[first].node; end++)
			;
		if (is_shown(l, first, end))
			put_node(out, t, first, end);
	}
	put_rest(out, l);
}
