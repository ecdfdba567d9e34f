// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The memory hierarchy's mount, and a cgroup's path and limits by its id; see cgroup.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "node/cgroup.h"

/* include/linux/exportfs.h: the handle of a kernfs node is its 64-bit id (5.5 on). */
#define FILEID_KERNFS 0xfe

/* The word after key in a space-separated list, as "memory" in "rw,memory". */
static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += n) {
		bool starts = at == list || strchr(", ", at[-1]);
		bool ends = !at[n] || strchr(", \n", at[n]);

		if (starts && ends)
			return true;
	}
	return false;
}

static bool file_lists(const char *dir, const char *name, const char *word)
{
	char path[PATH_MAX], text[512];
	bool has = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fgets(text, sizeof(text), f))
		has = list_has(text, word);
	fclose(f);
	return has;
}

/* In place. mountinfo writes space, tab, newline and backslash of a path as "\\040"
 * (fs/seq_file.c). */
static void decode_octal(char *path)
{
	char *out = path;

	for (const char *in = path; *in;) {
		if (in[0] == '\\' && strspn(in + 1, "01234567") >= 3) {
			*out++ = (in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0');
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
}

/*
 * 35 24 0:30 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory
 * Returns the version if this mount has the memory controller, else 0.
 */
static int mount_version(const char *line, char mount[256])
{
	char fs[32], options[512];
	const char *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*s %*s %*s %*s %255s", mount) != 1 ||
	    sscanf(rest, " - %31s %*s %511s", fs, options) != 2)
		return 0;
	decode_octal(mount);
	if (!strcmp(fs, "cgroup") && list_has(options, "memory"))
		return 1;
	if (!strcmp(fs, "cgroup2") && file_lists(mount, "cgroup.controllers", "memory"))
		return 2;
	return 0;
}

/* The root of a hierarchy has the first number. In a cgroup namespace another is mounted for it. */
static bool is_partial(int fd)
{
	struct statfs fs;
	struct stat st;

	return !fstatfs(fd, &fs) &&
	       (fs.f_type == CGROUP_SUPER_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC) &&
	       !fstat(fd, &st) && st.st_ino != 1;
}

int cgroup_root__open(struct cgroup_root *root, const char *mountinfo)
{
	char line[2048];
	FILE *f;

	*root = (struct cgroup_root){.fd = -1};
	f = fopen(mountinfo, "re");
	if (!f)
		return -errno;
	while (!root->version && fgets(line, sizeof(line), f))
		root->version = mount_version(line, root->mount);
	fclose(f);
	if (!root->version)
		return -ENOENT;
	root->fd = open(root->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		root->version = 0;
		return -errno;
	}
	root->partial = is_partial(root->fd);
	return 0;
}

void cgroup_root__close(struct cgroup_root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
}

int cgroup_root__dir(const struct cgroup_root *root, uint64_t id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} u = {.handle = {.handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS}};
	int fd;

	if (root->fd < 0)
		return -ENOENT;
	memcpy(u.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(root->fd, &u.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_path(const struct cgroup_root *root, int fd, char path[EVENT_PATH_BYTES])
{
	char link[64], target[PATH_MAX];
	size_t skip = strlen(root->mount);
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (strncmp(target, root->mount, skip))
		return -EXDEV;
	snprintf(path, EVENT_PATH_BYTES, "%s", target[skip] ? target + skip : "/");
	return 0;
}

/* PAGE_COUNTER_MAX in bytes, which version 1 shows where version 2 says "max". */
static uint64_t no_limit_bytes(void)
{
	uint64_t page_bytes = sysconf(_SC_PAGESIZE);

	return INT64_MAX / page_bytes * page_bytes;
}

/* The number in a cgroup's file; *unlimited where there is none. */
static int read_number(int dir, const char *name, uint64_t *value, bool *unlimited)
{
	char text[32];
	ssize_t n;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EIO;
	text[n] = '\0';
	*value = strtoull(text, NULL, 10);
	*unlimited = !strncmp(text, "max", 3) || *value >= no_limit_bytes();
	if (*unlimited)
		*value = 0;
	return 0;
}

static int read_limits(const struct cgroup_root *root, int fd, struct cgroup_facts *c)
{
	const char *limit = root->version == 2 ? "memory.max" : "memory.limit_in_bytes";
	uint64_t group = 0;
	bool ignored;
	int err;

	err = read_number(fd, limit, &c->limit_bytes, &c->unlimited);
	if (err)
		return err;
	if (root->version == 2)
		err = read_number(fd, "memory.oom.group", &group, &ignored);
	c->oom_group = group == 1;
	c->limits_known = !err;
	c->usage_unknown = true;
	return err;
}

int cgroup_root__look_up(const struct cgroup_root *root, struct cgroup_facts *c)
{
	int fd, err = 0;

	fd = cgroup_root__dir(root, c->id);
	if (fd < 0)
		return fd;
	if (!c->path[0] || c->path_truncated)
		err = read_path(root, fd, c->path);
	if (!err)
		c->path_truncated = false;
	if (!err && !c->limits_known)
		err = read_limits(root, fd, c);
	close(fd);
	return err;
}

static const char *usage_file(const struct cgroup_root *root)
{
	return root->version == 2 ? "memory.current" : "memory.usage_in_bytes";
}

int cgroup_root__read(const struct cgroup_root *root, const char *path, struct cgroup_facts *c)
{
	bool unlimited;
	int dir, err;

	*c = (struct cgroup_facts){0};
	err = cgroup_root__id(root, path, &c->id);
	if (err)
		return err;
	snprintf(c->path, sizeof(c->path), "%s", path);
	path += strspn(path, "/");
	dir = openat(root->fd, *path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0)
		return -errno;
	err = read_limits(root, dir, c);
	if (!err)
		c->usage_unknown = read_number(dir, usage_file(root), &c->usage_bytes, &unlimited);
	close(dir);
	return err;
}

/* The kernel's id of a cgroup is the inode number of its directory. */
int cgroup_root__id(const struct cgroup_root *root, const char *path, uint64_t *id)
{
	struct stat st;

	while (*path == '/')
		path++;
	if (root->fd < 0)
		return -ENOENT;
	if (root->partial)
		return -EXDEV;
	if (fstatat(root->fd, *path ? path : ".", &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	*id = st.st_ino;
	return 0;
}

int cgroup_root__usage(const struct cgroup_root *root, uint64_t id, uint64_t *bytes)
{
	bool unlimited;
	int dir, err;

	dir = cgroup_root__dir(root, id);
	if (dir < 0)
		return dir;
	err = read_number(dir, usage_file(root), bytes, &unlimited);
	close(dir);
	return err;
}

int cgroup_root__oom_kills(const struct cgroup_root *root, uint64_t id, uint64_t *count)
{
	const char *name = root->version == 2 ? "memory.events.local" : "memory.oom_control";
	char text[512];
	const char *at;
	ssize_t n;
	int dir, fd;

	dir = cgroup_root__dir(root, id);
	if (dir < 0)
		return dir;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	close(dir);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	text[n] = '\0';
	at = strstr(text, "oom_kill ");
	if (!at)
		return -ENODATA;
	*count = strtoull(at + strlen("oom_kill "), NULL, 10);
	return 0;
}

int cgroup_root__kill(const struct cgroup_root *root, uint64_t id)
{
	int dir, fd, err = 0;

	dir = cgroup_root__dir(root, id);
	if (dir < 0)
		return dir;
	fd = openat(dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		err = -errno;
	if (fd >= 0)
		close(fd);
	close(dir);
	return err;
}
