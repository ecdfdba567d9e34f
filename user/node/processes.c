// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A walk through /proc; see processes.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "node/cgroup_path.h"
#include "node/errand.h"
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

	return !procfs__cgroup(proc, pid, cgroup_version, own) && cgroup_path__is_below(own, path);
}

static void add_process(struct snapshot *s, const char *proc, uint32_t pid)
{
	struct process *p = processes__add(s);

	if (p && procfs__process(proc, pid, p))
		s->n--;
}

/* ---- their memory ---- */

struct look {
	const char *proc;
	struct process *processes;
	uint64_t since_ns;
};

static void read_exec(void *context, size_t i)
{
	const struct look *look = context;
	struct process *p = &look->processes[i];
	static struct exec_entry entry;

	if (errand__begin(p->pid, p->start_ns) &&
	    !procfs__exec(look->proc, p->pid, p->start_ns, &entry))
		process__set_exec(p, &entry);
}

static void complete(void *context, size_t i)
{
	const struct look *look = context;
	struct process *p = &look->processes[i];

	if (p->start_ns > look->since_ns && errand__begin(p->pid, p->start_ns))
		procfs__complete(look->proc, p);
}

void processes__complete(struct snapshot *s, const char *proc, uint64_t since_ns)
{
	struct look look = {proc, s->processes, since_ns};
	size_t i = 0;

	while (i < s->n && s->processes[i].start_ns <= since_ns)
		i++;
	if (i < s->n)
		errand__each(s->n, complete, &look);
}

/* ---- a walk ---- */

int processes__walk(struct snapshot *s, const char *proc, int cgroup_version, const char *path)
{
	size_t first = s->n;
	struct dirent *d;
	struct look look = {.proc = proc};
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
	look.processes = s->processes + first;
	errand__each(s->n - first, read_exec, &look);
	return s->err;
}
