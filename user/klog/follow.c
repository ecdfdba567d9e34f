// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* /dev/kmsg to records, until a signal; see follow.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "klog/follow.h"
#include "klog/klog.h"
#include "node/clock.h"
#include "node/procfs.h"
#include "output/stream.h"
#include "privileges.h"
#include "service.h"
#include "signals.h"

#define KMSG	 "/dev/kmsg"
#define PROC	 "/proc"
#define NS_PER_S 1000000000ULL
#define TICK_MS	 1000
/* A record is at most 1 KiB of text, each byte of it escaped by four, and what its device is. */
#define RECORD_BYTES 8192

struct follow {
	const struct options *options;
	struct hooks hooks;
	struct kernel_facts facts;
	struct node node;
	struct ledger ledger;
	struct sinks sinks;
	struct report report;
	struct klog *klog;
	struct exporter *exporter;
	struct service service;
	int kmsg;
	int signals;
	bool stop;
};

/* ---- the books ---- */

static void read_books(struct follow *f)
{
	const struct klog_counts *c = klog__counts(f->klog);
	struct rec_ledger *b = &f->ledger.books;

	for (size_t i = 0; i < sizeof(c->by_kind) / sizeof(c->by_kind[0]); i++)
		b->by_kind[i] = c->by_kind[i];
	b->seq = b->last_seq = c->victims;
	b->killed_again = c->killed_again;
	b->lost_output = c->unwritten;
	b->written = c->victims - c->unwritten;
	f->ledger.vmstat_known = !procfs__oom_kills(PROC, &f->ledger.vmstat_now);
}

/* ---- the log ---- */

static uint64_t now_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* The log's clock stands still in suspend: so long before now was that. */
static void set_log_clock(struct follow *f)
{
	f->node.boot_to_real_ns =
		clock__boot_to_real_ns(f->node.boot_to_real_ns) +
		(int64_t)(now_ns(CLOCK_BOOTTIME) - now_ns(CLOCK_MONOTONIC)) / 1000000 * 1000000;
}

static void give(struct follow *f, const char *record, size_t n)
{
	uint64_t missing = klog__counts(f->klog)->missing, next = klog__counts(f->klog)->next_seq;
	const char *end;

	for (size_t at = 0; at < n; at = end + 1 - record) {
		end = memchr(record + at, '\n', n - at);
		if (!end)
			end = record + n;
		klog__line(f->klog, record + at, end - (record + at));
	}
	if (klog__counts(f->klog)->missing > missing) {
		struct gap gap = {.from = next,
				  .to = klog__counts(f->klog)->next_seq - 2,
				  .stage = GAP_OF_LOG};

		report__gap(&f->report, &gap);
	}
}

/* EPIPE: what would have been next is overwritten; the one after it says by its number how much. */
static int read_log(struct follow *f)
{
	char record[RECORD_BYTES];
	ssize_t n;

	set_log_clock(f);
	while ((n = read(f->kmsg, record, sizeof(record))) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR)))
		if (n > 0)
			give(f, record, n);
	return n < 0 && errno != EAGAIN ? -errno : 0;
}

/* Its times are of now, not of the log. */
static void export(struct follow *f)
{
	if (!f->exporter)
		return;
	read_books(f);
	f->node.boot_to_real_ns = clock__boot_to_real_ns(0);
	exporter__work(f->exporter, klog__counts(f->klog)->lost);
}

static void tell_ready(struct follow *f)
{
	read_books(f);
	service__ready(&f->service, &f->ledger);
}

static void on_signal(struct follow *f)
{
	int signal = signals__take(f->signals);

	if (signal == SIGHUP) {
		service__reloading(&f->service);
		sinks__reopen(&f->sinks);
		tell_ready(f);
	} else if (signal) {
		f->stop = true;
	}
}

/* Idle costs no wake-up: the clock is looked at only while something waits for it. */
static int loop(struct follow *f)
{
	bool waiting = false;
	int err = 0;

	while (!err && !f->stop && !sinks__finished(&f->sinks)) {
		struct pollfd fds[] = {
			{.fd = f->signals, .events = POLLIN},
			{.fd = f->kmsg, .events = POLLIN},
			{.fd = sinks__fd(&f->sinks),
			 .events = sinks__pending(&f->sinks) ? POLLOUT : 0},
			{.fd = exporter__fd(f->exporter), .events = POLLIN},
		};
		bool ticks = waiting || sinks__needs_tick(&f->sinks);

		service__alive(&f->service);
		if (poll(fds, 4, ticks ? TICK_MS : service__wait_ms(&f->service)) < 0 &&
		    errno != EINTR)
			return -errno;
		if (fds[0].revents)
			on_signal(f);
		err = read_log(f);
		waiting = klog__settle(f->klog, now_ns(CLOCK_MONOTONIC));
		sinks__tick(&f->sinks);
		export(f);
	}
	return err;
}

