/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the path of a cgroup says of a container and its pod, and nothing else does: container and
 * pod may be gone by the time that anybody asks. Pure; knows the names that containerd, CRI-O,
 * Docker, cri-dockerd, podman and the kubelet give, with either cgroup driver.
 */
#ifndef OOMTRACE_CONTAINER_H
#define OOMTRACE_CONTAINER_H

#include <stddef.h>

#define CONTAINER_ID_CHARS  64
#define CONTAINER_UID_CHARS 36

struct container {
	/*
	 * How many bytes of the path are the container's cgroup, else the systemd unit's, else the
	 * whole path: a process's group is looked for in there.
	 */
	size_t scope_bytes;
	/* The same of what all containers of the pod are in; 0: there is none. */
	size_t pod_bytes;
	char id[CONTAINER_ID_CHARS + 1]; /* of the innermost container; "": none */
	/*
	 * Of the one that the kubelet started, which may have started the innermost; "": none. It is
	 * the one that has a name in Kubernetes.
	 */
	char member_id[CONTAINER_ID_CHARS + 1];
	char pod_uid[CONTAINER_UID_CHARS +
		     1];     /* with dashes; a static pod's has none; "": no pod */
	const char *runtime; /* "containerd"; NULL: the path does not tell */
	const char *qos;     /* "burstable"; NULL: it does not tell */
};

/* cgroup_path: "/a/b/c" from the hierarchy's root; its first names may be missing. */
void container__identify(struct container *c, const char *cgroup_path);

#endif /* OOMTRACE_CONTAINER_H */
