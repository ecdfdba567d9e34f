// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The checks; see checks.h. */
#include <inttypes.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor/checks.h"
#include "render/words.h"

/* since Linux 5.8 */
#ifndef CAP_BPF
#define CAP_PERFMON 38
#define CAP_BPF	    39
#endif

/* What a line of dump_task() in mm/oom_kill.c takes in the log buffer, header included. */
#define LOG_LINE_BYTES 128
#define OUTPUT_BYTES   (64u << 20)

static enum status __attribute__((format(printf, 3, 4)))
say(struct finding *f, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	return status;
}

static enum status advise(struct finding *f, enum status status, const char *remedy)
{
	f->remedy = remedy;
	return status;
}

/* Appends ", name" to the text, or "before name" if it is the first. */
static void list(struct finding *f, bool first, const char *before, const char *name)
{
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof(f->text) - n, "%s%s", first ? before : ", ", name);
}

/* ---- this process ---- */

static bool has(const struct facts *f, int capability)
{
	return f->capabilities >> capability & 1;
}

/* Before 5.8 there was CAP_SYS_ADMIN alone, which still includes these two. */
static bool may_trace(const struct facts *f)
{
	bool all = has(f, CAP_SYS_ADMIN);

	return (all || has(f, CAP_BPF)) && (all || has(f, CAP_PERFMON));
}

static enum status check_privileges(const struct facts *f, struct finding *out)
{
	static const struct {
		int capability;
		const char *name;
	} useful[] = {
		{CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE (it can be a victim itself)"},
		{CAP_IPC_LOCK, "CAP_IPC_LOCK (its memory may be swapped out)"},
		{CAP_SYS_PTRACE, "CAP_SYS_PTRACE (ranks of older processes are not known)"},
		{CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH (counts of cgroups are not known)"},
	};
	bool first = true;

	if (!f->capabilities_known)
		return say(out, STATUS_WARN, "not known: /proc/self/status can't be read");
	if (!may_trace(f)) {
		say(out, STATUS_FAIL, "not root, and without CAP_BPF and CAP_PERFMON");
		return advise(out, STATUS_FAIL, "Run it as root, or grant it these two.");
	}
	for (size_t i = 0; i < sizeof(useful) / sizeof(useful[0]); i++) {
		if (has(f, useful[i].capability))
			continue;
		list(out, first, "without ", useful[i].name);
		first = false;
	}
	if (first)
		return say(out, STATUS_PASS, "all that it can use");
	return advise(out, STATUS_WARN, "Add the capability; see \"What it needs\" in the README.");
}

static enum status check_namespaces(const struct facts *f, struct finding *out)
{
	static const struct {
		enum foreign_namespace bit;
		const char *name;
	} names[] = {
		{FOREIGN_USER, "user (the kernel refuses BPF there)"},
		{FOREIGN_PID, "pid (processes outside are not to be seen)"},
		{FOREIGN_CGROUP, "cgroup (paths begin at its own)"},
		{FOREIGN_TIME, "time (no process is recognised by its start)"},
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(f->foreign & names[i].bit))
			continue;
		list(out, first, "inside another: ", names[i].name);
		first = false;
	}
	if (first)
		return say(out, STATUS_PASS, "the initial ones");
	return advise(out, f->foreign & FOREIGN_USER ? STATUS_FAIL : STATUS_WARN,
		      "Run it on the host, or in a pod with hostPID and the host's cgroups.");
}

/* ---- what the kernel gives ---- */

static enum status check_btf(const struct facts *f, struct finding *out)
{
	if (!f->btf_err)
		return say(out, STATUS_PASS, HOOKS_KERNEL_BTF);
	if (f->kernel) {
		return say(out, STATUS_PASS, "none of the kernel's own; --btf %s",
			   f->kernel->btf_path);
	}
	say(out, STATUS_FAIL, "%s: %s", HOOKS_KERNEL_BTF, strerror(-f->btf_err));
	return advise(
		out, STATUS_FAIL,
		"Run a kernel with CONFIG_DEBUG_INFO_BTF=y, or give its BTF with --btf FILE.");
}

static enum status check_hooks(const struct facts *f, struct finding *out)
{
	size_t live = 0;
	bool first = true;

