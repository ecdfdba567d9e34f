// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The main job: hooks and outputs are opened, what earlier runs left is settled, and then one epoll
 * waits for records, signals, a reader of stdout, and two timers. One thread.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "kernel/execs.h"
#include "kernel/kernel.h"
#include "kernel/own_cgroup.h"
#include "kernel/watch.h"
#include "klog/follow.h"
#include "metrics/exporter.h"
#include "node/clock.h"
#include "node/procfs.h"
#include "output/history.h"
#include "pod/pods.h"
#include "privileges.h"
#include "record/intake.h"
#include "record/rehearsal.h"
#include "record/ring.h"
#include "service.h"
#include "signals.h"
#include "state/state.h"
#include "tracer.h"
#include "watcher.h"

#define PROC		  "/proc"
#define SINK_TICK_SECONDS 1
#define COUNT_READS	  8

struct tracer {
	const struct options *options;
	struct kernel *kernel;
	struct ring ring;
	struct node node;
	struct ledger ledger;
	struct sinks sinks;
	struct report report;
	struct intake intake;
	struct history history;
	struct profiles *profiles;
	struct pods *pods;
	struct recording *recording;
	struct watcher *watcher;
	struct service service;
	struct exporter *exporter;
	struct state state;
	uint64_t began_ns; /* CLOCK_BOOTTIME: hooks live, outputs open; 0: not yet */
	uint64_t audited_ns;
	uint64_t execs_refreshed; /* execs counted when the cache was last looked after */
	int epoll;
	int signals;
	int audit_timer;
	int sink_timer; /* runs only while the sinks, or the ring, need it */
	bool sink_timer_on;
	int ring_trouble; /* negative errno: it can't be read, and is tried again; 0: it can */
	int out;	  /* stdout; -1: nobody there who could leave */
	uint32_t out_events;
	bool stop;
	bool unattached;  /* nothing can be */
	bool lost_before; /* found in the books of hooks that were there before */
};

/* ---- the books ---- */

/*
 * Our count and the kernel's can't be read at one instant, and __oom_kill_process() counts before
 * it marks: what is unexplained may be a kill that came between, and is asked for again. The
 * kernel counts for the whole machine.
 */
static void read_counts(struct ledger *l, const struct rec_ledger *books, bool everywhere)
{
	for (int i = 0; i < COUNT_READS; i++) {
		memcpy(&l->books, books, sizeof(l->books));
		l->vmstat_known = everywhere && !procfs__oom_kills(PROC, &l->vmstat_now);
		l->books.vmstat_known &= everywhere;
		if (!l->vmstat_known || !l->books.vmstat_known || !ledger__unexplained(l))
			return;
	}
}

static void read_books(struct tracer *t)
{
	struct ledger *l = &t->ledger;

	intake__count_written(&t->intake);
	read_counts(l, t->intake.books, !t->node.scope.cgroup_id);
	for (int i = 0; i < LEDGER_CGROUPS; i++) {
		struct ledger_cgroup *c = &l->cgroups[i];

		c->counter_known =
			c->id && !cgroup_root__oom_kills(&t->node.cgroups, c->id, &c->counter);
	}
}

/* An audit is told when either count has changed since the last. */
static void audit(struct tracer *t)
{
	uint64_t vmstat = t->ledger.vmstat_now, seq = t->ledger.books.seq;

	read_books(t);
	t->audited_ns = clock__boot_ns();
	if (t->ledger.vmstat_now != vmstat || t->ledger.books.seq != seq) {
		report__audit(&t->report, &t->ledger);
		exporter__count(t->exporter);
	}
}

/* ---- its state ---- */

static struct state_output output_of(const struct tracer *t)
{
	const struct file *file = &t->sinks.file;

	if (!t->sinks.path)
		return (struct state_output){.waiting = t->sinks.out.spool.lines,
					     .err = t->sinks.out.trouble};
	return (struct state_output){t->sinks.path, file->spool.lines, file->trouble[FILE_WRITE]};
}

static struct state_mark mark_of(const struct tracer *t)
{
	const struct rec_ledger *b = t->intake.books ? t->intake.books : &t->ledger.books;
	struct state_output output = output_of(t);

