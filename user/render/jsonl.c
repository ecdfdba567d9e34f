// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What happened to a victim, as JSON lines: oom_kill and oom_exit. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/identity_json.h"
#include "render/json.h"
#include "render/jsonl.h"
#include "render/oom_json.h"
#include "render/record_json.h"

/* Which keys of a victim are null because a part of the record could not be read. */
static const struct {
	enum rec_part part;
	const char *key;
} part_keys[] = {
	{PART_PROCESS, "process"},
	{PART_MM, "memory"},
	{PART_RSS, "memory.anon_rss_bytes"},
	{PART_RSS, "memory.file_rss_bytes"},
	{PART_RSS, "memory.shmem_rss_bytes"},
	{PART_RSS, "memory.swap_bytes"},
	{PART_PIDNS, "process.pid_namespaces"},
	{PART_PIDNS, "process.vpid"},
	{PART_EXE, "process.executable.name"},
	{PART_CGROUP, "oom.victim"},
	{PART_CGROUP_LIMITS, "oom.victim.limit_bytes"},
	{PART_CGROUP_LIMITS, "oom.victim.usage_bytes"},
	{PART_CGROUP_LIMITS, "oom.victim.oom_group"},
	{PART_CGROUP_PATH, "oom.victim.path"},
};

#define N_PART_KEYS (sizeof(part_keys) / sizeof(part_keys[0]))

/* Which are null because the decision is not known. */
static const char *const decision_keys[] = {
	"oom.constraint", "oom.gfp_mask", "oom.gfp", "oom.order", "oom.points", "oom.hit",
};

#define N_DECISION_KEYS (sizeof(decision_keys) / sizeof(decision_keys[0]))

/* "a\0b\0" as ["a","b"]; what follows the last NUL counts too. */
static void put_strings(struct json *j, const char *key, const char *s, size_t bytes)
{
	json__begin_array(j, key);
	for (size_t at = 0; at < bytes;) {
		size_t n = strnlen(s + at, bytes - at);

		json__bytes(j, NULL, s + at, n);
		at += n + 1;
	}
	json__end_array(j);
}

/* Whether a variable of this name, len bytes long with its '=', is among those up to end. */
static bool is_named(const char *ranks, const char *end, const char *name, size_t len)
{
	for (const char *at = ranks; at < end; at += strlen(at) + 1)
		if (!strncmp(at, name, len))
			return true;
	return false;
}

/* A name that is there twice, as an environment may have it, counts once: the first, as in
 * getenv(). */
static void put_ranks(struct json *j, const char *key, const struct exec_entry *exec)
{
	if (!exec || !exec->ranks_bytes) {
		json__null(j, key);
		return;
	}
	json__begin_object(j, key);
	for (size_t at = 0; at < exec->ranks_bytes;) {
		const char *variable = exec->ranks + at;
		size_t n = strnlen(variable, exec->ranks_bytes - at);
		const char *equals = memchr(variable, '=', n);
		char name[EXEC_RANKS_BYTES];

		at += n + 1;
		if (!equals || is_named(exec->ranks, variable, variable, equals + 1 - variable))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(equals - variable), variable);
		json__bytes(j, name, equals + 1, n - (equals + 1 - variable));
	}
	json__end_object(j);
}

static void put_command(struct json *j, const struct exec_entry *exec)
{
	if (exec)
		put_strings(j, "command_args", exec->args, exec->args_bytes);
	else
		json__null(j, "command_args");
	json__bool_if(j, "command_args_truncated", exec,
		      exec && exec->args_total_bytes > exec->args_bytes);
	put_ranks(j, "rank", exec);
}

static void put_pids(struct json *j, const struct process_facts *p)
{
	json__u64_if(j, "vpid", p->n_pids, p->n_pids ? p->pids[p->n_pids - 1] : 0);
	if (!p->n_pids) {
		json__null(j, "pid_namespaces");
		return;
	}
	json__begin_array(j, "pid_namespaces");
	for (uint32_t i = 0; i < p->n_pids; i++)
		json__u64(j, NULL, p->pids[i]);
	json__end_array(j);
}

static void put_process(struct json *j, const struct node *node, const struct victim_event *e)
{
	const struct process_facts *p = &e->process;
	bool known = !e->unread[PART_PROCESS];

	json__begin_object(j, "process");
	json__u64_if(j, "pid", known, p->pid);
	json__u64(j, "tid", p->tid);
	put_pids(j, p);
	json__u64_if(j, "parent_pid", known && (p->start_ns || p->parent_pid), p->parent_pid);
	oom__creation(j, node, known && p->start_ns, p->start_ns);
	json__begin_object(j, "user");
	json__u64_if(j, "id", known && !p->user_unknown, p->user_id);
	json__end_object(j);
	json__begin_object(j, "executable");
	json__string(j, "name", p->executable[0] ? p->executable : NULL);
	json__end_object(j);
	json__string(j, "title", known && (p->title[0] || p->start_ns) ? p->title : NULL);
	put_command(j, e->exec);
	json__end_object(j);
}

