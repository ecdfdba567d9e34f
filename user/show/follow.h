/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Waits until there is more in files, until a signal, or until nobody reads stdout any more. */
#ifndef OOMTRACE_SHOW_FOLLOW_H
#define OOMTRACE_SHOW_FOLLOW_H

#include "show/sources.h"

/* A directory in which a tail is renamed: its own, or that of what it leads to as a link. */
struct place {
	char *path;    /* NULL: no link, or none any more */
	int directory; /* its watch; -1: none */
};

#define FOLLOW_PLACES 2 /* of a tail */

struct follow {
	struct sources *sources;
	struct place (*places)[FOLLOW_PLACES]; /* of each tail */
	int inotify;
};

/*
 * From here on SIGINT and SIGTERM only make it be over, and SIGPIPE does nothing. To be called
 * before the sources are looked at first. 0, -ENOMEM, or -ECANCELED: why not was said. To be ended
 * in any case.
 */
int follow__begin(struct follow *f, struct sources *sources);
void follow__end(struct follow *f);

/* Each file that grows wakes the next wait from now on: before it is read. As above. */
int follow__watch(struct follow *f);

/* 0: something may be new; -EPIPE: nobody reads; -ECANCELED: nothing can come, which was said. */
int follow__wait(struct follow *f);

/* Whether a signal has come. Without follow__begin() none has. */
bool follow__is_over(void);

#endif /* OOMTRACE_SHOW_FOLLOW_H */
