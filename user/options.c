// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The command line; see options.h. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/pins.h"
#include "options.h"

/* Room for a memory.oom.group kill of 5,000 processes before the first is read. */
#define RING_BYTES     (4u << 20)
#define RING_MAX       (1u << 30)
#define AUDIT_SECONDS  60
#define WATCH_SECONDS  30
#define MAX_FILES      4
#define MAX_SIZE_LEAST 65536 /* a record with a long command line fits */

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
};

enum {
	ROW_OUTPUT,
	ROW_FORMAT,
	ROW_QUIET,
	ROW_VERBOSE,
	ROW_SYNC,
	ROW_MAX_SIZE,
	ROW_MAX_FILES,
	ROW_PIN,
	ROW_NO_PIN,
	ROW_PIN_PATH,
	ROW_AUDIT,
	ROW_WATCH,
	ROW_BTF,
	ROW_RING,
	ROW_NO_EXECS,
	ROW_PROFILE,
	ROW_RECORD,
	ROW_HELP,
	ROW_VERSION
};

static const struct option_row rows[] = {
	[ROW_OUTPUT] = {"output", 'o', "FILE", "append JSON lines to FILE (made with mode 0640)"},
	[ROW_FORMAT] = {"format", 0, "text|json",
			"on stdout; default: text on a terminal, else JSON lines"},
	[ROW_QUIET] = {"quiet", 'q', NULL, "nothing on stdout; with -o"},
	[ROW_VERBOSE] = {"verbose", 'v', NULL,
			 "say on stderr what is loaded, and the totals at the end"},
	[ROW_SYNC] = {"sync", 0, "event|interval|none",
		      "when FILE is safe on disk: each record (default), each second, never"},
	[ROW_MAX_SIZE] = {"max-size", 0, "BYTES", "begin a new FILE before it grows past this"},
	[ROW_MAX_FILES] = {"max-files", 0, "N",
			   "and keep N old ones, FILE.1 the newest (default 4)"},
	[ROW_PIN] = {"pin", 0, NULL,
		     "hooks outlive the process and keep kills for the next start;"
		     " default with -o"},
	[ROW_NO_PIN] = {"no-pin", 0, NULL, "they end with the process; default without -o"},
	[ROW_PIN_PATH] = {"pin-path", 0, "DIR", "where in a BPF file system; default " PINS_DIR},
	[ROW_AUDIT] = {"audit", 0, "SECONDS",
		       "how often to compare with the kernel's counts (default 60)"},
	[ROW_WATCH] = {"watch", 0, "SECONDS",
		       "how long to see what becomes of a victim's group (default 30)"},
	[ROW_BTF] = {"btf", 0, "FILE", "the kernel's BTF, for kernels that carry none"},
	[ROW_RING] = {"ring-size", 0, "BYTES",
		      "ring buffer: a power of two, at least a page (default 4194304)"},
	[ROW_NO_EXECS] = {"no-exec-cache", 0, NULL,
			  "keep no command lines; saves 4 to 35 MiB of kernel memory"},
	[ROW_PROFILE] = {"profile", 0, "FILE", "frameworks besides the built-in ones; see README"},
	[ROW_RECORD] = {"record", 0, "FILE",
			"keep what came from the kernel in FILE, for replay and bug reports"},
	[ROW_HELP] = {"help", 'h', NULL, "this text"},
	[ROW_VERSION] = {"version", 0, NULL, "version, and what this kernel offers (root)"},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

void options__help(FILE *out)
{
	fputs("Usage: oomtrace [run] [OPTION]...\n"
	      "       oomtrace replay FILE [OPTION]...\n"
	      "       oomtrace unload [--pin-path DIR]\n"
	      "Records every kernel OOM kill the moment it happens, until interrupted; replay "
	      "tells "
	      "once more\n"
	      "what a run with --record FILE told; unload ends hooks that outlived their "
	      "process.\n\n",
	      out);
	for (size_t i = 0; i < N_ROWS; i++) {
		char left[48];

		snprintf(left, sizeof(left), "%c%c --%s%s%s", rows[i].letter ? '-' : ' ',
			 rows[i].letter ? rows[i].letter : ' ', rows[i].name,
			 rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %-22s  %s\n", left, rows[i].help);
	}
	fputs("\nExamples:\n"
	      "  oomtrace                                  watch on a terminal\n"
	      "  oomtrace -q -o /var/log/oomtrace.jsonl    keep JSON lines in a file\n"
	      "  oomtrace --format json | jq .process.pid  feed a pipeline\n\n"
	      "Exit status: 0 ran and stopped, 1 failed, 2 wrong usage, 3 ran but lost records.\n",
	      out);
}

static int parse_format(struct options *o, const char *text, FILE *err)
{
	if (!strcmp(text, "text"))
		o->format = FORMAT_TEXT;
	else if (!strcmp(text, "json"))
		o->format = FORMAT_JSON;
	else
		return fprintf(err, "oomtrace: --format %s: must be text or json\n", text), -EINVAL;
	return 0;
}

static int parse_sync(struct options *o, const char *text, FILE *err)
{
	static const char *const names[] = {
		[SYNC_EVENT] = "event", [SYNC_INTERVAL] = "interval", [SYNC_NONE] = "none"};

	for (int i = 0; i < 3; i++) {
		if (!strcmp(text, names[i])) {
			o->sync = i;
			return 0;
		}
	}
	fprintf(err, "oomtrace: --sync %s: must be event, interval or none\n", text);
	return -EINVAL;
}

static int parse_number(unsigned int *value, const char *option, const char *text,
			unsigned int least, unsigned int most, FILE *err)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || number < least || number > most) {
		fprintf(err, "oomtrace: %s %s: must be a number from %u to %u\n", option, text,
			least, most);
		return -EINVAL;
	}
	*value = number;
	return 0;
}

