// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A walk through /proc; see processes.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node/processes.h"
#include "node/procfs.h"

#define FIRST_ROOM 256

struct process *processes__add(struct snapshot *s)
{
	size_t room = s->room ? 2 * s->room : FIRST_ROOM;
	struct process *more;

	if (s->n < s->room)
		return &s->processes[s->n++];
	more = realloc(s->processes, room * sizeof(*more));
	if (!more) {
		s->err = -ENOMEM;
		return NULL;
	}
	s->processes = more;
	s->room = room;
	return &s->processes[s->n++];
}

void processes__free(struct snapshot *s)
{
	free(s->processes);
	*s = (struct snapshot){0};
}

bool processes__is_in(const char *proc, uint32_t pid, int cgroup_version, const char *path)
{
	char own[EVENT_PATH_BYTES];
	size_t n = strlen(path);

	if (procfs__cgroup(proc, pid, cgroup_version, own))
		return false;
	return !strcmp(path, "/") || (!strncmp(own, path, n) && (own[n] == '/' || !own[n]));
}

static void add_process(struct snapshot *s, const char *proc, uint32_t pid)
{
	static struct exec_entry entry;
	struct process *p = processes__add(s);

	if (p && procfs__process(proc, pid, p)) {
		s->n--;
		return;
	}
	if (p && !procfs__exec(proc, pid, p->start_ns, &entry))
		process__set_exec(p, &entry);
}

int processes__walk(struct snapshot *s, const char *proc, int cgroup_version, const char *path)
{
	struct dirent *d;
	DIR *dir;

	dir = opendir(proc);
	if (!dir)
		return -errno;
	while (!s->err && (d = readdir(dir))) {
		uint32_t pid = strtoul(d->d_name, NULL, 10);

		if (pid && (!path || processes__is_in(proc, pid, cgroup_version, path)))
			add_process(s, proc, pid);
	}
	closedir(dir);
	return s->err;
}
