// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that is moved, cut, replaced and rotated under its writer: every line once, in order. */
#include <pthread.h>
#include <sched.h>

#include "file_fixture.h"

static void open_rotated(uint64_t max_bytes, uint32_t max_files)
{
	const struct file_config config = {.path = "f",
					   .sync = SYNC_NONE,
					   .spool_bytes = FILE_ROOM,
					   .max_bytes = max_bytes,
					   .max_files = max_files};

	assert_int_equal(file__open(&file, &config), 0);
}

/* The lines of f.last ... f.1 and f, oldest first. The number after the last. */
static unsigned assert_chain(int last, unsigned first)
{
	for (; last >= 0; last--) {
		char path[16];

		snprintf(path, sizeof(path), last ? "f.%d" : "f", last);
		first = assert_file_lines(path, first);
	}
	return first;
}

/* ---- rotation by others ---- */

struct rotator {
	bool create; /* as logrotate's "create": makes the new file itself */
	bool stop;
	unsigned rotations; /* f was renamed to old.0, old.1, ... */
};

static void *rotate_all_the_time(void *argument)
{
	struct rotator *r = argument;

	while (!__atomic_load_n(&r->stop, __ATOMIC_ACQUIRE)) {
		char old[32];

		snprintf(old, sizeof(old), "old.%u", r->rotations);
		if (rename("f", old)) {
			sched_yield();
			continue;
		}
		if (r->create)
			close(open("f", O_WRONLY | O_CREAT | O_EXCL, 0640));
		__atomic_add_fetch(&r->rotations, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static unsigned rotations(struct rotator *r)
{
	return __atomic_load_n(&r->rotations, __ATOMIC_ACQUIRE);
}

static void write_through_rotations(bool create)
{
	struct rotator r = {.create = create};
	unsigned in = 0, out = 0;
	pthread_t thread;

	open_rotated(0, 0);
	assert_int_equal(pthread_create(&thread, NULL, rotate_all_the_time, &r), 0);
	for (; in < 2000 || rotations(&r) < 200; in++) {
		assert_int_equal(put(in, 50 + in % 400), 0);
		if (in % 8 == 0)
			file__sync(&file);
		/* A thread that does not run rotates nothing. */
		while (in >= 64 * (rotations(&r) + 1))
			sched_yield();
	}
	__atomic_store_n(&r.stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_int_equal(put(in++, 50), 0);
	assert_no_news();
	assert_int_equal(file__close(&file), 0);
	for (unsigned i = 0; i < r.rotations; i++) {
		char old[32];

		snprintf(old, sizeof(old), "old.%u", i);
		out = assert_file_lines(old, out);
	}
	assert_int_equal(assert_file_lines("f", out), in);
	print_message("  %u lines in %u files\n", in, r.rotations + 1);
}

static void loses_nothing_when_renamed_in_a_loop(void **state)
{
	write_through_rotations(false);
}

static void loses_nothing_when_renamed_and_made_anew_in_a_loop(void **state)
{
	write_through_rotations(true);
}

static void begins_a_new_file_when_it_is_deleted(void **state)
{
	open_rotated(0, 0);
	assert_int_equal(put(0, 50), 0);
	assert_int_equal(unlink("f"), 0);
	assert_int_equal(put(1, 50), 0);
	assert_int_equal(assert_file_lines("f", 1), 2);
	file__close(&file);
}

/* copytruncate: no hole of zeros where the writer was. */
static void goes_on_at_the_start_of_a_file_that_was_cut(void **state)
{
	open_rotated(0, 0);
	assert_int_equal(put(0, 500), 0);
	assert_int_equal(truncate("f", 0), 0);
	assert_int_equal(put(1, 50), 0);
	assert_int_equal(size_of("f"), 50);
	assert_int_equal(assert_file_lines("f", 1), 2);
	file__close(&file);
}

static void reopens_on_request(void **state)
{
	open_rotated(0, 0);
	assert_int_equal(put(0, 50), 0);
	assert_int_equal(file__reopen(&file), 0);
	assert_int_equal(put(1, 50), 0);
	assert_int_equal(rename("f", "g"), 0);
	assert_int_equal(file__reopen(&file), 0);
	assert_int_equal(put(2, 50), 0);
	assert_int_equal(assert_file_lines("g", 0), 2);
	assert_int_equal(assert_file_lines("f", 2), 3);
	file__close(&file);
}

static void goes_on_with_the_old_file_while_there_can_be_no_new_one(void **state)
{
	const struct file_config config = {.path = "d/f", .spool_bytes = FILE_ROOM};

	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(file__open(&file, &config), 0);
	assert_int_equal(put(0, 50), 0);
	assert_int_equal(rename("d", "e"), 0);
	assert_int_equal(put(1, 50), 0);
	assert_news("open it again", -ENOENT);
	assert_int_equal(put(2, 50), 0);
	assert_int_equal(file__reopen(&file), -ENOENT);
	assert_no_news();
	assert_int_equal(assert_file_lines("e/f", 0), 3);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(put(3, 50), 0);
	assert_news("open it again", 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("e/f", 0), 3);
	assert_int_equal(assert_file_lines("d/f", 3), 4);
}

static void follows_no_link_that_took_its_place(void **state)
{
	open_rotated(0, 0);
	assert_int_equal(put(0, 50), 0);
	put_text("target", "", 0);
	assert_int_equal(rename("f", "g"), 0);
	assert_int_equal(symlink("target", "f"), 0);
	assert_int_equal(put(1, 50), 0);
	assert_news("open it again", -ELOOP);
	assert_int_equal(unlink("f"), 0);
	assert_int_equal(symlink("g", "f"), 0); /* not even to itself */
	assert_int_equal(put(2, 50), 0);
	assert_no_news();
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(size_of("target"), 0);
	assert_int_equal(assert_file_lines("g", 0), 3);
}

/* ---- rotation of its own ---- */

static void keeps_so_many_files_of_such_a_size(void **state)
{
	open_rotated(1000, 3);
	for (unsigned n = 0; n < 46; n++)
		assert_int_equal(put(n, 100), 0);
	assert_no_news();
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(size_of("f.4"), -1);
	assert_int_equal(size_of("f.3"), 1000);
	assert_int_equal(size_of("f.1"), 1000);
	assert_int_equal(size_of("f"), 600);
	assert_int_equal(assert_chain(3, 10), 46);
}

static void counts_what_was_there_before(void **state)
{
	open_rotated(1000, 9);
	assert_int_equal(put(0, 700), 0);
	file__close(&file);
	open_rotated(1000, 9);
	assert_int_equal(put(1, 301), 0);
	assert_int_equal(size_of("f.1"), 700);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_chain(1, 0), 2);
}

static void a_line_longer_than_a_file_has_one_to_itself(void **state)
{
	open_rotated(100, 9);
	assert_int_equal(put(0, 500), 0);
	assert_int_equal(put(1, 50), 0);
	assert_int_equal(put(2, 50), 0);
	assert_int_equal(put(3, 500), 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(size_of("f.3"), -1);
	assert_int_equal(size_of("f.2"), 500);
	assert_int_equal(size_of("f.1"), 100);
	assert_int_equal(assert_chain(2, 0), 4);
}

static void goes_on_past_the_size_while_a_rename_fails(void **state)
{
	open_rotated(100, 1);
	assert_int_equal(mkdir("f.1", 0700), 0);
	for (unsigned n = 0; n < 5; n++)
		assert_int_equal(put(n, 60), 0);
	assert_news("rotate", -EISDIR);
	assert_int_equal(assert_file_lines("f", 0), 5);
	assert_int_equal(rmdir("f.1"), 0);
	assert_int_equal(put(5, 60), 0);
	assert_news("rotate", 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_chain(1, 0), 6);
}

/* Only the newest can't be renamed: the others must not march off the end, one with each line. */
static void keeps_the_old_files_while_the_newest_can_not_be_renamed(void **state)
{
	open_rotated(100, 3);
	for (unsigned n = 0; n < 3; n++)
		assert_int_equal(put(n, 80), 0);
	if (!set_append_only("f", true)) {
		file__close(&file);
		print_message(
			"  skipped: needs root (CAP_LINUX_IMMUTABLE) and a file system with +a\n");
		skip();
	}
	for (unsigned n = 3; n < 20; n++)
		assert_int_equal(put(n, 80), 0);
	assert_true(set_append_only("f", false));
	assert_news("rotate", -EPERM);
	assert_int_equal(put(20, 80), 0);
	assert_news("rotate", 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(size_of("f.1"), 18 * 80);
	assert_int_equal(assert_chain(3, 0), 21);
}

/* The path is gone and stays gone: there is nothing to rename, and the old file is no smaller. */
static void does_not_rotate_what_is_not_there(void **state)
{
	const struct file_config config = {
		.path = "d/f", .spool_bytes = FILE_ROOM, .max_bytes = 100, .max_files = 2};

	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(file__open(&file, &config), 0);
	assert_int_equal(put(0, 60), 0);
	assert_int_equal(rename("d", "e"), 0);
	assert_int_equal(put(1, 60), 0);
	assert_int_equal(put(2, 60), 0);
	assert_news("open it again", -ENOENT);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("e/f", 0), 3);
}

static void rotates_what_waited_too(void **state)
{
	open_rotated(1000, 9);
	assert_int_equal(put(0, 800), 0);
	/* Waits as after a full disk, then everything at once. */
	for (unsigned n = 1; n < 5; n++) {
		char line[2048];

		spool__push(&file.spool, line, numbered_line(line, n, 800), 1);
	}
	assert_int_equal(file__retry(&file), 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_chain(4, 0), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(loses_nothing_when_renamed_in_a_loop),
		in_sandbox(loses_nothing_when_renamed_and_made_anew_in_a_loop),
		in_sandbox(begins_a_new_file_when_it_is_deleted),
		in_sandbox(goes_on_at_the_start_of_a_file_that_was_cut),
		in_sandbox(reopens_on_request),
		in_sandbox(goes_on_with_the_old_file_while_there_can_be_no_new_one),
		in_sandbox(follows_no_link_that_took_its_place),
		in_sandbox(keeps_so_many_files_of_such_a_size),
		in_sandbox(counts_what_was_there_before),
		in_sandbox(a_line_longer_than_a_file_has_one_to_itself),
		in_sandbox(goes_on_past_the_size_while_a_rename_fails),
		in_sandbox(keeps_the_old_files_while_the_newest_can_not_be_renamed),
		in_sandbox(does_not_rotate_what_is_not_there),
		in_sandbox(rotates_what_waited_too),
	};

	return cmocka_run_group_tests_name("file_rotation", tests, NULL, NULL);
}
