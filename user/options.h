/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The command line. One table has every option; parser and help come from it. */
#ifndef OOMTRACE_OPTIONS_H
#define OOMTRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "output/file.h"

enum format { FORMAT_AUTO, FORMAT_TEXT, FORMAT_JSON };

struct options {
	enum { COMMAND_RUN, COMMAND_REPLAY, COMMAND_UNLOAD, COMMAND_HELP, COMMAND_VERSION } command;
	enum format format;
	const char *output;  /* NULL: no file */
	const char *btf;     /* NULL: the kernel's own */
	const char *profile; /* NULL: the built-in ones alone */
	const char *record;  /* NULL: nothing is kept for a replay */
	const char *replay;  /* the recording, of COMMAND_REPLAY */
	const char *pin_path;
	enum { PIN_AUTO, PIN_ALWAYS, PIN_NEVER } pin; /* AUTO: with an output file */
	enum sync sync;
	uint64_t max_bytes; /* of the file; 0: no limit */
	uint32_t max_files;
	uint32_t ring_bytes;
	unsigned int audit_seconds;
	unsigned int watch_seconds;
	bool exec_cache;
	bool quiet;
	bool verbose;
};

/*
 * Fills *o. On wrong usage says in one line on err what is wrong and where to look. 0, or -EINVAL.
 * The strings of *o are those of argv.
 */
int options__parse(struct options *o, int argc, char **argv, FILE *err);

void options__help(FILE *out);

#endif /* OOMTRACE_OPTIONS_H */
