// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that stays whole on disks that are full, limited, append-only, or do not sync. */
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "file_fixture.h"

static void dev_full_loses_what_memory_does_not_hold(void **state)
{
	unsigned taken = 0;

	assert_int_equal(open_file("/dev/full", SYNC_EVENT), 0);
	while (!put(taken, 100))
		taken++;
	assert_int_equal(taken, FILE_ROOM / (100 + SPOOL_ENTRY_BYTES));
	assert_int_equal(put(taken, 100), -ENOBUFS);
	assert_int_equal(file__waiting(&file), taken);
	assert_news("write", -ENOSPC);
	assert_no_news();
	assert_int_equal(faults.synced, 0);
	assert_int_equal(file__close(&file), taken);
}

static void obeys_a_limit_of_file_size(void **state)
{
	struct rlimit before, low;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	low = (struct rlimit){250, before.rlim_max};
	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	for (unsigned n = 0; n < 5; n++)
		assert_int_equal(put(n, 100), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_news("write", -EFBIG);
	assert_int_equal(size_of("f"), 200);
	assert_int_equal(assert_file_lines("f", 0), 2);
	assert_int_equal(file__waiting(&file), 3);
	assert_int_equal(file__retry(&file), 0);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 5);
}

static void closes_what_it_may_not_take_back(void **state)
{
	static const int half[] = {30, -ENOSPC, 0};
	char text[512], *newline;
	size_t len;

	assert_int_equal(open_file("f", SYNC_NONE), 0);
	if (!set_append_only("f", true)) {
		file__close(&file);
		print_message(
			"  skipped: needs root (CAP_LINUX_IMMUTABLE) and a file system with +a\n");
		skip();
	}
	put(0, 100);
	faults.writes = half;
	put(1, 100);
	put(2, 100);
	assert_int_equal(file__close(&file), 0);
	assert_true(set_append_only("f", false));
	len = get_text("f", text, 0, sizeof(text));
	assert_int_equal(assert_lines(text, 100, 0), 1);
	newline = memchr(text + 100, '\n', len - 100);
	assert_ptr_equal(newline, text + 130);
	assert_int_equal(assert_lines(newline + 1, text + len - newline - 1, 1), 3);
}

/* Runs in a mount namespace of the test's own. */
static bool mount_tmpfs(const char *dir, const char *options)
{
	return !mkdir(dir, 0700) && !unshare(CLONE_NEWNS) &&
	       !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("tmpfs", dir, "tmpfs", 0, options);
}

static unsigned put_until_full(unsigned n)
{
	do
		assert_int_equal(put(n++, 700), 0);
	while (!file__waiting(&file));
	assert_news("write", -ENOSPC);
	return n;
}

static void a_disk_that_fills_and_is_emptied(void **state)
{
	static char filler[32 << 10], text[256 << 10];
	unsigned n, whole;
	size_t len;

	if (!mount_tmpfs("disk", "size=64k")) {
		print_message("  skipped: needs root (CAP_SYS_ADMIN) for a tmpfs\n");
		skip();
	}
	put_text("disk/filler", filler, sizeof(filler));
	assert_int_equal(open_file("disk/f", SYNC_EVENT), 0);
	n = put_until_full(0);
	assert_int_equal(assert_file_lines("disk/f", 0), n - file__waiting(&file));
	assert_int_equal(unlink("disk/filler"), 0);
	assert_int_equal(file__retry(&file), 0);
	assert_news("write", 0);
	assert_int_equal(assert_file_lines("disk/f", 0), n);

	n = put_until_full(n);
	whole = assert_file_lines("disk/f", 0);
	assert_int_equal(whole, n - file__waiting(&file));
	len = get_text("disk/f", text, 0, sizeof(text));
	assert_int_equal(truncate("disk/f", 0), 0);
	assert_int_equal(put(n++, 700), 0);
	assert_int_equal(file__close(&file), 0);
	len = get_text("disk/f", text, len, sizeof(text));
	assert_int_equal(assert_lines(text, len, 0), n);
	assert_int_equal(umount("disk"), 0);
}

/* ---- syncs ---- */

static void writes_again_what_was_not_synced(void **state)
{
	static const int fails[] = {-EIO, -EIO, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	faults.syncs = fails;
	for (unsigned n = 0; n < 3; n++)
		assert_int_equal(put(n, 100), 0);
	assert_int_equal(file__waiting(&file), 0);
	for (int i = 0; i < 2; i++) {
		file__sync(&file);
		assert_int_equal(size_of("f"), 0);
		assert_int_equal(file__waiting(&file), 3);
		assert_int_equal(file__retry(&file), 0);
	}
	assert_news("sync", -EIO);
	assert_int_equal(put(3, 100), 0);
	file__sync(&file);
	assert_int_equal(faults.synced, 3);
	assert_news("sync", 0);
	assert_no_news();
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 4);
}

