// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Puts one OOM decision together from its messages; see dump.h. */
#include <errno.h>
#include <string.h>

#include "klog/dump.h"
#include "klog/names.h"

#define PAGE_BYTES	   4096 /* until the line of a victim shows another */
#define CONSTRAINT_UNKNOWN UINT32_MAX
#define CONSTRAINT_MEMCG   3

bool dump__is_of(const struct dump *u, struct slice caller)
{
	return slice__equal(slice__of(u->caller), caller);
}

bool dump__had(const struct dump *u, uint32_t kinds)
{
	return u->had & kinds;
}

bool dump__doubted(const struct dump *u, enum doubt why)
{
	return u->doubts & 1u << why;
}

/* With lines interleaved, who triggered it and the sizes of the cgroup are guesses: dropped. */
void dump__doubt(struct dump *u, enum doubt why)
{
	u->doubts |= 1u << why;
	if (why != DOUBT_INTERLEAVED)
		return;
	u->decision.hit.limits_known = false;
	u->decision.request_unknown = true;
	u->trigger_tid = 0;
	u->trigger_comm[0] = '\0';
}

void dump__begin(struct dump *u, uint64_t oom_id, const struct moment *at)
{
	*u = (struct dump){
		.open = true,
		.last_ns = at->ns,
		.decision = {.oom_id = oom_id,
			     .time_ns = at->ns,
			     .constraint = CONSTRAINT_UNKNOWN,
			     .request_unknown = true,
			     .points_unknown = true,
			     .hit = {.oom_group_unknown = true}},
		.cgroup = {.oom_group_unknown = true},
		.page_bytes = PAGE_BYTES,
	};
	slice__copy(at->caller, u->caller, sizeof(u->caller));
}

/* ---- its parts ---- */

static void set_scope(struct dump *u, bool global)
{
	if (u->global_known && u->decision.global != global)
		dump__doubt(u, DOUBT_CONTRADICTED);
	u->global_known = true;
	u->decision.global = global;
	if (!global)
		u->decision.constraint = CONSTRAINT_MEMCG;
}

static void set_path(struct cgroup_facts *c, struct slice path)
{
	slice__copy(path, c->path, sizeof(c->path));
}

static void take_invoked(struct dump *u, const struct printk_invoked *i)
{
	u->decision.request_unknown = false;
	u->decision.gfp_mask = i->gfp_mask;
	u->decision.order = i->order;
	slice__copy(i->gfp, u->decision.gfp, sizeof(u->decision.gfp));
	slice__copy(i->comm, u->trigger_comm, sizeof(u->trigger_comm));
}

static void take_usage(struct dump *u, const struct printk_usage *m)
{
	struct cgroup_facts *hit = &u->decision.hit;

	set_scope(u, false);
	hit->limits_known = !dump__doubted(u, DOUBT_INTERLEAVED);
	hit->unlimited = m->unlimited;
	hit->limit_bytes = m->unlimited ? 0 : m->limit_kb << 10;
	hit->usage_bytes = m->usage_kb << 10;
}

static void take_limit_of(struct dump *u, struct slice paths)
{
	struct slice victim, hit;

	if (!limit_of__split(paths, &victim, &hit)) {
		dump__doubt(u, DOUBT_MALFORMED);
		return;
	}
	set_scope(u, false);
	set_path(&u->decision.hit, hit);
	set_path(&u->cgroup, victim);
}

/* The first one counts: up to 5.2 the statistics of the cgroups below follow. */
static void take_stats(struct dump *u, struct slice path)
{
	set_scope(u, false);
	if (!u->decision.hit.path[0] && !dump__doubted(u, DOUBT_INTERLEAVED))
		set_path(&u->decision.hit, path);
}

