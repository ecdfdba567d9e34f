/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Processes over time, and the incidents that are fed with what happens to them: what the kernel and
 * the watcher do, but by hand.
 */
#ifndef OOMTRACE_TESTS_WORLD_H
#define OOMTRACE_TESTS_WORLD_H

#include "group/incidents.h"
#include "group/outcome.h"
#include "processes.h"

#define WATCH_NS (30000 * MS)

struct world {
	struct profiles *profiles;
	struct incidents *incidents;
	struct snapshot now;
	struct snapshot seen;
	uint64_t now_ns;
	uint64_t seq;	/* of the latest victim */
	uint64_t looks; /* how often somebody had to look */
	bool oom_group; /* of the victims' cgroup */
};

static inline void world__init(struct world *w, const struct row *rows, size_t n)
{
	*w = (struct world){.now_ns = KILLED_NS};
	w->profiles = profiles__new();
	w->incidents = incidents__new(w->profiles, WATCH_NS);
	w->now = snapshot__of(rows, n);
}

static inline void world__done(struct world *w)
{
	incidents__free(w->incidents);
	profiles__free(w->profiles);
	free(w->now.processes);
	free(w->seen.processes);
}

/* ---- what happens ---- */

static inline struct victim_event world__victim_event(struct world *w, uint64_t oom_id,
						      const struct process *p,
						      struct exec_entry *exec)
{
	struct victim_event e = {
		.seq = ++w->seq,
		.time_ns = w->now_ns,
		.oom_id = oom_id,
		.kind = VICTIM_KILLED,
		.chosen = 1,
		.process = {.pid = p->pid,
			    .tid = p->pid,
			    .parent_pid = p->parent_pid,
			    .start_ns = p->start_ns,
			    .n_pids = 2,
			    .pids = {p->pid, p->vpid},
			    .exec = p->exec,
			    .session_id = p->session_id,
			    .forked_only = p->forked_only},
		.memory = {.anon_rss_bytes = p->rss_bytes},
		.cgroup = {.id = p->cgroup_id,
			   .limits_known = true,
			   .oom_group = w->oom_group,
			   .limit_bytes = 250 << 20,
			   .usage_bytes = 250 << 20,
			   .path = "/demo"},
		.trigger_pid = p->pid,
		.exec = exec,
	};

	container__identify(&e.identity.container, e.cgroup.path);
	snprintf(e.process.title, sizeof(e.process.title), "%s", p->comm);
	snprintf(e.process.executable, sizeof(e.process.executable), "%s", p->executable);
	exec->args_bytes = p->args_bytes;
	memcpy(exec->args, p->args, p->args_bytes);
	exec->ranks_bytes = p->ranks_bytes;
	memcpy(exec->ranks, p->ranks, p->ranks_bytes);
	return e;
}

/* Killed, and not gone yet. */
static inline void world__kill_beside(struct world *w, uint64_t oom_id, uint32_t pid, bool chosen)
{
	static struct exec_entry exec;
	struct process victim = snapshot__victim(&w->now, pid);
	struct victim_event e = world__victim_event(w, oom_id, &victim, &exec);

	e.chosen = chosen;
	e.kind = chosen ? VICTIM_KILLED : VICTIM_GROUP_MEMBER;
	incidents__on_victim(w->incidents, &e);
}

static inline void world__decided(struct world *w, uint64_t oom_id)
{
	struct decision_end_event e = {.oom_id = oom_id, .time_ns = w->now_ns, .last_seq = w->seq};

	incidents__on_decision_end(w->incidents, &e);
}

static inline void world__kill(struct world *w, uint64_t oom_id, uint32_t pid)
{
	world__kill_beside(w, oom_id, pid, true);
	world__decided(w, oom_id);
}

static inline void world__victim_exits(struct world *w, uint64_t oom_id, uint64_t seq)
{
	struct exit_event e = {
		.seq = seq,
		.time_ns = w->now_ns,
		.oom_id = oom_id,
		.freed_known = true,
		.freed_bytes = 100 << 20,
	};

	incidents__on_exit(w->incidents, &e);
}

static inline void world__tell_gone(struct world *w, uint32_t pid)
{
	const struct process *p = snapshot__find(&w->now, pid);
	struct gone_event e = {.time_ns = w->now_ns, .start_ns = p->start_ns, .pid = pid};

	incidents__on_gone(w->incidents, &e);
}

