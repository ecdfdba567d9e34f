// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The incidents as data for page.js; see packs.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/entry.h"
#include "report/escape.h"
#include "report/pack.h"
#include "report/packs.h"

#define NS_PER_MS 1000000

/* What put writes, as a string of JSON; NULL: there is no memory, or a name is no UTF-8. */
static json_t *string_of(const struct entry *e, void (*put)(FILE *out, const struct entry *e))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *string = NULL;

	if (!out)
		return NULL;
	put(out, e);
	if (!fclose(out))
		string = json_stringn(text, len);
	free(text);
	return string;
}

/* A name as it is shown. */
static json_t *visible(const char *name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *string = NULL;

	if (!out)
		return NULL;
	escape__visible(out, name);
	if (!fclose(out))
		string = json_stringn(text, len);
	free(text);
	return string;
}

/* The place of a verdict among those that were met. */
static size_t place_of(json_t *verdicts, const char *verdict)
{
	size_t i, n = json_array_size(verdicts);

	for (i = 0; i < n; i++)
		if (!strcmp(json_string_value(json_array_get(verdicts, i)), verdict))
			return i;
	json_array_append_new(verdicts, json_string(verdict));
	return n;
}

struct packs {
	FILE *out;
	const struct timeline *timeline;
	size_t n_packed;
	json_t *incidents, *verdicts, *bodies;
};

static int add_to_index(struct packs *p, const struct entry *e)
{
	int64_t ns = p->timeline->chronicle->incidents[e->number].ns;
	bool packed = e->number < p->n_packed;
	json_t *one = json_array();

	json_array_append_new(one, ns == INT64_MIN ? json_null() : json_integer(ns / NS_PER_MS));
	json_array_append_new(one, json_integer(p->timeline->lanes->of[e->number]));
	json_array_append_new(one, json_integer(place_of(p->verdicts, e->label.verdict)));
	json_array_append_new(one, json_integer(e->label.standing));
	json_array_append_new(one, string_of(e, entry__put_words));
	if (packed)
		json_array_append_new(one, string_of(e, entry__put_line));
	if (json_array_size(one) == 5u + packed && !json_array_append(p->incidents, one)) {
		json_decref(one);
		return 0;
	}
	json_decref(one);
	return -ENOMEM;
}

/* Puts the pack once it is full, or with the last that is packed. */
static int add_to_bodies(struct packs *p, const struct entry *e)
{
	char id[32];
	int err;

	if (json_array_append_new(p->bodies, string_of(e, entry__put_body)))
		return -ENOMEM;
	if (json_array_size(p->bodies) < PACKS_BODIES && e->number + 1 < p->n_packed)
		return 0;
	snprintf(id, sizeof(id), "bodies-%zu", e->number / PACKS_BODIES);
	err = pack__put(p->out, id, p->bodies);
	json_array_clear(p->bodies);
	return err;
}

static int add(struct packs *p, size_t number)
{
	struct entry e;
	int err = entry__read(&e, p->timeline->chronicle, number);

	if (!err)
		err = add_to_index(p, &e);
	if (!err && number < p->n_packed)
		err = add_to_bodies(p, &e);
	entry__free(&e);
	return err;
}

/* ---- the index ---- */

static json_t *pack_nodes(const struct chronicle *c)
{
	json_t *nodes = json_array();

	for (size_t i = 0; i < c->n_nodes; i++)
		json_array_append_new(nodes, visible(c->nodes[i].name));
	return nodes;
}

static json_t *pack_lanes(const struct lanes *l)
{
	json_t *lanes = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(lanes, json_pack("[I, o, o]", (json_int_t)l->all[i].node,
						       visible(l->all[i].place),
						       visible(l->all[i].group)));
	return lanes;
}

static int put_index(const struct packs *p)
{
	const struct timeline *t = p->timeline;
	json_t *index = json_pack("{s:I, s:I, s:i, s:o, s:O, s:o, s:O}", "begin",
				  (json_int_t)(t->begin_ns / NS_PER_MS), "bin",
				  (json_int_t)(t->bin_ns / NS_PER_MS), "bodies", PACKS_BODIES,
				  "nodes", pack_nodes(t->chronicle), "verdicts", p->verdicts,
				  "lanes", pack_lanes(t->lanes), "incidents", p->incidents);
	int err = index ? pack__put(p->out, "index", index) : -ENOMEM;

	json_decref(index);
	return err;
}

int packs__put(FILE *out, const struct timeline *t, size_t n_packed)
{
	struct packs p = {out, t, n_packed, json_array(), json_array(), json_array()};
	int err = p.incidents && p.verdicts && p.bodies ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < t->chronicle->n_incidents; i++)
		err = add(&p, i);
	if (!err)
		err = put_index(&p);
	json_decref(p.incidents);
	json_decref(p.verdicts);
	json_decref(p.bodies);
	return err;
}
