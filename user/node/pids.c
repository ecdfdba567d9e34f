// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A walk through a part of the cgroup hierarchy; see pids.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/pids.h"

#define MAX_DEPTH 32
/* To open one and to read its list takes as long as to ask two processes. */
#define ROOM_OF_CGROUP 2

int pids__add(struct pids *p, uint32_t pid)
{
	if (p->n >= p->room)
		return -E2BIG;
	p->list[p->n++] = pid;
	return 0;
}

/*
 * "12\n345\n". ENODEV: it is removed. EOPNOTSUPP: it is a threaded one, and its processes are in the
 * list of the one above it that is not (kernel/cgroup/cgroup.c, cgroup_procs_start()).
 */
static int read_list(struct pids *p, FILE *f)
{
	unsigned int pid;
	int err = 0;

	while (!err && fscanf(f, "%u", &pid) == 1)
		err = pids__add(p, pid);
	if (!err && ferror(f) && errno != ENODEV && errno != EOPNOTSUPP)
		err = -errno;
	return err;
}

static int read_processes(struct pids *p, int dir)
{
	int err, fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *f;

	if (fd < 0)
		return errno == ENOENT || errno == ENODEV ? 0 : -errno;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	err = read_list(p, f);
	fclose(f);
	return err;
}

static int read_cgroup(struct pids *p, int dir, int depth);

static int read_child(struct pids *p, int dir, const char *name, int depth)
{
	int err, child = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (child < 0)
		return errno == ENOENT || errno == ENODEV ? 0 : -errno;
	err = read_cgroup(p, child, depth);
	close(child);
	return err;
}

static int read_children(struct pids *p, int dir, int depth)
{
	int err = 0, fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!entries) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && (d = readdir(entries)))
		if (d->d_type == DT_DIR && strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			err = read_child(p, dir, d->d_name, depth);
	closedir(entries);
	return err;
}

static int read_cgroup(struct pids *p, int dir, int depth)
{
	struct stat st;
	int err;

	if (!depth)
		return -ELOOP;
	if (p->room < p->n + ROOM_OF_CGROUP)
		return -E2BIG;
	p->room -= ROOM_OF_CGROUP;
	err = read_processes(p, dir);
	/* Of a kernfs directory the links are itself, its name, and the directories in it. */
	if (!err && !fstat(dir, &st) && st.st_nlink != 2)
		err = read_children(p, dir, depth - 1);
	return err;
}

int pids__read(struct pids *p, int directory)
{
	return read_cgroup(p, directory, MAX_DEPTH);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void pids__sort(struct pids *p)
{
	size_t kept = 0;

	qsort(p->list, p->n, sizeof(p->list[0]), compare);
	for (size_t i = 0; i < p->n; i++)
		if (!i || p->list[i] != p->list[i - 1])
			p->list[kept++] = p->list[i];
	p->n = kept;
}
