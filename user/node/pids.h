/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The pids of the processes in a cgroup and below, from its cgroup.procs: no zombies. */
#ifndef OOMTRACE_PIDS_H
#define OOMTRACE_PIDS_H

#include <stddef.h>
#include <stdint.h>

#define PIDS_MAX 4096

struct pids {
	uint32_t list[PIDS_MAX];
	size_t n;
	size_t room; /* for so many, at most PIDS_MAX; each cgroup takes some of it too */
};

/* 0, or -E2BIG when there is no room for it. */
int pids__add(struct pids *p, uint32_t pid);

/*
 * Adds those in the cgroup of that directory and below. 0, or a negative errno with some of them:
 * -E2BIG, as soon as there is no room for more. Cgroups that are removed meanwhile are left out.
 */
int pids__read(struct pids *p, int directory);

/* In ascending order, each once. */
void pids__sort(struct pids *p);

#endif /* OOMTRACE_PIDS_H */
