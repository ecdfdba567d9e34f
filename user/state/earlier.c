// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The state of the run before, to what stays of it; see earlier.h. At the start only. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "journal/value.h"
#include "render/json.h"
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

/* As all that is written is: what a stranger put there is escaped. A state has no other types. */
static void put(struct json *j, const char *key, json_t *value)
{
	const char *inner_key;
	json_t *inner;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json__begin_object(j, key);
		json_object_foreach(value, inner_key, inner)
			put(j, inner_key, inner);
		json__end_object(j);
		break;
	case JSON_STRING:
		json__bytes(j, key, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		json__i64(j, key, json_integer_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		json__bool(j, key, json_is_true(value));
		break;
	default:
		json__null(j, key);
	}
}

void earlier__take(struct earlier *e, const char *text, size_t bytes)
{
	json_t *state = has_last(text, bytes) ? json_loadb(text, bytes, 0, NULL) : NULL;
	json_t *last = value__at(state, "last");
	struct json j;

	json__init(&j, e->last, sizeof(e->last) - 1);
	if (last && !json_object_set_new(last, "earlier", json_true()))
		put(&j, NULL, last);
	if (!j.len || j.overflow)
		j.len = snprintf(e->last, sizeof(e->last), "null");
	e->last[j.len] = '\0';
	json_decref(state);
}

void earlier__read(struct earlier *e, const char *path)
{
	char *text = malloc(SLOT_BYTES);
	ssize_t n = text ? slot__read(path, text) : 0;

	earlier__take(e, text, n > 0 ? n : 0);
	free(text);
}
