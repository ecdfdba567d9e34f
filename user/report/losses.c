// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the page can't show; see losses.h. */
#include "report/escape.h"
#include "report/losses.h"
#include "report/quantity.h"

#define LISTED 20 /* of a node, one by one */

/* Before the first record and after the last one something is missing of any file. */
static bool is_within(const struct hole *h)
{
	return h->kind != HOLE_BEFORE && h->kind != HOLE_AFTER;
}

uint64_t losses__kills(const struct chronicle *c)
{
	uint64_t kills = 0;

	for (size_t i = 0; i < c->n_nodes; i++)
		for (size_t k = 0; k < c->nodes[i].holes.n_holes; k++)
			if (is_within(&c->nodes[i].holes.holes[k]))
				kills += c->nodes[i].holes.holes[k].kills;
	return kills;
}

static void put_what(FILE *out, const struct hole *h)
{
	switch (h->kind) {
	case HOLE_DOWN:
		fputs("no oomtrace ran", out);
		break;
	case HOLE_LOST:
		fputs("records were lost", out);
		break;
	case HOLE_UNEXPLAINED:
		fputs("the kernel counted kills that were not seen", out);
		break;
	case HOLE_BEFORE:
	case HOLE_AFTER:
		break;
	}
	fputs(": ", out);
	if (h->kills)
		quantity__of(out, h->kills, "kill");
	else
		fputs("how many kills is not known", out);
}

static void put_hole(FILE *out, const struct chronicle_node *node, const struct hole *h)
{
	fputs("<li><b>", out);
	escape__html(out, node->name);
	fputs("</b>, ", out);
	quantity__time(out, h->from_ns);
	fputs(" to ", out);
	quantity__time(out, h->to_ns);
	fputs(", ", out);
	put_what(out, h);
	fputs("</li>", out);
}

static size_t put_node(FILE *out, const struct chronicle_node *node)
{
	size_t n = 0;

	if (node->klog) {
		fputs("<li><b>", out);
		escape__html(out, node->name);
		fputs("</b>: from the kernel's log, of which anything may be missing</li>", out);
		return 1;
	}
	for (size_t i = 0; i < node->holes.n_holes; i++) {
		if (!is_within(&node->holes.holes[i]))
			continue;
		if (n++ < LISTED)
			put_hole(out, node, &node->holes.holes[i]);
	}
	if (n > LISTED) {
		fputs("<li><b>", out);
		escape__html(out, node->name);
		fputs("</b>: and ", out);
		quantity__of(out, n - LISTED, "more time");
		fputs(" like these</li>", out);
	}
	return n;
}

static size_t put_rest(FILE *out, const struct chronicle *c, unsigned long bad_lines)
{
	if (c->without_incident) {
		fputs("<li>", out);
		quantity__of(out, c->without_incident, "kill");
		fputs(" without a record of the incident: the file ends, or begins, between the "
		      "two</li>",
		      out);
	}
	if (bad_lines) {
		fputs("<li>", out);
		quantity__of(out, bad_lines, "line");
		fputs(" that could not be read as a record</li>", out);
	}
	return (c->without_incident != 0) + (bad_lines != 0);
}

void losses__put(FILE *out, const struct chronicle *c, unsigned long bad_lines)
{
	size_t n = 0;

	fputs("<ul>", out);
	for (size_t i = 0; i < c->n_nodes; i++)
		n += put_node(out, &c->nodes[i]);
	n += put_rest(out, c, bad_lines);
	if (!n)
		fputs("<li>Nothing that is known: from the first record to the last no record was "
		      "lost, and the kernel's own count agrees where it was asked.</li>",
		      out);
	fputs("</ul>", out);
}
