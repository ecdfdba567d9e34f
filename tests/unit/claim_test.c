// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Lines as the frameworks write them, with what stands around their messages in a real log: whose
 * they are, which process, how it ended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/claim.h"
#include "time/zone.h"

#define SIG(n)	ENDING_SIGNAL, n
#define EXIT(n) ENDING_EXIT, n
#define UNTOLD	ENDING_UNTOLD, 0

struct expected {
	const char *framework; /* NULL: one that is no framework */
	const char *line;
	uint32_t pid;
	const char *name;
	enum ending ending;
	int number;
};

static const struct expected dead[] = {
	{"Aqueduct",
	 "[2026-11-24 04:10:14,612] ERROR [Flow] [pid:1] The process 37 for ImageHandler handler "
	 "is "
	 "dead",
	 37, "ImageHandler", UNTOLD},
	{"Aqueduct", "The process 37 for ImageHandler handler is dead", 37, "ImageHandler", UNTOLD},
	{"gunicorn",
	 "[2026-11-24 04:10:14 +0000] [1] [ERROR] Worker (pid:37) was sent SIGKILL! Perhaps out of "
	 "memory?",
	 37, "", SIG(9)},
	{"gunicorn", "[2026-11-24 04:10:14 +0000] [1] [ERROR] Worker (pid:37) was sent SIGTERM!",
	 37, "", SIG(15)},
	{"gunicorn", "[1] [ERROR] Worker (pid:37) exited with code 1", 37, "", EXIT(1)},
	{"gunicorn",
	 "[2026-11-24 04:10:14 +0000] [1] [WARNING] Worker with pid 37 was terminated due to "
	 "signal 9",
	 37, "", SIG(9)},
	{"gunicorn", "[1] [DEBUG] Reaped unknown child process (pid:37, status:9)", 37, "", SIG(9)},
	{"uvicorn", "INFO:     Child process [37] died", 37, "", UNTOLD},
	{"uWSGI", "DAMN ! worker 2 (pid: 37) died, killed by signal 9 :( trying respawn ...", 37,
	 "worker 2", SIG(9)},
	{"uWSGI", "DAMN ! worker 2 (pid: 37) MYSTERIOUSLY killed by signal 9 :( trying respawn ...",
	 37, "worker 2", SIG(9)},
	{"Celery",
	 "[2026-11-24 04:10:14,612: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:37 exited "
	 "with "
	 "'signal 9 (SIGKILL)'",
	 37, "ForkPoolWorker-2", SIG(9)},
	{"Celery",
	 "[..: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:37 exited with 'exitcode 1'", 37,
	 "ForkPoolWorker-2", EXIT(1)},
	{"Celery",
	 "billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: "
	 "3.",
	 0, "", SIG(9)},
	{"nginx", "2026/11/24 04:10:14 [alert] 1#1: worker process 37 exited on signal 9", 37, "",
	 SIG(9)},
	{"nginx", "2026/11/24 04:10:14 [notice] 1#1: worker process 37 exited with code 0", 37, "",
	 EXIT(0)},
	{"PostgreSQL",
	 "2026-11-24 04:10:14.612 UTC [1] LOG:  server process (PID 37) was terminated by signal "
	 "9: "
	 "Killed",
	 37, "", SIG(9)},
	{"PostgreSQL",
	 "LOG:  checkpointer process (PID 37) was terminated by signal 15: Terminated", 37, "",
	 SIG(15)},
	{"PostgreSQL",
	 "LOG:  background worker \"x\" (PID 3) x process (PID 37) exited with exit code 1", 37, "",
	 EXIT(1)},
	{"torchrun", "  exitcode  : -9 (pid: 37)", 37, "", SIG(9)},
	{"torchrun", "  traceback : Signal 9 (SIGKILL) received by PID 37", 37, "", SIG(9)},
	{"torchrun",
	 "E1124 04:10:14.612000 1 api.py:869] failed (exitcode: -9) local_rank: 1 (pid: 37) of "
	 "binary: "
	 "/usr/bin/python3",
	 37, "1", SIG(9)},
	{"torch.multiprocessing",
	 "ProcessExitedException: process 0 terminated with signal SIGKILL", 0, "0", SIG(9)},
	{"torch.multiprocessing", "ProcessExitedException: process 1 terminated with exit code 1",
	 0, "1", EXIT(1)},
	{"DataLoader", "RuntimeError: DataLoader worker (pid 37) is killed by signal: Killed. ", 37,
	 "", SIG(9)},
	{"DataLoader",
	 "RuntimeError: DataLoader worker (pid 37) is killed by signal: Segmentation fault. ", 37,
	 "", SIG(11)},
	{"DataLoader",
	 "RuntimeError: DataLoader worker (pid 37) exited unexpectedly with exit code 1. Details "
	 "are",
	 37, "", EXIT(1)},
	{"DataLoader", "RuntimeError: DataLoader worker (pid(s) 37) exited unexpectedly", 37, "",
	 UNTOLD},
	{"DeepSpeed",
	 "[2026-11-24 04:10:14,612] [ERROR] [launch.py:321:sigkill_handler] ['python', 'x.py'] "
	 "exits "
	 "with return code = -9",
	 0, "", SIG(9)},
	{"joblib/loky", "The exit codes of the workers are {SIGKILL(-9)}", 0, "", SIG(9)},
	{"joblib/loky",
	 "TerminatedWorkerError: A worker process managed by the executor was unexpectedly "
	 "terminated. "
	 "This could be caused",
	 0, "", UNTOLD},
	{"ProcessPoolExecutor",
	 "concurrent.futures.process.BrokenProcessPool: A process in the process pool was "
	 "terminated "
	 "abruptly while the future was running or pending.",
	 0, "", UNTOLD},
	{"vLLM",
	 "(EngineCore_0 pid=7) ERROR 11-24 04:10:14 [multiproc_executor.py:140] Worker proc "
	 "VllmWorker-1 died unexpectedly, shutting down executor.",
	 0, "VllmWorker-1", UNTOLD},
	{"vLLM", "Engine core proc EngineCore_0 died unexpectedly, shutting down client.", 0,
	 "EngineCore_0", UNTOLD},
	{"SGLang",
	 "[2026-11-24 04:10:14] Received sigquit from a child process. It usually means the child "
	 "failed.",
	 0, "", UNTOLD},
	{"TGI",
	 "2026-11-24T04:10:14.612345Z ERROR text_generation_launcher: Shard process was signaled "
	 "to "
	 "shutdown with signal 9 rank=1",
	 0, "", SIG(9)},
	{"Ray",
	 "(raylet) ... Worker port: 10002 Worker PID: 37 Worker exit type: SYSTEM_ERROR Worker "
	 "exit "
	 "detail: Worker unexpectedly exits",
	 37, "", UNTOLD},
	{"Ray",
	 "(1) The process is killed by SIGKILL by OOM killer due to high memory usage. (2) ray "
	 "stop",
	 0, "", UNTOLD},
	{"TorchServe",
	 "DEBUG org.pytorch.serve.wlm.WorkerThread - Backend worker monitoring thread interrupted "
	 "or "
	 "backend worker process died., responseTimeout:120sec",
	 0, "", UNTOLD},
	{"Triton", "UNAVAILABLE: Stub process 'model_0_0' is not healthy.", 0, "model_0_0", UNTOLD},
	{"Triton", "Stub process is unhealthy and it will be restarted.", 0, "", UNTOLD},
	{"MLServer",
	 "2026-11-24 04:10:14,612 [mlserver.parallel] WARNING - Worker with PID 37 on default "
	 "stopped "
	 "unexpectedly with exit code 9. Triggering worker restart...",
	 37, "default", SIG(9)},
	{"MLServer", "Worker with PID 37 on default stopped unexpectedly with exit code 256. Trig",
	 37, "default", EXIT(1)},
	{"LitServe", "Worker inference_0 died; shutting down", 0, "inference_0", UNTOLD},
	{"LitServe", "[monoriting] Worker 0 is dead. Restarting it", 0, "0", UNTOLD},
	{"Dask",
	 "2026-11-24 04:10:14,612 - distributed.nanny - INFO - Worker process 37 was killed by "
	 "signal 9",
	 37, "", SIG(9)},
	{"Dask", "distributed.nanny - INFO - Worker process 37 was killed by unknown signal", 37,
	 "", UNTOLD},
	{"Dask", "distributed.nanny - INFO - Worker process 37 exited with status 1", 37, "",
	 EXIT(1)},
	{"Ollama", "error loading: llama runner process has terminated: signal: killed", 0, "",
	 SIG(9)},
	{"Ollama", "llama runner process has terminated: exit status 2", 0, "", EXIT(2)},
	{"Ollama", "llama-server process no longer running: -1", 0, "", UNTOLD},
	{"PySpark", "SparkException: Python worker exited unexpectedly (crashed)", 0, "", UNTOLD},
	{"PySpark", "Executor 3 exited: Command exited with code 137", 0, "", SIG(9)},
	{NULL, "CalledProcessError: Command '['x']' died with <Signals.SIGKILL: 9>.", 0, "",
	 SIG(9)},
	{NULL, "CalledProcessError: Command 'x' returned non-zero exit status 137.", 0, "", SIG(9)},
	{NULL, "2026-11-24 04:10:14,612 WARN exited: app (terminated by SIGKILL; not expected)", 0,
	 "app", SIG(9)},
	{NULL,
	 "Nov 24 04:10:14 node1 systemd[1]: x.service: Main process exited, code=killed, "
	 "status=9/KILL",
	 0, "", SIG(9)},
};

