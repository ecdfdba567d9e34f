// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Chooses, loads and attaches the BPF programs. One table says which hook can be had in which ways; each
 * way has a question that the running kernel is asked before anything is loaded, because one program that
 * the verifier refuses takes its whole object with it. No question is about the kernel's version.
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

#include "gfp.h"
#include "kernel.h"
#include "oomtrace.skel.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/type"
#define LOCKDOWN   "/sys/kernel/security/lockdown"
#define N_WAYS	   2

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct way;

/* 0 if this kernel can have it, else a negative errno and the reason in why. */
typedef int (*ask_fn)(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);

struct way {
	const char *how;
	const char *program;
	ask_fn ask;
	const char *target; /* of the question: a tracepoint or a function */
};

struct hook {
	const char *name;
	enum { REQUIRED, CORE, OPTIONAL } need;
	struct way ways[N_WAYS]; /* the first that the kernel can have is taken */
};

static int ask_read(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);
static int ask_tp_btf(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);
static int ask_raw_tp(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);
static int ask_kprobe(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);
static int ask_fentry(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);
static int ask_iter(const struct kernel *k, const struct way *way, char *why, size_t why_bytes);

#define TP_BTF(prog, tp) {"tp_btf", prog, ask_tp_btf, tp}
/* For kernels without BTF of their own: everything is read by address, with offsets from --btf. */
#define RAW_TP(prog, tp) {"raw_tp", prog, ask_raw_tp, tp}

/*
 * kernel_read comes first: raw_tp and kprobe programs get bare addresses, of use only if they may be read.
 * The core needs direct loads only, so it loads wherever BTF is, under any lockdown.
 */
static const struct hook table[] = {
	{"kernel_read", OPTIONAL, {{"bpf_probe_read_kernel", NULL, ask_read, NULL}}},
	{"mark_victim",
	 REQUIRED,
	 {TP_BTF("mark_victim", "mark_victim"), RAW_TP("mark_victim_raw", "mark_victim")}},
	{"signal_generate",
	 CORE,
	 {TP_BTF("signal_generate", "signal_generate"),
	  RAW_TP("signal_generate_raw", "signal_generate")}},
	{"oom_kill_process",
	 OPTIONAL,
	 {{"kprobe", "decide_kprobe", ask_kprobe, "oom_kill_process"},
	  {"fentry", "decide_fentry", ask_fentry, "oom_kill_process"}}},
	{"oom_kill_process_return",
	 OPTIONAL,
	 {{"kretprobe", "decided_kretprobe", ask_kprobe, "oom_kill_process"},
	  {"fexit", "decided_fexit", ask_fentry, "oom_kill_process"}}},
	{"wake_reaper", OPTIONAL, {TP_BTF("reaper_woken", "wake_reaper")}},
	{"start_task_reaping", OPTIONAL, {TP_BTF("reaper_started", "start_task_reaping")}},
	{"finish_task_reaping", OPTIONAL, {TP_BTF("reaper_finished", "finish_task_reaping")}},
	{"skip_task_reaping", OPTIONAL, {TP_BTF("reaper_skipped", "skip_task_reaping")}},
	{"sched_process_exit",
	 OPTIONAL,
	 {TP_BTF("process_exit", "sched_process_exit"),
	  RAW_TP("process_exit_raw", "sched_process_exit")}},
	{"sched_process_exec",
	 OPTIONAL,
	 {TP_BTF("process_exec", "sched_process_exec"),
	  RAW_TP("process_exec_raw", "sched_process_exec")}},
	{"task_iter", OPTIONAL, {{"iter", "exec_missing", ask_iter, "task"}}},
};

#define N_HOOKS ARRAY_SIZE(table)

struct kernel {
	struct kernel_config config;
	struct btf *btf; /* the kernel's own; NULL: it carries none */
	struct oomtrace_bpf *skel;
	const struct way *chosen[N_HOOKS]; /* NULL: none */
	struct hook_state hooks[N_HOOKS];
	struct bpf_link *links[N_HOOKS];
	struct kernel_facts facts;
};

