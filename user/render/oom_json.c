// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What records about the same kill say of it in the same way; see oom_json.h. */
#include "render/oom_json.h"
#include "render/record_json.h"
#include "render/words.h"

void oom__creation(struct json *j, const struct node *node, bool known, uint64_t start_ns)
{
	json__begin_object(j, "creation");
	if (known)
		record__time(j, "time", node, start_ns);
	else
		json__null(j, "time");
	json__end_object(j);
}

void oom__member(struct json *j, const struct node *node, const struct process *p)
{
	json__begin_object(j, "process");
	json__u64(j, "pid", p->pid);
	json__u64_if(j, "vpid", p->vpid, p->vpid);
	json__u64_if(j, "parent_pid", p->parent_pid, p->parent_pid);
	oom__creation(j, node, p->start_ns, p->start_ns);
	json__begin_object(j, "executable");
	json__string(j, "name", p->executable[0] ? p->executable : NULL);
	json__end_object(j);
	json__string(j, "title", p->title[0] ? p->title : p->comm);
	json__end_object(j);
	json__begin_object(j, "memory");
	json__u64(j, "rss_bytes", p->rss_bytes);
	json__u64(j, "swap_bytes", p->swap_bytes);
	json__end_object(j);
}

void oom__cgroup(struct json *j, const char *key, const struct cgroup_facts *c)
{
	bool limits = c && c->limits_known;

	json__begin_object(j, key);
	json__u64_if(j, "cgroup_id", c && c->id, c ? c->id : 0);
	json__string(j, "path", c && c->path[0] ? c->path : NULL);
	json__u64_if(j, "limit_bytes", limits && !c->unlimited, c ? c->limit_bytes : 0);
	json__u64_if(j, "usage_bytes", limits && !c->usage_unknown, c ? c->usage_bytes : 0);
	json__bool_if(j, "oom_group", c && (c->oom_group || (limits && !c->oom_group_unknown)),
		      c && c->oom_group);
	json__end_object(j);
}

const char *oom__kind(enum victim_kind kind)
{
	switch (kind) {
	case VICTIM_KILLED:
		return "killed";
	case VICTIM_GROUP_MEMBER:
		return "group_member";
	case VICTIM_MM_SHARED:
		return "mm_shared";
	case VICTIM_ALREADY_EXITING:
		return "already_exiting";
	case VICTIM_UNKNOWN:
		break;
	}
	return NULL;
}

/* enum oom_constraint of include/linux/oom.h, as its text in mm/oom_kill.c without CONSTRAINT_. */
const char *oom__constraint(uint32_t constraint)
{
	static const char *const names[] = {"none", "cpuset", "memory_policy", "memcg"};

	return constraint < sizeof(names) / sizeof(names[0]) ? names[constraint] : NULL;
}

static void put_signed_if(struct json *j, const char *key, bool known, int64_t value)
{
	if (known)
		json__i64(j, key, value);
	else
		json__null(j, key);
}

void oom__decision(struct json *j, const struct decision_event *d)
{
	char gfp[GFP_TEXT_BYTES];

	bool request = d && !d->request_unknown;

	if (request)
		decision__gfp(d, gfp);
	json__string(j, "constraint", d ? oom__constraint(d->constraint) : NULL);
	json__u64_if(j, "gfp_mask", request, request ? d->gfp_mask : 0);
	json__string(j, "gfp", request ? gfp : NULL);
	put_signed_if(j, "order", request, request ? d->order : 0);
	put_signed_if(j, "points", d && !d->points_unknown, d ? d->points : 0);
	json__u64_if(j, "chosen_pid", d && d->chosen_pid, d ? d->chosen_pid : 0);
}
