// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A run and its records; see child_run.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor/child_run.h"
#include "render/jsonl.h"

static void exec_run(const char *btf_path, const sigset_t *mask, int out)
{
	const char *argv[] = {"oomtrace", "run", "--format", "json", "--no-pin",
			      "--watch",  "0",	 NULL,	     NULL,   NULL};

	if (btf_path) {
		argv[7] = "--btf";
		argv[8] = btf_path;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, mask, NULL);
	dup2(out, STDOUT_FILENO);
	execv("/proc/self/exe", (char **)argv);
	_exit(127);
}

int child_run__start(struct child_run *r, const char *btf_path, const sigset_t *mask)
{
	int pipe[2], err = 0;

	*r = (struct child_run){.out = -1, .line = malloc(JSONL_LINE_BYTES)};
	if (!r->line)
		return -ENOMEM;
	if (pipe2(pipe, O_CLOEXEC))
		return -errno;
	r->out = pipe[0];
	fcntl(r->out, F_SETFL, O_NONBLOCK);
	r->pid = fork();
	if (!r->pid)
		exec_run(btf_path, mask, pipe[1]);
	if (r->pid < 0) {
		err = -errno;
		r->pid = 0;
	}
	close(pipe[1]);
	return err;
}

void child_run__end(struct child_run *r)
{
	if (r->pid) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
	}
	if (r->out >= 0)
		close(r->out);
	free(r->line);
	*r = (struct child_run){.out = -1};
}

int child_run__read(struct child_run *r)
{
	ssize_t n = read(r->out, r->line + r->line_bytes, JSONL_LINE_BYTES - r->line_bytes);

	if (n > 0)
		r->line_bytes += n;
	else if (!n)
		return -EPIPE;
	else if (errno != EAGAIN && errno != EINTR)
		return -errno;
	return 0;
}

json_t *child_run__take(struct child_run *r)
{
	char *newline = memchr(r->line, '\n', r->line_bytes);
	size_t n = newline ? newline + 1 - r->line : 0;
	json_t *record;

	if (!n)
		return NULL;
	record = json_loadb(r->line, n, 0, NULL);
	r->line_bytes -= n;
	memmove(r->line, r->line + n, r->line_bytes);
	return record ? record : json_object();
}
