// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* How a process ended, in all its spellings; see ending.h. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "group/ending.h"

#define SIGNALS	   32	 /* those with names: 1 to 31 */
#define STATUS_MAX 65535 /* the largest that wait() gives */

struct cursor {
	struct text rest;
	bool signal; /* the word was there: a number that follows is one */
};

static void skip(struct cursor *c, size_t n)
{
	c->rest.at += n;
	c->rest.len -= n;
}

static bool take(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	if (c->rest.len < n || memcmp(c->rest.at, word, n))
		return false;
	skip(c, n);
	return true;
}

/* Of 'signal 9 (SIGKILL)', <Signals.SIGKILL: 9>, signal: killed, exitcode 1, EXIT(1): all before. */
static void skip_words(struct cursor *c)
{
	static const char *const words[] = {"Signals.", "exitcode", "exit status", "exit code",
					    "EXIT(",	" ",	    ":",	   "'",
					    "\"",	"<",	    "(",	   "{"};
	size_t before;

	do {
		before = c->rest.len;
		if (take(c, "signal"))
			c->signal = true;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			take(c, words[i]);
	} while (c->rest.len != before);
}

/* "SIGKILL", "KILL", "Killed", "killed". */
static int take_name(struct cursor *c)
{
	take(c, "SIG");
	for (int n = 1; n < SIGNALS; n++) {
		const char *description = sigdescr_np(n);

		if (take(c, sigabbrev_np(n)) || take(c, description))
			return n;
		if (c->rest.len && c->rest.at[0] == (description[0] | 0x20) &&
		    take(&(struct cursor){.rest = {c->rest.at + 1, c->rest.len - 1}},
			 description + 1)) {
			skip(c, strlen(description));
			return n;
		}
	}
	return 0;
}

static bool take_number(struct cursor *c, int *number)
{
	bool negative = take(c, "-");
	size_t digits = 0;

	*number = 0;
	while (digits < c->rest.len && c->rest.at[digits] >= '0' && c->rest.at[digits] <= '9') {
		*number = *number * 10 + c->rest.at[digits++] - '0';
		if (*number > STATUS_MAX)
			return false;
	}
	skip(c, digits);
	if (negative)
		*number = -*number;
	return digits > 0;
}

static void set(struct said *said, enum ending ending, int number)
{
	said->ending = ending;
	said->number = number;
}

/*
 * -9 is subprocess's and multiprocessing's, 137 the shell's, Java's and the containers', 247 what
 * becomes of sys.exit(-9). 255 is also what multiprocessing says of a child that another has waited
 * for.
 */
static void set_status(struct said *said, int status)
{
	if (status < 0)
		set(said, ENDING_SIGNAL, -status);
	else if (status > 128 && status < 128 + SIGNALS)
		set(said, ENDING_SIGNAL, status - 128);
	else if (status > 256 - SIGNALS && status < 255)
		set(said, ENDING_SIGNAL, 256 - status);
	else if (status == 255)
		set(said, ENDING_UNTOLD, 0);
	else
		set(said, ENDING_EXIT, status);
}

static void set_wait(struct said *said, int status)
{
	if (WIFSIGNALED(status))
		set(said, ENDING_SIGNAL, WTERMSIG(status));
	else
		set(said, ENDING_EXIT, WEXITSTATUS(status));
}

size_t ending__read(struct text text, enum spelling spelling, struct said *said)
{
	struct cursor c = {.rest = text, .signal = spelling == SPELLING_SIGNAL};
	int number;

	skip_words(&c);
	number = take_name(&c);
	if (number)
		set(said, ENDING_SIGNAL, number);
	else if (!take_number(&c, &number))
		return 0;
	else if (c.signal)
		set(said, ENDING_SIGNAL, number < 0 ? -number : number);
	else if (spelling == SPELLING_WAIT)
		set_wait(said, number);
	else
		set_status(said, number);
	return c.rest.at - text.at;
}
