// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A FIFO as the file: its reader is not there yet, sleeps, or leaves. */
#include "file_fixture.h"

static int open_fifo(int pipe_bytes)
{
	int reader;

	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(open_file("fifo", SYNC_EVENT), 0);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(fcntl(reader, F_SETPIPE_SZ, pipe_bytes), pipe_bytes);
	return reader;
}

static size_t read_all(int fd, char *text, size_t len, size_t cap)
{
	ssize_t n;

	while ((n = read(fd, text + len, cap - len)) > 0)
		len += n;
	return len;
}

static void a_fifo_waits_for_its_reader(void **state)
{
	char text[1024];
	int reader;

	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(open_file("fifo", SYNC_EVENT), 0);
	assert_int_equal(put(0, 100), 0);
	assert_int_equal(put(1, 100), 0);
	assert_news("write", -EPIPE);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_equal(file__retry(&file), 0);
	assert_int_equal(put(2, 100), 0);
	assert_int_equal(assert_lines(text, read_all(reader, text, 0, sizeof(text)), 0), 3);
	assert_int_equal(faults.synced, 0);
	close(reader);
	assert_int_equal(file__close(&file), 0);
}

/* More than PIPE_BUF goes in as far as there is room: the rest comes later, and nothing in
 * between. */
static void a_sleeping_reader_of_a_fifo_gets_whole_lines(void **state)
{
	static char text[1 << 20];
	int reader = open_fifo(4096);
	unsigned in = 0, rounds = 0;
	size_t len = 0;

	while (rounds++ < 40) {
		for (; !file__waiting(&file); in++)
			assert_int_equal(put(in, 500 + in % 7 * 1500), 0);
		assert_int_equal(read(reader, text + len, 100), 100);
		len = read_all(reader, text, len + 100, sizeof(text));
		file__retry(&file);
	}
	while (file__retry(&file) == -EAGAIN)
		len = read_all(reader, text, len, sizeof(text));
	assert_int_equal(file__close(&file), 0);
	len = read_all(reader, text, len, sizeof(text));
	assert_int_equal(assert_lines(text, len, 0), in);
	close(reader);
}

static void a_reader_that_leaves_within_a_line_tears_that_one_only(void **state)
{
	static char text[16 << 10];
	int first = open_fifo(4096), second;
	char *newline;
	size_t len;

	assert_int_equal(put(0, 3000), 0);
	assert_int_equal(file__waiting(&file), 0);
	assert_int_equal(read(first, text, 1000), 1000);
	assert_int_equal(read(first, text, 2000), 2000);
	faults.writes = (const int[]){600, -EAGAIN, 0};
	assert_int_equal(put(1, 3000), 0);
	close(first);
	assert_int_equal(file__retry(&file), -EPIPE);
	second = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_equal(file__retry(&file), 0);
	assert_int_equal(put(2, 200), 0);
	len = read_all(second, text, 0, sizeof(text));
	newline = memchr(text, '\n', len);
	assert_non_null(newline);
	assert_true(newline - text <= 600);
	assert_int_equal(assert_lines(newline + 1, text + len - newline - 1, 1), 3);
	close(second);
	assert_int_equal(file__close(&file), 0);
}

/* SIGHUP, or a new FIFO in its place: what the old one has of a line is closed, and the line comes
 * anew. */
static void a_line_half_out_is_closed_and_repeated_by_a_new_fifo(void **state)
{
	static char text[16 << 10];
	int reader = open_fifo(4096);
	size_t len;

	faults.writes = (const int[]){600, -EAGAIN, 0};
	assert_int_equal(put(0, 3000), 0);
	assert_int_equal(file__waiting(&file), 1);
	assert_int_equal(read(reader, text, sizeof(text)), 600);
	assert_int_equal(file__reopen(&file), 0);
	assert_int_equal(read(reader, text + 600, 100), 1);
	assert_int_equal(text[600], '\n');
	assert_int_equal(put(1, 100), 0);
	len = read_all(reader, text, 0, sizeof(text));
	assert_int_equal(assert_lines(text, len, 0), 2);
	close(reader);
	assert_int_equal(file__close(&file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(a_fifo_waits_for_its_reader),
		in_sandbox(a_sleeping_reader_of_a_fifo_gets_whole_lines),
		in_sandbox(a_line_half_out_is_closed_and_repeated_by_a_new_fifo),
		in_sandbox(a_reader_that_leaves_within_a_line_tears_that_one_only),
	};

	return cmocka_run_group_tests_name("file_fifo", tests, NULL, NULL);
}
