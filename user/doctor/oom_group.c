// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* memory.oom.group of running containers; see oom_group.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "doctor/oom_group.h"
#include "node/procfs.h"
#include "pod/match.h"

/* cgroup2 has user.* since 5.7: fs/kernfs/inode.c, kernfs_vfs_user_xattr_set(). */
#define MARK "user.oomtrace.oom_group"
#define FLAG "memory.oom.group"

/* ---- one cgroup ---- */

static int read_flag(int dir)
{
	int fd = openat(dir, FLAG, O_RDONLY | O_CLOEXEC), err;
	char digit = '\0';

	if (fd < 0)
		return -errno;
	err = read(fd, &digit, 1) == 1 ? 0 : -EIO;
	close(fd);
	return err ? err : digit == '1';
}

static int write_flag(int dir, bool set)
{
	int fd = openat(dir, FLAG, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, set ? "1" : "0", 1) != 1)
		err = -errno;
	close(fd);
	return err;
}

/* Marked first: what could not be marked could not be taken back. */
static int set(int dir, enum oom_group_act *act)
{
	int err;

	*act = ACT_SET;
	if (fsetxattr(dir, MARK, "1", 1, 0))
		return -errno;
	err = write_flag(dir, true);
	if (err)
		fremovexattr(dir, MARK);
	return err;
}

static int unset(int dir, enum oom_group_act *act)
{
	int err;

	*act = ACT_LEFT_SET;
	if (fgetxattr(dir, MARK, NULL, 0) < 0)
		return errno == ENODATA ? 0 : -errno;
	*act = ACT_UNSET;
	err = write_flag(dir, false);
	if (!err)
		fremovexattr(dir, MARK);
	return err;
}

static int act_in(int dir, bool to_set, enum oom_group_act *act)
{
	int flag = read_flag(dir);

	if (flag < 0)
		return flag;
	if (flag == to_set) {
		*act = flag ? ACT_LEFT_SET : ACT_LEFT_UNSET;
		return 0;
	}
	return to_set ? set(dir, act) : unset(dir, act);
}

static void act_on(struct oom_group_change *c, const struct oom_group_order *order)
{
	int dir = openat(order->cgroups->fd, c->path + strspn(c->path, "/"),
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	c->err = dir < 0 ? -errno : act_in(dir, order->set, &c->act);
	if (c->err)
		c->act = ACT_FAILED;
	if (dir >= 0)
		close(dir);
}

/* ---- all of them ---- */

static bool has(const struct oom_group_changes *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->list[i].path, path))
			return true;
	return false;
}

static int add(struct oom_group_changes *c, const char *path, const struct identity *identity)
{
	struct oom_group_change *more = realloc(c->list, (c->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	c->list = more;
	c->list[c->n] = (struct oom_group_change){.path = strdup(path), .identity = *identity};
	if (!c->list[c->n].path)
		return -ENOMEM;
	c->n++;
	return 0;
}

/* The container of a process, if it has one that matches and is not in the list. */
static int consider(struct oom_group_changes *c, const struct oom_group_order *order, uint32_t pid)
{
	char path[EVENT_PATH_BYTES];
	struct identity identity = {0};

	if (procfs__cgroup(order->proc, pid, order->cgroups->version, path))
		return 0;
	container__identify(&identity.container, path);
	path[identity.container.scope_bytes] = '\0';
	pods__name(order->pods, &identity);
	if (!identity.container.id[0] || has(c, path) ||
	    !match__is_for(order->match, path, &identity))
		return 0;
	return add(c, path, &identity);
}

int oom_group__change(struct oom_group_changes *c, const struct oom_group_order *order,
		      const struct snapshot *s)
{
	int err = 0;

	*c = (struct oom_group_changes){0};
	if (order->cgroups->version != 2)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < s->n && !err; i++)
		err = consider(c, order, s->processes[i].pid);
	for (size_t i = 0; i < c->n && !err; i++)
		act_on(&c->list[i], order);
	return err;
}

void oom_group__free(struct oom_group_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].path);
	free(c->list);
	*c = (struct oom_group_changes){0};
}
