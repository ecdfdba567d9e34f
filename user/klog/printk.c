// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Messages of an OOM decision; see printk.h. */
#include <stddef.h>
#include <string.h>

#include "klog/printk.h"

/* PAGE_COUNTER_MAX of a machine with 64 bits, in kB: LONG_MAX / PAGE_SIZE pages. */
#define NO_LIMIT_KB (INT64_MAX >> 10)

/* printk() cuts a record at 1 KiB; a byte of it may be shown as four. */
#define LINE_BYTES 4096

/* TASK_COMM_LEN is 16. dmesg shows a byte that is not printable as \\x0a. */
#define COMM_BYTES 15

static bool is_comm(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n <= COMM_BYTES; i++, n++)
		if (s.s[i] == '\\' && i + 3 < s.n && s.s[i + 1] == 'x')
			i += 3;
	return n <= COMM_BYTES;
}

/* ---- before the task is chosen ---- */

/* "GFP_KERNEL|__GFP_ZERO|0x8000000": nothing but that goes on to be printed. */
static bool is_flags(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.s[i] || !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_|0123456789abcdefx", s.s[i]))
			return false;
	return true;
}

/* 4.18 has ", nodemask=(null)" before the order. */
static bool read_invoked(struct slice s, struct printk *m)
{
	struct printk_invoked *i = &m->invoked;
	int64_t score_adj;

	if (!cut__until(&s, " invoked oom-killer: gfp_mask=0x", &i->comm) || !is_comm(i->comm))
		return false;
	return cut__last_signed(&s, &score_adj) && cut__suffix(&s, ", oom_score_adj=") &&
	       cut__last_signed(&s, &i->order) && cut__suffix(&s, ", order=") &&
	       cut__hex(&s, &i->gfp_mask) && cut__prefix(&s, "(") && cut__until(&s, ")", &i->gfp) &&
	       is_flags(i->gfp);
}

/* 6.10 and later have the user between: "CPU: 0 UID: 0 PID: 176 Comm: ". */
static bool read_cpu(struct slice s, struct printk *m)
{
	uint64_t ignored;

	if (!cut__prefix(&s, "CPU: ") || !cut__number(&s, &ignored))
		return false;
	if (cut__prefix(&s, " UID: ") && !cut__number(&s, &ignored))
		return false;
	if (!cut__prefix(&s, " PID: ") || !cut__number(&s, &m->cpu.tid) ||
	    !cut__prefix(&s, " Comm: "))
		return false;
	m->cpu.rest = s;
	return true;
}

static bool read_usage(struct slice s, struct printk *m)
{
	struct printk_usage *u = &m->usage;
	uint64_t failures;

	if (!cut__prefix(&s, "memory: usage ") || !cut__number(&s, &u->usage_kb) ||
	    !cut__prefix(&s, "kB, limit ") || !cut__number(&s, &u->limit_kb) ||
	    !cut__prefix(&s, "kB, failcnt ") || !cut__number(&s, &failures) || s.n)
		return false;
	/* Rounded down to a page of whatever size. */
	u->unlimited = u->limit_kb >= (NO_LIMIT_KB & ~(uint64_t)0xffff);
	return true;
}

static bool read_limit_of(struct slice s, struct printk *m)
{
	m->path = s;
	return cut__prefix(&m->path, "Task in ") &&
	       slice__find(s, " killed as a result of limit of ", 0) >= 0;
}

/* Up to 5.2 the statistics follow on the same line: "Memory cgroup stats for /a: cache:0KB rss:". */
static bool read_stats(struct slice s, struct printk *m)
{
	long at;

	if (!cut__prefix(&s, "Memory cgroup stats for "))
		return false;
	m->path = s;
	at = slice__find_last(s, ": cache:");
	if (at >= 0)
		m->path.n = at;
	else if (!cut__suffix(&m->path, ":"))
		return false;
	return slice__begins(m->path, "/");
}

static bool read_table(struct slice s, struct printk *m)
{
	return slice__is(s, "Tasks state (memory values in pages):") ||
	       (slice__begins(s, "[  pid  ]   uid  tgid total_vm ") &&
		cut__suffix(&s, " oom_score_adj name"));
}

/*
 * dump_task(): "[%7d] %5d %5d %8lu %8lu %8ld %8lu         %5hd %s", from 6.8 on with " %8lu %8lu
 * %9lu" after rss. Only before oom_score_adj ten spaces follow each other, or nine and a minus: that
 * tells the layouts apart, and where the name begins, which may be numbers too.
 */
static bool score_adj_follows(struct slice s)
{
	return slice__begins(s, "          ") || slice__begins(s, "         -");
}

