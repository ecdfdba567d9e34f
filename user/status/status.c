// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads the state, its lock, the kernel's count and the pins; see status.h. Changes nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/kernel.h"
#include "node/clock.h"
#include "node/procfs.h"
#include "state/slot.h"
#include "status/report.h"
#include "status/status.h"

#define PROC "/proc"
/* It writes a second after a kill at the latest; a busy machine may take longer. */
#define PATIENCE_MS 3000
#define NAP_MS	    50

/* On the heap: a run has all that is static in locked memory. */
struct look {
	const struct options *options;
	struct status_facts facts;
	struct judgement judgement;
	char text[SLOT_BYTES];
};

/* ---- the file ---- */

/* What is there and is no state is for the judge; only what may not be read is an error. */
static int read_state(struct look *l)
{
	struct status_facts *f = &l->facts;
	ssize_t n = slot__read(f->path, l->text);

	f->file = STATE_DAMAGED;
	if (n == -EACCES || n == -EPERM)
		return n;
	if (n == -ENOENT || n == -ENOTDIR)
		f->file = STATE_MISSING;
	else if (n < 0)
		snprintf(f->damage, sizeof(f->damage), "%s", strerror(-n));
	else if (told__parse(&f->told, l->text, n, f->damage))
		f->file = STATE_READ;
	return 0;
}

/* The lock first: what ends between the two has written its end by the time that is read. */
static int read_run(struct look *l)
{
	struct status_facts *f = &l->facts;
	int taken = slot__is_taken(f->path), err;

	if (taken == -ENOTDIR || taken == -ENAMETOOLONG || taken == -ELOOP)
		taken = 0;
	err = read_state(l);
	if (!err && taken < 0)
		err = taken;
	f->taken = taken > 0;
	return err;
}

/* ---- the machine ---- */

static int read_machine(struct status_facts *f)
{
	uint64_t kills = 0;
	int64_t to_real_ns = clock__boot_to_real_ns(0);

	f->uptime_ns = clock__boot_ns();
	f->now_ns = f->uptime_ns + to_real_ns;
	f->vmstat_known = !procfs__oom_kills(PROC, &kills);
	f->vmstat = kills;
	return procfs__boot_id(PROC, f->boot_id);
}

static void read_pins(struct status_facts *f, const struct options *o)
{
	uint64_t unread = 0;
	int err;

	f->pin_path = f->file == STATE_READ && f->told.pinned[0] ? f->told.pinned : o->pin_path;
	err = kernel__kept(f->pin_path, &unread);
	f->pins_known = err != -EPERM;
	f->pinned = !err || (!f->pins_known && f->file == STATE_READ && f->told.pinned[0]);
	f->kept_known = !err;
	f->kept = unread;
}

/* ---- both ---- */

/* Whether a kill is younger than what the run told: it may be about to tell of it. */
static bool is_behind(const struct judgement *j, const struct status_facts *f)
{
	return j->standing == STANDING_STARTING || (j->unexplained && f->vmstat != f->told.vmstat);
}

static void nap(void)
{
	const struct timespec ms = {.tv_nsec = NAP_MS * 1000000};

	nanosleep(&ms, NULL);
}

static int look(struct look *l)
{
	int err;

	for (int ms = 0;; ms += NAP_MS) {
		err = read_run(l);
		if (!err)
			err = read_machine(&l->facts);
		if (err)
			return err;
		read_pins(&l->facts, l->options);
		judge(&l->judgement, &l->facts);
		if (!is_behind(&l->judgement, &l->facts) || ms >= PATIENCE_MS)
			return 0;
		nap();
	}
}

static const char *remedy(int err)
{
	return err == -EACCES || err == -EPERM ? "; ask as root, or as the user it runs as" : "";
}

static int report(const struct look *l)
{
	static const int statuses[] = {[STATUS_PASS] = 0, [STATUS_WARN] = 3, [STATUS_FAIL] = 4};
	int err;

	err = l->options->json ? status_report__json(stdout, &l->judgement, &l->facts)
			       : status_report__text(stdout, &l->judgement);
	if (err)
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(-err));
	return err ? 1 : statuses[l->judgement.status];
}

int status__run(const struct options *options)
{
	struct look *l = calloc(1, sizeof(*l));
	int err = -ENOMEM, status = 1;

	if (l) {
		l->options = options;
		l->facts.path = options->state ? options->state : STATE_FILE;
		err = look(l);
	}
	if (err)
		fprintf(stderr, "oomtrace: %s: %s%s\n", l ? l->facts.path : "status",
			strerror(-err), remedy(err));
	else
		status = report(l);
	free(l);
	return status;
}
