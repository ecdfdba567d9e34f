// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A victim as a process among others. */
#include <string.h>

#include "record/event.h"
#include "record/process.h"

/* Its title is unknown: its memory is gone, and what it was called with it. */
void process__of_victim(struct process *p, const struct victim_event *e)
{
	const struct process_facts *facts = &e->process;
	const struct memory_facts *memory = &e->memory;

	*p = (struct process){
		.start_ns = facts->start_ns,
		.exec = facts->exec,
		.cgroup_id = e->cgroup.id,
		.rss_bytes =
			memory->anon_rss_bytes + memory->file_rss_bytes + memory->shmem_rss_bytes,
		.swap_bytes = memory->swap_bytes,
		.pid = facts->pid,
		.parent_pid = facts->parent_pid,
		.vpid = facts->n_pids ? facts->pids[facts->n_pids - 1] : 0,
		.session_id = facts->session_id,
		.forked_only = facts->forked_only,
	};
	memcpy(p->comm, facts->title, sizeof(p->comm));
	memcpy(p->executable, facts->executable, sizeof(p->executable));
	if (e->exec)
		process__set_exec(p, e->exec);
}

void process__set_exec(struct process *p, const struct exec_entry *entry)
{
	p->args_bytes = entry->args_bytes;
	if (p->args_bytes > sizeof(p->args))
		p->args_bytes = sizeof(p->args);
	memcpy(p->args, entry->args, p->args_bytes);
	p->ranks_bytes = entry->ranks_bytes;
	if (p->ranks_bytes > sizeof(p->ranks))
		p->ranks_bytes = sizeof(p->ranks);
	memcpy(p->ranks, entry->ranks, p->ranks_bytes);
}
