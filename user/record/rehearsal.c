// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Records as the kernel side would make them, to nobody; see rehearsal.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/execs.h"
#include "record/rehearsal.h"

/* Leaf first: a container of a pod. */
#define PATH                                                                                       \
	"cri-containerd-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\0"  \
	"kubepods-burstable-pod01234567_89ab_cdef_0123_456789abcdef.slice\0kubepods.slice"
#define ROOT_CGROUP 1

static struct rec_cgroup cgroup(void)
{
	return (struct rec_cgroup){
		.id = ROOT_CGROUP, .limit_pages = 1, .usage_pages = 1, .path_bytes = sizeof(PATH)};
}

static void tell_decision(struct intake *in)
{
	struct {
		struct rec_decision r;
		char path[sizeof(PATH)];
	} told = {
		.r = {.header = {.kind = REC_DECISION}, .oom_id = 1, .gfp_mask = UINT32_MAX},
		.path = PATH,
	};

	told.r.header.size = sizeof(told.r) + sizeof(PATH);
	told.r.hit = cgroup();
	intake__record(in, &told, sizeof(told));
}

/* This process, with all that the kernel side reads of one and an exec that it has seen. */
static struct rec_victim victim(const struct intake *in, uint64_t seq)
{
	struct rec_victim r = {
		.header = {.seq = seq, .kind = REC_VICTIM},
		.oom_id = 1,
		.process = {.tgid = getpid(), .tid = getpid(), .pidns_levels = 2},
		.cgroup = cgroup(),
		.trigger_tgid = 1,
		.trigger_tid = 1,
		.kind = VICTIM_KILLED,
	};

	r.header.size = sizeof(r) + sizeof(PATH);
	execs__any(in->kernel, &r.process.exec);
	return r;
}

/* What the kernel side did not read is looked up. */
static void unread(struct rec_victim *r)
{
	r->process.unread[PART_PIDNS] = -EPERM;
	r->process.unread[PART_CGROUP_PATH] = -EPERM;
	r->process.unread[PART_CGROUP_LIMITS] = -EPERM;
	r->process.exec = (struct exec_key){0};
}

static void tell_victims(struct intake *in)
{
	struct {
		struct rec_victim r;
		char path[sizeof(PATH)];
	} told = {.r = victim(in, 1), .path = PATH};

	intake__record(in, &told, sizeof(told));
	told.r.header.seq++;
	unread(&told.r);
	intake__record(in, &told, sizeof(told));
}

void rehearsal__run(const struct intake *in)
{
	static struct rec_ledger books;
	static struct ledger ledger;
	struct sinks nobody = {.text = in->report->sinks->text};
	const struct report report = {.node = in->node, .sinks = &nobody};
	struct intake own = *in;

	own.books = &books;
	own.ledger = &ledger;
	own.report = &report;
	own.listener = NULL;
	own.metrics = NULL;
	own.gap = (struct gap){0};
	report__touch(&report);
	tell_decision(&own);
	tell_victims(&own);
}
