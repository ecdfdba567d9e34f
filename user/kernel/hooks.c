// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which hooks the running kernel can have, and in which way. One table says what there is; each way
 * has a question that the kernel is asked before anything is loaded, because one program that the
 * verifier refuses takes its whole object with it. No question is about the kernel's version.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/hooks.h"
#include "node/gfp.h"

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/type"
#define BPF_JIT	   "/proc/sys/net/core/bpf_jit_enable"
#define N_WAYS	   3

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct asking {
	const struct hooks *hooks;
	const struct hooks_config *config;
	const struct btf *btf; /* the kernel's own; NULL: it carries none */
};

struct way;

/* 0 if this kernel can have it, else a negative errno and the reason in why. */
typedef int (*ask_fn)(const struct asking *a, const struct way *way, char *why, size_t why_bytes);

struct way {
	const char *how;
	const char *program; /* NULL: no program, an ability */
	ask_fn ask;
	const char *target; /* of the question: a tracepoint or a function */
};

struct hook {
	const char *name;
	enum hook_need need;
	struct way ways[N_WAYS]; /* the first that the kernel can have is taken */
};

/* ---- questions to the kernel ---- */

static int ask_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	/* r1 = fp - 8, r2 = 8, r3 = 0, bpf_probe_read_kernel(), r0 = 0 */
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 10},
		{.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 1, .imm = -8},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 8},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_read_kernel},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd, err;

	fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL, "GPL", insns, ARRAY_SIZE(insns),
			   NULL);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	err = -errno;
	snprintf(why, why_bytes, "%s%s", strerror(-err),
		 err == -EINVAL ? " (refused under lockdown=confidentiality)" : "");
	return err;
}

static int ask_tp_btf(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	char name[64];

	if (!a->btf) {
		snprintf(why, why_bytes, "this kernel carries no BTF");
		return -ENOENT;
	}
	snprintf(name, sizeof(name), "btf_trace_%s", way->target);
	if (btf__find_by_name_kind(a->btf, name, BTF_KIND_TYPEDEF) > 0)
		return 0;
	snprintf(why, why_bytes, "this kernel has no such tracepoint");
	return -ENOENT;
}

/*
 * Programs that read user memory. bpf_probe_read_user() is allowed under confidentiality, but where
 * bpf_probe_read_kernel() is not, libbpf takes the kernel for one older than 5.5 and has both
 * replaced by bpf_probe_read() (libbpf.c, bpf_object__sanitize_prog()), which is refused.
 */
static int ask_user_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (hooks__has(a->hooks, HOOK_KERNEL_READ))
		return ask_tp_btf(a, way, why, why_bytes);
	snprintf(why, why_bytes, "needs kernel_read");
	return -EPERM;
}

/* bpf_loop(), as the kernel's own list of helpers has it. */
static bool has_loop(const struct btf *btf)
{
	__s32 id = btf ? btf__find_by_name_kind(btf, "bpf_func_id", BTF_KIND_ENUM) : -ENOENT;
	const struct btf_type *t = id < 0 ? NULL : btf__type_by_id(btf, id);

	for (int i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(t)[i].name_off), "BPF_FUNC_loop"))
			return true;
	return false;
}

/* The file is that of the first network namespace, and of kernels with CONFIG_BPF_JIT. */
static bool compiles_programs(void)
{
	FILE *file = fopen(BPF_JIT, "re");
	int first = file ? getc(file) : EOF;

	if (file)
		fclose(file);
	return first == '1' || first == '2';
}

/* The same with bpf_loop(), of which the verifier wants a compiled program: fixup_call_args(). */
static int ask_user_loop(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (has_loop(a->btf) && compiles_programs())
		return ask_user_read(a, way, why, why_bytes);
	snprintf(why, why_bytes, "this kernel has no bpf_loop()");
	return -EOPNOTSUPP;
}

static int ask_raw_tp(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (!hooks__has(a->hooks, HOOK_KERNEL_READ)) {
		snprintf(why, why_bytes, "needs kernel_read");
		return -EPERM;
	}
	if (a->config->btf_path)
		return 0;
	snprintf(why, why_bytes, "needs --btf");
	return -ENOENT;
}

static int kprobe_pmu(void)
{
	int type = -ENOENT;
	FILE *f;

	f = fopen(KPROBE_PMU, "re");
	if (!f)
		return -ENOENT;
	if (fscanf(f, "%d", &type) != 1)
		type = -EBADMSG;
	fclose(f);
	return type;
}

static const struct bpf_insn return_0[] = {
	{.code = BPF_ALU64 | BPF_MOV | BPF_K},
	{.code = BPF_JMP | BPF_EXIT},
};

/*
 * Since b89fbfbb854c ("bpf: Implement minimal BPF perf link", 5.15) a kprobe's program hangs on a
 * link that can be pinned; before, it ended with its perf event, that is, with the process.
 */
