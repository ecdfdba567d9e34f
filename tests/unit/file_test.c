// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that stays whole: what a crash left, writes that fail half way, lines that wait. */
#include "file_fixture.h"

/* ---- opening ---- */

static void appends_lines(void **state)
{
	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	assert_int_equal(put(0, 100), 0);
	assert_int_equal(put(1, 200), 0);
	assert_int_equal(size_of("f"), 300);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(faults.synced, 1);
	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	assert_int_equal(put(2, 100), 0);
	assert_true(file__needs_tick(&file));
	file__sync(&file);
	assert_no_news();
	assert_false(file__needs_tick(&file));
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 3);
}

static void refuses_at_open(void **state)
{
	static char long_path[PATH_MAX];
	struct file_config config = {.path = "f", .max_bytes = 1, .spool_bytes = FILE_ROOM};

	assert_int_equal(mkdir("directory", 0700), 0);
	assert_int_equal(symlink("f", "link"), 0);
	assert_int_equal(open_file("directory", SYNC_NONE), -EISDIR);
	assert_int_equal(open_file("link", SYNC_NONE), -ELOOP);
	for (size_t i = 0; i < sizeof(long_path) - 8; i += 2)
		memcpy(long_path + i, "./", 2);
	strcat(long_path, "f");
	assert_int_equal(open_file(long_path, SYNC_NONE), -ENAMETOOLONG);
	assert_int_equal(file__open(&file, &config), -EINVAL); /* max_files is 0 */
	config.max_bytes = 0;
	config.spool_bytes = 0;
	assert_int_equal(file__open(&file, &config), -EINVAL);
	assert_int_equal(file__close(&file), 0); /* of what is not open: nothing */
}

static void closes_a_torn_line_and_knows_the_last_uid(void **state)
{
	static const char before[] = "{\"log\":{\"record\":{\"uid\":\"b-1\"}}}\n{\"log\":{\"rec";

	put_text("f", before, strlen(before));
	assert_int_equal(open_file("f", SYNC_NONE), 0);
	assert_string_equal(file__last_uid(&file), "b-1");
	assert_int_equal(size_of("f"), strlen(before) + 1);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(open_file("f", SYNC_NONE), 0);
	assert_string_equal(file__last_uid(&file), "");
	assert_int_equal(size_of("f"), strlen(before) + 1);
	assert_int_equal(file__close(&file), 0);
}

static void closes_a_torn_line_when_there_is_room_again(void **state)
{
	static const int full[] = {-ENOSPC, 0};
	char text[256];
	size_t len;

	assert_int_equal(open_file("f", SYNC_NONE), 0);
	put_text("f", "torn", 4);
	assert_int_equal(file__reopen(&file), 0);
	faults.fd = file.fd;
	faults.writes = full;
	assert_int_equal(put(0, 50), 0);
	assert_news("write", -ENOSPC);
	assert_int_equal(size_of("f"), 4);
	assert_int_equal(file__close(&file), 0);
	len = get_text("f", text, 0, sizeof(text));
	assert_memory_equal(text, "torn\n", 5);
	assert_int_equal(assert_lines(text + 5, len - 5, 0), 1);
}

/* ---- writes that fail ---- */

static void completes_short_writes_and_goes_on_after_signals(void **state)
{
	static const int script[] = {-EINTR, 10, -EINTR, -EINTR, 1, 1, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	faults.writes = script;
	assert_int_equal(put(0, 100), 0);
	assert_int_equal(*faults.writes, 0);
	assert_int_equal(file__waiting(&file), 0);
	assert_no_news();
	file__close(&file);
	assert_int_equal(assert_file_lines("f", 0), 1);
}

/* Whatever the error, half a line out or none: nothing of it stays, and it comes when it can. */
static void takes_half_a_line_back_whatever_the_error(void **state)
{
	static const int errors[] = {ENOSPC, EDQUOT, EIO,    ENOMEM, EFBIG,
				     EROFS,  ESTALE, EAGAIN, EPIPE,  EPERM};
	unsigned n = 0;

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const int half[] = {30, -errors[i], 0}, none[] = {-errors[i], 0};
		off_t before = size_of("f");

		faults.writes = half;
		assert_int_equal(put(n++, 100), 0);
		assert_int_equal(size_of("f"), before);
		faults.writes = none;
		assert_int_equal(put(n++, 100), 0);
		assert_int_equal(size_of("f"), before);
		assert_int_equal(file__waiting(&file), 2);
		assert_true(file__needs_tick(&file));
		assert_news("write", -errors[i]);
		file__tick(&file);
		assert_int_equal(size_of("f"), before + 200);
		assert_int_equal(file__waiting(&file), 0);
		assert_news("write", 0);
		assert_no_news();
	}
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), n);
}

static void empty_it(void)
{
	assert_int_equal(truncate("f", 0), 0);
}

/* copytruncate in the middle of a line: neither a hole of zeros nor its second half. */
static void half_a_line_that_others_cut_off_leaves_nothing(void **state)
{
	static const int half[] = {30, -ENOSPC, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	put(0, 100);
	faults.writes = half;
	faults.before_error = empty_it;
	put(1, 100);
	assert_int_equal(size_of("f"), 0);
	put(2, 100);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 1), 3);
}

