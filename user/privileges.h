/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the process keeps the right to do once its hooks are live, and what keeps it alive until
 * then. */
#ifndef OOMTRACE_PRIVILEGES_H
#define OOMTRACE_PRIVILEGES_H

#include <stdbool.h>

#include "group/finish.h"

/*
 * Locks memory, sets oom_score_adj as low as this process may, so that the killer does not take the
 * one that watches it, and makes it the first to run where it may. rehearses: only what is used from
 * now on, see memory.h. What privileges__drop() needs is made before. Each failure is said on stderr
 * if verbose, and is no failure of the program.
 */
void privileges__protect(const struct finish_rules *rules, bool rehearses, bool verbose);

/*
 * Drops all capabilities but the few that reading another process's facts needs, sets no_new_privs,
 * and leaves only the system calls of the main loop, each where the kernel allows; what it does not
 * is said on stderr if verbose. A signal can be sent only where the rules say so: of a dry run only
 * signal 0, which asks whether one could be. Irreversible.
 */
void privileges__drop(const struct finish_rules *rules, bool verbose);

/*
 * For a child that talks to strangers: has no capability from then on, is nobody where it may change
 * its user, may be killed for memory, and can do nothing but serve connections and read what it has
 * open. 0, or a negative errno: then it has rights left.
 */
int privileges__give_up(void);

#endif /* OOMTRACE_PRIVILEGES_H */
