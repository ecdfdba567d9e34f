// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Paths of cgroups; see cgroup_path.h. */
#include <string.h>

#include "node/cgroup_path.h"

bool cgroup_path__go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || !slash[1])
		return false;
	slash[slash == path] = '\0';
	return true;
}

bool cgroup_path__is_below(const char *path, const char *above)
{
	size_t n = strlen(above);

	if (strncmp(path, above, n))
		return false;
	return !path[n] || path[n] == '/' || (n && above[n - 1] == '/');
}

static bool ends_in(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return n > m && !strcmp(path + n - m, suffix);
}

bool cgroup_path__is_service(const char *path)
{
	return ends_in(path, ".service");
}

bool cgroup_path__is_unit(const char *path)
{
	return ends_in(path, ".service") || ends_in(path, ".scope");
}
