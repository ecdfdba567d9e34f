// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A person's word for a container, pod or unit; see match.h. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "pod/match.h"

#define SHORT_ID_DIGITS 12

/* A backslash is itself: systemd writes a dash in a unit's name as \x2d. */
static bool glob_is_for(const char *glob, const char *text, int flags)
{
	return text[0] && !fnmatch(glob, text, flags | FNM_NOESCAPE);
}

static bool is_for_pod(const char *match, const struct names *names)
{
	char whole[NAMES_NAMESPACE_BYTES + NAMES_POD_BYTES];

	if (!names->pod[0] || glob_is_for(match, names->pod, 0))
		return names->pod[0];
	snprintf(whole, sizeof(whole), "%s/%s", names->namespace, names->pod);
	return glob_is_for(match, whole, FNM_PATHNAME);
}

bool match__is_for(const char *match, const char *path, const struct identity *identity)
{
	const struct container *c = &identity->container;
	size_t n = strlen(match);

	if (!n)
		return false;
	if (glob_is_for(match, path, 0) || is_for_pod(match, &identity->names) ||
	    !strcmp(match, c->pod_uid))
		return true;
	return n >= SHORT_ID_DIGITS &&
	       (!strncmp(match, c->id, n) || !strncmp(match, c->member_id, n));
}