static const struct log_time_rules rules = {.latest_ns = 1795493500000000000};

static bool read_line(struct profiles *profiles, const char *line, size_t len, struct claim *claim)
{
	char *exact = memcpy(malloc(len + !len), line, len);
	bool found = claim__read(claim, profiles, &rules, (struct text){exact, len});

	free(exact);
	return found;
}

static void knows_what_frameworks_write(void **state)
{
	for (size_t i = 0; i < sizeof(dead) / sizeof(dead[0]); i++) {
		const struct expected *want = &dead[i];
		struct claim got;

		if (!read_line(*state, want->line, strlen(want->line), &got))
			fail_msg("says nothing: %s", want->line);
		if (got.sense != SENSE_DEAD || got.pid != want->pid || got.ending != want->ending ||
		    got.number != want->number || strcmp(got.name, want->name))
			fail_msg("%s: sense %d, pid %u, ending %d %d, name %s", want->line,
				 got.sense, got.pid, got.ending, got.number, got.name);
		if (want->framework)
			assert_string_equal(got.framework->name, want->framework);
		else
			assert_null(got.framework->name);
		assert_string_equal(got.text, want->line);
	}
}

static void knows_what_is_not_dead(void **state)
{
	struct claim got;
	const char *line = "[2026-11-24 04:10:14,612] INFO [Flow] [pid:37] [Worker] initialising "
			   "handler ImageHandler";

	assert_true(read_line(*state, line, strlen(line), &got));
	assert_int_equal(got.sense, SENSE_RUNS);
	assert_int_equal(got.pid, 37);
	assert_string_equal(got.name, "ImageHandler");
	line = "[2026-11-24 04:10:14 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:37)";
	assert_true(read_line(*state, line, strlen(line), &got));
	assert_int_equal(got.sense, SENSE_KILLS);
	assert_int_equal(got.pid, 37);
}

