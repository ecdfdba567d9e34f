// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Makes a kill and follows it to the output, stage by stage; see self_test.h. */
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doctor/child_run.h"
#include "doctor/self_test.h"
#include "doctor/test_cgroup.h"
#include "signals.h"

#define GROW_BYTES  (4ul * TEST_CGROUP_MIB << 20)
#define EXIT_BEFORE 1 /* of the victim: it never got into the cgroup */

struct self_test {
	const struct self_test_config *config;
	sigset_t mask; /* before it began */
	int signals;
	struct test_cgroup cgroup;
	struct child_run run;
	pid_t victim; /* 0: it is not there, or no longer */
	pid_t victim_pid;
	int status;   /* of the victim, as wait() gives it */
	uint64_t seq; /* of the record */
	int ended_by; /* a signal; 0: none came */
	char why[256];
};

/* ---- the way it fails ---- */

static int __attribute__((format(printf, 3, 4)))
lost(struct self_test *t, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	return err;
}

/* ---- waiting ---- */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void reap(struct self_test *t)
{
	if (t->victim && waitpid(t->victim, &t->status, WNOHANG) == t->victim)
		t->victim = 0;
	if (t->run.pid && waitpid(t->run.pid, NULL, WNOHANG) == t->run.pid)
		t->run.pid = 0;
}

static int on_signal(struct self_test *t)
{
	int signal = signals__take(t->signals);

	if (signal == SIGCHLD)
		reap(t);
	if (!signal || signal == SIGCHLD)
		return 0;
	t->ended_by = signal;
	return lost(t, -EINTR, "interrupted");
}

/* Until a signal, or output of the run where it is wanted. 0, -EINTR, or -ETIMEDOUT. */
static int wait_more(struct self_test *t, int64_t until_ms, bool output)
{
	struct pollfd fds[] = {{.fd = t->signals, .events = POLLIN},
			       {.fd = output ? t->run.out : -1, .events = POLLIN}};
	int64_t left = until_ms - now_ms();

	if (left <= 0 || !poll(fds, 2, left))
		return lost(t, -ETIMEDOUT, "nothing came within %u s", t->config->seconds);
	return fds[0].revents ? on_signal(t) : 0;
}

static int64_t deadline_ms(const struct self_test *t)
{
	return now_ms() + t->config->seconds * 1000LL;
}

/* ---- the records of the run ---- */

typedef bool (*wanted_fn)(struct self_test *t, const json_t *record);

static int wait_record(struct self_test *t, wanted_fn wanted)
{
	int64_t until_ms = deadline_ms(t);
	int err = 0;

	while (!err) {
		json_t *record;

		while ((record = child_run__take(&t->run))) {
			bool found = wanted(t, record);

			json_decref(record);
			if (found)
				return 0;
		}
		err = wait_more(t, until_ms, true);
		if (!err && child_run__read(&t->run))
			err = lost(t, -EPIPE, "oomtrace ended; its own message says why");
	}
	return err;
}

static bool is_type(const json_t *record, const char *type)
{
	const char *is = json_string_value(json_object_get(record, "type"));

	return is && !strcmp(is, type);
}

static bool is_start(struct self_test *t, const json_t *record)
{
	return is_type(record, "start");
}

static bool is_stop(struct self_test *t, const json_t *record)
{
	return is_type(record, "stop");
}

/* In a pid namespace the pid that we know is the vpid of the record. */
static bool is_our_kill(struct self_test *t, const json_t *record)
{
	const json_t *process = json_object_get(record, "process");

	if (!is_type(record, "oom_kill") ||
	    (json_integer_value(json_object_get(process, "pid")) != t->victim_pid &&
	     json_integer_value(json_object_get(process, "vpid")) != t->victim_pid))
		return false;
	t->seq = json_integer_value(json_object_get(record, "seq"));
	return true;
}

/* ---- the stages ---- */

static int make_cgroup(struct self_test *t)
{
	return test_cgroup__make(&t->cgroup, t->config->cgroups, t->why, sizeof(t->why));
}

static int start_run(struct self_test *t)
{
	int err = child_run__start(&t->run, t->config->btf_path, &t->mask);

	if (err)
		return lost(t, err, "it can't be started: %s", strerror(-err));
	return wait_record(t, is_start);
}

static void run_victim(const struct self_test *t)
{
	volatile char *memory;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "oomtrace-victim");
	if (test_cgroup__enter(&t->cgroup))
		_exit(EXIT_BEFORE);
	memory = mmap(NULL, GROW_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t at = 0; memory != MAP_FAILED && at < GROW_BYTES; at += 4096)
		memory[at] = 1;
	_exit(0);
}

static int kill_victim(struct self_test *t)
{
	int64_t until_ms = deadline_ms(t);
	int err = 0;

	t->victim = fork();
	if (!t->victim)
		run_victim(t);
	if (t->victim < 0) {
		t->victim = 0;
		return lost(t, -errno, "fork: %s", strerror(errno));
	}
	t->victim_pid = t->victim;
	while (t->victim && !err)
		err = wait_more(t, until_ms, false);
	if (err)
		return err;
	if (WIFEXITED(t->status) && WEXITSTATUS(t->status) == EXIT_BEFORE)
		return lost(t, -EPERM, "the victim could not go into %s", t->cgroup.dir);
	if (!WIFSIGNALED(t->status) || WTERMSIG(t->status) != SIGKILL)
		return lost(t, -EIO, "the kernel killed nobody: 64 MiB fitted into 16");
	return 0;
}

static int find_record(struct self_test *t)
{
	return wait_record(t, is_our_kill);
}

static int stop_run(struct self_test *t)
{
	int64_t until_ms = deadline_ms(t);
	int err;

	if (t->run.pid)
		kill(t->run.pid, SIGTERM);
	err = wait_record(t, is_stop);
	while (t->run.pid && !err)
		err = wait_more(t, until_ms, false);
	return err;
}

static const struct {
	const char *name;
	int (*run)(struct self_test *t);
} stages[] = {
	{"a cgroup of 16 MiB", make_cgroup}, {"the start of oomtrace", start_run},
	{"the kill", kill_victim},	     {"the record of the kill", find_record},
	{"the end of oomtrace", stop_run},
};

/* ---- before and after ---- */

static int set_up(struct self_test *t)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &t->mask);
	t->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (t->signals < 0) {
		int err = -errno;

		return lost(t, err, "no signals: %s", strerror(-err));
	}
	return 0;
}

static void tear_down(struct self_test *t)
{
	if (t->victim) {
		kill(t->victim, SIGKILL);
		waitpid(t->victim, NULL, 0);
	}
	child_run__end(&t->run);
	test_cgroup__remove(&t->cgroup);
	if (t->signals >= 0)
		close(t->signals);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

int self_test__run(const struct self_test_config *config, struct finding *f)
{
	struct self_test t = {.config = config, .signals = -1, .run.out = -1};
	const size_t n = sizeof(stages) / sizeof(stages[0]);
	size_t stage = 0;
	int err;

	*f = (struct finding){.check = "self_test", .status = STATUS_PASS};
	err = set_up(&t);
	while (!err && stage < n) {
		err = stages[stage].run(&t);
		stage += !err;
	}
	if (err) {
		f->status = STATUS_FAIL;
		snprintf(f->text, sizeof(f->text), "lost at %s: %s", stages[stage].name, t.why);
	} else {
		snprintf(f->text, sizeof(f->text),
			 "pid %d was killed in a cgroup of 16 MiB, and is record %llu",
			 t.victim_pid, (unsigned long long)t.seq);
	}
	tear_down(&t);
	return t.ended_by;
}
