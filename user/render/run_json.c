// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A run as JSON; see run_json.h. */
#include <unistd.h>

#include "render/identity_json.h"
#include "render/run_json.h"

void run_json__program(struct json *j)
{
	json__begin_object(j, "oomtrace");
	json__string(j, "version", OOMTRACE_VERSION);
	json__u64(j, "pid", getpid());
	json__end_object(j);
}

void run_json__hooks(struct json *j, const struct kernel_facts *k)
{
	json__begin_array(j, "hooks");
	for (size_t i = 0; k && i < k->n_hooks; i++) {
		const struct hook_state *hook = &k->hooks[i];
		bool live = hook__is_live(hook);

		json__begin_object(j, NULL);
		json__string(j, "name", hook->name);
		json__bool(j, "live", live);
		json__string(j, "how", live ? hook->how : NULL);
		json__string(j, "why", live ? NULL : hook->why);
		json__end_object(j);
	}
	json__end_array(j);
}

void run_json__pinned(struct json *j, const struct kernel_facts *k)
{
	json__begin_object(j, "pinned");
	json__string(j, "path", k ? k->pinned : NULL);
	json__string(j, "why", k ? k->why_unpinned : NULL);
	json__bool(j, "taken_over", k && k->taken_over);
	json__end_object(j);
}

void run_json__scope(struct json *j, const struct scope *s)
{
	const char *unseen[SCOPE_UNSEEN + 1];

	scope__unseen(s, unseen);
	json__begin_object(j, "scope");
	json__string(j, "kind", s->cgroup_id ? "pod" : "node");
	json__u64_if(j, "cgroup_id", s->cgroup_id, s->cgroup_id);
	json__string(j, "path", s->cgroup_id ? s->path : NULL);
	json__begin_array(j, "unseen");
	for (int i = 0; unseen[i]; i++)
		json__string(j, NULL, unseen[i]);
	json__end_array(j);
	json__end_object(j);
	identity__json(j, &s->self);
}

void run_json__totals(struct json *j, const struct ledger *l)
{
	const struct rec_ledger *b = &l->books;

	json__begin_object(j, "totals");
	json__u64(j, "seen", b->seq);
	json__u64(j, "written", b->written);
	json__u64(j, "waiting", ledger__waiting(l));
	json__u64(j, "duplicates", b->duplicates);
	json__u64(j, "repeated_marks", b->repeated);
	json__begin_object(j, "lost");
	json__u64(j, "ring_full", b->ring_full);
	json__u64(j, "decode", b->lost_decode);
	json__u64(j, "output", b->lost_output);
	json__u64(j, "shutdown", ledger__lost_shutdown(l));
	json__end_object(j);
	json__end_object(j);
}
