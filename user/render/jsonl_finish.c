// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What was done about a group as a JSON line: oom_finish. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "group/finish.h"
#include "render/finish.h"
#include "render/identity_json.h"
#include "render/jsonl.h"
#include "render/oom_json.h"
#include "render/record_json.h"

/* As in an incident's lists. */
#define LISTED 32

static const char *state_name(enum finish_state state)
{
	static const char *const names[] = {
		[FINISH_REFUSED] = "refused",	  [FINISH_REHEARSED] = "dry_run",
		[FINISH_SIGNALLED] = "signalled", [FINISH_ENDED] = "ended",
		[FINISH_REMAINS] = "remains",	  [FINISH_STOPPED] = "stopped",
	};

	return names[state];
}

static const char *refusal_name(enum finish_refusal refusal)
{
	static const char *const names[] = {
		[FINISH_ALLOWED] = NULL,
		[FINISH_UNSEEN] = "pid_namespace",
		[FINISH_IN_ROOT] = "root_cgroup",
		[FINISH_UNCERTAIN] = "uncertain",
		[FINISH_INCOMPLETE] = "incomplete",
		[FINISH_NOBODY] = "nobody",
		[FINISH_MEMBER] = "member",
	};

	return names[refusal];
}

static const char *target_name(enum target_state state)
{
	static const char *const names[] = {
		[TARGET_FOUND] = "alive",	  [TARGET_SIGNALLED] = "signalled",
		[TARGET_GONE] = "gone",		  [TARGET_INIT] = "init",
		[TARGET_SELF] = "self",		  [TARGET_OUTSIDE] = "outside",
		[TARGET_PROTECTED] = "protected", [TARGET_FAILED] = "failed",
	};

	return names[state];
}

static void put_target(struct json *j, const struct node *node, const struct target *t)
{
	json__begin_object(j, NULL);
	oom__member(j, node, &t->process);
	json__string(j, "role", t->role ? role__name(t->role) : NULL);
	json__string(j, "state", target_name(t->state));
	json__string(j, "error", t->err ? strerrorname_np(-t->err) : NULL);
	json__end_object(j);
}

/* Those that are against it come first: they are why. */
static void put_targets(struct json *j, const struct node *node, const struct finish *f,
			size_t most)
{
	size_t listed = 0;

	json__u64(j, "processes_total", f->n);
	json__begin_array(j, "processes");
	for (size_t i = 0; i < f->n && listed < most; i++)
		if (target__is_obstacle(&f->targets[i]) && ++listed)
			put_target(j, node, &f->targets[i]);
	for (size_t i = 0; i < f->n && listed < most; i++)
		if (!target__is_obstacle(&f->targets[i]) && ++listed)
			put_target(j, node, &f->targets[i]);
	json__end_array(j);
}

static void put_scope(struct json *j, const struct incident *in)
{
	json__begin_object(j, "scope");
	json__u64_if(j, "cgroup_id", in->finish->scope_id, in->finish->scope_id);
	json__string(j, "path", in->scope[0] ? in->scope : NULL);
	json__end_object(j);
}

static void put_unread(struct json *j, const struct finish *f)
{
	json__begin_object(j, "unread");
	if (f->err)
		json__string(j, "processes", strerrorname_np(-f->err));
	json__end_object(j);
}

static long put_finish(struct json *j, const struct node *node, const struct incident *in,
		       size_t most)
{
	const struct finish *f = in->finish;
	char victim[NODE_UID_BYTES], uid[NODE_UID_BYTES + 24];
	bool sent = f->state != FINISH_REFUSED && f->signal;

	node__uid(node, in->victims[in->chosen].seq, victim);
	snprintf(uid, sizeof(uid), "%s-finish-%u", victim, f->step);
	record__begin(j, node, "oom_finish", f->time_ns, uid);
	json__begin_object(j, "oom");
	json__u64(j, "id", in->oom_id);
	json__end_object(j);
	json__string(j, "verdict", verdict__name(in->verdict));
	json__string(j, "state", state_name(f->state));
	json__string(j, "refused", refusal_name(f->refusal));
	json__u64_if(j, "signal", sent, f->signal);
	json__string(j, "by",
		     f->state != FINISH_SIGNALLED ? NULL
		     : f->by_cgroup		  ? "cgroup.kill"
						  : "pidfd");
	json__string(j, "match", f->match);
	put_scope(j, in);
	identity__json(j, &in->identity);
	put_targets(j, node, f, most);
	put_unread(j, f);
	return record__end(j);
}

long jsonl__finish(char *buf, size_t cap, const struct node *node, const struct incident *in)
{
	struct json j;
	long n = -ENOBUFS;

	for (size_t most = LISTED; n < 0 && most; most /= 2) {
		json__init(&j, buf, cap);
		n = put_finish(&j, node, in, most);
	}
	return n;
}
