// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The main job: each raw record is decoded, joined with what user space knows beside it, rendered
 * and written, in one pass without an allocation. One thread, one epoll: the ring, signals, a slow
 * timer.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "clock.h"
#include "decode.h"
#include "execs.h"
#include "history.h"
#include "jsonl.h"
#include "kernel.h"
#include "ledger.h"
#include "node.h"
#include "output.h"
#include "privileges.h"
#include "procfs.h"
#include "text.h"
#include "tracer.h"

#define PROC "/proc"

struct tracer {
	const struct options *options;
	struct kernel *kernel;
	struct ring_buffer *ring;
	struct node node;
	struct ledger ledger;
	struct rec_ledger *books; /* shared with the BPF side; of the set that is being read */
	uint64_t until_ns; /* victims after this moment are in another ring as well; 0: none */
	struct gap gap;	   /* not told yet; from 0: none */
	struct decision_event decision; /* the latest; oom_id 0: none yet */
	uint64_t execs_refreshed;	/* execs counted when the cache was last looked after */
	bool text;
	bool stdout_open;
	int file; /* -1: none */
	int signals;
	int timer;
	int epoll;
	bool stop;
};

/* Static, so that the first record of a machine out of memory finds its pages in place. */
static struct victim_event victim;
static char line[JSONL_LINE_BYTES];
static char shown[TEXT_BYTES];

/* ---- output ---- */

/* A reader that has gone takes nothing more; without a file there is then nothing left to do. */
static void stdout_failed(struct tracer *t, int err)
{
	fprintf(stderr, "oomtrace: stdout: %s%s\n", strerror(-err),
		t->file >= 0 ? "; going on with the file" : "");
	t->stdout_open = false;
	t->stop = t->file < 0;
}

/* Writes the JSON line to the file, and it or the text to stdout. Whether it reached any of them.
 */
static bool emit(struct tracer *t, long json_bytes, long text_bytes)
{
	bool written = false;
	int err;

	if (json_bytes < 0)
		return false;
	if (t->file >= 0) {
		err = output__write(t->file, line, json_bytes);
		if (err)
			fprintf(stderr, "oomtrace: %s: %s\n", t->options->output, strerror(-err));
		written = !err;
	}
	if (t->stdout_open) {
		err = t->text ? output__write(STDOUT_FILENO, shown, text_bytes)
			      : output__write(STDOUT_FILENO, line, json_bytes);
		if (err)
			stdout_failed(t, err);
		written |= !err;
	}
	return written;
}

/* ---- records ---- */

static void join_decision(struct tracer *t, struct victim_event *e)
{
	if (e->oom_id && e->oom_id == t->decision.oom_id)
		e->decision = &t->decision;
	else if (e->oom_id)
		e->decision_err = kernel__has(t->kernel, HOOK_DECISION) ? -ENOENT : -EOPNOTSUPP;
}

/* What the BPF side may not read under lockdown, user space can, as long as the process is there.
 */
static void join_lookups(struct tracer *t, struct victim_event *e)
{
	int err;

	if (e->unread[PART_PIDNS] && !e->unread[PART_PROCESS])
		e->unread[PART_PIDNS] = procfs__pids(PROC, &e->process);
	if (!e->cgroup.id || (e->cgroup.path[0] && e->cgroup.limits_known))
		return;
	err = cgroup_root__look_up(&t->node.cgroups, &e->cgroup);
	e->unread[PART_CGROUP_PATH] = e->cgroup.path[0] ? 0 : err;
	e->unread[PART_CGROUP_LIMITS] = e->cgroup.limits_known ? 0 : err;
}

/* A gap is told as soon as an output takes it. */
static void tell_gap(struct tracer *t)
{
	if (t->gap.from && emit(t, jsonl__gap(line, sizeof(line), &t->node, &t->gap),
				text__gap(shown, sizeof(shown), &t->gap)))
		t->gap.from = 0;
}

static void open_gap(struct tracer *t, uint64_t from, uint64_t to, const char *stage)
{
	if (t->gap.from && t->gap.to + 1 == from && !strcmp(t->gap.stage, stage)) {
		t->gap.to = to;
		return;
	}
	tell_gap(t);
	t->gap = (struct gap){.from = from, .to = to, .stage = stage};
}

/*
 * Whether the victim is the one that comes next. One that was read before comes again if the
 * process died between its line and the ring's next position; numbers that are missing found no
 * room in the ring.
 */
static bool comes_next(struct tracer *t, const struct victim_event *e)
{
	if (e->seq <= t->books->last_seq) {
		t->books->duplicates++;
		return false;
	}
	if (e->seq > t->books->last_seq + 1)
		open_gap(t, t->books->last_seq + 1, e->seq - 1, "ring_full");
	t->books->last_seq = e->seq;
	return !t->until_ns || e->time_ns < t->until_ns;
}

static void count_cgroup(struct tracer *t, const struct victim_event *e)
{
	if (e->cgroup.id && (e->kind == VICTIM_KILLED || e->kind == VICTIM_GROUP_MEMBER))
		ledger__involve(&t->ledger, e->cgroup.id, e->cgroup.path);
}

