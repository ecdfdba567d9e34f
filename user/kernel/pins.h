/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * BPF objects that outlive the process, in a directory of the BPF file system:
 *
 *   DIR/SET/NAME
 *
 * A set is what one load made: its name says which program made it and how. A set appears whole or
 * not at all. One process at a time has DIR.
 */
#ifndef OOMTRACE_PINS_H
#define OOMTRACE_PINS_H

#include <stdbool.h>
#include <stddef.h>

#define PINS_DIR       "/sys/fs/bpf/oomtrace"
#define PINS_SET_BYTES 64

struct pins {
	int dir; /* -1: not open */
	char path[200];
};

/*
 * Makes path if need be, and takes it for this process; a set that a crash left half made is
 * removed. 0, or a negative errno: -EBUSY another process has it; -EMEDIUMTYPE it is not in a BPF
 * file system; -EEXIST others than this user and root may write there.
 */
int pins__open(struct pins *p, const char *path);
void pins__close(struct pins *p);

/* What is wrong, and the remedy, for whom it is no longer a number. */
const char *pins__why(int err);

/* To read what is in path while another process may have it. 0, or a negative errno. */
int pins__peek(struct pins *p, const char *path);

bool pins__has(const struct pins *p, const char *set);

/* Whether the path still leads to what was opened. */
bool pins__can_be_found(const struct pins *p);

/* Begins a set that nobody sees before pins__commit(). */
int pins__begin(struct pins *p);
int pins__add(struct pins *p, const char *name, int fd);
int pins__commit(struct pins *p, const char *set);

/* A new descriptor of the object, which the caller closes, or a negative errno. */
int pins__get(const struct pins *p, const char *set, const char *name);

/* Removes the set: its hooks go when the last descriptor of them does. 0, or a negative errno. */
int pins__remove(struct pins *p, const char *set);

/* The name of a set that is not keep (NULL: of any set). -ENOENT: there is none. */
int pins__other(const struct pins *p, const char *keep, char name[PINS_SET_BYTES]);

/* Calls visit for each set. 0, or a negative errno. */
int pins__each(const struct pins *p, void (*visit)(void *context, const char *set), void *context);

/* Removes the directory itself, if no set is left in it. 0, or a negative errno. */
int pins__rmdir(struct pins *p);

#endif /* OOMTRACE_PINS_H */
