// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The table of commands and options; see table.h. */
#include "kernel/pins.h"
#include "options/table.h"
#include "state/slot.h"

#define RING_LEAST     4096u /* libbpf makes it the kernel's page where that is larger */
#define RING_MOST      (1u << 30)
#define MAX_SIZE_LEAST 65536 /* a record with a long command line fits */

#define OF(command) (1u << COMMAND_##command)
#define ALL	    (~0u)
/* Those that tell records. */
#define RECORDS (OF(RUN) | OF(REPLAY) | OF(KLOG))

#define FIELD(name) .field = offsetof(struct options, name)
#define TEXT(name)  .kind = OPTION_TEXT, FIELD(name)
#define TEXTS(name, count, room)                                                                   \
	.kind = OPTION_TEXTS, FIELD(name), .value = offsetof(struct options, count), .most = room
#define NUMBER(name, first, last) .kind = OPTION_NUMBER, FIELD(name), .least = first, .most = last
#define POWER(name, first, last)  .kind = OPTION_POWER, FIELD(name), .least = first, .most = last
#define SET(name, to)		  .kind = OPTION_BOOL, FIELD(name), .value = to
#define ENUM(name, to)		  .kind = OPTION_ENUM, FIELD(name), .value = to
#define CHOICE(name, first, ...)                                                                   \
	.kind = OPTION_CHOICE, FIELD(name), .value = first, .choices = {__VA_ARGS__}

const struct command_row command_rows[N_COMMANDS] = {
	[COMMAND_RUN] = {"run", NULL, NULL,
			 "record every kernel OOM kill the moment it happens, until interrupted"},
	[COMMAND_REPLAY] = {"replay", "FILE", "give the FILE of a recording",
			    "tell once more what a run with --record FILE told"},
	[COMMAND_EXPLAIN] =
		{"explain", "[LOG|-|last]", NULL,
		 "say which dead processes of an application's LOG the OOM killer killed"},
	[COMMAND_KLOG] = {"klog", "[FILE|-]", NULL,
			  "the OOM kills that a kernel log tells of, as the same records"},
	[COMMAND_UNLOAD] = {"unload", NULL, NULL, "end hooks that outlived their process"},
	[COMMAND_SHOW] = {"show", "[FILE...]", NULL,
			  "list what oomtrace -o FILE wrote, a line each; rotated files too"},
	[COMMAND_REPORT] = {"report", "FILE...", "give the FILEs that oomtrace -o FILE wrote",
			    "one page of HTML of all incidents in FILEs, of a node or of many"},
	[COMMAND_STATUS] =
		{"status", NULL, NULL,
		 "whether one is alive, what it has seen, and whether the kernel agrees"},
	[COMMAND_DOCTOR] =
		{"doctor", NULL, NULL,
		 "what this machine gives, and which groups a kill would leave in pieces"},
};

