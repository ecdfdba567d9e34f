/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What came from outside, as lines of a recording in the order in which it came:
 *
 *   {"recording":{"version":1,"oomtrace":"0.1.0","host":"node1","boot_to_real_ns":1764...,...}}
 *   {"decision":{"oom_id":1,"time_ns":...,"hit":{"id":4242,"path":"/demo",...}}}
 *   {"victim":{"seq":1,"oom_id":1,"kind":"killed","process":{"pid":181,...}}}
 *   {"process":{"pid":177,"comm":"python3",...}}    one for each of the snapshot of the next look
 *   {"look":{"oom_id":1,"time_ns":...}}
 *   {"end":{}}
 */
#ifndef OOMTRACE_INPUT_H
#define OOMTRACE_INPUT_H

#include "record/event.h"
#include "record/process.h"
#include "replay/fields.h"

/* Grows with a change that an older replay would misunderstand: new keys it refuses by itself. */
#define RECORDING_VERSION 1

/* The longest line, its newline included: a victim's, of which each byte becomes six. */
#define INPUT_LINE_BYTES                                                                           \
	(6 * (EVENT_PATH_BYTES + EXEC_ARGS_BYTES + EXEC_RANKS_BYTES + sizeof(struct names)) + 4096)

enum input_kind {
	INPUT_RECORDING, /* the first */
	INPUT_HOOK,	 /* for the reader of a bug report */
	INPUT_CLOCK,	 /* the time of day was set */
	INPUT_DECISION,
	INPUT_VICTIM,
	INPUT_EXIT,
	INPUT_DECISION_END,
	INPUT_SIGNAL,
	INPUT_GONE,
	INPUT_PROCESS,
	INPUT_LOOK,
	INPUT_CUT_SHORT, /* the tracer ends while an incident is open */
	INPUT_END,	 /* the last; without one the recording was cut off */
	INPUTS,
};

struct input_recording {
	uint32_t version;
	uint32_t watch_seconds;
	uint64_t page_bytes;
	uint64_t ledger_ns;
	int64_t boot_to_real_ns;
	uint32_t gfp_bits_bytes;
	char gfp_bits[1024]; /* their names, by number, as the kernel has them */
	char oomtrace[32];
	char host[65];
	char release[65];
	char machine[65];
	char boot_id[37];
};

struct input_hook {
	char name[64];
	char how[32];
	char why[192];
};

struct input_clock {
	int64_t boot_to_real_ns;
};

/* Its decision is the latest of its oom_id, unless decision_err says why there is none. */
struct input_victim {
	struct victim_event event;
	bool exec_known;
	struct exec_entry exec;
};

/* An incident is looked at, or cut short. */
struct input_look {
	uint64_t oom_id;
	uint64_t time_ns; /* CLOCK_BOOTTIME */
	int err;	  /* why processes are missing */
	bool usage_after_known;
	uint64_t usage_after_bytes;
};

struct input {
	enum input_kind kind;
	union {
		struct input_recording recording;
		struct input_hook hook;
		struct input_clock clock;
		struct decision_event decision;
		struct input_victim victim;
		struct exit_event exit;
		struct decision_end_event decision_end;
		struct signal_event signal;
		struct gone_event gone;
		struct process process;
		struct input_look look;
	};
};

/* object: the struct of the union above that is the kind's. The length, or -ENOBUFS. */
long input__write(char *buf, size_t cap, enum input_kind kind, const void *object);

/* One line of len bytes. 0, or -EINVAL with what is wrong with it in why, fit for a terminal. */
int input__read(struct input *in, const char *line, size_t len, char why[FIELDS_WHY_BYTES]);

#endif /* OOMTRACE_INPUT_H */
