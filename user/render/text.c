// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events as text:
 *
 *   04:10:14.012Z killed python3 (pid 181, 37 in its namespace, child of 177) holding 199.4 MiB
 *     memory   198.9 MiB anon, 1.4 MiB file, 0 B shmem, 0 B swap
 *     limit    /demo: 250.0 MiB, 250.0 MiB in use
 *     command  python3 serve.py
 *     trigger  python3 (pid 181), GFP_KERNEL, order 0
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/clock.h"
#include "node/gfp.h"
#include "render/text.h"
#include "render/utf8.h"

#define COMMAND_BYTES 200

struct text {
	char *buf;
	size_t cap;
	size_t len;
};

static void __attribute__((format(printf, 2, 3))) put(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->buf + t->len, t->cap - t->len, format, args);
	va_end(args);
	if (n > 0)
		t->len += n;
	if (t->len >= t->cap)
		t->len = t->cap - 1;
}

/* The code point at s, of used bytes: a control character as \xNN or \uNNNN, a backslash
 * doubled. */
static void put_character(struct text *t, const char *s, uint32_t cp, size_t used)
{
	if (cp == '\\')
		put(t, "\\\\");
	else if (cp == UTF8_REPLACEMENT && used == 1)
		put(t, "\\x%02x", (unsigned char)*s);
	else if (utf8__is_control(cp))
		put(t, cp < 0x100 ? "\\x%02x" : "\\u%04x", cp);
	else
		put(t, "%.*s", (int)used, s);
}

static void put_name(struct text *t, const char *s)
{
	size_t len = strlen(s), used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8__next(s + at, len - at, &used);

		put_character(t, s + at, cp, used);
	}
}

static void put_size(struct text *t, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = bytes;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		put(t, "%" PRIu64 " B", bytes);
	else
		put(t, "%.1f %s", value, units[unit]);
}

/* "04:10:14.012Z": the date is in the JSON. */
static void put_time(struct text *t, const struct node *node, uint64_t boot_ns)
{
	char text[CLOCK_TEXT_BYTES];

	clock__format_boot(text, boot_ns, node->boot_to_real_ns);
	put(t, "%.12sZ", text + strlen("2026-11-24T"));
}

/* Whole lines: what had no room any more gives way to a newline. */
static long finish(struct text *t)
{
	if (t->len && t->len == t->cap - 1)
		t->buf[t->len - 1] = '\n';
	return t->len;
}

static const char *what_happened(enum victim_kind kind)
{
	switch (kind) {
	case VICTIM_KILLED:
		return "killed";
	case VICTIM_GROUP_MEMBER:
		return "killed with its group";
	case VICTIM_MM_SHARED:
		return "killed for sharing memory";
	case VICTIM_ALREADY_EXITING:
		return "out of memory, but already exiting:";
	case VICTIM_UNKNOWN:
		break;
	}
	return "marked as OOM victim:";
}

static void put_who(struct text *t, const struct victim_event *e)
{
	const struct process_facts *p = &e->process;

	if (e->unread[PART_PROCESS]) {
		put(t, "thread %u", p->tid);
		return;
	}
	put_name(t, p->title);
	put(t, " (pid %u", p->pid);
	if (p->n_pids > 1)
		put(t, ", %u in its namespace", p->pids[p->n_pids - 1]);
	put(t, ", child of %u)", p->parent_pid);
}

static void put_memory(struct text *t, const struct victim_event *e)
{
	const struct memory_facts *m = &e->memory;

	if (e->unread[PART_MM] || e->unread[PART_RSS] || e->unread[PART_PROCESS])
		return;
	put(t, "\n  memory   ");
	put_size(t, m->anon_rss_bytes);
	put(t, " anon, ");
	put_size(t, m->file_rss_bytes);
	put(t, " file, ");
	put_size(t, m->shmem_rss_bytes);
	put(t, " shmem, ");
	put_size(t, m->swap_bytes);
	put(t, " swap");
}

static void put_path(struct text *t, const struct cgroup_facts *c)
{
	if (!c->path[0])
		put(t, "cgroup %" PRIu64, c->id);
	if (c->path_truncated)
		put(t, "...");
	put_name(t, c->path);
}

static void put_limits(struct text *t, const struct cgroup_facts *c)
{
	if (!c->limits_known) {
		put(t, "limit not known");
		return;
	}
	if (c->unlimited)
		put(t, "no limit");
	else
		put_size(t, c->limit_bytes);
	if (!c->usage_unknown) {
		put(t, ", ");
		put_size(t, c->usage_bytes);
		put(t, " in use");
	}
}

static void put_cgroup(struct text *t, const char *label, const struct cgroup_facts *c)
{
	put(t, "\n  %s ", label);
	put_path(t, c);
	put(t, ": ");
	put_limits(t, c);
}

