// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Signals to real processes, children of the test, of which a /proc that is laid out here may say
 * something else.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "node/procfs.h"
#include "node/target.h"
#include "sandbox.h"

#define START_TICKS 1234567
#define START_NS    (START_TICKS * 10000000ull + 9999999)
#define SCOPE	    "/demo/a"

static pid_t fork_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		alarm(SANDBOX_SECONDS);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	return pid;
}

static void put_pid_file(pid_t pid, const char *name, const char *text)
{
	char path[64];

	mkdir("proc", 0700);
	snprintf(path, sizeof(path), "proc/%d", pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "proc/%d/%s", pid, name);
	unlink(path);
	put_text(path, text, strlen(text));
}

static void put_stat(pid_t pid, char state, int threads, int start_ticks)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "%d (a) b) c) %c 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 %d 0 %d 0 0 0\n", pid, state,
		 threads, start_ticks);
	put_pid_file(pid, "stat", text);
}

/* A child whose /proc says that all is as it was. */
static struct target child(void)
{
	pid_t pid = fork_child();

	put_stat(pid, 'S', 1, START_TICKS);
	put_pid_file(pid, "oom_score_adj", "973\n");
	put_pid_file(pid, "cgroup", "0::/demo/a/b\n");
	return (struct target){.process = {.pid = pid, .start_ns = START_NS}};
}

static const struct bounds bounds = {"proc", 2, SCOPE};

/* Whether it has been sent the signal, which is at once what it died of; it is gone afterwards. */
static bool was_signalled(const struct target *t, int signal)
{
	bool sent = false;
	int status;

	if (t->state == TARGET_SIGNALLED)
		sent = waitpid(t->process.pid, &status, 0) > 0 && WIFSIGNALED(status) &&
		       WTERMSIG(status) == signal;
	else
		assert_int_equal(waitpid(t->process.pid, &status, WNOHANG), 0);
	kill(t->process.pid, SIGKILL);
	waitpid(t->process.pid, &status, 0);
	return sent;
}

static void signals_what_was_meant(void **state)
{
	static const int signals[] = {SIGTERM, SIGKILL};

	for (int i = 0; i < 2; i++) {
		struct target t = child();

		target__signal(&t, &bounds, 0);
		assert_int_equal(t.state, TARGET_FOUND);
		target__signal(&t, &bounds, signals[i]);
		assert_int_equal(t.state, TARGET_SIGNALLED);
		assert_int_equal(t.err, 0);
		assert_true(was_signalled(&t, signals[i]));
	}
}

