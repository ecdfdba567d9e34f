// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From an identity to labels; see origin.h. */
#include <string.h>

#include "metrics/origin.h"
#include "render/utf8.h"

#define SHORT_ID_DIGITS 12

/* What a cut leaves of a character becomes '?', as all that a terminal might act on. */
static void take(char *to, size_t room, const char *from, size_t bytes)
{
	size_t n = strnlen(from, bytes < room ? bytes : room - 1);

	memcpy(to, from, n);
	to[n] = '\0';
	utf8__make_printable(to);
}

#define TAKE(to, from) take(to, sizeof(to), from, SIZE_MAX)

/* "/system.slice/gunicorn.service/worker", of which the scope is what comes before "/worker". */
static void take_unit(struct origin *origin, const struct container *c, const char *path)
{
	size_t bytes = strnlen(path, c->scope_bytes);
	const char *slash = memrchr(path, '/', bytes);
	const char *name = slash ? slash + 1 : path;

	take(origin->container, sizeof(origin->container), name, path + bytes - name);
}

/* A pod without a name has its uid for one: that is what is known of it. */
void origin__of(struct origin *origin, const struct identity *identity, const char *path)
{
	const struct container *c = &identity->container;
	const struct names *names = &identity->names;
	const char *id = c->pod_uid[0] ? c->member_id : c->id;

	*origin = (struct origin){0};
	if (c->pod_uid[0]) {
		TAKE(origin->namespace, names->namespace);
		TAKE(origin->pod, names->pod[0] ? names->pod : c->pod_uid);
	}
	if (names->container[0])
		TAKE(origin->container, names->container);
	else if (id[0])
		take(origin->container, sizeof(origin->container), id, SHORT_ID_DIGITS);
	else if (!c->pod_uid[0])
		take_unit(origin, c, path);
}

void origin__set(struct origin *origin, const char *namespace, const char *pod,
		 const char *container)
{
	*origin = (struct origin){0};
	TAKE(origin->namespace, namespace);
	TAKE(origin->pod, pod);
	TAKE(origin->container, container);
}

bool origin__equals(const struct origin *a, const struct origin *b)
{
	return !strcmp(a->container, b->container) && !strcmp(a->pod, b->pod) &&
	       !strcmp(a->namespace, b->namespace);
}
