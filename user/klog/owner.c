// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which dump awaits a message; see owner.h. */
#include "klog/owner.h"

static bool awaits(const struct dump *u, enum printk_kind kind)
{
	if (u->n_victims || dump__had(u, BIT(SUMMARY) | BIT(CHOSEN)))
		return false;
	switch (kind) {
	case PRINTK_TABLE: /* two lines */
		return !u->table.n;
	case PRINTK_TASK:
		return dump__had(u, BIT(TABLE)) || u->table.n || !dump__had(u, BIT(INVOKED));
	case PRINTK_SUMMARY:
		return true;
	case PRINTK_STATS: /* several lines, up to 5.2 */
		return !dump__had(u, BIT(TABLE));
	default:
		return !dump__had(u, 1u << kind | BIT(TABLE));
	}
}

struct dump *owner__of_part(struct dump *open, enum printk_kind kind, const struct moment *at)
{
	struct dump *found = NULL;

	for (int i = 0; i < DUMPS_OPEN && open[i].open; i++) {
		struct dump *u = &open[i];

		if (!awaits(u, kind) || !dump__is_of(u, at->caller))
			continue;
		if (found && !at->caller.n) {
			dump__doubt(found, DOUBT_INTERLEAVED);
			dump__doubt(u, DOUBT_INTERLEAVED);
		}
		if (!found || at->caller.n ||
		    (kind == PRINTK_STATS && dump__had(found, BIT(STATS)) &&
		     !dump__had(u, BIT(STATS))))
			found = u;
	}
	return found;
}

struct dump *owner__of_choice(struct dump *open, uint64_t pid, const struct moment *at)
{
	for (int i = DUMPS_OPEN - 1; i >= 0; i--) {
		struct dump *u = &open[i];

		if (u->open && !u->n_victims && !dump__had(u, BIT(SUMMARY) | BIT(CHOSEN)) &&
		    dump__is_of(u, at->caller) && table__find_process(&u->table, pid))
			return u;
	}
	return owner__of_part(open, PRINTK_SUMMARY, at);
}

static bool may_have_killed(struct dump *u, const struct printk_killed *k, const struct moment *at)
{
	struct row *row = table__find(&u->table, k->tid);

	if (!dump__agrees(u, k->scope) || !dump__is_of(u, at->caller))
		return false;
	if (u->n_victims)
		return dump__had(u, BIT(GROUP));
	if (dump__had(u, BIT(CHOSEN)))
		return true; /* it or a child of it */
	if (u->decision.chosen_pid)
		return u->decision.chosen_pid == k->tid ||
		       (row && row->pid == u->decision.chosen_pid) || !u->table.n;
	return row || !u->table.n;
}

struct dump *owner__of_kill(struct dump *open, const struct printk_killed *k,
			    const struct moment *at)
{
	struct dump *found = NULL;

	for (int i = DUMPS_OPEN - 1; i >= 0; i--) {
		struct dump *u = &open[i];
		bool named = u->open &&
			     (u->decision.chosen_pid == k->tid || table__find(&u->table, k->tid));

		if (!u->open || !may_have_killed(u, k, at))
			continue;
		if (named)
			return u;
		found = u;
	}
	return found;
}