static bool libbpf_aloud;

static int on_libbpf_message(enum libbpf_print_level level, const char *format, va_list args)
{
	return libbpf_aloud ? vfprintf(stderr, format, args) : 0;
}

/* ---- questions to the kernel ---- */

static int ask_read(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
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

static int ask_tp_btf(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
{
	char name[64];

	if (!k->btf) {
		snprintf(why, why_bytes, "this kernel carries no BTF");
		return -ENOENT;
	}
	snprintf(name, sizeof(name), "btf_trace_%s", way->target);
	if (btf__find_by_name_kind(k->btf, name, BTF_KIND_TYPEDEF) > 0)
		return 0;
	snprintf(why, why_bytes, "this kernel has no such tracepoint");
	return -ENOENT;
}

static int ask_raw_tp(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
{
	if (!kernel__has(k, "kernel_read")) {
		snprintf(why, why_bytes, "needs kernel_read");
		return -EPERM;
	}
	if (k->config.btf_path)
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

/* Makes the probe, without a program, and removes it: lockdown and missing symbols answer here. */
static int ask_kprobe(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	int type = kprobe_pmu(), fd, err;

	if (type < 0) {
		snprintf(why, why_bytes, "this kernel has no kprobes");
		return type;
	}
	if (!kernel__has(k, "kernel_read")) {
		snprintf(why, why_bytes, "needs kernel_read");
		return -EPERM;
	}
	attr.type = type;
	attr.config1 = (__u64)(unsigned long)way->target;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	err = -errno;
	snprintf(why, why_bytes, "%s", strerror(-err));
	return err;
}

/* Attaches an empty program for a moment. */
static int ask_fentry(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	int fd, link, err = 0;

	opts.attach_btf_id =
		k->btf ? btf__find_by_name_kind(k->btf, way->target, BTF_KIND_FUNC) : -ENOENT;
	if ((__s32)opts.attach_btf_id < 0) {
		snprintf(why, why_bytes, "the kernel's BTF has no such function");
		return -ENOENT;
	}
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, NULL, "GPL", insns, ARRAY_SIZE(insns), &opts);
	link = fd < 0 ? fd : bpf_raw_tracepoint_open(NULL, fd);
	if (link < 0) {
		err = -errno;
		snprintf(why, why_bytes, "%s", strerror(-err));
	} else {
		close(link);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

static int ask_iter(const struct kernel *k, const struct way *way, char *why, size_t why_bytes)
{
	char name[64];

	snprintf(name, sizeof(name), "bpf_iter_%s", way->target);
	if (k->btf && btf__find_by_name_kind(k->btf, name, BTF_KIND_FUNC) > 0)
		return 0;
	snprintf(why, why_bytes, "this kernel has no such iterator");
	return -ENOENT;
}

/* ---- choice ---- */

static void choose(struct kernel *k, size_t i)
{
	struct hook_state *state = &k->hooks[i];
	size_t used = 0;

	for (size_t w = 0; w < N_WAYS && table[i].ways[w].how; w++) {
		const struct way *way = &table[i].ways[w];
		char why[96] = "";

		if (!way->ask(k, way, why, sizeof(why))) {
			k->chosen[i] = way;
			state->how = way->how;
			state->why[0] = '\0';
			return;
		}
		used += snprintf(state->why + used, sizeof(state->why) - used, "%s%s: %s",
				 w ? "; " : "", way->how, why);
		if (used >= sizeof(state->why))
			used = sizeof(state->why) - 1;
	}
}

static void unchoose(struct kernel *k, size_t i, const char *why)
{
	k->chosen[i] = NULL;
	k->hooks[i].how = NULL;
	snprintf(k->hooks[i].why, sizeof(k->hooks[i].why), "%s", why);
}

static void choose_all(struct kernel *k)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		k->hooks[i].name = table[i].name;
		choose(k, i);
	}
	if (k->config.exec_entries)
		return;
	for (size_t i = 0; i < N_HOOKS; i++)
		if (!strcmp(table[i].name, "sched_process_exec") ||
		    !strcmp(table[i].name, "task_iter"))
			unchoose(k, i, "not asked for");
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
			if (sscanf(name + 7, "%31s", bit) == 1 && strlen(bit) > 4 &&
			    !strcmp(bit + strlen(bit) - 4, "_BIT")) {
				bit[strlen(bit) - 4] = '\0';
				gfp__name_bit(btf_enum(t)[i].val, bit);
			}
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

static int check_btf(const struct kernel *k)
{
	if (k->config.btf_path)
		return check_btf_file(k->config.btf_path);
	if (k->btf)
		return 0;
	fprintf(stderr, "oomtrace: this kernel carries no BTF (%s is missing): run a kernel with "
			"CONFIG_DEBUG_INFO_BTF=y, or give this kernel's BTF by --btf FILE\n",
		KERNEL_BTF);
	return -ENOENT;
}

static int check_required(const struct kernel *k)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		if (table[i].need != REQUIRED || k->chosen[i])
			continue;
		fprintf(stderr,
			"oomtrace: %s can't be attached (%s): nothing could be seen on this "
			"kernel\n",
			table[i].name, k->hooks[i].why);
		return -ENOENT;
	}
	return 0;
}

/* "none [integrity] confidentiality" */
static const char *lockdown(void)
{
	static const char *const levels[] = {"none", "integrity", "confidentiality"};
	char text[64] = "";
	FILE *f;

	f = fopen(LOCKDOWN, "re");
	if (!f)
		return NULL;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		const char *at = strchr(text, '[');

		if (at && !strncmp(at + 1, levels[i], strlen(levels[i])))
			return levels[i];
	}
	return NULL;
}

int kernel__new(struct kernel **out, const struct kernel_config *config)
{
	struct kernel *k;
	int err;

	*out = NULL;
	libbpf_aloud = config->verbose;
	libbpf_set_print(on_libbpf_message);
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->config = *config;
	k->facts = (struct kernel_facts){
		.hooks = k->hooks,
		.n_hooks = N_HOOKS,
		.btf_path = config->btf_path ? config->btf_path : KERNEL_BTF,
		.lockdown = lockdown(),
	};
	k->btf = access(KERNEL_BTF, R_OK) ? NULL : btf__parse(KERNEL_BTF, NULL);
	err = check_btf(k);
	if (!err) {
		if (k->btf)
			name_gfp_bits(k->btf);
		choose_all(k);
		err = check_required(k);
	}
	btf__free(k->btf);
	k->btf = NULL;
	if (err) {
		kernel__free(k);
		return err;
	}
	*out = k;
	return 0;
}

void kernel__free(struct kernel *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < N_HOOKS; i++)
		bpf_link__destroy(k->links[i]);
	oomtrace_bpf__destroy(k->skel);
	btf__free(k->btf);
	free(k);
}

