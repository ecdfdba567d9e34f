/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Structs as JSON objects and back, by one table per struct. What is zero or empty is left out, so
 * that an object written by hand needs to say only what matters. Reading is strict.
 *
 * Text survives whatever its bytes: one that is not UTF-8 is \xNN, a backslash is doubled (and both
 * once more, as JSON has it). Text with NULs in it is an array of what is between them.
 */
#ifndef OOMTRACE_FIELDS_H
#define OOMTRACE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "render/json.h"

enum field_type {
	FIELD_UNSIGNED, /* of 4 or 8 bytes; above INT64_MAX as text, which jansson reads no number from */
	FIELD_SIGNED, /* of 4 or 8 bytes */
	FIELD_FLAG,
	FIELD_ERRNO, /* int, 0 or negative: "ENOENT" */
	FIELD_KIND,  /* enum victim_kind: "killed" */
	FIELD_TEXT,
	FIELD_TEXTS,   /* count: how many of its bytes are used */
	FIELD_NUMBERS, /* uint32_t[]; count: how many */
	FIELD_OBJECT,  /* count, where it has one, is a flag: whether it is there */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	size_t bytes; /* of all of it */
	size_t count; /* offset of a uint32_t, or of the flag; 0: none */
	const struct fields *object;
};

struct fields {
	const struct field *rows;
	size_t n;
};

/* The longest text of a field, each byte escaped. */
#define FIELDS_TEXT_BYTES (4 * 4096 + 1)
#define FIELDS_WHY_BYTES  512

/* asm-generic/errno.h: the last that has a name is EHWPOISON, 133; mips goes up to EDQUOT, 1133. */
#define FIELDS_ERRNO_MAX 1200

/* Into the object that is open in j. */
void fields__write(const struct fields *fields, const void *from, struct json *j);

/*
 * From object, into zeros at to. name is where object was found; what is wrong with it is said as
 * "name.key: must be true or false", fit for a terminal. 0, or -EINVAL.
 */
int fields__read(const struct fields *fields, const char *name, json_t *object, void *to,
		 char why[FIELDS_WHY_BYTES]);

#endif /* OOMTRACE_FIELDS_H */
