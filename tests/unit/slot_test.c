// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that is replaced whole, and whose process shows by a lock. */
#include <errno.h>
#include <sys/wait.h>

#include "sandbox.h"
#include "state/slot.h"

static struct slot slot;

static void assert_has(const char *path, const char *text)
{
	char got[256];
	size_t n = get_text(path, got, 0, sizeof(got));

	got[n] = '\0';
	assert_string_equal(got, text);
}

static void replaces_it_whole(void **state)
{
	struct stat st;

	assert_int_equal(slot__open(&slot, "dir/s.json"), 0);
	assert_int_equal(slot__put(&slot, "first, and long", 15), 0);
	assert_int_equal(slot__put(&slot, "second", 6), 0);
	assert_has("dir/s.json", "second");
	assert_int_equal(stat("dir/s.json", &st), 0);
	assert_int_equal(st.st_mode & 0777 & ~0640, 0);
	assert_int_equal(access("dir/.s.json.new", F_OK), -1);
	slot__close(&slot);
	assert_has("dir/s.json", "second");
}

static void opens_in_the_working_directory(void **state)
{
	assert_int_equal(slot__open(&slot, "s.json"), 0);
	assert_int_equal(slot__put(&slot, "x", 1), 0);
	assert_has("s.json", "x");
	slot__close(&slot);
}

/* A reader that has the old one open keeps all of it. */
static void leaves_a_reader_what_it_reads(void **state)
{
	char got[8];
	int reader;

	assert_int_equal(slot__open(&slot, "s.json"), 0);
	assert_int_equal(slot__put(&slot, "old", 3), 0);
	reader = open("s.json", O_RDONLY);
	assert_int_equal(slot__put(&slot, "newer", 5), 0);
	assert_int_equal(read(reader, got, sizeof(got)), 3);
	assert_memory_equal(got, "old", 3);
	close(reader);
	slot__close(&slot);
}

static void one_process_has_it(void **state)
{
	struct slot second;

	assert_int_equal(slot__is_taken("s.json"), 0);
	assert_int_equal(slot__open(&slot, "s.json"), 0);
	assert_int_equal(slot__is_taken("s.json"), 1);
	assert_int_equal(slot__is_taken("s.json"),
			 1); /* to ask took nothing, and gave nothing back */
	assert_int_equal(slot__open(&second, "s.json"), -EBUSY);
	assert_int_equal(slot__open(&second, "other.json"), 0);
	slot__close(&second);
	assert_int_equal(slot__is_taken("s.json"), 1);
	slot__close(&slot);
	assert_int_equal(slot__is_taken("s.json"), 0);
	assert_int_equal(slot__open(&slot, "s.json"), 0);
	slot__close(&slot);
}

/* What a process has goes with it, however it ends. */
static void is_free_when_its_process_was_killed(void **state)
{
	int ready[2], status;
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		slot__open(&slot, "s.json");
		slot__put(&slot, "alive", 5);
		status = write(ready[1], "", 1);
		pause();
		_exit(status);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(slot__is_taken("s.json"), 1);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(slot__is_taken("s.json"), 0);
	assert_has("s.json", "alive");
}

/* In a directory where others may write: what they have put there is not followed. */
static void follows_no_link(void **state)
{
	put_text("target", "mine", 4);
	assert_int_equal(symlink("target", ".s.json.new"), 0);
	assert_int_equal(symlink("target", "s.json"), 0);
	assert_int_equal(slot__open(&slot, "s.json"), 0);
	assert_int_equal(slot__put(&slot, "state", 5), 0);
	assert_has("target", "mine");
	assert_has("s.json", "state");
	slot__close(&slot);
	assert_int_equal(symlink("target", "t.json.lock"), 0);
	assert_int_equal(slot__open(&slot, "t.json"), -ELOOP);
	assert_int_equal(mkfifo("u.json.lock", 0600), 0);
	assert_int_equal(slot__open(&slot, "u.json"), -EINVAL);
}

static void keeps_what_it_had_where_it_can_not_put(void **state)
{
	assert_int_equal(slot__open(&slot, "s.json"), 0);
	assert_int_equal(slot__put(&slot, "old", 3), 0);
	assert_int_equal(mkdir(".s.json.new", 0700), 0);
	assert_true(slot__put(&slot, "new", 3) < 0);
	assert_has("s.json", "old");
	assert_int_equal(rmdir(".s.json.new"), 0);
	assert_int_equal(slot__put(&slot, "new", 3), 0);
	assert_has("s.json", "new");
	slot__close(&slot);
}

static void refuses_what_is_no_place(void **state)
{
	char name[SLOT_NAME_BYTES + 1], path[PATH_MAX + 8];
	static const struct {
		const char *path;
		int err;
	} rows[] = {
		{"", -EISDIR},
		{"dir/", -EISDIR},
		{"no/such/s.json", -ENOENT},
		{"file/s.json", -ENOTDIR},
		{"/proc/s.json", -ENOENT},
	};

	put_text("file", "", 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(slot__open(&slot, rows[i].path), rows[i].err);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(slot__open(&slot, name), -ENAMETOOLONG);
	name[sizeof(name) - 2] = '\0';
	assert_int_equal(slot__open(&slot, name), 0);
	assert_int_equal(slot__put(&slot, "x", 1), 0);
	slot__close(&slot);
	memset(path, '/', sizeof(path) - 2);
	strcpy(path + sizeof(path) - 3, "x");
	assert_int_equal(slot__open(&slot, path), -ENAMETOOLONG);
	assert_int_equal(slot__is_taken(path), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(replaces_it_whole),
		in_sandbox(opens_in_the_working_directory),
		in_sandbox(leaves_a_reader_what_it_reads),
		in_sandbox(one_process_has_it),
		in_sandbox(is_free_when_its_process_was_killed),
		in_sandbox(follows_no_link),
		in_sandbox(keeps_what_it_had_where_it_can_not_put),
		in_sandbox(refuses_what_is_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
