// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Where one name ends and the next begins; see names.h. */
#include <string.h>

#include "klog/names.h"

/* Whether path is dir or something below it. */
static bool is_below(struct slice path, struct slice dir)
{
	if (path.n < dir.n || memcmp(path.s, dir.s, dir.n))
		return false;
	return path.n == dir.n || path.s[dir.n] == '/' || slice__is(dir, "/");
}

/* "HIT<between>VICTIM" or the reverse, where the victim's is the one that is below the other. */
static bool split_paths(struct slice both, const char *between, struct slice *first,
			struct slice *second)
{
	for (long at = slice__find(both, between, 0); at >= 0;
	     at = slice__find(both, between, at + 1)) {
		*first = (struct slice){both.s, at};
		*second = both;
		second->s += at + strlen(between);
		second->n -= at + strlen(between);
		if (slice__begins(*first, "/") && slice__begins(*second, "/") &&
		    (is_below(*second, *first) || is_below(*first, *second)))
			return true;
	}
	return false;
}

bool limit_of__split(struct slice paths, struct slice *victim, struct slice *hit)
{
	return split_paths(paths, " killed as a result of limit of ", victim, hit) &&
	       is_below(*victim, *hit);
}

static bool cut_comm(struct slice *s, struct slice comm, struct slice *found)
{
	long at = slice__find_last(*s, ",task=");
	struct slice rest = *s;

	if (comm.n && rest.n > comm.n && !memcmp(rest.s + rest.n - comm.n, comm.s, comm.n)) {
		rest.n -= comm.n;
		if (cut__suffix(&rest, ",task=")) {
			*s = rest;
			*found = comm;
			return true;
		}
	}
	if (at < 0)
		return false;
	*found = (struct slice){s->s + at + 6, s->n - at - 6};
	s->n = at;
	return true;
}

/* Where in s "oom_memcg=<hit>,task_memcg=" begins; the last such place, and none without hit. */
static bool find_hit(struct slice s, struct slice hit, struct summary_names *names)
{
	for (long at = hit.n ? slice__find(s, ",oom_memcg=", 0) : -1; at >= 0;
	     at = slice__find(s, ",oom_memcg=", at + 1)) {
		struct slice rest = {s.s + at + 11, s.n - at - 11};

		if (rest.n < hit.n || memcmp(rest.s, hit.s, hit.n))
			continue;
		rest.s += hit.n;
		rest.n -= hit.n;
		if (cut__prefix(&rest, ",task_memcg=") && slice__begins(rest, "/")) {
			names->hit = hit;
			names->victim = rest;
			return true;
		}
	}
	return false;
}

/* "(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a" */
static bool cut_global(struct slice s, struct slice *victim)
{
	struct slice front;

	if (!cut__until(&s, ",global_oom,task_memcg=", &front))
		return false;
	*victim = s;
	return slice__begins(s, "/");
}

bool summary__split(const struct printk_summary *m, struct slice hit, struct slice comm,
		    struct summary_names *names)
{
	struct slice s = m->middle, front;

	*names = (struct summary_names){.global = !slice__is(m->constraint, "MEMCG")};
	if (!cut_comm(&s, comm, &names->comm))
		return false;
	if (names->global)
		return cut_global(s, &names->victim);
	if (find_hit(s, hit, names))
		return true;
	return cut__until(&s, ",oom_memcg=", &front) &&
	       split_paths(s, ",task_memcg=", &names->hit, &names->victim) &&
	       is_below(names->victim, names->hit);
}
