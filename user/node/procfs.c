// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Readers of /proc; see procfs.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/procfs.h"

#define NS_PER_S 1000000000ULL
/* include/linux/sched.h */
#define PF_FORKNOEXEC 0x00000040
#define PF_KTHREAD    0x00200000

/* At most cap - 1 bytes of a file and a NUL. Returns the bytes read or a negative errno. */
static ssize_t read_file(const char *path, char *buf, size_t cap)
{
	size_t used = 0;
	ssize_t n = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (used < cap - 1) {
		n = read(fd, buf + used, cap - 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += n;
	}
	n = n < 0 ? -errno : (ssize_t)used;
	close(fd);
	buf[used] = '\0';
	return n;
}

static ssize_t read_pid_file(const char *proc, uint32_t pid, const char *name, char *buf,
			     size_t cap)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%u/%s", proc, pid, name);
	return read_file(path, buf, cap);
}

/* What follows "\nkey" in text, or NULL. */
static const char *line_value(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, n))
			return at + n;
	}
	return NULL;
}

/* What follows the last newline of the len bytes of text: a number in it may be half of one. */
static void drop_torn_line(char *text, size_t len)
{
	while (len && text[len - 1] != '\n')
		len--;
	text[len] = '\0';
}

int procfs__oom_kills(const char *proc, uint64_t *count)
{
	char path[128], text[16384];
	const char *value;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/vmstat", proc);
	n = read_file(path, text, sizeof(text));
	if (n < 0)
		return n;
	value = line_value(text, "oom_kill ");
	if (!value)
		return -ENODATA;
	*count = strtoull(value, NULL, 10);
	return 0;
}

/* 0.71 0.44 0.30 2/317 4242 */
int procfs__tasks(const char *proc, uint64_t *count)
{
	char path[128], text[128];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/loadavg", proc);
	n = read_file(path, text, sizeof(text));
	if (n < 0)
		return n;
	return sscanf(text, "%*s %*s %*s %*u/%" SCNu64, count) == 1 ? 0 : -EBADMSG;
}

int procfs__boot_id(const char *proc, char id[PROCFS_BOOT_ID_BYTES])
{
	char path[128];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/sys/kernel/random/boot_id", proc);
	n = read_file(path, id, PROCFS_BOOT_ID_BYTES);
	if (n < 0)
		return n;
	id[strcspn(id, "\n")] = '\0';
	return id[0] ? 0 : -ENODATA;
}

static uint64_t tick_ns(void)
{
	return NS_PER_S / sysconf(_SC_CLK_TCK);
}

/* What there is of a process in PROC/PID/stat. */
struct stat_line {
	char comm[REC_COMM_BYTES + 1];
	char state;
	uint32_t parent_pid;
	uint32_t session_id;
	uint32_t flags;
	uint32_t threads;
	unsigned long long start_ticks; /* since boot */
};

/*
 * 181 (python3) S 177 181 181 0 -1 4194560 5131 0 3 0 21 22 23 24 20 0 4 0 1234567 17219584 2303 ...
 * comm may hold spaces and parentheses: it ends at the last one.
 */
static int read_stat(const char *proc, uint32_t pid, struct stat_line *s)
{
	char text[1024], *comm, *end;
	ssize_t n;

	n = read_pid_file(proc, pid, "stat", text, sizeof(text));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	comm = strchr(text, '(');
	end = strrchr(text, ')');
	if (!comm || !end ||
	    sscanf(end + 1,
		   " %c %u %*s %u %*s %*s %u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %u %*s %llu",
		   &s->state, &s->parent_pid, &s->session_id, &s->flags, &s->threads,
		   &s->start_ticks) != 6)
		return -EBADMSG;
	snprintf(s->comm, sizeof(s->comm), "%.*s", (int)(end - comm - 1), comm + 1);
	return 0;
}

/* In a time namespace the two clocks differ, and so no process is recognised. */
static int check_start(const char *proc, uint32_t pid, uint64_t start_ns)
{
	struct stat_line stat;
	int err;

	err = read_stat(proc, pid, &stat);
	if (err)
		return err;
	return stat.start_ticks == start_ns / tick_ns() ? 0 : -ESRCH;
}

