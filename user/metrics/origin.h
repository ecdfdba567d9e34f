/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where a victim lived, as the labels of a metric say it: namespace, pod and container, or a unit's
 * name for the last; nothing that grows without bound, such as a pid or a path. Pure.
 */
#ifndef OOMTRACE_ORIGIN_H
#define OOMTRACE_ORIGIN_H

#include <stdbool.h>

#include "pod/identity.h"

/* Printable UTF-8, "" where there is none. */
struct origin {
	char namespace[NAMES_NAMESPACE_BYTES];
	char pod[NAMES_POD_BYTES];
	char container[NAMES_CONTAINER_BYTES];
};

/* path: of the victim's cgroup, or of its container's, unit's. A name that is too long is cut. */
void origin__of(struct origin *origin, const struct identity *identity, const char *path);

/* The same from label values of any length and content. */
void origin__set(struct origin *origin, const char *namespace, const char *pod,
		 const char *container);

bool origin__equals(const struct origin *a, const struct origin *b);

#endif /* OOMTRACE_ORIGIN_H */
