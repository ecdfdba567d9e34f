// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * An incident as text, after the lines of its victims:
 *
 *   04:10:14.020Z OOM 3 killed worker 3 of 5 of gunicorn (pid 181, 37 in its namespace) in
 *     pod ml/ranker-0, container server; still alive: manager 177 and 4 workers.
 *   04:10:44.021Z OOM 3 in pod ml/ranker-0, container server: manager_only,
 *     INCONSISTENT. The manager is alive without any worker: it may look healthy but
 *     cannot work. The manager (python3.11, pid 177) sent SIGKILL to 178, 179, 180,
 *     182. 199.4 MiB were freed in 12 ms. ...
 */
#include <inttypes.h>
#include <string.h>

#include "group/follow_ups.h"
#include "render/incident.h"
#include "render/words.h"

#define INDENT 2
/* The longest: 32 signals, each of another sender whose name is all escapes. */
#define PARAGRAPH_BYTES 8192

/* ---- the one that was killed ---- */

/* "worker 3 of 5", "helper compile_worker 3 of 4", "worker EngineCore", "the manager" */
static void put_role(struct words *t, const struct incident *in, int i)
{
	const struct place *place = &in->group.places[i];
	const char *label = in->forest.members[i].hint.label;
	bool numbered = place->of > 1;
	bool named = *label && (!numbered || place->role == ROLE_HELPER);

	words__put(t, "%s%s", named || numbered ? "" : "the ", role__name(place->role));
	if (named) {
		words__put(t, " ");
		words__name(t, label);
	}
	if (numbered)
		words__put(t, " %d of %d", place->index, place->of);
}

/* "sub-worker 1 of 2 under 178 of gunicorn" */
static void put_part(struct words *t, const struct incident *in)
{
	const struct group *g = &in->group;
	const struct member *members = in->forest.members;
	char service[GROUP_SERVICE_BYTES];

	if (!g->n || g->places[g->victim].role == ROLE_SINGLE) {
		words__name(t, in->victims[in->chosen].process.comm);
		return;
	}
	put_role(t, in, g->victim);
	if (g->manager >= 0 && g->manager != g->top && g->manager != g->victim)
		words__put(t, " under %u", members[g->manager].process.pid);
	words__put(t, " of ");
	group__service(g, service);
	words__name(t, service);
}

static void put_where(struct words *t, const struct incident *in)
{
	const struct container *c = &in->identity.container;

	if (!c->pod_uid[0] && !c->id[0])
		return;
	words__put(t, " in ");
	words__identity(t, &in->identity);
}

static void put_victim(struct words *t, const struct incident *in)
{
	const struct process *p = &in->victims[in->chosen].process;

	put_part(t, in);
	words__put(t, " (pid %u", p->pid);
	if (p->vpid && p->vpid != p->pid)
		words__put(t, ", %u in its namespace", p->vpid);
	words__put(t, ")");
	if (in->n_victims > 1)
		words__put(t, " and %zu more", in->n_victims - 1);
	put_where(t, in);
}

/* ---- those that are left ---- */

/* One by its pid, or those of a role. */
struct survivors {
	enum role role;
	int n;
	uint32_t pid;
};

/* Managers that are named: the top, and one below it that the victim belongs to, as DeepSpeed has. */
static bool is_named(const struct incident *in, int i)
{
	const struct group *g = &in->group;

	return i == g->top || (i == g->manager && g->places[i].role == ROLE_MANAGER);
}

static int count_role(const struct incident *in, enum role role)
{
	int n = 0;

	for (int i = 0; i < in->forest.n; i++)
		n += !is_named(in, i) && incident__survived(in, i) &&
		     in->group.places[i].role == role;
	return n;
}

static int list_survivors(const struct incident *in, struct survivors list[6])
{
	static const enum role roles[] = {ROLE_MANAGER, ROLE_WORKER, ROLE_SUB_WORKER, ROLE_HELPER};
	const struct group *g = &in->group;
	int n = 0;

	for (int k = 0; k < g->n; k++) {
		int i = g->members[k];

		if (is_named(in, i) && incident__survived(in, i))
			list[n++] = (struct survivors){ROLE_MANAGER, 1,
						       in->forest.members[i].process.pid};
	}
	for (int i = 0; i < 4; i++) {
		int count = count_role(in, roles[i]);

		if (count)
			list[n++] = (struct survivors){roles[i], count, 0};
	}
	return n;
}

/* "still alive: manager 177, 4 workers and 1 helper" */
static void put_survivors(struct words *t, const struct incident *in)
{
	struct survivors list[6];
	int n = list_survivors(in, list);

	words__put(t, n ? "still alive: " : "nobody is left");
	for (int i = 0; i < n; i++) {
		words__put(t, "%s", !i ? "" : i < n - 1 ? ", " : " and ");
		if (list[i].pid)
			words__put(t, "manager %u", list[i].pid);
		else
			words__put(t, "%d %s%s", list[i].n, role__name(list[i].role),
				   list[i].n > 1 ? "s" : "");
	}
}

static void put_open(struct words *t, const struct incident *in)
{
	words__put(t, "OOM %" PRIu64 " killed ", in->oom_id);
	put_victim(t, in);
	words__put(t, "; ");
	if (!in->group.n)
		words__put(t, "the rest of its group is not known");
	else if (in->group.places[in->group.victim].role == ROLE_SINGLE)
		words__put(t, "it belonged to no group");
	else
		put_survivors(t, in);
	words__put(t, ".");
}

