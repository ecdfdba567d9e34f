// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads the facts that checks judge; see facts.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "doctor/facts.h"

#define SYSLOG_ACTION_SIZE_BUFFER 10 /* include/linux/syslog.h */

/* ---- this process ---- */

/* "CapEff:\t000001ffffffffff\n" of PROC/self/status */
static void read_capabilities(struct facts *f, const struct roots *roots)
{
	char path[256], line[256];
	unsigned long long set;
	FILE *file;

	snprintf(path, sizeof(path), "%s/self/status", roots->proc);
	file = fopen(path, "re");
	if (!file)
		return;
	while (!f->capabilities_known && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "CapEff: %llx", &set) == 1) {
			f->capabilities_known = true;
			f->capabilities = set;
		}
	}
	fclose(file);
}

/* The initial namespaces have these inodes on every machine: include/linux/proc_ns.h. */
static const struct {
	const char *name;
	unsigned long inode;
	enum foreign_namespace bit;
} initial[] = {
	{"user", 0xEFFFFFFD, FOREIGN_USER},
	{"pid", 0xEFFFFFFC, FOREIGN_PID},
	{"cgroup", 0xEFFFFFFB, FOREIGN_CGROUP},
	{"time", 0xEFFFFFFA, FOREIGN_TIME},
};

/* PROC/self/ns/pid -> "pid:[4026531836]"; where there is no link there are no such namespaces. */
static void read_namespaces(struct facts *f, const struct roots *roots)
{
	for (size_t i = 0; i < sizeof(initial) / sizeof(initial[0]); i++) {
		char path[256], target[64], *inode;
		ssize_t n;

		snprintf(path, sizeof(path), "%s/self/ns/%s", roots->proc, initial[i].name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		inode = strchr(target, '[');
		if (inode && strtoul(inode + 1, NULL, 10) != initial[i].inode)
			f->foreign |= initial[i].bit;
	}
}

/* ---- the kernel ---- */

static struct sysctl read_sysctl(const struct roots *roots, const char *name)
{
	struct sysctl s = {0};
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/sys/%s", roots->proc, name);
	file = fopen(path, "re");
	if (!file)
		return s;
	s.known = fscanf(file, "%d", &s.value) == 1;
	fclose(file);
	return s;
}

static void read_kernel(struct facts *f, const struct roots *roots)
{
	char path[256];
	int bytes;

	snprintf(path, sizeof(path), "%s/kernel/btf/vmlinux", roots->sys);
	f->btf_err = access(path, R_OK) ? -errno : 0;
	f->perf_event_paranoid = read_sysctl(roots, "kernel/perf_event_paranoid");
	f->panic_on_oom = read_sysctl(roots, "vm/panic_on_oom");
	f->oom_kill_allocating_task = read_sysctl(roots, "vm/oom_kill_allocating_task");
	bytes = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	f->log_bytes = bytes > 0 ? bytes : 0;
}

/* Whether path is the directory, or in it. */
static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return !strncmp(path, directory, n) && (!path[n] || path[n] == '/');
}

/* 29 23 0:25 / /sys/fs/bpf rw,nosuid shared:11 - bpf bpf rw,mode=700 */
static void read_bpf_fs(struct facts *f, const struct roots *roots)
{
	char path[256], line[2048], mount[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/self/mountinfo", roots->proc);
	file = fopen(path, "re");
	if (!file)
		return;
	while (!f->bpf_fs && fgets(line, sizeof(line), file))
		f->bpf_fs = strstr(line, " - bpf ") &&
			    sscanf(line, "%*s %*s %*s %*s %255s", mount) == 1 &&
			    is_below(f->pin_path, mount);
	fclose(file);
}

/* ---- other processes ---- */

static bool is_killer(const struct process *p)
{
	static const char *const names[] = {"systemd-oomd", "earlyoom", "nohang", "oomd", "bustd"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(p->comm, names[i]))
			return true;
	return false;
}

static void find_killers(struct facts *f, const struct snapshot *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct process *p = &s->processes[i];

		if (!is_killer(p) || p->zombie)
			continue;
		if (f->n_killers < FACTS_KILLERS) {
			f->killers[f->n_killers].pid = p->pid;
			memcpy(f->killers[f->n_killers].name, p->comm, sizeof(p->comm));
		}
		f->n_killers++;
	}
}

/* ---- the output ---- */

static void read_output(struct output_facts *o)
{
	const char *slash = strrchr(o->path, '/');
	struct statvfs fs;
	struct stat st;

	if (slash)
		snprintf(o->directory, sizeof(o->directory), "%.*s", (int)(slash - o->path),
			 o->path);
	if (!o->directory[0])
		snprintf(o->directory, sizeof(o->directory), slash ? "/" : ".");
	if (access(o->directory, W_OK | X_OK) || statvfs(o->directory, &fs)) {
		o->err = -errno;
		return;
	}
	o->free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (lstat(o->path, &st))
		o->kind = OUTPUT_NEW;
	else if (S_ISREG(st.st_mode))
		o->kind = OUTPUT_REGULAR;
	else
		o->kind = S_ISLNK(st.st_mode) ? OUTPUT_SYMLINK : OUTPUT_OTHER;
}

void facts__read(struct facts *f, const struct roots *roots, const struct snapshot *s)
{
	read_capabilities(f, roots);
	read_namespaces(f, roots);
	read_kernel(f, roots);
	read_bpf_fs(f, roots);
	f->n_processes = s->n;
	find_killers(f, s);
	kubelet__find(&f->kubelet, roots->proc, f->cgroup_version, s);
	read_output(&f->output);
}
