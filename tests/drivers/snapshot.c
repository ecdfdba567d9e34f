// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * snapshot [--way each|all|proc] [--known PID]... [--times N] SCOPE_ID: the processes of a cgroup and
 * below, one JSON object per line, completed from /proc; last, what it took. --way proc: without the
 * iterator. --known: told of also as a zombie. --times: so often, and the quickest counts. "runs" says
 * how many tasks were looked at, where kernel.bpf_stats_enabled is set.
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

struct wish {
	struct snapshot_scope scope;
	uint32_t known[16];
	const char *way; /* "each", "all", "proc"; NULL: the cheapest */
	int times;
};

static void take(const struct kernel *k, const struct node *node, const struct wish *w,
		 struct snapshot *s)
{
	if (w->way && !strcmp(w->way, "each"))
		snapshot__of_each(k, node, &w->scope, SIZE_MAX / 2, s);
	else if (w->way && !strcmp(w->way, "all"))
		snapshot__of_all(k, node, &w->scope, s);
	else
		snapshot__take(k, node, &w->scope, s);
}

static uint64_t quickest(const struct kernel *k, const struct node *node, const struct wish *w,
			 struct snapshot *s)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < w->times; i++) {
		uint64_t took, began = clock__boot_ns();

		take(k, node, w, s);
		took = clock__boot_ns() - began;
		least = took < least ? took : least;
	}
	return least;
}

/* How often the kernel has run the programs that are held here; kernel.bpf_stats_enabled counts it. */
static uint64_t runs(void)
{
	uint64_t sum = 0, n;
	char path[64], line[128];

	for (int fd = 0; fd < 256; fd++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f))
			if (sscanf(line, "run_cnt: %" SCNu64, &n) == 1)
				sum += n;
		if (f)
			fclose(f);
	}
	return sum;
}

static bool parse(struct wish *w, int argc, char **argv)
{
	int arg = 1;

	for (; arg < argc - 1; arg += 2) {
		if (!strcmp(argv[arg], "--way"))
			w->way = argv[arg + 1];
		else if (!strcmp(argv[arg], "--times"))
			w->times = atoi(argv[arg + 1]);
		else if (!strcmp(argv[arg], "--known"))
			w->known[w->scope.n_known++ % 16] = atoi(argv[arg + 1]);
	}
	w->scope.known = w->known;
	w->scope.cgroup_id = arg < argc ? strtoull(argv[arg], NULL, 10) : 0;
	return arg < argc;
}

int main(int argc, char **argv)
{
	struct kernel_config config = {.ring_bytes = 65536, .exec_entries = 8192};
	struct wish wish = {.times = 1};
	struct snapshot s = {0};
	struct kernel *k;
	struct node node;
	uint64_t took, ran;
	bool use_proc;

	if (!parse(&wish, argc, argv) || node__init(&node))
		return 2;
	use_proc = wish.way && !strcmp(wish.way, "proc");
	if (use_proc ? kernel__ask(&k, &config) : kernel__open(&k, &config))
		return 1;
	if (use_proc)
		hooks__drop((struct hooks *)(uintptr_t)kernel__facts(k)->hooks, HOOK_SNAPSHOT, "");
	execs__refresh(k, "/proc");
	ran = runs();
	took = quickest(k, &node, &wish, &s);
	ran = runs() - ran;
	for (size_t i = 0; i < s.n; i++)
		print_process(&s.processes[i]);
	printf("{\"processes\":%zu,\"err\":%d,\"time_ns\":%" PRIu64 ",\"took_ns\":%" PRIu64
	       ",\"runs\":%" PRIu64 ",\"how\":\"%s\"}\n",
	       s.n, s.err, s.time_ns, took, ran, kernel__has(k, HOOK_SNAPSHOT) ? "iter" : "proc");
	snapshot__free(&s);
	kernel__close(k);
	return 0;
}
