// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * State files of container runtimes into names; see state_file.h.
 *
 *   {"annotations":{"io.kubernetes.cri.sandbox-name":"ranker-0",...},...}     containerd's bundle
 *   {"Name":"/web","Config":{"Labels":{...}},...}                             Docker's config.v2.json
 */
#include <jansson.h>
#include <string.h>

#include "pod/state_file.h"

#define CONTAINERD "/run/containerd/io.containerd.runtime.v2.task/"
#define STORAGE	   "/containers/storage/overlay-containers"

const struct state_directory state_directories[] = {
	{CONTAINERD "k8s.io", "config.json", "containerd"},
	{CONTAINERD "default", "config.json", "containerd"},
	{"/var/lib/docker/containers", "config.v2.json", "docker"},
	{"/var/lib" STORAGE, "userdata/config.json", "cri-o"},
	{"/run" STORAGE, "userdata/config.json", "cri-o"},
};

const size_t n_state_directories = sizeof(state_directories) / sizeof(state_directories[0]);

/* Where a name stands: the object, at the top or in Config, and the key in there. */
static const struct {
	size_t field;
	size_t bytes;
	const char *object;
	const char *key;
} keys[] = {
#define NAME(member, object, key)                                                                  \
	{                                                                                          \
		offsetof(struct names, member), sizeof(((struct names *)0)->member), object, key   \
	}
	/* containerd */
	NAME(pod, "annotations", "io.kubernetes.cri.sandbox-name"),
	NAME(namespace, "annotations", "io.kubernetes.cri.sandbox-namespace"),
	NAME(container, "annotations", "io.kubernetes.cri.container-name"),
	NAME(container, "annotations", "nerdctl/name"),
	/* CRI-O */
	NAME(pod, "annotations", "io.kubernetes.pod.name"),
	NAME(namespace, "annotations", "io.kubernetes.pod.namespace"),
	NAME(container, "annotations", "io.kubernetes.container.name"),
	/* cri-dockerd */
	NAME(pod, "Labels", "io.kubernetes.pod.name"),
	NAME(namespace, "Labels", "io.kubernetes.pod.namespace"),
	NAME(container, "Labels", "io.kubernetes.container.name"),
	/* Docker's own */
	NAME(container, NULL, "Name"),
#undef NAME
};

static const char *look_up(const json_t *root, const char *object, const char *key)
{
	const json_t *in = root;

	if (object && !strcmp(object, "Labels"))
		in = json_object_get(json_object_get(root, "Config"), object);
	else if (object)
		in = json_object_get(root, object);
	return json_string_value(json_object_get(in, key));
}

/* The first that is there, and is no longer than a name can be. */
static void take(struct names *names, const json_t *root, size_t i)
{
	const char *value = look_up(root, keys[i].object, keys[i].key);
	char *to = (char *)names + keys[i].field;

	if (!value || *to)
		return;
	value += *value == '/' && !keys[i].object;
	if (strlen(value) < keys[i].bytes)
		strcpy(to, value);
}

bool state_file__parse(const char *text, size_t bytes, const char *source, struct names *names)
{
	json_t *root = json_loadb(text, bytes, 0, NULL);
	struct names found = {0};

	for (size_t i = 0; root && i < sizeof(keys) / sizeof(keys[0]); i++)
		take(&found, root, i);
	json_decref(root);
	if (!found.pod[0] && !found.container[0])
		return false;
	strncpy(found.source, source, sizeof(found.source) - 1);
	*names = found;
	return true;
}
