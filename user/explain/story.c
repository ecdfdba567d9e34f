// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A kill, told from its records; see story.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explain/remedy.h"
#include "explain/story.h"
#include "journal/value.h"
#include "node/clock.h"

#define PARAGRAPH_BYTES 8192
#define STORY_INDENT	2

void story__moment(struct words *t, int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];

	clock__format(text, ns);
	words__put(t, "%.10s %.12sZ", text, text + strlen("2026-11-24T"));
}

static void put_name(struct words *t, const char *name)
{
	words__name(t, name ? name : "?");
}

/* ---- the victim ---- */

static int64_t number(const json_t *record, const char *key)
{
	int64_t value = 0;

	value__number(record, key, &value);
	return value;
}

/* The entry of this kill among the victims of its incident; NULL: none. */
static const json_t *victim_of(const struct finding *f)
{
	const json_t *victims = value__at(f->incident, "victims"), *one;
	size_t i;

	json_array_foreach(victims, i, one)
		if (number(one, "process.pid") == number(f->kill, "process.pid"))
			return one;
	return NULL;
}

/* The log knows better: processes of Aqueduct look like any of multiprocessing. */
static const char *framework_of(const struct finding *f)
{
	const char *name = f->claim ? f->claim->framework->name : NULL;

	return name ? name : value__text(f->incident, "group.framework");
}

/* "worker 3 of 5", "helper resource_tracker", "manager" */
static void put_part(struct words *t, const struct finding *f)
{
	const json_t *victim = victim_of(f);
	const char *role = value__text(victim, "role"), *label = value__text(victim, "label");
	const char *framework = framework_of(f);

	if (!role || !strcmp(role, "single")) {
		put_name(t, value__text(f->kill, "process.title"));
		return;
	}
	put_name(t, role);
	if (number(victim, "of") > 1)
		words__put(t, " %" PRId64 " of %" PRId64, number(victim, "index"),
			   number(victim, "of"));
	if (label) {
		words__put(t, ", ");
		words__name(t, label);
		words__put(t, ",");
	}
	words__put(t, " of ");
	put_name(t, framework ? framework : value__text(f->kill, "process.title"));
}

void story__who(struct words *t, const struct finding *f)
{
	int64_t pid = number(f->kill, "process.pid"), vpid = number(f->kill, "process.vpid");

	put_part(t, f);
	words__put(t, " (pid %" PRId64, pid);
	if (vpid && vpid != pid)
		words__put(t, " on the host, %" PRId64 " in its namespace", vpid);
	words__put(t, ")");
	if (value__text(f->kill, "k8s.pod.name")) {
		words__put(t, " in pod ");
		put_name(t, value__text(f->kill, "k8s.pod.name"));
	}
	if (value__text(f->kill, "k8s.container.name")) {
		words__put(t, ", container ");
		put_name(t, value__text(f->kill, "k8s.container.name"));
	}
}

bool story__is_above(const json_t *kill)
{
	int64_t hit, own;

	return value__number(kill, "oom.hit.cgroup_id", &hit) &&
	       value__number(kill, "oom.victim.cgroup_id", &own) && hit != own;
}

/* "its container" says more than a path of the kubelet's, in fewer words. */
static void put_cgroup(struct words *t, const struct finding *f, const json_t *cgroup)
{
	const char *path = value__text(cgroup, "path");

	if (value__at(f->kill, "container.id") && !story__is_above(f->kill))
		words__put(t, "its container");
	else if (value__at(f->kill, "k8s.pod.uid") && strstr(path, "pod"))
		words__put(t, "its pod, of all containers together");
	else
		words__name(t, path);
}

static void put_limit(struct words *t, const struct finding *f)
{
	bool hit = value__text(f->kill, "oom.hit.path");
	const json_t *cgroup = value__at(f->kill, hit ? "oom.hit" : "oom.victim");
	int64_t limit;

	if (value__is(f->kill, "oom.constraint", "none")) {
		words__put(t, " The whole machine was out of memory.");
		return;
	}
	if (!value__text(cgroup, "path"))
		return;
	words__put(t, " The limit of ");
	put_cgroup(t, f, cgroup);
	if (value__number(cgroup, "limit_bytes", &limit)) {
		words__put(t, ", ");
		words__size(t, limit);
		words__put(t, ",");
	}
	words__put(t, "%s was reached.", hit ? "" : " or of a cgroup above it");
}

void story__held(struct words *t, const struct finding *f)
{
	int64_t anon, file = 0, shmem = 0, swap = 0;

	if (value__number(f->kill, "memory.anon_rss_bytes", &anon)) {
		value__number(f->kill, "memory.file_rss_bytes", &file);
		value__number(f->kill, "memory.shmem_rss_bytes", &shmem);
		value__number(f->kill, "memory.swap_bytes", &swap);
		words__put(t, " It held ");
		words__size(t, anon + file + shmem);
		if (swap) {
			words__put(t, ", and ");
			words__size(t, swap);
			words__put(t, " in swap");
		}
		words__put(t, ".");
	}
	put_limit(t, f);
}

/* ---- those that were left ---- */

static int count_role(const json_t *survivors, const char *role)
{
	const json_t *one;
	int n = 0;
	size_t i;

	json_array_foreach(survivors, i, one)
		n += value__is(one, "role", role);
	return n;
}

