/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A line of a log as the kernel said it, and what its source knows beside it. Known are the forms
 * of dmesg (any time, -r, -x, with or without PRINTK_CALLER), /dev/kmsg, journalctl -k (short ones
 * and json), and of syslog files. What did not come from the kernel is no line.
 */
#ifndef OOMTRACE_KLOG_LINE_H
#define OOMTRACE_KLOG_LINE_H

#include "klog/stamp.h"

/* printk() keeps 1 KiB of a record; the statistics of a cgroup are one record up to 6.1. */
#define LINE_TEXT_BYTES 4096

#define LINE_HOST_BYTES	  65
#define LINE_BOOT_BYTES	  37
#define LINE_CALLER_BYTES 16

struct line {
	struct slice text; /* valid until the next one is read */
	struct stamp stamp;
	char caller[LINE_CALLER_BYTES]; /* PRINTK_CALLER: "T132", "C0"; "": not known */
	bool seq_known;
	uint64_t seq;		    /* of the record, in /dev/kmsg */
	char host[LINE_HOST_BYTES]; /* "": not known */
	char boot_id[LINE_BOOT_BYTES];
	bool verified; /* the source says of each line who wrote it, and it was the kernel */
};

enum line_is {
	LINE_NEW,
	LINE_CONTINUED, /* of the line before: text alone */
	LINE_FOREIGN,	/* not the kernel's, or nothing that is known here */
};

struct line_reader {
	struct stamp_context context;
	bool raw;			 /* the latest was of /dev/kmsg */
	char unescaped[LINE_TEXT_BYTES]; /* what line.text may point to */
};

/* bytes: a line of the source, its newline taken away. */
enum line_is line_reader__read(struct line_reader *l, struct slice bytes, struct line *line);

#endif /* OOMTRACE_KLOG_LINE_H */
