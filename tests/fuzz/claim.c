// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A line of an application's log: what it says of a process, and that all of it can be shown. */
#include <string.h>

#include "explain/claim.h"
#include "time/zone.h"
#include "promises.h"

static void promise_ending(const struct claim *c)
{
	promise(c->ending != ENDING_SIGNAL || (c->number >= 0 && c->number <= 65535));
	promise(c->ending != ENDING_EXIT || (c->number >= 0 && c->number <= 65535));
	promise(c->pid <= 1u << 22);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct log_time_rules rules = {.latest_ns = 1795493500000000000};
	static struct profiles *profiles;
	struct claim claim;

	if (!profiles) {
		profiles = profiles__new();
		promise(profiles && !zone__set("UTC"));
	}
	if (!claim__read(&claim, profiles, &rules, (struct text){(const char *)data, size}))
		return 0;
	promise(claim.framework);
	promise(memchr(claim.text, '\0', sizeof(claim.text)));
	promise(memchr(claim.name, '\0', sizeof(claim.name)));
	promise_harmless(claim.text, strlen(claim.text));
	promise_harmless(claim.name, strlen(claim.name));
	promise_ending(&claim);
	return 0;
}
