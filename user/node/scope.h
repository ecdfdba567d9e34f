/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The scope of a cgroup: the part of its path within which a process's group is looked for. That is
 * the container, else the systemd unit, else the cgroup itself.
 */
#ifndef OOMTRACE_SCOPE_H
#define OOMTRACE_SCOPE_H

#include <stddef.h>

/* How many bytes of cgroup_path, "/a/b/c" from the hierarchy's root, are the path of its scope. */
size_t scope__bytes(const char *cgroup_path);

#endif /* OOMTRACE_SCOPE_H */
