/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The many spellings of how a process ended: -9, 137, 247, signal 9 (SIGKILL), Killed. */
#ifndef OOMTRACE_ENDING_H
#define OOMTRACE_ENDING_H

#include "profile/message.h"

enum spelling { SPELLING_SIGNAL, SPELLING_STATUS, SPELLING_WAIT }; /* {signal}, {status}, {wait} */

/*
 * Reads it at the beginning of the text, with the words and the quotes around it. The number of
 * bytes that it takes; 0: there is none.
 */
size_t ending__read(struct text text, enum spelling spelling, struct said *said);

#endif /* OOMTRACE_ENDING_H */
