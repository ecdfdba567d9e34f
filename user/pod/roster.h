/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Names by the id of a container or the uid of a pod, from when they were first seen until room is
 * needed: who is killed may be gone from everywhere else. To find one allocates nothing.
 */
#ifndef OOMTRACE_ROSTER_H
#define OOMTRACE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "pod/identity.h"

struct roster;

/* Of at most so many; NULL: no memory. */
struct roster *roster__new(size_t most);
void roster__free(struct roster *r); /* NULL is allowed */

/* key: an id or a uid. What was known of it before gives way. No memory: it is not remembered. */
void roster__add(struct roster *r, const char *key, const struct names *names);

/* It was deleted: the first to be forgotten when there is no more room. */
void roster__gone(struct roster *r, const char *key);

/* False, with nothing set, where it is not known. */
bool roster__find(const struct roster *r, const char *key, struct names *names);

#endif /* OOMTRACE_ROSTER_H */
