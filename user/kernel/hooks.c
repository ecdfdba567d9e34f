// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The table of hooks, and the choice of a way for each; see hooks.h and ask.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/ask.h"
#include "node/gfp.h"

#define N_WAYS 3

struct hook {
	const char *name;
	enum hook_need need;
	struct way ways[N_WAYS]; /* the first that the kernel can have is taken */
};

/* ---- the table ---- */

#define TP_BTF(prog, tp)                                                                           \
	{                                                                                          \
		"tp_btf", prog, ask__tp_btf, tp                                                    \
	}
/* For kernels without BTF of their own: everything is read by address, with offsets from --btf. */
#define RAW_TP(prog, tp)                                                                           \
	{                                                                                          \
		"raw_tp", prog, ask__raw_tp, tp                                                    \
	}

/*
 * kernel_read comes first: raw_tp and kprobe programs get bare addresses, of use only if they may
 * be read. The core needs direct loads only, so it loads wherever BTF is, under any lockdown.
 */
static const struct hook table[HOOKS] = {
	[HOOK_KERNEL_READ] = {"kernel_read",
			      HOOK_OPTIONAL,
			      {{"bpf_probe_read_kernel", NULL, ask__kernel_read, NULL}}},
	[HOOK_MARK_VICTIM] = {"mark_victim",
			      HOOK_REQUIRED,
			      {TP_BTF("mark_victim", "mark_victim"),
			       RAW_TP("mark_victim_raw", "mark_victim")}},
	[HOOK_SIGNAL_GENERATE] = {"signal_generate",
				  HOOK_CORE,
				  {TP_BTF("signal_generate", "signal_generate"),
				   RAW_TP("signal_generate_raw", "signal_generate")}},
	/* A kprobe needs more privileges, can't always outlive the process, and 7.3 was seen to
	 * oops at one that is enabled for a second time. */
	[HOOK_DECISION] = {"oom_kill_process",
			   HOOK_OPTIONAL,
			   {{"fentry", "decide_fentry", ask__fentry, "oom_kill_process"},
			    {"kprobe", "decide_kprobe", ask__kprobe, "oom_kill_process"}}},
	[HOOK_DECISION_END] = {"oom_kill_process_return",
			       HOOK_OPTIONAL,
			       {{"fexit", "decided_fexit", ask__fentry, "oom_kill_process"},
				{"kretprobe", "decided_kretprobe", ask__kprobe,
				 "oom_kill_process"}}},
	[HOOK_REAPER_WOKEN] = {"wake_reaper",
			       HOOK_OPTIONAL,
			       {TP_BTF("reaper_woken", "wake_reaper")}},
	[HOOK_REAPER_STARTED] = {"start_task_reaping",
				 HOOK_OPTIONAL,
				 {TP_BTF("reaper_started", "start_task_reaping")}},
	[HOOK_REAPER_FINISHED] = {"finish_task_reaping",
				  HOOK_OPTIONAL,
				  {TP_BTF("reaper_finished", "finish_task_reaping")}},
	[HOOK_REAPER_SKIPPED] = {"skip_task_reaping",
				 HOOK_OPTIONAL,
				 {TP_BTF("reaper_skipped", "skip_task_reaping")}},
	[HOOK_EXIT] = {"sched_process_exit",
		       HOOK_OPTIONAL,
		       {TP_BTF("process_exit", "sched_process_exit"),
			RAW_TP("process_exit_raw", "sched_process_exit")}},
	[HOOK_EXEC] = {"sched_process_exec",
		       HOOK_OPTIONAL,
		       {{"tp_btf", "process_exec", ask__user_loop, "sched_process_exec"},
			{"tp_btf", "process_exec_unrolled", ask__user_read, "sched_process_exec"},
			RAW_TP("process_exec_raw", "sched_process_exec")}},
	[HOOK_TASK_ITER] = {"task_iter",
			    HOOK_OPTIONAL,
			    {{"iter", "exec_missing", ask__iter, "task"}}},
	[HOOK_SNAPSHOT] = {"task_snapshot",
			   HOOK_OPTIONAL,
			   {{"iter", "snapshot", ask__iter, "task"}}},
	[HOOK_OWN_CGROUP] = {"own_cgroup",
			     HOOK_OPTIONAL,
			     {{"iter", "own_cgroup", ask__reading_iter, "task"}}},
};

/* ---- choice ---- */

