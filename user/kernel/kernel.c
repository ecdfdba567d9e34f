// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Loads, attaches and pins the BPF programs, or takes over what is pinned; see kernel.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/kernel.h"
#include "kernel/object.h"
#include "kernel/set.h"
#include "kernel/switches.h"
#include "node/clock.h"
#include "node/procfs.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"

struct kernel {
	struct kernel_config config;
	struct hooks hooks;
	struct pins pins;
	char set[PINS_SET_BYTES]; /* the name of what is pinned, or would be */
	char why_unpinned[128];
	struct kernel_facts facts;
	struct bpf_link *links[HOOKS]; /* NULL: none, or taken over */
	int link_fds[HOOKS];	       /* of either; -1: none. What is open here nobody ends */
	int maps[MAPS];		       /* negative: not there */
	struct rec_ledger *ledger;
	struct rec_requests *requests;
	uint64_t live_since_ns; /* CLOCK_BOOTTIME */
};

/* As they are pinned. */
static const char *const map_names[MAPS] = {
	[MAP_RING] = "ring",	   [MAP_LEDGER] = "ledger", [MAP_REQUESTS] = "requests",
	[MAP_WATCHED] = "watched", [MAP_EXECS] = "execs",
};

static bool libbpf_aloud;

static int on_libbpf_message(enum libbpf_print_level level, const char *format, va_list args)
{
	return libbpf_aloud ? vfprintf(stderr, format, args) : 0;
}

/* ---- what the kernel says ---- */

/* "none [integrity] confidentiality" */
static const char *lockdown(void)
{
	static const char *const levels[] = {"none", "integrity", "confidentiality"};
	char text[64] = "";
	FILE *f;

	f = fopen(LOCKDOWN, "re");
	if (!f)
		return NULL;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	for (int i = 0; i < 3; i++) {
		const char *at = strchr(text, '[');

		if (at && !strncmp(at + 1, levels[i], strlen(levels[i])))
			return levels[i];
	}
	return NULL;
}

int kernel__ask(struct kernel **out, const struct kernel_config *config)
{
	struct hooks_config asked = {
		.btf_path = config->btf_path,
		.exec_cache = config->exec_entries,
		.pin = config->pin_path,
	};
	struct kernel *k;
	int err;

	*out = NULL;
	libbpf_aloud = config->verbose;
	libbpf_set_print(on_libbpf_message);
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->config = *config;
	k->pins.dir = -1;
	for (int id = 0; id < MAPS; id++)
		k->maps[id] = -1;
	for (int id = 0; id < HOOKS; id++)
		k->link_fds[id] = -1;
	k->facts = (struct kernel_facts){
		.hooks = k->hooks.state,
		.n_hooks = HOOKS,
		.btf_path = config->btf_path ? config->btf_path : HOOKS_KERNEL_BTF,
		.lockdown = lockdown(),
	};
	err = hooks__choose(&k->hooks, &asked);
	if (err) {
		kernel__close(k);
		return err;
	}
	*out = k;
	return 0;
}

/* ---- load and attach ---- */

static int attach_one(struct kernel *k, const struct object *o, int id)
{
	const struct hook_state *state = &k->hooks.state[id];
	int err = object__attach(o, id, &k->links[id]);
	char why[128];

	if (!err)
		return 0;
	snprintf(why, sizeof(why), "%s: %s", state->how, strerror(-err));
	hooks__drop(&k->hooks, id, why);
	if (hooks__need(id) != HOOK_REQUIRED)
		return 0;
	fprintf(stderr, "oomtrace: %s can't be attached: %s\n", state->name, why);
	return err;
}

/* Last to first: when mark_victim is live, all that explains it is. */
static int attach(struct kernel *k, const struct object *o)
{
	uint64_t kills = 0;
	int err = 0;

	k->ledger->began_ns = clock__boot_ns();
	k->ledger->vmstat_known = !procfs__oom_kills("/proc", &kills);
	k->ledger->vmstat_before = kills;
	for (int id = HOOKS - 1; id >= 0 && !err; id--)
		err = attach_one(k, o, id);
	k->live_since_ns = clock__boot_ns();
	return err;
}

/* Of what is shared with the programs, in memory. 0, or a negative errno. */
static int map_shared(struct kernel *k)
{
	k->ledger = set__map(k->maps[MAP_LEDGER], sizeof(*k->ledger));
	k->requests = set__map(k->maps[MAP_REQUESTS], sizeof(*k->requests));
	return k->ledger && k->requests ? 0 : -EIO;
}

static int open_fresh(struct kernel *k)
{
	struct object *o;
	int err;

	err = object__load(&o, &k->hooks, &k->config);
	if (err)
		return err;
	for (int id = 0; id < MAPS; id++)
		k->maps[id] = object__map(o, id);
	err = map_shared(k);
	if (!err)
		err = attach(k, o);
	for (int id = 0; id < HOOKS && !err; id++)
		if (k->links[id])
			k->link_fds[id] = bpf_link__fd(k->links[id]);
	object__close(o);
	return err;
}

/* ---- pin and take over ---- */