static void on_victim(struct tracer *t, const void *data)
{
	decode__victim(data, t->node.page_bytes, &victim);
	if (!comes_next(t, &victim))
		return;
	join_decision(t, &victim);
	join_lookups(t, &victim);
	victim.exec = execs__find(t->kernel, PROC, &victim.process, &victim.exec_err);
	tell_gap(t);
	if (emit(t, jsonl__victim(line, sizeof(line), &t->node, &victim),
		 t->text ? text__victim(shown, sizeof(shown), &t->node, &victim) : 0)) {
		t->books->written++;
	} else {
		t->books->lost_output++;
		open_gap(t, victim.seq, victim.seq, "output");
	}
	count_cgroup(t, &victim);
}

static void on_decision(struct tracer *t, const void *data)
{
	struct cgroup_facts *hit = &t->decision.hit;

	decode__decision(data, t->node.page_bytes, &t->decision);
	if (hit->id && !hit->path[0])
		cgroup_root__look_up(&t->node.cgroups, hit);
}

static void on_gone(struct tracer *t, const void *data)
{
	struct exit_event e;

	decode__exit(data, t->node.page_bytes, &e);
	emit(t, jsonl__exit(line, sizeof(line), &t->node, &e),
	     t->text ? text__exit(shown, sizeof(shown), &t->node, &e) : 0);
}

static int on_record(void *context, void *data, size_t size)
{
	struct tracer *t = context;

	t->node.boot_to_real_ns = clock__boot_to_real_ns(t->node.boot_to_real_ns);
	switch (decode__kind(data, size)) {
	case REC_DECISION:
		on_decision(t, data);
		break;
	case REC_VICTIM:
		on_victim(t, data);
		break;
	case REC_EXIT:
		on_gone(t, data);
		break;
	default:
		t->books->lost_decode++;
	}
	return 0;
}

/* ---- the loop ---- */

/* Before as many execs as the cache has room for have gone by, the entries of live processes are
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
	struct signalfd_siginfo info;

	if (read(t->signals, &info, sizeof(info)) == sizeof(info))
		t->stop = true;
}

static void read_books(struct tracer *t)
{
	struct ledger *l = &t->ledger;

	memcpy(&l->books, t->books, sizeof(l->books));
	l->vmstat_known = !procfs__oom_kills(PROC, &l->vmstat_now);
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
	if (t->ledger.vmstat_now == vmstat && t->ledger.books.seq == seq)
		return;
	emit(t, jsonl__audit(line, sizeof(line), &t->node, &t->ledger), 0);
}

static void on_timer(struct tracer *t)
{
	uint64_t expirations;

	if (read(t->timer, &expirations, sizeof(expirations)) != sizeof(expirations))
		return;
	look_after_execs(t);
	tell_gap(t);
	audit(t);
}

static int watch(struct tracer *t, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_loop(struct tracer *t)
{
	const struct itimerspec every = {{t->options->audit_seconds, 0},
					 {t->options->audit_seconds, 0}};
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	t->signals = signalfd(-1, &set, SFD_CLOEXEC);
	t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->signals < 0 || t->timer < 0 || t->epoll < 0 ||
	    timerfd_settime(t->timer, 0, &every, NULL))
		return -errno;
	err = watch(t, t->signals);
	if (!err)
		err = watch(t, t->timer);
	return err ? err : watch(t, ring_buffer__epoll_fd(t->ring));
}

static int loop(struct tracer *t)
{
	struct epoll_event event;

	while (!t->stop) {
		int n = epoll_wait(t->epoll, &event, 1, -1);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 1)
			continue;
		if (event.data.fd == t->signals)
			on_signal(t);
		else if (event.data.fd == t->timer)
			on_timer(t);
		else
			ring_buffer__consume(t->ring);
	}
	ring_buffer__consume(t->ring);
	return 0;
}

/* ---- beginning and end ---- */

static int open_output(struct tracer *t)
{
	const char *path = t->options->output;

	t->stdout_open = !t->options->quiet;
	t->text = t->options->format == FORMAT_TEXT ||
		  (t->options->format == FORMAT_AUTO && isatty(STDOUT_FILENO));
	if (!path)
		return 0;
	t->file = output__open(path);
	if (t->file >= 0)
		return 0;
	fprintf(stderr, "oomtrace: %s: %s%s\n", path, strerror(-t->file),
		t->file == -ELOOP ? " (a symbolic link is not followed: give the file itself)"
				  : "");
	return t->file;
}

/* By default hooks outlive the process where a restart has a file to continue. */
static const char *pin_path(const struct options *o)
{
	if (o->pin == PIN_NEVER || (o->pin == PIN_AUTO && !o->output))
		return NULL;
	return o->pin_path;
}

static int open_ring(struct tracer *t, int fd)
{
	int err;

	t->ring = ring_buffer__new(fd, on_record, t, NULL);
	if (t->ring)
		return 0;
	err = -errno;
	fprintf(stderr, "oomtrace: the ring buffer can't be mapped: %s\n", strerror(-err));
	return err;
}