static void choose(struct hooks *h, const struct asking *a, enum hook_id id)
{
	struct hook_state *state = &h->state[id];
	char said[128];
	size_t used = 0;

	state->name = table[id].name;
	for (int w = 0; w < N_WAYS && table[id].ways[w].how; w++) {
		const struct way *way = &table[id].ways[w];
		char why[96] = "";

		if (!way->ask(a, way, why, sizeof(why))) {
			state->how = way->how;
			state->program = way->program;
			state->why[0] = '\0';
			return;
		}
		snprintf(said, sizeof(said), "%s: %s", way->how, why);
		if (strstr(state->why, said))
			continue;
		used += snprintf(state->why + used, sizeof(state->why) - used, "%s%s",
				 w ? "; " : "", said);
		if (used >= sizeof(state->why))
			used = sizeof(state->why) - 1;
	}
}

void hooks__drop(struct hooks *h, enum hook_id id, const char *why)
{
	h->state[id].how = NULL;
	h->state[id].program = NULL;
	snprintf(h->state[id].why, sizeof(h->state[id].why), "%s", why);
}

/* ___GFP_ZERO_BIT = 8 and its like: an enum of the kernel since 6.10. */
static void name_gfp_bits(const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!btf_is_enum(t))
			continue;
		for (int i = 0; i < btf_vlen(t); i++) {
			const char *name = btf__name_by_offset(btf, btf_enum(t)[i].name_off);
			char bit[32];

			if (strncmp(name, "___GFP_", 7))
				break;
			if (sscanf(name + 7, "%31[A-Z0-9_]", bit) != 1 || strlen(bit) < 5)
				continue;
			bit[strlen(bit) - strlen("_BIT")] = '\0';
			if (strcmp(bit, "LAST"))
				gfp__name_bit(btf_enum(t)[i].val, bit);
		}
	}
}

static int check_btf_file(const char *path)
{
	struct btf *btf = btf__parse(path, NULL);
	int err = btf ? 0 : -errno;

	if (err == -ENOENT || err == -EACCES)
		fprintf(stderr, "oomtrace: --btf %s: %s\n", path, strerror(-err));
	else if (err)
		fprintf(stderr,
			"oomtrace: --btf %s: neither raw BTF nor an ELF file with a .BTF section\n",
			path);
	btf__free(btf);
	return err;
}

static int check_btf(const struct asking *a)
{
	if (a->config->btf_path)
		return check_btf_file(a->config->btf_path);
	if (a->btf)
		return 0;
	fprintf(stderr,
		"oomtrace: this kernel carries no BTF (%s is missing): run a kernel with "
		"CONFIG_DEBUG_INFO_BTF=y, or give this kernel's BTF by --btf FILE\n",
		HOOKS_KERNEL_BTF);
	return -ENOENT;
}

static int check_required(const struct hooks *h)
{
	for (int id = 0; id < HOOKS; id++) {
		if (table[id].need != HOOK_REQUIRED || h->state[id].how)
			continue;
		fprintf(stderr,
			"oomtrace: %s can't be attached (%s): nothing could be seen on this "
			"kernel\n",
			table[id].name, h->state[id].why);
		return -ENOENT;
	}
	return 0;
}

int hooks__choose(struct hooks *h, const struct hooks_config *config)
{
	struct asking a = {.hooks = h, .config = config};
	struct btf *btf;
	int err;

	*h = (struct hooks){0};
	btf = access(HOOKS_KERNEL_BTF, R_OK) ? NULL : btf__parse(HOOKS_KERNEL_BTF, NULL);
	a.btf = btf;
	err = check_btf(&a);
	if (!err) {
		if (btf)
			name_gfp_bits(btf);
		for (int id = 0; id < HOOKS; id++)
			choose(h, &a, id);
		err = check_required(h);
	}
	if (!config->exec_cache) {
		hooks__drop(h, HOOK_EXEC, "not asked for");
		hooks__drop(h, HOOK_TASK_ITER, "not asked for");
	}
	btf__free(btf);
	return err;
}

void hooks__none(struct hooks *h, const char *why)
{
	for (int id = 0; id < HOOKS; id++) {
		h->state[id].name = table[id].name;
		hooks__drop(h, id, why);
	}
}

bool hooks__has(const struct hooks *h, enum hook_id id)
{
	return h->state[id].how;
}

enum hook_need hooks__need(enum hook_id id)
{
	return table[id].need;
}
