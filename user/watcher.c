// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Feeds incidents with events, snapshots and the time; see watcher.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "finisher.h"
#include "group/incidents.h"
#include "group/outcome.h"
#include "kernel/snapshot.h"
#include "kernel/watch.h"
#include "node/clock.h"
#include "node/pids.h"
#include "node/processes.h"
#include "watcher.h"

#define PROC	  "/proc"
#define NS_PER_S  1000000000ULL
#define NS_PER_MS 1000000ULL

/* In a chain of kills one snapshot serves all that follow this closely. */
#define FRESH_NS (50 * NS_PER_MS)
/* Of more processes than this nobody asks how each calls itself now. */
#define TITLES 256

struct watcher {
	const struct kernel *kernel;
	struct node *node;
	const struct report *report;
	struct recording *recording;
	struct metrics *metrics;
	struct incidents *incidents;
	struct listener listener;
	struct finisher finisher;
	struct snapshot snapshot;
	uint64_t lost;
	uint64_t armed_ns; /* what the timer is set to; UINT64_MAX: off */
	int timer;
};

/* ---- events ---- */

static void look(struct watcher *w, struct incident *in, uint64_t now_ns);

/* In a storm they can't all wait until the ring has been read. */
static void on_victim(void *context, const struct victim_event *e)
{
	struct watcher *w = context;
	struct incident *overtaken;

	recording__victim(w->recording, e);
	incidents__on_victim(w->incidents, e);
	overtaken = incidents__overtaken(w->incidents);
	if (overtaken)
		look(w, overtaken, e->time_ns);
}

static void on_exit_event(void *context, const struct exit_event *e)
{
	struct watcher *w = context;

	recording__put(w->recording, INPUT_EXIT, e);
	incidents__on_exit(w->incidents, e);
}

static void on_decision_end(void *context, const struct decision_end_event *e)
{
	struct watcher *w = context;

	recording__put(w->recording, INPUT_DECISION_END, e);
	incidents__on_decision_end(w->incidents, e);
}

static void on_signal(void *context, const struct signal_event *e)
{
	struct watcher *w = context;

	recording__put(w->recording, INPUT_SIGNAL, e);
	incidents__on_signal(w->incidents, e);
}

static void on_gone(void *context, const struct gone_event *e)
{
	struct watcher *w = context;

	recording__put(w->recording, INPUT_GONE, e);
	incidents__on_gone(w->incidents, e);
}

/* ---- snapshots ---- */

/* Whether the latest one will do, in a chain of kills: of one that ends many it may be of before. */
static bool is_fresh(const struct watcher *w, const struct incident *in, uint64_t scope_id,
		     uint64_t now_ns)
{
	return in->stage == STAGE_GATHERING && !incident__kills_many(in) && w->snapshot.n &&
	       scope_id == w->snapshot.scope_id && now_ns - w->snapshot.time_ns < FRESH_NS;
}

static const struct snapshot_scope *scope_of(const struct incident *in, uint64_t cgroup_id)
{
	static uint32_t pids[PIDS_MAX];
	static struct snapshot_scope scope;

	scope = (struct snapshot_scope){
		.cgroup_id = cgroup_id,
		.known = pids,
		.n_known = outcome__asks(in, pids, PIDS_MAX),
	};
	return &scope;
}

/*
 * An iterator tells of what its reader's pid namespace has. Where the scope is gone by now, all that
 * was in it is gone too. Where it never was found, its path is not what it seems: cut short, or of a
 * hierarchy that is not mounted.
 */
static void take_snapshot(struct watcher *w, const struct incident *in, uint64_t now_ns)
{
	uint64_t scope_id = in->cgroup.id;
	int err = 0;

	if (in->scope[0] == '/' && !in->scope[1])
		scope_id = 0;
	else if (strcmp(in->scope, in->cgroup.path) || !scope_id)
		err = cgroup_root__id(&w->node->cgroups, in->scope, &scope_id);
	if (!err && is_fresh(w, in, scope_id, now_ns))
		return;
	if (!err) {
		snapshot__take(w->kernel, w->node, scope_of(in, scope_id), &w->snapshot);
		if (in->stage == STAGE_GATHERING && !w->snapshot.n && w->node->scope.foreign_pids)
			w->snapshot.err = -EXDEV;
		return;
	}
	w->snapshot.scope_id = scope_id;
	w->snapshot.time_ns = now_ns;
	w->snapshot.n = 0;
	w->snapshot.err = err == -ENOENT && w->node->cgroups.fd >= 0 ? 0 : err;
}

/* How they call themselves: of all at first, then of those that are new. */
static void read_titles(struct watcher *w, const struct incident *in)
{
	if (w->snapshot.n <= TITLES)
		processes__complete(&w->snapshot, PROC,
				    in->stage == STAGE_GATHERING ? 0 : in->time_ns);
}

/* ---- news ---- */

static void watch_survivors(const struct watcher *w, const struct incident *in)
{
	for (int i = 0; i < in->forest.n; i++)
		if (incident__survived(in, i))
			watch__add(w->kernel, in->forest.members[i].process.pid,
				   in->forest.members[i].process.start_ns);
}

/* Another open incident may be of the same group: its members are watched on. */
static void unwatch_survivors(const struct watcher *w, const struct incident *closed)
{
	for (int i = 0; i < closed->forest.n; i++)
		if (incident__survived(closed, i))
			watch__remove(w->kernel, closed->forest.members[i].process.pid);
	for (int i = 0; i < incidents__count(w->incidents); i++) {
		const struct incident *other = incidents__get(w->incidents, i);

		if (other != closed && other->stage == STAGE_WATCHING)
			watch_survivors(w, other);
	}
}

