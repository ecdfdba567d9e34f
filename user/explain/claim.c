// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads what a line claims; see claim.h. */
#include <string.h>

#include "explain/claim.h"
#include "render/utf8.h"

/* Cut at a whole character. A NUL becomes '?', as do control characters. */
static void copy(char *to, size_t room, struct text from)
{
	size_t n = 0, used;

	while (n < from.len) {
		utf8__next(from.at + n, from.len - n, &used);
		if (n + used >= room)
			break;
		memcpy(to + n, from.at + n, used);
		for (size_t i = n; i < n + used; i++)
			to[i] = to[i] ? to[i] : '?';
		n += used;
	}
	to[n] = '\0';
	utf8__make_printable(to);
}

bool claim__read(struct claim *claim, const struct profiles *profiles,
		 const struct log_time_rules *rules, struct text line)
{
	const struct framework *framework;
	const struct message *message;
	struct said said;

	message = profiles__message(profiles, line, &framework, &said);
	if (!message)
		return false;
	*claim = (struct claim){
		.framework = framework,
		.sense = message->sense,
		.pid = said.pid,
		.ending = said.ending,
		.number = said.number,
		.time = log_time__find(line, rules),
		.after_ns = INT64_MIN,
	};
	copy(claim->name, sizeof(claim->name), said.name);
	copy(claim->text, sizeof(claim->text), line);
	return true;
}