	return (struct state_mark){
		.seq = b->seq,
		.written = b->written,
		.duplicates = b->duplicates,
		.lost = b->ring_full + b->lost_decode + b->lost_output,
		.waiting = output.waiting,
		.output_err = output.err,
	};
}

/* What is in the ring while it runs is not lost. Of one that has ended, the books are those of end(). */
static void count_now(struct tracer *t, struct ledger *now, bool ended)
{
	*now = t->ledger;
	if (ended || !t->intake.books)
		return;
	now->resumable = true;
	intake__count_written(&t->intake);
	read_counts(now, t->intake.books, !t->node.scope.cgroup_id);
}

static void write_state(struct tracer *t, bool ended, int exit_status)
{
	struct ledger now;
	struct run_state run = {
		.node = &t->node,
		.kernel = t->kernel ? kernel__facts(t->kernel) : NULL,
		.ledger = &now,
		.output = output_of(t),
		.now_ns = clock__boot_ns(),
		.began_ns = t->began_ns,
		.audited_ns = t->audited_ns,
		.audit_seconds = t->node.from_log ? 0 : t->options->audit_seconds,
		.lost_incidents = t->watcher ? watcher__lost(t->watcher) : 0,
		.ended = ended,
		.exit_status = exit_status,
	};
	struct state_mark mark;
	size_t bytes;
	char *room = report__room(&bytes);

	if (!t->state.path)
		return;
	count_now(t, &now, ended);
	mark = mark_of(t);
	t->node.boot_to_real_ns = clock__boot_to_real_ns(t->node.boot_to_real_ns);
	state__put(&t->state, &mark, room, state__json(room, bytes, &run));
}

/* After all else: no kill waits for it. */
static void keep_state(struct tracer *t)
{
	const struct state_mark now = mark_of(t);

	if (state__is_due(&t->state, &now))
		write_state(t, false, 0);
}

/* ---- the ring ---- */

static int open_ring(struct tracer *t, struct ring *ring, int fd, size_t bytes)
{
	int err;

	*ring = (struct ring){.fd = fd, .take = intake__record, .context = &t->intake};
	err = ring__open(ring, bytes);
	if (err)
		fprintf(stderr, "oomtrace: the ring buffer can't be mapped: %s\n", strerror(-err));
	return err;
}

/* 0, or a negative errno: what is in it stays there. */
static int read_ring(struct tracer *t, struct ring *ring)
{
	int err = ring__consume(ring);

	if (err != -EBADMSG)
		return err;
	fprintf(stderr, "oomtrace: the ring buffer had what is no record: it is passed over\n");
	intake__pass_over(&t->intake);
	return 0;
}

/* While it can't be read it would wake the loop for ever: it is tried again by the timer. */
static void consume(struct tracer *t)
{
	struct epoll_event event = {.data.fd = t->ring.fd};
	int err = read_ring(t, &t->ring);

	if (err == t->ring_trouble)
		return;
	if (err)
		fprintf(stderr, "oomtrace: the ring buffer can't be read: %s; trying again\n",
			strerror(-err));
	else
		fprintf(stderr, "oomtrace: the ring buffer can be read again\n");
	event.events = err ? 0 : EPOLLIN;
	epoll_ctl(t->epoll, EPOLL_CTL_MOD, t->ring.fd, &event);
	t->ring_trouble = err;
}

/* ---- the loop ---- */

/* Before as many execs have gone by as the cache has room for, live processes' entries are
 * touched. */
static void look_after_execs(struct tracer *t)
{
	uint64_t execs = kernel__ledger(t->kernel)->execs;

	if (execs - t->execs_refreshed < EXECS_MIN_ENTRIES / 4)
		return;
	t->execs_refreshed = execs;
	execs__refresh(t->kernel, PROC);
}

static void on_signal(struct tracer *t)
{
	int signal = signals__take(t->signals);

	if (signal == SIGHUP) {
		service__reloading(&t->service);
		sinks__reopen(&t->sinks);
		service__ready(&t->service, &t->ledger);
	} else if (signal) {
		t->stop = true;
	}
}

