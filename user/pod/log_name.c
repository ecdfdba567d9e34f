// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names of log files into names of pods; see log_name.h. No name in Kubernetes has a '_'. */
#include <string.h>

#include "pod/log_name.h"

#define SOURCE "logs"
#define HEX    "0123456789abcdef"
#define SUFFIX ".log"

struct part {
	const char *s;
	size_t bytes;
};

/* "a_b_c" into its three parts, none of which may be empty. */
static bool split(const char *file, size_t bytes, struct part parts[3])
{
	for (int i = 0; i < 3; i++) {
		const char *end = i < 2 ? memchr(file, '_', bytes) : file + bytes;

		if (!end || end == file)
			return false;
		parts[i] = (struct part){file, end - file};
		bytes -= end - file + (i < 2);
		file = end + 1;
	}
	return !memchr(parts[2].s, '_', parts[2].bytes);
}

/* What is too long to be one is no name. */
static bool set(char *to, size_t cap, struct part from)
{
	if (from.bytes >= cap)
		return false;
	memcpy(to, from.s, from.bytes);
	to[from.bytes] = '\0';
	return true;
}

#define SET(to, from) set(to, sizeof(to), from)

bool log_name__of_container(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES])
{
	size_t bytes = strlen(file), tail = CONTAINER_ID_CHARS + strlen(SUFFIX);
	struct names found = {.source = SOURCE};
	const char *id = file + bytes - tail;
	struct part parts[3];

	if (bytes < tail + 1 || id[-1] != '-' || strspn(id, HEX) != CONTAINER_ID_CHARS ||
	    strcmp(id + CONTAINER_ID_CHARS, SUFFIX))
		return false;
	if (!split(file, bytes - tail - 1, parts) || !SET(found.pod, parts[0]) ||
	    !SET(found.namespace, parts[1]) || !SET(found.container, parts[2]))
		return false;
	*names = found;
	memcpy(key, id, CONTAINER_ID_CHARS);
	key[CONTAINER_ID_CHARS] = '\0';
	return true;
}

bool log_name__of_pod(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES])
{
	struct names found = {.source = SOURCE};
	struct part parts[3];

	if (!split(file, strlen(file), parts) || parts[2].bytes > CONTAINER_UID_CHARS ||
	    strspn(parts[2].s, HEX "-") != parts[2].bytes)
		return false;
	if (!SET(found.namespace, parts[0]) || !SET(found.pod, parts[1]))
		return false;
	*names = found;
	return set(key, LOG_NAME_KEY_BYTES, parts[2]);
}
