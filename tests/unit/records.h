/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Raw records as the kernel side writes them, and what is decoded of them. */
#ifndef OOMTRACE_TESTS_RECORDS_H
#define OOMTRACE_TESTS_RECORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/decode.h"

#define PAGE_BYTES 4096

/*
 * A record and its tail at an odd address, allocated to the byte: the sanitizer sees an access that
 * is misaligned or beyond.
 */
static inline void *place(void **room, const void *rec, size_t rec_bytes, const char *tail,
			  size_t tail_bytes)
{
	char *data;

	*room = malloc(rec_bytes + tail_bytes + 1);
	data = (char *)*room + 1;
	memcpy(data, rec, rec_bytes);
	memcpy(data + rec_bytes, tail, tail_bytes);
	return data;
}

static inline struct rec_victim victim_with(uint32_t path_bytes)
{
	return (struct rec_victim){
		.header = {.kind = REC_VICTIM, .size = sizeof(struct rec_victim) + path_bytes},
		.cgroup = {.id = 7, .path_bytes = path_bytes},
	};
}

static inline struct rec_decision decision_with(uint32_t path_bytes)
{
	return (struct rec_decision){
		.header = {.kind = REC_DECISION, .size = sizeof(struct rec_decision) + path_bytes},
		.hit = {.id = 7, .path_bytes = path_bytes},
	};
}

#endif /* OOMTRACE_TESTS_RECORDS_H */
