// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A text between two processes: whole at any moment, or not there. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "metrics/board.h"

#define READS	   300
#define MOST_BYTES 20000

static int write_word(const void *word, int fd)
{
	size_t n = strlen(word);

	return write(fd, word, n) == (ssize_t)n ? 0 : -errno;
}

static int write_half(const void *context, int fd)
{
	write_word("half of it", fd);
	return -ENOMEM;
}

static void expect(const struct board *b, const char *word)
{
	size_t bytes;
	char *text = board__read(b, &bytes);

	assert_non_null(text);
	assert_int_equal(bytes, strlen(word));
	assert_memory_equal(text, word, bytes);
	free(text);
}

static void holds_the_latest_text(void **state)
{
	struct board b;

	assert_int_equal(board__open(&b), 0);
	assert_int_equal(board__write(&b, write_word, "a long one"), 0);
	expect(&b, "a long one");
	assert_int_equal(board__write(&b, write_word, "short"), 0);
	expect(&b, "short");
	board__close(&b);
}

static void has_none_before_the_first_and_after_a_failure(void **state)
{
	struct board b;
	size_t bytes;

	assert_int_equal(board__open(&b), 0);
	assert_null(board__read(&b, &bytes));
	assert_int_equal(board__write(&b, write_word, "once"), 0);
	assert_int_equal(board__write(&b, write_half, NULL), -ENOMEM);
	assert_null(board__read(&b, &bytes));
	assert_int_equal(board__write(&b, write_word, "again"), 0);
	expect(&b, "again");
	board__close(&b);
}

/* As many times one letter as says the letter, in two pieces. */
static int write_letters(const void *letter, int fd)
{
	static char text[MOST_BYTES];
	size_t half = *(const char *)letter * 64;

	memset(text, *(const char *)letter, half);
	return write(fd, text, half) == (ssize_t)half && write(fd, text, half) == (ssize_t)half
		       ? 0
		       : -EIO;
}

static void write_for_ever(struct board *b)
{
	for (char letter = 'a';; letter = letter == 'z' ? 'a' : letter + 1)
		if (board__write(b, write_letters, &letter) || usleep(100))
			_exit(1);
}

static void is_whole_whenever_it_is_read(void **state)
{
	struct board b;
	char letter = 'a';
	pid_t writer;
	int whole = 0;

	assert_int_equal(board__open(&b), 0);
	assert_int_equal(board__write(&b, write_letters, &letter), 0);
	writer = fork();
	if (!writer)
		write_for_ever(&b);
	for (int i = 0; i < READS; i++) {
		size_t bytes;
		char *text = board__read(&b, &bytes);

		if (!text)
			continue;
		assert_int_equal(bytes, text[0] * 128);
		for (size_t at = 0; at < bytes; at++)
			assert_true(text[at] == text[0]);
		free(text);
		whole++;
	}
	assert_true(whole > 0);
	kill(writer, SIGKILL);
	waitpid(writer, NULL, 0);
	board__close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_latest_text),
		cmocka_unit_test(has_none_before_the_first_and_after_a_failure),
		cmocka_unit_test(is_whole_whenever_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