/* ---- load and attach ---- */

static int set_up_maps(struct kernel *k)
{
	bool caches = k->config.exec_entries;
	int err;

	err = bpf_map__set_max_entries(k->skel->maps.ring, k->config.ring_bytes);
	if (!err && caches)
		err = bpf_map__set_max_entries(k->skel->maps.execs, k->config.exec_entries);
	if (!err && !caches)
		err = bpf_map__set_autocreate(k->skel->maps.execs, false);
	if (!err && !caches)
		err = bpf_map__set_autocreate(k->skel->maps.exec_scratch, false);
	return err;
}

/* Opens the object with the chosen programs only, and loads it. */
static int load(struct kernel *k)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = k->config.btf_path);
	struct bpf_program *prog;
	int err;

	k->skel = oomtrace_bpf__open_opts(&opts);
	if (!k->skel)
		return -errno;
	bpf_object__for_each_program(prog, k->skel->obj)
		bpf_program__set_autoload(prog, false);
	for (size_t i = 0; i < N_HOOKS; i++) {
		if (!k->chosen[i] || !k->chosen[i]->program)
			continue;
		prog = bpf_object__find_program_by_name(k->skel->obj, k->chosen[i]->program);
		bpf_program__set_autoload(prog, true);
	}
	k->skel->rodata->config.may_read_kernel = kernel__has(k, "kernel_read");
	k->skel->rodata->config.sees_signals = kernel__has(k, "signal_generate");
	err = set_up_maps(k);
	return err ? err : oomtrace_bpf__load(k->skel);
}

