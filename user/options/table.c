// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The table of commands and options; see table.h. */
#include "journal/journal.h"
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
			 "record every kernel OOM kill as it happens, until interrupted (the "
			 "default)",
			 "0 ran and stopped, 1 failed, 2 wrong usage, 3 ran but lost records"},
	[COMMAND_SHOW] =
		{"show", "[FILE...]", NULL,
		 "list recorded kills and incidents, one line each, rotated files included",
		 "0 done, 1 failed, 2 wrong usage, 3 some lines could not be read"},
	[COMMAND_EXPLAIN] =
		{"explain", "[LOG|-|last]", NULL,
		 "tell which dead processes in an application's LOG the OOM killer killed",
		 "0 done, 1 failed, 2 wrong usage, 3 some records could not be read"},
	[COMMAND_REPORT] = {"report", "FILE...", "give the FILEs that oomtrace -o FILE wrote",
			    "make one HTML page of the incidents in FILEs, of one node or many",
			    "0 done, 1 failed, 2 wrong usage, 3 some lines could not be read"},
	[COMMAND_STATUS] =
		{"status", NULL, NULL,
		 "tell whether oomtrace runs, what it has seen, and whether the kernel agrees",
		 "0 running, all is well, 1 failed, 2 wrong usage, 3 running, with warnings, 4 not "
		 "running"},
	[COMMAND_DOCTOR] =
		{"doctor", NULL, NULL,
		 "check this machine, and find groups that an OOM kill would leave broken",
		 "0 all is well, 1 failed, 2 wrong usage, 3 warnings, 4 failures"},
	[COMMAND_KLOG] = {"klog", "[FILE|-]", NULL,
			  "read OOM kills from a kernel log, as the same records",
			  "0 done, 1 failed, 2 wrong usage, 3 lost records"},
	[COMMAND_REPLAY] = {"replay", "FILE", "give the FILE of a recording",
			    "print the records of a run again, from its --record FILE",
			    "0 done, 1 failed, 2 wrong usage, 3 lost records"},
	[COMMAND_UNLOAD] = {"unload", NULL, NULL, "remove hooks that outlived their process",
			    "0 nothing is pinned any more, 1 failed, 2 wrong usage"},
};

