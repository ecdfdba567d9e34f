/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which container and which pod a victim was in: values alone, "" where it is not known. */
#ifndef OOMTRACE_IDENTITY_H
#define OOMTRACE_IDENTITY_H

#include "pod/container.h"

/* RFC 1123: 253 for a subdomain, 63 for a label; the names that Docker and podman give are free. */
#define NAMES_POD_BYTES	      254
#define NAMES_NAMESPACE_BYTES 64
#define NAMES_CONTAINER_BYTES 128

/* __NEW_UTS_LEN and a NUL */
#define IDENTITY_HOSTNAME_BYTES 65

/* What a cgroup's path does not tell. */
struct names {
	char pod[NAMES_POD_BYTES];
	char namespace[NAMES_NAMESPACE_BYTES];
	char container[NAMES_CONTAINER_BYTES];
	char source[16]; /* where they were found: "logs", ... */
};

struct identity {
	struct container container;
	struct names names;
	char hostname
		[IDENTITY_HOSTNAME_BYTES]; /* of its UTS namespace, unless that is the machine's */
};

/* All of its texts together, for who has to make room for them. */
#define IDENTITY_BYTES                                                                             \
	(2 * CONTAINER_ID_CHARS + CONTAINER_UID_CHARS + sizeof(struct names) +                     \
	 IDENTITY_HOSTNAME_BYTES)

#endif /* OOMTRACE_IDENTITY_H */
