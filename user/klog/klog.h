/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From lines of a kernel log to records: oom_kill for each victim, and one closed oom_incident for
 * each decision, once nothing more is to come of it.
 */
#ifndef OOMTRACE_KLOG_H
#define OOMTRACE_KLOG_H

#include "klog/dumps.h"
#include "klog/line.h"
#include "metrics/metrics.h"
#include "record/report.h"

/* What has happened to it so far. */
struct klog_counts {
	uint64_t lines;
	uint64_t victims;
	uint64_t by_kind[VICTIM_ALREADY_EXITING + 1];
	uint64_t foreign;      /* lines that speak of an OOM kill and are not the kernel's */
	uint64_t missing;      /* records of the log, by their numbers */
	uint64_t next_seq;     /* of them; 0: not known */
	bool assumed;	       /* times without a year or a zone were among them */
	uint64_t killed_again; /* lines of kills of what has its record */
	uint64_t unwritten;    /* victims whose record could not be written */
	uint64_t lost;	       /* incidents of which the record could not */
};

struct klog;

/*
 * name: of the log, for what is said on stderr. report->node gets what the lines say of their
 * machine, unless live: then it is this one, and is left alone. now_real_ns: about when the log
 * ends, for times without a year. All must outlive it. NULL: no memory.
 */
struct klog *klog__new(const char *name, const struct report *report, int64_t now_real_ns,
		       bool live);
void klog__free(struct klog *k);

/* Victims and incidents are counted there as well; NULL: nowhere. */
void klog__count_in(struct klog *k, struct metrics *metrics);

/* One line of the source, without its newline. */
void klog__line(struct klog *k, const char *bytes, size_t n);

/* The number of the next record, in /dev/kmsg. */
void klog__expect(struct klog *k, uint64_t seq);

/* Live: what is over by now is told. Whether anything still waits for its
 * end. */
bool klog__settle(struct klog *k, uint64_t now_ns);

/* Nothing more will come. */
void klog__end(struct klog *k);

const struct klog_counts *klog__counts(const struct klog *k);

#endif /* OOMTRACE_KLOG_H */
