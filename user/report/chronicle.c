// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Records to incidents in order of time; see chronicle.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/value.h"
#include "report/chronicle.h"

#define NO_NAME "(no host name)" /* the kernel's log has none */

int chronicle__init(struct chronicle *c)
{
	*c = (struct chronicle){
		.slots = json_object(),
		.seen = json_object(),
		.names = json_object(),
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN,
	};
	return c->slots && c->seen && c->names ? 0 : -ENOMEM;
}

static void free_incident(struct chronicle_incident *in)
{
	free(in->record);
	free(in->kill);
	free(in->place);
	free(in->group);
}

void chronicle__free(struct chronicle *c)
{
	for (size_t i = 0; i < c->n_incidents; i++)
		free_incident(&c->incidents[i]);
	for (size_t i = 0; i < c->n_nodes; i++) {
		free(c->nodes[i].name);
		holes__free(&c->nodes[i].holes);
	}
	free(c->incidents);
	free(c->nodes);
	json_decref(c->slots);
	json_decref(c->seen);
	json_decref(c->names);
}

/* ---- nodes ---- */

static int add_node(struct chronicle *c, const char *name, size_t *at)
{
	void *grown = realloc(c->nodes, (c->n_nodes + 1) * sizeof(*c->nodes));

	if (!grown)
		return -ENOMEM;
	c->nodes = grown;
	*at = c->n_nodes;
	c->nodes[*at] = (struct chronicle_node){.name = strdup(name)};
	if (!c->nodes[*at].name)
		return -ENOMEM;
	c->n_nodes++;
	return json_object_set_new(c->names, name, json_integer(*at)) ? -ENOMEM : 0;
}

static int find_node(struct chronicle *c, const json_t *record, size_t *at)
{
	const char *name = value__text(record, "host.name");
	const json_t *known = json_object_get(c->names, name ? name : NO_NAME);

	if (!known)
		return add_node(c, name ? name : NO_NAME, at);
	*at = json_integer_value(known);
	return 0;
}

/* ---- incidents ---- */

/* The slot of that victim's incident, made where there is none. */
static int find_slot(struct chronicle *c, const char *uid, struct chronicle_incident **in)
{
	const json_t *known = json_object_get(c->slots, uid);

	if (known) {
		*in = &c->incidents[json_integer_value(known)];
		return 0;
	}
	if (c->n_incidents == c->room) {
		size_t room = c->room ? 2 * c->room : 64;
		void *grown = realloc(c->incidents, room * sizeof(*c->incidents));

		if (!grown)
			return -ENOMEM;
		c->incidents = grown;
		c->room = room;
	}
	*in = &c->incidents[c->n_incidents];
	**in = (struct chronicle_incident){.ns = INT64_MIN, .sequence = c->n_incidents};
	c->n_incidents++;
	return json_object_set_new(c->slots, uid, json_integer(c->n_incidents - 1)) ? -ENOMEM : 0;
}

static int keep(char **text, const json_t *record)
{
	char *dumped = json_dumps(record, JSON_COMPACT);

	if (!dumped)
		return -ENOMEM;
	free(*text);
	*text = dumped;
	return 0;
}

static int keep_label(struct chronicle_incident *in, const json_t *record)
{
	struct label label;
	int err = label__read(&label, record);

	free(in->place);
	free(in->group);
	in->place = label.place;
	in->group = label.group;
	in->standing = label.standing;
	label.place = label.group = NULL;
	label__free(&label);
	return err;
}

/* The kill is the first of an incident's records. */
static void move_back(struct chronicle_incident *in, int64_t ns)
{
	if (in->ns == INT64_MIN || (ns != INT64_MIN && ns < in->ns))
		in->ns = ns;
}

