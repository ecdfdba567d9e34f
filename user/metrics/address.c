// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An address and its text; see address.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/address.h"

static bool parse_port(const char *text, in_port_t *port)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long number = strtoul(text, NULL, 10);

	*port = htons(number);
	return digits && digits <= 5 && !text[digits] && number <= UINT16_MAX;
}

/* n bytes at text are a number of the family, and nothing else. */
static bool parse_host(int family, const char *text, size_t n, void *host)
{
	char number[INET6_ADDRSTRLEN];

	if (n >= sizeof(number))
		return false;
	memcpy(number, text, n);
	number[n] = '\0';
	return inet_pton(family, number, host) == 1;
}

static bool parse_v6(union address *a, const char *text)
{
	const char *end = strstr(text, "]:");

	a->v6.sin6_family = AF_INET6;
	return end && parse_host(AF_INET6, text + 1, end - text - 1, &a->v6.sin6_addr) &&
	       parse_port(end + 2, &a->v6.sin6_port);
}

static bool parse_v4(union address *a, const char *text)
{
	const char *colon = strchr(text, ':');

	a->v4.sin_family = AF_INET;
	a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (colon && !parse_host(AF_INET, text, colon - text, &a->v4.sin_addr))
		return false;
	return parse_port(colon ? colon + 1 : text, &a->v4.sin_port);
}

int address__parse(union address *a, const char *text)
{
	memset(a, 0, sizeof(*a));
	return (*text == '[' ? parse_v6(a, text) : parse_v4(a, text)) ? 0 : -EINVAL;
}

socklen_t address__bytes(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

void address__format(char text[ADDRESS_TEXT_BYTES], const union address *a)
{
	bool v6 = a->any.sa_family == AF_INET6;
	const void *host = v6 ? (const void *)&a->v6.sin6_addr : &a->v4.sin_addr;
	char number[INET6_ADDRSTRLEN] = "";

	inet_ntop(a->any.sa_family, host, number, sizeof(number));
	snprintf(text, ADDRESS_TEXT_BYTES, v6 ? "[%s]:%u" : "%s:%u", number,
		 ntohs(v6 ? a->v6.sin6_port : a->v4.sin_port));
}
