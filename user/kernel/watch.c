// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The map of watched processes; see watch.h and bpf/watch.bpf.h. */
#include <errno.h>
#include <stddef.h>

#include <bpf/bpf.h>

#include "kernel/watch.h"

int watch__add(const struct kernel *k, uint32_t pid, uint64_t start_ns)
{
	if (bpf_map_update_elem(kernel__watched_fd(k), &pid, &start_ns, BPF_ANY))
		return -errno;
	kernel__requests(k)->watching = 1;
	return 0;
}

void watch__remove(const struct kernel *k, uint32_t pid)
{
	int map = kernel__watched_fd(k);
	uint32_t first;

	bpf_map_delete_elem(map, &pid);
	if (bpf_map_get_next_key(map, NULL, &first))
		kernel__requests(k)->watching = 0;
}

void watch__clear(const struct kernel *k)
{
	int map = kernel__watched_fd(k);
	uint32_t pid;

	kernel__requests(k)->watching = 0;
	while (!bpf_map_get_next_key(map, NULL, &pid))
		if (bpf_map_delete_elem(map, &pid))
			return;
}