/* A leader that has ended is a zombie until its last thread has, and is one of those that count. */
int procfs__lives(const char *proc, uint32_t pid, uint64_t start_ns)
{
	struct stat_line stat;
	int err;

	err = read_stat(proc, pid, &stat);
	if (err)
		return err;
	if (stat.start_ticks != start_ns / tick_ns())
		return -ESRCH;
	return (stat.state == 'Z' || stat.state == 'X') && stat.threads < 2 ? -ESRCH : 0;
}

int procfs__score_adj(const char *proc, uint32_t pid, int *score_adj)
{
	char text[16];
	ssize_t n;

	n = read_pid_file(proc, pid, "oom_score_adj", text, sizeof(text));
	if (n <= 0)
		return n == -ENOENT || !n ? -ESRCH : n;
	*score_adj = atoi(text);
	return 0;
}

/* "\t1234\t37\n" */
static uint32_t parse_pids(const char *text, uint32_t pids[REC_PIDNS_LEVELS])
{
	uint32_t n = 0;
	char *end;

	while (n < REC_PIDNS_LEVELS) {
		while (*text == '\t' || *text == ' ')
			text++;
		if (*text < '0' || *text > '9')
			break;
		pids[n++] = strtoul(text, &end, 10);
		text = end;
	}
	return n;
}

int procfs__pids(const char *proc, struct process_facts *p)
{
	char text[8192];
	const char *value;
	ssize_t n;
	int err;

	n = read_pid_file(proc, p->pid, "status", text, sizeof(text));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	drop_torn_line(text, n);
	err = check_start(proc, p->pid, p->start_ns);
	if (err)
		return err;
	value = line_value(text, "NSpid:");
	p->n_pids = value ? parse_pids(value, p->pids) : 0;
	return p->n_pids ? 0 : -ENODATA;
}

static bool is_rank(const char *variable)
{
#define IS_RANK(name)                                                                              \
	if (!strncmp(variable, name, sizeof(name) - 1))                                            \
		return true;
	EXEC_RANK_NAMES(IS_RANK)
#undef IS_RANK
	return false;
}

static void keep_ranks(struct exec_entry *entry, const char *env, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += strlen(env + i) + 1) {
		size_t n = strlen(env + i) + 1;

		if (!is_rank(env + i) || n > EXEC_RANKS_BYTES - entry->ranks_bytes)
			continue;
		memcpy(entry->ranks + entry->ranks_bytes, env + i, n);
		entry->ranks_bytes += n;
	}
}

int procfs__exec(const char *proc, uint32_t pid, uint64_t start_ns, struct exec_entry *entry)
{
	static char text[128 * 1024];
	ssize_t n;
	int err;

	memset(entry, 0, sizeof(*entry));
	n = read_pid_file(proc, pid, "cmdline", text, sizeof(text));
	if (n <= 0)
		return n < 0 && n != -ENOENT ? n : -ESRCH;
	entry->args_total_bytes = n;
	entry->args_bytes = n > EXEC_ARGS_BYTES ? EXEC_ARGS_BYTES : n;
	memcpy(entry->args, text, entry->args_bytes);
	n = read_pid_file(proc, pid, "environ", text, sizeof(text));
	if (n > 0)
		keep_ranks(entry, text, n);
	/* Last, so that what was read belongs to it. */
	err = check_start(proc, pid, start_ns);
	return err;
}

/* ---- of a snapshot ---- */

/* A line of PROC/PID/status, "VmRSS:\t   9212 kB". */
static uint64_t status_bytes(const char *status, const char *key)
{
	const char *value = line_value(status, key);

	return value ? strtoull(value, NULL, 10) * 1024 : 0;
}

static uint32_t status_own_pid(const char *status)
{
	const char *value = line_value(status, "NSpid:");
	uint32_t pids[REC_PIDNS_LEVELS], n = value ? parse_pids(value, pids) : 0;

	return n ? pids[n - 1] : 0;
}