	if (!f->kernel) {
		say(out, STATUS_FAIL, "mark_victim can't be live: nothing would be seen");
		return advise(out, STATUS_FAIL, "See the message on stderr.");
	}
	for (size_t i = 0; i < f->kernel->n_hooks; i++)
		live += f->kernel->hooks[i].how != NULL;
	say(out, STATUS_PASS, "%zu of %zu can be live", live, f->kernel->n_hooks);
	if (live == f->kernel->n_hooks)
		return STATUS_PASS;
	for (size_t i = 0; i < f->kernel->n_hooks; i++) {
		if (f->kernel->hooks[i].how)
			continue;
		list(out, first, "; not ", f->kernel->hooks[i].name);
		first = false;
	}
	return advise(out, STATUS_WARN,
		      "What they provide is null in the records; oomtrace --version says why they "
		      "are missing.");
}

static enum status check_lockdown(const struct facts *f, struct finding *out)
{
	const char *level = f->kernel ? f->kernel->lockdown : NULL;

	if (!level)
		return say(out, STATUS_PASS, "not in this kernel");
	if (strcmp(level, "confidentiality"))
		return say(out, STATUS_PASS, "%s", level);
	say(out, STATUS_WARN, "confidentiality: no helper may read the kernel's memory");
	return advise(
		out, STATUS_WARN,
		"Kills are seen all the same; lockdown=integrity gives names and limits too.");
}

static bool needs_perf_events(const struct facts *f)
{
	const char *how = f->kernel ? f->kernel->hooks[HOOK_DECISION].how : NULL;

	return how && !strcmp(how, "kprobe");
}

/* Up to level 2 CAP_PERFMON is enough; Debian's level 3 wants CAP_SYS_ADMIN. */
static enum status check_perf_events(const struct facts *f, struct finding *out)
{
	int level = f->perf_event_paranoid.value;

	if (!f->perf_event_paranoid.known)
		return say(out, STATUS_PASS, "no perf events in this kernel");
	if (level <= 2 || has(f, CAP_SYS_ADMIN))
		return say(out, STATUS_PASS, "%d", level);
	if (!needs_perf_events(f))
		return say(out, STATUS_PASS, "%d; it concerns kprobes, and no hook is one", level);
	say(out, STATUS_WARN, "%d: the kprobe may be refused without CAP_SYS_ADMIN", level);
	return advise(out, STATUS_WARN, "sysctl kernel.perf_event_paranoid=2");
}

static enum status check_bpf_fs(const struct facts *f, struct finding *out)
{
	if (f->bpf_fs)
		return say(out, STATUS_PASS, "mounted, for %s", f->pin_path);
	say(out, STATUS_WARN, "none for %s: kills while oomtrace is down are only counted",
	    f->pin_path);
	return advise(out, STATUS_WARN, "mount -t bpf bpf /sys/fs/bpf");
}

static enum status check_cgroup(const struct facts *f, struct finding *out)
{
	if (f->cgroup_version == 2)
		return say(out, STATUS_PASS, "version 2");
	if (!f->cgroup_version) {
		say(out, STATUS_WARN, "no memory controller: limits are not known");
		return advise(out, STATUS_WARN, "Mount the cgroup file system.");
	}
	say(out, STATUS_WARN, "memory is on version 1, which has no memory.oom.group");
	return advise(out, STATUS_WARN, "Boot with systemd.unified_cgroup_hierarchy=1.");
}

/* ---- what the kernel would do ---- */

static enum status say_unknown(struct finding *out, const char *name)
{
	say(out, STATUS_WARN, "not known: /proc/sys/vm/%s can't be read", name);
	return advise(out, STATUS_WARN, "Run it where /proc/sys is to be seen.");
}

/* mm/oom_kill.c, check_panic_on_oom() */
static enum status check_panic(const struct facts *f, struct finding *out)
{
	if (!f->panic_on_oom.known)
		return say_unknown(out, "panic_on_oom");
	switch (f->panic_on_oom.value) {
	case 0:
		return say(out, STATUS_PASS, "0");
	case 1:
		say(out, STATUS_WARN,
		    "1: the machine panics when all of its memory is used up, and nothing is "
		    "recorded then; kills in cgroups at their limit are");
		return advise(out, STATUS_WARN, "sysctl vm.panic_on_oom=0");
	default:
		say(out, STATUS_FAIL,
		    "%d: the machine panics before anything is killed; nothing will be recorded",
		    f->panic_on_oom.value);
		return advise(out, STATUS_FAIL, "sysctl vm.panic_on_oom=0");
	}
}

static enum status check_allocating_task(const struct facts *f, struct finding *out)
{
	if (!f->oom_kill_allocating_task.known)
		return say_unknown(out, "oom_kill_allocating_task");
	if (!f->oom_kill_allocating_task.value)
		return say(out, STATUS_PASS, "0");
	say(out, STATUS_WARN,
	    "%d: when the machine is out of memory, the victim is the task that asked for "
	    "some, whatever its size",
	    f->oom_kill_allocating_task.value);
	return advise(out, STATUS_WARN, "sysctl vm.oom_kill_allocating_task=0");
}

static enum status check_kernel_log(const struct facts *f, struct finding *out)
{
	int64_t tasks = f->log_bytes / LOG_LINE_BYTES;

