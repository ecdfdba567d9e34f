// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Questions to the running kernel; see ask.h. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/ask.h"

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/type"
#define BPF_JIT	   "/proc/sys/net/core/bpf_jit_enable"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

int ask__kernel_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
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

int ask__tp_btf(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
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
int ask__user_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (hooks__has(a->hooks, HOOK_KERNEL_READ))
		return ask__tp_btf(a, way, why, why_bytes);
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
int ask__user_loop(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (has_loop(a->btf) && compiles_programs())
		return ask__user_read(a, way, why, why_bytes);
	snprintf(why, why_bytes, "this kernel has no bpf_loop()");
	return -EOPNOTSUPP;
}

int ask__raw_tp(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
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
int ask__kprobe(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
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

/* include/linux/bpf.h: without CONFIG_BPF_JIT bpf_trampoline_get() has no memory, whatever there is. */
static const char *why_no_trampoline(int err)
{
	return err == -ENOMEM && access(BPF_JIT, F_OK) ? "this kernel has no BPF JIT"
						       : strerror(-err);
}

/* Attaches an empty program for a moment. */
int ask__fentry(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
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

int ask__iter(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	char name[64];

	snprintf(name, sizeof(name), "bpf_iter_%s", way->target);
	if (a->btf && btf__find_by_name_kind(a->btf, name, BTF_KIND_FUNC) > 0)
		return 0;
	snprintf(why, why_bytes, "this kernel has no such iterator");
	return -ENOENT;
}

int ask__reading_iter(const struct asking *a, const struct way *way, char *why, size_t why_bytes)
{
	if (hooks__has(a->hooks, HOOK_KERNEL_READ))
		return ask__iter(a, way, why, why_bytes);
	snprintf(why, why_bytes, "needs kernel_read");
	return -EPERM;
}
