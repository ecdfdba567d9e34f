// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file of JSON lines that stays whole; see file.h. Each line goes through the spool, in one
 * order, and stays there until it is synced. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "output/file.h"
#include "output/path.h"
#include "output/tail.h"

/* A trouble that has not been told yet is not forgotten because it is over. */
static int note(struct file *f, enum file_trouble trouble, int err)
{
	if (err || f->trouble[trouble] == f->told[trouble])
		f->trouble[trouble] = err;
	return err;
}

static bool regular(const struct file *f)
{
	return S_ISREG(f->opened.st_mode);
}

/* ---- whole lines ---- */

static ssize_t write_some(const struct file *f, const char *bytes, size_t len)
{
	ssize_t n;

	do
		n = write(f->fd, bytes, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Gives a torn line its newline, if it is still there to get one. */
static int mend(struct file *f)
{
	ssize_t n = 0;

	if (f->torn && (!regular(f) || tail__torn(f->fd)))
		n = write_some(f, "\n", 1);
	if (n < 0)
		return n;
	f->torn = false;
	return 0;
}

/* O_APPEND leaves the offset behind our last byte. */
static off_t end_of_ours(const struct file *f)
{
	return lseek(f->fd, 0, SEEK_CUR);
}

/*
 * Removes our last bytes. A file that ends elsewhere was cut since (logrotate's copytruncate).
 * False if they could not be removed.
 */
static bool cut(const struct file *f, size_t bytes)
{
	off_t end = end_of_ours(f), start = end - (off_t)bytes;
	struct stat st;

	if (!regular(f) || end < 0 || fstat(f->fd, &st))
		return false;
	return st.st_size == end && start >= 0 && !ftruncate(f->fd, start);
}

/* Removes what is not synced, unless something else came between its lines. */
static bool cut_unsynced(const struct file *f)
{
	size_t bytes = spool__kept_bytes(&f->spool);

	return f->unsynced == end_of_ours(f) - (off_t)bytes && cut(f, bytes);
}

/* Leaves nothing of a line that did not get out whole. A FIFO without room takes the rest later. */
static void take_back(struct file *f, int err)
{
	if (!f->spool.sent || (err == -EAGAIN && !regular(f)))
		return;
	f->torn = !cut(f, f->spool.sent);
	spool__rewind(&f->spool);
}

static int send_oldest(struct file *f)
{
	const char *rest;
	ssize_t n;
	size_t len;

	do {
		rest = spool__rest(&f->spool, &len);
		n = write_some(f, rest, len);
		if (n <= 0)
			return n ? n : -EIO;
	} while (!spool__advance(&f->spool, n));
	return 0;
}

static void keep_unsynced(struct file *f)
{
	if (!f->spool.kept)
		f->unsynced = end_of_ours(f) - (off_t)f->spool.sent;
	spool__keep(&f->spool);
}

static int put_oldest(struct file *f)
{
	int err = mend(f);

	if (!err)
		err = send_oldest(f);
	if (err)
		take_back(f, err);
	else if (regular(f) && f->config.sync != SYNC_NONE)
		keep_unsynced(f);
	else
		spool__pop(&f->spool);
	return err;
}

/* vfs_fsync_range() gives EINVAL for a file system that has no such operation. */
static int sync_data(struct file *f)
{
	if (!f->spool.kept)
		return 0;
	return note(f, FILE_SYNC, fdatasync(f->fd) && errno != EINVAL ? -errno : 0);
}

/*
 * When a sync fails the kernel says so once and then takes the pages for clean: syncing again
 * proves nothing, writing the lines again does. If they can't be removed for that, they stay as
 * they are.
 */
void file__sync(struct file *f)
{
	if (sync_data(f) && cut_unsynced(f))
		spool__return(&f->spool);
	else
		spool__release(&f->spool);
}

/* ---- which file ---- */

static void adopt(struct file *f, int fd, const struct stat *st)
{
	f->fd = fd;
	f->opened = *st;
	f->torn = regular(f);
	if (regular(f) && f->config.sync != SYNC_NONE)
		path__sync_directory(f->config.path);
}

static void leave(struct file *f)
{
	f->torn |= f->spool.sent > 0;
	spool__rewind(&f->spool);
	mend(f);
	file__sync(f);
	close(f->fd);
}

int file__reopen(struct file *f)
{
	struct stat st;
	int fd = path__open(f->config.path, &st);

	if (fd < 0)
		return note(f, FILE_REOPEN, fd);
	leave(f);
	adopt(f, fd, &st);
	return 0;
}

/* Whether the oldest line has to begin a new file. One that is too long by itself does not. */
static bool full(const struct file *f)
{
	struct stat st;
	size_t len;

	if (!f->config.max_bytes || !regular(f) || fstat(f->fd, &st) || st.st_size == 0)
		return false;
	spool__rest(&f->spool, &len);
	return st.st_size + len > f->config.max_bytes;
}

/* Where path was taken away and can't be opened again, the old file goes on, whatever its size. */
static void choose_file(struct file *f)
{
	if (!path__names(f->config.path, &f->opened) && file__reopen(f))
		return;
	note(f, FILE_REOPEN, 0);
	if (full(f) && !note(f, FILE_ROTATE, path__rotate(f->config.path, f->config.max_files)))
		file__reopen(f);
}

/* ---- the interface ---- */

int file__open(struct file *f, const struct file_config *config)
{
	struct stat st;
	int fd, err;

	*f = (struct file){.config = *config};
	if (config->max_bytes && !config->max_files)
		return -EINVAL;
	if (strlen(config->path) + PATH_NUMBER_BYTES >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = path__open(config->path, &st);
	if (fd < 0)
		return fd;
	err = spool__open(&f->spool, config->spool_bytes);
	if (err) {
		close(fd);
		return err;
	}
	adopt(f, fd, &st);
	if (regular(f))
		tail__last_uid(fd, f->last_uid, sizeof(f->last_uid));
	note(f, FILE_WRITE, mend(f));
	return 0;
}

const char *file__last_uid(const struct file *f)
{
	return f->last_uid;
}

int file__retry(struct file *f)
{
	int err = 0;

	while (!err && f->spool.lines) {
		choose_file(f);
		err = put_oldest(f);
	}
	return note(f, FILE_WRITE, err);
}

int file__write(struct file *f, const char *line, size_t len, uint32_t victims)
{
	int err = spool__push(&f->spool, line, len, victims);

	if (err) {
		file__retry(f);
		err = spool__push(&f->spool, line, len, victims);
	}
	file__retry(f);
	if (spool__is_half_full(&f->spool))
		file__sync(f);
	return err;
}

bool file__wants_sync(const struct file *f)
{
	return f->spool.kept && f->config.sync == SYNC_EVENT;
}

void file__tick(struct file *f)
{
	file__retry(f);
	file__sync(f);
}

bool file__needs_tick(const struct file *f)
{
	return f->spool.lines || f->spool.kept;
}

uint64_t file__waiting(const struct file *f)
{
	return f->spool.victims;
}

bool file__news(struct file *f, struct file_news *news)
{
	static const struct file_news texts[FILE_TROUBLES] = {
		[FILE_WRITE] = {"write", "lines wait in memory"},
		[FILE_SYNC] = {"sync", "a power cut now may cost lines"},
		[FILE_REOPEN] = {"open it again", "going on with the old file"},
		[FILE_ROTATE] = {"rotate", "going on past the maximal size"},
	};

	for (int i = 0; i < FILE_TROUBLES; i++) {
		if (f->trouble[i] == f->told[i])
			continue;
		*news = texts[i];
		news->err = f->told[i] = f->trouble[i];
		return true;
	}
	return false;
}

uint64_t file__close(struct file *f)
{
	uint64_t lost;

	if (!f->spool.room)
		return 0;
	file__tick(f);
	file__retry(f);
	lost = f->spool.lines;
	sync_data(f);
	spool__release(&f->spool);
	leave(f);
	spool__close(&f->spool);
	return lost;
}
