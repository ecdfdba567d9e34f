/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a framework writes to its log when one of its processes is dead. A message is literal text
 * that stands somewhere in a line, but for
 *
 *     {pid}     the process
 *     {name}    how the framework calls it: as far as the text that follows
 *     {signal}  the signal that ended it: 9, SIGKILL, Killed
 *     {status}  its exit status: -9, 137, 247, 1, 'signal 9 (SIGKILL)', SIGKILL(-9), signal: killed
 *     {wait}    the same as the kernel gives it to wait(): 9 is signal 9, 256 is exit 1
 *     {*}       any text, as far as the text that follows
 *     \         before { or \: itself
 *
 * "Worker (pid:{pid}) was sent {signal}!" No alternatives and no going back, so that no line makes
 * it slow: at worst as many steps as message times line has bytes.
 */
#ifndef OOMTRACE_MESSAGE_H
#define OOMTRACE_MESSAGE_H

#include <stdint.h>

#include "profile/pattern.h"

/* What a line with the message means. */
enum sense {
	SENSE_DEAD, /* the process is dead: how, {signal}, {status} or {wait} say, or nothing does */
	SENSE_KILLS, /* the framework is about to kill it */
	SENSE_RUNS,  /* it runs {name} */
};

struct message {
	const char *pattern;
	enum sense sense;
};

enum ending { ENDING_UNTOLD, ENDING_SIGNAL, ENDING_EXIT };

struct said {
	uint32_t pid;	  /* 0: the line does not say */
	struct text name; /* of the line; at is NULL where it does not say */
	enum ending ending;
	int number; /* of the signal, or the exit status */
};

/* NULL if the message is good, or else what is wrong with it. */
const char *message__fault(const char *pattern);

/* For good messages: whether it is in the line, and what it says there. */
bool message__find(const char *pattern, struct text line, struct said *said);

#endif /* OOMTRACE_MESSAGE_H */