static void put_memory(struct json *j, const struct victim_event *e)
{
	const struct memory_facts *m = &e->memory;
	bool mm = !e->unread[PART_MM] && !e->unread[PART_PROCESS];
	bool rss = mm && !e->unread[PART_RSS];

	json__begin_object(j, "memory");
	json__u64_if(j, "anon_rss_bytes", rss, m->anon_rss_bytes);
	json__u64_if(j, "file_rss_bytes", rss, m->file_rss_bytes);
	json__u64_if(j, "shmem_rss_bytes", rss, m->shmem_rss_bytes);
	json__u64_if(j, "swap_bytes", rss && !m->swap_unknown, m->swap_bytes);
	json__u64_if(j, "pgtables_bytes", mm && !m->pgtables_unknown, m->pgtables_bytes);
	json__u64_if(j, "total_vm_bytes", mm, m->total_vm_bytes);
	json__end_object(j);
}

static void put_oom(struct json *j, const struct victim_event *e)
{
	const struct decision_event *d = e->decision;

	json__begin_object(j, "oom");
	json__u64_if(j, "id", e->oom_id, e->oom_id);
	json__bool(j, "id_inferred", e->oom_id_inferred);
	json__string(j, "kind", oom__kind(e->kind));
	json__bool_if(j, "chosen", e->chosen >= 0, e->chosen);
	oom__decision(j, d);
	if (e->unread[PART_PROCESS] || e->process.score_adj_unknown)
		json__null(j, "score_adj");
	else
		json__i64(j, "score_adj", e->process.score_adj);
	json__begin_object(j, "trigger");
	json__u64_if(j, "pid", e->trigger_pid, e->trigger_pid);
	json__u64_if(j, "tid", e->trigger_tid, e->trigger_tid);
	json__string(j, "title", e->trigger_tid || e->trigger_title[0] ? e->trigger_title : NULL);
	json__end_object(j);
	oom__cgroup(j, "hit", d && !d->global ? &d->hit : NULL);
	oom__cgroup(j, "victim", &e->cgroup);
	json__end_object(j);
}

static void put_errno(struct json *j, const char *key, int err)
{
	json__string(j, key, strerrorname_np(-err));
}

static void put_unread(struct json *j, const struct victim_event *e)
{
	json__begin_object(j, "unread");
	for (size_t i = 0; i < N_PART_KEYS; i++)
		if (e->unread[part_keys[i].part])
			put_errno(j, part_keys[i].key, e->unread[part_keys[i].part]);
	/* The kernel side could not read the usage, and by now it has changed. */
	if (e->cgroup.limits_known && e->cgroup.usage_unknown)
		put_errno(j, "oom.victim.usage_bytes", -EPERM);
	if (e->hostname_err)
		put_errno(j, "container.hostname", e->hostname_err);
	if (e->exec_err)
		put_errno(j, "process.command_args", e->exec_err);
	if (e->decision_err)
		for (size_t i = 0; i < N_DECISION_KEYS; i++)
			put_errno(j, decision_keys[i], e->decision_err);
	json__end_object(j);
}

long jsonl__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e)
{
	char uid[NODE_UID_BYTES];
	struct json j;

	node__uid(node, e->seq, uid);
	json__init(&j, buf, cap);
	record__begin(&j, node, "oom_kill", e->time_ns, uid);
	json__u64(&j, "seq", e->seq);
	put_process(&j, node, e);
	put_memory(&j, e);
	put_oom(&j, e);
	identity__json(&j, &e->identity);
	put_unread(&j, e);
	return record__end(&j);
}

static void put_after(struct json *j, const char *key, uint64_t from_ns, uint64_t ns)
{
	json__u64_if(j, key, ns >= from_ns && ns, ns - from_ns);
}

long jsonl__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e)
{
	char victim[NODE_UID_BYTES], uid[NODE_UID_BYTES + 8];
	struct json j;

	node__uid(node, e->seq, victim);
	snprintf(uid, sizeof(uid), "%s-exit", victim);
	json__init(&j, buf, cap);
	record__begin(&j, node, "oom_exit", e->time_ns, uid);
	json__u64(&j, "seq", e->seq);
	json__begin_object(&j, "process");
	json__u64(&j, "pid", e->pid);
	oom__creation(&j, node, true, e->start_ns);
	json__end_object(&j);
	json__begin_object(&j, "oom");
	json__u64_if(&j, "id", e->oom_id, e->oom_id);
	json__end_object(&j);
	json__begin_object(&j, "exit");
	put_after(&j, "after_ns", e->killed_ns, e->time_ns);
	json__u64_if(&j, "held_bytes", e->held_known, e->held_bytes);
	json__u64_if(&j, "freed_bytes", e->freed_known, e->freed_bytes);
	json__begin_object(&j, "reaper");
	put_after(&j, "woken_after_ns", e->killed_ns, e->reaper_woken_ns);
	put_after(&j, "started_after_ns", e->killed_ns, e->reaper_started_ns);
	put_after(&j, "finished_after_ns", e->killed_ns, e->reaper_finished_ns);
	json__bool(&j, "skipped", e->reaper_skipped);
	json__end_object(&j);
	json__end_object(&j);
	return record__end(&j);
}
