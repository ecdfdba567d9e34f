/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Container and pod, as oom_kill and oom_incident have them in common. */
#ifndef OOMTRACE_IDENTITY_JSON_H
#define OOMTRACE_IDENTITY_JSON_H

#include "pod/identity.h"
#include "render/json.h"

/* "container":{...},"k8s":{...} */
void identity__json(struct json *j, const struct identity *identity);

#endif /* OOMTRACE_IDENTITY_JSON_H */
