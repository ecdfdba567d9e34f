// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The processes of a cgroup at one moment; see snapshot.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "kernel/execs.h"
#include "kernel/snapshot.h"
#include "node/clock.h"
#include "node/pids.h"
#include "node/processes.h"
#include "record/decode.h"

#define PROC "/proc"
/* kernel/bpf/bpf_iter.c: one read() of an iterator gives at most 8 pages. */
#define READ_BYTES (32 * 1024)
/* To ask for one process by itself takes as long as to look at so many tasks. */
#define TASKS_PER_PROCESS 16
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

static struct rec_task tasks[READ_BYTES / sizeof(struct rec_task)];

/* Adds what one read gives. How much that was, or a negative errno. */
static ssize_t add_read(struct snapshot *s, int fd, uint64_t page_bytes)
{
	ssize_t n = read(fd, tasks, sizeof(tasks));

	if (n > 0)
		add_tasks(s, tasks, n / sizeof(tasks[0]), page_bytes);
	return n < 0 ? -errno : n;
}

static int read_all(const struct kernel *k, uint64_t page_bytes, struct snapshot *s)
{
	int fd = kernel__iterate(k, HOOK_SNAPSHOT, NULL);
	ssize_t n;

	if (fd < 0)
		return fd;
	/* EAGAIN: after a million tasks, it goes on at the next. */
	do
		n = add_read(s, fd, page_bytes);
	while (n > 0 || n == -EAGAIN || n == -EINTR);
	close(fd);
	return n;
}

static ssize_t read_one(const struct kernel *k, union bpf_iter_link_info *only, uint64_t page_bytes,
			struct snapshot *s)
{
	int fd = kernel__iterate(k, HOOK_SNAPSHOT, only);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = add_read(s, fd, page_bytes);
	close(fd);
	return n;
}

/* Of the leader alone; where that says nothing, another thread may speak for its process. */
static int read_process(const struct kernel *k, uint32_t pid, uint64_t page_bytes,
			struct snapshot *s)
{
	union bpf_iter_link_info leader = {.task.tid = pid}, threads = {.task.pid = pid};
	ssize_t n = read_one(k, &leader, page_bytes, s);

	if (!n)
		n = read_one(k, &threads, page_bytes, s);
	return n < 0 ? n : 0;
}

/* What has been removed has zombies alone. */
static int list_living(const struct cgroup_root *root, uint64_t id, struct pids *pids)
{
	int err, dir = cgroup_root__dir(root, id);

	if (dir < 0)
		return dir == -ESTALE || dir == -ENOENT ? 0 : dir;
	err = pids__read(pids, dir);
	close(dir);
	return err;
}

static int list_pids(const struct node *node, const struct snapshot_scope *scope, struct pids *pids)
{
	int err = 0;

	for (size_t i = 0; i < scope->n_known && !err; i++)
		err = pids__add(pids, scope->known[i]);
	if (!err)
		err = list_living(&node->cgroups, scope->cgroup_id, pids);
	pids__sort(pids);
	return err;
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

static void begin(struct snapshot *s, uint64_t scope_id)
{
	s->n = 0;
	s->err = 0;
	s->scope_id = scope_id;
	s->time_ns = clock__boot_ns();
}

static int end(struct snapshot *s, int err)
{
	if (err && !s->err)
		s->err = err;
	return s->err;
}

int snapshot__of_each(const struct kernel *k, const struct node *node,
		      const struct snapshot_scope *scope, size_t most, struct snapshot *out)
{
	static struct pids pids;
	int err;

	begin(out, scope->cgroup_id);
	pids.n = 0;
	pids.room = most + scope->n_known < PIDS_MAX ? most + scope->n_known : PIDS_MAX;
	err = list_pids(node, scope, &pids);
	kernel__requests(k)->snapshot_scope = scope->cgroup_id;
	for (size_t i = 0; i < pids.n && !err; i++)
		err = read_process(k, pids.list[i], node->page_bytes, out);
	join_execs(k, out);
	return end(out, err);
}

int snapshot__of_all(const struct kernel *k, const struct node *node,
		     const struct snapshot_scope *scope, struct snapshot *out)
{
	int err;

	begin(out, scope->cgroup_id);
	kernel__requests(k)->snapshot_scope = scope->cgroup_id;
	err = read_all(k, node->page_bytes, out);
	join_execs(k, out);
	return end(out, err);
}

/* In a namespace it may not be seen who is in a cgroup. */
static bool sees_cgroups(const struct node *node)
{
	return !node->scope.foreign_pids && node->cgroups.fd >= 0 && !node->cgroups.partial;
}

static int iterate(const struct kernel *k, const struct node *node,
		   const struct snapshot_scope *scope, struct snapshot *out)
{
	uint64_t n_tasks = 0;

	if (scope->cgroup_id && sees_cgroups(node) && !procfs__tasks(PROC, &n_tasks) &&
	    !snapshot__of_each(k, node, scope, n_tasks / TASKS_PER_PROCESS, out))
		return 0;
	return snapshot__of_all(k, node, scope, out);
}

int snapshot__take(const struct kernel *k, const struct node *node,
		   const struct snapshot_scope *scope, struct snapshot *out)
{
	if (kernel__has(k, HOOK_SNAPSHOT))
		return iterate(k, node, scope, out);
	begin(out, scope->cgroup_id);
	return end(out, walk_proc(&node->cgroups, scope->cgroup_id, out));
}
