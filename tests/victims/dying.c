// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that need memory while they are dying. Two ways:
 *   dying grow HOLD THREADS   on a byte from stdin all threads grow at once: some are in the
 *                             middle of a page fault when another's fault gets the process killed
 *   dying exit HOLD PAGES     never grows; but when something else ends it, its end reads PAGES
 *                             pages that are not there yet. At its limit that means: OOM, of a
 *                             process that is exiting already
 *   dying spin HOLD PAGES     the same, once it has used up its time (RLIMIT_CPU)
 */
#include "victim.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>

#define THREADS_MAX 64
#define STACK_BYTES (64UL << 10)

static int go[2];

static void *grow(void *arg)
{
	struct area area;
	char byte;

	area__anon(&area, MAP_PRIVATE);
	if (read(go[0], &byte, 1) != 1)
		die("go");
	for (;;)
		area__touch(&area, area.held + STEP_BYTES);
	return arg;
}

static void start_threads(int count)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	while (count--) {
		errno = pthread_create(&thread, &attr, grow, NULL);
		if (errno)
			die("pthread_create");
	}
}

/*
 * do_exit() -> exit_robust_list() reads the lock word of each list entry, at a fixed distance from
 * it: here in a page of shared memory of its own, which a read already makes the kernel allocate.
 */
static void list_locks(int count)
{
	static struct robust_list_head head;
	struct robust_list *last = &head.list;
	struct area entries, locks;

	area__anon(&entries, MAP_PRIVATE);
	area__anon(&locks, MAP_SHARED);
	for (int i = 0; i < count; i++) {
		last->next = (struct robust_list *)(entries.base + (size_t)i * PAGE_BYTES);
		last = last->next;
	}
	last->next = &head.list;
	head.futex_offset = (long)(locks.base - entries.base);
	if (syscall(SYS_set_robust_list, &head, sizeof(head)) < 0)
		die("set_robust_list");
}

int main(int argc, char **argv)
{
	static const char bytes[THREADS_MAX];
	struct area area;
	int grows, spins, count, pid, tid;

	if (argc != 4)
		die_usage("dying grow HOLD THREADS | exit HOLD PAGES | spin HOLD PAGES");
	grows = !strcmp(argv[1], "grow");
	spins = !strcmp(argv[1], "spin");
	count = atoi(argv[3]);
	if (count < 1 || count > (grows ? THREADS_MAX : ROBUST_LIST_LIMIT))
		die_usage("1 to 64 threads, 1 to 2048 pages");
	if (pipe(go) < 0)
		die("pipe");
	area__anon(&area, MAP_PRIVATE);
	area__touch(&area, parse_bytes(argv[2]));
	if (grows)
		start_threads(count);
	else
		list_locks(count);
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu}\n", pid, tid, area.held);
	await_byte();
	if (write(go[1], bytes, (size_t)count) != count)
		die("go");
	for (;;)
		if (!spins)
			pause();
}