static void read_usage(const struct watcher *w, struct incident *in)
{
	in->usage_after_known = !cgroup_root__usage(&w->node->cgroups, incident__hit(in)->id,
						    &in->usage_after_bytes);
}

static void tell(struct watcher *w, const struct incident *in)
{
	w->lost += !report__incident(w->report, in);
}

static void tell_closed(struct watcher *w, struct incident *in)
{
	tell(w, in);
	metrics__closed(w->metrics, in);
	unwatch_survivors(w, in);
}

static void finish(struct watcher *w, struct incident *in, uint64_t now_ns)
{
	if (!finisher__work(&w->finisher, in, &w->snapshot, now_ns))
		incidents__drop(w->incidents, in);
}

static void look(struct watcher *w, struct incident *in, uint64_t now_ns)
{
	enum news news;

	if (!in->unwatched) {
		take_snapshot(w, in, now_ns);
		read_titles(w, in);
	}
	if (in->stage == STAGE_CLOSED) {
		finish(w, in, now_ns);
		return;
	}
	if (!in->unwatched)
		recording__snapshot(w->recording, &w->snapshot);
	news = incident__look(in, &w->snapshot, now_ns);
	if (news == NEWS_CLOSED)
		read_usage(w, in);
	recording__look(w->recording, INPUT_LOOK, in, w->snapshot.err, now_ns);
	switch (news) {
	case NEWS_OPENED:
		watch_survivors(w, in);
		tell(w, in);
		break;
	case NEWS_CLOSED:
		tell_closed(w, in);
		finish(w, in, now_ns);
		break;
	case NEWS_NONE:
		/* A manager reacts within a millisecond, sooner than it is known who else dies. */
		if (in->stage == STAGE_GATHERING)
			watch_survivors(w, in);
		break;
	}
}

/* ---- when ---- */

/* What the ring may still have of them, nobody has read before there is some. */
static bool has_room(const struct watcher *w)
{
	return sinks__have_room(w->report->sinks);
}

static void arm(struct watcher *w)
{
	uint64_t due_ns = has_room(w) ? incidents__due_ns(w->incidents) : UINT64_MAX;
	struct itimerspec at = {0};

	if (due_ns == w->armed_ns)
		return;
	if (due_ns != UINT64_MAX) {
		at.it_value.tv_sec = due_ns / NS_PER_S;
		at.it_value.tv_nsec = due_ns % NS_PER_S;
	}
	if (!timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &at, NULL))
		w->armed_ns = due_ns;
}

void watcher__work(struct watcher *w)
{
	uint64_t times, now_ns = clock__boot_ns();
	struct incident *in;

	if (read(w->timer, &times, sizeof(times)) == sizeof(times))
		w->armed_ns = UINT64_MAX;
	w->node->boot_to_real_ns = clock__boot_to_real_ns(w->node->boot_to_real_ns);
	while (has_room(w) && (in = incidents__due(w->incidents, now_ns)))
		look(w, in, now_ns);
	arm(w);
}

static void cut_short(struct watcher *w, struct incident *in, uint64_t now_ns)
{
	incident__cut_short(in, now_ns);
	read_usage(w, in);
	recording__look(w->recording, INPUT_CUT_SHORT, in, 0, now_ns);
	tell_closed(w, in);
}

void watcher__end(struct watcher *w)
{
	uint64_t now_ns = clock__boot_ns();

	while (incidents__count(w->incidents)) {
		struct incident *in = incidents__get(w->incidents, 0);

		sinks__settle(w->report->sinks);
		if (in->stage == STAGE_CLOSED)
			finisher__stop(&w->finisher, in, now_ns);
		else
			cut_short(w, in, now_ns);
		incidents__drop(w->incidents, in);
	}
}

uint64_t watcher__lost(const struct watcher *w)
{
	return w->lost + incidents__lost(w->incidents) + w->finisher.lost;
}

/* ---- life ---- */

int watcher__fd(const struct watcher *w)
{
	return w->timer;
}

const struct listener *watcher__listener(const struct watcher *w)
{
	return &w->listener;
}

int watcher__open(struct watcher **out, const struct watcher_config *config)
{
	struct watcher *w;
	int err;

	*out = NULL;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->kernel = config->kernel;
	w->node = config->node;
	w->report = config->report;
	w->recording = config->recording;
	w->metrics = config->metrics;
	w->armed_ns = UINT64_MAX;
	w->finisher = (struct finisher){
		.rules = config->finish,
		.node = config->node,
		.report = config->report,
		.self_pid = config->node->scope.foreign_pids ? 0 : getpid(),
	};
	w->listener =
		(struct listener){on_victim, on_exit_event, on_decision_end, on_signal, on_gone, w};
	w->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	err = w->timer < 0 ? -errno : 0;
	w->incidents = incidents__new(config->profiles, config->watch_seconds * NS_PER_S);
	if (!err && !w->incidents)
		err = -ENOMEM;
	if (err)
		watcher__close(w);
	else
		*out = w;
	return err;
}

void watcher__close(struct watcher *w)
{
	if (!w)
		return;
	if (w->timer >= 0)
		close(w->timer);
	snapshot__free(&w->snapshot);
	incidents__free(w->incidents);
	free(w);
}
