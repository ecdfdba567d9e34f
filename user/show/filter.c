// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which records are shown; see filter.h. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "journal/value.h"
#include "node/cgroup_path.h"
#include "group/verdict.h"
#include "show/filter.h"

#define BAD "inconsistent" /* whatever the verdict */

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

	return path && group[0] == '/' && cgroup_path__is_below(path, group);
}

static bool is_of_group(const json_t *record, const char *group)
{
	const char *framework = value__text(record, "group.framework");

	return (framework && !strcasecmp(framework, group)) ||
	       is_below(record, "oom.victim.path", group) ||
	       is_below(record, "oom.hit.path", group);
}

static bool has_verdict(const json_t *record, const char *verdict)
{
	if (!strcmp(verdict, BAD))
		return json_is_false(value__at(record, "consistent"));
	return value__is(record, "verdict", verdict);
}

bool filter__takes(const struct filter *f, const json_t *record)
{
	if (f->pod && !value__is_of_pod(record, f->pod))
		return false;
	if (f->group && !is_of_group(record, f->group))
		return false;
	return (!f->verdict || has_verdict(record, f->verdict)) && is_in_time(f, record);
}

static bool is_verdict(const char *name)
{
	for (int v = VERDICT_NONE + 1; v < VERDICTS; v++)
		if (!strcmp(name, verdict__name(v)))
			return true;
	return !strcmp(name, BAD);
}

int filter__check(const struct filter *f, FILE *err)
{
	if (!f->verdict || is_verdict(f->verdict))
		return 0;
	fprintf(err, "oomtrace: --verdict %s: must be " BAD, f->verdict);
	for (int v = VERDICT_NONE + 1; v < VERDICTS; v++)
		fprintf(err, ", %s", verdict__name(v));
	fputs("\n", err);
	return -EINVAL;
}
