/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Where to listen, as it is given and as it is told: "9642", "10.0.0.7:9642", "[::1]:9642". Pure. */
#ifndef OOMTRACE_ADDRESS_H
#define OOMTRACE_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

#define ADDRESS_TEXT_BYTES (INET6_ADDRSTRLEN + sizeof("[]:65535"))

/* A port alone is one of loopback; 0 is any that is free. 0, or -EINVAL. No name is looked up. */
int address__parse(union address *a, const char *text);

socklen_t address__bytes(const union address *a);
void address__format(char text[ADDRESS_TEXT_BYTES], const union address *a);

#endif /* OOMTRACE_ADDRESS_H */
