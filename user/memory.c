// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Gives memory back and locks what is used from then on; see memory.h. */
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "memory.h"

/* Code and constants, which are in the file as well: they come back as they are used. */
static int forget_code(struct dl_phdr_info *object, size_t size, void *context)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);

	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t start = object->dlpi_addr + part->p_vaddr;
		uintptr_t first = start / page * page;

		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
			madvise((void *)first, start + part->p_memsz - first, MADV_DONTNEED);
	}
	return 0;
}

/* Whether this process may lock as much as it likes, without CAP_IPC_LOCK. */
static bool may_lock_all(void)
{
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	struct rlimit now;

	return !setrlimit(RLIMIT_MEMLOCK, &all) ||
	       (!getrlimit(RLIMIT_MEMLOCK, &now) && now.rlim_cur == RLIM_INFINITY);
}

/*
 * What is mapped later is locked only where there is no limit: past it mmap() and brk() would fail
 * (mm/mmap.c, mlock_future_ok()).
 */
int memory__lock(bool all)
{
	int flags = MCL_CURRENT | (may_lock_all() ? MCL_FUTURE : 0);

	if (!all) {
		malloc_trim(0);
		dl_iterate_phdr(forget_code, NULL);
		flags |= MCL_ONFAULT;
	}
	return mlockall(flags) ? -errno : 0;
}