static bool expired(int timer)
{
	uint64_t times;

	return read(timer, &times, sizeof(times)) == sizeof(times);
}

static int watch(struct tracer *t, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int set_timer(int timer, unsigned int seconds)
{
	const struct itimerspec every = {{seconds, 0}, {seconds, 0}};

	return timerfd_settime(timer, 0, &every, NULL) ? -errno : 0;
}

/* That the reader leaves comes as EPOLLERR or EPOLLHUP, which need not be asked for. */
static void arm_stdout(struct tracer *t)
{
	struct epoll_event event = {.data.fd = t->out};

	if (t->out < 0)
		return;
	event.events = sinks__pending(&t->sinks) ? EPOLLOUT : 0;
	if (sinks__fd(&t->sinks) < 0) {
		epoll_ctl(t->epoll, EPOLL_CTL_DEL, t->out, NULL);
		t->out = -1;
	} else if (event.events != t->out_events &&
		   !epoll_ctl(t->epoll, EPOLL_CTL_MOD, t->out, &event)) {
		t->out_events = event.events;
	}
}

/* Once for all that came together, and only when nothing else is to be done. */
static void sync_sinks(struct tracer *t)
{
	struct epoll_event event;

	if (sinks__want_sync(&t->sinks) && !epoll_wait(t->epoll, &event, 1, 0))
		sinks__sync(&t->sinks);
	intake__count_written(&t->intake);
}

/* Idle costs no wake-up: room on stdout is waited for, and the timer runs, only for lines there. */
static void arm_sinks(struct tracer *t)
{
	bool ticks = sinks__needs_tick(&t->sinks) || t->ring_trouble;

	arm_stdout(t);
	if (ticks != t->sink_timer_on && !set_timer(t->sink_timer, ticks * SINK_TICK_SECONDS))
		t->sink_timer_on = ticks;
}

static void on_event(struct tracer *t, int fd)
{
	if (fd == t->signals) {
		on_signal(t);
	} else if (fd == t->audit_timer && expired(fd)) {
		look_after_execs(t);
		pods__refresh(t->pods);
		audit(t);
		write_state(t, false, 0);
		service__status(&t->service, &t->ledger);
	} else if (fd == t->sink_timer && expired(fd)) {
		sinks__tick(&t->sinks);
		intake__tell_gap(&t->intake);
		consume(t);
	} else if (fd == t->ring.fd) {
		consume(t);
	} else if (fd == pods__fd(t->pods)) {
		pods__refresh(t->pods);
	} else if (fd == t->out) {
		sinks__flush(&t->sinks);
	}
}

static int wait_ms(const struct tracer *t)
{
	int service = service__wait_ms(&t->service), state = state__wait_ms(&t->state);

	return service < 0 || (state >= 0 && state < service) ? state : service;
}

static int loop(struct tracer *t)
{
	struct epoll_event event;

	while (!t->stop && !sinks__finished(&t->sinks)) {
		int n;

		sync_sinks(t);
		arm_sinks(t);
		service__alive(&t->service);
		n = epoll_wait(t->epoll, &event, 1, wait_ms(t));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 1)
			on_event(t, event.data.fd);
		watcher__work(t->watcher);
		exporter__work(t->exporter, watcher__lost(t->watcher));
		keep_state(t);
	}
	consume(t);
	return 0;
}

static int open_loop(struct tracer *t)
{
	int err;

	t->signals = signals__open();
	if (t->signals < 0)
		return t->signals;
	t->audit_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	t->sink_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->audit_timer < 0 || t->sink_timer < 0 || t->epoll < 0)
		return -errno;
	err = set_timer(t->audit_timer, t->options->audit_seconds);
	if (!err)
		err = watch(t, t->signals, EPOLLIN);
	if (!err)
		err = watch(t, t->audit_timer, EPOLLIN);
	if (!err)
		err = watch(t, t->sink_timer, EPOLLIN);
	if (!err)
		err = watch(t, watcher__fd(t->watcher), EPOLLIN);
	if (!err && exporter__fd(t->exporter) >= 0)
		err = watch(t, exporter__fd(t->exporter), EPOLLIN);
	if (!err && pods__fd(t->pods) >= 0)
		err = watch(t, pods__fd(t->pods), EPOLLIN);
	t->out = sinks__fd(&t->sinks);
	if (t->out >= 0 && watch(t, t->out, 0)) /* EPERM: a regular file, /dev/full, .. */
		t->out = -1;
	return err ? err : watch(t, t->ring.fd, EPOLLIN);
}

