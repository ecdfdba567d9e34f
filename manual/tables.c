// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The tables of commands, options and verdicts as JSON on stdout, for what is made from them when
 * oomtrace is built: the manual page and the completion. Run on the machine that builds.
 */
#include <jansson.h>

#include "group/verdict.h"
#include "options/table.h"

static json_t *names_of_commands(unsigned int commands)
{
	json_t *names = json_array();

	for (int i = 0; i < N_COMMANDS; i++) {
		if (commands & 1u << i)
			json_array_append_new(names, json_string(command_rows[i].name));
	}
	return names;
}

static json_t *choices_of(const struct option_row *row)
{
	json_t *choices = json_array();

	for (int i = 0; row->choices[i]; i++)
		json_array_append_new(choices, json_string(row->choices[i]));
	return choices;
}

static json_t *limits_of(const struct option_row *row)
{
	if (row->kind != OPTION_NUMBER && row->kind != OPTION_POWER)
		return json_null();
	return json_pack("[I, I]", (json_int_t)row->least, (json_int_t)row->most);
}

static json_t *option(const struct option_row *row)
{
	char letter[] = {row->letter, '\0'};

	return json_pack("{s:s, s:s, s:s?, s:s, s:o, s:o, s:o}", "name", row->name, "letter",
			 letter, "argument", row->argument, "help", row->help, "commands",
			 names_of_commands(row->commands), "choices", choices_of(row), "limits",
			 limits_of(row));
}

static json_t *command(const struct command_row *row)
{
	return json_pack("{s:s, s:s?, s:s}", "name", row->name, "operand", row->operand, "does",
			 row->does);
}

static json_t *verdict(enum verdict v)
{
	return json_pack("{s:s, s:b, s:s}", "name", verdict__name(v), "consistent",
			 verdict__consistent(v), "meaning", verdict__meaning(v));
}

int main(void)
{
	json_t *commands = json_array(), *options = json_array(), *verdicts = json_array();
	json_t *tables = json_pack("{s:o, s:o, s:o}", "commands", commands, "options", options,
				   "verdicts", verdicts);
	int err;

	for (int i = 0; i < N_COMMANDS; i++)
		json_array_append_new(commands, command(&command_rows[i]));
	for (size_t i = 0; i < n_option_rows; i++)
		json_array_append_new(options, option(&option_rows[i]));
	for (int i = VERDICT_NONE + 1; i < VERDICTS; i++)
		json_array_append_new(verdicts, verdict(i));
	err = json_dumpf(tables, stdout, JSON_INDENT(1)) || fflush(stdout);
	json_decref(tables);
	return err ? 1 : 0;
}
