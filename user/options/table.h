/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Every command and every option: data, for the parser and for the help. */
#ifndef OOMTRACE_OPTIONS_TABLE_H
#define OOMTRACE_OPTIONS_TABLE_H

#include <stddef.h>

#include "options/options.h"

struct command_row {
	const char *name;
	const char
		*operand; /* how the help calls it, "[FILE]" if it may be left away; NULL: none */
	const char *operand_missing; /* what is said then; NULL: it may be left away */
	const char *does;	     /* a line, in the list of commands */
	const char *exits;	     /* its exit statuses, in the help */
};

/* Indexed by enum command. */
extern const struct command_row command_rows[N_COMMANDS];

/* What an option does to the field of struct options that it is about. */
enum option_kind {
	OPTION_BOOL,   /* sets it to value */
	OPTION_ENUM,   /* the same, for an enum */
	OPTION_TEXT,   /* points to the argument */
	OPTION_TEXTS,  /* appends to an array with room for most; value: the offset of its number */
	OPTION_NUMBER, /* the argument, from least to most */
	OPTION_POWER,  /* the same, a power of two */
	OPTION_CHOICE, /* an enum: value and the place of the argument among choices */
};

#define OPTION_CHOICES 4

struct option_row {
	const char *name;
	char letter;	       /* 0: none */
	const char *argument;  /* how the help calls it; NULL: takes none */
	unsigned int commands; /* bits by enum command: those that take it */
	const char *help;
	enum option_kind kind;
	size_t field; /* its offset in struct options */
	uint32_t value;
	uint32_t least;
	uint32_t most;
	const char *choices[OPTION_CHOICES + 1]; /* up to a NULL */
};

#define OPTIONS_MAX 64

extern const struct option_row option_rows[];
extern const size_t n_option_rows; /* at most OPTIONS_MAX */

#endif /* OOMTRACE_OPTIONS_TABLE_H */
