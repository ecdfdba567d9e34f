// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that is replaced whole; see slot.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/slot.h"

/* "/run/oomtrace/state.json": its directory, with the slash, and the rest. */
static int split(const char *path, char dir[PATH_MAX], char name[SLOT_NAME_BYTES])
{
	const char *slash = strrchr(path, '/');
	const char *rest = slash ? slash + 1 : path;

	if (!*rest)
		return -EISDIR;
	if (strlen(rest) >= SLOT_NAME_BYTES || rest - path >= PATH_MAX)
		return -ENAMETOOLONG;
	snprintf(dir, PATH_MAX, "%.*s", (int)(rest - path), path);
	if (!slash)
		strcpy(dir, ".");
	strcpy(name, rest);
	return 0;
}

static int open_dir(const char *dir)
{
	int fd;

	if (mkdir(dir, 0755) && errno != EEXIST && errno != EROFS && errno != EACCES)
		return -errno;
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A descriptor, or a negative errno; whatever else is there is not waited for. */
static int open_regular(int dir, const char *name, int how)
{
	int fd = openat(dir, name, how | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0640);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/*
 * A lock of the open file description: it goes with the last descriptor of it, not with the first
 * that is closed, and can be asked for without being taken.
 */
static int take_lock(const struct slot *p)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char name[NAME_MAX + 1];
	int fd, err;

	snprintf(name, sizeof(name), "%s" SLOT_LOCK, p->name);
	fd = open_regular(p->dir, name, O_RDWR | O_CREAT);
	if (fd < 0 || !fcntl(fd, F_OFD_SETLK, &whole))
		return fd;
	err = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	close(fd);
	return err;
}

int slot__open(struct slot *p, const char *path)
{
	char dir[PATH_MAX];
	int err;

	*p = (struct slot){.dir = -1, .lock = -1};
	err = split(path, dir, p->name);
	if (err)
		return err;
	p->dir = open_dir(dir);
	if (p->dir < 0)
		return p->dir;
	p->lock = take_lock(p);
	err = p->lock < 0 ? p->lock : 0;
	if (err)
		slot__close(p);
	return err;
}

void slot__close(struct slot *p)
{
	if (p->lock >= 0)
		close(p->lock);
	if (p->dir >= 0)
		close(p->dir);
	p->lock = p->dir = -1;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		text += n;
		len -= n;
	}
	return 0;
}

/*
 * Not synced: a power cut ends the process that it tells of, and the boot id in it tells a state of
 * another boot from one of this. What a crash left of an earlier attempt is made anew, whoever made
 * it.
 */
int slot__put(const struct slot *p, const char *text, size_t len)
{
	char name[NAME_MAX + 1];
	int fd, err;

	snprintf(name, sizeof(name), ".%s" SLOT_NEW, p->name);
	if (unlinkat(p->dir, name, 0) && errno != ENOENT)
		return -errno;
	fd = openat(p->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	close(fd);
	if (!err && renameat(p->dir, name, p->dir, p->name))
		err = -errno;
	if (err)
		unlinkat(p->dir, name, 0);
	return err;
}

int slot__is_taken(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char lock[PATH_MAX + sizeof(SLOT_LOCK)];
	int fd, err = 0;

	if ((size_t)snprintf(lock, sizeof(lock), "%s" SLOT_LOCK, path) >= sizeof(lock))
		return -ENAMETOOLONG;
	fd = open(lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fcntl(fd, F_OFD_GETLK, &whole))
		err = -errno;
	close(fd);
	return err ? err : whole.l_type != F_UNLCK;
}

ssize_t slot__read(const char *path, char text[SLOT_BYTES])
{
	int fd = open_regular(AT_FDCWD, path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, text, SLOT_BYTES);
	if (n < 0)
		n = -errno;
	close(fd);
	return n == SLOT_BYTES ? -EFBIG : n;
}
