// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The exec cache from user space; see execs.h and bpf/exec.bpf.h. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/execs.h"
#include "node/errand.h"
#include "node/procfs.h"

#define MAX_ENTRIES 8192

uint32_t execs__entries(const char *proc)
{
	uint32_t processes = 0, entries = EXECS_MIN_ENTRIES;
	struct dirent *d;
	DIR *dir;

	dir = opendir(proc);
	if (!dir)
		return EXECS_MIN_ENTRIES;
	while ((d = readdir(dir)))
		processes += d->d_name[0] >= '1' && d->d_name[0] <= '9';
	closedir(dir);
	while (entries < 2 * processes && entries < MAX_ENTRIES)
		entries *= 2;
	return entries;
}

/*
 * /proc has the pids of the namespace that this program is in: the machine's, or that of a pod whose
 * containers share theirs. Whose it is the start time tells.
 */
static int read_exec(const char *proc, const struct exec_missing *of, struct exec_entry *entry)
{
	int err = procfs__exec(proc, of->tgid, of->start_ns, entry);

	if (err == -ESRCH && of->vpid != of->tgid)
		err = procfs__exec(proc, of->vpid, of->start_ns, entry);
	return err;
}

struct reading {
	int map;
	const char *proc;
	const struct exec_missing *missing;
};

/* An exec that the BPF side has seen meanwhile is newer than what /proc said: BPF_NOEXIST. */
static void add(void *context, size_t i)
{
	const struct reading *r = context;
	const struct exec_missing *missing = &r->missing[i];
	static struct exec_entry entry;

	if (errand__begin(missing->tgid, missing->start_ns) && !read_exec(r->proc, missing, &entry))
		bpf_map_update_elem(r->map, &missing->key, &entry, BPF_NOEXIST);
}

int execs__refresh(const struct kernel *k, const char *proc)
{
	static struct exec_missing missing[256];
	struct reading r = {kernel__execs_fd(k), proc, missing};
	int fd, err = 0;
	ssize_t n;

	if (r.map < 0)
		return 0;
	fd = kernel__iterate(k, HOOK_TASK_ITER, NULL);
	if (fd < 0)
		return fd;
	do {
		n = read(fd, missing, sizeof(missing));
		if (n > 0)
			err = errand__each(n / sizeof(missing[0]), add, &r);
	} while (!err && (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))));
	if (!err && n < 0)
		err = -errno;
	close(fd);
	return err;
}

bool execs__cached(const struct kernel *k, const struct exec_key *key, struct exec_entry *entry)
{
	int map = kernel__execs_fd(k);

	return map >= 0 && !bpf_map_lookup_elem(map, key, entry);
}

/* What p was started with, as /proc has it, and the errno. */
struct finding {
	const char *proc;
	const struct process_facts *p;
	struct exec_entry *entry;
	int err;
};

static void look_up(void *context, size_t i)
{
	struct finding *f = context;

	if (errand__begin(f->p->pid, f->p->start_ns))
		f->err = procfs__exec(f->proc, f->p->pid, f->p->start_ns, f->entry);
}

const struct exec_entry *execs__find(const struct kernel *k, const char *proc,
				     const struct process_facts *p, int *err)
{
	static struct exec_entry entry;
	struct finding f = {proc, p, &entry, -ETIMEDOUT};

	*err = -EOPNOTSUPP;
	if (kernel__execs_fd(k) < 0)
		return NULL;
	*err = 0;
	if (execs__cached(k, &p->exec, &entry))
		return &entry;
	/* Evicted, or never seen: perhaps the process still has its memory. */
	*err = errand__each(1, look_up, &f);
	if (!*err)
		*err = f.err;
	return *err ? NULL : &entry;
}

void execs__any(const struct kernel *k, struct exec_key *key)
{
	int map = kernel__execs_fd(k);

	if (map < 0 || bpf_map_get_next_key(map, NULL, key))
		*key = (struct exec_key){0};
}
