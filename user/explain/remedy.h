/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What would have ended the rest of a group together with its victim. */
#ifndef OOMTRACE_REMEDY_H
#define OOMTRACE_REMEDY_H

#include "explain/match.h"
#include "render/words.h"

/*
 * Sentences; nothing where nobody was left, or what was left can work. cgroup_version is the
 * machine's; 0: not known.
 */
void remedy__put(struct words *t, const struct finding *f, int cgroup_version);

#endif /* OOMTRACE_REMEDY_H */
