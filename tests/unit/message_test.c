// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Messages in lines: what they take out of them, in which spellings, and what is no message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "profile/message.h"

/* A copy that is as long as it says and not a byte longer: ASan sees who reads on. */
static struct text exact(const char *line)
{
	size_t len = strlen(line);

	return (struct text){memcpy(malloc(len + !len), line, len), len};
}

static void takes_fields_out(void **state)
{
	static const struct {
		const char *pattern, *line;
		bool found;
		uint32_t pid;
		const char *name;
	} cases[] = {
		{"gone: {pid}", "gone: 37", true, 37, NULL},
		{"gone: {pid}", "[x] gone: 37, and more", true, 37, NULL},
		{"gone: {pid}", "gone: gone: 37", true, 37, NULL},
		{"gone: {pid}", "gone: x gone: 0 gone: 4", true, 4, NULL},
		{"gone: {pid}", "gone: ", false, 0, NULL},
		{"gone: {pid}", "gone:", false, 0, NULL},
		{"gone: {pid}", "", false, 0, NULL},
		{"gone: {pid}", "gone: -37", false, 0, NULL},
		{"gone: {pid}", "gone: 4194304", true, 4194304, NULL},
		{"gone: {pid}", "gone: 4194305", false, 0, NULL},
		{"gone: {pid}", "gone: 99999999999999999999", false, 0, NULL},
		{"gone", "begone!", true, 0, NULL},
		{"The process {pid} for {name} handler is dead",
		 "The process 37 for A handler is dead", true, 37, "A"},
		{"The process {pid} for {name} handler is dead",
		 "The process 37 for  handler is dead", false, 0, NULL},
		{"The process {pid} for {name} handler is dead", "The process 37 for A handler is",
		 false, 0, NULL},
		{"runs {name}", "runs ImageHandler\tnow", true, 0, "ImageHandler"},
		{"pid:{pid}]{*}runs {name}", "[pid:3][x] runs A", true, 3, "A"},
		{"pid:{pid}]{*}runs {name}", "[pid:3]runs A", true, 3, "A"},
		{"pid:{pid}]{*}runs {name}", "[pid:3][x] walks A", false, 0, NULL},
		{"out of \\{a} and \\\\: {pid}", "out of {a} and \\: 5", true, 5, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text line = exact(cases[i].line);
		struct said said;
		bool found = message__find(cases[i].pattern, line, &said);

		assert_null(message__fault(cases[i].pattern));
		if (found != cases[i].found)
			fail_msg("%s: in %s: %d", cases[i].pattern, cases[i].line, found);
		if (found) {
			assert_int_equal(said.pid, cases[i].pid);
			assert_int_equal(said.name.len, cases[i].name ? strlen(cases[i].name) : 0);
			if (cases[i].name)
				assert_memory_equal(said.name.at, cases[i].name, said.name.len);
		}
		free((void *)line.at);
	}
}

static void knows_spellings(void **state)
{
	static const struct {
		const char *pattern, *line;
		enum ending ending;
		int number;
	} cases[] = {
		{"was {status}", "was -9", ENDING_SIGNAL, 9},
		{"was {status}", "was 137", ENDING_SIGNAL, 9},
		{"was {status}", "was 143", ENDING_SIGNAL, 15},
		{"was {status}", "was 247", ENDING_SIGNAL, 9},
		{"was {status}", "was 241", ENDING_SIGNAL, 15},
		{"was {status}", "was 'signal 9 (SIGKILL)'", ENDING_SIGNAL, 9},
		{"was {status}", "was SIGKILL(-9)}", ENDING_SIGNAL, 9},
		{"was {status}", "was {SIGKILL(-9), EXIT(1)}", ENDING_SIGNAL, 9},
		{"was {status}", "was {EXIT(1)}", ENDING_EXIT, 1},
		{"was {status}", "was signal: killed", ENDING_SIGNAL, 9},
		{"was {status}", "was exit status 2", ENDING_EXIT, 2},
		{"was {status}", "was 'exitcode 1'", ENDING_EXIT, 1},
		{"was {status}", "was <Signals.SIGKILL: 9>.", ENDING_SIGNAL, 9},
		{"was {status}", "was 0", ENDING_EXIT, 0},
		{"was {status}", "was 9", ENDING_EXIT, 9},
		{"was {status}", "was 128", ENDING_EXIT, 128},
		{"was {status}", "was 255", ENDING_UNTOLD, 0},
		{"was {signal}", "was SIGKILL!", ENDING_SIGNAL, 9},
		{"was {signal}", "was 9", ENDING_SIGNAL, 9},
		{"was {signal}", "was 15: Terminated", ENDING_SIGNAL, 15},
		{"was {signal}", "was 9/KILL", ENDING_SIGNAL, 9},
		{"was {signal}", "was Killed.", ENDING_SIGNAL, 9},
		{"was {signal}", "was Segmentation fault", ENDING_SIGNAL, 11},
		{"was {signal}", "was SIGSEGV", ENDING_SIGNAL, 11},
		{"was {wait}", "was 9.", ENDING_SIGNAL, 9},
		{"was {wait}", "was 256.", ENDING_EXIT, 1},
		{"was {wait}", "was 15", ENDING_SIGNAL, 15},
		{"was {wait}", "was 0", ENDING_EXIT, 0},
	};
	static const char *const none[] = {"was ",   "was x",	   "was -", "was 65536",
					   "was ''", "was signal", "was S"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text line = exact(cases[i].line);
		struct said said;

		if (!message__find(cases[i].pattern, line, &said))
			fail_msg("%s: not in %s", cases[i].pattern, cases[i].line);
		if (said.ending != cases[i].ending || said.number != cases[i].number)
			fail_msg("%s: %d %d", cases[i].line, said.ending, said.number);
		free((void *)line.at);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct text line = exact(none[i]);
		struct said said;

		if (message__find("was {status}", line, &said))
			fail_msg("%s: %d %d", none[i], said.ending, said.number);
		free((void *)line.at);
	}
}

static void refuses_what_is_no_message(void **state)
{
	static const struct {
		const char *pattern, *fault;
	} cases[] = {
		{"", "must begin with 4 bytes or more of plain text"},
		{"{pid} is dead", "must begin with 4 bytes"},
		{"pid {pid}{name}", "has nothing between two fields"},
		{"pid {pid} of {pid}", "has a field twice"},
		{"pid {pif}", "has a { that is none of {pid}, "},
		{"pid {pid", "has a { that is none of"},
		{"pid \\", "\\ stands before"},
		{"pid \\n", "\\ stands before"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *fault = message__fault(cases[i].pattern);

		if (!fault || strncmp(fault, cases[i].fault, strlen(cases[i].fault)))
			fail_msg("%s: %s", cases[i].pattern, fault ? fault : "no fault");
	}
}

/* A name that is as long as a line, again and again: read as far as a name may be, no further. */
static void is_not_slow(void **state)
{
	size_t len = 16384;
	char *line = malloc(len);
	struct said said;

	for (size_t i = 0; i < len; i++)
		line[i] = "dead "[i % 5];
	for (int i = 0; i < 100; i++)
		assert_false(
			message__find("dead {name} at {pid}", (struct text){line, len}, &said));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_fields_out),
		cmocka_unit_test(knows_spellings),
		cmocka_unit_test(refuses_what_is_no_message),
		cmocka_unit_test(is_not_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
