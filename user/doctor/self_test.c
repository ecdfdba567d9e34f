// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A kill made and followed to the output, stage by stage; see self_test.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doctor/self_test.h"
#include "signals.h"

#define NAME	    "oomtrace-self-test-" /* and our pid */
#define LIMIT	    "16777216"
#define GROW_BYTES  (64u << 20)
#define LINE_BYTES  (64 * 1024)
#define EXIT_BEFORE 1 /* of the victim: it never got into the cgroup */

struct self_test {
	const struct self_test_config *config;
	sigset_t mask; /* before it began */
	char dir[320]; /* of the cgroup */
	bool made;
	bool enabled; /* the memory controller, for the children of the root */
	int signals;
	int out; /* what the tracer writes */
	pid_t tracer;
	pid_t victim; /* 0: it is not there, or no longer */
	pid_t victim_pid;
	int status; /* of the victim, as wait() gives it */
	char *line;
	size_t line_bytes; /* read of the next lines */
	uint64_t seq;	   /* of the record */
	int ended_by;	   /* a signal; 0: none came */
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
	if (t->tracer && waitpid(t->tracer, NULL, WNOHANG) == t->tracer)
		t->tracer = 0;
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

/* Until a signal, or output of the tracer where it is wanted. 0, -EINTR, or -ETIMEDOUT. */
static int wait_more(struct self_test *t, int64_t until_ms, bool output)
{
	struct pollfd fds[] = {{.fd = t->signals, .events = POLLIN},
			       {.fd = output ? t->out : -1, .events = POLLIN}};
	int64_t left = until_ms - now_ms();

	if (left <= 0 || !poll(fds, 2, left))
		return lost(t, -ETIMEDOUT, "nothing came within %u s", t->config->seconds);
	return fds[0].revents ? on_signal(t) : 0;
}

static int64_t deadline_ms(const struct self_test *t)
{
	return now_ms() + t->config->seconds * 1000LL;
}

/* ---- the tracer's records ---- */

/* The next whole line as an object, NULL: there is none yet. */
static json_t *take_record(struct self_test *t)
{
	char *newline = memchr(t->line, '\n', t->line_bytes);
	size_t n = newline ? newline + 1 - t->line : 0;
	json_t *record;

	if (!n)
		return NULL;
	record = json_loadb(t->line, n, 0, NULL);
	t->line_bytes -= n;
	memmove(t->line, t->line + n, t->line_bytes);
	return record ? record : json_object();
}

static int read_more(struct self_test *t)
{
	ssize_t n = read(t->out, t->line + t->line_bytes, LINE_BYTES - t->line_bytes);

	if (n > 0)
		t->line_bytes += n;
	else if (!n || (errno != EAGAIN && errno != EINTR))
		return lost(t, -EPIPE, "oomtrace ended; its own message says why");
	return 0;
}

typedef bool (*wanted_fn)(struct self_test *t, const json_t *record);

static int wait_record(struct self_test *t, wanted_fn wanted)
{
	int64_t until_ms = deadline_ms(t);
	int err = 0;

	while (!err) {
		json_t *record;

		while ((record = take_record(t))) {
			bool found = wanted(t, record);

			json_decref(record);
			if (found)
				return 0;
		}
		err = wait_more(t, until_ms, true);
		if (!err)
			err = read_more(t);
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

/* In a pid namespace of our own its number there is vpid. */
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

static int write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int limit_cgroup(struct self_test *t)
{
	bool unified = t->config->cgroups->version == 2;
	int err;

	err = write_file(t->dir, unified ? "memory.max" : "memory.limit_in_bytes", LIMIT);
	if (err)
		return lost(t, err, "%s can't be limited: %s", t->dir, strerror(-err));
	/* Without swap, where there is some and the kernel counts it. */
	if (unified)
		write_file(t->dir, "memory.swap.max", "0");
	else
		write_file(t->dir, "memory.swappiness", "0");
	return 0;
}

static int make_cgroup(struct self_test *t)
{
	const struct cgroup_root *root = t->config->cgroups;
	char path[512];
	int err;

	if (!root->version)
		return lost(t, -ENOENT, "no memory controller is mounted");
	snprintf(t->dir, sizeof(t->dir), "%s/%s%d", root->mount, NAME, getpid());
	t->made = !mkdir(t->dir, 0700);
	if (!t->made) {
		err = -errno;
		return lost(t, err, "%s can't be made: %s", t->dir, strerror(-err));
	}
	snprintf(path, sizeof(path), "%s/memory.max", t->dir);
	if (root->version == 2 && access(path, F_OK)) {
		err = write_file(root->mount, "cgroup.subtree_control", "+memory");
		if (err)
			return lost(t, err, "no memory controller for %s: %s", t->dir,
				    strerror(-err));
		t->enabled = true;
	}
	return limit_cgroup(t);
}

static void run_tracer(const struct self_test *t, int out)
{
	const char *argv[12] = {"oomtrace", "run", "--format", "json", "--no-pin", "--watch", "0"};

	if (t->config->btf_path) {
		argv[7] = "--btf";
		argv[8] = t->config->btf_path;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
	dup2(out, STDOUT_FILENO);
	execv("/proc/self/exe", (char **)argv);
	_exit(127);
}

static int start_tracer(struct self_test *t)
{
	int pipe[2];

	if (pipe2(pipe, O_CLOEXEC))
		return lost(t, -errno, "no pipe: %s", strerror(errno));
	t->out = pipe[0];
	fcntl(t->out, F_SETFL, O_NONBLOCK);
	t->tracer = fork();
	if (!t->tracer)
		run_tracer(t, pipe[1]);
	close(pipe[1]);
	if (t->tracer < 0) {
		t->tracer = 0;
		return lost(t, -errno, "fork: %s", strerror(errno));
	}
	return wait_record(t, is_start);
}

static void run_victim(const struct self_test *t)
{
	volatile char *memory;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "oomtrace-victim");
	if (write_file(t->dir, "cgroup.procs", "0"))
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
		return lost(t, -EPERM, "the victim could not go into %s", t->dir);
	if (!WIFSIGNALED(t->status) || WTERMSIG(t->status) != SIGKILL)
		return lost(t, -EIO, "the kernel did not kill: 64 MiB had room in 16");
	return 0;
}

static int find_record(struct self_test *t)
{
	return wait_record(t, is_our_kill);
}

static int stop_tracer(struct self_test *t)
{
	int64_t until_ms = deadline_ms(t);
	int err;

	if (t->tracer)
		kill(t->tracer, SIGTERM);
	err = wait_record(t, is_stop);
	while (t->tracer && !err)
		err = wait_more(t, until_ms, false);
	return err;
}

static const struct {
	const char *name;
	int (*run)(struct self_test *t);
} stages[] = {
	{"a cgroup of 16 MiB", make_cgroup},
	{"the start of oomtrace", start_tracer},
	{"the kill", kill_victim},
	{"the record of the kill", find_record},
	{"the end of oomtrace", stop_tracer},
};

/* ---- before and after ---- */

static void end_child(pid_t *pid)
{
	if (!*pid)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

/* Those of self-tests that were killed: their victim went with them. */
static void remove_stale(const struct cgroup_root *root)
{
	char pattern[320];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s*", root->mount, NAME);
	if (glob(pattern, GLOB_NOSORT, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *pid = strstr(found.gl_pathv[i], NAME) + strlen(NAME);

		if (kill(atoi(pid), 0) && errno == ESRCH)
			rmdir(found.gl_pathv[i]);
	}
	globfree(&found);
}

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
	t->line = malloc(LINE_BYTES);
	if (t->signals < 0 || !t->line)
		return lost(t, -ENOMEM, "no memory");
	if (t->config->cgroups->version)
		remove_stale(t->config->cgroups);
	return 0;
}

static void tear_down(struct self_test *t)
{
	end_child(&t->victim);
	end_child(&t->tracer);
	if (t->made && rmdir(t->dir))
		fprintf(stderr, "oomtrace: %s: %s\n", t->dir, strerror(errno));
	if (t->enabled)
		write_file(t->config->cgroups->mount, "cgroup.subtree_control", "-memory");
	if (t->out >= 0)
		close(t->out);
	if (t->signals >= 0)
		close(t->signals);
	free(t->line);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

int self_test__run(const struct self_test_config *config, struct finding *f)
{
	struct self_test t = {.config = config, .signals = -1, .out = -1};
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
