// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Loads, attaches and pins the BPF programs, or takes over what is pinned; see kernel.h. */
#include <cap-ng.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/kernel.h"
#include "kernel/set.h"
#include "node/clock.h"
#include "node/procfs.h"
#include "oomtrace.skel.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"

struct kernel {
	struct kernel_config config;
	struct hooks hooks;
	struct pins pins;
	char set[PINS_SET_BYTES]; /* the name of what is pinned, or would be */
	char why_unpinned[128];
	struct kernel_facts facts;
	struct oomtrace_bpf *skel; /* NULL: taken over */
	struct bpf_link *links[HOOKS];
	int ring_fd;
	int execs_fd;
	int watched_fd;
	int iter_fds[HOOKS]; /* the iterators' links; -1: none, or no iterator */
	struct rec_ledger *ledger;
	struct rec_requests *requests;
	uint64_t live_since_ns; /* CLOCK_BOOTTIME */
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
	k->pins.dir = k->ring_fd = k->execs_fd = k->watched_fd = -1;
	for (int id = 0; id < HOOKS; id++)
		k->iter_fds[id] = -1;
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

static int set_up_maps(struct kernel *k)
{
	bool caches = k->config.exec_entries;
	int err;

	err = bpf_map__set_max_entries(k->skel->maps.ring, k->config.ring_bytes);
	if (!err && caches)
		err = bpf_map__set_max_entries(k->skel->maps.execs, k->config.exec_entries);
	if (!err && !caches)
		err = bpf_map__set_autocreate(k->skel->maps.execs, false);
	if (!err && !caches)
		err = bpf_map__set_autocreate(k->skel->maps.exec_scratch, false);
	return err;
}

static struct bpf_program *program_of(const struct kernel *k, int id)
{
	const char *name = k->hooks.state[id].program;

	return name ? bpf_object__find_program_by_name(k->skel->obj, name) : NULL;
}

/*
 * The BTF that libbpf is to read beside the one it finds by itself; NULL: none. For a type that is
 * not in the kernel's own it goes through that of all modules, and before 1.4 (libbpf.c,
 * load_module_btfs()) fails with the EPERM that BPF_BTF_GET_NEXT_ID gives without CAP_SYS_ADMIN.
 * Naming the kernel's own prevents that, but costs a second copy of it, and the time to parse that.
 */
static const char *extra_btf(const struct kernel *k)
{
	bool may_list = capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN);

	return k->config.btf_path || may_list ? k->config.btf_path : HOOKS_KERNEL_BTF;
}

/* Opens the object with the chosen programs only, and loads it. */
static int load_chosen(struct kernel *k)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = extra_btf(k));
	struct bpf_program *prog;
	int err;

	k->skel = oomtrace_bpf__open_opts(&opts);
	if (!k->skel)
		return -errno;
	bpf_object__for_each_program(prog, k->skel->obj) bpf_program__set_autoload(prog, false);
	for (int id = 0; id < HOOKS; id++)
		if (program_of(k, id))
			bpf_program__set_autoload(program_of(k, id), true);
	k->skel->rodata->config.may_read_kernel = hooks__has(&k->hooks, HOOK_KERNEL_READ);
	k->skel->rodata->config.sees_signals = hooks__has(&k->hooks, HOOK_SIGNAL_GENERATE);
	k->skel->data_requests->requests.victims_scope = k->config.hold ? UINT64_MAX : 0;
	err = set_up_maps(k);
	return err ? err : oomtrace_bpf__load(k->skel);
}

/* A kernel that refuses what it said it can do still gets the core: the kills, with direct loads
 * only. */
static int load_core(struct kernel *k, int why)
{
	char text[128];

	snprintf(text, sizeof(text), "the kernel refused the full set (%s)", strerror(-why));
	for (int id = 0; id < HOOKS; id++)
		if (hooks__need(id) == HOOK_OPTIONAL && hooks__has(&k->hooks, id))
			hooks__drop(&k->hooks, id, text);
	k->config.exec_entries = 0;
	oomtrace_bpf__destroy(k->skel);
	k->skel = NULL;
	return load_chosen(k);
}

static int load(struct kernel *k)
{
	const char *remedy = libbpf_aloud ? "" : "; --verbose says why";
	int err;

	err = load_chosen(k);
	if (err && err != -EPERM)
		err = load_core(k, err);
	if (!err)
		return 0;
	if (err == -EPERM)
		remedy = ": run as root, or with CAP_BPF and CAP_PERFMON (before Linux 5.11 also "
			 "with an unlimited RLIMIT_MEMLOCK)";
	fprintf(stderr, "oomtrace: the kernel refused the BPF programs: %s%s\n", strerror(-err),
		remedy);
	return err;
}

static int attach_one(struct kernel *k, int id)
{
	const struct hook_state *state = &k->hooks.state[id];
	char why[128];
	int err;

	if (!state->program)
		return 0;
	k->links[id] = bpf_program__attach(program_of(k, id));
	if (k->links[id])
		return 0;
	err = -errno;
	snprintf(why, sizeof(why), "%s: %s", state->how, strerror(-err));
	hooks__drop(&k->hooks, id, why);
	if (hooks__need(id) != HOOK_REQUIRED)
		return 0;
	fprintf(stderr, "oomtrace: %s can't be attached: %s\n", state->name, why);
	return err;
}