static int ask_perf_link(int event, char *why, size_t why_bytes)
{
	int prog, link, err = 0;

	prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", return_0, ARRAY_SIZE(return_0),
			     NULL);
	link = prog < 0 ? prog : bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);
	if (link < 0) {
		err = -errno;
		snprintf(why, why_bytes, "can't outlive the process on this kernel (%s)",
			 strerror(-err));
	} else {
		close(link);
	}
	if (prog >= 0)
		close(prog);
	return err;
}

/* Makes the probe and removes it: lockdown and missing symbols answer here. */
static int ask_kprobe(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	int type = kprobe_pmu(), fd, err;

	if (type < 0) {
		snprintf(why, why_bytes, "this kernel has no kprobes");
		return type;
	}
	if (!hooks__has(a->hooks, HOOK_KERNEL_READ)) {
		snprintf(why, why_bytes, "needs kernel_read");
		return -EPERM;
	}
	attr.type = type;
	attr.config1 = (__u64)(unsigned long)way->target;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		snprintf(why, why_bytes, "%s", strerror(-err));
		return err;
	}
	err = a->config->pin ? ask_perf_link(fd, why, why_bytes) : 0;
	close(fd);
	return err;
}

/* Attaches an empty program for a moment. */
/* include/linux/bpf.h: without CONFIG_BPF_JIT bpf_trampoline_get() has no memory, whatever there is. */
static const char *why_no_trampoline(int err)
{
	return err == -ENOMEM && access(BPF_JIT, F_OK) ? "this kernel has no BPF JIT"
						       : strerror(-err);
}

static int ask_fentry(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	int fd, link, err = 0;

	opts.attach_btf_id =
		a->btf ? btf__find_by_name_kind(a->btf, way->target, BTF_KIND_FUNC) : -ENOENT;
	if ((__s32)opts.attach_btf_id < 0) {
		snprintf(why, why_bytes, "the kernel's BTF has no such function");
		return -ENOENT;
	}
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, NULL, "GPL", return_0, ARRAY_SIZE(return_0),
			   &opts);
	link = fd < 0 ? fd : bpf_raw_tracepoint_open(NULL, fd);
	if (link < 0) {
		err = -errno;
		snprintf(why, why_bytes, "%s", why_no_trampoline(err));
	} else {
		close(link);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

static int ask_iter(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	char name[64];

	snprintf(name, sizeof(name), "bpf_iter_%s", way->target);
	if (a->btf && btf__find_by_name_kind(a->btf, name, BTF_KIND_FUNC) > 0)
		return 0;
	snprintf(why, why_bytes, "this kernel has no such iterator");
	return -ENOENT;
}

static int ask_reading_iter(const struct asking *a, const struct way *way, char *why,
			    size_t why_bytes)
{
	if (hooks__has(a->hooks, HOOK_KERNEL_READ))
		return ask_iter(a, way, why, why_bytes);
	snprintf(why, why_bytes, "needs kernel_read");
	return -EPERM;
}

/* ---- the table ---- */

#define TP_BTF(prog, tp)                                                                           \
	{                                                                                          \
		"tp_btf", prog, ask_tp_btf, tp                                                     \
	}
/* For kernels without BTF of their own: everything is read by address, with offsets from --btf. */
#define RAW_TP(prog, tp)                                                                           \
	{                                                                                          \
		"raw_tp", prog, ask_raw_tp, tp                                                     \
	}

/*
 * kernel_read comes first: raw_tp and kprobe programs get bare addresses, of use only if they may
 * be read. The core needs direct loads only, so it loads wherever BTF is, under any lockdown.
 */
static const struct hook table[HOOKS] = {
	[HOOK_KERNEL_READ] = {"kernel_read",
			      HOOK_OPTIONAL,
			      {{"bpf_probe_read_kernel", NULL, ask_read, NULL}}},
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
			   {{"fentry", "decide_fentry", ask_fentry, "oom_kill_process"},
			    {"kprobe", "decide_kprobe", ask_kprobe, "oom_kill_process"}}},
	[HOOK_DECISION_END] = {"oom_kill_process_return",
			       HOOK_OPTIONAL,
			       {{"fexit", "decided_fexit", ask_fentry, "oom_kill_process"},
				{"kretprobe", "decided_kretprobe", ask_kprobe,
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
		       {{"tp_btf", "process_exec", ask_user_loop, "sched_process_exec"},
			{"tp_btf", "process_exec_unrolled", ask_user_read, "sched_process_exec"},
			RAW_TP("process_exec_raw", "sched_process_exec")}},
	[HOOK_TASK_ITER] = {"task_iter",
			    HOOK_OPTIONAL,
			    {{"iter", "exec_missing", ask_iter, "task"}}},
	[HOOK_SNAPSHOT] = {"task_snapshot",
			   HOOK_OPTIONAL,
			   {{"iter", "snapshot", ask_iter, "task"}}},
	[HOOK_OWN_CGROUP] = {"own_cgroup",
			     HOOK_OPTIONAL,
			     {{"iter", "own_cgroup", ask_reading_iter, "task"}}},
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
