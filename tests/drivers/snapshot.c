// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * snapshot [--proc] [--times N] SCOPE_ID: the processes of a cgroup and below, one JSON object per
 * line, completed from /proc; last, what it took. --proc: without the iterator. --times: so often, and
 * the quickest counts.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/execs.h"
#include "kernel/snapshot.h"
#include "node/clock.h"
#include "node/node.h"
#include "node/procfs.h"

/* Strings of NULs as a list. */
static json_t *list(const char *text, size_t bytes)
{
	json_t *items = json_array();

	for (size_t i = 0; i < bytes; i += strnlen(text + i, bytes - i) + 1)
		json_array_append_new(items, json_stringn(text + i, strnlen(text + i, bytes - i)));
	return items;
}

static void print_process(const struct process *p)
{
	struct process whole = *p;
	int err = procfs__complete("/proc", &whole);
	json_t *o = json_pack(
		"{sI sI sI sI sI sI sI sI sI sI sb sb ss ss ss ss so so si}", "start_ns",
		(json_int_t)p->start_ns, "exe_file", (json_int_t)p->exec.exe_file, "arg_start",
		(json_int_t)p->exec.arg_start, "cgroup_id", (json_int_t)p->cgroup_id, "rss_bytes",
		(json_int_t)p->rss_bytes, "swap_bytes", (json_int_t)p->swap_bytes, "pid",
		(json_int_t)p->pid, "parent_pid", (json_int_t)p->parent_pid, "vpid",
		(json_int_t)whole.vpid, "session_id", (json_int_t)p->session_id, "forked_only",
		p->forked_only, "zombie", p->zombie, "comm", p->comm, "executable_read",
		p->executable, "executable", whole.executable, "title", whole.title, "args",
		list(p->args, p->args_bytes), "ranks", list(p->ranks, p->ranks_bytes),
		"complete_err", err);

	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static uint64_t quickest(const struct kernel *k, const struct node *node, uint64_t scope_id,
			 int times, struct snapshot *s)
{
	uint64_t least = UINT64_MAX;

	while (times-- > 0) {
		uint64_t took, began = clock__boot_ns();

		snapshot__take(k, node, scope_id, s);
		took = clock__boot_ns() - began;
		least = took < least ? took : least;
	}
	return least;
}

int main(int argc, char **argv)
{
	struct kernel_config config = {.ring_bytes = 65536, .exec_entries = 8192};
	struct snapshot s = {0};
	bool use_proc = false;
	int arg = 1, times = 1;
	struct kernel *k;
	struct node node;
	uint64_t took;

	for (; arg < argc - 1; arg++) {
		if (!strcmp(argv[arg], "--proc"))
			use_proc = true;
		else if (!strcmp(argv[arg], "--times"))
			times = atoi(argv[++arg]);
	}
	if (arg >= argc || node__init(&node))
		return 2;
	if (use_proc ? kernel__ask(&k, &config) : kernel__open(&k, &config))
		return 1;
	if (use_proc)
		hooks__drop((struct hooks *)(uintptr_t)kernel__facts(k)->hooks, HOOK_SNAPSHOT, "");
	execs__refresh(k, "/proc");
	took = quickest(k, &node, strtoull(argv[arg], NULL, 10), times, &s);
	for (size_t i = 0; i < s.n; i++)
		print_process(&s.processes[i]);
	printf("{\"processes\":%zu,\"err\":%d,\"time_ns\":%" PRIu64 ",\"took_ns\":%" PRIu64
	       ",\"how\":\"%s\"}\n",
	       s.n, s.err, s.time_ns, took, kernel__has(k, HOOK_SNAPSHOT) ? "iter" : "proc");
	snapshot__free(&s);
	kernel__close(k);
	return 0;
}
