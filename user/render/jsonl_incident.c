// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An incident, open or closed, as a JSON line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "group/evidence.h"
#include "group/follow_ups.h"
#include "render/identity_json.h"
#include "render/incident.h"
#include "render/oom_json.h"
#include "render/record_json.h"

/* A list is cut here, or earlier where the line has no room, and says how many there are in all. */
#define LISTED 32
/* Steps from the victim to the top, and what is said of the rest. */
#define SENTENCES 16

/* What a process was in the group; nulls where it was in none, or none is known. */
static void put_place(struct json *j, const struct incident *in, int i)
{
	const struct place *place = i >= 0 && in->group.n ? &in->group.places[i] : NULL;
	bool known = place && place->role != ROLE_UNKNOWN;
	const char *label = known ? in->forest.members[i].hint.label : "";

	json__string(j, "role", known ? role__name(place->role) : NULL);
	json__string(j, "label", *label ? label : NULL);
	json__u64_if(j, "index", known && place->index, known ? place->index : 0);
	json__u64_if(j, "of", known && place->of, known ? place->of : 0);
	json__bool_if(j, "nearest", known, known && place->nearest);
}

/* ---- victims ---- */

static void put_victim(struct json *j, const struct node *node, const struct incident *in,
		       const struct incident_victim *v)
{
	json__begin_object(j, NULL);
	json__u64(j, "seq", v->seq);
	json__string(j, "kind", oom__kind(v->kind));
	json__bool(j, "chosen", v->chosen);
	oom__member(j, node, &v->process);
	put_place(j, in, forest__find(&in->forest, v->process.pid, v->process.start_ns));
	json__u64_if(j, "exited_ms", v->exited_ns, (v->exited_ns - v->killed_ns) / 1000000);
	json__end_object(j);
}

static void put_victims(struct json *j, const struct node *node, const struct incident *in,
			size_t most)
{
	json__u64(j, "victims_total", in->n_victims);
	json__begin_array(j, "victims");
	put_victim(j, node, in, &in->victims[in->chosen]);
	for (size_t i = 0, listed = 1; i < in->n_victims && listed < most; i++) {
		if (i == in->chosen)
			continue;
		put_victim(j, node, in, &in->victims[i]);
		listed++;
	}
	json__end_array(j);
}

/* Of all victims together: nothing is known before the last one is gone. */
static void put_freed(struct json *j, const struct incident *in)
{
	uint64_t bytes = 0, ms = 0, reaped_ns = 0;
	bool exited = incident__exited(in, &ms);
	bool freed = exited && incident__freed(in, &bytes);

	for (size_t i = 0; i < in->n_victims; i++)
		if (in->victims[i].reaped_ns > reaped_ns)
			reaped_ns = in->victims[i].reaped_ns;
	json__u64_if(j, "freed_bytes", freed, bytes);
	json__u64_if(j, "exited_ms", exited, ms);
	json__u64_if(j, "reaped_ms", reaped_ns, (reaped_ns - in->time_ns) / 1000000);
}

/* ---- the group ---- */

/* A manager can have started another before the snapshot was taken. */
static int count_members(const struct group *g)
{
	int n = 0;

	for (int k = 0; k < g->n; k++)
		n += !g->forest->members[g->members[k]].later;
	return n;
}

/* What is known of the framework. */
static void put_framework(struct json *j, const struct framework *f)
{
	json__string(j, "framework", f ? f->name : NULL);
	json__string(j, "reaction", f ? f->reaction : NULL);
	json__string(j, "log_message", f && f->messages ? f->messages[0].pattern : NULL);
	json__string(j, "advice", f ? f->advice : NULL);
}

static void put_group(struct json *j, const struct incident *in)
{
	const struct group *g = &in->group;
	const struct process *top;
	char id[48];

	if (!g->n) {
		json__null(j, "group");
		return;
	}
	top = &in->forest.members[g->top].process;
	/* The manager's start tells it from another with the same pid, until the next boot. */
	snprintf(id, sizeof(id), "%u-%llx", top->pid, (unsigned long long)top->start_ns);
	json__begin_object(j, "group");
	json__string(j, "id", id);
	put_framework(j, g->framework);
	json__u64(j, "members", count_members(g));
	json__u64_if(j, "manager_pid", g->manager >= 0,
		     g->manager >= 0 ? in->forest.members[g->manager].process.pid : 0);
	json__u64(j, "top_pid", top->pid);
	put_place(j, in, g->victim);
	json__string(j, "strength", strength__name(g->strength));
	json__bool(j, "ambiguous", g->ambiguous);
	json__end_object(j);
}

static void put_survivor(struct json *j, const struct node *node, const struct incident *in, int i)
{
	static const char *const fates[] = {"alive", NULL, "zombie", "gone"};

	json__begin_object(j, NULL);
	oom__member(j, node, &in->forest.members[i].process);
	put_place(j, in, i);
	json__string(j, "fate", in->unrelated ? NULL : fates[in->fates[i]]);
	json__end_object(j);
}

static void put_survivors(struct json *j, const struct node *node, const struct incident *in,
			  size_t most)
{
	int total = incident__count_survivors(in), i;
	size_t told = 0;

	json__u64_if(j, "survivors_total", total >= 0, total);
	if (total < 0) {
		json__null(j, "survivors");
		return;
	}
	json__begin_array(j, "survivors");
	for (int k = 0; told < most && (i = incident__listed(in, k)) >= 0; k++) {
		if (!incident__survived(in, i))
			continue;
		put_survivor(j, node, in, i);
		told++;
	}
	json__end_array(j);
}