/* include/linux/oom.h */
static uint32_t constraint_of(struct slice name)
{
	static const char *const names[] = {"NONE", "CPUSET", "MEMORY_POLICY", "MEMCG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice__is(name, names[i]))
			return i;
	return CONSTRAINT_UNKNOWN;
}

static bool has_whole_table(const struct dump *u)
{
	return u->table.n && dump__had(u, BIT(INVOKED)) && dump__had(u, BIT(TABLE)) &&
	       !dump__doubted(u, DOUBT_OVERWRITTEN) && !dump__doubted(u, DOUBT_INTERLEAVED);
}

static void take_summary(struct dump *u, const struct printk_summary *m)
{
	struct row *row = table__find_process(&u->table, m->pid);
	struct slice comm = slice__of(row && row->tid == m->pid ? row->comm : "");
	struct summary_names names;

	u->decision.chosen_pid = m->pid;
	u->chosen_uid = m->uid;
	if (!row && has_whole_table(u))
		dump__doubt(u, DOUBT_CONTRADICTED);
	if (!summary__split(m, slice__of(u->decision.hit.path), comm, &names)) {
		dump__doubt(u, DOUBT_MALFORMED);
		return;
	}
	set_scope(u, names.global);
	u->decision.constraint = constraint_of(m->constraint);
	if (!names.global)
		set_path(&u->decision.hit, names.hit);
	set_path(&u->cgroup, names.victim);
	slice__copy(names.comm, u->chosen_comm, sizeof(u->chosen_comm));
}

static void take_chosen(struct dump *u, const struct printk_chosen *m)
{
	u->decision.chosen_pid = m->pid;
	slice__copy(m->comm, u->chosen_comm, sizeof(u->chosen_comm));
	set_scope(u, m->scope == SCOPE_MACHINE);
}

void dump__take(struct dump *u, const struct printk *m)
{
	u->had |= 1u << m->kind;
	switch (m->kind) {
	case PRINTK_INVOKED:
		return take_invoked(u, &m->invoked);
	case PRINTK_LIMIT_OF:
		return take_limit_of(u, m->path);
	case PRINTK_USAGE:
		return take_usage(u, &m->usage);
	case PRINTK_STATS:
		return take_stats(u, m->path);
	case PRINTK_TASK:
		return table__add(&u->table, &m->task);
	case PRINTK_SUMMARY:
		return take_summary(u, &m->summary);
	case PRINTK_CHOSEN:
		return take_chosen(u, &m->chosen);
	case PRINTK_GROUP: /* if it names another, that is a cgroup between the two */
		u->decision.hit.oom_group |= slice__is(m->path, u->decision.hit.path);
		return;
	default:
		return;
	}
}

/* ---- its victims ---- */

bool dump__agrees(const struct dump *u, enum printk_scope scope)
{
	return scope == SCOPE_UNSAID || !u->global_known ||
	       u->decision.global == (scope == SCOPE_MACHINE);
}

static void describe_by_row(const struct dump *u, struct victim_event *e, const struct row *row)
{
	e->process.pid = row->pid;
	e->process.user_id = row->user_id;
	e->process.score_adj = row->score_adj;
	e->memory.swap_bytes = row->swap_pages * u->page_bytes;
	e->memory.pgtables_bytes = row->pgtables_bytes;
	e->process.user_unknown = e->process.score_adj_unknown = false;
	e->memory.swap_unknown = e->memory.pgtables_unknown = false;
}

static void describe_by_line(struct victim_event *e, const struct printk_killed *k,
			     const struct row *row)
{
	e->memory.total_vm_bytes = k->total_vm_kb << 10;
	e->memory.anon_rss_bytes = k->anon_kb << 10;
	e->memory.file_rss_bytes = k->file_kb << 10;
	e->memory.shmem_rss_bytes = k->shmem_kb << 10;
	if (k->has_uid) {
		e->process.user_id = k->uid;
		e->process.user_unknown = false;
	}
	if (k->has_score_adj) {
		e->process.score_adj = k->score_adj;
		e->process.score_adj_unknown = false;
	}
	/* 5.4.0 to 5.4.9 print bytes here and call them kB. */
	if (k->has_pgtables && !(row && row->pgtables_bytes == k->pgtables_kb)) {
		e->memory.pgtables_bytes = k->pgtables_kb << 10;
		e->memory.pgtables_unknown = false;
	}
}

static void describe_chosen(const struct dump *u, struct victim_event *e)
{
	e->cgroup = u->cgroup;
	if (dump__had(u, BIT(SUMMARY))) {
		e->process.user_id = u->chosen_uid;
		e->process.user_unknown = false;
	}
	if (u->chosen_comm[0])
		memcpy(e->process.title, u->chosen_comm, sizeof(e->process.title));
}

/*
 * comm is the name of the thread in the line, which need not be the process's. Of two processes up
 * to 5.0 the one was chosen, and a child of it was killed in its place.
 */
static void identify(const struct dump *u, struct victim_event *e, struct slice comm)
{
	bool first = !u->n_victims, known = u->decision.chosen_pid;

	e->chosen = first && !known ? -1 : first && u->decision.chosen_pid == e->process.pid;
	if (e->process.tid == e->process.pid)
		slice__copy(comm, e->process.title, sizeof(e->process.title));
	if (e->chosen == 1)
		describe_chosen(u, e);
	else if (first && dump__had(u, BIT(CHOSEN)))
		e->process.parent_pid = u->decision.chosen_pid;
}

/* What a kernel log never has is marked as unread. */
static void begin_victim(struct dump *u, struct victim_event *e, uint32_t tid)
{
	const struct row *trigger = table__find(&u->table, u->trigger_tid);
	struct row *row = table__find(&u->table, tid);

	*e = (struct victim_event){
		.oom_id = u->decision.oom_id,
		.oom_id_inferred = !dump__had(u, BIT(INVOKED)),
		.kind = dump__had(u, BIT(GROUP)) ? VICTIM_GROUP_MEMBER : VICTIM_KILLED,
		.process = {.pid = tid,
			    .tid = tid,
			    .user_unknown = true,
			    .score_adj_unknown = true},
		.memory = {.swap_unknown = true, .pgtables_unknown = true},
		.cgroup = {.oom_group_unknown = true},
		.trigger_pid = trigger ? trigger->pid : 0,
		.trigger_tid = u->trigger_tid,
		.unread =
			{[PART_PIDNS] = -ENODATA, [PART_EXE] = -ENODATA, [PART_CGROUP] = -ENODATA},
		.decision = &u->decision,
		.exec_err = -ENODATA,
	};
	memcpy(e->trigger_title, u->trigger_comm, sizeof(e->trigger_title));
	if (!row)
		return;
	row->killed = true;
	describe_by_row(u, e, row);
}

/* A name with a newline is cut in the table: dmesg shows it on two lines. */
static bool same_name(struct slice comm, const char *in_row)
{
	return cut__prefix(&comm, in_row) && (!comm.n || slice__begins(comm, "\n"));
}

/* Compares what the line says about its victim with the row of the table. */
static void check_row(struct dump *u, const struct printk_killed *k, const struct row *row)
{
	uint64_t page_bytes = row && !k->cut_off ? row__page_bytes(row, k->total_vm_kb) : 0;

	if (page_bytes)
		u->page_bytes = page_bytes;
	if (row ? !k->cut_off && !same_name(k->comm, row->comm)
		: has_whole_table(u) && !u->n_victims)
		dump__doubt(u, DOUBT_CONTRADICTED);
}

/* Whether a thread that the table does not have belongs to the process that was chosen. */
static bool is_chosen_thread(const struct dump *u, const struct row *row)
{
	return !row && !u->n_victims && u->decision.chosen_pid && !dump__had(u, BIT(CHOSEN));
}

bool dump__killed(struct dump *u, const struct printk_killed *k, struct victim_event *e)
{
	struct row *row = table__find(&u->table, k->tid);

	if ((row && row->killed) || (u->n_victims && u->first_tid == k->tid))
		return false;
	check_row(u, k, row);
	if (k->scope != SCOPE_UNSAID)
		set_scope(u, k->scope == SCOPE_MACHINE);
	begin_victim(u, e, k->tid);
	if (is_chosen_thread(u, row))
		e->process.pid = u->decision.chosen_pid;
	if (k->cut_off) {
		dump__doubt(u, DOUBT_MALFORMED);
		e->unread[PART_MM] = e->unread[PART_RSS] = -ENODATA;
	} else {
		describe_by_line(e, k, row);
	}
	identify(u, e, k->cut_off ? slice__of(row ? row->comm : "") : k->comm);
	return true;
}

void dump__announced(struct dump *u, struct victim_event *e)
{
	struct row *row = table__find_process(&u->table, u->decision.chosen_pid);

	dump__doubt(u, DOUBT_CUT_OFF);
	begin_victim(u, e, row ? row->tid : u->decision.chosen_pid);
	e->unread[PART_RSS] = -ENODATA;
	if (row)
		e->memory.total_vm_bytes = row->total_vm_pages * u->page_bytes;
	else
		e->unread[PART_MM] = -ENODATA;
	identify(u, e, slice__of(u->chosen_comm));
}

/* Not where the whole machine was out of memory: then the table has every process. */
void dump__snapshot(const struct dump *u, struct snapshot *s)
{
	*s = (struct snapshot){.parents_unknown = true, .err = -ENODATA};
	if (u->decision.global || !u->global_known || dump__doubted(u, DOUBT_INTERLEAVED))
		return;
	table__snapshot(&u->table, u->page_bytes, s);
	if (!s->err && !dump__had(u, BIT(TABLE)))
		s->err = -ENODATA;
}
