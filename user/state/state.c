// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* When the state of a run is written; see state.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "node/clock.h"
#include "state/state.h"

#define NS_PER_MS  1000000u
#define BETWEEN_NS 1000000000ull

void state__open(struct state *s, const struct options *o)
{
	const char *path = o->state ? o->state : STATE_FILE;
	int err;

	*s = (struct state){.slot = {.dir = -1, .lock = -1}};
	if (o->no_state)
		return;
	err = slot__open(&s->slot, path);
	if (!err) {
		s->path = path;
		earlier__read(&s->earlier, path);
	} else if (o->state || o->verbose) {
		fprintf(stderr, "oomtrace: %s: %s; oomtrace status can't see this run\n", path,
			err == -EBUSY ? "another oomtrace has it" : strerror(-err));
	}
}

void state__close(struct state *s)
{
	slot__close(&s->slot);
	s->path = NULL;
}

bool state__is_due(struct state *s, const struct state_mark *now)
{
	s->due = s->path && memcmp(now, &s->told, sizeof(*now));
	return s->due && clock__boot_ns() - s->told_ns >= BETWEEN_NS;
}

int state__wait_ms(const struct state *s)
{
	uint64_t due_ns = s->told_ns + BETWEEN_NS, now_ns = s->due ? clock__boot_ns() : 0;

	if (!s->due)
		return -1;
	return due_ns > now_ns ? (due_ns - now_ns) / NS_PER_MS + 1 : 0;
}

void state__put(struct state *s, const struct state_mark *now, const char *text, long len)
{
	int err;

	if (!s->path)
		return;
	err = len < 0 ? len : slot__put(&s->slot, text, len);
	if (err && !s->failed)
		fprintf(stderr, "oomtrace: %s: %s; it is out of date\n", s->path, strerror(-err));
	s->failed = err;
	s->told = *now;
	s->told_ns = clock__boot_ns();
	s->due = false;
}
