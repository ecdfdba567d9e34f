// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From victims to a verdict; see incident.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "group/finish.h"
#include "group/incident.h"

#define NS_PER_MS 1000000ULL

/* Victims of one decision follow each other at once; this long without one, it is over. */
#define GATHER_NS (50 * NS_PER_MS)
/* After something happened to a member: what else happens with it has then happened too. */
#define SOON_NS (20 * NS_PER_MS)
/* A place that was filled for so long is filled. */
#define SETTLED_NS (1000 * NS_PER_MS)

/* When a group is looked at even if nothing is heard of it, in ms since it was opened. */
static const uint64_t looks_ms[] = {50,	  200,	500,   1000,  2000, 3000,
				    5000, 7000, 10000, 15000, 20000};

#define N_LOOKS ((int)(sizeof(looks_ms) / sizeof(looks_ms[0])))
#define N_OPEN	(INCIDENTS_WATCHED + 2)

struct incidents {
	const struct profiles *profiles;
	uint64_t watch_ns;
	/* In the order of their victims. Two may be unwatched: one overtaken by the other. */
	struct incident *open[N_OPEN];
	int n;
	uint64_t lost;
	uint64_t lost_oom_id; /* the latest of these */
};

struct incidents *incidents__new(const struct profiles *profiles, uint64_t watch_ns)
{
	struct incidents *set = calloc(1, sizeof(*set));

	if (set) {
		set->profiles = profiles;
		set->watch_ns = watch_ns;
	}
	return set;
}

static void free_incident(struct incident *in)
{
	finish__free(in->finish);
	group__free(&in->group);
	forest__free(&in->forest);
	free(in->fates);
	free(in->victims);
	free(in);
}

void incidents__free(struct incidents *set)
{
	if (!set)
		return;
	for (int i = 0; i < set->n; i++)
		free_incident(set->open[i]);
	free(set);
}

void incidents__drop(struct incidents *set, struct incident *in)
{
	int at = 0;

	while (set->open[at] != in)
		at++;
	set->n--;
	memmove(&set->open[at], &set->open[at + 1], (set->n - at) * sizeof(set->open[0]));
	free_incident(in);
}

/* ---- victims ---- */

struct incident *incidents__find(const struct incidents *set, uint64_t oom_id)
{
	for (int i = 0; i < set->n; i++)
		if (oom_id && set->open[i]->oom_id == oom_id)
			return set->open[i];
	return NULL;
}

static void keep_decision(struct incident *in, const struct victim_event *e)
{
	in->oom_id_inferred = e->oom_id_inferred;
	in->decision_known = e->decision;
	if (e->decision)
		in->decision = *e->decision;
}

/*
 * mm/oom_kill.c: oom_lock is held from a decision to its last victim, so that all victims of the
 * earlier ones are there once one of a later one is.
 */
static void end_earlier(struct incidents *set)
{
	for (int i = 0; i < set->n; i++) {
		if (set->open[i]->stage != STAGE_GATHERING)
			continue;
		set->open[i]->decided = true;
		set->open[i]->due_ns = set->open[i]->time_ns;
	}
}

static struct incident *begin(struct incidents *set, const struct victim_event *e)
{
	struct incident *in;

	in = set->n < N_OPEN ? calloc(1, sizeof(*in)) : NULL;
	if (!in) {
		set->lost += e->oom_id != set->lost_oom_id;
		set->lost_oom_id = e->oom_id;
		return NULL;
	}
	in->oom_id = e->oom_id;
	in->time_ns = e->time_ns;
	in->unwatched = set->n >= INCIDENTS_WATCHED;
	in->due_ns = e->time_ns;
	set->open[set->n++] = in;
	return in;
}

/* The one that the kernel chose stands for the incident; until it is there, the first. */
static void choose(struct incident *in, const struct victim_event *e)
{
	in->chosen = in->n_victims - 1;
	in->cgroup = e->cgroup;
	in->identity = e->identity;
	memcpy(in->scope, e->cgroup.path, sizeof(in->scope));
	in->scope[e->identity.container.scope_bytes] = '\0';
}

