// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The end of a file, as crashes, power cuts and strangers leave it. */
#include <errno.h>

#include "output/tail.h"
#include "sandbox.h"

#define RECORD(uid) "{\"schema\":1,\"log\":{\"record\":{\"uid\":\"" uid "\"}},\"a\":[{}]}"

struct tail_case {
	const char *name;
	const char *text;
	const char *uid; /* "": none */
	bool torn;
};

static const struct tail_case cases[] = {
	{"empty", "", "", false},
	{"one line", RECORD("b-1") "\n", "b-1", false},
	{"the last of two", RECORD("b-1") "\n" RECORD("b-2") "\n", "b-2", false},
	{"torn behind a whole one", RECORD("b-1") "\n{\"schema\":1,\"lo", "b-1", true},
	{"torn before its newline only", RECORD("b-1") "\n" RECORD("b-2"), "b-1", true},
	{"only a torn one", "{\"schema\":1,\"log\":{\"record\":{\"uid\":\"b-1\"", "", true},
	{"torn, closed later", RECORD("b-1") "\n{\"log\":{\"record\":{\"uid\":\"b-2\"}\n", "",
	 false},
	{"torn in a string, closed later",
	 RECORD("b-1") "\n{\"log\":{\"record\":{\"uid\":\"b-2\"}},\"t\":\"}\n", "", false},
	{"torn behind a backslash", "{\"log\":{\"record\":{\"uid\":\"b-2\"}},\"t\":\"\\\n", "",
	 false},
	{"two objects in a line", RECORD("b-1") RECORD("b-2") "\n", "", false},
	{"garbage", "\xff\xfe}{\"\"\\\n", "", false},
	{"an empty line", RECORD("b-1") "\n\n", "", false},
	{"another program's JSON", "{\"uid\":\"b-1\"}\n", "", false},
	{"a title that looks like a uid",
	 "{\"log\":{\"record\":{\"uid\":\"b-1\"}},\"title\":\"\\\"log\\\":{\\\"record\\\":{"
	 "\\\"uid\\\":"
	 "\\\"evil\\\"}}\"}\n",
	 "b-1", false},
	{"a title that looks like a uid, before it",
	 "{\"title\":\"\\\"log\\\":{\\\"record\\\":{\\\"uid\\\":\\\"evil\\\"\","
	 "\"log\":{\"record\":{\"uid\":\"b-1\"}}}\n",
	 "b-1", false},
	{"a title with a quote and a brace",
	 "{\"log\":{\"record\":{\"uid\":\"b-1\"}},\"title\":\"a\\\"}\\\\\"}\n", "b-1", false},
	{"a uid that just fits", RECORD("0123456") "\n", "0123456", false},
	{"a uid too long", RECORD("01234567") "\n", "", false},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static int open_with(const char *text, size_t len)
{
	unlink("f");
	put_text("f", text, len);
	return open("f", O_RDONLY);
}

static void finds_what_is_whole(void **state)
{
	for (size_t i = 0; i < N_CASES; i++) {
		int fd = open_with(cases[i].text, strlen(cases[i].text));
		char uid[8] = "before";

		print_message("  %s\n", cases[i].name);
		assert_int_equal(tail__torn(fd), cases[i].torn);
		assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)),
				 cases[i].uid[0] ? 0 : -ENODATA);
		assert_string_equal(uid, cases[i].uid);
		close(fd);
	}
}

/* A record whose last byte but one is at each place in turn: none is whole but the last. */
static void takes_no_record_cut_anywhere(void **state)
{
	static const char whole[] = RECORD("b-1");

	for (size_t n = 0; n <= strlen(whole); n++) {
		char text[sizeof(whole) + 1], uid[8];
		int fd;

		memcpy(text, whole, n);
		text[n] = '\n';
		fd = open_with(text, n + 1);
		assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)),
				 n < strlen(whole) ? -ENODATA : 0);
		close(fd);
	}
}

static void looks_back_so_far_and_no_further(void **state)
{
	static char text[3 * TAIL_BYTES];
	char uid[8];
	int fd;

	memset(text, 'x', sizeof(text));
	fd = open_with(text, sizeof(text)); /* no newline at all */
	assert_true(tail__torn(fd));
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), -ENODATA);
	close(fd);
	text[sizeof(text) - 1] = '\n'; /* a line longer than what is read */
	fd = open_with(text, sizeof(text));
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), -ENODATA);
	close(fd);
	put_text("f", RECORD("b-9") "\n", sizeof(RECORD("b-9")));
	fd = open("f", O_RDONLY);
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), 0);
	assert_string_equal(uid, "b-9");
	close(fd);
}

/* The end of a line that is read could be taken for a line: but it is only its end. */
static void takes_no_end_of_a_line_for_one(void **state)
{
	static const char record[] = "{\"log\":{\"record\":{\"uid\":\"b-1\"}}";
	static char text[2 * TAIL_BYTES];
	char *end = text + TAIL_BYTES, uid[8];
	int fd;

	memset(text, ' ', sizeof(text));
	memcpy(end, record, strlen(record));
	memcpy(text + sizeof(text) - 2, "}\n", 2);
	fd = open_with(text, sizeof(text));
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), -ENODATA);
	close(fd);
	end[-1] = '\n';
	fd = open_with(text + 1, sizeof(text) - 1);
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), -ENODATA); /* one byte too long */
	close(fd);
	end[0] = '\n';
	memcpy(end + 1, record, strlen(record));
	fd = open_with(text, sizeof(text));
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), 0);
	close(fd);
}

/* A file system that had the new length on the disk before the bytes. */
static void takes_zeros_for_torn(void **state)
{
	char uid[8];
	int fd;

	put_text("f", RECORD("b-1") "\n\0\0\0\0", sizeof(RECORD("b-1")) + 4);
	fd = open("f", O_RDONLY);
	assert_true(tail__torn(fd));
	assert_int_equal(tail__last_uid(fd, uid, sizeof(uid)), 0);
	assert_string_equal(uid, "b-1");
	close(fd);
}

static void says_what_the_kernel_says(void **state)
{
	char uid[8] = "before";

	assert_int_equal(tail__last_uid(-1, uid, sizeof(uid)), -EBADF);
	assert_string_equal(uid, "");
	assert_false(tail__torn(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(finds_what_is_whole),
		in_sandbox(takes_no_record_cut_anywhere),
		in_sandbox(looks_back_so_far_and_no_further),
		in_sandbox(takes_no_end_of_a_line_for_one),
		in_sandbox(takes_zeros_for_torn),
		cmocka_unit_test(says_what_the_kernel_says),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
