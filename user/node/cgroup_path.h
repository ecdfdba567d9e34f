/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the path of a cgroup says by itself: "/system.slice/web.service". */
#ifndef OOMTRACE_CGROUP_PATH_H
#define OOMTRACE_CGROUP_PATH_H

#include <stdbool.h>

/* "/a/b" -> "/a" -> "/"; false: there is nothing above. */
bool cgroup_path__go_up(char *path);

/* Whether it is that cgroup or one in it: "/a" is above "/a" and "/a/b", and not above "/ab". */
bool cgroup_path__is_below(const char *path, const char *above);

/* Whether it is that of a service of systemd; of a unit: of a service or a scope. */
bool cgroup_path__is_service(const char *path);
bool cgroup_path__is_unit(const char *path);

#endif /* OOMTRACE_CGROUP_PATH_H */
