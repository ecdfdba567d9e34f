// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Protects the process, and takes from it what it no longer needs; see privileges.h. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "privileges.h"

#define NOBODY 65534

static int write_score(int score)
{
	char text[8];
	int fd, n, err = 0;

	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = snprintf(text, sizeof(text), "%d", score);
	if (write(fd, text, n) != n)
		err = -errno;
	close(fd);
	return err;
}

/*
 * Without CAP_SYS_RESOURCE a process may go down to its oom_score_adj_min, which nothing shows: the
 * values are tried from the lowest on (fs/proc/base.c, __set_oom_adj()).
 */
static int lower_score(void)
{
	int score = -1000, err;

	do
		err = write_score(score);
	while (err == -EACCES && (score += 100) < 0);
	return err;
}

/* Whether this process may lock as much as it likes, without CAP_IPC_LOCK. */
static bool memlock_unlimited(void)
{
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	struct rlimit now;

	return !setrlimit(RLIMIT_MEMLOCK, &all) ||
	       (!getrlimit(RLIMIT_MEMLOCK, &now) && now.rlim_cur == RLIM_INFINITY);
}

/*
 * A machine out of memory drops the pages of a program's code first, and reading them back needs
 * memory that there isn't: a page fault then ends in SIGBUS or SIGSEGV. What is mapped later is
 * locked only where there is no limit: past it mmap() and brk() would fail (mlock_future_ok()).
 */
static int lock_memory(void)
{
	int later = memlock_unlimited() ? MCL_FUTURE : 0;

	return mlockall(MCL_CURRENT | later) ? -errno : 0;
}

void privileges__protect(bool verbose)
{
	int err;

	err = lock_memory();
	if (err && verbose)
		fprintf(stderr, "oomtrace: memory can't be locked: %s\n", strerror(-err));
	err = lower_score();
	if (err && verbose)
		fprintf(stderr, "oomtrace: oom_score_adj can't be lowered: %s\n", strerror(-err));
}

/*
 * bpf() on a map's descriptor needs CAP_BPF where kernel.unprivileged_bpf_disabled is set, up to
 * 5.18; open_by_handle_at(), for the path of a cgroup by its id, CAP_DAC_READ_SEARCH;
 * /proc/PID/environ of another user's process that one, for its mode is 0400, and CAP_SYS_PTRACE;
 * and the output may be in a directory where only root may rotate. CAP_KILL, which comes last, is for
 * the groups that may be finished: their processes are other users'.
 */
static int drop_capabilities(bool may_signal)
{
	static const unsigned int kept[] = {CAP_BPF, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE,
					    CAP_DAC_OVERRIDE, CAP_KILL};
	size_t n = sizeof(kept) / sizeof(kept[0]) - !may_signal;
	bool had[sizeof(kept) / sizeof(kept[0])];

	for (size_t i = 0; i < n; i++)
		had[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < n; i++)
		if (had[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}

/*
 * What the loop calls: the ring and its signals and timers; lines to the outputs, their rotation and
 * their last words; /proc and the cgroup file system; and what libc does for an orderly end.
 */
static const int allowed[] = {
	SCMP_SYS(bpf),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(sendto),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(fdatasync),
	SCMP_SYS(fsync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fchmod),
	SCMP_SYS(lseek),
	SCMP_SYS(openat),
	SCMP_SYS(open),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(fcntl),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(inotify_add_watch),
	SCMP_SYS(getpid),
	SCMP_SYS(brk),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static int allow_signals(scmp_filter_ctx filter, const struct finish_rules *rules)
{
	static const int signals[] = {0, SIGTERM, SIGKILL};
	size_t n = rules->with == FINISH_NEVER ? 0 : rules->enforce ? 3 : 1;
	int err = 0;

	if (n)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pidfd_open), 0);
	for (size_t i = 0; i < n && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pidfd_send_signal), 1,
				       SCMP_A1(SCMP_CMP_EQ, signals[i]));
	return err;
}

/*
 * A call that is not in the list of n fails; a tracer that a new libc kills would watch nothing.
 * rules: NULL for none.
 */
static int filter_calls(const int calls[], size_t n, const struct finish_rules *rules)
{
	scmp_filter_ctx filter;
	int err = 0;

	filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return -ENOMEM;
	for (size_t i = 0; i < n && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	if (!err && rules)
		err = allow_signals(filter, rules);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

void privileges__drop(const struct finish_rules *rules, bool verbose)
{
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && verbose)
		fprintf(stderr, "oomtrace: no_new_privs: %s\n", strerror(errno));
	if (rules->with != FINISH_NEVER && !capng_have_capability(CAPNG_PERMITTED, CAP_KILL))
		fprintf(stderr, "oomtrace: --finish-group: processes of other users can't be ended "
				"without CAP_KILL\n");
	err = drop_capabilities(rules->with != FINISH_NEVER);
	if (err && verbose)
		fprintf(stderr, "oomtrace: capabilities can't be dropped: %s\n", strerror(-err));
	/* CONFIG_SECCOMP_FILTER may be off. */
	err = filter_calls(allowed, sizeof(allowed) / sizeof(allowed[0]), rules);
	if (err && verbose)
		fprintf(stderr, "oomtrace: system calls can't be filtered: %s\n", strerror(-err));
}

/* ---- nobody ---- */

/* What serving connections calls. */
static const int serving[] = {
	SCMP_SYS(accept4),	SCMP_SYS(accept),
	SCMP_SYS(recvfrom),	SCMP_SYS(read),
	SCMP_SYS(sendto),	SCMP_SYS(sendmsg),
	SCMP_SYS(write),	SCMP_SYS(writev),
	SCMP_SYS(shutdown),	SCMP_SYS(close),
	SCMP_SYS(getsockopt),	SCMP_SYS(setsockopt),
	SCMP_SYS(fcntl),	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),	SCMP_SYS(epoll_ctl),
	SCMP_SYS(pread64),	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(nanosleep),	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(brk),		SCMP_SYS(mmap),
	SCMP_SYS(munmap),	SCMP_SYS(mremap),
	SCMP_SYS(madvise),	SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),		SCMP_SYS(exit_group),
	SCMP_SYS(poll),		SCMP_SYS(ppoll),
};

/* Another user than root has no rights but its capabilities. */
static int become_nobody(void)
{
	if (!geteuid() && (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
			   setresuid(NOBODY, NOBODY, NOBODY)))
		return -errno;
	return 0;
}

/* A root that may not change its user, as in a sandbox, owns files still: it may open none. */
int privileges__give_up(void)
{
	int user, calls;

	write_score(0);
	user = become_nobody();
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -EPERM;
	/* CONFIG_SECCOMP_FILTER may be off. */
	calls = filter_calls(serving, sizeof(serving) / sizeof(serving[0]), NULL);
	return user && calls ? user : 0;
}
