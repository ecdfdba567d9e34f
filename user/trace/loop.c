// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * One epoll waits for records, signals, a reader of stdout, and timers: one thread; see tracer.h. What
 * can wait is done when nothing else is to be.
 */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "kernel/execs.h"
#include "signals.h"
#include "trace/tracer.h"

#define SINK_TICK_SECONDS 1
#define SYNC_QUIET_MS	  10

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

/*
 * Once for all that come in a row: what comes while the disk is busy waits for it. A row that does
 * not end is synced by the sinks' timer, and when half of their memory is taken.
 */
static void sync_sinks(struct tracer *t)
{
	struct epoll_event event;

	if (sinks__want_sync(&t->sinks) && !epoll_wait(t->epoll, &event, 1, SYNC_QUIET_MS))
		sinks__sync(&t->sinks);
	intake__count_written(&t->intake);
}

/* Idle costs no wake-up: room on stdout is waited for, and the timer runs, only for lines there. */
static void arm_timer(struct tracer *t)
{
	bool ticks = sinks__needs_tick(&t->sinks) || t->ring_err;

	if (ticks != t->sink_timer_on && !set_timer(t->sink_timer, ticks * SINK_TICK_SECONDS))
		t->sink_timer_on = ticks;
}

static void on_event(struct tracer *t, int fd)
{
	if (fd == t->signals) {
		on_signal(t);
	} else if (fd == t->audit_timer && expired(fd)) {
		look_after_execs(t);
		tracer__look_after_hooks(t);
		pods__refresh(t->pods);
		tracer__audit(t);
		tracer__write_state(t, false, 0);
		service__status(&t->service, &t->ledger);
	} else if (fd == t->sink_timer && expired(fd)) {
		sinks__tick(&t->sinks);
		intake__tell_gap(&t->intake);
	} else if (fd == t->ring.fd) {
		tracer__consume(t);
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

int tracer__loop(struct tracer *t)
{
	struct epoll_event event;

	while (!t->stop && !sinks__finished(&t->sinks)) {
		int n;

		arm_stdout(t);
		sync_sinks(t);
		arm_timer(t);
		service__alive(&t->service);
		n = epoll_wait(t->epoll, &event, 1, wait_ms(t));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 1)
			on_event(t, event.data.fd);
		if (t->ring_err)
			tracer__consume(t);
		watcher__work(t->watcher);
		exporter__work(t->exporter, watcher__lost(t->watcher));
		tracer__keep_state(t);
	}
	return 0;
}

int tracer__open_loop(struct tracer *t)
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