static int pin(struct kernel *k)
{
	int err;

	err = pins__begin(&k->pins);
	for (int id = 0; id < MAPS && !err; id++)
		if (k->maps[id] >= 0)
			err = pins__add(&k->pins, map_names[id], k->maps[id]);
	for (int id = 0; id < HOOKS && !err; id++)
		if (k->link_fds[id] >= 0)
			err = pins__add(&k->pins, k->hooks.state[id].name, k->link_fds[id]);
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

/* Of links like these the kernel detaches none, and each is held by a descriptor. */
static bool has_lost_pins(struct kernel *k)
{
	if (!k->facts.pinned ||
	    (pins__can_be_found(&k->pins) && links_are_pinned(k) && maps_are_pinned(k)))
		return false;
	snprintf(k->why_unpinned, sizeof(k->why_unpinned),
		 "%s: somebody removed what was pinned there", k->config.pin_path);
	k->facts.why_unpinned = k->why_unpinned;
	k->facts.pinned = NULL;
	fprintf(stderr,
		"oomtrace: %s: kills are recorded on, but not those between its end and the next "
		"start; restart it to have it pinned again\n",
		k->why_unpinned);
	return true;
}

bool kernel__look(struct kernel *k)
{
	bool lost = has_lost_pins(k);

	return switches__read(&k->hooks, "") || lost;
}

static void close_maps_and_taken_links(struct kernel *k)
{
	for (int id = 0; id < MAPS; id++) {
		if (k->maps[id] >= 0)
			close(k->maps[id]);
		k->maps[id] = -1;
	}
	for (int id = 0; id < HOOKS; id++) {
		if (k->link_fds[id] >= 0 && !k->links[id])
			close(k->link_fds[id]);
		k->link_fds[id] = -1;
	}
}

/* From here on they live as long as this process, whatever becomes of the pins. */
static int get_links(struct kernel *k)
{
	for (int id = 0; id < HOOKS; id++) {
		const struct hook_state *state = &k->hooks.state[id];

		if (!state->program)
			continue;
		k->link_fds[id] = pins__get(&k->pins, k->set, state->name);
		if (k->link_fds[id] < 0)
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
	if (k->maps[MAP_RING] < 0 || k->maps[MAP_WATCHED] < 0 || get_links(k) || map_shared(k)) {
		close_maps_and_taken_links(k);
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
	struct set_source source = {.hooks = &k->hooks, .ring_bytes = k->config.ring_bytes};

	source.object = object__image(&source.object_bytes);
	set__name(k->set, &source);
}

static int open_pinned(struct kernel *k)
{
	int err;

	err = pins__open(&k->pins, k->config.pin_path);
	if (err == -EBUSY) {
		set__say_busy(&k->pins, "stop it, or run this one with --no-pin");
		return err;
	}
	if (err) {
		not_pinned(k, err);
		return open_fresh(k);
	}
	name_set(k);
	if (!take_over(k)) {
		k->facts.pinned = k->config.pin_path;
		return 0;
	}
	err = open_fresh(k);
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

int kernel__open(struct kernel **out, const struct kernel_config *config)
{
	struct kernel *k;
	int err;

	err = kernel__ask(&k, config);
	if (err)
		return err;
	err = config->pin_path ? open_pinned(k) : open_fresh(k);
	if (err) {
		kernel__close(k);
		return err;
	}
	if (k->facts.pinned) {
		char set[PINS_SET_BYTES];

		k->ledger->owner_pid = getpid();
		k->facts.leftovers = !pins__other(&k->pins, k->set, set) && set__is_readable(set);
	}
	switches__read(&k->hooks, "");
	*out = k;
	return 0;
}

void kernel__close(struct kernel *k)
{
	if (!k)
		return;
	close_maps_and_taken_links(k);
	for (int id = 0; id < HOOKS; id++) {
		/* Destroying a link disables its perf event, pinned or not. */
		if (k->links[id] && k->facts.pinned)
			bpf_link__disconnect(k->links[id]);
		bpf_link__destroy(k->links[id]);
	}
	pins__close(&k->pins);
	free(k);
}

/* 0: it can't be had. */
static uint32_t map_entries(int fd)
{
	struct bpf_map_info info = {0};
	__u32 bytes = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &bytes) ? 0 : info.max_entries;
}

int kernel__take_leftover(struct kernel *k, struct leftover *left)
{
	char set[PINS_SET_BYTES];

	if (!k->facts.pinned || pins__other(&k->pins, k->set, set))
		return -ENOENT;
	*left = (struct leftover){.ring_fd = -1, .until_ns = k->live_since_ns};
	if (set__is_readable(set)) {
		left->ring_fd = pins__get(&k->pins, set, "ring");
		left->ring_bytes = map_entries(left->ring_fd);
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

/* ---- what the others ask ---- */

const struct kernel_facts *kernel__facts(const struct kernel *k)
{
	return &k->facts;
}

bool kernel__has(const struct kernel *k, enum hook_id id)
{
	return hooks__has(&k->hooks, id);
}

int kernel__ring_fd(const struct kernel *k)
{
	return k->maps[MAP_RING];
}

uint32_t kernel__ring_bytes(const struct kernel *k)
{
	return map_entries(k->maps[MAP_RING]);
}

int kernel__execs_fd(const struct kernel *k)
{
	return k->maps[MAP_EXECS];
}

int kernel__watched_fd(const struct kernel *k)
{
	return k->maps[MAP_WATCHED];
}

struct rec_ledger *kernel__ledger(const struct kernel *k)
{
	return k->ledger;
}

struct rec_requests *kernel__requests(const struct kernel *k)
{
	return k->requests;
}

int kernel__iterate(const struct kernel *k, enum hook_id iterator)
{
	int fd;

	if (k->link_fds[iterator] < 0)
		return -ENOENT;
	fd = bpf_iter_create(k->link_fds[iterator]);
	return fd < 0 ? -errno : fd;
}
