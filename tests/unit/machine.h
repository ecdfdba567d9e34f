/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A machine's /proc and its cgroups, laid out in the sandbox: what looks at a machine without the
 * kernel's help, looks at this.
 */
#ifndef OOMTRACE_TESTS_MACHINE_H
#define OOMTRACE_TESTS_MACHINE_H

#include "node/cgroup.h"
#include "node/processes.h"
#include "node/procfs.h"
#include "sandbox.h"

#define FORKED 0x40 /* PF_FORKNOEXEC */

/* In the file, which is made anew, with the directories on its way. */
static inline void machine__put(const char *path, const char *text, size_t len)
{
	char dir[512];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		mkdir(dir, 0700);
	}
	unlink(path);
	put_text(path, text, len);
}

static inline void machine__write(const char *path, const char *text)
{
	machine__put(path, text, strlen(text));
}

struct machine_process {
	uint32_t pid;
	uint32_t parent;
	const char *comm;
	const char *args; /* | for NUL */
	unsigned int flags;
	uint32_t rss_kib;
	const char *cgroup; /* "0::/a", whole lines but for the last newline */
};

static inline void machine__write_of(uint32_t pid, const char *name, const char *text, size_t len)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%u/%s", pid, name);
	machine__put(path, text, len);
}

static inline void machine__add(const struct machine_process *p)
{
	char text[1024], path[64];
	size_t n;

	n = snprintf(text, sizeof(text),
		     "%u (%s) S %u 1 1 0 -1 %u 0 0 0 0 0 0 0 0 20 0 1 0 %u 0 0 0 0 0\n", p->pid,
		     p->comm, p->parent, p->flags, 1000 + p->pid);
	machine__write_of(p->pid, "stat", text, n);
	n = snprintf(text, sizeof(text), "Name:\tx\nNSpid:\t%u\nVmRSS:\t%u kB\n", p->pid,
		     p->rss_kib);
	machine__write_of(p->pid, "status", text, n);
	n = snprintf(text, sizeof(text), "%s\n", p->cgroup);
	machine__write_of(p->pid, "cgroup", text, n);
	n = snprintf(text, sizeof(text), "%s|", p->args);
	for (char *c = text; *c; c++)
		*c = *c == '|' ? '\0' : *c;
	machine__write_of(p->pid, "cmdline", text, n);
	snprintf(text, sizeof(text), "/usr/bin/%s", p->comm);
	snprintf(path, sizeof(path), "proc/%u/exe", p->pid);
	unlink(path);
	assert_int_equal(symlink(text, path), 0);
}

/* The processes there are now. */
static inline struct snapshot machine__look(int cgroup_version)
{
	struct snapshot s = {0};

	mkdir("proc", 0700);
	assert_int_equal(processes__walk(&s, "proc", cgroup_version, NULL), 0);
	for (size_t i = 0; i < s.n; i++)
		procfs__complete("proc", &s.processes[i]);
	return s;
}

/* A file of a cgroup: machine__write_cgroup("/a/b", "memory.max", "max\n"). */
static inline void machine__write_cgroup(const char *cgroup, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "cgroup%s/%s", cgroup, name);
	machine__write(path, text);
}

static inline void machine__write_limits(const char *cgroup, const char *limit, const char *flag)
{
	machine__write_cgroup(cgroup, "memory.max", limit);
	machine__write_cgroup(cgroup, "memory.current", "104857600\n");
	machine__write_cgroup(cgroup, "memory.oom.group", flag);
}

/* The hierarchy with the memory controller, on ./cgroup. */
static inline struct cgroup_root machine__mount(int version)
{
	struct cgroup_root root;
	char text[512], here[256];

	assert_non_null(getcwd(here, sizeof(here)));
	machine__write("cgroup/cgroup.controllers", "cpu memory pids\n");
	snprintf(text, sizeof(text), "35 24 0:30 / %s/cgroup rw - %s cgroup rw,memory\n", here,
		 version == 2 ? "cgroup2" : "cgroup");
	machine__write("proc/self/mountinfo", text);
	assert_int_equal(cgroup_root__open(&root, "proc/self/mountinfo"), 0);
	assert_int_equal(root.version, version);
	return root;
}

#endif /* OOMTRACE_TESTS_MACHINE_H */