const struct option_row option_rows[] = {
	{"output", 'o', "FILE", RECORDS, "append JSON lines to FILE (created with mode 0640)",
	 TEXT(output)},
	{"output", 'o', "FILE", OF(DOCTOR), "check that a run could write this FILE", TEXT(output)},
	{"output", 'o', "FILE", OF(REPORT), "write the page to FILE instead of stdout",
	 TEXT(output)},
	{"format", 0, "text|json", RECORDS,
	 "format on stdout; default: text on a terminal, JSON lines otherwise",
	 CHOICE(format, FORMAT_TEXT, "text", "json")},
	{"quiet", 'q', NULL, RECORDS, "print nothing on stdout; needs -o", SET(quiet, true)},
	{"verbose", 'v', NULL, OF(RUN) | OF(DOCTOR),
	 "report on stderr what is loaded, and the totals at the end", SET(verbose, true)},
	{"sync", 0, "event|interval|none", OF(RUN),
	 "flush FILE to disk after each record (the default), once a second, or never",
	 CHOICE(sync, SYNC_EVENT, "event", "interval", "none")},
	{"max-size", 0, "BYTES", OF(RUN), "rotate FILE before it would grow past this size",
	 NUMBER(max_bytes, MAX_SIZE_LEAST, UINT32_MAX)},
	{"max-files", 0, "N", OF(RUN),
	 "with --max-size, keep N old files, FILE.1 the newest (default 4)",
	 NUMBER(max_files, 1, 1000)},
	{"pin", 0, NULL, OF(RUN),
	 "keep the hooks when the process ends: kills until the next start are delivered then; "
	 "the default with -o",
	 ENUM(pin, PIN_ALWAYS)},
	{"no-pin", 0, NULL, OF(RUN), "remove them with the process; the default without -o",
	 ENUM(pin, PIN_NEVER)},
	{"pin-path", 0, "DIR", OF(RUN) | OF(UNLOAD) | OF(DOCTOR) | OF(STATUS),
	 "where hooks are pinned, in a BPF file system (default " PINS_DIR ")", TEXT(pin_path)},
	{"audit", 0, "SECONDS", OF(RUN),
	 "how often to compare with the kernel's own counters (default 60)",
	 NUMBER(audit_seconds, 1, 86400)},
	{"watch", 0, "SECONDS", OF(RUN),
	 "how long at most to watch what becomes of a victim's group (default 30)",
	 NUMBER(watch_seconds, 0, 3600)},
	{"scope", 0, "node|pod", OF(RUN),
	 "record the kills of the whole node or of this pod only; default: node if run in the "
	 "node's pid namespace, else pod",
	 CHOICE(scope, SCOPE_NODE, "node", "pod")},
	{"host-root", 0, "DIR", OF(RUN) | OF(DOCTOR),
	 "where the node's root is mounted; pod names are read from its /var/log", TEXT(host_root)},
	{"fallback", 0, "klog", OF(RUN),
	 "if no hook can be attached, follow the kernel log, which tells less; see docs/klog.md",
	 CHOICE(fallback, FALLBACK_KLOG, "klog")},
	{"finish-group", 0, "term|kill", OF(RUN),
	 "say which signals would end the rest of a group that can no longer work; see "
	 "docs/finish.md",
	 CHOICE(finish.with, FINISH_TERM, "term", "kill")},
	{"finish-match", 0, "MATCH", OF(RUN),
	 "only for matching containers, pods or units, e.g. '/a/*' or 'ml/*'; up to 8 times",
	 TEXTS(finish.matches, finish.n_matches, FINISH_MATCHES)},
	{"finish-enforce", 0, NULL, OF(RUN), "and send them; needs --finish-match",
	 SET(finish.enforce, true)},
	{"finish-grace", 0, "SECONDS", OF(RUN),
	 "how long to wait after SIGTERM before SIGKILL (default 30)",
	 NUMBER(finish.grace_seconds, 0, 3600)},
	{"btf", 0, "FILE", OF(RUN) | OF(DOCTOR), "the kernel's BTF, for a kernel that carries none",
	 TEXT(btf)},
	{"ring-size", 0, "BYTES", OF(RUN),
	 "ring buffer: a power of two, at least a page (default 4194304)",
	 POWER(ring_bytes, RING_LEAST, RING_MOST)},
	{"no-exec-cache", 0, NULL, OF(RUN),
	 "keep no command lines; saves 4 to 35 MiB of kernel memory", SET(exec_cache, false)},
	{"events", 0, "FILE", OF(EXPLAIN),
	 "the records that oomtrace -o FILE wrote, rotated files included (default " JOURNAL_USUAL
	 ")",
	 TEXT(events)},
	{"tz", 0, "ZONE", OF(EXPLAIN),
	 "zone of times that name none: local, +03:00, Europe/Berlin; default UTC", TEXT(zone)},
	{"tz", 0, "ZONE", OF(SHOW),
	 "zone of the times printed, and of those given without one: local, +03:00, "
	 "Europe/Berlin; default UTC",
	 TEXT(zone)},
	{"date", 0, "DAY", OF(EXPLAIN), "day of times that name none, e.g. 2026-11-24", TEXT(date)},
	{"since", 0, "TIME", OF(EXPLAIN) | OF(SHOW),
	 "only what happened from then on: \"2026-11-24 04:10\", 2026-11-24T04:10:14Z, "
	 "\"2h ago\", -90m, today, yesterday",
	 TEXT(since)},
	{"until", 0, "TIME", OF(SHOW), "only what happened before then; the same formats",
	 TEXT(until)},
	{"pod", 0, "NAME|UID", OF(EXPLAIN) | OF(SHOW),
	 "only what happened in that pod, e.g. ranker-0 or ml/ranker-0", TEXT(pod)},
	{"group", 0, "NAME", OF(SHOW),
	 "only incidents of that framework or cgroup, e.g. gunicorn or /ml", TEXT(group)},
	{"verdict", 0, "VERDICT", OF(SHOW),
	 "only incidents with that verdict; inconsistent: all that left a broken group",
	 TEXT(verdict)},
	{"lines", 'n', "N", OF(SHOW), "only the last N; with -f, of those already written",
	 NUMBER(lines, 0, 1000000)},
	{"follow", 'f', NULL, OF(SHOW),
	 "wait for more, across rotations of FILE, until interrupted", SET(follow, true)},
	{"pid", 0, "PID", OF(EXPLAIN),
	 "only kills of that process; its pid on the host or in its container",
	 NUMBER(pid, 1, 1 << 22)},
	{"profile", 0, "FILE", OF(RUN) | OF(REPLAY) | OF(EXPLAIN) | OF(DOCTOR),
	 "frameworks to know besides the built-in ones; see docs/profile.md", TEXT(profile)},
	{"record", 0, "FILE", OF(RUN),
	 "keep what came from the kernel in FILE, for replay and bug reports", TEXT(record)},
	{"metrics", 0, "FILE", OF(RUN),
	 "keep counters in FILE for Prometheus' node-exporter; they survive restarts; see "
	 "docs/metrics.md",
	 TEXT(metrics)},
	{"listen", 0, "[ADDRESS:]PORT", OF(RUN),
	 "serve the counters over HTTP at /metrics; without ADDRESS on loopback only",
	 TEXT(listen)},
	{"state", 0, "FILE", OF(RUN) | OF(STATUS),
	 "where a run keeps its state for oomtrace status (default " STATE_FILE ")", TEXT(state)},
	{"no-state", 0, NULL, OF(RUN), "keep no such file", SET(no_state, true)},
	{"json", 0, NULL, OF(EXPLAIN) | OF(DOCTOR) | OF(STATUS),
	 "print JSON; schema/ describes it for each command", SET(json, true)},
	{"json", 0, NULL, OF(SHOW), "print the records themselves, as JSON lines", SET(json, true)},
	{"self-test", 0, NULL, OF(DOCTOR),
	 "make a real OOM kill in a cgroup of its own and follow it to the output",
	 SET(self_test, true)},
	{"set-oom-group", 0, "MATCH", OF(DOCTOR),
	 "set memory.oom.group on running containers that match by id, pod or path pattern",
	 TEXT(set_oom_group)},
	{"unset-oom-group", 0, "MATCH", OF(DOCTOR), "undo what --set-oom-group did",
	 TEXT(unset_oom_group)},
	{"help", 'h', NULL, ALL, "print this help; with a command, that command's",
	 ENUM(command, COMMAND_HELP)},
	{"version", 0, NULL, ALL, "print the version and, as root, which hooks this kernel offers",
	 ENUM(command, COMMAND_VERSION)},
};

const size_t n_option_rows = sizeof(option_rows) / sizeof(option_rows[0]);

_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTIONS_MAX, "room for getopt");
