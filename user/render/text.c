// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events as text:
 *
 *   04:10:14.012Z killed python3 (pid 181, 37 in its namespace, child of 177) holding 199.4 MiB
 *     memory   198.9 MiB anon, 1.4 MiB file, 0 B shmem, 0 B swap
 *     limit    /demo: 250.0 MiB of 250.0 MiB in use
 *     inside   pod ml/ranker-0, container server
 *     command  python3 serve.py
 *     trigger  python3 (pid 181), GFP_KERNEL, order 0
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/gfp.h"
#include "render/text.h"
#include "render/utf8.h"
#include "render/words.h"

#define COMMAND_BYTES 200

static const char *what_happened(enum victim_kind kind)
{
	switch (kind) {
	case VICTIM_KILLED:
		return "killed";
	case VICTIM_GROUP_MEMBER:
		return "killed with its group:";
	case VICTIM_MM_SHARED:
		return "killed for sharing memory:";
	case VICTIM_ALREADY_EXITING:
		return "out of memory, but already exiting:";
	case VICTIM_UNKNOWN:
		break;
	}
	return "marked as OOM victim:";
}

static void put_who(struct words *t, const struct victim_event *e)
{
	const struct process_facts *p = &e->process;

	if (e->unread[PART_PROCESS]) {
		words__put(t, "thread %u", p->tid);
		return;
	}
	words__name(t, p->title[0] ? p->title : "?");
	words__put(t, " (pid %u", p->pid);
	if (p->n_pids > 1)
		words__put(t, ", %u in its namespace", p->pids[p->n_pids - 1]);
	if (p->start_ns || p->parent_pid)
		words__put(t, ", child of %u", p->parent_pid);
	words__put(t, ")");
}

static void put_memory(struct words *t, const struct victim_event *e)
{
	const struct memory_facts *m = &e->memory;

	if (e->unread[PART_MM] || e->unread[PART_RSS] || e->unread[PART_PROCESS])
		return;
	words__put(t, "\n  memory   ");
	words__size(t, m->anon_rss_bytes);
	words__put(t, " anon, ");
	words__size(t, m->file_rss_bytes);
	words__put(t, " file, ");
	words__size(t, m->shmem_rss_bytes);
	words__put(t, " shmem, ");
	if (m->swap_unknown) {
		words__put(t, "swap not known");
		return;
	}
	words__size(t, m->swap_bytes);
	words__put(t, " swap");
}

static bool is_known(const struct cgroup_facts *c)
{
	return c->id || c->path[0];
}

static bool is_same(const struct cgroup_facts *a, const struct cgroup_facts *b)
{
	return a->id || b->id ? a->id == b->id : !strcmp(a->path, b->path);
}

static void put_cgroup(struct words *t, const char *label, const struct cgroup_facts *c)
{
	words__put(t, "\n  %s ", label);
	words__path(t, c);
	words__put(t, ": ");
	words__limits(t, c);
}

/* Which limit was hit; the victim's own cgroup beside it where it is another one. */
static void put_limit(struct words *t, const struct victim_event *e)
{
	const struct decision_event *d = e->decision;

	if (d && d->global)
		words__put(t, "\n  limit    the whole machine was out of memory");
	else if (d && is_known(&d->hit))
		put_cgroup(t, "limit   ", &d->hit);
	if (is_known(&e->cgroup) && (!d || !is_same(&d->hit, &e->cgroup)))
		put_cgroup(t, "cgroup  ", &e->cgroup);
	if (!d && e->cgroup.id)
		words__put(t, " (this limit or one above it was hit)");
}

static void put_inside(struct words *t, const struct identity *in)
{
	if (!in->container.pod_uid[0] && !in->container.id[0])
		return;
	words__put(t, "\n  inside   ");
	words__identity(t, in);
}

/* Its arguments with spaces between them, as far as there is room for whole characters. */
static void put_command(struct words *t, const struct exec_entry *exec)
{
	size_t len = exec ? exec->args_bytes : 0, used;

	if (!len)
		return;
	len -= !exec->args[len - 1];
	words__put(t, "\n  command  ");
	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8__next(exec->args + at, len - at, &used);

		if (at + used > COMMAND_BYTES) {
			words__put(t, "...");
			return;
		}
		if (cp)
			words__character(t, exec->args + at, cp, used);
		else
			words__put(t, " ");
	}
}

static void put_trigger(struct words *t, const struct victim_event *e)
{
	char gfp[GFP_TEXT_BYTES];

	if (!e->trigger_tid && !e->trigger_title[0])
		return;
	words__put(t, "\n  trigger  ");
	words__name(t, e->trigger_title);
	if (e->trigger_pid)
		words__put(t, " (pid %u)", e->trigger_pid);
	else if (e->trigger_tid)
		words__put(t, " (thread %u)", e->trigger_tid);
	if (e->decision && !e->decision->request_unknown) {
		decision__gfp(e->decision, gfp);
		words__put(t, ", %s, order %d", gfp, e->decision->order);
	}
}

