/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Raw records of the ring buffer into events. Pure: no clock, no /proc, no allocation. */
#ifndef OOMTRACE_DECODE_H
#define OOMTRACE_DECODE_H

#include <stddef.h>

#include "record/event.h"
#include "record/process.h"

/*
 * The kind of a record of size bytes, or -EBADMSG: too short for a header, a size field that
 * disagrees, an unknown kind, or a size that this kind can't have.
 */
int decode__kind(const void *data, size_t size);

/* Each takes a record for which decode__kind() gave its kind. page_bytes: of the kernel that made
 * it. */
void decode__decision(const void *data, uint64_t page_bytes, struct decision_event *e);
void decode__victim(const void *data, uint64_t page_bytes, struct victim_event *e);
void decode__exit(const void *data, uint64_t page_bytes, struct exit_event *e);
void decode__decision_end(const void *data, struct decision_end_event *e);
void decode__signal(const void *data, struct signal_event *e);
void decode__gone(const void *data, struct gone_event *e);

/* One struct rec_task, which the iterator gives whole, aligned and true. */
void decode__task(const struct rec_task *r, uint64_t page_bytes, struct process *p);

#endif /* OOMTRACE_DECODE_H */
