/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Writes one JSON object into a buffer of the caller's. Never allocates. Bytes that are not UTF-8
 * become U+FFFD, control characters are escaped, so that a line is one line and valid JSON whatever
 * a process calls itself.
 */
#ifndef OOMTRACE_JSON_H
#define OOMTRACE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *buf;
	size_t cap;
	size_t len;    /* bytes written; buf[len] is not a NUL */
	bool comma;    /* the next value needs one in front */
	bool overflow; /* something did not fit: what is in buf is no JSON */
};

void json__init(struct json *j, char *buf, size_t cap);

/* key is NULL inside an array and for the outermost object. */
void json__begin_object(struct json *j, const char *key);
void json__end_object(struct json *j);
void json__begin_array(struct json *j, const char *key);
void json__end_array(struct json *j);

void json__null(struct json *j, const char *key);
void json__bool(struct json *j, const char *key, bool value);
void json__u64(struct json *j, const char *key, uint64_t value);
void json__i64(struct json *j, const char *key, int64_t value);
void json__string(struct json *j, const char *key, const char *value); /* NULL: null */
/* Of len bytes, NULs included. */
void json__bytes(struct json *j, const char *key, const char *value, size_t len);

/* What is JSON already. */
void json__raw(struct json *j, const char *key, const char *json);

/* value, or null where it is not known. */
void json__u64_if(struct json *j, const char *key, bool known, uint64_t value);
void json__bool_if(struct json *j, const char *key, bool known, bool value);

/* Ends the line. Returns its length with the newline, or -ENOBUFS if it did not fit. */
long json__end_line(struct json *j);

#endif /* OOMTRACE_JSON_H */
