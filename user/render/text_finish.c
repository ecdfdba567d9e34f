// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What was done about a group as text, after the lines of its incident:
 *
 *   04:10:44.022Z OOM 3: SIGKILL sent by cgroup.kill to all that is left of the group
 *     in /demo: 177, 178, 179, 180.
 *   04:10:44.043Z OOM 3: nothing is left of the group.
 */
#include <inttypes.h>
#include <string.h>

#include "group/finish.h"
#include "render/finish.h"
#include "render/words.h"

#define INDENT 2
/* A path that is all escapes, and LISTED pids. */
#define PARAGRAPH_BYTES (4 * EVENT_PATH_BYTES + 1024)
#define LISTED		32

static void put_pids(struct words *t, const struct finish *f)
{
	for (size_t i = 0; i < f->n && i < LISTED; i++)
		words__put(t, "%s%u", i ? ", " : "", f->targets[i].process.pid);
	if (f->n > LISTED)
		words__put(t, " and %zu more", f->n - LISTED);
}

static void put_signal(struct words *t, const struct incident *in)
{
	const struct finish *f = in->finish;
	bool dry = f->state == FINISH_REHEARSED;

	words__put(t, "SIG%s %s%s to what is left of the group in ", sigabbrev_np(f->signal),
		   dry ? "would be sent" : "sent", f->by_cgroup ? " by cgroup.kill" : "");
	words__name(t, in->scope);
	words__put(t, ": ");
	put_pids(t, f);
	words__put(t, dry ? ". With --finish-enforce it is." : ".");
}

/* "177 is PID 1 of the machine", of the first that is in the way. */
static void put_obstacle(struct words *t, const struct finish *f)
{
	static const char *const whys[] = {
		[TARGET_INIT] = "is PID 1 of the machine",
		[TARGET_SELF] = "is oomtrace itself",
		[TARGET_OUTSIDE] = "has left its cgroup",
		[TARGET_PROTECTED] = "is protected by its oom_score_adj of -1000",
		[TARGET_FAILED] = "can't be signalled",
	};

	for (size_t i = 0; i < f->n; i++) {
		const struct target *target = &f->targets[i];

		if (!target__is_obstacle(target))
			continue;
		words__put(t, "%u %s", target->process.pid, whys[target->state]);
		if (target->err)
			words__put(t, ": %s", strerrordesc_np(-target->err));
		return;
	}
}

static void put_refusal(struct words *t, const struct finish *f)
{
	static const char *const whys[] = {
		[FINISH_UNSEEN] = "oomtrace is in a pid namespace of its own",
		[FINISH_IN_ROOT] = "it is in no container, unit or cgroup of its own",
		[FINISH_UNCERTAIN] = "that it is one group is a guess",
		[FINISH_INCOMPLETE] = "who is in it could not be read as a whole",
		[FINISH_NOBODY] = "nobody of it lives",
	};

	words__put(t, "the group is left as it is: ");
	if (f->refusal == FINISH_MEMBER)
		put_obstacle(t, f);
	else
		words__put(t, "%s", whys[f->refusal]);
	words__put(t, ".");
}

static void put_step(struct words *t, const struct incident *in)
{
	const struct finish *f = in->finish;

	switch (f->state) {
	case FINISH_REFUSED:
		put_refusal(t, f);
		break;
	case FINISH_REHEARSED:
	case FINISH_SIGNALLED:
		put_signal(t, in);
		break;
	case FINISH_ENDED:
		words__put(t, "nothing is left of the group.");
		break;
	case FINISH_REMAINS:
	case FINISH_STOPPED:
		words__put(t, "%s: ",
			   f->state == FINISH_REMAINS
				   ? "of the group there are, in spite of SIGKILL"
				   : "oomtrace ends, and of the group there were");
		put_pids(t, f);
		words__put(t, ".");
		break;
	}
}

long text__finish(char *buf, size_t cap, const struct node *node, const struct incident *in)
{
	char paragraph[PARAGRAPH_BYTES] = "";
	struct words t = {.buf = buf, .cap = cap};
	struct words p = {.buf = paragraph, .cap = sizeof(paragraph)};

	words__time(&t, node, in->finish->time_ns);
	words__put(&p, "OOM %" PRIu64 ": ", in->oom_id);
	put_step(&p, in);
	words__put(&t, " ");
	words__wrap(&t, paragraph, t.len, INDENT);
	return words__finish(&t);
}
