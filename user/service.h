/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a service manager is told: that the hooks are live, how it goes, that the loop still turns,
 * and that it ends. The protocol of sd_notify(3); libsystemd is not linked, since it would bring
 * half a dozen libraries into locked memory, and there is none for a static program.
 */
#ifndef OOMTRACE_SERVICE_H
#define OOMTRACE_SERVICE_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "record/ledger.h"

struct service {
	int fd; /* -1: nobody wants to be told */
	struct sockaddr_un manager;
	socklen_t manager_bytes;
	uint64_t watchdog_ns; /* how long it waits for a sign of life; 0: for ever */
	uint64_t alive_ns;    /* CLOCK_BOOTTIME: when the last one was given */
};

/*
 * Whom to tell, by NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. What can't be made out is said on
 * stderr. From here on nothing but sendto() is called.
 */
void service__open(struct service *s);
void service__close(struct service *s);

/* Each waits for at most a second if the manager is behind, and does nothing if there is none. */
void service__ready(struct service *s, const struct ledger *l);
void service__status(const struct service *s, const struct ledger *l);
void service__reloading(const struct service *s); /* until service__ready() */
void service__stopping(const struct service *s);

/* For the loop to call at each turn: gives a sign of life where one is due soon. */
void service__alive(struct service *s);

/* How long the loop may wait for something to happen; -1: for ever. */
int service__wait_ms(const struct service *s);

#endif /* OOMTRACE_SERVICE_H */
