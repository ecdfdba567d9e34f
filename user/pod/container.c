// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The names on a cgroup's path into container, pod and scope; see container.h.
 *
 *   /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice/crio-<id>.scope
 *   /kubepods/besteffort/pod<uid>/<id>
 */
#include <stdbool.h>
#include <string.h>

#include "pod/container.h"

struct name {
	const char *s;
	size_t bytes;
};

/* What stands before the id in a container's name. */
static const struct {
	const char *before, *runtime;
} runtimes[] = {
	{"cri-containerd-", "containerd"},
	{":cri-containerd:", "containerd"}, /* runc, given a systemd path without systemd */
	{"nerdctl-", "containerd"},
	{"crio-", "cri-o"},
	{"docker-", "docker"},
	{"libpod-", "podman"},
};

/* And where nothing does, the name above it. In a pod that is the kubelet's, and tells nothing. */
static const struct {
	const char *parent, *runtime;
} parents[] = {
	{"docker", "docker"},
	{"libpod_parent", "podman"},
};

/*
 * What bears an id and is no container: conmon beside its container, and a pod of podman's; there
 * are no processes of the container in them.
 */
#define PODMAN_POD "libpod_pod_"

static const char *const others[] = {"conmon-", PODMAN_POD};

/* The last word of what stands before "pod" in a pod's name, or of the name above it. */
static const struct {
	const char *before, *qos;
} qos_classes[] = {
	{"burstable", "burstable"},
	{"besteffort", "besteffort"},
	{"kubepods", "guaranteed"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool ends_in(struct name n, const char *suffix)
{
	size_t bytes = strlen(suffix);

	return n.bytes >= bytes && !memcmp(n.s + n.bytes - bytes, suffix, bytes);
}

static bool is(struct name n, const char *word)
{
	return n.bytes == strlen(word) && ends_in(n, word);
}

/* ---- containers ---- */

/* All runtimes have ids of 64 hex digits. Finds the first; *before gets what stands before it. */
static const char *find_id(struct name n, struct name *before)
{
	size_t run = 0;

	for (size_t i = 0; i <= n.bytes; i++) {
		if (i < n.bytes && is_hex(n.s[i])) {
			run++;
			continue;
		}
		if (run == CONTAINER_ID_CHARS) {
			*before = (struct name){n.s, i - run};
			return n.s + i - run;
		}
		run = 0;
	}
	return NULL;
}

static bool is_other(struct name before)
{
	for (size_t i = 0; i < COUNT(others); i++)
		if (ends_in(before, others[i]))
			return true;
	return false;
}

static const char *find_runtime(struct name before, struct name parent)
{
	for (size_t i = 0; i < COUNT(runtimes); i++)
		if (ends_in(before, runtimes[i].before))
			return runtimes[i].runtime;
	for (size_t i = 0; i < COUNT(parents) && !before.bytes; i++)
		if (is(parent, parents[i].parent))
			return parents[i].runtime;
	return NULL;
}

/* Whether n bears an id. That ends a scope, whether it is a container's or not. */
static bool take_container(struct container *c, struct name n, struct name parent)
{
	struct name before;
	const char *id = find_id(n, &before);

	if (!id)
		return false;
	c->runtime = NULL;
	c->id[0] = '\0';
	if (is_other(before))
		return true;
	c->runtime = find_runtime(before, parent);
	memcpy(c->id, id, CONTAINER_ID_CHARS);
	if (c->pod_uid[0] && !c->member_id[0])
		memcpy(c->member_id, id, CONTAINER_ID_CHARS);
	return true;
}

/* ---- pods ---- */

/* How many of the n bytes at s are like "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0", or '_' for each '-'
 * as systemd has it, or 32 hex digits. */
static size_t uid_bytes(const char *s, size_t n)
{
	static const char form[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
	size_t hex = 0, formed = 0;

	while (hex < n && is_hex(s[hex]))
		hex++;
	if (hex == CONTAINER_UID_CHARS - 4)
		return hex;
	while (formed < n && form[formed] &&
	       (form[formed] == 'h' ? is_hex(s[formed]) : s[formed] == '-' || s[formed] == '_'))
		formed++;
	return formed == CONTAINER_UID_CHARS ? formed : 0;
}

/* After the uid a name ends, or goes on as "….slice" or "….slice:cri-containerd:<id>". */
static bool is_pod_end(struct name n)
{
	const char slice[] = ".slice";
	size_t bytes = strlen(slice);

	if (!n.bytes)
		return true;
	return n.bytes >= bytes && !memcmp(n.s, slice, bytes) &&
	       (n.bytes == bytes || n.s[bytes] == ':');
}

static const char *find_qos(struct name before)
{
	for (size_t i = 0; i < COUNT(qos_classes); i++) {
		size_t bytes = strlen(qos_classes[i].before);

		if (ends_in(before, qos_classes[i].before) &&
		    (before.bytes == bytes || before.s[before.bytes - bytes - 1] == '-'))
			return qos_classes[i].qos;
	}
	return NULL;
}

static void set_pod(struct container *c, const char *uid, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		c->pod_uid[i] = uid[i] == '_' ? '-' : uid[i];
	c->pod_uid[bytes] = '\0';
	c->member_id[0] = '\0';
}

/* The last pod on the path counts: the one around it is the node that kind runs in. */
static bool take_pod(struct container *c, struct name n, struct name parent)
{
	for (size_t i = 0; i + strlen("pod") < n.bytes; i++) {
		const char *uid = n.s + i + strlen("pod");
		struct name rest = {uid, n.s + n.bytes - uid};
		size_t bytes;

		if (memcmp(n.s + i, "pod", strlen("pod")) || (i && n.s[i - 1] != '-'))
			continue;
		bytes = uid_bytes(rest.s, rest.bytes);
		if (!bytes || !is_pod_end((struct name){uid + bytes, rest.bytes - bytes}))
			continue;
		set_pod(c, uid, bytes);
		c->qos = find_qos(i ? (struct name){n.s, i - 1} : parent);
		return true;
	}
	return false;
}

/* "machine-libpod_pod_<id>.slice" */
static bool is_podman_pod(struct name n)
{
	struct name before;

	return find_id(n, &before) && ends_in(before, PODMAN_POD);
}

/* ---- the path ---- */

/* "<name>.service", "<name>.scope" */
static bool is_unit(struct name n)
{
	return (ends_in(n, ".service") && !is(n, ".service")) ||
	       (ends_in(n, ".scope") && !is(n, ".scope"));
}

/*
 * The last container on the path: kind and the like nest one in another. What follows it is the
 * container's own business: "container" (crun), "user/workers" (Ray), the units of a systemd in it.
 */
void container__identify(struct container *c, const char *cgroup_path)
{
	size_t container = 0, unit = 0, end;
	struct name parent = {"", 0};

	*c = (struct container){0};
	for (const char *at = cgroup_path; *at; at = cgroup_path + end) {
		const char *s = at + (*at == '/');
		struct name n = {s, strcspn(s, "/")};

		end = s + n.bytes - cgroup_path;
		if (take_pod(c, n, parent) || is_podman_pod(n))
			c->pod_bytes = end;
		if (take_container(c, n, parent))
			container = end;
		else if (is_unit(n))
			unit = end;
		parent = n;
	}
	/* "kubepods-pod<uid>.slice:cri-containerd:<id>" is a container, and its pod has no cgroup. */
	if (c->id[0] && c->pod_bytes == container)
		c->pod_bytes = 0;
	c->scope_bytes = container ? container : unit ? unit : strlen(cgroup_path);
}