/* Its parent has not asked yet. */
static inline void world__zombie(struct world *w, uint32_t pid)
{
	world__tell_gone(w, pid);
	snapshot__find(&w->now, pid)->zombie = true;
}

static inline void world__end(struct world *w, uint32_t pid)
{
	world__tell_gone(w, pid);
	snapshot__end(&w->now, pid, 1);
}

static inline void world__start(struct world *w, struct row row)
{
	row.start_ms = w->now_ns / MS;
	snapshot__add(&w->now, &row);
}

static inline struct signal_event world__signal_event(const struct world *w, uint32_t sender,
						      uint32_t pid)
{
	const struct process *p = snapshot__find(&w->now, pid);

	return (struct signal_event){
		.time_ns = w->now_ns,
		.start_ns = p->start_ns,
		.pid = pid,
		.signal = 9,
		.sender_pid = sender,
		.sender_title = "python3.11",
	};
}

static inline void world__signal(struct world *w, uint32_t sender, uint32_t pid)
{
	struct signal_event e = world__signal_event(w, sender, pid);

	incidents__on_signal(w->incidents, &e);
}

/* ---- looking ---- */

/* Who is there now; of zombies, those alone that the incident asks for. */
static inline const struct snapshot *world__seen(struct world *w, const struct incident *in)
{
	struct process *processes =
		reallocarray(w->seen.processes, w->now.n + 1, sizeof(*processes));
	uint32_t asked[64];
	size_t n_asked = outcome__asks(in, asked, N_ROWS(asked)), n = 0;

	for (size_t i = 0; i < w->now.n; i++) {
		const struct process *p = &w->now.processes[i];
		bool seen = !p->zombie;

		for (size_t k = 0; k < n_asked; k++)
			seen |= asked[k] == p->pid;
		if (seen)
			processes[n++] = *p;
	}
	w->seen = (struct snapshot){.time_ns = w->now_ns, .processes = processes, .n = n};
	return &w->seen;
}

/* What is news about the first incident at now_ns: NULL, none; a closed one is to be dropped. */
static inline struct incident *world__look(struct world *w, enum news *news)
{
	struct incident *in;

	while ((in = incidents__due(w->incidents, w->now_ns))) {
		assert_true(++w->looks < 1000);
		*news = incident__look(in, world__seen(w, in), w->now_ns);
		if (*news != NEWS_NONE)
			return in;
	}
	*news = NEWS_NONE;
	return NULL;
}

/* Lets the time pass, and looks when it is due; until there is news, or until_ms after the kill. */
static inline struct incident *world__wait(struct world *w, uint64_t until_ms, enum news *news)
{
	uint64_t until_ns = KILLED_NS + until_ms * MS;
	struct incident *in;

	while (!(in = world__look(w, news))) {
		uint64_t due_ns = incidents__due_ns(w->incidents);

		if (due_ns > until_ns) {
			w->now_ns = until_ns;
			return NULL;
		}
		assert_true(due_ns > w->now_ns);
		w->now_ns = due_ns;
	}
	return in;
}

static inline struct incident *world__opens(struct world *w)
{
	enum news news;
	struct incident *in = world__look(w, &news);

	assert_non_null(in);
	assert_int_equal(news, NEWS_OPENED);
	return in;
}

static inline void world__is_quiet(struct world *w, uint64_t until_ms)
{
	enum news news;

	assert_null(world__wait(w, until_ms, &news));
}

/* At what ms after the kill it closed. */
static inline struct incident *world__closes(struct world *w, uint64_t *at_ms)
{
	enum news news;
	struct incident *in = world__wait(w, 100000, &news);

	assert_non_null(in);
	assert_int_equal(news, NEWS_CLOSED);
	*at_ms = (w->now_ns - KILLED_NS) / MS;
	return in;
}

/* The first of those that are open, closed as it stands; NULL: none is. */
static inline struct incident *world__cut_short(struct world *w)
{
	struct incident *in = NULL;

	if (incidents__count(w->incidents)) {
		in = incidents__get(w->incidents, 0);
		incident__cut_short(in, w->now_ns);
	}
	return in;
}

#endif /* OOMTRACE_TESTS_WORLD_H */