const struct option_row option_rows[] = {
	{"output", 'o', "FILE", RECORDS | OF(DOCTOR),
	 "append JSON lines to FILE (made with mode 0640)", TEXT(output)},
	{"output", 'o', "FILE", OF(REPORT), "write the page to FILE; default: stdout",
	 TEXT(output)},
	{"format", 0, "text|json", RECORDS,
	 "on stdout; default: text on a terminal, else JSON lines",
	 CHOICE(format, FORMAT_TEXT, "text", "json")},
	{"quiet", 'q', NULL, RECORDS, "nothing on stdout; with -o", SET(quiet, true)},
	{"verbose", 'v', NULL, OF(RUN) | OF(DOCTOR),
	 "say on stderr what is loaded, and the totals at the end", SET(verbose, true)},
	{"sync", 0, "event|interval|none", OF(RUN),
	 "when FILE is safe on disk: at once (default), each second, never",
	 CHOICE(sync, SYNC_EVENT, "event", "interval", "none")},
	{"max-size", 0, "BYTES", OF(RUN), "begin a new FILE before it grows past this",
	 NUMBER(max_bytes, MAX_SIZE_LEAST, UINT32_MAX)},
	{"max-files", 0, "N", OF(RUN), "and keep N old ones, FILE.1 the newest (default 4)",
	 NUMBER(max_files, 1, 1000)},
	{"pin", 0, NULL, OF(RUN),
	 "hooks outlive the process and keep kills for the next start; default with -o",
	 ENUM(pin, PIN_ALWAYS)},
	{"no-pin", 0, NULL, OF(RUN), "they end with the process; default without -o",
	 ENUM(pin, PIN_NEVER)},
	{"pin-path", 0, "DIR", OF(RUN) | OF(UNLOAD) | OF(DOCTOR) | OF(STATUS),
	 "where in a BPF file system; default " PINS_DIR, TEXT(pin_path)},
	{"audit", 0, "SECONDS", OF(RUN),
	 "how often to compare with the kernel's counts (default 60)",
	 NUMBER(audit_seconds, 1, 86400)},
	{"watch", 0, "SECONDS", OF(RUN),
	 "how long to see what becomes of a victim's group (default 30)",
	 NUMBER(watch_seconds, 0, 3600)},
	{"scope", 0, "node|pod", OF(RUN),
	 "whose kills; default: the node's with its pid namespace, else those of the own pod",
	 CHOICE(scope, SCOPE_NODE, "node", "pod")},
	{"host-root", 0, "DIR", OF(RUN) | OF(DOCTOR),
	 "where the node's root is mounted; in its /var/log pods have their names",
	 TEXT(host_root)},
	{"fallback", 0, "klog", OF(RUN),
	 "where nothing can be attached, follow the kernel's log, which has less; see docs/klog.md",
	 CHOICE(fallback, FALLBACK_KLOG, "klog")},
	{"finish-group", 0, "term|kill", OF(RUN),
	 "say what would end the rest of a group that can't work any more; see docs/finish.md",
	 CHOICE(finish.with, FINISH_TERM, "term", "kill")},
	{"finish-match", 0, "MATCH", OF(RUN),
	 "only groups of such containers, pods or units, /a/* or ml/*; up to 8 times",
	 TEXTS(finish.matches, finish.n_matches, FINISH_MATCHES)},
	{"finish-enforce", 0, NULL, OF(RUN), "and end it", SET(finish.enforce, true)},
	{"finish-grace", 0, "SECONDS", OF(RUN), "how long after SIGTERM comes SIGKILL (default 30)",
	 NUMBER(finish.grace_seconds, 0, 3600)},
	{"btf", 0, "FILE", OF(RUN) | OF(DOCTOR), "the kernel's BTF, for kernels that carry none",
	 TEXT(btf)},
	{"ring-size", 0, "BYTES", OF(RUN),
	 "ring buffer: a power of two, at least a page (default 4194304)",
	 POWER(ring_bytes, RING_LEAST, RING_MOST)},
	{"no-exec-cache", 0, NULL, OF(RUN),
	 "keep no command lines; saves 4 to 35 MiB of kernel memory", SET(exec_cache, false)},
	{"events", 0, "FILE", OF(EXPLAIN),
	 "what oomtrace -o FILE wrote; FILE.1 and so on are read too", TEXT(events)},
	{"tz", 0, "ZONE", OF(EXPLAIN) | OF(SHOW),
	 "of times without one, and of those that show lists: local, +03:00, Europe/Berlin; "
	 "default UTC",
	 TEXT(zone)},
	{"date", 0, "DAY", OF(EXPLAIN), "of times without one: 2026-11-24", TEXT(date)},
	{"since", 0, "TIME", OF(EXPLAIN) | OF(SHOW),
	 "only what was from then on: \"2026-11-24 04:10\", 2026-11-24T04:10:14Z, \"2h ago\", "
	 "-90m, today, yesterday",
	 TEXT(since)},
	{"until", 0, "TIME", OF(SHOW), "only what was before then, said as with --since",
	 TEXT(until)},
	{"pod", 0, "NAME|UID", OF(EXPLAIN) | OF(SHOW),
	 "only what was in that pod: ranker-0, ml/ranker-0", TEXT(pod)},
	{"group", 0, "NAME", OF(SHOW), "only incidents of that framework or cgroup: gunicorn, /ml",
	 TEXT(group)},
	{"verdict", 0, "VERDICT", OF(SHOW), "only incidents that ended so; inconsistent: badly",
	 TEXT(verdict)},
	{"lines", 'n', "N", OF(SHOW), "only the last N; with -f of those that are there by now",
	 NUMBER(lines, 0, 1000000)},
	{"follow", 'f', NULL, OF(SHOW),
	 "go on with what is written to FILE, across its rotations, until interrupted",
	 SET(follow, true)},
	{"pid", 0, "PID", OF(EXPLAIN), "only kills of that process, on the host or in a container",
	 NUMBER(pid, 1, 1 << 22)},
	{"profile", 0, "FILE", OF(RUN) | OF(REPLAY) | OF(EXPLAIN) | OF(DOCTOR),
	 "frameworks besides the built-in ones; see docs/profile.md", TEXT(profile)},
	{"record", 0, "FILE", OF(RUN),
	 "keep what came from the kernel in FILE, for replay and bug reports", TEXT(record)},
	{"metrics", 0, "FILE", OF(RUN),
	 "keep counters in FILE for Prometheus' node-exporter, over restarts; see docs/metrics.md",
	 TEXT(metrics)},
	{"listen", 0, "[ADDRESS:]PORT", OF(RUN),
	 "serve them at /metrics as well; without ADDRESS on loopback alone", TEXT(listen)},
	{"state", 0, "FILE", OF(RUN) | OF(STATUS),
	 "where a run keeps how it stands, for oomtrace status; default " STATE_FILE, TEXT(state)},
	{"no-state", 0, NULL, OF(RUN), "keep that nowhere", SET(no_state, true)},
	{"json", 0, NULL, OF(EXPLAIN) | OF(DOCTOR) | OF(SHOW) | OF(STATUS),
	 "JSON instead of text; see schema/, of each command its own; of show the records as they "
	 "are",
	 SET(json, true)},
	{"self-test", 0, NULL, OF(DOCTOR),
	 "make a real kill in a cgroup of its own, and follow it to the output",
	 SET(self_test, true)},
	{"set-oom-group", 0, "MATCH", OF(DOCTOR),
	 "set memory.oom.group on running containers, by id, pod or pattern of the path",
	 TEXT(set_oom_group)},
	{"unset-oom-group", 0, "MATCH", OF(DOCTOR), "take back what was set so",
	 TEXT(unset_oom_group)},
	{"help", 'h', NULL, ALL, "this text; after a command, about that one",
	 ENUM(command, COMMAND_HELP)},
	{"version", 0, NULL, ALL, "version, and what this kernel offers (root)",
	 ENUM(command, COMMAND_VERSION)},
};

const size_t n_option_rows = sizeof(option_rows) / sizeof(option_rows[0]);

_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTIONS_MAX, "room for getopt");
