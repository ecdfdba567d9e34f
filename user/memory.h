/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the process keeps in memory: what it comes to use, and nothing of what only its start took. */
#ifndef OOMTRACE_MEMORY_H
#define OOMTRACE_MEMORY_H

#include <stdbool.h>

/*
 * Locks all that there is; or gives back what has been in use so far, and from now on what is touched
 * stays, locked: to be followed by a pass over all that has to be there when memory is short. 0, or a
 * negative errno: it is not locked.
 */
int memory__lock(bool all);

#endif /* OOMTRACE_MEMORY_H */