static void passes_over_what_says_nothing(void **state)
{
	static const char *const lines[] = {
		"",
		"hello",
		"The process is dead",
		"The process x for y handler is dead",
		"Booting worker with pid: 37",
		"[2026-11-24 04:10:14 +0000] [1] [INFO] Worker exiting (pid: 37)",
		"Killed process 37 (python3) total-vm:1kB",
		"Child process [] died",
		"worker process",
		"exitcode  : (pid: 37)",
	};
	struct claim got;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (read_line(*state, lines[i], strlen(lines[i]), &got))
			fail_msg("%s: is %s's", lines[i], got.framework->name);
}

/* What a terminal acts on, half a character, a NUL, and more than is kept. */
static void keeps_what_can_be_shown(void **state)
{
	static const char line[] = "\x1b[2J\0Child process [37] died \xc3";
	char longest[4096];
	struct claim got;

	assert_true(read_line(*state, line, sizeof(line) - 1, &got));
	assert_string_equal(got.text, "?[2J?Child process [37] died ?");
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "The process 37 for ", 19);
	assert_false(read_line(*state, longest, sizeof(longest), &got));
	memcpy(longest + 200, " handler is dead", 16);
	assert_true(read_line(*state, longest, sizeof(longest), &got));
	assert_int_equal(strlen(got.name), sizeof(got.name) - 1);
	assert_int_equal(strlen(got.text), sizeof(got.text) - 1);
}

static int begin(void **state)
{
	*state = profiles__new();
	return zone__set("UTC");
}

static int end(void **state)
{
	profiles__free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_frameworks_write),
		cmocka_unit_test(knows_what_is_not_dead),
		cmocka_unit_test(passes_over_what_says_nothing),
		cmocka_unit_test(keeps_what_can_be_shown),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
