/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Switches of the kernel that turn hooks off while they stay attached: no program, link or descriptor
 * shows it, and what they would see is missing without a word.
 */
#ifndef OOMTRACE_SWITCHES_H
#define OOMTRACE_SWITCHES_H

#include "kernel/hooks.h"

/*
 * As they are now, into the hooks that depend on one; root is "" or where the files are for a test.
 * Says on stderr what is off, with the remedy, and what is on again. False: all is as it was.
 */
bool switches__read(struct hooks *h, const char *root);

#endif /* OOMTRACE_SWITCHES_H */
