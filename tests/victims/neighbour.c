// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever needs the memory, but is not the one that is killed for it: grows until the kernel counts
 * an OOM kill in FILE, memory.events or memory.oom_control of its cgroup, then gives it all back.
 */
#include "victim.h"

#include <fcntl.h>

/* "oom_kill 0" on a line of its own, after "oom_kill_disable 0" or "oom 0" and the like */
static long count_kills(const char *path)
{
	char text[1024] = "\n", *found;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text + 1, sizeof(text) - 2);

	if (len < 0)
		die(path);
	close(fd);
	text[1 + len] = '\0';
	found = strstr(text, "\noom_kill ");
	if (!found)
		die_usage("FILE has no oom_kill");
	return atol(found + strlen("\noom_kill "));
}

/* neighbour FILE */
int main(int argc, char **argv)
{
	struct area area;
	int pid, tid;
	long kills;

	if (argc != 2)
		die_usage("neighbour FILE");
	kills = count_kills(argv[1]);
	area__anon(&area, MAP_PRIVATE);
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu}\n", pid, tid, area.held);
	await_byte();
	while (count_kills(argv[1]) == kills)
		area__touch(&area, area.held + PAGE_BYTES * 16);
	return 0;
}