static void append_to_it(void)
{
	put_text("f", "another's\n", 10);
}

static void what_others_write_is_not_ours_to_remove(void **state)
{
	static const int half[] = {30, -ENOSPC, 0};
	char text[512];
	size_t len;

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	faults.writes = half;
	faults.before_error = append_to_it;
	put(0, 100);
	assert_int_equal(file__close(&file), 0);
	len = get_text("f", text, 0, sizeof(text));
	assert_memory_equal(text + 30, "another's\n", 10);
	assert_int_equal(assert_lines(text + 40, len - 40, 0), 1);
}

static void a_trouble_over_before_it_was_told_is_told(void **state)
{
	static const int once[] = {-ENOSPC, 0};

	assert_int_equal(open_file("f", SYNC_NONE), 0);
	faults.writes = once;
	put(0, 50);
	put(1, 50);
	assert_int_equal(file__waiting(&file), 0);
	assert_news("write", -ENOSPC);
	assert_no_news();
	put(2, 50);
	assert_news("write", 0);
	assert_no_news();
	file__close(&file);
}

static void a_write_of_nothing_is_no_endless_loop(void **state)
{
	/* The reader's end of a terminal or a driver may do so; here a device that takes 0
	 * bytes. */
	assert_int_equal(open_file("/dev/null", SYNC_EVENT), 0);
	assert_int_equal(file__write(&file, "", 0, 1), 0);
	assert_int_equal(file__waiting(&file), 1);
	assert_news("write", -EIO);
	assert_int_equal(file__close(&file), 1);
}

static void waiting_counts_victims_and_the_end_lines(void **state)
{
	assert_int_equal(open_file("/dev/full", SYNC_EVENT), 0);
	assert_int_equal(file__write(&file, "a\n", 2, 0), 0);
	assert_int_equal(file__write(&file, "b\n", 2, 3), 0);
	assert_int_equal(file__waiting(&file), 3);
	assert_int_equal(file__close(&file), 2);
}

static void a_line_longer_than_the_spool_is_lost_alone(void **state)
{
	assert_int_equal(open_file("f", SYNC_NONE), 0);
	assert_int_equal(put(0, 100), 0);
	assert_int_equal(put(9, FILE_ROOM + 1), -ENOBUFS);
	assert_int_equal(put(1, 100), 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 2);
}

/* The last room goes to the line that is longest here: a retry makes it when the disk has it
 * again. */
static void a_full_spool_is_emptied_for_a_new_line(void **state)
{
	static const int full[] = {-ENOSPC, -ENOSPC, 0};

	assert_int_equal(open_file("f", SYNC_NONE), 0);
	faults.writes = full;
	assert_int_equal(put(0, FILE_ROOM / 2 - 100), 0);
	assert_int_equal(put(1, FILE_ROOM / 2 - 100), 0);
	assert_int_equal(put(2, FILE_ROOM - 100), 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 3);
}

/* ---- memory ---- */

/* <sanitizer/allocator_interface.h>, which gcc does not bring. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *));

static volatile unsigned allocations; /* gcc knows that malloc() changes no variable of ours */

static void count_allocation(const volatile void *pointer, size_t bytes)
{
	allocations++;
}

static void ignore_free(const volatile void *pointer)
{
}

static void allocates_nothing_after_open(void **state)
{
	const struct file_config config = {
		.path = "f", .spool_bytes = FILE_ROOM, .max_bytes = 2500, .max_files = 2};
	static const int script[] = {50, -ENOSPC, -ENOSPC, 0};
	static bool installed;
	void *volatile one;
	unsigned before;

	if (!installed)
		installed =
			__sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_free);
	assert_true(installed);
	before = allocations;
	one = malloc(1);
	free(one);
	assert_int_equal(allocations, before + 1);
	assert_int_equal(file__open(&file, &config), 0);
	memset(&faults, 0, sizeof(faults));
	faults.fd = file.fd;
	faults.writes = script;
	before = allocations;
	for (unsigned n = 0; n < 20; n++)
		put(n, 200);
	rename("f", "g");
	put(20, 200);
	file__tick(&file);
	file__reopen(&file);
	file__close(&file);
	assert_int_equal(allocations, before);
	assert_int_equal(*faults.writes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(appends_lines),
		in_sandbox(refuses_at_open),
		in_sandbox(closes_a_torn_line_and_knows_the_last_uid),
		in_sandbox(closes_a_torn_line_when_there_is_room_again),
		in_sandbox(completes_short_writes_and_goes_on_after_signals),
		in_sandbox(takes_half_a_line_back_whatever_the_error),
		in_sandbox(half_a_line_that_others_cut_off_leaves_nothing),
		in_sandbox(what_others_write_is_not_ours_to_remove),
		in_sandbox(a_trouble_over_before_it_was_told_is_told),
		in_sandbox(a_write_of_nothing_is_no_endless_loop),
		in_sandbox(waiting_counts_victims_and_the_end_lines),
		in_sandbox(a_line_longer_than_the_spool_is_lost_alone),
		in_sandbox(a_full_spool_is_emptied_for_a_new_line),
		in_sandbox(allocates_nothing_after_open),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
