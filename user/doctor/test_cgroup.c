// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A cgroup with a small limit; see test_cgroup.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/test_cgroup.h"

#define NAME "oomtrace-self-test-" /* and our pid */

static int write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Their victims died with them. One whose pid is in use again stays until that is free. */
static void remove_stale(const struct cgroup_root *root)
{
	char pattern[320];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s*", root->mount, NAME);
	if (glob(pattern, GLOB_NOSORT, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *digits = strstr(found.gl_pathv[i], NAME) + strlen(NAME);
		long pid = strtol(digits, NULL, 10);

		if (pid > 0 && kill(pid, 0) && errno == ESRCH)
			rmdir(found.gl_pathv[i]);
	}
	globfree(&found);
}

/* A cgroup below the root has the controller only if the root passes it on. */
static int enable_memory(struct test_cgroup *c)
{
	char path[512];
	int err;

	snprintf(path, sizeof(path), "%s/memory.max", c->dir);
	if (c->root->version != 2 || !access(path, F_OK))
		return 0;
	err = write_file(c->root->mount, "cgroup.subtree_control", "+memory");
	c->enabled = !err;
	return err;
}

static int limit(const struct test_cgroup *c)
{
	bool unified = c->root->version == 2;
	char bytes[24];
	int err;

	snprintf(bytes, sizeof(bytes), "%u", TEST_CGROUP_MIB << 20);
	err = write_file(c->dir, unified ? "memory.max" : "memory.limit_in_bytes", bytes);
	/* Without swap, where there is some and the kernel counts it. */
	write_file(c->dir, unified ? "memory.swap.max" : "memory.swappiness", "0");
	return err;
}

int test_cgroup__make(struct test_cgroup *c, const struct cgroup_root *root, char *why,
		      size_t why_bytes)
{
	const char *what = "can't be made";
	int err = 0;

	*c = (struct test_cgroup){.root = root};
	if (!root->version) {
		snprintf(why, why_bytes, "no memory controller is mounted");
		return -ENOENT;
	}
	remove_stale(root);
	snprintf(c->dir, sizeof(c->dir), "%s/%s%d", root->mount, NAME, getpid());
	c->made = !mkdir(c->dir, 0700);
	if (!c->made)
		err = -errno;
	if (!err) {
		what = "has no memory controller";
		err = enable_memory(c);
	}
	if (!err) {
		what = "can't be limited";
		err = limit(c);
	}
	if (err)
		snprintf(why, why_bytes, "%s %s: %s", c->dir, what, strerror(-err));
	return err;
}

int test_cgroup__enter(const struct test_cgroup *c)
{
	return write_file(c->dir, "cgroup.procs", "0");
}

void test_cgroup__remove(struct test_cgroup *c)
{
	if (c->made && rmdir(c->dir))
		fprintf(stderr, "oomtrace: %s: %s\n", c->dir, strerror(errno));
	if (c->enabled)
		write_file(c->root->mount, "cgroup.subtree_control", "-memory");
	*c = (struct test_cgroup){0};
}