static bool add_victim(struct incident *in, const struct victim_event *e)
{
	if (in->n_victims == in->room_victims) {
		size_t room = in->room_victims ? 2 * in->room_victims : 4;
		void *grown = realloc(in->victims, room * sizeof(*in->victims));

		if (!grown)
			return false;
		in->victims = grown;
		in->room_victims = room;
	}
	in->victims[in->n_victims] = (struct incident_victim){
		.seq = e->seq,
		.killed_ns = e->time_ns,
		.chosen = e->chosen == 1,
		.kind = e->kind,
	};
	process__of_victim(&in->victims[in->n_victims++].process, e);
	return true;
}

void incidents__on_victim(struct incidents *set, const struct victim_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);

	/* A mark alone is no kill, and has no decision. */
	if (!e->oom_id || (in && in->stage != STAGE_GATHERING))
		return;
	if (!in) {
		end_earlier(set);
		in = begin(set, e);
	}
	if (!in || !add_victim(in, e))
		return;
	keep_decision(in, e);
	in->last_victim_ns = e->time_ns;
	if (in->n_victims == 1 || e->chosen == 1)
		choose(in, e);
}

void incidents__on_decision_end(struct incidents *set, const struct decision_end_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);

	if (!in || in->stage != STAGE_GATHERING)
		return;
	in->decided = true;
	in->due_ns = in->time_ns;
	in->doubts = e->doubts;
}

/* ---- what happens afterwards ---- */

static void look_soon(struct incident *in, uint64_t now_ns)
{
	if (in->stage == STAGE_WATCHING && in->due_ns > now_ns + SOON_NS)
		in->due_ns = now_ns + SOON_NS;
}

static int compare_seq(const void *seq, const void *victim)
{
	uint64_t a = *(const uint64_t *)seq, b = ((const struct incident_victim *)victim)->seq;

	return (a > b) - (a < b);
}

/* They come in the order of their numbers. */
static struct incident_victim *find_victim(struct incident *in, uint64_t seq)
{
	return bsearch(&seq, in->victims, in->n_victims, sizeof(*in->victims), compare_seq);
}

void incidents__on_exit(struct incidents *set, const struct exit_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);
	struct incident_victim *v = in ? find_victim(in, e->seq) : NULL;

	if (!v)
		return;
	v->exited_ns = e->time_ns;
	v->reaped_ns = e->reaper_finished_ns;
	v->freed_known = e->freed_known;
	v->freed_bytes = e->freed_bytes;
	look_soon(in, e->time_ns);
}

/* The place of the group's member in the forest; -1: it is none. */
static int member(const struct incident *in, uint32_t pid, uint64_t start_ns)
{
	return in->stage != STAGE_CLOSED ? forest__find(&in->forest, pid, start_ns) : -1;
}

void incidents__on_signal(struct incidents *set, const struct signal_event *e)
{
	for (int i = 0; i < set->n; i++) {
		struct incident *in = set->open[i];

		if (member(in, e->pid, e->start_ns) < 0)
			continue;
		/* It may be the OOM killer's, to another victim of memory.oom.group. */
		if (in->stage == STAGE_GATHERING && e->from_kernel)
			continue;
		if (in->n_follow_ups < INCIDENT_FOLLOW_UPS) {
			struct follow_up *f = &in->follow_ups[in->n_follow_ups];

			*f = (struct follow_up){
				.time_ns = e->time_ns,
				.pid = e->pid,
				.sender_pid = e->sender_pid,
				.signal = e->signal,
				.sender_exiting = e->sender_exiting == 1,
				.from_kernel = e->from_kernel,
			};
			memcpy(f->sender_title, e->sender_title, sizeof(f->sender_title));
		}
		in->n_follow_ups++;
	}
}

void incidents__on_gone(struct incidents *set, const struct gone_event *e)
{
	for (int i = 0; i < set->n; i++)
		if (member(set->open[i], e->pid, e->start_ns) >= 0)
			look_soon(set->open[i], e->time_ns);
}

int incidents__count(const struct incidents *set)
{
	return set->n;
}

struct incident *incidents__get(const struct incidents *set, int i)
{
	return set->open[i];
}

struct incident *incidents__overtaken(const struct incidents *set)
{
	for (int i = 0; i < set->n; i++)
		if (set->open[i]->unwatched && set->open[i]->decided)
			return set->open[i];
	return NULL;
}

uint64_t incidents__lost(const struct incidents *set)
{
	return set->lost;
}

