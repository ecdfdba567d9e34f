// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* When there were incidents; see timeline.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/clock.h"
#include "report/escape.h"
#include "report/quantity.h"
#include "report/timeline.h"

#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL
#define TICKS	  4 /* at most: there is room for that many on a phone */

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
	t->begin_ns -= t->begin_ns % NS_PER_S;
	t->bin_ns = (c->incidents[c->n_incidents - 1].ns - t->begin_ns) / TRACK_BINS;
	t->bin_ns += NS_PER_MS - t->bin_ns % NS_PER_MS; /* timeline.js counts in ms */
	if (t->bin_ns < NS_PER_S)
		t->bin_ns = NS_PER_S;
}

static size_t bin_of(const struct timeline *t, int64_t ns)
{
	size_t bin = (ns - t->begin_ns) / t->bin_ns;

	return bin < TRACK_BINS ? bin : TRACK_BINS - 1;
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

/* Calls put for each tick; x in bins. */
static void each_tick(FILE *out, const struct timeline *t,
		      void (*put)(FILE *out, double x, const char *rfc3339))
{
	int64_t span = t->bin_ns * TRACK_BINS, step = tick_ns(span);
	int64_t first = (t->begin_ns + step - 1) / step * step;

	for (int64_t ns = first; ns < t->begin_ns + span; ns += step) {
		char text[CLOCK_TEXT_BYTES];

		clock__format(text, ns);
		put(out, 1.0 * (ns - t->begin_ns) / t->bin_ns, text);
	}
}

/* "11-24" for midnight, "11-24 04:10" for a whole minute, else with seconds. */
static void put_tick(FILE *out, double x, const char *rfc3339)
{
	const char *time = rfc3339 + strlen("2026-11-24T");
	double percent = 100 * x / TRACK_BINS;
	const char *anchor = percent > 88 ? "end" : percent < 12 ? "start" : "middle";

	fprintf(out, "<text x=\"%.2f%%\" y=\"12\" text-anchor=\"%s\">%.5s", percent, anchor,
		rfc3339 + strlen("2026-"));
	if (strncmp(time, "00:00:00.000", 12) != 0)
		fprintf(out, " %.*s", strncmp(time + 5, ":00.000", 7) ? 8 : 5, time);
	fputs("</text>", out);
}

static void put_line(FILE *out, double x, const char *rfc3339)
{
	(void)rfc3339;
	fprintf(out, "M%.2f 0V" TRACK_HIGH, x);
}

static void put_axis(FILE *out, const struct timeline *t)
{
	fputs("<div class=\"row axis\"><span>UTC</span><svg width=\"100%\" height=\"18\" "
	      "aria-hidden=\"true\">",
	      out);
	each_tick(out, t, put_tick);
	fputs("</svg><span></span></div>", out);
}

/* ---- rows: of one lane, or of several in a row ---- */

struct range {
	size_t first, end; /* of the lanes */
};

static uint64_t count(const struct timeline *t, struct range r, struct track *track)
{
	const struct chronicle *c = t->chronicle;
	uint64_t n = 0;

	*track = (struct track){0};
	for (size_t i = 0; i < c->n_incidents; i++) {
		if (t->lanes->of[i] < r.first || t->lanes->of[i] >= r.end)
			continue;
		if (c->incidents[i].ns != INT64_MIN)
			track->bins[bin_of(t, c->incidents[i].ns)][c->incidents[i].standing]++;
		n++;
	}
	return n;
}

static uint64_t count_bad(const struct lanes *l, struct range r)
{
	uint64_t bad = 0;

	for (size_t i = r.first; i < r.end; i++)
		bad += l->all[i].standings[STANDING_BAD];
	return bad;
}

static void put_track(FILE *out, const struct timeline *t, struct range r)
{
	struct track track;
	uint64_t n = count(t, r, &track), bad = count_bad(t->lanes, r);

	fputs("<svg class=\"track\" role=\"img\" width=\"100%\" height=\"" TRACK_HIGH
	      "\" viewBox=\"0 0 120 " TRACK_HIGH "\" preserveAspectRatio=\"none\" aria-label=\"",
	      out);
	quantity__of(out, n, "incident");
	if (bad)
		fprintf(out, ", %" PRIu64 " inconsistent", bad);
	fputs("\"><path class=\"ticks\" d=\"M0 16H120", out);
	each_tick(out, t, put_line);
	fputs("\"/>", out);
	track__put(out, &track);
	fputs("</svg><span class=\"count\" aria-hidden=\"true\">", out);
	quantity__count(out, n);
	fputs("</span>", out);
}

/* element is what holds it; name, and of a lane more. */
static void put_row(FILE *out, const struct timeline *t, const char *element, struct range r,
		    const char *name, const char *more)
{
	fprintf(out,
		"<%s class=\"row\" data-lanes=\"%zu-%zu\"><button type=\"button\" "
		"aria-pressed=\"false\" disabled title=\"",
		element, r.first, r.end);
	escape__html(out, name);
	fputs(more ? ", " : "", out);
	escape__html(out, more);
	fputs("\"><span>", out);
	escape__html(out, name);
	fputs("</span> <b>", out);
	escape__html(out, more);
	fputs("</b></button>", out);
	put_track(out, t, r);
	fprintf(out, "</%s>", element);
}

/* ---- the whole ---- */

/* Of a single lane the row says all that one of the node would. */
static void put_heading(FILE *out, const struct timeline *t, struct range r)
{
	const char *name = t->chronicle->nodes[t->lanes->all[r.first].node].name;

	if (r.end - r.first > 1) {
		put_row(out, t, "h3", r, name, NULL);
		return;
	}
	fputs("<h3>", out);
	escape__html(out, name);
	fputs("</h3>", out);
}

static void put_node(FILE *out, const struct timeline *t, struct range r)
{
	const struct lanes *l = t->lanes;

	put_heading(out, t, r);
	fputs("<ol>", out);
	for (size_t i = r.first; i < r.end; i++)
		if (l->all[i].rank < TIMELINE_LANES)
			put_row(out, t, "li", (struct range){i, i + 1}, l->all[i].place,
				l->all[i].group);
	fputs("</ol>", out);
}

static bool is_shown(const struct lanes *l, struct range r)
{
	for (size_t i = r.first; i < r.end; i++)
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
	fputs(", have no row of their own.</p>", out);
}

void timeline__put(FILE *out, const struct timeline *t)
{
	const struct lanes *l = t->lanes;

	put_axis(out, t);
	if (l->n && l->all[0].node != l->all[l->n - 1].node)
		put_row(out, t, "div", (struct range){0, l->n}, "All nodes", NULL);
	for (struct range r = {0}; r.first < l->n; r.first = r.end) {
		while (r.end < l->n && l->all[r.end].node == l->all[r.first].node)
			r.end++;
		if (is_shown(l, r))
			put_node(out, t, r);
	}
	put_rest(out, l);
}
