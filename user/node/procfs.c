// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Readers of /proc; see procfs.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/procfs.h"

#define NS_PER_S 1000000000ULL

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

/*
 * Field 22 of PROC/PID/stat, in clock ticks since boot. comm, field 2, may hold spaces and
 * parentheses: the fields are counted from its last one. In a time namespace the two clocks differ,
 * and so no process is recognised.
 */
static int check_start(const char *proc, uint32_t pid, uint64_t start_ns)
{
	uint64_t tick_ns = NS_PER_S / sysconf(_SC_CLK_TCK);
	char text[1024], *at;
	ssize_t n;

	n = read_pid_file(proc, pid, "stat", text, sizeof(text));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -EBADMSG;
	return strtoull(at, NULL, 10) == start_ns / tick_ns ? 0 : -ESRCH;
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
