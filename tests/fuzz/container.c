// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The path of a cgroup, whose names are anybody's, into container and pod. */
#include <string.h>

#include "pod/container.h"
#include "promises.h"

static bool is_hex_of(const char *s, size_t chars)
{
	return strlen(s) == chars && strspn(s, "0123456789abcdef") == chars;
}

static void promise_ids(const char *path, const struct container *c)
{
	promise(!c->id[0] || is_hex_of(c->id, CONTAINER_ID_CHARS));
	promise(!c->id[0] || strstr(path, c->id));
	promise(!c->member_id[0] || (is_hex_of(c->member_id, CONTAINER_ID_CHARS) && c->pod_uid[0]));
	promise(!c->pod_uid[0] || strlen(c->pod_uid) == CONTAINER_UID_CHARS ||
		is_hex_of(c->pod_uid, CONTAINER_UID_CHARS - 4));
	promise(strspn(c->pod_uid, "0123456789abcdef-") == strlen(c->pod_uid));
	promise(!c->qos || c->pod_uid[0]);
	promise(!c->runtime || c->id[0]);
}

/* The scope is of whole names, and what is in it is in the same container. */
static void promise_scope(char *path, const struct container *c)
{
	struct container again;

	promise(c->scope_bytes <= strlen(path));
	promise(!path[c->scope_bytes] || path[c->scope_bytes] == '/');
	path[c->scope_bytes] = '\0';
	container__identify(&again, path);
	promise(again.scope_bytes == c->scope_bytes);
	promise(!strcmp(again.id, c->id) && again.runtime == c->runtime);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = calloc(1, size + 1);
	struct container c;

	memcpy(path, data, size);
	container__identify(&c, path);
	promise_ids(path, &c);
	promise_scope(path, &c);
	free(path);
	return 0;
}
