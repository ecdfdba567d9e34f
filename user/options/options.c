// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The command line; see options.h. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "journal/journal.h"
#include "kernel/pins.h"
#include "metrics/address.h"
#include "options/table.h"

/* Room for a memory.oom.group kill of 5,000 processes before the first is read. */
#define RING_BYTES    (4u << 20)
#define AUDIT_SECONDS 60
#define WATCH_SECONDS 30
#define GRACE_SECONDS 30 /* as a pod has by default */
#define MAX_FILES     4

#define LONG_OPTION 256 /* above all letters */

static int parse_number(uint32_t *number, const struct option_row *row, const char *text, FILE *err)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || value < row->least ||
	    value > row->most) {
		fprintf(err, "oomtrace: --%s %s: must be a number from %u to %u\n", row->name, text,
			row->least, row->most);
		return -EINVAL;
	}
	if (row->kind == OPTION_POWER && value & (value - 1)) {
		fprintf(err, "oomtrace: --%s %s: must be a power of two\n", row->name, text);
		return -EINVAL;
	}
	*number = value;
	return 0;
}

/* "text", of "text", "json" and "xml"; else says "must be text, json or xml". */
static int parse_choice(int *choice, const struct option_row *row, const char *text, FILE *err)
{
	const char *const *names = row->choices;

	for (int i = 0; names[i]; i++) {
		if (!strcmp(text, names[i])) {
			*choice = row->value + i;
			return 0;
		}
	}
	fprintf(err, "oomtrace: --%s %s: must be %s", row->name, text, names[0]);
	for (int i = 1; names[i]; i++)
		fprintf(err, "%s%s", names[i + 1] ? ", " : " or ", names[i]);
	fputs("\n", err);
	return -EINVAL;
}

static int append(struct options *o, const struct option_row *row, const char *text, FILE *err)
{
	const char **texts = (const char **)((char *)o + row->field);
	uint32_t *n = (uint32_t *)((char *)o + row->value);

	if (*n == row->most) {
		fprintf(err, "oomtrace: --%s %s: is one more than the %u there may be\n", row->name,
			text, row->most);
		return -EINVAL;
	}
	texts[(*n)++] = text;
	return 0;
}

/* What a shell makes of an unset variable, and what other programs take for stdout. */
static int check_file(const struct option_row *row, const char *name, FILE *err)
{
	const char *why = NULL;

	if (!*name)
		why = "the name of FILE is empty";
	else if (!strcmp(name, "-") && !strcmp(row->name, "output"))
		why = "- is no file: leave it out for stdout, or give ./-";
	if (!why)
		return 0;
	fprintf(err, "oomtrace: --%s: %s\n", row->name, why);
	return -EINVAL;
}

static int apply(struct options *o, const struct option_row *row, const char *argument, FILE *err)
{
	void *field = (char *)o + row->field;

	switch (row->kind) {
	case OPTION_BOOL:
		*(bool *)field = row->value;
		break;
	case OPTION_ENUM:
		*(int *)field = row->value;
		break;
	case OPTION_TEXT:
		*(const char **)field = argument;
		return strcmp(row->argument, "FILE") ? 0 : check_file(row, argument, err);
	case OPTION_TEXTS:
		return append(o, row, argument, err);
	case OPTION_NUMBER:
	case OPTION_POWER:
		return parse_number(field, row, argument, err);
	case OPTION_CHOICE:
		return parse_choice(field, row, argument, err);
	}
	return 0;
}

/* Rows of one name are one option to getopt, which would take its abbreviation for ambiguous. */
static size_t first_of(const char *name)
{
	size_t i = 0;

	while (strcmp(option_rows[i].name, name))
		i++;
	return i;
}

/* getopt's tables out of ours. */
static void build_getopt(struct option longs[OPTIONS_MAX + 1], char shorts[3 * OPTIONS_MAX + 2])
{
	char *s = shorts;

	*s++ = ':';
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];

		longs[i] =
			(struct option){row->name, row->argument ? required_argument : no_argument,
					NULL, LONG_OPTION + (int)first_of(row->name)};
		if (!row->letter)
			continue;
		*s++ = row->letter;
		if (row->argument)
			*s++ = ':';
	}
	*s = '\0';
	longs[n_option_rows] = (struct option){0};
}

/* What getopt returned is one that build_getopt() gave it. */
static const struct option_row *row_of(int c)
{
	size_t i = 0;

	if (c >= LONG_OPTION)
		return &option_rows[c - LONG_OPTION];
	while (option_rows[i].letter != c)
		i++;
	return &option_rows[i];
}

/* An option can mean something else to another command: the command's own row; NULL: it has none. */
static const struct option_row *row_for(enum command command, const char *name)
{
	for (size_t i = 0; i < n_option_rows; i++)
		if (option_rows[i].commands & 1u << command && !strcmp(option_rows[i].name, name))
			return &option_rows[i];
	return NULL;
}

/* "--since is an option of show, explain; not of run; see oomtrace run --help" */
static int fail_not_taken(const struct options *o, FILE *err, const char *name)
{
	const char *before = " ";

	fprintf(err, "oomtrace: --%s is an option of", name);
	for (int i = 0; i < N_COMMANDS; i++) {
		if (!row_for(i, name))
			continue;
		fprintf(err, "%s%s", before, command_rows[i].name);
		before = ", ";
	}
	fprintf(err, "; not of %s; see oomtrace %s --help\n", command_rows[o->about].name,
		command_rows[o->about].name);
	return -EINVAL;
}

