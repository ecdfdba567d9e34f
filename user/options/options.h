/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The command line. One table has every command and every option; parser and help come from it. */
#ifndef OOMTRACE_OPTIONS_H
#define OOMTRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "group/finish.h"
#include "output/file.h"

enum command {
	COMMAND_RUN,
	COMMAND_SHOW,
	COMMAND_EXPLAIN,
	COMMAND_REPORT,
	COMMAND_STATUS,
	COMMAND_DOCTOR,
	COMMAND_KLOG,
	COMMAND_REPLAY,
	COMMAND_UNLOAD,
	N_COMMANDS, /* the rest are options that take a command's place */
	COMMAND_HELP = N_COMMANDS,
	COMMAND_VERSION,
};

enum format { FORMAT_AUTO, FORMAT_TEXT, FORMAT_JSON };
enum scope_choice { SCOPE_AUTO, SCOPE_NODE, SCOPE_POD }; /* AUTO: by its pid namespace */
enum pin { PIN_AUTO, PIN_ALWAYS, PIN_NEVER };		 /* AUTO: with an output file */

#define OPTIONS_ALL_LINES UINT32_MAX

enum fallback { FALLBACK_NONE, FALLBACK_KLOG };

struct options {
	enum command command;
	enum command
		about; /* the command that was given: the one that COMMAND_HELP is asked about */
	const char
		*operand; /* of the command: the file of a recording, a log; NULL: none was given */
	char *const *operands; /* all of them, where a command takes several */
	int n_operands;

	enum format format;
	const char *output;  /* NULL: no file */
	const char *btf;     /* NULL: the kernel's own */
	const char *profile; /* NULL: the built-in ones alone */
	const char *record;  /* NULL: nothing is kept for a replay */
	const char *metrics; /* NULL: none are written */
	const char *listen;  /* where they are served; NULL: nowhere */
	const char *state;   /* how a run stands; NULL: where it is by default */
	const char *events;  /* explain: the file of records */
	const char *zone;    /* and of times in a log without one; NULL: UTC */
	const char *date;    /* NULL: the last one that can be meant */
	const char *since;   /* NULL: from the first record on */
	const char *until;   /* NULL: to the last one */
	const char *pod;     /* NULL: any */
	const char *group;
	const char *verdict;
	uint32_t lines; /* the last ones; OPTIONS_ALL_LINES: all */
	uint32_t pid;	/* 0: any */
	const char *pin_path;
	const char *host_root;	   /* before /var/log; "": none */
	const char *set_oom_group; /* containers that match; NULL: the flag is left alone */
	const char *unset_oom_group;
	enum scope_choice scope;
	enum pin pin;
	enum fallback fallback; /* where nothing can be attached */
	enum sync sync;
	uint32_t max_bytes; /* of the file; 0: no limit */
	uint32_t max_files;
	uint32_t ring_bytes;
	uint32_t audit_seconds;
	uint32_t watch_seconds;
	struct finish_rules finish;
	bool exec_cache;
	bool no_state;
	bool quiet;
	bool verbose;
	bool json;
	bool self_test;
	bool follow;
};

/*
 * Fills *o. On wrong usage says in one line on err what is wrong and where to look. 0, or -EINVAL.
 * The strings of *o are those of argv.
 */
int options__parse(struct options *o, int argc, char **argv, FILE *err);

/* About one command and its options; COMMAND_RUN: about the others as well. */
void options__help(FILE *out, enum command about);

#endif /* OOMTRACE_OPTIONS_H */
