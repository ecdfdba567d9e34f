// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The golden recordings with bytes changed: replayed or refused, and no sanitizer has a word to say. */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "replay/replay.h"

#define RECORDINGS "tests/golden/*.jsonl"
#define TIMES	   40

static char bytes[1 << 20];

/* The same each time: a failure can be looked into. */
static uint32_t next_random(void)
{
	static uint32_t state = 1;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static size_t load(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, sizeof(bytes), file);
	assert_true(n && n < sizeof(bytes));
	fclose(file);
	return n;
}

/* What is wrong is said on stderr, for nobody. */
static int replay_quietly(const struct options *options)
{
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

	assert_true(saved >= 0 && null >= 0);
	dup2(null, STDERR_FILENO);
	status = replay__run(options);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	return status;
}

static int replay(const char *path, size_t n)
{
	struct options options = {.operand = path, .quiet = true, .format = FORMAT_TEXT};
	FILE *file = fopen(path, "we");

	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
	return replay_quietly(&options);
}

/* Digits most of all: they are what gets as far as the incidents. */
static void change(size_t n)
{
	for (int i = 0; i < 8; i++) {
		size_t at = next_random() % n;

		while (i && at < n && (bytes[at] < '0' || bytes[at] > '9'))
			at++;
		if (at < n)
			bytes[at] = i ? "0123456789"[next_random() % 10] : bytes[at] ^ 1;
	}
}

static void survives_changes(void **state)
{
	char path[] = "/tmp/oomtrace-replay-XXXXXX";
	int fd = mkstemp(path), statuses[4] = {0};
	glob_t found;

	assert_true(fd >= 0);
	assert_false(glob(RECORDINGS, 0, NULL, &found));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		assert_int_equal(replay(path, load(found.gl_pathv[i])), 0);
		for (int k = 0; k < TIMES; k++) {
			size_t n = load(found.gl_pathv[i]);

			change(n);
			statuses[replay(path, n)]++;
		}
	}
	assert_true(statuses[0] && statuses[1]);
	assert_int_equal(statuses[0] + statuses[1], TIMES * found.gl_pathc);
	globfree(&found);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_changes),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
