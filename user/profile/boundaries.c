// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * No framework: what starts unrelated things, or is there only to reap; see frameworks.h. Busybox is
 * shell, init and runsv in one. supervisord and the like are scripts.
 */
#include "profile/frameworks.h"

/* clang-format off */
static const struct profile profiles[] = {
	{
		/* CPython 3.13 Lib/subprocess.py CalledProcessError.__str__(); Supervisor/supervisor
		 * supervisor/process.py finish(), options.py decode_wait_status(); systemd/systemd
		 * src/core/service.c service_sigchld_event(): "status=9/KILL" */
		.framework = {
			.messages =
			MESSAGES(DEAD("died with {signal}"),
				 DEAD("returned non-zero exit status {status}"),
				 DEAD("exited: {name} (terminated by {signal}"),
				 DEAD("exited: {name} (exit status {status}"),
				 DEAD("process exited, code=killed, status={signal}"),
				 DEAD("process exited, code=exited, status={status}")),
		},
		RULES({.executable = "tini*", .boundary = true},
		      {.executable = "dumb-init", .boundary = true},
		      {.executable = "docker-init", .boundary = true},
		      {.executable = "catatonit", .boundary = true},
		      {.executable = "s6-*", .boundary = true},
		      {.executable = "runsv*", .boundary = true},
		      {.executable = "systemd*", .boundary = true},
		      {.executable = "init", .boundary = true},
		      {.program = "supervisord", .boundary = true},
		      {.executable = "supervisord", .boundary = true},
		      {.executable = "containerd*", .boundary = true},
		      {.executable = "conmon*", .boundary = true},
		      {.executable = "crun", .boundary = true},
		      {.executable = "runc", .boundary = true},
		      {.executable = "sshd*", .boundary = true},
		      {.executable = "cron", .boundary = true},
		      {.executable = "crond", .boundary = true},
		      {.executable = "login", .boundary = true},
		      {.executable = "su", .boundary = true},
		      {.executable = "sudo", .boundary = true},
		      {.executable = "tmux*", .boundary = true},
		      {.executable = "screen*", .boundary = true},
		      {.executable = "sh", .boundary = true},
		      {.executable = "bash", .boundary = true},
		      {.executable = "dash", .boundary = true},
		      {.executable = "ash", .boundary = true},
		      {.executable = "zsh*", .boundary = true},
		      {.executable = "ksh*", .boundary = true},
		      {.executable = "fish", .boundary = true},
		      {.executable = "busybox*", .boundary = true}),
	},
};
/* clang-format on */

const struct frameworks boundaries = FRAMEWORKS(profiles);
