// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From the counts to the datagrams of sd_notify(3); see service.h. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "node/clock.h"
#include "service.h"

#define NS_PER_US 1000u
#define NS_PER_MS 1000000u

/* ---- whom to tell ---- */

/* "/run/systemd/notify", or "@name" in the abstract namespace. */
static int read_address(struct service *s, const char *text)
{
	size_t len = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || !text[1])
		return -EAFNOSUPPORT;
	if (len >= sizeof(s->manager.sun_path))
		return -ENAMETOOLONG;
	s->manager.sun_family = AF_UNIX;
	memcpy(s->manager.sun_path, text, len + 1);
	if (text[0] == '@')
		s->manager.sun_path[0] = '\0';
	s->manager_bytes = offsetof(struct sockaddr_un, sun_path) + len + (text[0] == '/');
	return 0;
}

static int open_socket(struct service *s, const char *address)
{
	const struct timeval patience = {.tv_sec = 1};
	int err = read_address(s, address);

	if (err)
		return err;
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return 0;
}

/* The number that a variable has; 0: none. */
static uint64_t read_number(const char *name)
{
	const char *text = getenv(name);
	unsigned long long n;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	n = strtoull(text, &end, 10);
	return errno || *end ? 0 : n;
}

/* WATCHDOG_PID: the variables may have been meant for the one that started this process. */
static uint64_t read_watchdog_ns(void)
{
	uint64_t us = read_number("WATCHDOG_USEC");

	if (getenv("WATCHDOG_PID") && read_number("WATCHDOG_PID") != (uint64_t)getpid())
		return 0;
	return us > UINT64_MAX / NS_PER_US ? 0 : us * NS_PER_US;
}

void service__open(struct service *s)
{
	const char *address = getenv("NOTIFY_SOCKET");
	int err;

	*s = (struct service){.fd = -1};
	if (!address)
		return;
	err = open_socket(s, address);
	if (err)
		fprintf(stderr,
			"oomtrace: NOTIFY_SOCKET: %s: the service manager is told nothing\n",
			strerror(-err));
	else
		s->watchdog_ns = read_watchdog_ns();
}

void service__close(struct service *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* ---- what to tell ---- */

static void tell(const struct service *s, const char *text)
{
	if (s->fd >= 0)
		sendto(s->fd, text, strlen(text), MSG_NOSIGNAL,
		       (const struct sockaddr *)&s->manager, s->manager_bytes);
}

/* "3 kills recorded, 0 lost; the kernel's count agrees" */
static void tell_counts(const struct service *s, const char *first, const struct ledger *l)
{
	int64_t unexplained = ledger__unexplained(l);
	char text[256], kernel[64] = "the kernel keeps no count";

	if (l->vmstat_known && l->books.vmstat_known && !unexplained)
		snprintf(kernel, sizeof(kernel), "the kernel's count agrees");
	else if (l->vmstat_known && l->books.vmstat_known)
		snprintf(kernel, sizeof(kernel), "the kernel counts %" PRId64 " %s",
			 unexplained < 0 ? -unexplained : unexplained,
			 unexplained < 0 ? "fewer" : "more");
	snprintf(text, sizeof(text), "%sSTATUS=%" PRIu64 " kills recorded, %" PRIu64 " lost; %s",
		 first, (uint64_t)l->books.written, ledger__lost(l), kernel);
	tell(s, text);
}

void service__ready(struct service *s, const struct ledger *l)
{
	s->alive_ns = clock__boot_ns();
	tell_counts(s, "READY=1\n", l);
}

void service__status(const struct service *s, const struct ledger *l)
{
	tell_counts(s, "", l);
}

/* Type=notify-reload tells the READY=1 that follows from an earlier one by the time. */
void service__reloading(const struct service *s)
{
	struct timespec now;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		 (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / NS_PER_US);
	tell(s, text);
}

void service__stopping(const struct service *s)
{
	tell(s, "STOPPING=1");
}

/* ---- the watchdog ---- */

/* Half of what it waits for has passed at most. A turn that comes anyway is used before that. */
void service__alive(struct service *s)
{
	uint64_t now = s->watchdog_ns ? clock__boot_ns() : 0;

	if (!s->watchdog_ns || now - s->alive_ns < s->watchdog_ns / 4)
		return;
	s->alive_ns = now;
	tell(s, "WATCHDOG=1");
}

int service__wait_ms(const struct service *s)
{
	uint64_t due = s->alive_ns + s->watchdog_ns / 2, now = clock__boot_ns();
	uint64_t ms = due > now ? (due - now) / NS_PER_MS + 1 : 0;

	return !s->watchdog_ns ? -1 : ms > INT32_MAX ? INT32_MAX : (int)ms;
}