long text__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e)
{
	const struct memory_facts *m = &e->memory;
	struct words t = {.buf = buf, .cap = cap};

	words__time(&t, node, e->time_ns);
	words__put(&t, " %s ", what_happened(e->kind));
	put_who(&t, e);
	if (!e->unread[PART_MM] && !e->unread[PART_RSS] && !e->unread[PART_PROCESS]) {
		words__put(&t, " holding ");
		words__size(&t, m->anon_rss_bytes + m->file_rss_bytes + m->shmem_rss_bytes);
	}
	put_memory(&t, e);
	put_limit(&t, e);
	put_inside(&t, &e->identity);
	put_command(&t, e->exec);
	put_trigger(&t, e);
	words__put(&t, "\n");
	return words__finish(&t);
}

long text__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e)
{
	struct words t = {.buf = buf, .cap = cap};

	words__time(&t, node, e->time_ns);
	words__put(&t, " pid %u is gone, %.3f s after the kill", e->pid,
		   (e->time_ns - e->killed_ns) / 1e9);
	if (e->freed_known) {
		words__put(&t, "; ");
		words__size(&t, e->freed_bytes);
		words__put(&t, " freed");
	}
	if (e->reaper_started_ns)
		words__put(&t, ", the OOM reaper helped");
	words__put(&t, "\n");
	return words__finish(&t);
}

/* Since when is what the end of an old output file says: a stranger's text. */
static void put_missed(struct words *t, const struct missed *missed)
{
	words__put(t, "  missed %" PRIu64 " kills since ", missed->kills);
	words__name(t, missed->since);
	words__put(t, ", by the kernel's count\n");
}

static void put_scope(struct words *t, const struct scope *s)
{
	const char *unseen[SCOPE_UNSEEN + 1];

	if (s->cgroup_id) {
		words__put(t, "  only kills in ");
		words__name(t, s->path);
		words__put(t, "\n");
	}
	scope__unseen(s, unseen);
	for (int i = 0; unseen[i]; i++)
		words__put(t, "  can't see %s\n", unseen[i]);
}

long text__start(char *buf, size_t cap, const struct node *node, const struct kernel_facts *k,
		 const struct missed *missed)
{
	struct words t = {.buf = buf, .cap = cap};

	words__put(&t, "oomtrace %s on Linux %s: waiting for OOM kills, Ctrl-C to stop\n",
		   OOMTRACE_VERSION, node->uts.release);
	put_scope(&t, &node->scope);
	for (size_t i = 0; i < k->n_hooks && !node->from_log; i++)
		if (!hook__is_live(&k->hooks[i]))
			words__put(&t, "  without %s (%s)\n", k->hooks[i].name, k->hooks[i].why);
	if (k->why_unpinned)
		words__put(&t, "  a restart will miss kills (%s)\n", k->why_unpinned);
	if (missed->known && missed->kills)
		put_missed(&t, missed);
	return words__finish(&t);
}

static size_t live_hooks(const struct kernel_facts *k)
{
	size_t live = 0;

	for (size_t i = 0; i < k->n_hooks; i++)
		live += hook__is_live(&k->hooks[i]);
	return live;
}

/* "seen 3 · written 3 · duplicates 0 · lost 0 · unexplained 0 · hooks 11" */
long text__stop(char *buf, size_t cap, const struct kernel_facts *k, const struct ledger *l)
{
	struct words t = {.buf = buf, .cap = cap};
	const struct rec_ledger *b = &l->books;

	words__put(
		&t,
		"seen %" PRIu64 " · written %" PRIu64 " · duplicates %" PRIu64 " · lost %" PRIu64,
		(uint64_t)b->seq, (uint64_t)b->written, (uint64_t)b->duplicates, ledger__lost(l));
	if (l->vmstat_known && b->vmstat_known)
		words__put(&t, " · unexplained %" PRId64, ledger__unexplained(l));
	else
		words__put(&t, " · unexplained unknown");
	words__put(&t, " · hooks %zu\n", live_hooks(k));
	return words__finish(&t);
}

long text__gap(char *buf, size_t cap, const struct gap *gap)
{
	struct words t = {.buf = buf, .cap = cap};

	words__put(&t, "LOST %" PRIu64 " %s, numbers %" PRIu64 " to %" PRIu64 " (%s)\n",
		   gap->to - gap->from + 1,
		   strcmp(gap->stage, GAP_OF_LOG) ? "kills" : "lines of the kernel log", gap->from,
		   gap->to, gap->stage);
	return words__finish(&t);
}