/* ---- when ---- */

uint64_t incidents__due_ns(const struct incidents *set)
{
	uint64_t due = UINT64_MAX;

	for (int i = 0; i < set->n; i++)
		if (set->open[i]->due_ns < due)
			due = set->open[i]->due_ns;
	return due;
}

struct incident *incidents__due(struct incidents *set, uint64_t now_ns)
{
	for (int i = 0; i < set->n; i++)
		if (set->open[i]->due_ns <= now_ns)
			return set->open[i];
	return NULL;
}

static void schedule(struct incident *in, uint64_t now_ns)
{
	in->due_ns = in->until_ns;
	for (int i = 0; i < N_LOOKS; i++) {
		uint64_t at = in->opened_ns + looks_ms[i] * NS_PER_MS;

		if (at > now_ns && at < in->due_ns)
			in->due_ns = at;
	}
	if (verdict__is_settling(in->verdict) && in->settled_ns + SETTLED_NS < in->due_ns &&
	    in->settled_ns + SETTLED_NS > now_ns)
		in->due_ns = in->settled_ns + SETTLED_NS;
}

/* ---- looking ---- */

static struct process *list_victims(const struct incident *in)
{
	struct process *list = calloc(in->n_victims, sizeof(*list));

	for (size_t i = 0; list && i < in->n_victims; i++)
		list[i] = in->victims[i].process;
	return list;
}

static int chosen_place(const struct incident *in, const struct forest *f)
{
	const struct process *p = &in->victims[in->chosen].process;

	return forest__find(f, p->pid, p->start_ns);
}

static int grow_group(struct incidents *set, struct incident *in, const struct snapshot *s)
{
	struct process *victims = list_victims(in);
	int err;

	if (!victims)
		return -ENOMEM;
	if (s->parents_unknown)
		err = forest__list(&in->forest, s, victims, in->n_victims, in->time_ns);
	else
		err = forest__grow(&in->forest, s, victims, in->n_victims, in->time_ns,
				   set->profiles);
	free(victims);
	if (err)
		return err;
	if (!s->parents_unknown)
		forest__prune(&in->forest, chosen_place(in, &in->forest));
	in->fates = calloc(in->forest.n, sizeof(*in->fates));
	if (!in->fates)
		return -ENOMEM;
	in->unrelated = s->parents_unknown;
	return in->unrelated ? 0
			     : group__find(&in->group, &in->forest, chosen_place(in, &in->forest));
}

static void find_group(struct incidents *set, struct incident *in, const struct snapshot *s)
{
	group__free(&in->group);
	forest__free(&in->forest);
	free(in->fates);
	in->fates = NULL;
	in->n_grouped = in->n_victims;
	in->snapshot_err = s->err;
	if (s->err && !s->n)
		return;
	in->snapshot_err = grow_group(set, in, s);
	if (in->snapshot_err)
		group__free(&in->group);
	else
		in->snapshot_err = s->err;
}

/* ---- judging ---- */

bool incident__survived(const struct incident *in, int i)
{
	const struct member *m = &in->forest.members[i];

	return !m->victim && !m->later && !m->process.zombie;
}

int incident__listed(const struct incident *in, int k)
{
	int n = in->unrelated ? in->forest.n : in->group.n;

	if (k >= n)
		return -1;
	return in->unrelated ? k : in->group.members[k];
}

int incident__count_survivors(const struct incident *in)
{
	int n = 0, i;

	if (!in->unrelated && !in->group.n)
		return -1;
	for (int k = 0; (i = incident__listed(in, k)) >= 0; k++)
		n += incident__survived(in, i);
	return n;
}

static bool counts(const struct incident *in, int i)
{
	return incident__survived(in, i) && in->group.places[i].role != ROLE_HELPER;
}

static enum fate fate_of(const struct member *then, const struct forest *now)
{
	int i = forest__find(now, then->process.pid, then->process.start_ns);

	if (i < 0 || !now->members[i].seen)
		return FATE_GONE;
	if (now->members[i].process.zombie)
		return FATE_ZOMBIE;
	return then->victim ? FATE_VICTIM : FATE_ALIVE;
}

/*
 * The member whose place matters: the victim; but where its manager has ended too and was itself
 * managed, the manager, and so on.
 */
