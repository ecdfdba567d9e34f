// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* oomtrace: records every kernel OOM kill. Takes the command line to the part that does it. */
#include <stdio.h>

#include "doctor/doctor.h"
#include "explain/explain.h"
#include "kernel/kernel.h"
#include "klog/file.h"
#include "options/options.h"
#include "replay/replay.h"
#include "report/report.h"
#include "show/show.h"
#include "status/status.h"
#include "trace/tracer.h"

static int version(const struct options *options)
{
	struct kernel_config config = {
		.btf_path = options->btf, .exec_entries = 1, .verbose = options->verbose};
	const struct kernel_facts *facts;
	struct kernel *k;

	printf("oomtrace %s\n", OOMTRACE_VERSION);
	fflush(stdout);
	if (kernel__ask(&k, &config))
		return 1;
	facts = kernel__facts(k);
	printf("this kernel offers:\n");
	for (size_t i = 0; i < facts->n_hooks; i++) {
		const struct hook_state *hook = &facts->hooks[i];

		printf("  %-24s %s\n", hook->name, hook->how ? hook->how : hook->why);
	}
	kernel__close(k);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options;

	if (options__parse(&options, argc, argv, stderr))
		return 2;
	switch (options.command) {
	case COMMAND_HELP:
		options__help(stdout, options.about);
		return 0;
	case COMMAND_VERSION:
		return version(&options);
	case COMMAND_UNLOAD:
		return kernel__unload(options.pin_path) ? 1 : 0;
	case COMMAND_REPLAY:
		return replay__run(&options);
	case COMMAND_DOCTOR:
		return doctor__run(&options);
	case COMMAND_SHOW:
		return show__run(&options);
	case COMMAND_STATUS:
		return status__run(&options);
	case COMMAND_REPORT:
		return report__run(&options);
	case COMMAND_EXPLAIN:
		return explain__run(&options);
	case COMMAND_KLOG:
		return klog_file__run(&options);
	case COMMAND_RUN:
		break;
	}
	return tracer__run(&options);
}
