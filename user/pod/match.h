/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which containers, pods and units a person means, on every command line alike:
 *
 *     /system.slice/web.service      the path of a cgroup, as a glob whose * crosses slashes
 *     ranker-?, ml/ranker-?          a pod, or namespace and pod, as a glob
 *     1f2e...                        the uid of a pod, or the id of a container: 12 digits or more
 */
#ifndef OOMTRACE_POD_MATCH_H
#define OOMTRACE_POD_MATCH_H

#include <stdbool.h>

#include "pod/identity.h"

/* Whether it is for the container or unit at path. What is not known of it matches nothing. */
bool match__is_for(const char *match, const char *path, const struct identity *identity);

#endif /* OOMTRACE_POD_MATCH_H */
