// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An output file by its name: what is opened, what is refused, and how numbers move up. */
#include <errno.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "output/path.h"
#include "sandbox.h"

static void makes_a_file_that_others_may_not_read(void **state)
{
	mode_t before = umask(0);
	struct stat st;
	int fd = path__open("f", &st);

	umask(before);
	assert_true(fd >= 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_true(fcntl(fd, F_GETFL) & O_APPEND);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(path__names("f", &st));
	assert_int_equal(link("f", "g"), 0);
	assert_true(path__names("g", &st));
	assert_int_equal(symlink("f", "s"), 0);
	assert_false(path__names("s", &st));
	assert_false(path__names("nothing", &st));
	close(fd);
}

static void refuses_what_is_no_place_for_lines(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat st;

	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(mkdir("directory", 0700), 0);
	put_text("target", "", 0);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(symlink("made-by-a-link", "dangling"), 0);
	assert_int_equal(path__open("directory", &st), -EISDIR);
	assert_int_equal(path__open("link", &st), -ELOOP);
	assert_int_equal(path__open("dangling", &st), -ELOOP);
	assert_int_equal(path__open("socket", &st), -ENXIO);
	assert_int_equal(path__open("no/such/directory", &st), -ENOENT);
	assert_int_equal(size_of("made-by-a-link"), -1);
	close(s);
}

static void refuses_a_block_device(void **state)
{
	struct stat st;
	int fd;

	/* Major 1 is the RAM disk: there or not, no disk of anybody's is touched. */
	if (mknod("block", S_IFBLK | 0600, makedev(1, 0))) {
		print_message("  skipped: needs root (CAP_MKNOD)\n");
		skip();
	}
	fd = path__open("block", &st);
	assert_true(fd == -EINVAL || fd == -ENXIO || fd == -EACCES);
}

static void opens_a_fifo_without_a_reader_for_writing_only(void **state)
{
	struct stat st;
	int fd;

	assert_int_equal(mkfifo("fifo", 0600), 0);
	fd = path__open("fifo", &st);
	assert_true(fd >= 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(fd);
}

static void does_not_wait_for_a_terminal(void **state)
{
	int master, slave, fd;
	struct stat st;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	fd = path__open(ttyname(slave), &st);
	assert_true(fd >= 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	close(fd);
	close(slave);
	close(master);
}

static void put_files(const char *names)
{
	for (const char *n = names; *n; n++)
		put_text((char[]){'f', *n == '0' ? '\0' : '.', *n, '\0'}, n, 1);
}

/* f, f.1, f.2, ... hold the bytes of content, '-': not there. */
static void assert_files(const char *content)
{
	for (int i = 0; content[i]; i++) {
		char path[16], text[8];

		snprintf(path, sizeof(path), i ? "f.%d" : "f", i);
		if (content[i] == '-') {
			assert_int_equal(size_of(path), -1);
			continue;
		}
		assert_int_equal(get_text(path, text, 0, sizeof(text)), 1);
		assert_int_equal(text[0], content[i]);
	}
}

static void moves_numbers_up_and_drops_the_oldest(void **state)
{
	put_files("012");
	assert_int_equal(path__rotate("f", 3), 0);
	assert_files("-012-");
	put_text("f", "n", 1);
	assert_int_equal(path__rotate("f", 3), 0);
	assert_files("-n01-");
	put_text("f", "m", 1);
	assert_int_equal(path__rotate("f", 1), 0);
	assert_files("-m01-");
}

static void moves_no_more_than_it_must(void **state)
{
	put_files("0134");
	assert_int_equal(path__rotate("f", 5), 0);
	assert_files("-0134-");
	assert_int_equal(path__rotate("f", 5), -ENOENT);
	assert_files("--0134"); /* f.1 is free now: what is tried again and again moves nothing */
	for (int i = 0; i < 5; i++)
		assert_int_equal(path__rotate("f", 5), -ENOENT);
	assert_files("--0134");
}

static void leaves_everything_where_a_rename_fails(void **state)
{
	put_files("0");
	assert_int_equal(mkdir("f.1", 0700), 0);
	assert_int_equal(path__rotate("f", 1), -EISDIR);
	assert_files("0");
	assert_int_equal(path__rotate("f", 2), 0); /* even a directory moves up */
	assert_files("-0");
	put_files("0");
	assert_int_equal(path__rotate("f", 2), -EISDIR); /* and then is in the way of f.1 */
	assert_files("00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(makes_a_file_that_others_may_not_read),
		in_sandbox(refuses_what_is_no_place_for_lines),
		in_sandbox(refuses_a_block_device),
		in_sandbox(opens_a_fifo_without_a_reader_for_writing_only),
		in_sandbox(does_not_wait_for_a_terminal),
		in_sandbox(moves_numbers_up_and_drops_the_oldest),
		in_sandbox(moves_no_more_than_it_must),
		in_sandbox(leaves_everything_where_a_rename_fails),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
