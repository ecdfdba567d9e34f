// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the iterator tells of the reader's own cgroup, leaf first, to a path; see own_cgroup.h. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel/own_cgroup.h"

static int read_names(const struct kernel *k, struct rec_cgroup_name names[REC_PATH_DEPTH])
{
	ssize_t n, bytes = 0, room = REC_PATH_DEPTH * sizeof(names[0]);
	int fd = kernel__iterate(k, HOOK_OWN_CGROUP, NULL);

	if (fd < 0)
		return fd;
	do {
		n = read(fd, (char *)names + bytes, room - bytes);
		bytes += n > 0 ? n : 0;
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	n = n < 0 ? -errno : bytes / (ssize_t)sizeof(names[0]);
	close(fd);
	return n;
}

int own_cgroup__read(const struct kernel *k, struct own_cgroup *own)
{
	static struct rec_cgroup_name names[REC_PATH_DEPTH];
	size_t len = 0;
	int n = read_names(k, names);

	*own = (struct own_cgroup){.path = "/"};
	if (n <= 0)
		return n ? n : -ESRCH;
	for (int i = n - 1; i >= 0; i--) {
		if (names[i].name[0])
			len += snprintf(own->path + len, sizeof(own->path) - len, "/%.*s",
					REC_CGROUP_NAME_BYTES - 1, names[i].name);
		if (len >= sizeof(own->path))
			return -ENAMETOOLONG;
		own->ids[own->n] = names[i].id;
		own->ends[own->n++] = len ? len : 1;
	}
	return 0;
}

uint64_t own_cgroup__id(const struct own_cgroup *own, size_t bytes)
{
	for (size_t i = 0; i < own->n; i++)
		if (own->ends[i] == bytes)
			return own->ids[i];
	return 0;
}
