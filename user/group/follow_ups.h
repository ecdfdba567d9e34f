/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The signals that follow a kill: which of them are about its group, and who sent them. */
#ifndef OOMTRACE_FOLLOW_UPS_H
#define OOMTRACE_FOLLOW_UPS_H

#include "group/incident.h"

/* A signal after its first victim. */
void follow_ups__add(struct incident *incident, const struct signal_event *e);

/*
 * Once the group is known: only those about it. snapshot: the one that the group was found in; NULL:
 * nobody has looked.
 */
void follow_ups__keep(struct incident *incident, const struct snapshot *snapshot);

/* Who sent it, seen from the group: "manager", "member", "parent_death", "kernel", "init", "other". */
const char *follow_up__sender(const struct incident *incident, const struct follow_up *f);

#endif /* OOMTRACE_FOLLOW_UPS_H */