/* "/usr/bin/python3.11 (deleted)" */
static void read_executable(const char *proc, uint32_t pid, char name[REC_NAME_BYTES + 1])
{
	const char deleted[] = " (deleted)";
	char path[128], target[4096], *base;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%u/exe", proc, pid);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	if (n >= (ssize_t)sizeof(deleted) && !strcmp(target + n - strlen(deleted), deleted))
		target[n - strlen(deleted)] = '\0';
	base = strrchr(target, '/');
	snprintf(name, REC_NAME_BYTES + 1, "%.*s", REC_NAME_BYTES - 1, base ? base + 1 : target);
}

int procfs__process(const char *proc, uint32_t pid, struct process *p)
{
	struct stat_line stat;
	char status[8192];
	ssize_t n;
	int err;

	err = read_stat(proc, pid, &stat);
	if (err)
		return err;
	if (stat.flags & PF_KTHREAD)
		return -ESRCH;
	n = read_pid_file(proc, pid, "status", status, sizeof(status));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	drop_torn_line(status, n);
	*p = (struct process){
		.start_ns = stat.start_ticks * tick_ns(),
		.rss_bytes = status_bytes(status, "VmRSS:"),
		.swap_bytes = status_bytes(status, "VmSwap:"),
		.pid = pid,
		.parent_pid = stat.parent_pid,
		.vpid = status_own_pid(status),
		.session_id = stat.session_id,
		.forked_only = stat.flags & PF_FORKNOEXEC,
		.zombie = stat.state == 'Z' || stat.state == 'X',
	};
	memcpy(p->comm, stat.comm, sizeof(p->comm));
	read_executable(proc, pid, p->executable);
	return check_start(proc, pid, p->start_ns);
}

/* The arguments with spaces between them, as ps shows them. */
static int read_title(const char *proc, uint32_t pid, char title[PROCESS_TITLE_BYTES])
{
	ssize_t n = read_pid_file(proc, pid, "cmdline", title, PROCESS_TITLE_BYTES);

	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	/* setproctitle() leaves the rest of the room as NULs. */
	while (n && (title[n - 1] == '\0' || title[n - 1] == ' '))
		title[--n] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if (!title[i])
			title[i] = ' ';
	return 0;
}

static int complete(const char *proc, uint32_t pid, struct process *p)
{
	struct process now = *p;
	char status[8192];
	ssize_t n;
	int err;

	err = read_title(proc, pid, now.title);
	if (err)
		return err;
	n = read_pid_file(proc, pid, "status", status, sizeof(status));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	drop_torn_line(status, n);
	now.vpid = status_own_pid(status);
	if (!now.executable[0])
		read_executable(proc, pid, now.executable);
	/* Last, so that what was read belongs to it. */
	err = check_start(proc, pid, p->start_ns);
	if (!err)
		*p = now;
	return err;
}

int procfs__complete(const char *proc, struct process *p)
{
	int err = complete(proc, p->pid, p);

	if (err == -ESRCH && p->vpid != p->pid)
		err = complete(proc, p->vpid, p);
	return err;
}

/*
 * The path in "4:memory,hugetlb:/a/b" of version 1 or "0::/a/b" of version 2; NULL: it is another
 * hierarchy's line. Paths are anybody's: only a newline can't be in one.
 */
static char *path_of_line(char *line, int cgroup_version)
{
	char *id = strsep(&line, ":"), *controllers = strsep(&line, ":"), *one;

	if (!line || line[0] != '/')
		return NULL;
	if (cgroup_version == 2)
		return !strcmp(id, "0") && !controllers[0] ? line : NULL;
	while ((one = strsep(&controllers, ",")))
		if (!strcmp(one, "memory"))
			return line;
	return NULL;
}

int procfs__cgroup(const char *proc, uint32_t pid, int cgroup_version, char path[EVENT_PATH_BYTES])
{
	char text[32 * 1024], *rest = text, *line, *at = NULL;
	ssize_t n;

	n = read_pid_file(proc, pid, "cgroup", text, sizeof(text));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	drop_torn_line(text, n);
	while (!at && (line = strsep(&rest, "\n")))
		at = path_of_line(line, cgroup_version);
	if (!at)
		return -ENODATA;
	if (strlen(at) >= EVENT_PATH_BYTES)
		return -ENAMETOOLONG;
	strcpy(path, at);
	return 0;
}
