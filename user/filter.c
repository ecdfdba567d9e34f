// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lists of system calls, and the programs that libseccomp makes of them; see filter.h. */
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "filter.h"

/*
 * What the loop calls: the ring and its signals and timers; lines to the outputs, their rotation and
 * their last words; /proc and the cgroup file system, on an errand too; and what libc does for an
 * orderly end.
 */
static const int tracing[] = {
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
	SCMP_SYS(setitimer),
	SCMP_SYS(wait4),
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

/* Of processes only one that has our memory, and for whose end we wait; see node/errand.h. */
static int allow_errands(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				SCMP_A0(SCMP_CMP_EQ, CLONE_VM | CLONE_VFORK | SIGCHLD));
}

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

/* What libseccomp writes is the program as the kernel takes it. */
static int read_program(struct filter *f, int fd)
{
	off_t bytes = lseek(fd, 0, SEEK_END);

	if (bytes <= 0)
		return -EIO;
	f->program.filter = malloc(bytes);
	if (!f->program.filter)
		return -ENOMEM;
	if (pread(fd, f->program.filter, bytes, 0) != bytes) {
		filter__done(f);
		return -EIO;
	}
	f->program.len = bytes / sizeof(*f->program.filter);
	return 0;
}

static int export(struct filter *f, scmp_filter_ctx context)
{
	int fd, err;

	fd = memfd_create("oomtrace-filter", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = seccomp_export_bpf(context, fd);
	if (!err)
		err = read_program(f, fd);
	close(fd);
	return err;
}

/*
 * A call that is not in the list of n fails; a tracer that a new libc kills would watch nothing. rules:
 * NULL for who starts and signals nobody.
 */
static int make(struct filter *f, const int calls[], size_t n, const struct finish_rules *rules)
{
	scmp_filter_ctx context;
	int err = 0;

	*f = (struct filter){};
	context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!context)
		return -ENOMEM;
	for (size_t i = 0; i < n && !err; i++)
		err = seccomp_rule_add(context, SCMP_ACT_ALLOW, calls[i], 0);
	if (!err && rules)
		err = allow_errands(context);
	if (!err && rules)
		err = allow_signals(context, rules);
	if (!err)
		err = export(f, context);
	seccomp_release(context);
	return err;
}

int filter__of_tracer(struct filter *f, const struct finish_rules *rules)
{
	return make(f, tracing, sizeof(tracing) / sizeof(tracing[0]), rules);
}

int filter__of_server(struct filter *f)
{
	return make(f, serving, sizeof(serving) / sizeof(serving[0]), NULL);
}

int filter__load(const struct filter *f)
{
	if (!f->program.len)
		return -ENODATA;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &f->program) ? -errno : 0;
}

void filter__done(struct filter *f)
{
	free(f->program.filter);
	*f = (struct filter){};
}
