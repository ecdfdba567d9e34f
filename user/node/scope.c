// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is seen from where the program runs; see scope.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/scope.h"

/* include/linux/proc_ns.h: PROC_PID_INIT_INO */
#define PIDS_OF_MACHINE 0xEFFFFFFCu
#define SOURCE		"environment"

bool scope__has_foreign_pids(const char *file)
{
	struct stat st;

	return !stat(file, &st) && st.st_ino != PIDS_OF_MACHINE;
}

size_t scope__narrow(struct scope *s, const char *own_path)
{
	struct container *c = &s->self.container;
	size_t bytes;

	container__identify(c, own_path);
	bytes = c->pod_bytes ? c->pod_bytes : c->scope_bytes;
	snprintf(s->path, sizeof(s->path), "%.*s", (int)bytes, own_path);
	return bytes;
}

static void take_variable(char *to, size_t cap, const char *name)
{
	const char *value = getenv(name);

	if (value && *value && strlen(value) < cap)
		strcpy(to, value);
}

#define TAKE(to, name) take_variable(to, sizeof(to), name)

void scope__read_environment(struct scope *s)
{
	struct names *names = &s->self.names;

	TAKE(names->pod, "POD_NAME");
	TAKE(names->namespace, "POD_NAMESPACE");
	TAKE(s->self.container.pod_uid, "POD_UID");
	if (names->pod[0])
		strcpy(names->source, SOURCE);
}

void scope__name(const struct scope *s, struct identity *victim)
{
	const struct names *own = &s->self.names;

	if (!s->cgroup_id || !own->pod[0])
		return;
	memcpy(victim->names.pod, own->pod, sizeof(own->pod));
	memcpy(victim->names.namespace, own->namespace, sizeof(own->namespace));
	memcpy(victim->names.source, own->source, sizeof(own->source));
}

void scope__unseen(const struct scope *s, const char *unseen[SCOPE_UNSEEN + 1])
{
	int n = 0;

	if (s->cgroup_id) {
		unseen[n++] = "kills outside of this pod: they belong to others";
		unseen[n++] =
			"how many kills the kernel counted: its count is for the whole machine";
	}
	if (s->foreign_pids)
		unseen[n++] = "who survives in other pid namespaces: set shareProcessNamespace "
			      "or hostPID";
	unseen[n] = NULL;
}