	if (!f->log_bytes)
		return say(out, STATUS_PASS, "size not known; only oomtrace klog depends on it");
	say(out, STATUS_PASS, "%" PRId64 " KiB, for a table of %" PRId64 " tasks; %u run now",
	    f->log_bytes >> 10, tasks, f->n_processes);
	if (tasks >= f->n_processes)
		return STATUS_PASS;
	return advise(out, STATUS_WARN,
		      "One kill can overwrite its own report: boot with a larger log_buf_len.");
}

/* ---- the others ---- */

static enum status check_killers(const struct facts *f, struct finding *out)
{
	if (!f->n_killers)
		return say(out, STATUS_PASS, "none");
	for (int i = 0; i < f->n_killers && i < FACTS_KILLERS; i++) {
		char who[REC_COMM_BYTES + 24];

		snprintf(who, sizeof(who), "%s (pid %u)", f->killers[i].name, f->killers[i].pid);
		list(out, !i, "", who);
	}
	list(out, true, "", ": it kills before the kernel does, and such kills are not recorded");
	return advise(out, STATUS_WARN, "Look into its own log as well, or stop it.");
}

static enum status check_kubelet(const struct facts *f, struct finding *out)
{
	const struct kubelet *k = &f->kubelet;

	if (!k->pid)
		return STATUS_NONE;
	say(out, STATUS_PASS, "%s (pid %u)", k->version[0] ? k->version : "version not known",
	    k->pid);
	if (kubelet__is_old(k)) {
		list(out, true, "", ": it sets memory.oom.group on no container");
		return advise(out, STATUS_WARN, "Upgrade it to 1.28 or later.");
	}
	if (k->single_process) {
		list(out, true, "", ": singleProcessOOMKill keeps memory.oom.group off");
		return advise(out, STATUS_WARN,
			      "Remove singleProcessOOMKill from its "
			      "configuration.");
	}
	return STATUS_PASS;
}

static enum status check_output(const struct facts *f, struct finding *out)
{
	const struct output_facts *o = &f->output;
	struct words t = {.buf = out->text, .cap = sizeof(out->text)};
	enum status bad = o->asked ? STATUS_FAIL : STATUS_WARN;

	if (o->err) {
		say(out, bad, "%s: %s", o->directory, strerror(-o->err));
		return advise(out, bad, "Name a file in a directory that it may write to.");
	}
	if (o->kind == OUTPUT_SYMLINK || o->kind == OUTPUT_OTHER) {
		say(out, bad, "%s is no regular file", o->path);
		return advise(out, bad, "Move it away, or give another --output FILE.");
	}
	words__put(&t, "%s: ", o->path);
	words__size(&t, o->free_bytes);
	words__put(&t, " free");
	if (o->free_bytes >= OUTPUT_BYTES)
		return STATUS_PASS;
	return advise(out, STATUS_WARN, "Make room, or run with --max-size BYTES.");
}

/* ---- the table ---- */

static const struct {
	const char *name;
	enum status (*check)(const struct facts *f, struct finding *out);
} table[] = {
	{"privileges", check_privileges},
	{"namespaces", check_namespaces},
	{"btf", check_btf},
	{"hooks", check_hooks},
	{"lockdown", check_lockdown},
	{"perf_event_paranoid", check_perf_events},
	{"bpf_fs", check_bpf_fs},
	{"cgroup", check_cgroup},
	{"panic_on_oom", check_panic},
	{"oom_kill_allocating_task", check_allocating_task},
	{"kernel_log", check_kernel_log},
	{"other_killers", check_killers},
	{"kubelet", check_kubelet},
	{"output", check_output},
};

int checks__run(const struct facts *f, struct finding findings[CHECKS_MAX])
{
	int n = 0;

	_Static_assert(sizeof(table) / sizeof(table[0]) <= CHECKS_MAX, "room for all");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct finding *finding = &findings[n];

		*finding = (struct finding){.check = table[i].name};
		finding->status = table[i].check(f, finding);
		n += finding->status != STATUS_NONE;
	}
	return n;
}