static int parse_max_size(struct options *o, const char *text, FILE *err)
{
	unsigned int bytes;

	if (parse_number(&bytes, "--max-size", text, MAX_SIZE_LEAST, UINT32_MAX, err))
		return -EINVAL;
	o->max_bytes = bytes;
	return 0;
}

static int parse_ring(struct options *o, const char *text, FILE *err)
{
	unsigned int bytes;

	if (parse_number(&bytes, "--ring-size", text, sysconf(_SC_PAGESIZE), RING_MAX, err))
		return -EINVAL;
	if (bytes & (bytes - 1)) {
		fprintf(err, "oomtrace: --ring-size %s: must be a power of two\n", text);
		return -EINVAL;
	}
	o->ring_bytes = bytes;
	return 0;
}

static int apply(struct options *o, int row, const char *argument, FILE *err)
{
	switch (row) {
	case ROW_OUTPUT:
		o->output = argument;
		break;
	case ROW_FORMAT:
		return parse_format(o, argument, err);
	case ROW_QUIET:
		o->quiet = true;
		break;
	case ROW_VERBOSE:
		o->verbose = true;
		break;
	case ROW_SYNC:
		return parse_sync(o, argument, err);
	case ROW_MAX_SIZE:
		return parse_max_size(o, argument, err);
	case ROW_MAX_FILES:
		return parse_number(&o->max_files, "--max-files", argument, 1, 1000, err);
	case ROW_PIN:
		o->pin = PIN_ALWAYS;
		break;
	case ROW_NO_PIN:
		o->pin = PIN_NEVER;
		break;
	case ROW_PIN_PATH:
		o->pin_path = argument;
		break;
	case ROW_AUDIT:
		return parse_number(&o->audit_seconds, "--audit", argument, 1, 86400, err);
	case ROW_WATCH:
		return parse_number(&o->watch_seconds, "--watch", argument, 0, 3600, err);
	case ROW_BTF:
		o->btf = argument;
		break;
	case ROW_RING:
		return parse_ring(o, argument, err);
	case ROW_NO_EXECS:
		o->exec_cache = false;
		break;
	case ROW_PROFILE:
		o->profile = argument;
		break;
	case ROW_RECORD:
		o->record = argument;
		break;
	case ROW_HELP:
		o->command = COMMAND_HELP;
		break;
	case ROW_VERSION:
		o->command = COMMAND_VERSION;
		break;
	}
	return 0;
}

