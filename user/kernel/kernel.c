// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Loads and attaches the BPF programs, and what the rest asks of them; see kernel.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/handle.h"
#include "kernel/set.h"
#include "kernel/switches.h"
#include "node/clock.h"
#include "node/procfs.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"

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
		k->hook_fds[id] = -1;
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

/* It is attached each time that it is read: then it is said what it looks at. */
static bool is_iterator(const struct kernel *k, int id)
{
	const char *how = k->hooks.state[id].how;

	return how && !strcmp(how, "iter");
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
		err = is_iterator(k, id) ? 0 : attach_one(k, o, id);
	k->live_since_ns = clock__boot_ns();
	return err;
}

int handle__map_shared(struct kernel *k)
{
	k->ledger = set__map(k->maps[MAP_LEDGER], sizeof(*k->ledger));
	k->requests = set__map(k->maps[MAP_REQUESTS], sizeof(*k->requests));
	return k->ledger && k->requests ? 0 : -EIO;
}

int handle__open_fresh(struct kernel *k)
{
	struct object *o;
	int err;

	err = object__load(&o, &k->hooks, &k->config);
	if (err)
		return err;
	for (int id = 0; id < MAPS; id++)
		k->maps[id] = object__map(o, id);
	err = handle__map_shared(k);
	if (!err)
		err = attach(k, o);
	for (int id = 0; id < HOOKS && !err; id++) {
		if (k->links[id])
			k->hook_fds[id] = bpf_link__fd(k->links[id]);
		else if (is_iterator(k, id))
			k->hook_fds[id] = object__program(o, id);
	}
	object__close(o);
	return err;
}

/* ---- life ---- */

void handle__close_taken(struct kernel *k)
{
	for (int id = 0; id < MAPS; id++) {
		if (k->maps[id] >= 0)
			close(k->maps[id]);
		k->maps[id] = -1;
	}
	for (int id = 0; id < HOOKS; id++) {
		if (k->hook_fds[id] >= 0 && !k->links[id])
			close(k->hook_fds[id]);
		k->hook_fds[id] = -1;
	}
}

bool kernel__look(struct kernel *k)
{
	bool lost = handle__has_lost_pins(k);

	return switches__read(&k->hooks, "") || lost;
}

int kernel__open(struct kernel **out, const struct kernel_config *config)
{
	struct kernel *k;
	int err;

	*out = NULL;
	err = kernel__ask(&k, config);
	if (err)
		return err;
	err = config->pin_path ? handle__open_pinned(k) : handle__open_fresh(k);
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
	handle__close_taken(k);
	for (int id = 0; id < HOOKS; id++) {
		/* Destroying a link disables its perf event, pinned or not. */
		if (k->links[id] && k->facts.pinned)
			bpf_link__disconnect(k->links[id]);
		bpf_link__destroy(k->links[id]);
	}
	pins__close(&k->pins);
	free(k);
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
	return set__map_entries(k->maps[MAP_RING]);
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

int kernel__iterate(const struct kernel *k, enum hook_id iterator, union bpf_iter_link_info *only)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = only,
		    .iter_info_len = only ? sizeof(*only) : 0);
	int link, fd;

	if (k->hook_fds[iterator] < 0)
		return -ENOENT;
	link = bpf_link_create(k->hook_fds[iterator], 0, BPF_TRACE_ITER, &opts);
	if (link < 0)
		return -errno;
	fd = bpf_iter_create(link);
	if (fd < 0)
		fd = -errno;
	close(link);
	return fd;
}
