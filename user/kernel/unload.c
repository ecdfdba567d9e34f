// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Removes every pinned set, and says how many kills are lost with them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kernel.h"
#include "kernel/set.h"

static int remove_all(struct pins *pins)
{
	char set[PINS_SET_BYTES];
	uint64_t unread = 0;
	int err = 0;

	while (!err && !pins__other(pins, NULL, set)) {
		unread += set__unread(pins, set);
		err = pins__remove(pins, set);
	}
	if (!err)
		err = pins__rmdir(pins);
	if (err)
		fprintf(stderr, "oomtrace: %s: %s\n", pins->path, strerror(-err));
	else
		fprintf(stderr, "oomtrace: %s: removed, with %llu kills that were never recorded\n",
			pins->path, (unsigned long long)unread);
	return err;
}

int kernel__unload(const char *path)
{
	struct pins pins;
	int err;

	if (access(path, F_OK) && errno == ENOENT) {
		fprintf(stderr, "oomtrace: %s: nothing is pinned there\n", path);
		return 0;
	}
	err = pins__open(&pins, path);
	if (err == -EBUSY)
		set__say_busy(&pins, "stop it first");
	else if (err)
		fprintf(stderr, "oomtrace: %s: %s\n", path, pins__why(err));
	if (err)
		return err;
	err = remove_all(&pins);
	pins__close(&pins);
	return err;
}
