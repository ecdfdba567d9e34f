/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The incidents that are open: events go to those that they are about, and it is known which is due
 * to be looked at. Pure.
 */
#ifndef OOMTRACE_INCIDENTS_H
#define OOMTRACE_INCIDENTS_H

#include "group/incident.h"

#define INCIDENTS_WATCHED 32 /* at most; others are told at once and not watched */

struct incidents;

/* watch_ns: how long a group is watched at most. profiles must outlive it. NULL: no memory. */
struct incidents *incidents__new(const struct profiles *profiles, uint64_t watch_ns);
void incidents__free(struct incidents *set);

/* What happened, in the order in which it did. What belongs to no incident is ignored. */
void incidents__on_victim(struct incidents *set, const struct victim_event *e);
void incidents__on_decision_end(struct incidents *set, const struct decision_end_event *e);
void incidents__on_exit(struct incidents *set, const struct exit_event *e);
void incidents__on_signal(struct incidents *set, const struct signal_event *e);
void incidents__on_gone(struct incidents *set, const struct gone_event *e);

/* Those that are not dropped yet, in the order of their kills. */
int incidents__count(const struct incidents *set);
struct incident *incidents__get(const struct incidents *set, int i);

/* The one of this decision; NULL: none is open. */
struct incident *incidents__find(const struct incidents *set, uint64_t oom_id);

/*
 * One that is not watched and has all its victims: to be looked at before the next event, so that
 * there is room for the next such one. NULL: there is none.
 */
struct incident *incidents__overtaken(const struct incidents *set);

/* Decisions with victims for which there was no room, or no memory: they are not told. */
uint64_t incidents__lost(const struct incidents *set);

/* When the next is due, CLOCK_BOOTTIME; UINT64_MAX: none is. */
uint64_t incidents__due_ns(const struct incidents *set);

/* One that is due by now_ns and has to be looked at; NULL: none. */
struct incident *incidents__due(struct incidents *set, uint64_t now_ns);

/* Forgets it, and frees it. */
void incidents__drop(struct incidents *set, struct incident *incident);

#endif /* OOMTRACE_INCIDENTS_H */
