// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Signals by pidfd; see target.h. */
#include <errno.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "node/processes.h"
#include "node/procfs.h"
#include "node/target.h"

/* include/uapi/linux/oom.h */
#define OOM_SCORE_ADJ_MIN (-1000)

static enum target_state fail(struct target *t, int err)
{
	t->err = err == -ESRCH ? 0 : err;
	return err == -ESRCH ? TARGET_GONE : TARGET_FAILED;
}

/*
 * Whether it is what was meant, and within bounds. One that is on its way out has left its cgroup on
 * v1: it is asked once more whether it lives.
 */
static enum target_state examine(struct target *t, const struct bounds *b)
{
	uint32_t pid = t->process.pid;
	int err, score_adj;

	err = procfs__score_adj(b->proc, pid, &score_adj);
	if (!err && !processes__is_in(b->proc, pid, b->cgroup_version, b->scope))
		t->state = TARGET_OUTSIDE;
	else if (!err && score_adj == OOM_SCORE_ADJ_MIN)
		t->state = TARGET_PROTECTED;
	if (!err || err == -ESRCH)
		err = procfs__lives(b->proc, pid, t->process.start_ns);
	return err ? fail(t, err) : t->state;
}

/*
 * The pidfd comes first: whatever process it is of, it stays that one's. If /proc then says that the
 * pid has the right start time, it had it when the pidfd was opened, for a pid that is given away
 * again gets a later one.
 */
void target__signal(struct target *t, const struct bounds *b, int signal)
{
	int fd = pidfd_open(t->process.pid, 0);

	if (fd < 0) {
		t->state = fail(t, -errno);
		return;
	}
	t->state = examine(t, b);
	if (t->state == TARGET_FOUND && pidfd_send_signal(fd, signal, NULL, 0))
		t->state = fail(t, -errno);
	else if (t->state == TARGET_FOUND && signal)
		t->state = TARGET_SIGNALLED;
	close(fd);
}