static bool read_task(struct slice s, struct printk *m)
{
	enum { UID, TGID, TOTAL_VM, RSS };
	struct printk_task *t = &m->task;
	uint64_t v[10], adj;
	int n = 0;

	if (!cut__prefix(&s, "["))
		return false;
	cut__spaces(&s);
	if (!cut__number(&s, &t->tid) || !cut__prefix(&s, "]"))
		return false;
	while (n < 10 && !score_adj_follows(s)) {
		if (!cut__prefix(&s, " "))
			return false;
		cut__spaces(&s);
		if (!cut__number(&s, &v[n++]))
			return false;
	}
	if (n != 6 && n != 9)
		return false;
	cut__spaces(&s);
	t->score_adj = cut__prefix(&s, "-") ? -1 : 1;
	if (!cut__number(&s, &adj) || adj > 1000 || !cut__prefix(&s, " "))
		return false;
	t->score_adj *= (int64_t)adj;
	t->pid = v[TGID];
	t->uid = v[UID];
	t->total_vm_pages = v[TOTAL_VM];
	t->rss_pages = v[RSS];
	t->pgtables_bytes = v[n - 2];
	t->swap_pages = v[n - 1];
	t->comm = s;
	return is_comm(s) && t->tid && t->tid <= UINT32_MAX && t->pid && t->pid <= UINT32_MAX;
}

/* ---- who is to die ---- */

static bool read_summary(struct slice s, struct printk *m)
{
	struct printk_summary *u = &m->summary;

	if (!cut__prefix(&s, "oom-kill:constraint=CONSTRAINT_") ||
	    !cut__until(&s, ",nodemask=", &u->constraint))
		return false;
	if (!cut__last_number(&s, &u->uid) || !cut__suffix(&s, ",uid=") ||
	    !cut__last_number(&s, &u->pid) || !cut__suffix(&s, ",pid="))
		return false;
	u->middle = s;
	return u->pid && u->pid <= UINT32_MAX;
}

static enum printk_scope cut_scope(struct slice *s)
{
	if (cut__prefix(s, "Memory cgroup out of memory: "))
		return SCOPE_MEMCG;
	if (cut__prefix(s, "Out of memory: ") ||
	    cut__prefix(s, "Out of memory (oom_kill_allocating_task): "))
		return SCOPE_MACHINE;
	return SCOPE_UNSAID;
}

/* "Memory cgroup out of memory: Kill process 10222 (python3) score 1038 or sacrifice child" */
static bool read_chosen(struct slice s, struct printk *m)
{
	uint64_t score;

	m->chosen.scope = cut_scope(&s);
	if (!m->chosen.scope || !cut__prefix(&s, "Kill process ") ||
	    !cut__number(&s, &m->chosen.pid) || !cut__prefix(&s, " ("))
		return false;
	m->chosen.comm = s;
	return cut__suffix(&m->chosen.comm, " or sacrifice child") &&
	       cut__last_number(&m->chosen.comm, &score) &&
	       cut__suffix(&m->chosen.comm, ") score ");
}

/* ---- who died ---- */

#define SIZE(name) offsetof(struct printk_killed, name)

/* What follows the name, from the right; up to 5.3 the first three are not there. */
static const struct {
	const char *before, *after;
	size_t size;
	size_t flag; /* 0: it has to be there */
} killed_fields[] = {
	{", UID:", "", SIZE(uid), SIZE(has_uid)},    {", shmem-rss:", "kB", SIZE(shmem_kb), 0},
	{", file-rss:", "kB", SIZE(file_kb), 0},     {", anon-rss:", "kB", SIZE(anon_kb), 0},
	{") total-vm:", "kB", SIZE(total_vm_kb), 0},
};

static void cut_optional(struct slice *s, struct printk_killed *k)
{
	struct slice rest = *s;

	if (cut__last_signed(&rest, &k->score_adj) && cut__suffix(&rest, " oom_score_adj:")) {
		k->has_score_adj = true;
		*s = rest;
	}
	rest = *s;
	if (cut__suffix(&rest, "kB") && cut__last_number(&rest, &k->pgtables_kb) &&
	    cut__suffix(&rest, " pgtables:")) {
		k->has_pgtables = true;
		*s = rest;
	}
}

static bool cut_sizes(struct slice *s, struct printk_killed *k)
{
	cut_optional(s, k);
	for (size_t i = 0; i < sizeof(killed_fields) / sizeof(killed_fields[0]); i++) {
		struct slice rest = *s;
		uint64_t *size = (uint64_t *)((char *)k + killed_fields[i].size);
		bool there = cut__suffix(&rest, killed_fields[i].after) &&
			     cut__last_number(&rest, size) &&
			     cut__suffix(&rest, killed_fields[i].before);

		if (there)
			*s = rest;
		if (killed_fields[i].flag)
			*((bool *)k + killed_fields[i].flag) = there;
		else if (!there)
			return false;
	}
	return true;
}

