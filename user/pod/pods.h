/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The names of the containers and pods of this node, without asking anybody: from the names of log
 * files, which are listed once and watched from then on, so that a pod that is deleted still has
 * its name; of containers without a log, from the state files of their runtimes.
 */
#ifndef OOMTRACE_PODS_H
#define OOMTRACE_PODS_H

#include "pod/identity.h"

struct pods;

/* root: before /var/log; "": the machine's own. Directories may not be there. NULL: no memory. */
struct pods *pods__open(const char *root);
void pods__close(struct pods *pods); /* NULL is allowed, here and below */

/* Readable when pods__refresh() has something to do; -1: never. */
int pods__fd(const struct pods *pods);

/* Reads what is new. Now and then, for directories that were not there before. */
void pods__refresh(struct pods *pods);

/*
 * Sets names where they are known by container and pod; else leaves them. Memory alone, but for one
 * read() of what is new where it does not know them.
 */
void pods__name(struct pods *pods, struct identity *identity);

#endif /* OOMTRACE_PODS_H */
