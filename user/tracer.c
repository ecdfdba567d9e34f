// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The main job: each raw record is decoded, joined with what user space knows beside it, rendered and
 * written, in one pass without an allocation. One thread, one epoll: the ring, signals, a slow timer.
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
#include "jsonl.h"
#include "kernel.h"
#include "ledger.h"
#include "node.h"
#include "output.h"
#include "procfs.h"
#include "text.h"
#include "tracer.h"

#define PROC	     "/proc"
#define CARE_SECONDS 60

struct tracer {
	const struct options *options;
	struct kernel *kernel;
	struct ring_buffer *ring;
	struct node node;
	struct ledger ledger;
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

/* Writes the JSON line to the file, and it or the text to stdout. Whether it reached any of them. */
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
		e->decision_err = kernel__has(t->kernel, "oom_kill_process") ? -ENOENT : -EOPNOTSUPP;
}

/* What the BPF side may not read under lockdown, user space can, as long as the process is there. */
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

static void on_victim(struct tracer *t, const void *data)
{
	decode__victim(data, t->node.page_bytes, &victim);
	join_decision(t, &victim);
	join_lookups(t, &victim);
	victim.exec = execs__find(t->kernel, PROC, &victim.process, &victim.exec_err);
	if (emit(t, jsonl__victim(line, sizeof(line), &t->node, &victim),
		 t->text ? text__victim(shown, sizeof(shown), &t->node, &victim) : 0))
		t->ledger.written++;
	else
		t->ledger.lost_output++;
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
		t->ledger.lost_decode++;
	}
	return 0;
}

/* ---- the loop ---- */

/* Before as many execs as the cache has room for have gone by, the entries of live processes are touched. */
static void look_after_execs(struct tracer *t)
{
	uint64_t execs = kernel__counters(t->kernel)->execs;

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

static void on_timer(struct tracer *t)
{
	uint64_t expirations;

	if (read(t->timer, &expirations, sizeof(expirations)) == sizeof(expirations))
		look_after_execs(t);
}

static int watch(struct tracer *t, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_loop(struct tracer *t)
{
	const struct itimerspec every = {{CARE_SECONDS, 0}, {CARE_SECONDS, 0}};
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

static int open_kernel(struct tracer *t)
{
	struct kernel_config config = {
		.btf_path = t->options->btf,
		.ring_bytes = t->options->ring_bytes,
		.exec_entries = t->options->exec_cache ? execs__entries(PROC) : 0,
		.verbose = t->options->verbose,
	};
	int err;

	err = kernel__new(&t->kernel, &config);
	if (!err)
		err = kernel__load(t->kernel);
	if (err)
		return err;
	t->ledger.vmstat_known = !procfs__oom_kills(PROC, &t->ledger.vmstat_before);
	err = kernel__attach(t->kernel);
	if (err)
		return err;
	execs__refresh(t->kernel, PROC);
	t->ring = ring_buffer__new(kernel__ring_fd(t->kernel), on_record, t, NULL);
	if (t->ring)
		return 0;
	err = -errno;
	fprintf(stderr, "oomtrace: the ring buffer can't be mapped: %s\n", strerror(-err));
	return err;
}

static void say_start(struct tracer *t)
{
	const struct kernel_facts *facts = kernel__facts(t->kernel);

	emit(t, jsonl__start(line, sizeof(line), &t->node, facts, &t->ledger),
	     text__start(shown, sizeof(shown), &t->node, facts));
}

static void say_stop(struct tracer *t)
{
	memcpy(&t->ledger.kernel, (const void *)kernel__counters(t->kernel),
	       sizeof(t->ledger.kernel));
	t->ledger.vmstat_known = t->ledger.vmstat_known &&
				 !procfs__oom_kills(PROC, &t->ledger.vmstat_now);
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
	kernel__free(t->kernel);
	node__done(&t->node);
	close_fd(t->file);
	close_fd(t->signals);
	close_fd(t->timer);
	close_fd(t->epoll);
}

int tracer__run(const struct options *options)
{
	struct tracer t = {
		.options = options, .file = -1, .signals = -1, .timer = -1, .epoll = -1};
	int err, status = 1;

	err = node__init(&t.node);
	if (err) {
		fprintf(stderr, "oomtrace: /proc can't be read: %s\n", strerror(-err));
		goto out;
	}
	if (open_output(&t) || open_kernel(&t))
		goto out;
	err = open_loop(&t);
	if (!err) {
		say_start(&t);
		err = loop(&t);
	}
	if (err) {
		fprintf(stderr, "oomtrace: waiting for records: %s\n", strerror(-err));
		goto out;
	}
	say_stop(&t);
	status = ledger__lost(&t.ledger) ? 3 : 0;
out:
	tracer__done(&t);
	return status;
}
