// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a state, a lock and the kernel's count mean together; see judge.h. */
#include <inttypes.h>
#include <string.h>

#include "status/checks.h"
#include "status/when.h"

#define NS_PER_S 1000000000
/* It writes with each audit: three that are missed, and what a slow disk may take. */
#define PATIENCE_BEATS	 3
#define PATIENCE_SECONDS 2

const char *standing__name(enum standing standing)
{
	static const char *const names[] = {
		[STANDING_ALIVE] = "alive",	[STANDING_STARTING] = "starting",
		[STANDING_HANGS] = "hangs",	[STANDING_DIED] = "died",
		[STANDING_STOPPED] = "stopped", [STANDING_OTHER_BOOT] = "other_boot",
		[STANDING_NEVER] = "never",	[STANDING_UNKNOWN] = "unknown",
	};

	return names[standing];
}

/* ---- whether it is there ---- */

static bool is_stale(const struct status_facts *f)
{
	const struct told *t = &f->told;
	int64_t silent = (f->uptime_ns - t->uptime_ns) / NS_PER_S - PATIENCE_SECONDS;

	return t->every_seconds && silent / PATIENCE_BEATS >= t->every_seconds;
}

static enum standing find_standing(const struct status_facts *f)
{
	const struct told *t = &f->told;

	if (f->file == STATE_MISSING)
		return f->taken ? STANDING_UNKNOWN : STANDING_NEVER;
	if (f->file == STATE_DAMAGED)
		return STANDING_UNKNOWN;
	if (strcmp(t->boot_id, f->boot_id))
		return f->taken ? STANDING_UNKNOWN : STANDING_OTHER_BOOT;
	if (t->ended)
		return STANDING_STOPPED;
	if (!f->taken)
		return STANDING_DIED;
	if (is_stale(f))
		return STANDING_HANGS;
	return t->since_ns == TOLD_NEVER ? STANDING_STARTING : STANDING_ALIVE;
}

/* Between what it told and now nothing has to have happened: both counts are compared anew. */
static void compare_counts(struct judgement *j, const struct status_facts *f)
{
	const struct told *t = &f->told;

	j->unexplained_known = f->vmstat_known && t->compared && !t->from_log &&
			       (j->standing == STANDING_ALIVE || j->standing == STANDING_HANGS);
	if (j->unexplained_known)
		j->unexplained = f->vmstat - t->vmstat_before - t->kills;
}

/* ---- what is said first ---- */

