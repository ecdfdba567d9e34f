// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What happened to oomtrace itself, as JSON lines: start, gap, audit, stop. */
#include <stdio.h>

#include "node/clock.h"
#include "render/json.h"
#include "render/jsonl.h"
#include "render/record_json.h"
#include "render/run_json.h"

static void put_missed(struct json *j, const struct missed *missed)
{
	if (!missed->known) {
		json__null(j, "missed");
		return;
	}
	json__begin_object(j, "missed");
	json__u64(j, "kills", missed->kills);
	json__string(j, "since", missed->since);
	json__end_object(j);
}

static void make_uid(const struct node *node, uint64_t seq, const char *what,
		     char uid[NODE_UID_BYTES + 32])
{
	char victim[NODE_UID_BYTES];

	node__uid(node, seq, victim);
	snprintf(uid, NODE_UID_BYTES + 32, "%s-%s", victim, what);
}

/* These records have no number of their own: the moment tells those of one ledger apart. */
static void begin(struct json *j, const struct node *node, const char *type, uint64_t seq)
{
	uint64_t now_ns = clock__boot_ns();
	char uid[NODE_UID_BYTES + 32], what[32];

	snprintf(what, sizeof(what), "%s-%llx", type, (unsigned long long)now_ns);
	make_uid(node, seq, what, uid);
	record__begin(j, node, type, now_ns, uid);
}

long jsonl__start(char *buf, size_t cap, const struct node *node, const struct kernel_facts *k,
		  const struct ledger *l, const struct missed *missed)
{
	struct json j;

	json__init(&j, buf, cap);
	begin(&j, node, "start", l->books.last_seq);
	run_json__program(&j);
	json__begin_object(&j, "kernel");
	json__string(&j, "release", node->uts.release);
	json__string(&j, "machine", node->uts.machine);
	json__string(&j, "btf", k->btf_path);
	json__end_object(&j);
	json__begin_object(&j, "cgroup");
	json__u64_if(&j, "version", node->cgroups.version, node->cgroups.version);
	json__end_object(&j);
	run_json__scope(&j, &node->scope);
	json__string(&j, "lockdown", k->lockdown);
	run_json__hooks(&j, k);
	run_json__pinned(&j, k);
	json__begin_object(&j, "baseline");
	json__u64_if(&j, "vmstat_oom_kill", l->books.vmstat_known, l->books.vmstat_before);
	json__end_object(&j);
	put_missed(&j, missed);
	return record__end(&j);
}

static void put_kernel_counts(struct json *j, const struct ledger *l)
{
	const __u64 *kinds = l->books.by_kind;
	bool known = l->vmstat_known && l->books.vmstat_known;

	json__begin_object(j, "kernel");
	json__u64_if(j, "vmstat_oom_kill", known, l->vmstat_now - l->books.vmstat_before);
	json__u64_if(j, "vmstat_oom_kill_since_boot", l->vmstat_known, l->vmstat_now);
	json__u64(j, "kills", kinds[VICTIM_KILLED] + kinds[VICTIM_GROUP_MEMBER]);
	json__u64(j, "killed_again", l->books.killed_again);
	json__u64(j, "already_exiting", kinds[VICTIM_ALREADY_EXITING]);
	json__u64(j, "mm_shared", kinds[VICTIM_MM_SHARED]);
	if (known)
		json__i64(j, "unexplained", ledger__unexplained(l));
	else
		json__null(j, "unexplained");
	json__end_object(j);
}

static void put_cgroups(struct json *j, const struct ledger *l)
{
	json__begin_array(j, "cgroups");
	for (int i = 0; i < LEDGER_CGROUPS; i++) {
		const struct ledger_cgroup *c = &l->cgroups[i];

		if (!c->id)
			continue;
		json__begin_object(j, NULL);
		json__u64(j, "cgroup_id", c->id);
		json__string(j, "path", c->path[0] ? c->path : NULL);
		json__u64(j, "seen", c->seen);
		json__u64_if(j, "oom_kill", c->counter_known, c->counter);
		json__end_object(j);
	}
	json__end_array(j);
}

static long books(char *buf, size_t cap, const struct node *node, const struct ledger *l,
		  const char *type)
{
	struct json j;

	json__init(&j, buf, cap);
	begin(&j, node, type, l->books.seq);
	run_json__totals(&j, l);
	put_kernel_counts(&j, l);
	put_cgroups(&j, l);
	return record__end(&j);
}

long jsonl__audit(char *buf, size_t cap, const struct node *node, const struct ledger *l)
{
	return books(buf, cap, node, l, "audit");
}

long jsonl__stop(char *buf, size_t cap, const struct node *node, const struct ledger *l)
{
	return books(buf, cap, node, l, "stop");
}

long jsonl__gap(char *buf, size_t cap, const struct node *node, const struct gap *gap)
{
	char uid[NODE_UID_BYTES + 32];
	struct json j;

	make_uid(node, gap->to, "gap", uid);
	json__init(&j, buf, cap);
	record__begin(&j, node, "gap", clock__boot_ns(), uid);
	json__u64(&j, "from", gap->from);
	json__u64(&j, "to", gap->to);
	json__u64(&j, "count", gap->to - gap->from + 1);
	json__string(&j, "stage", gap->stage);
	return record__end(&j);
}
