// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The main job: hooks and outputs are opened, what earlier runs left is settled; then the loop. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/execs.h"
#include "kernel/own_cgroup.h"
#include "kernel/watch.h"
#include "klog/follow.h"
#include "node/clock.h"
#include "output/stream.h"
#include "privileges.h"
#include "record/rehearsal.h"
#include "trace/tracer.h"

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

/* On a terminal the first lines have it; with -q or JSON there is nobody else to say so. */
static void say_unpinned(const struct tracer *t)
{
	const char *why = kernel__facts(t->kernel)->why_unpinned;

	if (why && (t->options->quiet || t->options->pin == PIN_ALWAYS))
		fprintf(stderr, "oomtrace: %s; until then a restart misses kills\n", why);
}

static int open_kernel(struct tracer *t)
{
	struct kernel_config config = {
		.btf_path = t->options->btf,
		.pin_path = pin_path(t->options),
		.ring_bytes = t->options->ring_bytes,
		.scoped = wants_pod(t),
		.exec_entries = t->options->exec_cache ? execs__entries(PROC) : 0,
		.verbose = t->options->verbose,
	};
	int err;

	err = kernel__open(&t->kernel, &config);
	if (err)
		return err;
	say_unpinned(t);
	t->intake = (struct intake){
		.kernel = t->kernel,
		.node = &t->node,
		.ledger = &t->ledger,
		.report = &t->report,
		.books = kernel__ledger(t->kernel),
		.metrics = exporter__metrics(t->exporter),
		.waits = true,
	};
	t->node.ledger_ns = t->intake.books->began_ns;
	t->ledger.resumable = true;
	watch__clear(t->kernel);
	execs__refresh(t->kernel, PROC);
	return tracer__open_ring(t, &t->ring, kernel__ring_fd(t->kernel),
				 kernel__ring_bytes(t->kernel));
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

	tracer__settle_crash(t);
	tracer__read_books(t);
	missed = count_missed(t);
	report__start(&t->report, kernel__facts(t->kernel), &t->ledger, &missed);
	intake__tell_gap(&t->intake);
	tracer__drain_leftovers(t);
	metrics__open_books(t->intake.metrics, t->intake.books, true, clock__boot_ns());
	exporter__begin(t->exporter, kernel__facts(t->kernel), t->intake.books, &t->ledger);
}

/* ---- end ---- */

static void end(struct tracer *t)
{
	struct rec_ledger *b = t->intake.books;

	service__stopping(&t->service);
	t->ledger.resumable = kernel__facts(t->kernel)->pinned;
	tracer__consume_rest(t);
	watcher__end(t->watcher);
	sinks__tick(&t->sinks);
	tracer__look_after_hooks(t);
	tracer__read_books(t);
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
	tracer__write_state(t, false, 0);
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
	err = tracer__open_loop(t);
	if (err)
		fprintf(stderr, "oomtrace: waiting for records: %s\n", strerror(-err));
	return err;
}

/* Where nothing can be attached, the kernel's log is followed, which says as much in the state. */
static int follow_log(struct tracer *t)
{
	struct exporter *exporter = t->exporter;
	int status;

	t->exporter = NULL;
	tracer__done(t);
	t->node.from_log = true;
	t->began_ns = clock__boot_ns();
	tracer__write_state(t, false, 0);
	status = klog_follow__run(t->options, exporter);
	exporter__close(exporter);
	tracer__write_state(t, true, status);
	return status;
}

static int run(struct tracer *t)
{
	int err = set_up(t);

	if (err)
		return err;
	begin(t);
	stream__unblock(STDERR_FILENO);
	privileges__drop(&t->options->finish, t->options->verbose);
	t->began_ns = clock__boot_ns();
	tracer__write_state(t, false, 0);
	service__ready(&t->service, &t->ledger);
	err = tracer__loop(t);
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
		status = follow_log(&t);
	} else {
		tracer__write_state(&t, true, status);
		tracer__done(&t);
	}
	state__close(&t.state);
	return status;
}
