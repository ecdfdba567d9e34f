// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What /proc says: every file of it that is read has the same text, which is the input. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "node/cgroup.h"
#include "node/procfs.h"
#include "scratch.h"

#define FILE_NAME "proc.input"
#define PROC	  "proc.root"
#define PID	  7

/* A /proc in which everything is a link to the one file. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const dirs[] = {PROC, PROC "/7", PROC "/sys", PROC "/sys/kernel",
					   PROC "/sys/kernel/random"};
	static const char *const links[][2] = {
		{"../" FILE_NAME, PROC "/vmstat"},
		{"../../" FILE_NAME, PROC "/7/stat"},
		{"../../" FILE_NAME, PROC "/7/status"},
		{"../../" FILE_NAME, PROC "/7/cmdline"},
		{"../../" FILE_NAME, PROC "/7/environ"},
		{"../../" FILE_NAME, PROC "/7/cgroup"},
		{"../../../../" FILE_NAME, PROC "/sys/kernel/random/boot_id"},
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		mkdir(dirs[i], 0700);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][0], links[i][1]))
			promise(errno == EEXIST);
	return 0;
}

static void promise_cgroup(int version)
{
	char path[EVENT_PATH_BYTES];

	promise(procfs__cgroup(PROC, PID, version, path) ||
		(path[0] == '/' && memchr(path, '\0', sizeof(path)) && !strchr(path, '\n')));
}

static void promise_process(void)
{
	static struct exec_entry exec;
	struct process_facts p = {.pid = PID};

	promise(procfs__pids(PROC, &p) || p.n_pids);
	promise(p.n_pids <= REC_PIDNS_LEVELS);
	promise(procfs__exec(PROC, PID, 0, &exec) || exec.args_bytes);
	promise(exec.args_bytes <= sizeof(exec.args) && exec.args_bytes <= exec.args_total_bytes);
	promise(exec.ranks_bytes <= sizeof(exec.ranks));
}

static void promise_machine(void)
{
	char boot_id[PROCFS_BOOT_ID_BYTES];
	struct cgroup_root root;
	uint64_t count;

	procfs__oom_kills(PROC, &count);
	promise(procfs__boot_id(PROC, boot_id) || memchr(boot_id, '\0', sizeof(boot_id)));
	promise(cgroup_root__open(&root, FILE_NAME) ? !root.version && root.fd < 0
						    : root.version && root.fd >= 0);
	cgroup_root__close(&root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	close(scratch__fill(FILE_NAME, data, size));
	promise_process();
	promise_cgroup(1);
	promise_cgroup(2);
	promise_machine();
	return 0;
}
