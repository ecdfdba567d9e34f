/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The times that dmesg, journalctl and syslog daemons put before a line, in all their forms. */
#ifndef OOMTRACE_KLOG_STAMP_H
#define OOMTRACE_KLOG_STAMP_H

#include "klog/slice.h"

struct stamp {
	bool boot_known;
	bool real_known;
	uint64_t boot_ns; /* since boot, by the clock of the log: it stands still in suspend */
	int64_t real_ns;  /* since the epoch */
};

/*
 * What a time without a year or a zone needs: the year is the latest that is not after this, the
 * zone that of TZ. Each form that adds to the line before it adds to this.
 */
struct stamp_context {
	int64_t now_real_ns;
	int64_t relative_real_ns; /* of the latest "[Nov24 10:00]", and what was added; 0: none */
	bool assumed;		  /* a year or a zone was not said */
};

/* "[    4.136985] ", and in the brackets all that dmesg can put there. */
bool stamp__cut_bracket(struct slice *s, struct stamp_context *context, struct stamp *stamp);

/* "2026-11-24T10:00:00,123456+00:00 " (dmesg --iso), "2026-11-24T10:00:00+0000 " (journalctl). */
bool stamp__cut_iso(struct slice *s, struct stamp_context *context, struct stamp *stamp);

/* "Nov 24 10:00:00 ", "Nov 24 10:00:00.123456 " */
bool stamp__cut_syslog(struct slice *s, struct stamp_context *context, struct stamp *stamp);

/* "Tue 2026-11-24 10:00:00 UTC " (journalctl -o short-full) */
bool stamp__cut_full(struct slice *s, struct stamp_context *context, struct stamp *stamp);

/* "1795500000.123456 " (journalctl -o short-unix) */
bool stamp__cut_unix(struct slice *s, struct stamp *stamp);

#endif /* OOMTRACE_KLOG_STAMP_H */
