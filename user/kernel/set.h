/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a pinned set says of itself: which program can read it, and which one made it. Sets are where
 * pins.h keeps them; whoever opens one has its directory, or is told who has it.
 */
#ifndef OOMTRACE_SET_H
#define OOMTRACE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hooks.h"
#include "kernel/pins.h"
#include "record.h"

/* All that decides what is in a set. */
struct set_source {
	const void *object; /* the BPF programs */
	size_t object_bytes;
	const struct hooks *hooks;
	uint32_t ring_bytes;
	bool scoped;
};

/* The name of what this program would make now: only the very same can be taken over. */
void set__name(char name[PINS_SET_BYTES], const struct set_source *source);

/* Whether this program understands what is in the set. */
bool set__is_readable(const char *set);

/* How many entries a map has room for; 0: it can't be had. */
uint32_t set__map_entries(int map);

/* The memory of a map, to be unmapped by the caller; NULL: it can't be had. */
void *set__map(int map, size_t bytes);

/* NULL if it can't be had, or not be understood; and close accepts NULL. */
struct rec_ledger *set__open_ledger(const struct pins *pins, const char *set);
void set__close_ledger(struct rec_ledger *ledger);

/* Kills of which nobody has read the record; 0 if that can't be had. */
uint64_t set__unread(const struct pins *pins, const char *set);

/* On stderr: another process has the directory, which one, and the remedy. */
void set__say_busy(const struct pins *pins, const char *remedy);

#endif /* OOMTRACE_SET_H */