static int take_kill(struct chronicle *c, const json_t *record, const char *uid, size_t node)
{
	struct chronicle_incident *in;
	int64_t ns = INT64_MIN;

	c->kills++;
	if (json_is_false(value__at(record, "oom.chosen")))
		return 0;
	if (find_slot(c, uid, &in))
		return -ENOMEM;
	in->node = node;
	value__time(record, "time", &ns);
	move_back(in, ns);
	return keep(&in->kill, record);
}

/* Its uid is that of the chosen victim's record, and "-open" or "-closed". */
static int take_incident(struct chronicle *c, const json_t *record, const char *uid, size_t node)
{
	bool closed = value__is(record, "state", "closed");
	const char *dash = strrchr(uid, '-');
	char *victim = strndup(uid, dash ? (size_t)(dash - uid) : strlen(uid));
	struct chronicle_incident *in;
	int64_t ns = INT64_MIN;
	int err = victim ? find_slot(c, victim, &in) : -ENOMEM;

	free(victim);
	if (err)
		return err;
	in->node = node;
	value__time(record, "time", &ns);
	move_back(in, ns);
	if (in->record && !closed)
		return 0;
	in->closed = closed;
	err = keep(&in->record, record);
	return err ? err : keep_label(in, record);
}

/* ---- records ---- */

static int note_time(struct chronicle *c, struct chronicle_node *node, const json_t *record)
{
	int64_t ns;

	if (!value__time(record, "time", &ns))
		return 0;
	if (ns < c->first_ns)
		c->first_ns = ns;
	if (ns > c->last_ns)
		c->last_ns = ns;
	return node->klog ? 0 : holes__take(&node->holes, record, ns);
}

int chronicle__take(struct chronicle *c, const json_t *record)
{
	const char *uid = value__text(record, "log.record.uid");
	size_t node;
	int err;

	if (!uid || value__is(record, "type", "oom_exit") || json_object_get(c->seen, uid))
		return 0;
	if (json_object_set_new(c->seen, uid, json_true()) || find_node(c, record, &node))
		return -ENOMEM;
	c->nodes[node].klog |= value__is(record, "source", "klog");
	err = note_time(c, &c->nodes[node], record);
	if (!err && value__is(record, "type", "oom_kill"))
		err = take_kill(c, record, uid, node);
	else if (!err && value__is(record, "type", "oom_incident"))
		err = take_incident(c, record, uid, node);
	return err;
}

/* ---- order ---- */

static int by_time(const void *a, const void *b)
{
	const struct chronicle_incident *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->sequence < y->sequence ? -1 : 1;
}

/* Those of which there is no more than the kill are counted and left out. */
static void drop_bare(struct chronicle *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_incidents; i++) {
		if (c->incidents[i].record) {
			c->incidents[kept++] = c->incidents[i];
			continue;
		}
		free_incident(&c->incidents[i]);
		c->without_incident++;
	}
	c->n_incidents = kept;
}

static int by_name(const void *a, const void *b)
{
	const struct chronicle_node *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

/* Ends names: they tell the places before. */
static int sort_nodes(struct chronicle *c)
{
	size_t *moved = calloc(c->n_nodes + 1, sizeof(*moved));

	if (!moved)
		return -ENOMEM;
	if (c->n_nodes)
		qsort(c->nodes, c->n_nodes, sizeof(*c->nodes), by_name);
	for (size_t i = 0; i < c->n_nodes; i++)
		moved[json_integer_value(json_object_get(c->names, c->nodes[i].name))] = i;
	for (size_t i = 0; i < c->n_incidents; i++)
		c->incidents[i].node = moved[c->incidents[i].node];
	json_object_clear(c->names);
	free(moved);
	return 0;
}

int chronicle__end(struct chronicle *c)
{
	int err;

	drop_bare(c);
	err = sort_nodes(c);
	if (c->n_incidents)
		qsort(c->incidents, c->n_incidents, sizeof(*c->incidents), by_time);
	for (size_t i = 0; !err && i < c->n_nodes; i++)
		err = holes__find(&c->nodes[i].holes);
	return err;
}