/* ---- beginning ---- */

/* By default hooks outlive the process where a restart has a file to continue. */
static const char *pin_path(const struct options *o)
{
	if (o->pin == PIN_NEVER || (o->pin == PIN_AUTO && !o->output))
		return NULL;
	return o->pin_path;
}

static bool wants_pod(const struct tracer *t)
{
	return t->options->scope == SCOPE_POD ||
	       (t->options->scope == SCOPE_AUTO && t->node.scope.foreign_pids);
}

/* Where it is not known which pod this is, it is an error only if it was asked for. */
static int open_scope(struct tracer *t)
{
	static struct own_cgroup own;
	struct scope *scope = &t->node.scope;
	int err = wants_pod(t) ? own_cgroup__read(t->kernel, &own) : 0;

	if (wants_pod(t) && !err)
		scope->cgroup_id = own_cgroup__id(&own, scope__narrow(scope, own.path));
	scope__read_environment(scope);
	kernel__requests(t->kernel)->victims_scope = scope->cgroup_id;
	if (!err || t->options->scope == SCOPE_AUTO)
		return 0;
	fprintf(stderr,
		"oomtrace: --scope pod: its own cgroup can't be read: %s; use --scope node\n",
		strerror(-err));
	return err;
}

static int open_kernel(struct tracer *t)
{
	struct kernel_config config = {
		.btf_path = t->options->btf,
		.pin_path = pin_path(t->options),
		.ring_bytes = t->options->ring_bytes,
		.hold = wants_pod(t),
		.exec_entries = t->options->exec_cache ? execs__entries(PROC) : 0,
		.verbose = t->options->verbose,
	};
	int err;

	err = kernel__open(&t->kernel, &config);
	if (err)
		return err;
	t->intake = (struct intake){
		.kernel = t->kernel,
		.node = &t->node,
		.ledger = &t->ledger,
		.report = &t->report,
		.books = kernel__ledger(t->kernel),
		.metrics = exporter__metrics(t->exporter),
	};
	t->node.ledger_ns = t->intake.books->began_ns;
	t->ledger.resumable = kernel__facts(t->kernel)->pinned;
	watch__clear(t->kernel);
	execs__refresh(t->kernel, PROC);
	return open_ring(t, &t->ring, kernel__ring_fd(t->kernel), kernel__ring_bytes(t->kernel));
}

/*
 * What a process that was killed left undecided: its last line may be out although the books don't
 * have it, which the file's last line tells; or lines were still waiting for the file, and are
 * lost.
 */
static void settle_crash(struct tracer *t)
{
	struct rec_ledger *b = t->intake.books;
	char uid[NODE_UID_BYTES];
	uint64_t lost;

	node__uid(&t->node, b->last_seq + 1, uid);
	if (!strcmp(uid, sinks__last_uid(&t->sinks)))
		b->last_seq++;
	else if (b->last_seq > b->written + b->holes + b->lost_output) {
		lost = b->last_seq - b->written - b->holes - b->lost_output;
		b->lost_output += lost;
		intake__miss(&t->intake, b->last_seq - lost + 1, b->last_seq, "output");
	}
	intake__count_written(&t->intake);
}

/* To the last of its records; what found no room after that one, no later record shows. */
static void drain(struct tracer *t, struct ring *ring)
{
	struct rec_ledger *b = t->intake.books;
	uint64_t known = b->holes + b->lost_output, tail;
	int err;

	settle_crash(t);
	metrics__open_books(t->intake.metrics, b, false, clock__boot_ns());
	err = read_ring(t, ring);
	if (err) {
		fprintf(stderr, "oomtrace: an earlier ring buffer can't be read: %s\n",
			strerror(-err));
		t->lost_before = true;
	}
	tail = b->ring_full > b->holes ? b->ring_full - b->holes : 0;
	if (tail)
		intake__miss(&t->intake, b->last_seq + 1, b->last_seq + tail, "ring_full");
	intake__tell_gap(&t->intake);
	metrics__close_books(t->intake.metrics, b);
	t->lost_before |= b->holes + tail + b->lost_output > known;
}

