/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The facts that checks judge: read once, from /proc, /sys and the kernel, into plain values. */
#ifndef OOMTRACE_FACTS_H
#define OOMTRACE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "doctor/kubelet.h"
#include "kernel/kernel.h"
#include "record/process.h"

struct roots {
	const char *proc; /* "/proc" */
	const char *sys;
};

struct sysctl {
	bool known; /* this kernel has it */
	int value;
};

/* Kinds of namespace in which the doctor is not in the initial one. */
enum foreign_namespace {
	FOREIGN_USER = 1 << 0,
	FOREIGN_PID = 1 << 1,
	FOREIGN_CGROUP = 1 << 2,
	FOREIGN_TIME = 1 << 3,
};

/* A process that kills others when memory gets short, before the kernel does. */
struct killer {
	uint32_t pid;
	char name[REC_COMM_BYTES + 1];
};

#define FACTS_KILLERS 4

enum output_kind { OUTPUT_NEW, OUTPUT_REGULAR, OUTPUT_SYMLINK, OUTPUT_OTHER };

struct output_facts {
	const char *path;
	bool asked; /* --output was given; else path is where a log would go */
	char directory[256];
	int err; /* 0, or why nothing can be written in the directory */
	enum output_kind kind;
	uint64_t free_bytes;
};

struct facts {
	bool capabilities_known;
	uint64_t capabilities;		   /* in effect, bits by number */
	int btf_err;			   /* 0, or why the kernel's BTF can't be read */
	const struct kernel_facts *kernel; /* NULL: it can't be traced */
	struct sysctl perf_event_paranoid;
	struct sysctl panic_on_oom;
	struct sysctl oom_kill_allocating_task;
	const char *pin_path;
	bool bpf_fs; /* is mounted where pin_path is */
	int cgroup_version;
	unsigned int foreign; /* enum foreign_namespace */
	int64_t log_bytes;    /* of the kernel log; 0: not known */
	uint32_t n_processes;
	struct killer killers[FACTS_KILLERS];
	int n_killers; /* of those at most FACTS_KILLERS are kept */
	struct output_facts output;
	struct kubelet kubelet;
};

/*
 * Fills in all but what the caller knows: kernel, cgroup_version, pin_path, output.path and output.asked. s has
 * the processes of the machine.
 */
void facts__read(struct facts *f, const struct roots *roots, const struct snapshot *s);

#endif /* OOMTRACE_FACTS_H */
