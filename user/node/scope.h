/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is seen from where the program runs: the whole node, or, as a sidecar in a pod, the kills of
 * that pod; and what can't be seen from there.
 */
#ifndef OOMTRACE_SCOPE_H
#define OOMTRACE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "pod/identity.h"
#include "record/event.h"

#define SCOPE_UNSEEN 3

struct scope {
	uint64_t cgroup_id; /* kills in it or below; 0: all */
	char path[EVENT_PATH_BYTES];
	bool foreign_pids;    /* a pid namespace of its own: it can't see each process */
	struct identity self; /* of the program itself: its pod's names are those of what it sees */
};

/* Whether the pid namespace of the file, like /proc/self/ns/pid, is not the machine's. */
bool scope__has_foreign_pids(const char *file);

/* Narrows it to the pod of own_path, else to the container, else to the cgroup. Returns how many
 * bytes of own_path that is. */
size_t scope__narrow(struct scope *s, const char *own_path);

/* Names of self, from the variables of the downward API: POD_NAME, POD_NAMESPACE, POD_UID. */
void scope__read_environment(struct scope *s);

/* The names of a victim in a scope that is a pod, where they are set. */
void scope__name(const struct scope *s, struct identity *victim);

/* Sentences, up to a NULL. */
void scope__unseen(const struct scope *s, const char *unseen[SCOPE_UNSEEN + 1]);

#endif /* OOMTRACE_SCOPE_H */