/* A name with a newline in it, and the end of the log, cut the line in two: who it was is left. */
static bool read_killed(struct slice s, struct printk *m)
{
	struct printk_killed *k = &m->killed;

	k->scope = cut_scope(&s);
	if (!cut__prefix(&s, "Killed process ") || !cut__number(&s, &k->tid) ||
	    !cut__prefix(&s, " ("))
		return false;
	k->comm = s;
	k->cut_off = !cut_sizes(&k->comm, k);
	return k->tid && k->tid <= UINT32_MAX && (k->cut_off || is_comm(k->comm));
}

static bool read_group(struct slice s, struct printk *m)
{
	m->path = s;
	return cut__prefix(&m->path, "Tasks in ") &&
	       cut__suffix(&m->path, " are going to be killed due to memory.oom.group set") &&
	       slice__begins(m->path, "/");
}

/* ---- afterwards, and instead ---- */

/* "oom_reaper: unable to reap pid:132 (python3)" says nothing that is not known already. */
static bool read_reaped(struct slice s, struct printk *m)
{
	return cut__prefix(&s, "oom_reaper: reaped process ") && cut__number(&s, &m->reaped_tid) &&
	       cut__prefix(&s, " (") && slice__find_last(s, "), now anon-rss:") >= 0;
}

static bool read_suppressed(struct slice s, struct printk *m)
{
	return cut__prefix(&s, "oom_kill_process: ") && cut__number(&s, &m->suppressed) &&
	       slice__is(s, " callbacks suppressed");
}

static bool read_nobody(struct slice s, struct printk *m)
{
	return slice__is(s, "Out of memory and no killable processes...");
}

static bool read_exiting(struct slice s, struct printk *m)
{
	m->chosen.scope = cut_scope(&s);
	return m->chosen.scope && cut__prefix(&s, "OOM victim ") &&
	       cut__number(&s, &m->chosen.pid) && cut__prefix(&s, " (") &&
	       cut__suffix(&s, ") is already exiting. Skip killing the task");
}

static bool read_panic(struct slice s, struct printk *m)
{
	return cut__prefix(&s, "Kernel panic - not syncing: ") &&
	       (slice__begins(s, "Out of memory: ") ||
		slice__begins(s, "System is deadlocked on memory"));
}

/* ---- all of them ---- */

/* By how a line begins, so that those of others cost little. */
static const struct {
	const char *begins;
	enum printk_kind kind;
	bool (*read)(struct slice s, struct printk *m);
} readers[] = {
	{"[", PRINTK_TASK, read_task},
	{"[  pid  ]", PRINTK_TABLE, read_table},
	{"CPU: ", PRINTK_CPU, read_cpu},
	{"memory: usage ", PRINTK_USAGE, read_usage},
	{"Memory cgroup stats for ", PRINTK_STATS, read_stats},
	{"Tasks state ", PRINTK_TABLE, read_table},
	{"Task in ", PRINTK_LIMIT_OF, read_limit_of},
	{"oom-kill:", PRINTK_SUMMARY, read_summary},
	{"Memory cgroup out of memory: Killed", PRINTK_KILLED, read_killed},
	{"Memory cgroup out of memory: Kill ", PRINTK_CHOSEN, read_chosen},
	{"Memory cgroup out of memory: OOM", PRINTK_EXITING, read_exiting},
	{"Out of memory: Killed", PRINTK_KILLED, read_killed},
	{"Out of memory (oom_kill_allocating_task): Killed", PRINTK_KILLED, read_killed},
	{"Out of memory: Kill ", PRINTK_CHOSEN, read_chosen},
	{"Out of memory (oom_kill_allocating_task): Kill ", PRINTK_CHOSEN, read_chosen},
	{"Out of memory: OOM", PRINTK_EXITING, read_exiting},
	{"Out of memory and ", PRINTK_NOBODY, read_nobody},
	{"Killed process ", PRINTK_KILLED, read_killed},
	{"Tasks in ", PRINTK_GROUP, read_group},
	{"oom_reaper: ", PRINTK_REAPED, read_reaped},
	{"oom_kill_process: ", PRINTK_SUPPRESSED, read_suppressed},
	{"Kernel panic", PRINTK_PANIC, read_panic},
	{"", PRINTK_INVOKED, read_invoked},
};

struct printk printk__read(struct slice line)
{
	if (line.n > LINE_BYTES)
		return (struct printk){.kind = PRINTK_OTHER};
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct printk m = {.kind = readers[i].kind};

		if (slice__begins(line, readers[i].begins) && readers[i].read(line, &m))
			return m;
	}
	return (struct printk){.kind = PRINTK_OTHER};
}
