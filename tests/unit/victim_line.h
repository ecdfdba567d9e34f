/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The line of a victim, rendered and compared. */
#ifndef OOMTRACE_TESTS_VICTIM_LINE_H
#define OOMTRACE_TESTS_VICTIM_LINE_H

#include "hostile.h"
#include "line.h"
#include "sample.h"

static char line[JSONL_LINE_BYTES];

static inline void assert_victim(const struct victim_event *e, const struct expected *rows,
				 size_t n)
{
	struct node node = sample_node();

	line__assert_some(line, jsonl__victim(line, sizeof(line), &node, e), rows, n);
}

#define ASSERT_VICTIM(e, rows) assert_victim(e, rows, N_OF(rows))

#define ID  "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define UID "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"

#define IN_POD "/kubepods/besteffort/pod" UID "/cri-containerd-" ID

#endif /* OOMTRACE_TESTS_VICTIM_LINE_H */
