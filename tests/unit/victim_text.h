/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The text of a victim, and what is rendered in its tests. */
#ifndef OOMTRACE_TESTS_VICTIM_TEXT_H
#define OOMTRACE_TESTS_VICTIM_TEXT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "hostile.h"
#include "render/text.h"
#include "render/utf8.h"
#include "sample.h"

static char text[TEXT_BYTES];

static inline const char *victim_text(const struct victim_event *e)
{
	struct node node = sample_node();
	long len = text__victim(text, sizeof(text), &node, e);

	assert_int_equal(strlen(text), len);
	return text;
}

static const struct kernel_facts hooked = {
	.hooks = (const struct hook_state[]){{.how = "kprobe"}, {.how = "fentry"}, {.why = "no"}},
	.n_hooks = 3,
};

#endif /* OOMTRACE_TESTS_VICTIM_TEXT_H */
