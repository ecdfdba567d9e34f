/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What became of a group: the one that an incident found, beside what lives some time later. Pure. */
#ifndef OOMTRACE_OUTCOME_H
#define OOMTRACE_OUTCOME_H

#include "group/incident.h"

/*
 * Who of the incident's group lives in the snapshot of now_ns, who is new, and what that makes of
 * the group: its fates, outcome and verdict. 0, or -ENOMEM with these as they were.
 */
int outcome__compare(struct incident *incident, const struct snapshot *snapshot, uint64_t now_ns);

/*
 * The processes of the snapshot, and those of the incident's group as it was, tied anew. 0, or
 * -ENOMEM with an empty forest; to be freed.
 */
int outcome__regrow(const struct incident *incident, const struct snapshot *snapshot,
		    struct forest *now);

/*
 * Whose fate the incident asks for, zombies too: its victims, those that had them as children, those
 * that sent or were sent a signal, and all of the group. The first of their pids that there is room
 * for, and how many these are; a pid may be among them twice.
 */
size_t outcome__asks(const struct incident *incident, uint32_t *pids, size_t room);

#endif /* OOMTRACE_OUTCOME_H */
