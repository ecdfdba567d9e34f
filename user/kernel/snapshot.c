// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The processes of a cgroup at one moment; see snapshot.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/execs.h"
#include "kernel/snapshot.h"
#include "node/clock.h"
#include "node/processes.h"
#include "record/decode.h"

#define PROC "/proc"
/* kernel/bpf/bpf_iter.c: one read() of an iterator gives at most 8 pages. */
#define READ_BYTES (32 * 1024)
/* So many lookups in the exec cache cost as much as looking at the tasks of a large machine. */
#define MAX_LOOKUPS 4096

/* ---- from the iterator ---- */

static bool has(const struct snapshot *s, uint32_t pid)
{
	for (size_t i = s->n; i > 0; i--)
		if (s->processes[i - 1].pid == pid)
			return true;
	return false;
}

static void add_tasks(struct snapshot *s, const struct rec_task *tasks, size_t n,
		      uint64_t page_bytes)
{
	for (size_t i = 0; i < n; i++) {
		struct process *p;

		if (tasks[i].leaderless && has(s, tasks[i].tgid))
			continue;
		p = processes__add(s);
		if (!p)
			return;
		decode__task(&tasks[i], page_bytes, p);
	}
}

static int iterate(const struct kernel *k, uint64_t page_bytes, struct snapshot *s)
{
	static struct rec_task tasks[READ_BYTES / sizeof(struct rec_task)];
	ssize_t n;
	int fd;

	fd = kernel__iterate(k, HOOK_SNAPSHOT, NULL);
	if (fd < 0)
		return fd;
	/* EAGAIN: after a million tasks, it goes on at the next. */
	do {
		n = read(fd, tasks, sizeof(tasks));
		if (n > 0)
			add_tasks(s, tasks, n / sizeof(tasks[0]), page_bytes);
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	n = n < 0 ? -errno : 0;
	close(fd);
	return n;
}

/* ---- what they were started with ---- */

static void copy_args(struct process *p, const struct process *from)
{
	p->args_bytes = from->args_bytes;
	memcpy(p->args, from->args, sizeof(p->args));
	p->ranks_bytes = from->ranks_bytes;
	memcpy(p->ranks, from->ranks, sizeof(p->ranks));
}

/* Workers that were forked one after another follow each other, and have one exec in common. */
static void join_execs(const struct kernel *k, struct snapshot *s)
{
	static struct exec_entry entry;
	int lookups = 0;

	for (size_t i = 0; i < s->n && lookups < MAX_LOOKUPS; i++) {
		struct process *p = &s->processes[i];

		if (!p->exec.exe_file)
			continue;
		if (i && !memcmp(&p[-1].exec, &p->exec, sizeof(p->exec))) {
			copy_args(p, &p[-1]);
			continue;
		}
		lookups++;
		if (execs__cached(k, &p->exec, &entry))
			process__set_exec(p, &entry);
	}
}

/* ---- from /proc ---- */

static int walk_proc(const struct cgroup_root *root, uint64_t scope_id, struct snapshot *s)
{
	static struct cgroup_facts scope;
	int err = 0;

	scope = (struct cgroup_facts){.id = scope_id, .limits_known = true};
	if (scope_id)
		err = cgroup_root__look_up(root, &scope);
	return err ? err : processes__walk(s, PROC, root->version, scope_id ? scope.path : NULL);
}

void snapshot__free(struct snapshot *s)
{
	processes__free(s);
}

int snapshot__take(const struct kernel *k, const struct node *node, uint64_t scope_id,
		   struct snapshot *out)
{
	int err;

	out->n = 0;
	out->err = 0;
	out->scope_id = scope_id;
	out->time_ns = clock__boot_ns();
	if (kernel__has(k, HOOK_SNAPSHOT)) {
		kernel__requests(k)->snapshot_scope = scope_id;
		err = iterate(k, node->page_bytes, out);
		join_execs(k, out);
	} else {
		err = walk_proc(&node->cgroups, scope_id, out);
	}
	if (err && !out->err)
		out->err = err;
	return out->err;
}