/* ---- beginning and end ---- */

/* To its end: what was before has been said, or is for oomtrace klog. The number of the next. */
static uint64_t skip_log(int kmsg)
{
	char record[RECORD_BYTES];
	uint64_t priority, seq, next = 0;
	ssize_t n;

	while ((n = read(kmsg, record, sizeof(record))) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR))) {
		struct slice s = {record, n > 0 ? n : 0};

		if (cut__number(&s, &priority) && cut__prefix(&s, ",") && cut__number(&s, &seq))
			next = seq + 1;
	}
	return next;
}

static int open_log(struct follow *f)
{
	f->kmsg = open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (f->kmsg < 0) {
		fprintf(stderr, "oomtrace: " KMSG ": %s%s\n", strerror(errno),
			errno == EPERM ? " (it needs root, or CAP_SYSLOG)" : "");
		return -EACCES;
	}
	return 0;
}

static void begin(struct follow *f)
{
	struct missed missed = {0};
	uint64_t kills = 0;

	hooks__none(&f->hooks, "nothing can be attached: the kernel's log is followed instead");
	f->facts = (struct kernel_facts){.hooks = f->hooks.state, .n_hooks = HOOKS};
	f->ledger.books.began_ns = f->node.ledger_ns = clock__boot_ns();
	f->ledger.books.vmstat_known = !procfs__oom_kills(PROC, &kills);
	f->ledger.books.vmstat_before = kills;
	fprintf(stderr, "oomtrace: following the kernel's log instead: it has no parents, no "
			"command lines and no pids of containers, does not say what becomes of a "
			"group, leaves details out after 10 kills in 5 seconds, may be overwritten "
			"before it is read, and is no witness against whoever may write to it\n");
	report__start(&f->report, &f->facts, &f->ledger, &missed);
	exporter__set_node(f->exporter, &f->node);
	metrics__open_books(exporter__metrics(f->exporter), &f->ledger.books, true,
			    clock__boot_ns());
	exporter__begin(f->exporter, &f->facts, &f->ledger.books, &f->ledger);
	klog__count_in(f->klog, exporter__metrics(f->exporter));
}

static void end(struct follow *f)
{
	service__stopping(&f->service);
	set_log_clock(f);
	klog__end(f->klog);
	read_books(f);
	f->node.boot_to_real_ns = clock__boot_to_real_ns(0);
	report__stop(&f->report, &f->facts, &f->ledger, f->options->verbose);
	exporter__end(f->exporter, klog__counts(f->klog)->lost);
}

static int fail(const char *what, int err)
{
	fprintf(stderr, "oomtrace: %s: %s\n", what, strerror(-err));
	return err;
}

/* Says why it can't. */
static int set_up(struct follow *f)
{
	int err = node__init(&f->node);

	if (err)
		return fail("/proc can't be read", err);
	f->signals = signals__open();
	if (f->signals < 0)
		return fail("signals can't be waited for", f->signals);
	err = sinks__open(&f->sinks, f->options);
	if (!err)
		err = open_log(f);
	if (err)
		return err;
	f->klog = klog__new(KMSG, &f->report, time(NULL) * NS_PER_S, true);
	if (!f->klog)
		return fail(KMSG, -ENOMEM);
	klog__expect(f->klog, skip_log(f->kmsg));
	return 0;
}

static bool has_lost(const struct follow *f)
{
	const struct klog_counts *c = klog__counts(f->klog);

	return c->missing || c->unwritten || c->lost || sinks__finished(&f->sinks);
}

int klog_follow__run(const struct options *options, struct exporter *exporter)
{
	struct follow f = {
		.options = options,
		.exporter = exporter,
		.kmsg = -1,
		.signals = -1,
		.report = {.node = &f.node, .sinks = &f.sinks},
	};
	const struct finish_rules no_signals = {0};
	bool lost = false;
	int err;

	service__open(&f.service);
	err = set_up(&f);
	if (!err) {
		privileges__protect(&no_signals, false, options->verbose);
		begin(&f);
		stream__unblock(STDERR_FILENO);
		privileges__drop(&no_signals, options->verbose);
		tell_ready(&f);
		err = loop(&f);
		if (err)
			fail(KMSG, err);
		end(&f);
		lost = has_lost(&f);
	}
	lost |= sinks__close(&f.sinks) > 0;
	service__close(&f.service);
	klog__free(f.klog);
	node__done(&f.node);
	if (f.kmsg >= 0)
		close(f.kmsg);
	if (f.signals >= 0)
		close(f.signals);
	return err ? 1 : lost ? 3 : 0;
}
