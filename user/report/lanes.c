// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Incidents to lanes; see lanes.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/lanes.h"

/* The lane of that name, made where there is none. */
static int find(struct lanes *l, json_t *known, const struct chronicle_incident *in, size_t *at)
{
	json_t *key = json_pack("[I, s, s]", (json_int_t)in->node, in->place, in->group);
	char *name = key ? json_dumps(key, JSON_COMPACT) : NULL;
	const json_t *old = name ? json_object_get(known, name) : NULL;
	int err = name ? 0 : -ENOMEM;

	*at = old ? (size_t)json_integer_value(old) : l->n;
	if (!err && !old) {
		void *grown = realloc(l->all, (l->n + 1) * sizeof(*l->all));

		if (grown)
			l->all = grown;
		if (!grown || json_object_set_new(known, name, json_integer(l->n)))
			err = -ENOMEM;
		else
			l->all[l->n++] = (struct lane){
				.node = in->node, .place = in->place, .group = in->group};
	}
	json_decref(key);
	free(name);
	return err;
}

static int take(struct lanes *l, json_t *known, const struct chronicle *c, size_t i)
{
	const struct chronicle_incident *in = &c->incidents[i];
	struct lane *lane;
	int err = find(l, known, in, &l->of[i]);

	if (err)
		return err;
	lane = &l->all[l->of[i]];
	lane->incidents++;
	lane->standings[in->standing]++;
	l->standings[in->standing]++;
	return 0;
}

static int by_incidents(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;

	if (x->incidents != y->incidents)
		return x->incidents > y->incidents ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

static int by_node(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* In the one order and then in the other; rank is meanwhile where a lane was before. */
static int sort(struct lanes *l, size_t n_incidents)
{
	size_t *moved = calloc(l->n, sizeof(*moved)), *first = calloc(l->n, sizeof(*first));
	int err = moved && first ? 0 : -ENOMEM;

	for (size_t i = 0; i < l->n; i++)
		l->all[i].rank = i;
	qsort(l->all, l->n, sizeof(*l->all), by_incidents);
	for (size_t i = 0; !err && i < l->n; i++) {
		first[i] = l->all[i].rank;
		l->all[i].rank = i;
	}
	qsort(l->all, l->n, sizeof(*l->all), by_node);
	for (size_t i = 0; !err && i < l->n; i++)
		moved[first[l->all[i].rank]] = i;
	for (size_t i = 0; !err && i < n_incidents; i++)
		l->of[i] = moved[l->of[i]];
	free(moved);
	free(first);
	return err;
}

int lanes__find(struct lanes *l, const struct chronicle *c)
{
	json_t *known = json_object();
	int err = known ? 0 : -ENOMEM;

	*l = (struct lanes){
		.of = calloc(c->n_incidents + 1, sizeof(*l->of)),
	};
	if (!l->of)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < c->n_incidents; i++)
		err = take(l, known, c, i);
	json_decref(known);
	return err || !l->n ? err : sort(l, c->n_incidents);
}

void lanes__free(struct lanes *l)
{
	free(l->all);
	free(l->of);
}
