// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* BPF objects that outlive the process; see pins.h. Runs at start and stop only. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/pins.h"

#define BEGUN "begun"

/* Where /sys/fs/bpf is as the kernel mounts it, mode 01777, anybody may have been there first. */
static int check_dir(int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) || fs.f_type != BPF_FS_MAGIC)
		return -EMEDIUMTYPE;
	if (fstat(fd, &st))
		return -errno;
	if ((st.st_uid && st.st_uid != geteuid()) || st.st_mode & (S_IWGRP | S_IWOTH))
		return -EEXIST;
	return 0;
}

static int open_dir(const char *path)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = check_dir(fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int make_dir(const char *path)
{
	int fd;

	if (mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	fd = open_dir(path);
	if (fd == -EMEDIUMTYPE)
		rmdir(path);
	return fd;
}

static int set_path(struct pins *p, const char *path)
{
	int n = snprintf(p->path, sizeof(p->path), "%s", path);

	return (size_t)n < sizeof(p->path) ? 0 : -ENAMETOOLONG;
}

int pins__remove(struct pins *p, const char *set)
{
	struct dirent *d;
	int fd, err = 0;
	DIR *dir;

	fd = openat(p->dir, set, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.' && unlinkat(fd, d->d_name, 0) && !err)
			err = -errno;
	closedir(dir);
	if (!err && unlinkat(p->dir, set, AT_REMOVEDIR))
		err = -errno;
	return err;
}

int pins__open(struct pins *p, const char *path)
{
	int fd;

	p->dir = -1;
	if (set_path(p, path))
		return -ENAMETOOLONG;
	fd = make_dir(path);
	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		int err = errno == EWOULDBLOCK ? -EBUSY : -errno;

		close(fd);
		return err;
	}
	p->dir = fd;
	pins__remove(p, BEGUN);
	return 0;
}

const char *pins__why(int err)
{
	switch (err) {
	case -EMEDIUMTYPE:
	case -ENOENT:
	case -EPERM: /* mkdir in sysfs */
		return "no BPF file system is mounted there: mount -t bpf bpf /sys/fs/bpf";
	case -EEXIST:
		return "others may write there: remove it";
	default:
		return strerror(-err);
	}
}

int pins__peek(struct pins *p, const char *path)
{
	int err = set_path(p, path);

	p->dir = err ? err : open_dir(path);
	return p->dir < 0 ? p->dir : 0;
}

void pins__close(struct pins *p)
{
	if (p->dir >= 0)
		close(p->dir);
	p->dir = -1;
}

bool pins__has(const struct pins *p, const char *set)
{
	struct stat st;

	return !fstatat(p->dir, set, &st, 0);
}

/* Where it was unmounted, all is there still, and nobody finds it by its path. */
bool pins__can_be_found(const struct pins *p)
{
	struct stat here, there;

	return !fstat(p->dir, &here) && !stat(p->path, &there) && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

int pins__begin(struct pins *p)
{
	return mkdirat(p->dir, BEGUN, 0700) ? -errno : 0;
}

int pins__add(struct pins *p, const char *name, int fd)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/%s", p->path, BEGUN, name);
	return bpf_obj_pin(fd, path) ? -errno : 0;
}

int pins__commit(struct pins *p, const char *set)
{
	return renameat(p->dir, BEGUN, p->dir, set) ? -errno : 0;
}

int pins__get(const struct pins *p, const char *set, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", p->path, set, name);
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

int pins__other(const struct pins *p, const char *keep, char name[PINS_SET_BYTES])
{
	struct dirent *d;
	int err = -ENOENT;
	DIR *dir;

	dir = opendir(p->path);
	if (!dir)
		return -errno;
	while (err && (d = readdir(dir))) {
		if (d->d_name[0] == '.' || (keep && !strcmp(d->d_name, keep)) ||
		    strlen(d->d_name) >= PINS_SET_BYTES)
			continue;
		strcpy(name, d->d_name);
		err = 0;
	}
	closedir(dir);
	return err;
}

int pins__each(const struct pins *p, void (*visit)(void *context, const char *set), void *context)
{
	struct dirent *d;
	DIR *dir;

	dir = opendir(p->path);
	if (!dir)
		return -errno;
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.' && strcmp(d->d_name, BEGUN))
			visit(context, d->d_name);
	closedir(dir);
	return 0;
}

int pins__rmdir(struct pins *p)
{
	return rmdir(p->path) ? -errno : 0;
}
