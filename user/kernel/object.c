// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Opens and loads the BPF object, and attaches its programs; see object.h. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/object.h"
#include "oomtrace.skel.h"

struct object {
	struct oomtrace_bpf *skel;
	const struct hooks *hooks;
};

static struct bpf_program *program_of(const struct object *o, enum hook_id id)
{
	const char *name = o->hooks->state[id].program;

	return name ? bpf_object__find_program_by_name(o->skel->obj, name) : NULL;
}

/* ---- load ---- */

static int set_up_maps(const struct object *o, const struct kernel_config *config)
{
	bool caches = config->exec_entries;
	int err;

	err = bpf_map__set_max_entries(o->skel->maps.ring, config->ring_bytes);
	if (!err && caches)
		err = bpf_map__set_max_entries(o->skel->maps.execs, config->exec_entries);
	if (!err && !caches)
		err = bpf_map__set_autocreate(o->skel->maps.execs, false);
	if (!err && !caches)
		err = bpf_map__set_autocreate(o->skel->maps.exec_scratch, false);
	return err;
}

/*
 * The BTF that libbpf is to read beside the one it finds by itself; NULL: none. For a type that is
 * not in the kernel's own it goes through that of all modules, and before 1.4 (libbpf.c,
 * load_module_btfs()) fails with the EPERM that BPF_BTF_GET_NEXT_ID gives without CAP_SYS_ADMIN.
 * Naming the kernel's own prevents that, but costs a second copy of it, and the time to parse that.
 */
static const char *extra_btf(const struct kernel_config *config)
{
	bool may_list = capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN);

	return config->btf_path || may_list ? config->btf_path : HOOKS_KERNEL_BTF;
}

/* Opens the object with the chosen programs only, and loads it. */
static int load_chosen(struct object *o, const struct kernel_config *config)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = extra_btf(config));
	struct bpf_program *prog;
	int err;

	o->skel = oomtrace_bpf__open_opts(&opts);
	if (!o->skel)
		return -errno;
	bpf_object__for_each_program(prog, o->skel->obj)
		bpf_program__set_autoload(prog, false);
	for (int id = 0; id < HOOKS; id++)
		if (program_of(o, id))
			bpf_program__set_autoload(program_of(o, id), true);
	o->skel->rodata->config.may_read_kernel = hooks__has(o->hooks, HOOK_KERNEL_READ);
	o->skel->rodata->config.sees_signals = hooks__has(o->hooks, HOOK_SIGNAL_GENERATE);
	o->skel->rodata->config.scoped = config->scoped;
	o->skel->data_requests->requests.victims_scope = config->scoped ? UINT64_MAX : 0;
	err = set_up_maps(o, config);
	return err ? err : oomtrace_bpf__load(o->skel);
}

/* The kills alone, with direct loads only. */
static int load_core(struct object *o, struct hooks *hooks, struct kernel_config *config, int why)
{
	char text[128];

	snprintf(text, sizeof(text), "the kernel refused the full set (%s)", strerror(-why));
	for (int id = 0; id < HOOKS; id++)
		if (hooks__need(id) == HOOK_OPTIONAL && hooks__has(hooks, id))
			hooks__drop(hooks, id, text);
	config->exec_entries = 0;
	oomtrace_bpf__destroy(o->skel);
	return load_chosen(o, config);
}

static void say_refused(const struct kernel_config *config, int err)
{
	const char *remedy = config->verbose ? "" : "; --verbose says why";

	if (err == -EPERM)
		remedy = ": run as root of the machine (not of a rootless container), or with "
			 "CAP_BPF and CAP_PERFMON (before Linux 5.11 also with an unlimited "
			 "RLIMIT_MEMLOCK)";
	fprintf(stderr, "oomtrace: the kernel refused the BPF programs: %s%s\n", strerror(-err),
		remedy);
}

int object__load(struct object **out, struct hooks *hooks, struct kernel_config *config)
{
	struct object *o;
	int err;

	*out = NULL;
	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->hooks = hooks;
	err = load_chosen(o, config);
	if (err && err != -EPERM)
		err = load_core(o, hooks, config, err);
	if (err) {
		say_refused(config, err);
		object__close(o);
		return err;
	}
	*out = o;
	return 0;
}

void object__close(struct object *o)
{
	if (!o)
		return;
	oomtrace_bpf__destroy(o->skel);
	free(o);
}

/* ---- what stays of it ---- */

static struct bpf_map *map_of(const struct object *o, enum map_id id)
{
	switch (id) {
	case MAP_RING:
		return o->skel->maps.ring;
	case MAP_LEDGER:
		return o->skel->maps.data_ledger;
	case MAP_REQUESTS:
		return o->skel->maps.data_requests;
	case MAP_WATCHED:
		return o->skel->maps.watched;
	case MAP_EXECS:
		return o->skel->maps.execs;
	case MAPS:
		break;
	}
	return NULL;
}

int object__map(const struct object *o, enum map_id id)
{
	int fd = fcntl(bpf_map__fd(map_of(o, id)), F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int object__program(const struct object *o, enum hook_id id)
{
	int fd = fcntl(bpf_program__fd(program_of(o, id)), F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int object__attach(const struct object *o, enum hook_id id, struct bpf_link **out)
{
	*out = NULL;
	if (!o->hooks->state[id].program)
		return 0;
	*out = bpf_program__attach(program_of(o, id));
	return *out ? 0 : -errno;
}

const void *object__image(size_t *bytes)
{
	return oomtrace_bpf__elf_bytes(bytes);
}