static void nothing_but_what_was_meant(void **state)
{
	static const struct {
		const char *what, *cgroup, *score_adj;
		char state;
		int threads, start_ticks;
		enum target_state becomes;
	} cases[] = {
		{"as it was", "0::/demo/a\n", "0\n", 'S', 1, START_TICKS, TARGET_SIGNALLED},
		{"its leader alone has ended", "0::/demo/a\n", "0\n", 'Z', 2, START_TICKS,
		 TARGET_SIGNALLED},
		{"pid of a later one", "0::/demo/a\n", "0\n", 'S', 1, START_TICKS + 1, TARGET_GONE},
		{"pid of an earlier one", "0::/demo/a\n", "0\n", 'S', 1, START_TICKS - 1,
		 TARGET_GONE},
		{"of a later one elsewhere", "0::/sshd\n", "0\n", 'S', 1, START_TICKS + 1,
		 TARGET_GONE},
		{"zombie", "0::/demo/a\n", "0\n", 'Z', 1, START_TICKS, TARGET_GONE},
		{"zombie, of no cgroup", "0::/\n", "0\n", 'Z', 1, START_TICKS, TARGET_GONE},
		{"dead", "0::/\n", "0\n", 'X', 1, START_TICKS, TARGET_GONE},
		{"outside", "0::/demo\n", "0\n", 'S', 1, START_TICKS, TARGET_OUTSIDE},
		{"beside", "0::/demo/ab\n", "0\n", 'S', 1, START_TICKS, TARGET_OUTSIDE},
		{"in a cgroup that is no more", "0::/demo/a (deleted)\n", "0\n", 'S', 1,
		 START_TICKS, TARGET_OUTSIDE},
		{"hidden by a cgroup namespace", "0::/../demo/a\n", "0\n", 'S', 1, START_TICKS,
		 TARGET_OUTSIDE},
		{"no cgroup", "", "0\n", 'S', 1, START_TICKS, TARGET_OUTSIDE},
		{"protected", "0::/demo/a\n", "-1000\n", 'S', 1, START_TICKS, TARGET_PROTECTED},
		{"nearly protected", "0::/demo/a\n", "-999\n", 'S', 1, START_TICKS,
		 TARGET_SIGNALLED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct target t = child();

		put_stat(t.process.pid, cases[i].state, cases[i].threads, cases[i].start_ticks);
		put_pid_file(t.process.pid, "cgroup", cases[i].cgroup);
		put_pid_file(t.process.pid, "oom_score_adj", cases[i].score_adj);
		target__signal(&t, &bounds, SIGKILL);
		if (t.state != cases[i].becomes)
			fail_msg("%s: %d", cases[i].what, t.state);
		assert_int_equal(was_signalled(&t, SIGKILL), t.state == TARGET_SIGNALLED);
	}
}

static void what_has_ended_is_gone(void **state)
{
	struct target t = child();

	kill(t.process.pid, SIGKILL);
	waitpid(t.process.pid, NULL, 0);
	target__signal(&t, &bounds, SIGKILL);
	assert_int_equal(t.state, TARGET_GONE);
	assert_int_equal(t.err, 0);
}

static void what_can_not_be_read_is_not_signalled(void **state)
{
	struct target t = child();

	put_pid_file(t.process.pid, "stat", "17 (\n");
	target__signal(&t, &bounds, SIGKILL);
	assert_int_equal(t.state, TARGET_FAILED);
	assert_int_equal(t.err, -EBADMSG);
	assert_false(was_signalled(&t, SIGKILL));
}

static void says_why_it_may_not(void **state)
{
	struct target t = child();

	target__signal(&t, &bounds, 65); /* no signal has this number */
	assert_int_equal(t.state, TARGET_FAILED);
	assert_int_equal(t.err, -EINVAL);
	assert_false(was_signalled(&t, SIGKILL));
}

/* ---- the kernel's own /proc ---- */

static struct target real_target(pid_t pid)
{
	struct target t = {.process = {.pid = pid}};

	assert_int_equal(procfs__process("/proc", pid, &t.process), 0);
	return t;
}

/* A child with this pid; -1 where that may not be asked for. */
static pid_t fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (!child) {
		alarm(SANDBOX_SECONDS);
		for (;;)
			pause();
	}
	return child;
}

/* Another with its pid, a clock tick or more later, is not taken for it. */
static void a_reused_pid_is_spared(void **state)
{
	const struct bounds real = {"/proc", 2, "/"};
	struct target t = real_target(fork_child()), other = t;
	pid_t pid = t.process.pid;
	int status;

	while (other.process.start_ns == t.process.start_ns) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		if (fork_as(pid) != pid)
			skip();
		other = real_target(pid);
	}
	target__signal(&t, &real, SIGKILL);
	assert_int_equal(t.state, TARGET_GONE);
	target__signal(&other, &real, 0);
	assert_int_not_equal(other.state, TARGET_GONE);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(signals_what_was_meant),
		in_sandbox(nothing_but_what_was_meant),
		in_sandbox(what_has_ended_is_gone),
		in_sandbox(what_can_not_be_read_is_not_signalled),
		in_sandbox(says_why_it_may_not),
		in_sandbox(a_reused_pid_is_spared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
