/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A file of JSON lines that stays whole: a line is in it to its newline or not at all, whatever
 * fills up, breaks or is rotated meanwhile. What can't be written now waits in memory, in order.
 * Allocates at open only. Does not speak: what a person should know is asked for with file__news().
 *
 * SIGPIPE and SIGXFSZ must be ignored; both come as errors then. One writer per file.
 */
#ifndef OOMTRACE_FILE_H
#define OOMTRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "output/spool.h"

enum sync {
	SYNC_EVENT,    /* in file__sync(), once for all lines since the last */
	SYNC_INTERVAL, /* in file__tick() */
	SYNC_NONE,     /* when the kernel sees fit */
};

struct file_config {
	const char *path; /* stays the caller's, and must stay */
	enum sync sync;
	size_t spool_bytes; /* at least the longest line and SPOOL_ENTRY_BYTES */
	uint64_t max_bytes; /* a line that would go past it goes into a new file; 0: no limit */
	uint32_t max_files; /* then this many are kept beside it, PATH.1 the newest; at least 1 */
};

enum file_trouble { FILE_WRITE, FILE_SYNC, FILE_REOPEN, FILE_ROTATE, FILE_TROUBLES };

#define FILE_UID_BYTES 128

/* All zeros: not open. */
struct file {
	struct file_config config;
	int fd;
	struct stat opened; /* what fd is, whatever path names by now; as it was when opened */
	bool torn;	    /* may end in a part of a line that could not be removed */
	struct spool spool; /* keeps what is not synced */
	off_t unsynced;	    /* where the first of that is */
	char last_uid[FILE_UID_BYTES];
	int trouble[FILE_TROUBLES]; /* negative errno; 0: none */
	int told[FILE_TROUBLES];    /* trouble as of the last file__news() */
};

/*
 * Opens path for appending, made with mode 0640 if it is not there. A regular file, which has to be
 * readable too, a FIFO, which need have no reader yet, or a character device; else -EINVAL, a
 * directory -EISDIR, a symbolic link -ELOOP. A last line that a crash tore gets its newline. 0, or
 * a negative errno.
 */
int file__open(struct file *f, const struct file_config *config);

/*
 * log.record.uid of the last whole line that was there at open, "" if there was none. A crash
 * between the write of a record and its release from the ring leaves exactly this one to be
 * delivered again.
 */
const char *file__last_uid(const struct file *f);

/*
 * Takes a line that ends in its newline and reports this many victims. 0: it is in the file, or
 * waits in memory behind those before it. -ENOBUFS: no room there either, it is lost.
 *
 * No error of a write is taken as final. ENOSPC, EDQUOT, EIO and ENOMEM pass; EFBIG, EROFS and
 * ESTALE end with a rotation or a remount; EAGAIN and EPIPE with the reader of a FIFO. The bound of
 * the spool limits what a wrong guess costs.
 */
int file__write(struct file *f, const char *line, size_t len, uint32_t victims);

/* Writes what waits. 0 if nothing waits any more, or the negative errno that was in the way. */
int file__retry(struct file *f);

/*
 * Makes durable what was written, or lets it wait, to be written again; to be called while
 * file__wants_sync(), when nothing is more urgent. What is not synced when half of the spool is
 * taken is synced then.
 */
void file__sync(struct file *f);
bool file__wants_sync(const struct file *f);

/* What is due: what waits is tried again, and the file is synced. */
void file__tick(struct file *f);
bool file__needs_tick(const struct file *f);

/*
 * Opens path again, as on SIGHUP; goes on with the old file if that fails. Without being asked a
 * new file is begun when path no longer names the open one. 0, or a negative errno.
 */
int file__reopen(struct file *f);

/* Victims whose lines are not in the file. */
uint64_t file__waiting(const struct file *f);

struct file_news {
	const char *what;   /* "write" */
	const char *effect; /* "lines wait in memory" */
	int err;	    /* negative errno; 0: it is over */
};

/* The next trouble that began, changed or ended since it was last told. False if there is none. */
bool file__news(struct file *f, struct file_news *news);

/* Tries for the last time. Returns the number of lines that are lost with that. */
uint64_t file__close(struct file *f);

#endif /* OOMTRACE_FILE_H */
