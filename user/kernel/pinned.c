// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Pins what was made, takes over what is pinned, and empties what others left; see handle.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/handle.h"
#include "kernel/set.h"

/* As they are pinned. */
static const char *const map_names[MAPS] = {
	[MAP_RING] = "ring",	   [MAP_LEDGER] = "ledger", [MAP_REQUESTS] = "requests",
	[MAP_WATCHED] = "watched", [MAP_EXECS] = "execs",
};

/* ---- what is pinned ---- */

static int pin(struct kernel *k)
{
	int err;

	err = pins__begin(&k->pins);
	for (int id = 0; id < MAPS && !err; id++)
		if (k->maps[id] >= 0)
			err = pins__add(&k->pins, map_names[id], k->maps[id]);
	for (int id = 0; id < HOOKS && !err; id++)
		if (k->hook_fds[id] >= 0)
			err = pins__add(&k->pins, k->hooks.state[id].name, k->hook_fds[id]);
	return err ? err : pins__commit(&k->pins, k->set);
}

/* Whether that is pinned as well: of the set of this run. */
static bool is_pinned(const struct kernel *k, const char *name)
{
	char path[2 * PINS_SET_BYTES];

	snprintf(path, sizeof(path), "%s/%s", k->set, name);
	return pins__has(&k->pins, path);
}

/* Whether each hook that this kernel can have is there. */
static bool links_are_pinned(const struct kernel *k)
{
	for (int id = 0; id < HOOKS; id++)
		if (k->hooks.state[id].program && !is_pinned(k, k->hooks.state[id].name))
			return false;
	return true;
}

static bool maps_are_pinned(const struct kernel *k)
{
	for (int id = 0; id < MAPS; id++)
		if (k->maps[id] >= 0 && !is_pinned(k, map_names[id]))
			return false;
	return true;
}

bool handle__has_lost_pins(struct kernel *k)
{
	if (!k->facts.pinned ||
	    (pins__can_be_found(&k->pins) && links_are_pinned(k) && maps_are_pinned(k)))
		return false;
	snprintf(k->why_unpinned, sizeof(k->why_unpinned),
		 "%s: somebody removed what was pinned there", k->config.pin_path);
	k->facts.why_unpinned = k->why_unpinned;
	k->facts.pinned = NULL;
	fprintf(stderr,
		"oomtrace: %s: kills are still recorded, but not those between its end and the "
		"next start; restart it to pin its hooks again\n",
		k->why_unpinned);
	return true;
}

/* From here on they live as long as this process, whatever becomes of the pins. */
static int get_links(struct kernel *k)
{
	for (int id = 0; id < HOOKS; id++) {
		const struct hook_state *state = &k->hooks.state[id];

		if (!state->program)
			continue;
		k->hook_fds[id] = pins__get(&k->pins, k->set, state->name);
		if (k->hook_fds[id] < 0)
			return -EIO;
	}
	return 0;
}

static int take_over(struct kernel *k)
{
	if (!pins__has(&k->pins, k->set) || !links_are_pinned(k))
		return -ENOENT;
	for (int id = 0; id < MAPS; id++)
		k->maps[id] = pins__get(&k->pins, k->set, map_names[id]);
	if (k->maps[MAP_RING] < 0 || k->maps[MAP_WATCHED] < 0 || get_links(k) ||
	    handle__map_shared(k)) {
		handle__close_taken(k);
		return -EIO;
	}
	k->live_since_ns = k->ledger->began_ns;
	k->facts.taken_over = true;
	return 0;
}

static void not_pinned(struct kernel *k, int err)
{
	snprintf(k->why_unpinned, sizeof(k->why_unpinned), "%s: %s", k->config.pin_path,
		 pins__why(err));
	k->facts.why_unpinned = k->why_unpinned;
	pins__close(&k->pins);
}

static void name_set(struct kernel *k)
{
	struct set_source source = {
		.hooks = &k->hooks,
		.ring_bytes = k->config.ring_bytes,
		.scoped = k->config.scoped,
	};

	source.object = object__image(&source.object_bytes);
	set__name(k->set, &source);
}

int handle__open_pinned(struct kernel *k)
{
	int err;

	err = pins__open(&k->pins, k->config.pin_path);
	if (err == -EBUSY) {
		set__say_busy(&k->pins, "stop it, or run this one with --no-pin");
		return err;
	}
	if (err) {
		not_pinned(k, err);
		return handle__open_fresh(k);
	}
	name_set(k);
	if (!take_over(k)) {
		k->facts.pinned = k->config.pin_path;
		return 0;
	}
	err = handle__open_fresh(k);
	if (err)
		return err;
	pins__remove(&k->pins, k->set); /* incomplete, else it had been taken over */
	err = pin(k);
	if (err)
		not_pinned(k, err);
	else
		k->facts.pinned = k->config.pin_path;
	return 0;
}

/* ---- what others left ---- */

int kernel__take_leftover(struct kernel *k, struct leftover *left)
{
	char set[PINS_SET_BYTES];

	if (!k->facts.pinned || pins__other(&k->pins, k->set, set))
		return -ENOENT;
	*left = (struct leftover){.ring_fd = -1, .until_ns = k->live_since_ns};
	if (set__is_readable(set)) {
		left->ring_fd = pins__get(&k->pins, set, "ring");
		left->ring_bytes = set__map_entries(left->ring_fd);
		left->ledger = set__open_ledger(&k->pins, set);
	} else {
		fprintf(stderr,
			"oomtrace: what another version recorded meanwhile can't be read\n");
	}
	return pins__remove(&k->pins, set) ? -ENOENT : 0;
}

void leftover__free(struct leftover *left)
{
	set__close_ledger(left->ledger);
	if (left->ring_fd >= 0)
		close(left->ring_fd);
}
