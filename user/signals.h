/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What ends a run or has its file opened anew, for a loop that waits for descriptors. */
#ifndef OOMTRACE_SIGNALS_H
#define OOMTRACE_SIGNALS_H

/*
 * From here on SIGINT, SIGTERM and SIGHUP only make the descriptor readable, which the caller closes.
 * It does not block. Or a negative errno.
 */
int signals__open(void);

/* The number of the next one that came; 0: none. */
int signals__take(int fd);

#endif /* OOMTRACE_SIGNALS_H */