/* ---- what came of it ---- */

static void put_sender(struct words *t, const struct incident *in, const struct follow_up *f)
{
	static const struct {
		const char *by, *who;
	} senders[] = {
		{"manager", "The manager"}, {"member", "Another of the group"},
		{"init", "PID 1"},	    {"parent_death", "The death of their parent"},
		{"other", "An outsider"},
	};
	const char *by = follow_up__sender(in, f), *who = "The kernel";

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		if (!strcmp(by, senders[i].by))
			who = senders[i].who;
	words__put(t, " %s", who);
	if (f->from_kernel)
		return;
	words__put(t, " (");
	words__name(t, f->sender_title);
	words__put(t, ", pid %u)", f->sender_pid);
}

static bool same_sender(const struct follow_up *a, const struct follow_up *b)
{
	return a->sender_pid == b->sender_pid && a->signal == b->signal &&
	       a->from_kernel == b->from_kernel && a->sender_exiting == b->sender_exiting;
}

static void put_follow_ups(struct words *t, const struct incident *in)
{
	const struct follow_up *last = NULL;

	for (int i = 0; i < in->n_follow_ups && i < INCIDENT_FOLLOW_UPS; i++) {
		const struct follow_up *f = &in->follow_ups[i];

		if (last && same_sender(last, f)) {
			words__put(t, ", %u", f->pid);
			continue;
		}
		words__put(t, "%s", last ? "." : "");
		put_sender(t, in, f);
		words__put(t, " sent SIG%s to %u", sigabbrev_np(f->signal) ?: "?", f->pid);
		last = f;
	}
	if (in->n_follow_ups > INCIDENT_FOLLOW_UPS)
		words__put(t, " and %d more signals came", in->n_follow_ups - INCIDENT_FOLLOW_UPS);
	words__put(t, "%s", last ? "." : "");
}

static void put_freed(struct words *t, const struct incident *in)
{
	uint64_t ms, bytes;

	if (!incident__freed(in, &bytes) || !incident__exited(in, &ms))
		return;
	words__put(t, " ");
	words__size(t, bytes);
	if (ms)
		words__put(t, " were freed in %" PRIu64 " ms.", ms);
	else
		words__put(t, " were freed at once.");
}

static void put_closed(struct words *t, const struct incident *in)
{
	const struct framework *framework = in->group.framework;
	enum verdict v = in->verdict;

	words__put(t, "OOM %" PRIu64, in->oom_id);
	put_where(t, in);
	words__put(t, ": ");
	if (v == VERDICT_NONE) {
		words__put(t, "the outcome is not known%s.",
			   in->unwatched ? ", too many were watched at once" : "");
		put_freed(t, in);
		return;
	}
	words__put(t, "%s%s%s. %s", verdict__name(v), in->cut_short ? " so far" : "",
		   verdict__consistent(v) ? "" : ", INCONSISTENT", verdict__meaning(v));
	put_follow_ups(t, in);
	put_freed(t, in);
	words__put(t, " %s", verdict__advice(v));
	if (!framework || !framework->advice || verdict__consistent(v))
		return;
	words__put(t, " ");
	words__name(t, framework->name);
	words__put(t, ": ");
	words__name(t, framework->advice);
}

/* ---- of a kernel log ---- */

static void put_doubts(struct words *t, const struct incident *in)
{
	const char *before = ": ";

	if (!in->doubts)
		return;
	words__put(t, " Confidence is %s", doubts__confidence(in->doubts));
	for (int why = 0; why < DOUBTS; why++) {
		if (!(in->doubts & 1u << why))
			continue;
		words__put(t, "%s%s", before, doubt__meaning(why));
		before = "; ";
	}
	words__put(t, ".");
}

/* Who belongs together, and what came of them, a log does not say. */
static void put_logged(struct words *t, const struct incident *in)
{
	int survivors = incident__count_survivors(in);

	words__put(t, "OOM %" PRIu64 " killed ", in->oom_id);
	put_victim(t, in);
	if (in->decision.chosen_pid && !in->victims[in->chosen].chosen)
		words__put(t, " in place of %u, which the kernel chose", in->decision.chosen_pid);
	if (survivors > 0)
		words__put(t,
			   "; %d more in the cgroup survived. The log does not tell which of them "
			   "belong together, nor what became of them.",
			   survivors);
	else if (survivors == 0)
		words__put(t, "; nobody else was in the cgroup.");
	else
		words__put(t, "; who else was there is not known.");
	put_doubts(t, in);
}

long text__incident(char *buf, size_t cap, const struct node *node, const struct incident *in)
{
	char paragraph[PARAGRAPH_BYTES] = "";
	struct words t = {.buf = buf, .cap = cap};
	struct words p = {.buf = paragraph, .cap = sizeof(paragraph)};

	words__time(&t, node, in->stage == STAGE_CLOSED ? in->closed_ns : in->opened_ns);
	if (node->from_log)
		put_logged(&p, in);
	else if (in->stage == STAGE_CLOSED)
		put_closed(&p, in);
	else
		put_open(&p, in);
	words__put(&t, " ");
	words__wrap(&t, paragraph, t.len, INDENT);
	return words__finish(&t);
}
