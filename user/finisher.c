// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Step by step until nothing is left of a group; see finisher.h. */
#include <signal.h>
#include <stdlib.h>

#include "finisher.h"
#include "group/outcome.h"
#include "node/target.h"

#define PROC "/proc"

static void tell(struct finisher *f, const struct incident *in)
{
	in->finish->step++;
	f->lost += !report__finish(f->report, in);
}

/* ---- signals ---- */

static void signal_found(const struct finisher *f, const struct incident *in, int signal)
{
	const struct bounds bounds = {PROC, f->node->cgroups.version, in->scope};

	for (size_t i = 0; i < in->finish->n; i++)
		if (in->finish->targets[i].state == TARGET_FOUND)
			target__signal(&in->finish->targets[i], &bounds, signal);
}

static bool has_obstacle(const struct finish *finish)
{
	for (size_t i = 0; i < finish->n; i++)
		if (target__is_obstacle(&finish->targets[i]))
			return true;
	return false;
}

/* At once, so that nobody forks meanwhile, where the kernel can and nobody else is in the scope. */
static bool kill_scope(const struct finisher *f, struct finish *finish)
{
	if (finish->signal != SIGKILL || !finish->alone ||
	    cgroup_root__kill(&f->node->cgroups, finish->scope_id))
		return false;
	for (size_t i = 0; i < finish->n; i++)
		if (finish->targets[i].state == TARGET_FOUND)
			finish->targets[i].state = TARGET_SIGNALLED;
	return true;
}

/*
 * All or none: half of a group is what there is already. So it is rehearsed, with signal 0, which
 * tells whether the process is there and may be signalled. Whether there is more to do.
 */
static bool signal_group(const struct finisher *f, struct incident *in)
{
	struct finish *finish = in->finish;

	signal_found(f, in, 0);
	if (has_obstacle(finish)) {
		finish->refusal = FINISH_MEMBER;
		finish->state = FINISH_REFUSED;
		return false;
	}
	if (!f->rules->enforce) {
		finish->state = FINISH_REHEARSED;
		return false;
	}
	finish->by_cgroup = kill_scope(f, finish);
	if (!finish->by_cgroup)
		signal_found(f, in, finish->signal);
	finish->state = FINISH_SIGNALLED;
	return true;
}

/* ---- steps ---- */

static bool begin(const struct finisher *f, struct incident *in)
{
	const char *match;

	if (!finish__is_due(f->rules, in, &match))
		return false;
	in->finish = calloc(1, sizeof(*in->finish));
	if (in->finish)
		in->finish->match = match;
	return in->finish;
}

static void plan(const struct finisher *f, struct incident *in, const struct snapshot *s,
		 uint64_t now_ns)
{
	struct finish *finish = in->finish;
	struct forest now;
	int err;

	finish->time_ns = now_ns;
	finish->scope_id = s->scope_id;
	finish->err = s->err;
	err = outcome__regrow(in, s, &now);
	if (!err)
		err = finish__plan(finish, in, &now, f->self_pid);
	if (err) {
		finish->err = err;
		finish->refusal = FINISH_INCOMPLETE;
	}
	forest__free(&now);
}

bool finisher__work(struct finisher *f, struct incident *in, const struct snapshot *s,
		    uint64_t now_ns)
{
	bool more = true;

	if (!in->finish && !begin(f, in))
		return false;
	plan(f, in, s, now_ns);
	switch (finish__next(in->finish, f->rules)) {
	case FINISH_WAIT:
		break;
	case FINISH_SIGNAL:
		more = signal_group(f, in);
		tell(f, in);
		break;
	case FINISH_CLOSE:
		more = false;
		tell(f, in);
		break;
	}
	in->due_ns = now_ns + in->finish->pause_ns;
	return more;
}

void finisher__stop(struct finisher *f, struct incident *in, uint64_t now_ns)
{
	in->finish->time_ns = now_ns;
	in->finish->state = FINISH_STOPPED;
	tell(f, in);
}
