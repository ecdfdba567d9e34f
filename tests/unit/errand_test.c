// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Looks that end, that don't, and that end the one who looks. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "node/clock.h"
#include "node/errand.h"
#include "sandbox.h"

#define LOOKS 40

struct looks {
	uint32_t first_pid;
	unsigned int endless_from, endless; /* those that do not end */
	unsigned int calls, ended;
	pid_t by;
};

static void look(void *context, size_t i)
{
	struct looks *l = context;

	l->calls++;
	if (!errand__begin(l->first_pid + i, 7))
		return;
	while (i >= l->endless_from && i < l->endless_from + l->endless)
		pause();
	l->ended++;
	l->by = getpid();
}

static struct looks look_at(uint32_t first_pid, unsigned int endless_from, unsigned int endless,
			    int err)
{
	struct looks l = {first_pid, endless_from, endless};

	assert_int_equal(errand__each(LOOKS, look, &l), err);
	return l;
}

static void each_is_looked_at_by_another_process(void **state)
{
	struct looks l = look_at(1000, 0, 0, 0);

	assert_int_equal(l.calls, LOOKS);
	assert_int_equal(l.ended, LOOKS);
	assert_true(l.by && l.by != getpid());
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
}

static void none_is_no_errand(void **state)
{
	assert_int_equal(errand__each(0, NULL, NULL), 0);
}

/*
 * Also where a parent ignored the signal or blocked it. The next time nobody waits for it.
 */
static void one_that_does_not_end_is_left(void **state)
{
	uint64_t start_ns = clock__boot_ns();
	sigset_t alarms;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarms, NULL);
	assert_true(signal(SIGALRM, SIG_IGN) != SIG_ERR);
	assert_int_equal(look_at(2000, 3, 1, 0).ended, LOOKS - 1);
	assert_in_range(clock__boot_ns() - start_ns, 1000000000, 20000000000);
	start_ns = clock__boot_ns();
	assert_int_equal(look_at(2000, 3, 1, 0).ended, LOOKS - 1);
	assert_in_range(clock__boot_ns() - start_ns, 0, 900000000);
	assert_true(signal(SIGALRM, SIG_DFL) == SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
}

static void many_are_too_many(void **state)
{
	struct looks l = look_at(3000, 5, LOOKS, -ETIMEDOUT);

	assert_int_equal(l.calls, 5 + 2 * 8);
	assert_int_equal(l.ended, 5);
	assert_int_equal(look_at(3000, 5, 8, 0).ended, LOOKS - 8);
}

static void die(void *context, size_t i)
{
	errand__begin(5000 + i, 7);
	if (i == 1)
		raise(SIGKILL);
	++*(int *)context;
}

static void one_that_ends_the_process_is_left(void **state)
{
	int ended = 0;

	assert_int_equal(errand__each(3, die, &ended), 0);
	assert_int_equal(ended, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(each_is_looked_at_by_another_process), in_sandbox(none_is_no_errand),
		in_sandbox(one_that_does_not_end_is_left),	  in_sandbox(many_are_too_many),
		in_sandbox(one_that_ends_the_process_is_left),
	};

	return cmocka_run_group_tests_name("errand", tests, NULL, NULL);
}