/* The records of an earlier set of hooks that nobody read, in its own numbers. */
static void drain_leftovers(struct tracer *t)
{
	struct intake live = t->intake;
	struct leftover left;

	while (!kernel__take_leftover(t->kernel, &left)) {
		struct ring ring;

		if (left.ledger && left.ring_bytes &&
		    !open_ring(t, &ring, left.ring_fd, left.ring_bytes)) {
			t->intake.books = left.ledger;
			t->intake.until_ns = left.until_ns;
			t->node.ledger_ns = left.ledger->began_ns;
			drain(t, &ring);
			ring__close(&ring);
		}
		t->intake = live;
		t->node.ledger_ns = live.books->began_ns;
		leftover__free(&left);
	}
}

/* Nothing was attached between an earlier run's last record and now, unless hooks were pinned. */
static struct missed count_missed(const struct tracer *t)
{
	const struct kernel_facts *facts = kernel__facts(t->kernel);
	const struct rec_ledger *books = &t->ledger.books;
	const struct history *h = &t->history;
	struct missed missed = {0};

	if (facts->taken_over || facts->leftovers || !h->known || !books->vmstat_known)
		return missed;
	missed.known = true;
	missed.kills = books->vmstat_before > h->kills ? books->vmstat_before - h->kills : 0;
	memcpy(missed.since, h->time, sizeof(missed.since));
	return missed;
}

static void begin(struct tracer *t)
{
	struct missed missed;

	settle_crash(t);
	read_books(t);
	missed = count_missed(t);
	report__start(&t->report, kernel__facts(t->kernel), &t->ledger, &missed);
	intake__tell_gap(&t->intake);
	drain_leftovers(t);
	metrics__open_books(t->intake.metrics, t->intake.books, true, clock__boot_ns());
	exporter__begin(t->exporter, kernel__facts(t->kernel), t->intake.books, &t->ledger);
}

/* ---- end ---- */