/* "1 manager, 4 workers and 1 helper"; false, with nothing put, where no roles are known. */
static bool put_roles(struct words *t, const json_t *survivors)
{
	static const char *const roles[] = {"manager", "worker", "sub-worker", "helper"};
	int counts[4], parts = 0, said = 0;

	for (int i = 0; i < 4; i++) {
		counts[i] = count_role(survivors, roles[i]);
		parts += counts[i] > 0;
	}
	for (int i = 0; i < 4; i++) {
		if (!counts[i])
			continue;
		said++;
		words__put(t, "%s%d %s%s",
			   said == 1	   ? ""
			   : said == parts ? " and "
					   : ", ",
			   counts[i], roles[i], counts[i] > 1 ? "s" : "");
	}
	return parts;
}

/* Without roles, as of a kernel log, they are of one cgroup, not necessarily of one group. */
static void put_alive(struct words *t, const json_t *survivors, int64_t total)
{
	words__put(t, "Left alive: ");
	if (!put_roles(t, survivors))
		words__put(t, "%" PRId64 " more of its cgroup", total);
	else if (total > (int64_t)json_array_size(survivors))
		words__put(t, " and more");
	words__put(t, ".");
}

static void put_survivors(struct words *t, const json_t *incident)
{
	const json_t *survivors = value__at(incident, "survivors");
	int64_t total = json_array_size(survivors);

	value__number(incident, "survivors_total", &total);
	if (value__is(incident, "group.role", "single")) {
		words__put(t, "It belonged to no group.");
	} else if (!survivors) {
		words__put(t, "Who else was of its group is not known.");
	} else if (!total) {
		words__put(t, "Nobody of its group was left.");
	} else {
		put_alive(t, survivors, total);
	}
}

void story__sender(struct words *t, const json_t *signal)
{
	static const struct {
		const char *by, *who;
	} senders[] = {
		{"manager", "the manager"}, {"member", "another process of the group"},
		{"init", "PID 1"},	    {"parent_death", "the death of its parent"},
		{"kernel", "the kernel"},
	};
	const char *who = "a process outside of the group";

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		if (value__is(signal, "by", senders[i].by))
			who = senders[i].who;
	words__put(t, "%s", who);
	if (value__is(signal, "by", "kernel"))
		return;
	words__put(t, " (");
	put_name(t, value__text(signal, "sender.title"));
	words__put(t, ", pid %" PRId64 ")", number(signal, "sender.pid"));
}

static bool same_sender(const json_t *a, const json_t *b)
{
	return a && number(a, "signal") == number(b, "signal") &&
	       number(a, "sender.pid") == number(b, "sender.pid") &&
	       json_equal(value__at(a, "by"), value__at(b, "by"));
}

static void put_follow_ups(struct words *t, const json_t *incident)
{
	const json_t *signals = value__at(incident, "followed_by"), *one, *last = NULL;
	size_t i;

	json_array_foreach(signals, i, one) {
		if (same_sender(last, one)) {
			words__put(t, ", %" PRId64, number(one, "pid"));
			continue;
		}
		words__put(t, "%s Then ", last ? "." : "");
		story__sender(t, one);
		words__put(t, " sent SIG%s to %" PRId64, sigabbrev_np(number(one, "signal")) ?: "?",
			   number(one, "pid"));
		last = one;
	}
	words__put(t, "%s", last ? ": that was not the OOM killer." : "");
}

/* ---- what came of it ---- */

static void put_memory(struct words *t, const json_t *incident)
{
	int64_t before, after, freed, ms;
	bool usage = value__number(incident, "usage_before_bytes", &before) &&
		     value__number(incident, "usage_after_bytes", &after);

	if (usage && after <= before) {
		words__put(t, " Memory in use fell by ");
		words__size(t, before - after);
		words__put(t, ", from ");
		words__size(t, before);
		words__put(t, " to ");
		words__size(t, after);
		words__put(t, ".");
	}
	if (value__number(incident, "freed_bytes", &freed) &&
	    value__number(incident, "exited_ms", &ms)) {
		words__put(t, " The victim gave back ");
		words__size(t, freed);
		words__put(t, " within %" PRId64 " ms.", ms);
	}
}

static void put_verdict(struct words *t, const json_t *incident)
{
	const char *verdict = value__text(incident, "verdict");
	const json_t *consistent = value__at(incident, "consistent");

	if (!verdict) {
		words__put(t, "What came of them is not known.");
		return;
	}
	words__name(t, verdict);
	words__put(t, "%s: ", json_is_false(consistent) ? ", INCONSISTENT" : "");
	put_name(t, value__text(incident, "meaning"));
	words__put(t, " ");
	put_name(t, value__text(incident, "advice"));
}

void story__paragraph(struct words *t, const char *paragraph)
{
	if (!*paragraph)
		return;
	words__put(t, "%*s", STORY_INDENT, "");
	words__wrap(t, paragraph, STORY_INDENT, STORY_INDENT);
}

void story__after(struct words *t, const struct finding *f, int cgroup_version)
{
	char text[PARAGRAPH_BYTES] = "";
	struct words p = {.buf = text, .cap = sizeof(text)};

	if (!f->incident)
		return;
	put_survivors(&p, f->incident);
	put_follow_ups(&p, f->incident);
	put_memory(&p, f->incident);
	story__paragraph(t, text);

	p.len = 0;
	put_verdict(&p, f->incident);
	story__paragraph(t, text);

	p.len = 0;
	*text = '\0';
	remedy__put(&p, f, cgroup_version);
	story__paragraph(t, text);
}
