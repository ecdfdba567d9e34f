// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Raw records into events. A record may be misaligned or lie about its sizes: it is copied, not
 * cast. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "record/decode.h"

/* include/linux/page_counter.h: PAGE_COUNTER_MAX is LONG_MAX / PAGE_SIZE, "no limit". */
static bool is_unlimited(uint64_t pages, uint64_t page_bytes)
{
	return pages >= INT64_MAX / page_bytes;
}

static bool tail_fits(const struct rec_header *h, size_t fixed, uint32_t path_bytes)
{
	return path_bytes <= REC_PATH_BYTES && h->size == fixed + path_bytes;
}

int decode__kind(const void *data, size_t size)
{
	struct rec_decision decision;
	struct rec_victim victim;
	struct rec_header h;

	if (size < sizeof(h))
		return -EBADMSG;
	memcpy(&h, data, sizeof(h));
	/* The ring hands out records of rounded-up size on no kernel, but more is no harm. */
	if (h.size > size)
		return -EBADMSG;
	switch (h.kind) {
	case REC_DECISION:
		if (h.size < sizeof(decision))
			return -EBADMSG;
		memcpy(&decision, data, sizeof(decision));
		return tail_fits(&h, sizeof(decision), decision.hit.path_bytes) ? h.kind : -EBADMSG;
	case REC_VICTIM:
		if (h.size < sizeof(victim))
			return -EBADMSG;
		memcpy(&victim, data, sizeof(victim));
		if (victim.process.pidns_levels > REC_PIDNS_LEVELS ||
		    victim.kind > VICTIM_ALREADY_EXITING)
			return -EBADMSG;
		return tail_fits(&h, sizeof(victim), victim.cgroup.path_bytes) ? h.kind : -EBADMSG;
	case REC_EXIT:
		return h.size == sizeof(struct rec_exit) ? h.kind : -EBADMSG;
	case REC_DECISION_END:
		return h.size == sizeof(struct rec_decision_end) ? h.kind : -EBADMSG;
	case REC_SIGNAL:
		return h.size == sizeof(struct rec_signal) ? h.kind : -EBADMSG;
	case REC_GONE:
		return h.size == sizeof(struct rec_gone) ? h.kind : -EBADMSG;
	default:
		return -EBADMSG;
	}
}

/*
 * Turns the names of a path, leaf first and each with its NUL, into "/root/.../leaf". out has room
 * for bytes + 2. A tail without its last NUL is taken as if it were there.
 */
static void path__reverse(char *out, const char *names, size_t bytes)
{
	char *to = out;
	size_t end = bytes;

	while (end > 0) {
		size_t start = end - (names[end - 1] == '\0'), len;

		end = start;
		while (start > 0 && names[start - 1])
			start--;
		len = end - start;
		*to++ = '/';
		memcpy(to, names + start, len);
		to += len;
		end = start;
	}
	if (to == out)
		*to++ = '/';
	*to = '\0';
}

static void decode_cgroup(struct cgroup_facts *c, const struct rec_cgroup *r, const __s8 *unread,
			  const char *names, uint64_t page_bytes)
{
	memset(c, 0, sizeof(*c));
	c->id = unread[PART_CGROUP] ? 0 : r->id;
	c->limits_known = c->id && !unread[PART_CGROUP_LIMITS];
	c->unlimited = is_unlimited(r->limit_pages, page_bytes);
	c->limit_bytes = c->unlimited ? 0 : r->limit_pages * page_bytes;
	c->usage_bytes = r->usage_pages * page_bytes;
	c->oom_group = r->oom_group;
	c->path_truncated = r->path_truncated;
	if (c->id && !unread[PART_CGROUP_PATH])
		path__reverse(c->path, names, r->path_bytes);
}

