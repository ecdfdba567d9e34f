// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The state file of a container, whose annotations and labels are its owner's, into names. */
#include <string.h>

#include "pod/state_file.h"
#include "promises.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct names names;

	if (!state_file__parse((const char *)data, size, "containerd", &names))
		return 0;
	promise(names.pod[0] || names.container[0]);
	promise(memchr(names.pod, '\0', sizeof(names.pod)));
	promise(memchr(names.namespace, '\0', sizeof(names.namespace)));
	promise(memchr(names.container, '\0', sizeof(names.container)));
	promise(!strcmp(names.source, "containerd"));
	return 0;
}
