// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The help, from the table. */
#include <string.h>

#include "options/table.h"

static void print_usage(FILE *out, enum command command, const char *before)
{
	const struct command_row *row = &command_rows[command];

	fprintf(out, command == COMMAND_RUN ? "%s oomtrace [%s]" : "%s oomtrace %s", before,
		row->name);
	if (row->operand)
		fprintf(out, " %s", row->operand);
	fputs(" [OPTION]...\n", out);
}

static void print_commands(FILE *out)
{
	fputs("\nCommands:\n", out);
	for (int i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-8s  %s\n", command_rows[i].name, command_rows[i].does);
	fputs("oomtrace COMMAND --help has the options of each.\n", out);
}

static void print_options(FILE *out, enum command command)
{
	fprintf(out, "\nOptions of %s:\n", command_rows[command].name);
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		char left[48];

		if (!(row->commands & 1u << command))
			continue;
		snprintf(left, sizeof(left), "%c%c --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		fprintf(out, "  %-22s  %s\n", left, row->help);
	}
}

static void print_examples(FILE *out)
{
	fputs("\nExamples:\n"
	      "  oomtrace                                  watch on a terminal\n"
	      "  oomtrace -q -o /var/log/oomtrace.jsonl    keep JSON lines in a file\n"
	      "  oomtrace --format json | jq .process.pid  feed a pipeline\n\n"
	      "Exit status: 0 ran and stopped, 1 failed, 2 wrong usage, 3 ran but lost records.\n",
	      out);
}

void options__help(FILE *out, enum command about)
{
	print_usage(out, about, "Usage:");
	if (about == COMMAND_RUN) {
		for (int i = COMMAND_RUN + 1; i < N_COMMANDS; i++)
			print_usage(out, i, "      ");
		print_commands(out);
	} else {
		fprintf(out, "%s: %s.\n", command_rows[about].name, command_rows[about].does);
	}
	print_options(out, about);
	if (about == COMMAND_RUN)
		print_examples(out);
	if (about == COMMAND_STATUS)
		fputs("\nExit status: 0 alive and all is well, 1 failed, 2 wrong usage, 3 alive "
		      "with warnings, 4 not running.\n",
		      out);
	if (about == COMMAND_DOCTOR)
		fputs("\nExit status: 0 all is well, 1 failed, 2 wrong usage, 3 there are "
		      "warnings, 4 failures.\n",
		      out);
}
