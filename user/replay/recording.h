/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Keeps what came from outside in a file, for oomtrace replay. A failure ends the recording and is
 * said once; tracing goes on. */
#ifndef OOMTRACE_RECORDING_H
#define OOMTRACE_RECORDING_H

#include "kernel/kernel.h"
#include "node/node.h"
#include "replay/input.h"

struct incident;
struct recording;

/*
 * Makes the file, which must not exist yet: its mode is 0600, for it has every command line of a
 * group. node must outlive it. 0, or a negative errno: it has been said why.
 */
int recording__open(struct recording **out, const char *path, const struct node *node);

/* NULL is allowed here, and below. One that never began leaves no file. */
void recording__close(struct recording *r);

/* Once node is complete, and before anything else. */
void recording__begin(struct recording *r, const struct kernel_facts *kernel,
		      unsigned int watch_seconds);

/* object: as in input__write(). */
void recording__put(struct recording *r, enum input_kind kind, const void *object);

/* With its decision, if that is not there yet. */
void recording__victim(struct recording *r, const struct victim_event *e);

void recording__snapshot(struct recording *r, const struct snapshot *s);

/* kind: INPUT_LOOK or INPUT_CUT_SHORT. */
void recording__look(struct recording *r, enum input_kind kind, const struct incident *in, int err,
		     uint64_t now_ns);

#endif /* OOMTRACE_RECORDING_H */
