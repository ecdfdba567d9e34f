// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * watch PID...: what the kernel side tells of them, one JSON object per line, after one that says how
 * many it has found. Ends with stdin.
 */
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/snapshot.h"
#include "kernel/watch.h"
#include "record/decode.h"
#include "record/ring.h"

static void print(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(o);
}

static int on_record(void *context, void *data, size_t size)
{
	struct signal_event s;
	struct gone_event g;

	switch (decode__kind(data, size)) {
	case REC_SIGNAL:
		decode__signal(data, &s);
		print(json_pack("{ss si sI si si sb si ss}", "type", "signal", "pid", s.pid,
				"start_ns", (json_int_t)s.start_ns, "signal", s.signal,
				"sender_pid", s.sender_pid, "from_kernel", s.from_kernel,
				"sender_exiting", s.sender_exiting, "sender_title",
				s.sender_title));
		break;
	case REC_GONE:
		decode__gone(data, &g);
		print(json_pack("{ss si sI si}", "type", "gone", "pid", g.pid, "start_ns",
				(json_int_t)g.start_ns, "exit_code", g.exit_code));
		break;
	case -EBADMSG:
		return -EPROTO;
	}
	return 0;
}

static int watch_all(const struct kernel *k, const struct node *node, char **pids)
{
	const struct snapshot_scope all = {0};
	struct snapshot s = {0};
	int n = 0;

	snapshot__take(k, node, &all, &s);
	for (; *pids; pids++)
		for (size_t i = 0; i < s.n; i++)
			if (s.processes[i].pid == strtoul(*pids, NULL, 10))
				n += !watch__add(k, s.processes[i].pid, s.processes[i].start_ns);
	snapshot__free(&s);
	return n;
}

static void pass_on(struct ring *ring)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = ring->fd, .events = POLLIN},
	};

	while (poll(fds, 2, -1) > 0 && !fds[0].revents)
		if (ring__consume(ring))
			return;
}

int main(int argc, char **argv)
{
	struct kernel_config config = {.ring_bytes = 65536};
	struct ring ring = {.take = on_record};
	struct kernel *k;
	struct node node;

	if (node__init(&node) || kernel__open(&k, &config))
		return 1;
	ring.fd = kernel__ring_fd(k);
	if (ring__open(&ring, kernel__ring_bytes(k)))
		return 1;
	print(json_pack("{ss si}", "type", "ready", "watched", watch_all(k, &node, argv + 1)));
	pass_on(&ring);
	watch__clear(k);
	print(json_pack("{ss sI}", "type", "end", "watching",
			(json_int_t)kernel__requests(k)->watching));
	ring__close(&ring);
	kernel__close(k);
	return 0;
}
