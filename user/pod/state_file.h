/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the runtimes keep on disk of each container, for those of which there is no log: the
 * bundles of containerd and CRI-O, the configuration of Docker. Pure but for the table.
 */
#ifndef OOMTRACE_STATE_FILE_H
#define OOMTRACE_STATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "pod/identity.h"

/* A directory that has one of each container, named by its id, and the file in there. */
struct state_directory {
	const char *path;
	const char *file;
	const char *source; /* what names.source says */
};

extern const struct state_directory state_directories[];
extern const size_t n_state_directories;

/* From the text of such a file. False, with nothing set, where it has no name. */
bool state_file__parse(const char *text, size_t bytes, const char *source, struct names *names);

#endif /* OOMTRACE_STATE_FILE_H */