/* It is taken for what it is, and nobody's bytes are cut off for it. */
static void leaves_what_was_not_synced_where_others_wrote(void **state)
{
	static const int fails[] = {-EIO, 0};
	char text[512];

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	put(0, 100);
	put(1, 100);
	assert_int_equal(truncate("f", 50), 0);
	put(2, 100);
	faults.syncs = fails;
	file__sync(&file);
	assert_news("sync", -EIO);
	assert_int_equal(file__waiting(&file), 0);
	assert_int_equal(get_text("f", text, 0, sizeof(text)), 150);
	assert_int_equal(assert_lines(text + 50, 100, 2), 3);
	assert_int_equal(file__close(&file), 0);
}

static void the_last_sync_takes_nothing_back(void **state)
{
	static const int fails[] = {-EIO, -EIO, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	put(0, 100);
	faults.syncs = fails;
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(faults.synced, 2);
	assert_int_equal(assert_file_lines("f", 0), 1);
}

static void what_was_not_synced_goes_into_the_next_file(void **state)
{
	static const int fails[] = {-EIO, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	put(0, 100);
	file__sync(&file);
	put(1, 100);
	assert_int_equal(rename("f", "g"), 0);
	faults.syncs = fails;
	assert_int_equal(file__reopen(&file), 0);
	assert_int_equal(file__waiting(&file), 1);
	put(2, 100);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("g", 0), 1);
	assert_int_equal(assert_file_lines("f", 1), 3);
}

/* Each is kept until then, and what is kept must leave room for what can't be written. */
static void syncs_when_half_of_the_spool_is_taken(void **state)
{
	unsigned n = 0;

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	while (!faults.synced)
		assert_int_equal(put(n++, 100), 0);
	assert_int_equal(n, FILE_ROOM / 2 / (100 + SPOOL_ENTRY_BYTES) + 1);
	assert_false(file__wants_sync(&file));
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(faults.synced, 1);
	assert_int_equal(assert_file_lines("f", 0), n);
}

static void a_file_system_that_syncs_nothing_is_no_trouble(void **state)
{
	static const int fails[] = {-EINVAL, 0};

	assert_int_equal(open_file("f", SYNC_EVENT), 0);
	faults.syncs = fails;
	assert_int_equal(put(0, 100), 0);
	file__sync(&file);
	assert_no_news();
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(assert_file_lines("f", 0), 1);
}

static void syncs_at_an_interval(void **state)
{
	static const int fails[] = {-EIO, 0};

	assert_int_equal(open_file("f", SYNC_INTERVAL), 0);
	put(0, 100);
	put(1, 100);
	assert_int_equal(faults.synced, 0);
	assert_false(file__wants_sync(&file));
	assert_true(file__needs_tick(&file));
	file__tick(&file);
	assert_int_equal(faults.synced, 1);
	assert_false(file__needs_tick(&file));
	file__tick(&file);
	assert_int_equal(faults.synced, 1);
	put(2, 100);
	faults.syncs = fails;
	file__tick(&file);
	put(3, 100);
	file__tick(&file);
	assert_news("sync", -EIO);
	put(4, 100);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(faults.synced, 4);
	assert_int_equal(assert_file_lines("f", 0), 5);
}

static void syncs_never(void **state)
{
	assert_int_equal(open_file("f", SYNC_NONE), 0);
	put(0, 100);
	assert_false(file__needs_tick(&file));
	file__tick(&file);
	assert_int_equal(file__close(&file), 0);
	assert_int_equal(faults.synced, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(dev_full_loses_what_memory_does_not_hold),
		in_sandbox(obeys_a_limit_of_file_size),
		in_sandbox(closes_what_it_may_not_take_back),
		in_sandbox(a_disk_that_fills_and_is_emptied),
		in_sandbox(writes_again_what_was_not_synced),
		in_sandbox(leaves_what_was_not_synced_where_others_wrote),
		in_sandbox(the_last_sync_takes_nothing_back),
		in_sandbox(what_was_not_synced_goes_into_the_next_file),
		in_sandbox(syncs_when_half_of_the_spool_is_taken),
		in_sandbox(a_file_system_that_syncs_nothing_is_no_trouble),
		in_sandbox(syncs_at_an_interval),
		in_sandbox(syncs_never),
	};

	return cmocka_run_group_tests_name("file_disk", tests, NULL, NULL);
}
