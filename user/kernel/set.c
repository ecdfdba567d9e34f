// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The names of pinned sets and what can be asked of one; see set.h. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "hash.h"
#include "kernel/set.h"

static uint64_t abi(void)
{
	const size_t sizes[] = {REC_ABI,
				sizeof(struct rec_ledger),
				sizeof(struct rec_decision),
				sizeof(struct rec_victim),
				sizeof(struct rec_exit),
				sizeof(struct rec_decision_end),
				sizeof(struct rec_signal),
				sizeof(struct rec_gone),
				sizeof(struct rec_task),
				sizeof(struct rec_cgroup_name),
				sizeof(struct rec_requests),
				sizeof(struct exec_entry)};

	return hash__bytes(HASH_OF_NOTHING, sizes, sizeof(sizes));
}

/* "<what a reader must understand>_<what made it>" */
void set__name(char name[PINS_SET_BYTES], const struct set_source *source)
{
	uint64_t made = HASH_OF_NOTHING;

	made = hash__bytes(made, source->object, source->object_bytes);
	made = hash__bytes(made, &source->ring_bytes, sizeof(source->ring_bytes));
	made = hash__bytes(made, &source->scoped, sizeof(source->scoped));
	for (int id = 0; id < HOOKS; id++) {
		const char *how = source->hooks->state[id].how;

		made = hash__bytes(made, how ? how : "-", how ? strlen(how) : 1);
	}
	snprintf(name, PINS_SET_BYTES, "%016llx_%016llx", (unsigned long long)abi(),
		 (unsigned long long)made);
}

bool set__is_readable(const char *set)
{
	char prefix[20];

	snprintf(prefix, sizeof(prefix), "%016llx_", (unsigned long long)abi());
	return !strncmp(set, prefix, strlen(prefix));
}

uint32_t set__map_entries(int map)
{
	struct bpf_map_info info = {0};
	__u32 bytes = sizeof(info);

	return bpf_obj_get_info_by_fd(map, &info, &bytes) ? 0 : info.max_entries;
}

void *set__map(int map, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

struct rec_ledger *set__open_ledger(const struct pins *pins, const char *set)
{
	struct rec_ledger *ledger;
	int fd;

	if (!set__is_readable(set))
		return NULL;
	fd = pins__get(pins, set, "ledger");
	ledger = set__map(fd, sizeof(*ledger));
	if (fd >= 0)
		close(fd);
	return ledger;
}

void set__close_ledger(struct rec_ledger *ledger)
{
	if (ledger)
		munmap(ledger, sizeof(*ledger));
}

uint64_t set__unread(const struct pins *pins, const char *set)
{
	struct rec_ledger *ledger = set__open_ledger(pins, set);
	uint64_t unread = ledger ? ledger->seq - ledger->last_seq : 0;

	set__close_ledger(ledger);
	return unread;
}

/* The process that has the pinned hooks, as it numbers itself; 0: not known. */
static uint64_t owner_pid(const struct pins *pins)
{
	struct rec_ledger *ledger = NULL;
	char set[PINS_SET_BYTES];
	uint64_t pid = 0;

	if (!pins__other(pins, NULL, set))
		ledger = set__open_ledger(pins, set);
	if (ledger)
		pid = ledger->owner_pid;
	set__close_ledger(ledger);
	return pid;
}

void set__say_busy(const struct pins *pins, const char *remedy)
{
	uint64_t pid = owner_pid(pins);
	char who[32] = "";

	if (pid)
		snprintf(who, sizeof(who), ", pid %llu,", (unsigned long long)pid);
	fprintf(stderr, "oomtrace: %s: another oomtrace%s is running with these hooks: %s\n",
		pins->path, who, remedy);
}
