// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The name of a file, anybody's, into the names of a pod. */
#include <string.h>

#include "pod/log_name.h"
#include "promises.h"

static void promise_whole(const struct names *names, const char *key, const char *file)
{
	promise(*key && strstr(file, key) && strspn(key, "0123456789abcdef-") == strlen(key));
	promise(*names->pod && strstr(file, names->pod) && !strchr(names->pod, '_'));
	promise(*names->namespace && strstr(file, names->namespace));
	promise(strstr(file, names->container) && !strcmp(names->source, "logs"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *file = calloc(1, size + 1), key[LOG_NAME_KEY_BYTES];
	struct names names;

	memcpy(file, data, size);
	if (log_name__of_container(file, &names, key))
		promise_whole(&names, key, file);
	if (log_name__of_pod(file, &names, key))
		promise_whole(&names, key, file);
	free(file);
	return 0;
}
