/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Bytes as one number (FNV-1a): the same on each machine, no match for who wants two to be equal. */
#ifndef OOMTRACE_HASH_H
#define OOMTRACE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_OF_NOTHING 0xcbf29ce484222325

static inline uint64_t hash__bytes(uint64_t hash, const void *data, size_t bytes)
{
	const unsigned char *b = data;

	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ b[i]) * 0x100000001b3;
	return hash;
}

static inline uint64_t hash__text(uint64_t hash, const char *text)
{
	return hash__bytes(hash, text, strlen(text));
}

#endif /* OOMTRACE_HASH_H */
