// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The help, from the table. */
#include <ctype.h>
#include <string.h>

#include "options/table.h"
#include "render/words.h"

#define INDENT	  28 /* of what an option does */
#define ROW_BYTES 1024

/* "  -o, --output FILE         append JSON lines to FILE"; a long left side has a line to itself. */
static void print_row(FILE *out, const char *left, const char *right)
{
	char buf[ROW_BYTES];
	struct words t = {.buf = buf, .cap = sizeof(buf)};

	words__put(&t, "  %-*s", INDENT - 2, left);
	if (t.len > INDENT || buf[INDENT - 1] != ' ')
		words__put(&t, "\n%*s", INDENT, "");
	words__wrap(&t, right, INDENT, INDENT);
	words__finish(&t);
	fputs(buf, out);
}

static void print_commands(FILE *out)
{
	fputs("\nCommands:\n", out);
	for (int i = 0; i < N_COMMANDS; i++) {
		const struct command_row *row = &command_rows[i];
		char left[48];

		snprintf(left, sizeof(left), "%s %s", row->name, row->operand ? row->operand : "");
		print_row(out, left, row->does);
	}
	fputs("oomtrace COMMAND --help lists the options of each.\n", out);
}

static void print_options(FILE *out, enum command command)
{
	fprintf(out, "\nOptions of %s:\n", command_rows[command].name);
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		char left[48];

		if (!(row->commands & 1u << command))
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
			 row->argument ? " " : "", row->argument ? row->argument : "");
		print_row(out, left, row->help);
	}
}

static void print_usage_of_all(FILE *out)
{
	fputs("Usage: oomtrace [run] [OPTION]...\n"
	      "       oomtrace COMMAND [ARGUMENT]... [OPTION]...\n",
	      out);
	print_commands(out);
}

static void print_usage(FILE *out, const struct command_row *row)
{
	fprintf(out, "Usage: oomtrace %s%s%s [OPTION]...\n%c%s.\n", row->name,
		row->operand ? " " : "", row->operand ? row->operand : "", toupper(row->does[0]),
		row->does + 1);
}

static void print_examples(FILE *out)
{
	fputs("\nExamples:\n"
	      "  oomtrace                                  watch on a terminal\n"
	      "  oomtrace -q -o /var/log/oomtrace.jsonl    keep JSON lines in a file\n"
	      "  oomtrace --format json | jq .process.pid  feed a pipeline\n"
	      "  oomtrace show --since yesterday           list what the service recorded\n",
	      out);
}

void options__help(FILE *out, enum command about)
{
	if (about == COMMAND_RUN)
		print_usage_of_all(out);
	else
		print_usage(out, &command_rows[about]);
	print_options(out, about);
	if (about == COMMAND_RUN)
		print_examples(out);
	fprintf(out, "\nExit status: %s.\n", command_rows[about].exits);
}
