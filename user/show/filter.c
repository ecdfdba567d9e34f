// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which records are shown; see filter.h. */
#include <string.h>

#include "explain/value.h"
#include "show/filter.h"

static bool is_in_time(const struct filter *f, const json_t *record)
{
	int64_t ns;

	if (f->since_ns == INT64_MIN && f->until_ns == INT64_MAX)
		return true;
	return value__time(record, "time", &ns) && ns >= f->since_ns && ns < f->until_ns;
}

/* "/ml" is the cgroup "/ml" and "/ml/a", but not "/mlx". */
static bool is_below(const json_t *record, const char *key, const char *group)
{
	const char *path = value__text(record, key);
	size_t n = strlen(group);

	return path && group[0] == '/' && !strncmp(path, group, n) &&
	       (path[n] == '\0' || path[n] == '/' || group[n - 1] == '/');
}

static bool is_of_group(const json_t *record, const char *group)
{
	return value__is(record, "group.framework", group) ||
	       is_below(record, "oom.victim.path", group) ||
	       is_below(record, "oom.hit.path", group);
}

static bool has_verdict(const json_t *record, const char *verdict)
{
	if (!strcmp(verdict, "inconsistent"))
		return json_is_false(value__at(record, "consistent"));
	return value__is(record, "verdict", verdict);
}

bool filter__takes(const struct filter *f, const json_t *record)
{
	if (f->pod && !value__is(record, "k8s.pod.name", f->pod) &&
	    !value__is(record, "k8s.pod.uid", f->pod))
		return false;
	if (f->group && !is_of_group(record, f->group))
		return false;
	return (!f->verdict || has_verdict(record, f->verdict)) && is_in_time(f, record);
}