static int judged_place(const struct incident *in)
{
	const struct group *g = &in->group;
	int i = g->victim, manager = g->places[i].manager;

	while (manager >= 0 && in->fates[manager] != FATE_ALIVE &&
	       g->places[manager].manager >= 0) {
		i = manager;
		manager = g->places[i].manager;
	}
	return i;
}

static void count_then(struct incident *in, struct outcome *o, int judged)
{
	const struct place *places = in->group.places;

	for (int i = 0; i < in->forest.n; i++) {
		bool alive = in->fates[i] == FATE_ALIVE;
		bool alike = places[judged].kind >= 0 && places[i].kind == places[judged].kind;
		bool peer = i != judged && places[judged].manager >= 0 &&
			    places[i].manager == places[judged].manager;

		if (counts(in, i)) {
			o->survivors++;
			o->survivors_now += alive;
			o->alike += alike && i != judged;
			o->alike_now += alike && i != judged && alive;
			o->peers += peer;
			o->peers_now += peer && alive;
		}
		o->victims_alike += i == judged || (alike && in->forest.members[i].victim);
	}
}

/* judged is a place in the forest of now; all of its kind and its manager that started since. */
static void count_new(const struct group *now, struct outcome *o, int judged)
{
	const struct place *there = &now->places[judged];

	for (int k = 0; k < now->n; k++) {
		const struct member *m = &now->forest->members[now->members[k]];
		const struct place *place = &now->places[now->members[k]];
		bool is_new =
			m->later && m->seen && !m->process.zombie && place->role != ROLE_HELPER;

		o->new_alike += is_new && there->kind >= 0 && place->kind == there->kind;
		o->new_peers += is_new && there->manager >= 0 && place->manager == there->manager;
	}
}

static void judge(struct incident *in, const struct group *now, uint64_t now_ns)
{
	struct outcome o = {.victim_role = in->group.places[in->group.victim].role};
	int judged, manager;
	enum verdict verdict;

	for (int i = 0; i < in->forest.n; i++)
		in->fates[i] = fate_of(&in->forest.members[i], now->forest);
	judged = judged_place(in);
	manager = in->group.places[judged].manager;
	o.manager_alive = manager >= 0 && in->fates[manager] == FATE_ALIVE;
	o.victim_zombie = in->fates[in->group.victim] == FATE_ZOMBIE;
	count_then(in, &o, judged);
	count_new(now, &o,
		  forest__find(now->forest, in->forest.members[judged].process.pid,
			       in->forest.members[judged].process.start_ns));
	verdict = verdict__of(&o);
	if (verdict != in->verdict)
		in->settled_ns = now_ns;
	in->outcome = o;
	in->verdict = verdict;
}

int incident__regrow(const struct incident *in, const struct snapshot *s,
		     const struct profiles *profiles, struct forest *now)
{
	struct process *known = calloc(in->forest.n + 1, sizeof(*known));
	int err;

	*now = (struct forest){0};
	if (!known)
		return -ENOMEM;
	for (int i = 0; i < in->forest.n; i++)
		known[i] = in->forest.members[i].process;
	err = forest__grow(now, s, known, in->forest.n, in->time_ns, profiles);
	free(known);
	return err;
}

/* The group as it was, and what the snapshot says of it now: who lives, and who is new. */
static int compare(struct incidents *set, struct incident *in, const struct snapshot *s,
		   uint64_t now_ns)
{
	struct forest now;
	struct group group = {0};
	int err;

	err = incident__regrow(in, s, set->profiles, &now);
	if (err)
		return err;
	err = group__find(&group, &now, chosen_place(in, &now));
	if (!err)
		judge(in, &group, now_ns);
	group__free(&group);
	forest__free(&now);
	return err;
}

static bool victims_are_gone(const struct incident *in)
{
	for (size_t i = 0; i < in->n_victims; i++) {
		const struct process *p = &in->victims[i].process;
		int place = in->group.n ? forest__find(&in->forest, p->pid, p->start_ns) : -1;

		if (in->victims[i].exited_ns)
			continue;
		if (place < 0 || in->fates[place] == FATE_VICTIM)
			return false;
	}
	return true;
}