static const char *s_of(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void put_since(struct words *w, const struct status_facts *f)
{
	words__put(w, " since ");
	when__moment(w, f->told.books_since_ns, f->now_ns);
}

/*
 * "no kills since 02:10:14Z, the last before that 3 h ago"
 * "3 kills since 02:10:14Z, the last 12 min ago"
 */
static void put_kills(struct words *w, const struct status_facts *f)
{
	const struct told *t = &f->told;

	if (t->seen)
		words__put(w, "%" PRId64 " kill%s", t->seen, s_of(t->seen));
	else
		words__put(w, "no kills");
	put_since(w, f);
	if (!t->last_seq)
		return;
	words__put(w, ", the last %s",
		   t->last_earlier && t->last_ns < t->books_since_ns ? "before that " : "");
	when__age(w, t->last_ns, f->now_ns);
	words__put(w, " ago");
}

static void put_agreement(struct words *w, const struct judgement *j, const struct status_facts *f)
{
	if (j->unexplained_known)
		words__put(w, ", and the kernel's counter agrees.");
	else if (f->told.pod)
		words__put(w, "; it watches its pod, and the kernel counts the whole machine's.");
	else
		words__put(w, "; the kernel keeps no count to compare with.");
}

static void put_alive(struct words *w, const struct judgement *j, const struct status_facts *f)
{
	int64_t lost = told__lost(&f->told),
		n = j->unexplained < 0 ? -j->unexplained : j->unexplained;

	words__put(w, "oomtrace is alive");
	if (f->told.from_log) {
		words__put(w, ", but no hook is: it follows the kernel's log, which has less.");
	} else if (lost) {
		words__put(w, ", but has lost %" PRId64 " of %" PRId64 " kills.", lost,
			   f->told.seen);
	} else if (j->unexplained) {
		words__put(w, ", but the kernel counted %" PRId64 " kill%s %s than it saw", n,
			   s_of(n), j->unexplained < 0 ? "fewer" : "more");
		put_since(w, f);
		words__put(w, ".");
	} else {
		words__put(w, ": ");
		put_kills(w, f);
		put_agreement(w, j, f);
	}
}

/* What becomes of a kill now. */
static void put_meanwhile(struct words *w, const struct status_facts *f)
{
	if (!f->pinned && f->pins_known)
		words__put(w, " Kills are not recorded now.");
	else if (!f->pinned)
		return;
	else if (!f->kept_known)
		words__put(w, " Its hooks are live: kills are kept in the kernel until the next "
			      "start.");
	else if (f->kept)
		words__put(w,
			   " Its hooks are live: %" PRId64 " kill%s kept in the kernel until the "
			   "next start.",
			   f->kept, f->kept == 1 ? " is" : "s are");
	else
		words__put(w, " Its hooks are live: kills are kept in the kernel until the next "
			      "start, none so far.");
}

static void put_ago(struct words *w, const struct status_facts *f)
{
	when__moment(w, f->told.time_ns, f->now_ns);
	words__put(w, " (");
	when__age(w, f->told.time_ns, f->now_ns);
	words__put(w, " ago)");
}

static void put_stopped(struct words *w, const struct status_facts *f)
{
	bool began = f->told.since_ns != TOLD_NEVER;

	words__put(w, "oomtrace is not running: it %s at ",
		   !began		      ? "could not start"
		   : f->told.exit_status == 1 ? "failed"
					      : "stopped");
	put_ago(w, f);
	words__put(w, ", exit status %" PRId64 ".", f->told.exit_status);
	put_meanwhile(w, f);
}

static void put_text(struct words *w, const struct judgement *j, const struct status_facts *f)
{
	switch (j->standing) {
	case STANDING_ALIVE:
		put_alive(w, j, f);
		break;
	case STANDING_STARTING:
		words__put(w, "oomtrace is starting: its hooks are not live yet.");
		break;
	case STANDING_HANGS:
		words__put(w, "oomtrace hangs: it runs, but has not been heard from since ");
		put_ago(w, f);
		words__put(w, ".");
		break;
	case STANDING_DIED:
		words__put(w, "oomtrace is dead: it ended without saying so after ");
		put_ago(w, f);
		words__put(w, ".");
		put_meanwhile(w, f);
		break;
	case STANDING_STOPPED:
		put_stopped(w, f);
		break;
	case STANDING_OTHER_BOOT:
		words__put(w, "oomtrace has not run since this machine booted.");
		put_meanwhile(w, f);
		break;
	case STANDING_NEVER:
		words__put(w, "No oomtrace has run here, or only with --no-state.");
		if (f->pinned)
			put_meanwhile(w, f);
		break;
	case STANDING_UNKNOWN:
		words__put(w, "oomtrace is %s, and its state cannot be read.",
			   f->taken ? "running" : "not running");
		break;
	}
}

/* ---- all of it ---- */

void judge(struct judgement *j, const struct status_facts *f)
{
	struct words w = {.buf = j->text, .cap = sizeof(j->text)};

	memset(j, 0, sizeof(*j));
	j->standing = find_standing(f);
	compare_counts(j, f);
	put_text(&w, j, f);
	status_checks__run(j, f);
	j->status = j->standing == STANDING_ALIVE ? STATUS_PASS : STATUS_FAIL;
	for (int i = 0; i < j->n_findings; i++)
		if (j->findings[i].status > j->status)
			j->status = j->findings[i].status;
}