/* Last to first: when mark_victim is live, all that explains it is. */
static int attach(struct kernel *k)
{
	uint64_t kills = 0;
	int err = 0;

	k->ledger->began_ns = clock__boot_ns();
	k->ledger->vmstat_known = !procfs__oom_kills("/proc", &kills);
	k->ledger->vmstat_before = kills;
	for (int id = HOOKS - 1; id >= 0 && !err; id--)
		err = attach_one(k, id);
	k->live_since_ns = clock__boot_ns();
	return err;
}

static bool is_iterator(const struct kernel *k, int id)
{
	const char *how = k->hooks.state[id].how;

	return how && !strcmp(how, "iter");
}

static int open_fresh(struct kernel *k)
{
	int err;

	err = load(k);
	if (err)
		return err;
	k->ring_fd = bpf_map__fd(k->skel->maps.ring);
	k->execs_fd = k->config.exec_entries ? bpf_map__fd(k->skel->maps.execs) : -1;
	k->watched_fd = bpf_map__fd(k->skel->maps.watched);
	k->ledger = &k->skel->data_ledger->counters;
	k->requests = &k->skel->data_requests->requests;
	err = attach(k);
	for (int id = 0; id < HOOKS && !err; id++)
		if (is_iterator(k, id))
			k->iter_fds[id] = bpf_link__fd(k->links[id]);
	return err;
}

/* ---- pin and take over ---- */

static int pin(struct kernel *k)
{
	int err;

	err = pins__begin(&k->pins);
	if (!err)
		err = pins__add(&k->pins, "ring", k->ring_fd);
	if (!err)
		err = pins__add(&k->pins, "ledger", bpf_map__fd(k->skel->maps.data_ledger));
	if (!err)
		err = pins__add(&k->pins, "requests", bpf_map__fd(k->skel->maps.data_requests));
	if (!err)
		err = pins__add(&k->pins, "watched", k->watched_fd);
	if (!err && k->execs_fd >= 0)
		err = pins__add(&k->pins, "execs", k->execs_fd);
	for (int id = 0; id < HOOKS && !err; id++)
		if (k->links[id])
			err = pins__add(&k->pins, k->hooks.state[id].name,
					bpf_link__fd(k->links[id]));
	return err ? err : pins__commit(&k->pins, k->set);
}

/* Whether each hook that this kernel can have is there. */
static bool links_are_pinned(const struct kernel *k)
{
	char path[2 * PINS_SET_BYTES];

	for (int id = 0; id < HOOKS; id++) {
		const struct hook_state *state = &k->hooks.state[id];

		snprintf(path, sizeof(path), "%s/%s", k->set, state->name);
		if (state->program && !pins__has(&k->pins, path))
			return false;
	}
	return true;
}

static int take_over(struct kernel *k)
{
	if (!pins__has(&k->pins, k->set) || !links_are_pinned(k))
		return -ENOENT;
	k->ring_fd = pins__get(&k->pins, k->set, "ring");
	k->execs_fd = pins__get(&k->pins, k->set, "execs");
	k->watched_fd = pins__get(&k->pins, k->set, "watched");
	for (int id = 0; id < HOOKS; id++)
		if (is_iterator(k, id))
			k->iter_fds[id] = pins__get(&k->pins, k->set, k->hooks.state[id].name);
	k->ledger = set__map(&k->pins, k->set, "ledger", sizeof(*k->ledger));
	k->requests = set__map(&k->pins, k->set, "requests", sizeof(*k->requests));
	if (k->ring_fd < 0 || k->watched_fd < 0 || !k->ledger || !k->requests)
		return -EIO;
	k->live_since_ns = k->ledger->began_ns;
	k->facts.taken_over = true;
	return 0;
}

static void not_pinned(struct kernel *k, int err)
{
	const char *why = strerror(-err);

	/* mkdir in sysfs gives EPERM */
	if (err == -EMEDIUMTYPE || err == -ENOENT || err == -EPERM)
		why = "no BPF file system is mounted there: mount -t bpf bpf /sys/fs/bpf";
	snprintf(k->why_unpinned, sizeof(k->why_unpinned), "%s: %s", k->config.pin_path, why);
	k->facts.why_unpinned = k->why_unpinned;
	pins__close(&k->pins);
}

static void name_set(struct kernel *k)
{
	struct set_source source = {.hooks = &k->hooks, .ring_bytes = k->config.ring_bytes};

	source.object = oomtrace_bpf__elf_bytes(&source.object_bytes);
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
		k = NULL;
	} else if (k->facts.pinned) {
		char set[PINS_SET_BYTES];

		k->ledger->owner_pid = getpid();
		k->facts.leftovers = !pins__other(&k->pins, k->set, set) && set__is_readable(set);
	}
	*out = k;
	return err;
}

void kernel__close(struct kernel *k)
{
	if (!k)
		return;
	for (int id = 0; id < HOOKS; id++) {
		/* Destroying a link disables its perf event, pinned or not. */
		if (k->links[id] && k->facts.pinned)
			bpf_link__disconnect(k->links[id]);
		bpf_link__destroy(k->links[id]);
	}
	oomtrace_bpf__destroy(k->skel);
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
	return k->ring_fd;
}

int kernel__execs_fd(const struct kernel *k)
{
	return k->execs_fd;
}

int kernel__watched_fd(const struct kernel *k)
{
	return k->watched_fd;
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

	if (k->iter_fds[iterator] < 0)
		return -ENOENT;
	fd = bpf_iter_create(k->iter_fds[iterator]);
	return fd < 0 ? -errno : fd;
}