static bool is_over(const struct incident *in, uint64_t now_ns)
{
	if (now_ns >= in->until_ns)
		return true;
	if (!in->group.n || verdict__is_final(in->verdict))
		return victims_are_gone(in);
	return verdict__is_settling(in->verdict) && now_ns >= in->settled_ns + SETTLED_NS;
}

static enum news close(struct incident *in, uint64_t now_ns)
{
	in->stage = STAGE_CLOSED;
	in->closed_ns = now_ns;
	in->due_ns = UINT64_MAX;
	return NEWS_CLOSED;
}

static enum news gather(struct incidents *set, struct incident *in, const struct snapshot *s,
			uint64_t now_ns)
{
	if (in->n_grouped != in->n_victims && !in->unwatched)
		find_group(set, in, s);
	if (!in->decided && now_ns < in->last_victim_ns + GATHER_NS) {
		in->due_ns = in->last_victim_ns + GATHER_NS;
		return NEWS_NONE;
	}
	if (in->unwatched)
		return close(in, now_ns);
	in->stage = STAGE_WATCHING;
	in->opened_ns = now_ns;
	in->until_ns = now_ns + set->watch_ns;
	if (in->group.n && !s->err)
		compare(set, in, s, now_ns);
	schedule(in, now_ns);
	return NEWS_OPENED;
}

enum news incidents__look(struct incidents *set, struct incident *in, const struct snapshot *s,
			  uint64_t now_ns)
{
	if (in->stage == STAGE_GATHERING)
		return gather(set, in, s, now_ns);
	/* Who is missing in a snapshot that is not whole need not be gone; the next one may tell. */
	if (in->group.n && !s->err)
		compare(set, in, s, now_ns);
	if (is_over(in, now_ns))
		return close(in, now_ns);
	schedule(in, now_ns);
	return NEWS_NONE;
}

/* All that a list of the cgroup's processes tells is whether anybody was left. */
static void judge_list(struct incident *in)
{
	if (!in->unrelated || in->snapshot_err || in->doubts || incident__count_survivors(in))
		return;
	in->verdict = in->n_victims > 1 ? VERDICT_WHOLE_GROUP : VERDICT_SINGLE;
}

enum news incident__cut_short(struct incident *in, uint64_t now_ns)
{
	in->cut_short = true;
	judge_list(in);
	return close(in, now_ns);
}

/* ---- what is asked about one ---- */

bool incident__exited(const struct incident *in, uint64_t *ms)
{
	uint64_t last_ns = 0;

	for (size_t i = 0; i < in->n_victims; i++) {
		if (!in->victims[i].exited_ns)
			return false;
		if (in->victims[i].exited_ns > last_ns)
			last_ns = in->victims[i].exited_ns;
	}
	*ms = (last_ns - in->time_ns) / NS_PER_MS;
	return true;
}

bool incident__freed(const struct incident *in, uint64_t *bytes)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < in->n_victims; i++) {
		if (!in->victims[i].freed_known)
			return false;
		sum += in->victims[i].freed_bytes;
	}
	*bytes = sum;
	return true;
}

const struct cgroup_facts *incident__hit(const struct incident *in)
{
	const struct cgroup_facts *hit = &in->decision.hit;

	return in->decision_known && (hit->id || hit->path[0]) ? hit : &in->cgroup;
}

/*
 * mm/memcontrol.c mem_cgroup_get_oom_group(): the highest one with the flag from the victim's cgroup
 * up to the one that was hit. Those in between are not known here.
 */
const char *incident__expected(const struct incident *in)
{
	const struct cgroup_facts *hit = incident__hit(in);

	if (in->cgroup.oom_group || hit->oom_group)
		return "whole_cgroup";
	for (size_t i = 0; i < in->n_victims; i++)
		if (in->victims[i].kind == VICTIM_GROUP_MEMBER)
			return "whole_cgroup";
	return in->cgroup.limits_known ? "one_process" : NULL;
}

const char *incident__sender(const struct incident *in, const struct follow_up *f)
{
	if (f->from_kernel)
		return "kernel";
	for (int i = 0; i < in->forest.n; i++) {
		if (in->forest.members[i].process.pid != f->sender_pid)
			continue;
		if (f->sender_exiting)
			return "parent_death";
		return i == in->group.manager || i == in->group.top ? "manager" : "member";
	}
	return f->sender_pid == 1 ? "init" : "other";
}
