// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Protects the process, and takes from it what it no longer needs; see privileges.h. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "filter.h"
#include "memory.h"
#include "privileges.h"

#define NOBODY	   65534
#define FIRST_NICE (-20)

/* Made by privileges__protect() for privileges__drop(). */
static struct filter filter;

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

void privileges__protect(const struct finish_rules *rules, bool rehearses, bool verbose)
{
	int err;

	err = filter__of_tracer(&filter, rules);
	if (err && verbose)
		fprintf(stderr, "oomtrace: no filter of system calls: %s\n", strerror(-err));
	/*
	 * A machine out of memory drops the pages of a program's code first, and reading them back
	 * needs memory that there isn't: a page fault then ends in SIGBUS or SIGSEGV.
	 */
	err = memory__lock(!rehearses);
	if (err && verbose)
		fprintf(stderr, "oomtrace: memory can't be locked: %s\n", strerror(-err));
	err = lower_score();
	if (err && verbose)
		fprintf(stderr, "oomtrace: oom_score_adj can't be lowered: %s\n", strerror(-err));
	/* Who is left of a group has to be seen before the group reacts, which is within a ms or two. */
	if (setpriority(PRIO_PROCESS, 0, FIRST_NICE) && verbose)
		fprintf(stderr, "oomtrace: the priority can't be raised: %s\n", strerror(errno));
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
	err = filter__load(&filter);
	if (err && verbose)
		fprintf(stderr, "oomtrace: system calls can't be filtered: %s\n", strerror(-err));
}

/* ---- nobody ---- */

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
	calls = filter__of_server(&filter);
	if (!calls)
		calls = filter__load(&filter);
	return user && calls ? user : 0;
}
