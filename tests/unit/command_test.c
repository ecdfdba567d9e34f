// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Command lines, as real ones are and as strange ones can be: what they run. | is for NUL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "profile/command.h"

static void assert_text(const char *line, struct text text, const char *expected)
{
	char got[PROCESS_ARGS_BYTES + 1];

	for (size_t i = 0; i < text.len; i++)
		got[i] = text.at[i] ? text.at[i] : '|';
	got[text.len] = '\0';
	if (strcmp(got, expected))
		fail_msg("%s: %s, not %s", line, got, expected);
}

static struct process process_of(const char *executable, const char *line)
{
	struct process p = {.args_bytes = strlen(line)};

	snprintf(p.executable, sizeof(p.executable), "%s", executable);
	for (size_t i = 0; i < p.args_bytes; i++)
		p.args[i] = line[i] == '|' ? '\0' : line[i];
	return p;
}

static void knows_what_is_run(void **state)
{
	static const struct {
		const char *executable, *line, *program, *arguments;
	} cases[] = {
		{"nginx", "/usr/sbin/nginx|-g|daemon off;|", "nginx", "-g|daemon off;|"},
		{"nginx", "nginx", "nginx", ""},
		{"", "nginx|", "nginx", ""},
		{"python3.11", "/usr/bin/python3|/usr/bin/gunicorn|-w|2|app:app|", "gunicorn",
		 "-w|2|app:app|"},
		{"python3.11", "/usr/bin/python3|-m|uvicorn|app:app|", "uvicorn", "app:app|"},
		{"python3.11", "python|-muvicorn|app:app|", "uvicorn", "app:app|"},
		{"python3.11", "python|-uBm|uvicorn|x|", "uvicorn", "x|"},
		{"python3.11", "python|-u|-B|serve.py|-m|x|", "serve.py", "-m|x|"},
		{"python3.11", "python|-c|from a import b; b(x/y)|--flag|",
		 "from a import b; b(x/y)", "--flag|"},
		{"python3.11", "python|-W|ignore|-Xdev|-X|utf8|-m|x|", "x", ""},
		{"python3.11", "python|-Wm|x.py|", "x.py", ""},
		{"python3.11", "python|--check-hash-based-pycs|always|x.py|", "x.py", ""},
		{"python3.11", "python|--help|", "python", "--help|"},
		{"python3.11", "python|-|x|", "-", "x|"},
		{"python3.11", "python||x|", "", "x|"},
		{"python3.11", "python|", "python", ""},
		{"python3.11", "python|-m|", "", ""},
		{"python3.11", "python|-m", "", ""},
		{"python3.11", "python|-X|", "python", "-X|"},
		{"python3.11", "anything|serve.py|", "serve.py", ""},
		{"", "/opt/venv/bin/python|serve.py|", "serve.py", ""},
		{"pypy3.10-c", "pypy3|serve.py|", "serve.py", ""},
		{"vim.basic", "vim|gunicorn.conf.py|", "vim", "gunicorn.conf.py|"},
		{"x", "/a/b/|y|", "", "y|"},
		{"x", "/|", "", ""},
		{"x", "||", "", "|"},
		{"x", "|", "", ""},
		{"x", "", "", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct process p = process_of(cases[i].executable, cases[i].line);
		struct command c = command__parse(&p);

		assert_text(cases[i].line, c.program, cases[i].program);
		assert_text(cases[i].line, c.arguments, cases[i].arguments);
	}
}

static void keeps_the_path(void **state)
{
	struct process p = process_of("python3.11", "python|/opt/ray/default_worker.py|");
	struct command c = command__parse(&p);

	assert_text("path", c.path, "/opt/ray/default_worker.py");
	assert_text("program", c.program, "default_worker.py");
}

/* The last one is cut in its middle and has no NUL. */
static void takes_as_many_arguments_as_fit(void **state)
{
	struct process p = {.args_bytes = PROCESS_ARGS_BYTES, .executable = "python3.11"};

	memset(p.args, 'x', sizeof(p.args));
	assert_int_equal(command__parse(&p).program.len, sizeof(p.args));
	memcpy(p.args, "python\0-m", 10);
	assert_int_equal(command__parse(&p).program.len, sizeof(p.args) - 10);
	memset(p.args, '\0', sizeof(p.args));
	assert_int_equal(command__parse(&p).program.len, 0);
}

static void splits_words(void **state)
{
	struct text words = {"a\0\0b", 4}, word;

	assert_true(command__next(&words, &word));
	assert_text("first", word, "a");
	assert_true(command__next(&words, &word));
	assert_text("empty", word, "");
	assert_true(command__next(&words, &word));
	assert_text("last", word, "b");
	assert_false(command__next(&words, &word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_is_run),
		cmocka_unit_test(keeps_the_path),
		cmocka_unit_test(takes_as_many_arguments_as_fit),
		cmocka_unit_test(splits_words),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
