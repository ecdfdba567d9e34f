// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that is replaced as a whole, and what is read of one. */
#include <errno.h>

#include "metrics/textfile.h"
#include "sandbox.h"

static int write_word(const void *word, int fd)
{
	size_t n = strlen(word);

	return write(fd, word, n) == (ssize_t)n ? 0 : -errno;
}

static int write_half(const void *word, int fd)
{
	write_word(word, fd);
	return -ENOSPC;
}

static void expect_text(const char *path, const char *text)
{
	char *got;
	size_t bytes;

	assert_int_equal(textfile__read(path, &got, &bytes), 0);
	assert_non_null(got);
	assert_string_equal(got, text);
	assert_int_equal(bytes, strlen(text));
	free(got);
}

static void replaces_it_as_a_whole(void **state)
{
	struct stat st;

	umask(0077);
	assert_int_equal(textfile__replace("m.prom", write_word, "one"), 0);
	umask(0022);
	expect_text("m.prom", "one");
	assert_int_equal(textfile__replace("m.prom", write_word, "two"), 0);
	expect_text("m.prom", "two");
	assert_int_equal(stat("m.prom", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(size_of(".m.prom.new"), -1);
}

static void keeps_the_old_one_where_that_fails(void **state)
{
	assert_int_equal(textfile__replace("m.prom", write_word, "one"), 0);
	assert_int_equal(textfile__replace("m.prom", write_half, "two"), -ENOSPC);
	expect_text("m.prom", "one");
	assert_int_equal(size_of(".m.prom.new"), -1);
}

static void what_a_crash_left_is_no_obstacle(void **state)
{
	put_text(".m.prom.new", "half", 4);
	assert_int_equal(textfile__replace("m.prom", write_word, "whole"), 0);
	expect_text("m.prom", "whole");
}

/* Whoever may write into the directory can't have it write elsewhere. */
static void follows_no_link(void **state)
{
	put_text("precious", "kept", 4);
	assert_int_equal(symlink("precious", ".m.prom.new"), 0);
	assert_int_equal(symlink("precious", "m.prom"), 0);
	assert_int_equal(textfile__replace("m.prom", write_word, "new"), 0);
	expect_text("precious", "kept");
	expect_text("m.prom", "new");
}

static void says_what_can_not_be_written(void **state)
{
	static char longest[PATH_MAX + 8];

	memset(longest, 'a', sizeof(longest) - 1);
	assert_int_equal(textfile__replace("no/m.prom", write_word, "x"), -ENOENT);
	assert_int_equal(textfile__replace(longest, write_word, "x"), -ENAMETOOLONG);
	assert_int_equal(mkdir("d.prom", 0700), 0);
	assert_int_equal(textfile__replace("d.prom", write_word, "x"), -EISDIR);
	assert_int_equal(size_of(".d.prom.new"), -1);
}

static void reads_nothing_but_a_file(void **state)
{
	char *text;
	size_t bytes;

	assert_int_equal(textfile__read("none", &text, &bytes), 0);
	assert_null(text);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(textfile__read("d", &text, &bytes), -EINVAL);
	assert_int_equal(mkfifo("f", 0700), 0);
	assert_int_equal(textfile__read("f", &text, &bytes), -EINVAL);
	assert_int_equal(symlink("none", "l"), 0);
	assert_int_equal(textfile__read("l", &text, &bytes), -ELOOP);
	put_text("big", "", 0);
	assert_int_equal(truncate("big", (4 << 20) + 1), 0);
	assert_int_equal(textfile__read("big", &text, &bytes), -EFBIG);
	assert_int_equal(truncate("big", 0), 0);
	expect_text("big", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(replaces_it_as_a_whole),
		in_sandbox(keeps_the_old_one_where_that_fails),
		in_sandbox(what_a_crash_left_is_no_obstacle),
		in_sandbox(follows_no_link),
		in_sandbox(says_what_can_not_be_written),
		in_sandbox(reads_nothing_but_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
