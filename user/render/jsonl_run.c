// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What happened to oomtrace itself, as JSON lines: start, gap, audit, stop. */
#include <stdio.h>
#include <unistd.h>

#include "node/clock.h"
#include "render/identity_json.h"
#include "render/json.h"
#include "render/jsonl.h"
#include "render/record_json.h"

static void put_hooks(struct json *j, const struct kernel_facts *k)
{
	json__begin_array(j, "hooks");
	for (size_t i = 0; i < k->n_hooks; i++) {
		const struct hook_state *hook = &k->hooks[i];

		json__begin_object(j, NULL);
		json__string(j, "name", hook->name);
		json__bool(j, "live", hook->how);
		json__string(j, "how", hook->how);
		json__string(j, "why", hook->how ? NULL : hook->why);
		json__end_object(j);
	}
	json__end_array(j);
}

static void put_pinning(struct json *j, const struct kernel_facts *k)
{
	json__begin_object(j, "pinned");
	json__string(j, "path", k->pinned);
	json__string(j, "why", k->why_unpinned);
	json__bool(j, "taken_over", k->taken_over);
	json__end_object(j);
}

static void put_scope(struct json *j, const struct scope *s)
{
	const char *unseen[SCOPE_UNSEEN + 1];

	scope__unseen(s, unseen);
	json__begin_object(j, "scope");
	json__string(j, "kind", s->cgroup_id ? "pod" : "node");
	json__u64_if(j, "cgroup_id", s->cgroup_id, s->cgroup_id);
	json__string(j, "path", s->cgroup_id ? s->path : NULL);
	json__begin_array(j, "unseen");
	for (int i = 0; unseen[i]; i++)
		json__string(j, NULL, unseen[i]);
	json__end_array(j);
	json__end_object(j);
	identity__json(j, &s->self);
}

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
	json__begin_object(&j, "oomtrace");
	json__string(&j, "version", OOMTRACE_VERSION);
	json__u64(&j, "pid", getpid());
	json__end_object(&j);
	json__begin_object(&j, "kernel");
	json__string(&j, "release", node->uts.release);
	json__string(&j, "machine", node->uts.machine);
	json__string(&j, "btf", k->btf_path);
	json__end_object(&j);
	json__begin_object(&j, "cgroup");
	json__u64_if(&j, "version", node->cgroups.version, node->cgroups.version);
	json__end_object(&j);
	put_scope(&j, &node->scope);
	json__string(&j, "lockdown", k->lockdown);
	put_hooks(&j, k);
	put_pinning(&j, k);
	json__begin_object(&j, "baseline");
	json__u64_if(&j, "vmstat_oom_kill", l->books.vmstat_known, l->books.vmstat_before);
	json__end_object(&j);
	put_missed(&j, missed);
	return record__end(&j);
}

static void put_totals(struct json *j, const struct ledger *l)
{
	const struct rec_ledger *b = &l->books;

	json__begin_object(j, "totals");
	json__u64(j, "seen", b->seq);
	json__u64(j, "written", b->written);
	json__u64(j, "waiting", ledger__waiting(l));
	json__u64(j, "duplicates", b->duplicates);
	json__u64(j, "repeated_marks", b->repeated);
	json__begin_object(j, "lost");
	json__u64(j, "ring_full", b->ring_full);
	json__u64(j, "decode", b->lost_decode);
	json__u64(j, "output", b->lost_output);
	json__u64(j, "shutdown", ledger__lost_shutdown(l));
	json__end_object(j);
	json__end_object(j);
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
	put_totals(&j, l);
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
