/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The names that the kubelet gives to log files: they tell whose a container or a pod is without
 * asking anybody. Pure.
 */
#ifndef OOMTRACE_LOG_NAME_H
#define OOMTRACE_LOG_NAME_H

#include <stdbool.h>

#include "pod/identity.h"

#define LOG_NAME_KEY_BYTES (CONTAINER_ID_CHARS + 1)

/*
 * Each takes the name of a file apart: into names, and into key the id of the container or the uid
 * of the pod. False, with nothing set, where it is no such name.
 */

/* Of /var/log/containers: "ranker-0_ml_server-<id>.log". */
bool log_name__of_container(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES]);

/* Of /var/log/pods: "ml_ranker-0_<uid>". */
bool log_name__of_pod(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES]);

#endif /* OOMTRACE_LOG_NAME_H */
