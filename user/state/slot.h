/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A small file that others read while it is replaced: whole or not at all. Beside it, PATH.lock is
 * locked as long as the process lives that has the slot; a pid alone may be another's by now.
 */
#ifndef OOMTRACE_SLOT_H
#define OOMTRACE_SLOT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Where the state of a run is by default. */
#define STATE_FILE "/run/oomtrace/state.json"

#define SLOT_LOCK ".lock"
#define SLOT_NEW  ".new"
/* ".NAME.lock" is a name, too. */
#define SLOT_NAME_BYTES (NAME_MAX + 1 - sizeof(SLOT_LOCK))

/* What is read of one: what is there is shorter. */
#define SLOT_BYTES (256 << 10)

struct slot {
	int dir;  /* -1: not open */
	int lock; /* kept open: closing it unlocks it */
	char name[SLOT_NAME_BYTES];
};

/*
 * Takes path for this process. Its directory is made if only that is missing, with mode 0755. 0, or
 * a negative errno: -EBUSY another process has it.
 */
int slot__open(struct slot *p, const char *path);

/*
 * What it has from now on, mode 0640. Allocates nothing, and needs no other right than to write in
 * the directory. 0, or a negative errno: then it has what it had.
 */
int slot__put(const struct slot *p, const char *text, size_t len);

/* What it has stays; that nobody has it any more shows. */
void slot__close(struct slot *p);

/* What path has: its length, or a negative errno; -EINVAL no file, -EFBIG longer than any of ours. */
ssize_t slot__read(const char *path, char text[SLOT_BYTES]);

/* Whether a process has path: 1, 0, or a negative errno where it can't be known. Takes nothing. */
int slot__is_taken(const char *path);

#endif /* OOMTRACE_SLOT_H */