/* Which limit was hit; the victim's own cgroup beside it where it is another one. */
static void put_limit(struct text *t, const struct victim_event *e)
{
	const struct decision_event *d = e->decision;

	if (d && d->global)
		put(t, "\n  limit    the whole machine was out of memory");
	else if (d)
		put_cgroup(t, "limit   ", &d->hit);
	if (e->cgroup.id && (!d || d->hit.id != e->cgroup.id))
		put_cgroup(t, "cgroup  ", &e->cgroup);
	if (!d && e->cgroup.id)
		put(t, " (its limit or one above it was hit)");
}

/* Its arguments with spaces between them, as far as there is room for whole characters. */
static void put_command(struct text *t, const struct exec_entry *exec)
{
	size_t len = exec ? exec->args_bytes : 0, used;

	if (!len)
		return;
	len -= !exec->args[len - 1];
	put(t, "\n  command  ");
	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8__next(exec->args + at, len - at, &used);

		if (at + used > COMMAND_BYTES) {
			put(t, "...");
			return;
		}
		if (cp)
			put_character(t, exec->args + at, cp, used);
		else
			put(t, " ");
	}
}

static void put_trigger(struct text *t, const struct victim_event *e)
{
	char gfp[GFP_TEXT_BYTES];

	put(t, "\n  trigger  ");
	put_name(t, e->trigger_title);
	put(t, " (pid %u)", e->trigger_pid);
	if (e->decision) {
		gfp__format(gfp, e->decision->gfp_mask);
		put(t, ", %s, order %d", gfp, e->decision->order);
	}
}

long text__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e)
{
	const struct memory_facts *m = &e->memory;
	struct text t = {.buf = buf, .cap = cap};

	put_time(&t, node, e->time_ns);
	put(&t, " %s ", what_happened(e->kind));
	put_who(&t, e);
	if (!e->unread[PART_MM] && !e->unread[PART_RSS] && !e->unread[PART_PROCESS]) {
		put(&t, " holding ");
		put_size(&t, m->anon_rss_bytes + m->file_rss_bytes + m->shmem_rss_bytes);
	}
	put_memory(&t, e);
	put_limit(&t, e);
	put_command(&t, e->exec);
	put_trigger(&t, e);
	put(&t, "\n");
	return finish(&t);
}

long text__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e)
{
	struct text t = {.buf = buf, .cap = cap};

	put_time(&t, node, e->time_ns);
	put(&t, " pid %u is gone, %.3f s after the kill", e->pid,
	    (e->time_ns - e->killed_ns) / 1e9);
	if (e->freed_known) {
		put(&t, "; ");
		put_size(&t, e->freed_bytes);
		put(&t, " freed");
	}
	if (e->reaper_started_ns)
		put(&t, ", the OOM reaper helped");
	put(&t, "\n");
	return finish(&t);
}

/* Since when is what the end of an old output file says: a stranger's text. */
static void put_missed(struct text *t, const struct missed *missed)
{
	put(t, "  missed %" PRIu64 " kills since ", missed->kills);
	put_name(t, missed->since);
	put(t, ", by the kernel's count\n");
}

long text__start(char *buf, size_t cap, const struct node *node, const struct kernel_facts *k,
		 const struct missed *missed)
{
	struct text t = {.buf = buf, .cap = cap};

	put(&t, "oomtrace %s on Linux %s: waiting for OOM kills, Ctrl-C ends\n", OOMTRACE_VERSION,
	    node->uts.release);
	for (size_t i = 0; i < k->n_hooks; i++)
		if (!k->hooks[i].how)
			put(&t, "  without %s (%s)\n", k->hooks[i].name, k->hooks[i].why);
	if (k->why_unpinned)
		put(&t, "  a restart will miss kills (%s)\n", k->why_unpinned);
	if (missed->known && missed->kills)
		put_missed(&t, missed);
	return finish(&t);
}

static size_t live_hooks(const struct kernel_facts *k)
{
	size_t live = 0;

	for (size_t i = 0; i < k->n_hooks; i++)
		live += k->hooks[i].how != NULL;
	return live;
}

/* "seen 3 · written 3 · duplicates 0 · lost 0 · unexplained 0 · hooks 11" */
long text__stop(char *buf, size_t cap, const struct kernel_facts *k, const struct ledger *l)
{
	struct text t = {.buf = buf, .cap = cap};
	const struct rec_ledger *b = &l->books;

	put(&t, "seen %" PRIu64 " · written %" PRIu64 " · duplicates %" PRIu64 " · lost %" PRIu64,
	    (uint64_t)b->seq, (uint64_t)b->written, (uint64_t)b->duplicates, ledger__lost(l));
	if (l->vmstat_known && b->vmstat_known)
		put(&t, " · unexplained %" PRId64, ledger__unexplained(l));
	else
		put(&t, " · unexplained unknown");
	put(&t, " · hooks %zu\n", live_hooks(k));
	return finish(&t);
}

long text__gap(char *buf, size_t cap, const struct gap *gap)
{
	struct text t = {.buf = buf, .cap = cap};

	put(&t, "LOST %" PRIu64 " kills, numbers %" PRIu64 " to %" PRIu64 " (%s)\n",
	    gap->to - gap->from + 1, gap->from, gap->to, gap->stage);
	return finish(&t);
}
