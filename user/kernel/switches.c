// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of one digit, to whether hooks are live; see switches.h. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/switches.h"

#define N_WAYS 4

/*
 * kernel.ftrace_enabled takes fentry and fexit, and kprobes at the beginning of a function where they
 * are ftrace's (CONFIG_KPROBES_ON_FTRACE). Off by it on 6.1 and 6.12; 7.3 refuses to while a
 * trampoline is attached. Tracepoints and iterators, on which the kill itself is seen, have none.
 */
static const struct kernel_switch {
	const char *path;
	const char *why, *remedy;
	const char *ways[N_WAYS];
} switches[] = {
	{"/proc/sys/kernel/ftrace_enabled",
	 "kernel.ftrace_enabled is 0",
	 "sysctl kernel.ftrace_enabled=1",
	 {"fentry", "fexit", "kprobe", "kretprobe"}},
	{"/sys/kernel/debug/kprobes/enabled",
	 "/sys/kernel/debug/kprobes/enabled is 0",
	 "echo 1 > /sys/kernel/debug/kprobes/enabled",
	 {"kprobe", "kretprobe"}},
};

#define SWITCHES (sizeof(switches) / sizeof(switches[0]))

/* What can't be read is not known to be off. */
static bool is_off(const struct kernel_switch *s, const char *root)
{
	char path[256], first = '\0';
	int fd;

	snprintf(path, sizeof(path), "%s%s", root, s->path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &first, 1) != 1)
		first = '\0';
	close(fd);
	return first == '0';
}

static bool concerns(const struct kernel_switch *s, const struct hook_state *hook)
{
	for (int i = 0; i < N_WAYS && s->ways[i]; i++)
		if (hook->how && !strcmp(hook->how, s->ways[i]))
			return true;
	return false;
}

static void say(const struct hook_state *hook, const struct kernel_switch *off)
{
	if (off)
		fprintf(stderr, "oomtrace: %s is not live: %s; %s\n", hook->name, off->why,
			off->remedy);
	else
		fprintf(stderr, "oomtrace: %s is live again\n", hook->name);
}

bool switches__read(struct hooks *h, const char *root)
{
	bool off[SWITCHES], changed = false;

	for (size_t i = 0; i < SWITCHES; i++)
		off[i] = is_off(&switches[i], root);
	for (int id = 0; id < HOOKS; id++) {
		struct hook_state *hook = &h->state[id];
		const struct kernel_switch *by = NULL;

		for (size_t i = 0; i < SWITCHES && !by; i++)
			if (off[i] && concerns(&switches[i], hook))
				by = &switches[i];
		if (!hook->how || !strcmp(hook->why, by ? by->why : ""))
			continue;
		snprintf(hook->why, sizeof(hook->why), "%s", by ? by->why : "");
		say(hook, by);
		changed = true;
	}
	return changed;
}
