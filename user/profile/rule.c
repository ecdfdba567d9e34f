// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Rules from JSON, and what makes one sound:
 *
 *     {"program": "serve.py", "role": "manager", "forks": "worker"}
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern.h"
#include "profile/reading.h"

#define PATTERN_BYTES 256
#define COMM_BYTES    15

/* The first N_BOUNDARY_MEMBERS may also stand in boundaries. */
static const struct member rule_members[] = {
	{"executable", offsetof(struct rule, executable), PATTERN_BYTES},
	{"program", offsetof(struct rule, program), PATTERN_BYTES},
	{"argument", offsetof(struct rule, argument), PATTERN_BYTES},
	{"title", offsetof(struct rule, title), PATTERN_BYTES},
	{"comm", offsetof(struct rule, comm), PATTERN_BYTES},
	{"label", offsetof(struct rule, label), PROFILE_LABEL_BYTES},
};

#define N_PATTERNS	   5
#define N_BOUNDARY_MEMBERS 3

static const char *pattern_fault(const struct member *m, const char *pattern)
{
	const char *fault = pattern__fault(pattern);

	if (fault)
		return fault;
	if (!pattern__least(pattern))
		return "matches everything; leave it out or say more";
	if (!strcmp(m->key, "comm") && pattern__least(pattern) > COMM_BYTES)
		return "no comm has more than 15 bytes; cut it there";
	return NULL;
}

const char *rule__fault(const struct rule *rule, const char **key)
{
	size_t patterns = 0, labels = rule->label != NULL;

	for (size_t i = 0; i < N_PATTERNS; i++) {
		const char *pattern = *member__in((void *)rule, &rule_members[i]);
		const char *fault = pattern ? pattern_fault(&rule_members[i], pattern) : NULL;

		*key = rule_members[i].key;
		if (fault)
			return fault;
		patterns += pattern != NULL;
		labels += pattern && pattern__has_label(pattern);
	}
	*key = NULL;
	if (!patterns)
		return "matches everything; give one of executable, program, argument, title, comm";
	if (labels > 1)
		return "has more than one label";
	if ((rule->title || rule->comm) && (rule->launched || rule->boundary || rule->forks))
		return "launched and forks say nothing where title or comm is given";
	return NULL;
}

static int read_role(struct reading *r, const char *key, const json_t *value, enum role *role)
{
	static const char *const names[] = {
		[ROLE_MANAGER] = "manager",
		[ROLE_WORKER] = "worker",
		[ROLE_SUB_WORKER] = "sub_worker",
		[ROLE_HELPER] = "helper",
	};
	const char *name = json_string_value(value);

	for (size_t i = ROLE_MANAGER; name && i < N(names); i++) {
		if (!strcmp(names[i], name)) {
			*role = i;
			return 0;
		}
	}
	return reading__refuse(r, key, "must be manager, worker, sub_worker or helper");
}

static bool *flag_at(struct rule *rule, const char *key)
{
	if (!strcmp(key, "launched"))
		return &rule->launched;
	return strcmp(key, "passing") ? NULL : &rule->passing;
}

static int read_rule_member(struct reading *r, const char *key, const json_t *value,
			    struct rule *rule)
{
	size_t n = rule->boundary ? N_BOUNDARY_MEMBERS : N(rule_members);
	const struct member *m = member__find(rule_members, n, key);
	bool *flag = flag_at(rule, key);

	if (m)
		return reading__string(r, m, value, member__in(rule, m));
	if (rule->boundary)
		return reading__refuse(
			r, key, "is not known here; known are executable, program, argument");
	if (!strcmp(key, "role"))
		return read_role(r, key, value, &rule->role);
	if (!strcmp(key, "forks"))
		return read_role(r, key, value, &rule->forks);
	if (!flag)
		return reading__refuse(
			r, key,
			"is not known; known are executable, program, argument, title, "
			"comm, label, role, forks, launched, passing");
	if (!json_is_boolean(value))
		return reading__refuse(r, key, "must be true or false");
	*flag = json_is_true(value);
	return 0;
}

static int read_rule(struct reading *r, json_t *object, struct rule *rule)
{
	const char *key, *fault;
	json_t *value;
	int err;

	if (!json_is_object(object))
		return reading__refuse(r, NULL, "must be an object");
	json_object_foreach(object, key, value) {
		err = read_rule_member(r, key, value, rule);
		if (err)
			return err;
	}
	fault = rule__fault(rule, &key);
	return fault ? reading__refuse(r, key, "%s", fault) : 0;
}

int reading__rules(struct reading *r, json_t *array, struct profile *profile)
{
	size_t n = json_array_size(array), end = strlen(r->where), i;
	bool boundary = !profile->framework.name;
	struct rule *rules;
	json_t *rule;
	int err;

	if (!n)
		return reading__refuse(r, NULL, "must be an array with at least one rule");
	rules = calloc(n, sizeof(*rules));
	if (!rules)
		return reading__refuse(r, NULL, "no memory"), -ENOMEM;
	profile->rules = rules;
	json_array_foreach(array, i, rule) {
		snprintf(r->where + end, sizeof(r->where) - end, "[%zu]", i);
		rules[i].boundary = boundary;
		err = read_rule(r, rule, &rules[i]);
		if (err)
			return err;
	}
	profile->n = n;
	r->where[end] = '\0';
	return 0;
}