/* getopt's tables out of ours; an option without a letter gets a number above all letters. */
static void build_getopt(struct option longs[N_ROWS + 1], char shorts[3 * N_ROWS + 2])
{
	char *s = shorts;

	*s++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		longs[i] = (struct option){rows[i].name,
					   rows[i].argument ? required_argument : no_argument, NULL,
					   256 + (int)i};
		if (!rows[i].letter)
			continue;
		*s++ = rows[i].letter;
		if (rows[i].argument)
			*s++ = ':';
	}
	*s = '\0';
	longs[N_ROWS] = (struct option){0};
}

static int row_of(int c)
{
	if (c >= 256)
		return c - 256;
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].letter == c)
			return i;
	return -1;
}

static int fail(FILE *err, const char *what, const char *word)
{
	fprintf(err, "oomtrace: %s '%s'; see oomtrace --help\n", what, word);
	return -EINVAL;
}

/* A letter among others, or a word: getopt is past a word already, but not past a letter's. */
static int fail_unknown(FILE *err, const char *word)
{
	char letter[] = {'-', (char)optopt, '\0'};

	return fail(err, "unknown option", optopt ? letter : word);
}

static int check(const struct options *o, int argc, char **argv, FILE *err)
{
	if (optind < argc)
		return fail(err, "unexpected argument", argv[optind]);
	if (o->command == COMMAND_REPLAY && !o->replay) {
		fprintf(err, "oomtrace: replay: give the FILE of a recording\n");
		return -EINVAL;
	}
	if (o->command == COMMAND_REPLAY && o->record) {
		fprintf(err, "oomtrace: --record: a replay has nothing to record\n");
		return -EINVAL;
	}
	if (o->quiet && !o->output && o->command <= COMMAND_REPLAY) {
		fprintf(err, "oomtrace: --quiet without --output FILE would record nothing\n");
		return -EINVAL;
	}
	return 0;
}

/* Whether word is a command; run is what is done without one. */
static bool parse_command(struct options *o, const char *word)
{
	if (!strcmp(word, "unload"))
		o->command = COMMAND_UNLOAD;
	else if (!strcmp(word, "replay"))
		o->command = COMMAND_REPLAY;
	else
		return !strcmp(word, "run");
	return true;
}

int options__parse(struct options *o, int argc, char **argv, FILE *err)
{
	struct option longs[N_ROWS + 1];
	char shorts[3 * N_ROWS + 2];
	int c, status = 0;

	*o = (struct options){
		.ring_bytes = RING_BYTES,
		.exec_cache = true,
		.pin_path = PINS_DIR,
		.audit_seconds = AUDIT_SECONDS,
		.watch_seconds = WATCH_SECONDS,
		.max_files = MAX_FILES,
	};
	build_getopt(longs, shorts);
	if (argc > 1 && parse_command(o, argv[1])) {
		argc--;
		argv++;
	}
	optind = 0; /* glibc: start anew, and forget where the last parse stood */
	opterr = 0;
	while (!status && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?')
			return fail_unknown(err, argv[optind - 1]);
		if (c == ':')
			return fail(err, "no value given for", argv[optind - 1]);
		status = apply(o, row_of(c), optarg, err);
	}
	if (!status && o->command == COMMAND_REPLAY && optind < argc)
		o->replay = argv[optind++];
	return status ? status : check(o, argc, argv, err);
}
