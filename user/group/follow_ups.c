// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which signals ended survivors, and who sent them; see follow_ups.h. */
#include <string.h>

#include "group/follow_ups.h"

void follow_ups__add(struct incident *in, const struct signal_event *e)
{
	struct follow_up f = {
		.time_ns = e->time_ns,
		.start_ns = e->start_ns,
		.pid = e->pid,
		.sender_pid = e->sender_pid,
		.signal = e->signal,
		.sender_exiting = e->sender_exiting == 1,
		.from_kernel = e->from_kernel,
	};

	memcpy(f.sender_title, e->sender_title, sizeof(f.sender_title));
	if (in->n_follow_ups < INCIDENT_FOLLOW_UPS)
		in->follow_ups[in->n_follow_ups] = f;
	in->n_follow_ups++;
}

/* The sender's place in the forest; -1: it is not in it. */
static int sender_place(const struct incident *in, const struct follow_up *f)
{
	for (int i = 0; i < in->forest.n; i++)
		if (in->forest.members[i].process.pid == f->sender_pid)
			return i;
	return -1;
}

static bool is_manager(const struct incident *in, int place)
{
	return place >= 0 && (place == in->group.manager || place == in->group.top);
}

static bool is_there(const struct snapshot *s, const struct follow_up *f)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->processes[i].pid == f->pid && s->processes[i].start_ns == f->start_ns)
			return true;
	return false;
}

/* It was gone before anybody could look: who ends it, or takes it along, tells that it was one. */
static bool was_of_group(const struct incident *in, const struct snapshot *s,
			 const struct follow_up *f)
{
	int sender = sender_place(in, f);

	if (!in->group.n || !s || is_there(s, f))
		return false;
	return is_manager(in, sender) || (f->sender_exiting && sender == in->group.victim);
}

/*
 * Of the signals that came before it was known who is of the group, those to its members. Who is its
 * parent's zombie by now, and was sent one after the kill, did outlive the kill; where all are killed,
 * only the kernel's way to it.
 */
void follow_ups__keep(struct incident *in, const struct snapshot *s)
{
	int kept = 0;

	for (int k = 0; k < in->n_follow_ups && k < INCIDENT_FOLLOW_UPS; k++) {
		const struct follow_up *f = &in->follow_ups[k];
		int i = forest__find(&in->forest, f->pid, f->start_ns);

		if (i < 0 && !was_of_group(in, s, f))
			continue;
		if (i >= 0 && !incident__kills_many(in))
			in->forest.members[i].process.zombie = false;
		in->follow_ups[kept++] = *f;
	}
	in->n_follow_ups = kept;
}

const char *follow_up__sender(const struct incident *in, const struct follow_up *f)
{
	int place = sender_place(in, f);

	if (f->from_kernel)
		return "kernel";
	if (place < 0)
		return f->sender_pid == 1 ? "init" : "other";
	if (f->sender_exiting)
		return "parent_death";
	return is_manager(in, place) ? "manager" : "member";
}
