// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Values of a record by their dotted keys; see value.h. */
#include <string.h>

#include "journal/value.h"
#include "time/form.h"

json_t *value__at(const json_t *record, const char *key)
{
	const json_t *value = record;

	while (value && *key) {
		size_t n = strcspn(key, ".");
		char word[64];

		if (n >= sizeof(word))
			return NULL;
		memcpy(word, key, n);
		word[n] = '\0';
		value = json_object_get(value, word);
		key += n + (key[n] == '.');
	}
	return json_is_null(value) ? NULL : (json_t *)value;
}

const char *value__text(const json_t *record, const char *key)
{
	return json_string_value(value__at(record, key));
}

bool value__is(const json_t *record, const char *key, const char *text)
{
	const char *value = value__text(record, key);

	return value && !strcmp(value, text);
}

bool value__is_of_pod(const json_t *record, const char *pod)
{
	const char *space = value__text(record, "k8s.namespace.name");
	size_t n = space ? strlen(space) : 0;

	if (n && !strncmp(pod, space, n) && pod[n] == '/')
		pod += n + 1;
	return value__is(record, "k8s.pod.name", pod) || value__is(record, "k8s.pod.uid", pod);
}

bool value__is_true(const json_t *record, const char *key)
{
	return json_is_true(value__at(record, key));
}

bool value__number(const json_t *record, const char *key, int64_t *number)
{
	const json_t *value = value__at(record, key);

	if (!json_is_integer(value))
		return false;
	*number = json_integer_value(value);
	return true;
}

bool value__time(const json_t *record, const char *key, int64_t *ns)
{
	const char *text = value__text(record, key);
	struct time_parts p;

	if (!text || !form__is("Y-m-dTH:M:Sfz", text, &p) || !p.zone)
		return false;
	*ns = time_parts__ns(&p);
	return true;
}
