/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One line of Prometheus' text format, written and read:
 *
 *   oomtrace_records_total{outcome="seen"} 3
 */
#ifndef OOMTRACE_SAMPLE_H
#define OOMTRACE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAMPLE_LABELS	   5
#define SAMPLE_NAME_BYTES  64
#define SAMPLE_VALUE_BYTES 256
/* Each byte of a value may have a backslash before it. */
#define SAMPLE_LINE_BYTES (SAMPLE_NAME_BYTES + SAMPLE_LABELS * (32 + 2 * SAMPLE_VALUE_BYTES) + 32)

struct label {
	const char *key;
	const char *value; /* printable UTF-8 */
};

/* The line, with its newline: its length. key NULL ends the labels before SAMPLE_LABELS. */
size_t sample__write(char line[SAMPLE_LINE_BYTES], const char *name,
		     const struct label labels[SAMPLE_LABELS], int64_t value);

struct sample {
	char name[SAMPLE_NAME_BYTES];
	size_t n_labels;
	struct {
		char key[SAMPLE_NAME_BYTES];
		char value[SAMPLE_VALUE_BYTES];
	} labels[SAMPLE_LABELS];
	bool whole; /* value is the number: it is neither negative nor too large, nor a fraction */
	uint64_t value;
};

/* From a line without its newline. False: it is none that sample__write() would write. */
bool sample__read(struct sample *s, const char *line);

/* Whether it has these labels and no others, in this order. */
bool sample__has_labels(const struct sample *s, const char *const keys[], size_t n);

#endif /* OOMTRACE_SAMPLE_H */
