/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The BPF programs and maps while they are loaded and attached. What becomes of them is live without
 * it: descriptors of maps and links are enough, and the object with all that libbpf knows of the
 * kernel is closed.
 */
#ifndef OOMTRACE_OBJECT_H
#define OOMTRACE_OBJECT_H

#include <stddef.h>

#include "kernel/kernel.h"

struct bpf_link;
struct object;

/* What user space shares with the programs. */
enum map_id { MAP_RING, MAP_LEDGER, MAP_REQUESTS, MAP_WATCHED, MAP_EXECS, MAPS };

/*
 * Loads the chosen programs. If the kernel refuses what it said it can do, the core alone: hooks and
 * config->exec_entries are changed to what there is. Says on stderr what is wrong, with the remedy.
 * 0, or a negative errno with *out NULL.
 */
int object__load(struct object **out, struct hooks *hooks, struct kernel_config *config);

/* Its links and the descriptors it gave stay. NULL is allowed. */
void object__close(struct object *o);

/* A descriptor, which the caller closes; negative errno: there is no such map. */
int object__map(const struct object *o, enum map_id id);

/* The same of a hook's program. */
int object__program(const struct object *o, enum hook_id id);

/* The hook, live, if it has a program. 0 with NULL: it has none. */
int object__attach(const struct object *o, enum hook_id id, struct bpf_link **out);

/* What is loaded, as it is in this program. */
const void *object__image(size_t *bytes);

#endif /* OOMTRACE_OBJECT_H */
