/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One OOM kill with everything known about it, for tests of what is made of it. */
#ifndef OOMTRACE_TESTS_SAMPLE_H
#define OOMTRACE_TESTS_SAMPLE_H

#include <stddef.h>
#include <string.h>

#include "node/node.h"
#include "record/event.h"

#define SAMPLE_UID "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d-1f4"

/* Boot time 3414.012345678 s is 2026-11-24T04:10:14.012345678Z. */
#define SAMPLE_BOOT_TO_REAL_NS 1795490000000000000
#define SAMPLE_KILLED_NS       3414012345678u
#define SAMPLE_START_NS	       3400000000000u

#define MIB (1024u * 1024)

static inline struct node sample_node(void)
{
	return (struct node){
		.uts = {.nodename = "gpu-7", .release = "6.12.9", .machine = "x86_64"},
		.boot_id = "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d",
		.ledger_ns = 0x1f4,
		.page_bytes = 4096,
		.boot_to_real_ns = SAMPLE_BOOT_TO_REAL_NS,
		.cgroups = {.version = 2, .fd = -1, .mount = "/sys/fs/cgroup"},
	};
}

static inline struct decision_event sample_decision(void)
{
	return (struct decision_event){
		.oom_id = 3,
		.time_ns = SAMPLE_KILLED_NS - 1000,
		.constraint = 3,
		.gfp_mask = 0xdc0,
		.order = 0,
		.points = 51200,
		.chosen_pid = 181,
		.hit = {.id = 21,
			.limits_known = true,
			.limit_bytes = 250 * MIB,
			.usage_bytes = 250 * MIB,
			.path = "/demo"},
	};
}

#define SAMPLE_ARGS  "python3\0serve.py\0"
#define SAMPLE_RANKS "RANK=3\0WORLD_SIZE=8\0"

static inline struct exec_entry sample_exec(void)
{
	struct exec_entry x = {
		.args_bytes = sizeof(SAMPLE_ARGS) - 1,
		.args_total_bytes = sizeof(SAMPLE_ARGS) - 1,
		.ranks_bytes = sizeof(SAMPLE_RANKS) - 1,
	};

	memcpy(x.args, SAMPLE_ARGS, sizeof(SAMPLE_ARGS) - 1);
	memcpy(x.ranks, SAMPLE_RANKS, sizeof(SAMPLE_RANKS) - 1);
	return x;
}

static inline struct victim_event sample_victim(const struct decision_event *d,
						const struct exec_entry *x)
{
	return (struct victim_event){
		.seq = 42,
		.time_ns = SAMPLE_KILLED_NS,
		.oom_id = 3,
		.kind = VICTIM_KILLED,
		.chosen = 1,
		.process = {.pid = 181,
			    .tid = 182,
			    .parent_pid = 177,
			    .user_id = 1000,
			    .score_adj = -500,
			    .start_ns = SAMPLE_START_NS,
			    .n_pids = 2,
			    .pids = {181, 37},
			    .title = "ray::worker",
			    .executable = "python3.11"},
		.memory = {.anon_rss_bytes = 198 * MIB,
			   .file_rss_bytes = MIB + MIB / 2,
			   .shmem_rss_bytes = 4096,
			   .swap_bytes = 512,
			   .pgtables_bytes = 65536,
			   .total_vm_bytes = 3000000000},
		.cgroup = {.id = 22,
			   .limits_known = true,
			   .oom_group = true,
			   .limit_bytes = 300 * MIB,
			   .usage_bytes = 249 * MIB,
			   .path = "/demo/worker"},
		.trigger_pid = 190,
		.trigger_tid = 191,
		.trigger_title = "manager",
		.decision = d,
		.exec = x,
	};
}

static inline struct exit_event sample_exit(void)
{
	return (struct exit_event){
		.seq = 42,
		.time_ns = SAMPLE_KILLED_NS + 250000000,
		.oom_id = 3,
		.start_ns = SAMPLE_START_NS,
		.killed_ns = SAMPLE_KILLED_NS,
		.reaper_woken_ns = SAMPLE_KILLED_NS + 1000,
		.reaper_started_ns = SAMPLE_KILLED_NS + 2000,
		.reaper_finished_ns = SAMPLE_KILLED_NS + 3000,
		.held_known = true,
		.freed_known = true,
		.held_bytes = 199 * MIB,
		.freed_bytes = 200 * MIB,
		.pid = 181,
	};
}

#endif /* OOMTRACE_TESTS_SAMPLE_H */
