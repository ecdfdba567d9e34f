// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names by id or uid; see roster.h. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pod/roster.h"

/* Short names in little room: a node has hundreds of containers, and this memory is locked. */
struct known {
	const char *key;
	const char *pod;
	const char *namespace;
	const char *container;
	const char *source;
	bool gone;
	char text[];
};

struct roster {
	void *tree;		/* tsearch() of entries by key */
	struct known **entries; /* the oldest first */
	size_t n;
	size_t most;
};

static int compare(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static struct known *find(const struct roster *r, const char *key)
{
	const struct known wanted = {.key = key};
	struct known **found = tfind(&wanted, &r->tree, compare);

	return found ? *found : NULL;
}

static const char *append(char **at, const char *s)
{
	const char *kept = *at;

	*at = stpcpy(*at, s) + 1;
	return kept;
}

static struct known *known__new(const char *key, const struct names *names)
{
	size_t bytes = strlen(key) + strlen(names->pod) + strlen(names->namespace) +
		       strlen(names->container) + strlen(names->source) + 5;
	struct known *e = malloc(sizeof(*e) + bytes);
	char *at;

	if (!e)
		return NULL;
	at = e->text;
	e->gone = false;
	e->key = append(&at, key);
	e->pod = append(&at, names->pod);
	e->namespace = append(&at, names->namespace);
	e->container = append(&at, names->container);
	e->source = append(&at, names->source);
	return e;
}

static void drop(struct roster *r, size_t i)
{
	tdelete(r->entries[i], &r->tree, compare);
	free(r->entries[i]);
	r->n--;
	memmove(r->entries + i, r->entries + i + 1, (r->n - i) * sizeof(r->entries[0]));
}

/* The oldest of those that are gone, else the oldest. */
static size_t forgettable(const struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entries[i]->gone)
			return i;
	return 0;
}

static void drop_key(struct roster *r, const char *key)
{
	const struct known *e = find(r, key);

	for (size_t i = 0; e && i < r->n; i++) {
		if (r->entries[i] == e) {
			drop(r, i);
			return;
		}
	}
}

void roster__add(struct roster *r, const char *key, const struct names *names)
{
	struct known *e = known__new(key, names);

	if (!e)
		return;
	drop_key(r, key);
	if (r->n == r->most)
		drop(r, forgettable(r));
	if (tsearch(e, &r->tree, compare))
		r->entries[r->n++] = e;
	else
		free(e);
}

void roster__gone(struct roster *r, const char *key)
{
	struct known *e = find(r, key);

	if (e)
		e->gone = true;
}

bool roster__find(const struct roster *r, const char *key, struct names *names)
{
	const struct known *e = find(r, key);

	if (!e)
		return false;
	memset(names, 0, sizeof(*names));
	snprintf(names->pod, sizeof(names->pod), "%s", e->pod);
	snprintf(names->namespace, sizeof(names->namespace), "%s", e->namespace);
	snprintf(names->container, sizeof(names->container), "%s", e->container);
	snprintf(names->source, sizeof(names->source), "%s", e->source);
	return true;
}

struct roster *roster__new(size_t most)
{
	struct roster *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->most = most;
	r->entries = calloc(most, sizeof(r->entries[0]));
	if (r->entries)
		return r;
	free(r);
	return NULL;
}

void roster__free(struct roster *r)
{
	if (!r)
		return;
	while (r->n)
		drop(r, r->n - 1);
	free(r->entries);
	free(r);
}