static void end(struct tracer *t)
{
	struct rec_ledger *b = t->intake.books;

	service__stopping(&t->service);
	watcher__end(t->watcher);
	sinks__tick(&t->sinks);
	read_books(t);
	if (b->seq > b->last_seq && !t->ledger.resumable)
		intake__miss(&t->intake, b->last_seq + 1, b->seq,
			     ledger__lost_shutdown(&t->ledger) ? "shutdown" : "ring_full");
	intake__tell_gap(&t->intake);
	report__stop(&t->report, kernel__facts(t->kernel), &t->ledger, t->options->verbose);
	exporter__end(t->exporter, watcher__lost(t->watcher));
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool say_lost(const char *what, uint64_t n)
{
	if (n)
		fprintf(stderr, "oomtrace: %llu records of %s found no room\n",
			(unsigned long long)n, what);
	return n;
}

/* Whether records were lost with the last words of the sinks. */
static bool close_sinks(struct tracer *t)
{
	uint64_t lost = sinks__close(&t->sinks);

	if (lost)
		fprintf(stderr, "oomtrace: %llu records could not be written at the end\n",
			(unsigned long long)lost);
	return lost;
}

static void tracer__done(struct tracer *t)
{
	t->intake.books = NULL;
	watcher__close(t->watcher);
	t->watcher = NULL;
	recording__close(t->recording);
	profiles__free(t->profiles);
	pods__close(t->pods);
	ring__close(&t->ring);
	kernel__close(t->kernel);
	t->kernel = NULL;
	node__done(&t->node);
	service__close(&t->service);
	exporter__close(t->exporter);
	close_fd(t->signals);
	close_fd(t->audit_timer);
	close_fd(t->sink_timer);
	close_fd(t->epoll);
}

static int open_profiles(struct tracer *t)
{
	char why[512] = "no memory";
	int err = -ENOMEM;

	t->profiles = profiles__new();
	if (t->profiles)
		err = t->options->profile
			      ? profiles__read(t->profiles, t->options->profile, why, sizeof(why))
			      : 0;
	if (err)
		fprintf(stderr, "oomtrace: %s\n", why);
	return err;
}

static int open_watcher(struct tracer *t)
{
	const struct watcher_config config = {
		.kernel = t->kernel,
		.node = &t->node,
		.report = &t->report,
		.profiles = t->profiles,
		.recording = t->recording,
		.metrics = exporter__metrics(t->exporter),
		.watch_seconds = t->options->watch_seconds,
		.finish = &t->options->finish,
	};
	int err = watcher__open(&t->watcher, &config);

	if (err)
		fprintf(stderr, "oomtrace: watching groups: %s\n", strerror(-err));
	else
		t->intake.listener = watcher__listener(t->watcher);
	return err;
}

static int set_up(struct tracer *t)
{
	int err;

	/* Both come as errors of write() then. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	err = node__init(&t->node);
	if (err) {
		fprintf(stderr, "oomtrace: /proc can't be read: %s\n", strerror(-err));
		return err;
	}
	state__open(&t->state, t->options);
	write_state(t, false, 0);
	t->node.scope.foreign_pids = scope__has_foreign_pids(PROC "/self/ns/pid");
	err = open_profiles(t);
	if (err)
		return err;
	if (t->options->output)
		history__read(&t->history, t->options->output, t->node.boot_id);
	err = exporter__open(&t->exporter, t->options, &t->node);
	if (!err)
		err = sinks__open(&t->sinks, t->options);
	if (!err && t->options->record)
		err = recording__open(&t->recording, t->options->record, &t->node);
	if (!err) {
		err = open_kernel(t);
		t->unattached = err;
	}
	if (!err)
		err = open_scope(t);
	if (!err)
		err = open_watcher(t);
	if (!err)
		t->pods = t->intake.pods = pods__open(t->options->host_root);
	if (err)
		return err;
	recording__begin(t->recording, kernel__facts(t->kernel), t->options->watch_seconds);
	privileges__protect(&t->options->finish, true, t->options->verbose);
	rehearsal__run(&t->intake);
	err = open_loop(t);
	if (err)
		fprintf(stderr, "oomtrace: waiting for records: %s\n", strerror(-err));
	return err;
}

/* Where nothing can be attached, the kernel's log is followed, which says as much in the state. */
static int follow_log(struct tracer *t)
{
	int status;

	t->node.from_log = true;
	t->began_ns = clock__boot_ns();
	write_state(t, false, 0);
	status = klog_follow__run(t->options);
	write_state(t, true, status);
	return status;
}

static int run(struct tracer *t)
{
	int err = set_up(t);

	if (err)
		return err;
	begin(t);
	privileges__drop(&t->options->finish, t->options->verbose);
	t->began_ns = clock__boot_ns();
	write_state(t, false, 0);
	service__ready(&t->service, &t->ledger);
	err = loop(t);
	if (err)
		fprintf(stderr, "oomtrace: %s\n", strerror(-err));
	end(t);
	return err;
}

int tracer__run(const struct options *options)
{
	struct tracer t = {
		.options = options,
		.epoll = -1,
		.signals = -1,
		.audit_timer = -1,
		.sink_timer = -1,
		.out = -1,
		.state = {.slot = {.dir = -1, .lock = -1}},
		.report = {.node = &t.node, .sinks = &t.sinks},
	};
	bool lost;
	int err, status;

	service__open(&t.service);
	err = run(&t);
	lost = t.lost_before ||
	       (t.began_ns && (ledger__lost(&t.ledger) || sinks__finished(&t.sinks)));
	lost |= t.watcher && say_lost("incidents", watcher__lost(t.watcher));
	lost |= close_sinks(&t);
	status = err ? 1 : lost ? 3 : 0;
	if (t.unattached && options->fallback == FALLBACK_KLOG) {
		tracer__done(&t);
		status = follow_log(&t);
	} else {
		write_state(&t, true, status);
		tracer__done(&t);
	}
	state__close(&t.state);
	return status;
}
