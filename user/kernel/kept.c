// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* How many kills wait in pinned hooks, for who only looks. */
#include <errno.h>

#include "kernel/kernel.h"
#include "kernel/set.h"

struct count {
	const struct pins *pins;
	uint64_t unread;
	bool any;
};

static void add(void *context, const char *set)
{
	struct count *c = context;

	c->unread += set__unread(c->pins, set);
	c->any = true;
}

int kernel__kept(const char *path, uint64_t *unread)
{
	struct pins pins;
	struct count count = {.pins = &pins};
	int err = pins__peek(&pins, path);

	if (!err)
		err = pins__each(&pins, add, &count);
	pins__close(&pins);
	if (err)
		return err == -EACCES ? -EPERM : err;
	*unread = count.unread;
	return count.any ? 0 : -ENOENT;
}