static int fail(const struct options *o, FILE *err, const char *what, const char *word)
{
	bool run = o->about == COMMAND_RUN;

	fprintf(err, "oomtrace: %s '%s'; see oomtrace %s%s--help\n", what, word,
		run ? "" : command_rows[o->about].name, run ? "" : " ");
	return -EINVAL;
}

/* A letter among others, or a word: getopt is past a word already, but not past a letter's. */
static int fail_unknown(const struct options *o, FILE *err, const char *word)
{
	char letter[] = {'-', (char)optopt, '\0'};

	return fail(o, err, "unknown option", optopt ? letter : word);
}

static int parse_option(struct options *o, int c, const char *word, FILE *err)
{
	const struct option_row *row;

	if (c == '?')
		return fail_unknown(o, err, word);
	if (c == ':')
		return fail(o, err, "no value given for", word);
	row = row_for(o->about, row_of(c)->name);
	return row ? apply(o, row, optarg, err) : fail_not_taken(o, err, row_of(c)->name);
}

/* Ending processes is not to happen by mistake. */
static int check_finish(const struct options *o, FILE *err)
{
	const struct finish_rules *f = &o->finish;
	const char *needs = NULL;

	if (f->with == FINISH_NEVER && (f->enforce || f->n_matches))
		needs = "--finish-group term or kill";
	else if (f->enforce && !f->n_matches)
		needs = "--finish-match: '*' is every group";
	else if (f->enforce && o->watch_seconds < FINISH_LEAST_WATCH_SECONDS)
		needs = "--watch 5 or more, for managers to help themselves";
	if (!needs)
		return 0;
	fprintf(err, "oomtrace: --finish-%s needs %s\n", f->enforce ? "enforce" : "match", needs);
	return -EINVAL;
}

static int check_listen(const struct options *o, FILE *err)
{
	union address address;

	if (!o->listen || !address__parse(&address, o->listen))
		return 0;
	fprintf(err, "oomtrace: --listen %s: must be a port, or as 10.0.0.7:9642 or [::1]:9642\n",
		o->listen);
	return -EINVAL;
}

/* The enum command of a word, N_COMMANDS where it is none. */
static int command_of(const char *word)
{
	int i = 0;

	while (i < N_COMMANDS && strcmp(word, command_rows[i].name))
		i++;
	return i;
}

/* named: the line began with a command. */
static int fail_operand(const struct options *o, FILE *err, const char *word, bool named)
{
	if (named)
		return fail(o, err, "unexpected argument", word);
	if (command_of(word) == N_COMMANDS)
		return fail(o, err, "unknown command", word);
	fprintf(err, "oomtrace: %s has to come before all options: oomtrace %s [OPTION]...\n", word,
		word);
	return -EINVAL;
}

static int check(const struct options *o, int argc, char **argv, FILE *err)
{
	const struct command_row *command = &command_rows[o->about];

	if (optind < argc)
		return fail_operand(o, err, argv[optind], !strcmp(argv[0], command->name));
	if (o->command != o->about)
		return 0;
	if (command->operand_missing && !o->operand) {
		fprintf(err, "oomtrace: %s: %s\n", command->name, command->operand_missing);
		return -EINVAL;
	}
	if (o->quiet && !o->output) {
		fprintf(err, "oomtrace: --quiet without --output FILE would record nothing\n");
		return -EINVAL;
	}
	return check_finish(o, err) || check_listen(o, err) ? -EINVAL : 0;
}

/* How many there are for the command: "FILE..." is all. */
static int take_operands(struct options *o, int n, char **argv)
{
	bool several = strstr(command_rows[o->about].operand, "...");

	o->operand = argv[0];
	o->operands = argv;
	o->n_operands = several ? n : 1;
	return o->n_operands;
}

int options__parse(struct options *o, int argc, char **argv, FILE *err)
{
	struct option longs[OPTIONS_MAX + 1];
	char shorts[3 * OPTIONS_MAX + 2];
	int c, status = 0;

	*o = (struct options){
		.ring_bytes = RING_BYTES,
		.exec_cache = true,
		.pin_path = PINS_DIR,
		.host_root = "",
		.audit_seconds = AUDIT_SECONDS,
		.watch_seconds = WATCH_SECONDS,
		.finish.grace_seconds = GRACE_SECONDS,
		.max_files = MAX_FILES,
		.lines = OPTIONS_ALL_LINES,
		.events = JOURNAL_USUAL,
	};
	build_getopt(longs, shorts);
	if (argc > 1 && command_of(argv[1]) < N_COMMANDS) {
		o->command = o->about = command_of(argv[1]);
		argc--;
		argv++;
	}
	optind = 0; /* glibc: start anew, and forget where the last parse stood */
	opterr = 0;
	while (!status && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		status = parse_option(o, c, argv[optind - 1], err);
	if (!status && command_rows[o->about].operand && optind < argc)
		optind += take_operands(o, argc - optind, argv + optind);
	if (!status && o->command == COMMAND_HELP && optind < argc &&
	    command_of(argv[optind]) < N_COMMANDS)
		o->about = command_of(argv[optind++]);
	return status ? status : check(o, argc, argv, err);
}
