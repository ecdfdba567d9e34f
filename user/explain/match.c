// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Finds the record that a claim is about; see match.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "explain/match.h"
#include "journal/value.h"

#define NS_PER_S 1000000000LL
/* Frameworks notice a dead process within a second, with the next batch, or after 30 s. */
#define LATE_NS (60 * NS_PER_S)
/* Shorter where the line does not name the process: the kill of another one may be near. */
#define LATE_UNNAMED_NS (15 * NS_PER_S)
/* Both have the same clock: a line can only seem earlier than the kill, by rounding. */
#define EARLY_NS NS_PER_S

/* When the kill must have been. */
struct window {
	int64_t from_ns, to_ns;
	int64_t near_ns; /* the best moment: the time of the line */
};

static struct window window_of(const struct claim *c)
{
	int64_t late = c->pid ? LATE_NS : LATE_UNNAMED_NS;

	if (c->time.known)
		return (struct window){c->time.ns - late,
				       c->time.ns + EARLY_NS + (c->time.whole ? NS_PER_S : 0),
				       c->time.ns};
	if (c->after_ns != INT64_MIN) /* by an unknown time */
		return (struct window){c->after_ns - late, c->pid ? INT64_MAX : c->after_ns + late,
				       c->after_ns};
	return (struct window){c->pid ? INT64_MIN : INT64_MAX, INT64_MAX, INT64_MAX};
}

static bool is_in(const struct window *w, int64_t ns)
{
	return ns >= w->from_ns && ns <= w->to_ns;
}

static uint64_t distance(const struct window *w, int64_t ns)
{
	return w->near_ns > ns ? (uint64_t)w->near_ns - ns : (uint64_t)ns - w->near_ns;
}

/* ---- the kill ---- */

static bool has_pid(const struct kill *k, uint32_t pid)
{
	for (int i = 0; i < EVENTS_LEVELS; i++)
		if (pid && k->pids[i] == pid)
			return true;
	return false;
}

/* A kernel log has only the host's pids: the claim's may be the one in the container. */
static bool fits(const struct events *e, const struct claim *c, const struct kill *k)
{
	return !c->pid || has_pid(k, c->pid) || (e->klog && !k->pids[1]);
}

static bool elsewhere(const struct app_log *log, const struct kill *k)
{
	return log->container && k->container && log->container != k->container;
}

/* A kill of that pid is better than one without; among equals, the nearer in time. */
static bool is_better(const struct claim *c, const struct window *w, const struct kill *k,
		      const struct kill *than)
{
	bool has = has_pid(k, c->pid), had = than && has_pid(than, c->pid);

	if (!than || has != had)
		return !than || has;
	return distance(w, k->ns) < distance(w, than->ns);
}

static size_t first_kill(const struct events *e, int64_t from_ns)
{
	size_t low = 0, high = e->n_kills;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->kills[middle].ns < from_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void find_kill(struct finding *f, const struct events *e, const struct app_log *log)
{
	struct window w = window_of(f->claim);
	unsigned int fitting = 0;

	for (size_t i = first_kill(e, w.from_ns); i < e->n_kills && is_in(&w, e->kills[i].ns);
	     i++) {
		const struct kill *k = &e->kills[i];

		if (!fits(e, f->claim, k) || elsewhere(log, k))
			continue;
		fitting += has_pid(k, f->claim->pid) || !f->claim->pid;
		if (is_better(f->claim, &w, k, f->index))
			f->index = k;
	}
	if (!f->index)
		return;
	f->by_pid = has_pid(f->index, f->claim->pid);
	f->by_time = f->claim->time.known;
	f->by_container = log->container && log->container == f->index->container;
	f->others = fitting > 1 ? fitting - 1 : 0;
}

static int read_kill(struct finding *f, const struct events *e)
{
	const struct incident_index *in = events__incident_of(e, f->index);

	f->kill = events__record(e, &f->index->place);
	if (!f->kill)
		return -EIO;
	f->incident = in ? events__record(e, &in->place) : NULL;
	f->already_exiting = value__is(f->kill, "oom.kind", "already_exiting");
	f->answer = f->already_exiting ? ANSWER_KILLED : ANSWER_OOM;
	return 0;
}

/* ---- somebody else ---- */

static int find_signal(struct finding *f, const struct events *e)
{
	struct window w = window_of(f->claim);
	const struct signal_index *found = NULL;

	for (size_t i = 0; f->claim->pid && i < e->n_signals; i++) {
		const struct signal_index *s = &e->signals[i];

		if ((s->pid == f->claim->pid || s->vpid == f->claim->pid) && is_in(&w, s->ns) &&
		    (!found || distance(&w, s->ns) < distance(&w, found->ns)))
			found = s;
	}
	if (!found)
		return 0;
	f->incident = events__record(e, &found->place);
	f->signal = json_array_get(value__at(f->incident, "followed_by"), found->at);
	return f->signal ? 0 : -EIO;
}

/* It announces the kill: "WORKER TIMEOUT (pid:37)". */
static void find_manager(struct finding *f, const struct app_log *log)
{
	const struct claim *c = app_log__before(log, f->claim, SENSE_KILLS);
	struct window w = window_of(f->claim);

	if (c && (!c->time.known || is_in(&w, c->time.ns)))
		f->manager = c;
}

static bool says_killed(const struct claim *c)
{
	return c->ending == ENDING_SIGNAL && c->number == SIGKILL;
}

/* It was SIGKILL, and every OOM kill of that time was recorded: so it was not one. */
static bool is_proven(const struct finding *f)
{
	return says_killed(f->claim) && f->claim->pid && f->claim->time.known && !f->hole;
}

static int find_other(struct finding *f, const struct events *e, const struct app_log *log)
{
	struct window w = window_of(f->claim);
	int64_t number = SIGKILL;
	int err;

	if (f->claim->ending != ENDING_UNTOLD && !says_killed(f->claim)) {
		f->answer = ANSWER_OTHERWISE;
		return 0;
	}
	err = find_signal(f, e);
	find_manager(f, log);
	f->hole = holes__between(&e->holes, w.from_ns, w.to_ns);
	if (f->signal)
		value__number(f->signal, "signal", &number);
	if (f->signal && number != SIGKILL)
		f->answer = ANSWER_OTHERWISE;
	else
		f->answer = f->signal || (f->manager && says_killed(f->claim)) || is_proven(f)
				    ? ANSWER_KILLED
				    : ANSWER_NO_RECORD;
	return err;
}

/* ---- the whole ---- */

int match__claim(struct finding *f, const struct events *events, const struct app_log *log,
		 const struct claim *claim)
{
	*f = (struct finding){.claim = claim, .answer = ANSWER_NO_RECORD};
	f->runs = app_log__before(log, claim, SENSE_RUNS);
	if (claim->ending == ENDING_UNTOLD || says_killed(claim))
		find_kill(f, events, log);
	if (!f->index)
		return find_other(f, events, log);
	return read_kill(f, events);
}

int match__kill(struct finding *f, const struct events *events, const struct kill *kill)
{
	*f = (struct finding){.index = kill};
	return read_kill(f, events);
}

void finding__done(struct finding *f)
{
	json_decref(f->kill);
	json_decref(f->incident);
}