static void copy_text(char *to, size_t to_bytes, const char *from, size_t from_bytes)
{
	size_t n = strnlen(from, from_bytes);

	if (n >= to_bytes)
		n = to_bytes - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

void decode__decision(const void *data, uint64_t page_bytes, struct decision_event *e)
{
	struct rec_decision r;

	memcpy(&r, data, sizeof(r));
	e->oom_id = r.oom_id;
	e->time_ns = r.header.time_ns;
	e->constraint = r.constraint;
	e->gfp_mask = r.gfp_mask;
	e->order = r.order;
	e->points = r.points;
	e->chosen_pid = r.chosen_tgid;
	e->global = !r.hit.id;
	decode_cgroup(&e->hit, &r.hit, r.unread, (const char *)data + sizeof(r), page_bytes);
}

static void decode_process(struct process_facts *p, const struct rec_victim *r)
{
	const struct rec_process *from = &r->process;

	memset(p, 0, sizeof(*p));
	p->pid = from->tgid;
	p->tid = from->tid;
	p->parent_pid = from->ppid;
	p->user_id = from->uid;
	p->score_adj = from->score_adj;
	p->start_ns = from->start_ns;
	p->n_pids = from->pidns_levels;
	memcpy(p->pids, r->pids, p->n_pids * sizeof(p->pids[0]));
	copy_text(p->title, sizeof(p->title), from->comm, sizeof(from->comm));
	copy_text(p->executable, sizeof(p->executable), r->exe, sizeof(r->exe));
	p->exec = from->exec;
	p->session_id = from->session_id;
	p->forked_only = from->forked_only;
}

static void decode_memory(struct memory_facts *m, const struct rec_process *p, uint64_t page_bytes)
{
	m->anon_rss_bytes = p->anon_pages * page_bytes;
	m->file_rss_bytes = p->file_pages * page_bytes;
	m->shmem_rss_bytes = p->shmem_pages * page_bytes;
	m->swap_bytes = p->swap_pages * page_bytes;
	m->pgtables_bytes = p->pgtables_bytes;
	m->total_vm_bytes = p->total_vm_pages * page_bytes;
}

void decode__victim(const void *data, uint64_t page_bytes, struct victim_event *e)
{
	struct rec_victim r;

	memcpy(&r, data, sizeof(r));
	e->seq = r.header.seq;
	e->time_ns = r.header.time_ns;
	e->oom_id = r.oom_id;
	e->oom_id_inferred = r.oom_id_inferred;
	e->kind = r.kind;
	e->chosen = r.chosen;
	decode_process(&e->process, &r);
	decode_memory(&e->memory, &r.process, page_bytes);
	decode_cgroup(&e->cgroup, &r.cgroup, r.process.unread, (const char *)data + sizeof(r),
		      page_bytes);
	e->trigger_pid = r.trigger_tgid;
	e->trigger_tid = r.trigger_tid;
	copy_text(e->trigger_title, sizeof(e->trigger_title), r.trigger_comm,
		  sizeof(r.trigger_comm));
	for (int i = 0; i < PART_MAX; i++)
		e->unread[i] = r.process.unread[i];
	e->identity = (struct identity){0};
	copy_text(e->identity.hostname, sizeof(e->identity.hostname), r.hostname,
		  sizeof(r.hostname));
	e->hostname_err = r.unread_hostname;
	e->decision = NULL;
	e->decision_err = 0;
	e->exec = NULL;
	e->exec_err = 0;
}

/*
 * What is freed of killed_pages once the process is gone. Before exit_mm() (6.16 on) what it still
 * holds goes at once, unless others use the same memory.
 */
static uint64_t freed_pages(const struct rec_exit *r)
{
	bool stays = r->mm_released || r->mm_users > 1;
	uint64_t left = stays ? r->held_pages : 0;

	return r->killed_pages > left ? r->killed_pages - left : 0;
}

void decode__exit(const void *data, uint64_t page_bytes, struct exit_event *e)
{
	struct rec_exit r;

	memcpy(&r, data, sizeof(r));
	*e = (struct exit_event){
		.seq = r.header.seq,
		.time_ns = r.header.time_ns,
		.oom_id = r.oom_id,
		.start_ns = r.start_ns,
		.killed_ns = r.killed_ns,
		.reaper_woken_ns = r.reaper_woken_ns,
		.reaper_started_ns = r.reaper_started_ns,
		.reaper_finished_ns = r.reaper_finished_ns,
		.reaper_skipped = r.reaper_skipped,
		.held_known = !r.unread_rss && !r.mm_released,
		.freed_known = !r.unread_rss,
		.held_bytes = r.held_pages * page_bytes,
		.freed_bytes = freed_pages(&r) * page_bytes,
		.pid = r.tgid,
	};
}

void decode__decision_end(const void *data, struct decision_end_event *e)
{
	struct rec_decision_end r;

	memcpy(&r, data, sizeof(r));
	*e = (struct decision_end_event){
		.oom_id = r.oom_id,
		.time_ns = r.header.time_ns,
		.last_seq = r.last_seq,
	};
}

void decode__signal(const void *data, struct signal_event *e)
{
	struct rec_signal r;

	memcpy(&r, data, sizeof(r));
	*e = (struct signal_event){
		.time_ns = r.header.time_ns,
		.start_ns = r.start_ns,
		.pid = r.tgid,
		.signal = r.signal,
		.sender_pid = r.sender_tgid,
		.from_kernel = r.from_kernel,
		.sender_exiting = r.sender_exiting,
	};
	copy_text(e->sender_title, sizeof(e->sender_title), r.sender_comm, sizeof(r.sender_comm));
}

void decode__gone(const void *data, struct gone_event *e)
{
	struct rec_gone r;

	memcpy(&r, data, sizeof(r));
	*e = (struct gone_event){
		.time_ns = r.header.time_ns,
		.start_ns = r.start_ns,
		.pid = r.tgid,
		.exit_code = r.exit_code,
	};
}

void decode__task(const struct rec_task *r, uint64_t page_bytes, struct process *p)
{
	*p = (struct process){
		.start_ns = r->start_ns,
		.exec = r->exec,
		.cgroup_id = r->cgroup_id,
		.rss_bytes = r->rss_pages * page_bytes,
		.swap_bytes = r->swap_pages * page_bytes,
		.pid = r->tgid,
		.parent_pid = r->ppid,
		.vpid = r->vpid,
		.session_id = r->session_id,
		.forked_only = r->forked_only,
		.zombie = r->zombie,
	};
	copy_text(p->comm, sizeof(p->comm), r->comm, sizeof(r->comm));
	copy_text(p->executable, sizeof(p->executable), r->exe, sizeof(r->exe));
}
