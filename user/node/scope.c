// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The container or unit that a cgroup belongs to, by the names on its path; see scope.h. */
#include <stdbool.h>
#include <string.h>

#include "node/scope.h"

#define CONTAINER_ID_CHARS 64

/*
 * The names that the runtimes give a container's cgroup have its id in common, 64 hex digits:
 * "<id>", "docker-<id>.scope", "kubepods-burstable-pod<uid>.slice:cri-containerd:<id>".
 */
static bool is_container(const char *name, size_t bytes)
{
	size_t run = 0;

	for (size_t i = 0; i < bytes; i++) {
		if (memchr("0123456789abcdef", name[i], 16))
			run++;
		else if (run == CONTAINER_ID_CHARS)
			return true;
		else
			run = 0;
	}
	return run == CONTAINER_ID_CHARS;
}

static bool ends_in(const char *name, size_t bytes, const char *suffix)
{
	size_t n = strlen(suffix);

	return bytes > n && !memcmp(name + bytes - n, suffix, n);
}

static bool is_unit(const char *name, size_t bytes)
{
	return ends_in(name, bytes, ".service") || ends_in(name, bytes, ".scope");
}

/*
 * The last container on the path: kind and the like nest one in another. What follows it is the
 * container's own business: "container" (crun), "user/workers" (Ray), the units of a systemd in it.
 */
size_t scope__bytes(const char *cgroup_path)
{
	size_t container = 0, unit = 0, end;

	for (const char *at = cgroup_path; *at; at = cgroup_path + end) {
		const char *name = at + (*at == '/');
		size_t bytes = strcspn(name, "/");

		end = name + bytes - cgroup_path;
		if (is_container(name, bytes))
			container = end;
		else if (is_unit(name, bytes))
			unit = end;
	}
	if (container)
		return container;
	return unit ? unit : strlen(cgroup_path);
}
