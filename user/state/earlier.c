// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The state of the run before, to what stays of it; see earlier.h. At the start only. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "journal/value.h"
#include "state/earlier.h"
#include "state/slot.h"
#include "state/told.h"

/* Whoever may write there may have written anything: what told__parse() takes, status takes again. */
static bool has_last(const char *text, size_t bytes)
{
	char why[TOLD_WHY_BYTES];
	struct told told;

	return told__parse(&told, text, bytes, why) && told.last_seq;
}

void earlier__take(struct earlier *e, const char *text, size_t bytes)
{
	json_t *state = has_last(text, bytes) ? json_loadb(text, bytes, 0, NULL) : NULL;
	json_t *last = value__at(state, "last");
	size_t n = 0;

	if (last && !json_object_set_new(last, "earlier", json_true()))
		n = json_dumpb(last, e->last, sizeof(e->last) - 1,
			       JSON_COMPACT | JSON_ENSURE_ASCII);
	if (!n || n >= sizeof(e->last))
		n = snprintf(e->last, sizeof(e->last), "null");
	e->last[n] = '\0';
	json_decref(state);
}

void earlier__read(struct earlier *e, const char *path)
{
	char *text = malloc(SLOT_BYTES);
	ssize_t n = text ? slot__read(path, text) : 0;

	earlier__take(e, text, n > 0 ? n : 0);
	free(text);
}
