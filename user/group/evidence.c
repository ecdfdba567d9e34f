// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Edges as sentences:
 *
 *   181 was forked by 177 and runs its program (strong)
 *   5 more below 177: 4 forked, 1 launched
 */
#include <stdio.h>
#include <string.h>

#include "group/evidence.h"

static void say_step(const struct group *g, int i, char text[EVIDENCE_BYTES])
{
	static const struct {
		const char *verb, *end;
	} says[EDGES] = {
		[EDGE_FORKED] = {"was forked by", " and runs its program"},
		[EDGE_ORPHANED] = {"runs the program of", ", which forked it before it was killed"},
		[EDGE_LAUNCHED] = {"was started by", " in the way of its framework"},
		[EDGE_RANKS] = {"was given a rank of its own by", ""},
		[EDGE_ALIKE] = {"was started like its siblings, but for numbers, by", ""},
		[EDGE_SESSION] = {"was started in the way of its framework, has lost its parent, "
				  "and is in the session of",
				  ""},
	};
	const struct member *m = &g->forest->members[i];

	snprintf(text, EVIDENCE_BYTES, "%u %s %u%s (%s)", m->process.pid, says[m->edge].verb,
		 g->forest->members[m->parent].process.pid, says[m->edge].end,
		 strength__name(edge__strength(m->edge)));
}

/* Whether i is the victim or stands above it. */
static bool is_on_the_way(const struct group *g, int i)
{
	for (int at = g->victim; at >= 0; at = g->forest->members[at].parent)
		if (at == i)
			return true;
	return false;
}

static bool say_others(const struct group *g, char text[EVIDENCE_BYTES])
{
	static const char *const names[EDGES] = {
		NULL, "forked", "orphaned", "launched", "given ranks", "alike", "in the session"};
	int of[EDGES] = {0}, n = 0, len;

	for (int k = 0; k < g->n; k++) {
		int i = g->members[k];

		if (is_on_the_way(g, i) || !g->forest->members[i].edge ||
		    g->forest->members[i].later)
			continue;
		of[g->forest->members[i].edge]++;
		n++;
	}
	if (!n)
		return false;
	len = snprintf(text, EVIDENCE_BYTES, "%d more below %u:", n,
		       g->forest->members[g->top].process.pid);
	for (int edge = 0; edge < EDGES; edge++)
		if (of[edge])
			len += snprintf(text + len, EVIDENCE_BYTES - len, " %d %s,", of[edge],
					names[edge]);
	text[len - 1] = '\0';
	return true;
}

bool evidence__sentence(const struct group *g, int k, char text[EVIDENCE_BYTES])
{
	int i = g->victim;

	while (k && g->forest->members[i].parent >= 0) {
		i = g->forest->members[i].parent;
		k--;
	}
	if (g->forest->members[i].parent >= 0) {
		say_step(g, i, text);
		return true;
	}
	return !k && say_others(g, text);
}
