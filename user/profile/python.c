// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Python's own ways to start processes; see frameworks.h. */
#include "profile/frameworks.h"

/* clang-format off */
static const struct profile profiles[] = {
	{
		/* CPython 3.13 Lib/multiprocessing: popen_spawn_posix.py, spawn.py, forkserver.py,
		 * resource_tracker.py; tried. Which class is used can't be told from outside, and
		 * children of the start method fork have no words of their own at all. */
		.framework = {
			"multiprocessing",
			"A Pool starts another worker, but waits for ever for the lost task; a "
			"ProcessPoolExecutor ends the other workers and raises BrokenProcessPool; to a "
			"plain Process nothing happens until somebody joins it.",
			"If the program waits, restart it: a lost Pool task never comes back.",
			NULL,
		},
		RULES({.program = "from multiprocessing.spawn import spawn_main*",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "from multiprocessing.resource_tracker import main*",
		       .label = "resource_tracker", .role = ROLE_HELPER, .launched = true},
		      {.program = "from multiprocessing.semaphore_tracker import main*",
		       .label = "semaphore_tracker", .role = ROLE_HELPER, .launched = true},
		      {.program = "from multiprocessing.forkserver import main*",
		       .label = "forkserver", .role = ROLE_HELPER, .forks = ROLE_WORKER,
		       .launched = true}),
		.yields = true,
	},
	{
		/* CPython 3.13 Lib/multiprocessing/pool.py; tried: 2 of 3 results, the third get()
		 * waits */
		.framework = {
			"multiprocessing.Pool",
			"The pool starts another worker; the task in hand is lost without a word and its "
			"get() waits for ever.",
			"Restart the program, or use ProcessPoolExecutor, which raises.",
			NULL,
		},
	},
	{
		/* CPython 3.13 Lib/concurrent/futures/process.py; tried: the others get SIGTERM */
		.framework = {
			"ProcessPoolExecutor",
			"The other workers are ended with SIGTERM, every pending future raises "
			"BrokenProcessPool, and the executor takes no more work.",
			NULL,
			MESSAGES(DEAD("A process in the process pool was terminated abruptly "
				      "while the future was running or pending.")),
		},
	},
};
/* clang-format on */

const struct frameworks python = FRAMEWORKS(profiles);