static void put_evidence(struct json *j, const struct incident *in)
{
	char sentence[EVIDENCE_BYTES];

	json__begin_array(j, "evidence");
	if (in->unrelated)
		json__string(j, NULL, EVIDENCE_OF_A_LOG);
	for (int k = 0; in->group.n && k < SENTENCES && evidence__sentence(&in->group, k, sentence);
	     k++)
		json__string(j, NULL, sentence);
	json__end_array(j);
}

/* ---- what followed ---- */

static void put_follow_up(struct json *j, const struct node *node, const struct incident *in,
			  const struct follow_up *f)
{
	json__begin_object(j, NULL);
	record__time(j, "time", node, f->time_ns);
	json__u64(j, "pid", f->pid);
	json__u64(j, "signal", f->signal);
	json__string(j, "by", follow_up__sender(in, f));
	json__begin_object(j, "sender");
	json__u64(j, "pid", f->sender_pid);
	json__string(j, "title", f->sender_title);
	json__end_object(j);
	json__end_object(j);
}

static void put_follow_ups(struct json *j, const struct node *node, const struct incident *in)
{
	json__u64(j, "followed_by_total", in->n_follow_ups);
	json__begin_array(j, "followed_by");
	for (int i = 0; i < in->n_follow_ups && i < INCIDENT_FOLLOW_UPS; i++)
		put_follow_up(j, node, in, &in->follow_ups[i]);
	json__end_array(j);
}

/* ---- the verdict ---- */

static void put_verdict(struct json *j, const struct incident *in)
{
	bool closed = in->stage == STAGE_CLOSED;
	enum verdict v = closed || verdict__is_final(in->verdict) ? in->verdict : VERDICT_NONE;
	int consistent = verdict__consistent(v);

	json__string(j, "verdict", verdict__name(v));
	json__bool_if(j, "consistent", consistent >= 0, consistent);
	json__string(j, "meaning", verdict__meaning(v));
	json__string(j, "advice", verdict__advice(v));
	json__u64_if(j, "replacements", in->group.n && in->stage != STAGE_GATHERING,
		     in->outcome.new_alike);
	json__u64_if(j, "watched_ms", closed && in->opened_ns && !in->unrelated,
		     (in->closed_ns - in->opened_ns) / 1000000);
	json__bool(j, "cut_short", in->cut_short || in->unwatched);
}

static void put_usage(struct json *j, const struct incident *in)
{
	const struct cgroup_facts *c = incident__hit(in);

	json__u64_if(j, "usage_before_bytes", c->limits_known && !c->usage_unknown, c->usage_bytes);
	json__u64_if(j, "usage_after_bytes", in->usage_after_known, in->usage_after_bytes);
}

static void put_oom(struct json *j, const struct incident *in)
{
	const struct decision_event *d = in->decision_known ? &in->decision : NULL;

	json__begin_object(j, "oom");
	json__u64(j, "id", in->oom_id);
	json__bool(j, "id_inferred", in->oom_id_inferred);
	oom__decision(j, d);
	oom__cgroup(j, "hit", d && !d->global ? &d->hit : NULL);
	oom__cgroup(j, "victim", &in->cgroup);
	json__end_object(j);
}

static void put_doubts(struct json *j, const struct incident *in)
{
	json__string(j, "confidence", doubts__confidence(in->doubts));
	json__begin_array(j, "doubts");
	for (int why = 0; why < DOUBTS; why++)
		if (in->doubts & 1u << why)
			json__string(j, NULL, doubt__name(why));
	json__end_array(j);
}

static void put_unread(struct json *j, const struct incident *in)
{
	json__begin_object(j, "unread");
	if (in->snapshot_err)
		json__string(j, incident__count_survivors(in) >= 0 ? "survivors" : "group",
			     strerrorname_np(-in->snapshot_err));
	else if (in->unrelated)
		json__string(j, "group", strerrorname_np(ENODATA));
	json__end_object(j);
}

static long put_incident(struct json *j, const struct node *node, const struct incident *in,
			 size_t most)
{
	bool closed = in->stage == STAGE_CLOSED;
	char victim[NODE_UID_BYTES], uid[NODE_UID_BYTES + 8];

	node__uid(node, in->victims[in->chosen].seq, victim);
	snprintf(uid, sizeof(uid), "%s-%s", victim, closed ? "closed" : "open");
	record__begin(j, node, "oom_incident", closed ? in->closed_ns : in->opened_ns, uid);
	json__string(j, "state", closed ? "closed" : "open");
	put_verdict(j, in);
	json__string(j, "expected", incident__expected(in));
	put_group(j, in);
	put_victims(j, node, in, most);
	put_survivors(j, node, in, most);
	put_follow_ups(j, node, in);
	put_freed(j, in);
	put_usage(j, in);
	put_oom(j, in);
	identity__json(j, &in->identity);
	put_evidence(j, in);
	put_doubts(j, in);
	put_unread(j, in);
	return record__end(j);
}

long jsonl__incident(char *buf, size_t cap, const struct node *node, const struct incident *in)
{
	struct json j;
	long n = -ENOBUFS;

	for (size_t most = LISTED; n < 0 && most; most /= 2) {
		json__init(&j, buf, cap);
		n = put_incident(&j, node, in, most);
	}
	return n;
}