/* A kernel that refuses what it said it can do still gets the core: the kills, with direct loads only. */
static int load_core(struct kernel *k, int why)
{
	char text[192];

	snprintf(text, sizeof(text), "the kernel refused the full set (%s)", strerror(-why));
	for (size_t i = 0; i < N_HOOKS; i++)
		if (table[i].need == OPTIONAL && k->chosen[i])
			unchoose(k, i, text);
	k->config.exec_entries = 0;
	oomtrace_bpf__destroy(k->skel);
	k->skel = NULL;
	return load(k);
}

static void say_load_failed(int err)
{
	const char *remedy = "";

	if (err == -EPERM)
		remedy = ": run as root, or with CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN before 5.8)";
	else if (!libbpf_aloud)
		remedy = "; --verbose says why";
	fprintf(stderr, "oomtrace: the kernel refused the BPF programs: %s%s\n", strerror(-err),
		remedy);
}

static int attach_one(struct kernel *k, size_t i)
{
	struct bpf_program *prog;
	char why[160];
	int err;

	if (!k->chosen[i] || !k->chosen[i]->program)
		return 0;
	prog = bpf_object__find_program_by_name(k->skel->obj, k->chosen[i]->program);
	k->links[i] = bpf_program__attach(prog);
	if (k->links[i])
		return 0;
	err = -errno;
	snprintf(why, sizeof(why), "%s: %s", k->chosen[i]->how, strerror(-err));
	unchoose(k, i, why);
	if (table[i].need != REQUIRED)
		return 0;
	fprintf(stderr, "oomtrace: %s can't be attached: %s\n", table[i].name, why);
	return err;
}

int kernel__load(struct kernel *k)
{
	int err;

	err = load(k);
	if (err && err != -EPERM)
		err = load_core(k, err);
	if (err)
		say_load_failed(err);
	return err;
}

int kernel__attach(struct kernel *k)
{
	int err = 0;

	/* Last to first: when mark_victim is live, all that explains it is. */
	for (size_t i = N_HOOKS; i > 0 && !err; i--)
		err = attach_one(k, i - 1);
	return err;
}

/* ---- what the others ask ---- */

const struct kernel_facts *kernel__facts(const struct kernel *k)
{
	return &k->facts;
}

bool kernel__has(const struct kernel *k, const char *hook)
{
	for (size_t i = 0; i < N_HOOKS; i++)
		if (!strcmp(table[i].name, hook))
			return k->hooks[i].how;
	return false;
}

int kernel__ring_fd(const struct kernel *k)
{
	return bpf_map__fd(k->skel->maps.ring);
}

int kernel__execs_fd(const struct kernel *k)
{
	return k->config.exec_entries ? bpf_map__fd(k->skel->maps.execs) : -1;
}

const volatile struct rec_counters *kernel__counters(const struct kernel *k)
{
	return (const volatile struct rec_counters *)&k->skel->bss->counters;
}

int kernel__open_missing_execs(const struct kernel *k)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		int fd;

		if (strcmp(table[i].name, "task_iter") || !k->links[i])
			continue;
		fd = bpf_iter_create(bpf_link__fd(k->links[i]));
		return fd < 0 ? -errno : fd;
	}
	return -ENOENT;
}