static int open_kernel(struct tracer *t)
{
	struct kernel_config config = {
		.btf_path = t->options->btf,
		.pin_path = pin_path(t->options),
		.ring_bytes = t->options->ring_bytes,
		.exec_entries = t->options->exec_cache ? execs__entries(PROC) : 0,
		.verbose = t->options->verbose,
	};
	int err;

	err = kernel__open(&t->kernel, &config);
	if (err)
		return err;
	t->books = kernel__ledger(t->kernel);
	t->node.ledger_ns = t->books->began_ns;
	t->ledger.resumable = kernel__facts(t->kernel)->pinned;
	execs__refresh(t->kernel, PROC);
	return open_ring(t, kernel__ring_fd(t->kernel));
}

/*
 * A victim's line may be out although the books don't have it: the process died in between. The
 * file's last line tells.
 */
static void settle_crash(struct tracer *t, const struct history *h)
{
	char uid[NODE_UID_BYTES];

	node__uid(&t->node, t->books->last_seq + 1, uid);
	if (strcmp(uid, h->last_victim))
		return;
	t->books->last_seq++;
	t->books->written++;
}

/* The records of an earlier set that nobody read, in its own numbers. */
static void drain_leftovers(struct tracer *t)
{
	struct leftover left;

	while (!kernel__take_leftover(t->kernel, &left)) {
		struct rec_ledger *books = t->books;
		struct ring_buffer *ring = t->ring;

		if (left.ledger && left.ring_fd >= 0 && !open_ring(t, left.ring_fd)) {
			t->books = left.ledger;
			t->node.ledger_ns = left.ledger->began_ns;
			t->until_ns = left.until_ns;
			ring_buffer__consume(t->ring);
			ring_buffer__free(t->ring);
		}
		t->ring = ring;
		t->books = books;
		t->node.ledger_ns = books->began_ns;
		t->until_ns = 0;
		t->decision.oom_id = 0;
		leftover__free(&left);
	}
}

/* Nothing was attached between the last record of an earlier run and now, unless its hooks were
 * pinned. */
static struct missed count_missed(const struct tracer *t, const struct history *h)
{
	const struct kernel_facts *facts = kernel__facts(t->kernel);
	const struct rec_ledger *books = &t->ledger.books;
	struct missed missed = {0};

	if (facts->taken_over || facts->leftovers || !h->known || !books->vmstat_known)
		return missed;
	missed.known = true;
	missed.kills = books->vmstat_before > h->kills ? books->vmstat_before - h->kills : 0;
	memcpy(missed.since, h->time, sizeof(missed.since));
	return missed;
}

static void say_start(struct tracer *t, const struct history *h)
{
	const struct kernel_facts *facts = kernel__facts(t->kernel);
	struct missed missed;

	read_books(t);
	missed = count_missed(t, h);
	emit(t, jsonl__start(line, sizeof(line), &t->node, facts, &t->ledger, &missed),
	     text__start(shown, sizeof(shown), &t->node, facts, &missed));
}

static void say_stop(struct tracer *t)
{
	read_books(t);
	if (t->books->seq > t->books->last_seq && !t->ledger.resumable)
		open_gap(t, t->books->last_seq + 1, t->books->seq,
			 ledger__lost_shutdown(&t->ledger) ? "shutdown" : "ring_full");
	tell_gap(t);
	emit(t, jsonl__stop(line, sizeof(line), &t->node, &t->ledger),
	     text__stop(shown, sizeof(shown), &t->ledger));
	if (t->options->verbose && text__stop(shown, sizeof(shown), &t->ledger) > 0)
		fputs(shown, stderr);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void tracer__done(struct tracer *t)
{
	ring_buffer__free(t->ring);
	kernel__close(t->kernel);
	node__done(&t->node);
	close_fd(t->file);
	close_fd(t->signals);
	close_fd(t->timer);
	close_fd(t->epoll);
}

int tracer__run(const struct options *options)
{
	struct tracer t = {.options = options, .file = -1, .signals = -1, .timer = -1, .epoll = -1};
	struct history history = {0};
	int err, status = 1;

	err = node__init(&t.node);
	if (err) {
		fprintf(stderr, "oomtrace: /proc can't be read: %s\n", strerror(-err));
		goto out;
	}
	if (options->output)
		history__read(&history, options->output, t.node.boot_id);
	if (open_output(&t) || open_kernel(&t))
		goto out;
	privileges__protect(options->verbose);
	err = open_loop(&t);
	if (!err) {
		settle_crash(&t, &history);
		say_start(&t, &history);
		drain_leftovers(&t);
		err = privileges__drop();
	}
	if (!err)
		err = loop(&t);
	if (err) {
		fprintf(stderr, "oomtrace: setting up the loop: %s\n", strerror(-err));
		goto out;
	}
	say_stop(&t);
	status = ledger__lost(&t.ledger) ? 3 : 0;
out:
	tracer__done(&t);
	return status;
}
