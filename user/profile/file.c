// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Reads profiles from JSON, as schema/profile.schema.json has it:
 *
 *     {"frameworks": [{"name": "images", "like": "aqueduct",
 *                      "rules": [{"program": "serve.py", "role": "manager", "forks": "worker"}]}]}
 *
 * Strict: what would have no effect is an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/reading.h"

/* This also limits how long matching the rules of a file can take. */
#define FILE_BYTES 65536

static const struct member framework_members[] = {
	{"name", offsetof(struct framework, name), PROFILE_NAME_BYTES},
	{"reaction", offsetof(struct framework, reaction), PROFILE_TEXT_BYTES},
	{"advice", offsetof(struct framework, advice), PROFILE_TEXT_BYTES},
};

/* Takes from the other framework what this one does not say itself. */
static int be_like(struct reading *r, const json_t *value, struct framework *framework)
{
	const char *name = json_string_value(value);

	for (size_t i = 0; name && i < r->n_known; i++) {
		const struct framework *other = &r->known[i]->framework;

		if (!other->name || strcmp(other->name, name))
			continue;
		framework->reaction = framework->reaction ? framework->reaction : other->reaction;
		framework->messages = framework->messages ? framework->messages : other->messages;
		framework->advice = framework->advice ? framework->advice : other->advice;
		return 0;
	}
	return reading__refuse(r, "like", "must be the name of a framework that is known");
}

static int read_message(struct reading *r, const json_t *value, struct profile *profile)
{
	static const struct member member = {"message", 0, PROFILE_TEXT_BYTES};
	int err = reading__string(r, &member, value, &profile->message[0].pattern);
	const char *fault = err ? NULL : message__fault(profile->message[0].pattern);

	profile->framework.messages = profile->message;
	return fault ? reading__refuse(r, member.key, "%s", fault) : err;
}

static int read_framework_member(struct reading *r, const char *key, const json_t *value,
				 struct profile *profile)
{
	const struct member *m = member__find(framework_members, N(framework_members), key);

	if (m)
		return reading__string(r, m, value, member__in(&profile->framework, m));
	if (!strcmp(key, "message"))
		return read_message(r, value, profile);
	if (strcmp(key, "like") && strcmp(key, "rules"))
		return reading__refuse(r, key,
				       "is not known; known are name, like, reaction, message, "
				       "advice, rules");
	return 0;
}

static int read_framework_members(struct reading *r, json_t *object, struct profile *profile)
{
	const char *key;
	json_t *value;
	int err;

	json_object_foreach(object, key, value) {
		err = read_framework_member(r, key, value, profile);
		if (err)
			return err;
	}
	return 0;
}

static int check_framework(struct reading *r, const struct profile_file *file,
			   const struct framework *framework)
{
	if (!framework->name)
		return reading__refuse(r, "name", "is missing");
	if (!framework->reaction)
		return reading__refuse(r, "reaction", "is missing; give it, or like");
	for (size_t i = 0; i < file->n; i++)
		if (!strcmp(file->profiles[i].framework.name, framework->name))
			return reading__refuse(r, "name", "is frameworks[%zu]'s already", i);
	return 0;
}

static int read_framework(struct reading *r, json_t *object, struct profile_file *file)
{
	struct profile *profile = &file->profiles[file->n];
	json_t *like = json_object_get(object, "like");
	size_t end = strlen(r->where);
	int err;

	if (!json_is_object(object))
		return reading__refuse(r, NULL, "must be an object");
	err = read_framework_members(r, object, profile);
	if (!err && like)
		err = be_like(r, like, &profile->framework);
	if (!err)
		err = check_framework(r, file, &profile->framework);
	if (err)
		return err;
	file->n++;
	snprintf(r->where + end, sizeof(r->where) - end, ".rules");
	return reading__rules(r, json_object_get(object, "rules"), profile);
}

static int read_frameworks(struct reading *r, json_t *array, struct profile_file *file)
{
	json_t *object;
	size_t i;
	int err;

	json_array_foreach(array, i, object) {
		snprintf(r->where, sizeof(r->where), "frameworks[%zu]", i);
		err = read_framework(r, object, file);
		if (err)
			return err;
	}
	return 0;
}

static int check_document(struct reading *r, json_t *document)
{
	static const char *const keys[] = {"frameworks", "boundaries"};
	const char *key;
	json_t *value;

	if (!json_is_object(document))
		return reading__refuse(r, NULL, "must be an object with frameworks or boundaries");
	json_object_foreach(document, key, value) {
		if (strcmp(key, keys[0]) && strcmp(key, keys[1]))
			return reading__refuse(r, key,
					       "is not known; known are frameworks, boundaries");
		if (!json_is_array(value))
			return reading__refuse(r, key, "must be an array");
	}
	if (!json_object_size(document))
		return reading__refuse(r, NULL, "has neither frameworks nor boundaries");
	return 0;
}

static int read_document(struct reading *r, struct profile_file *file)
{
	json_t *array = json_object_get(file->document, "frameworks");
	json_t *boundaries = json_object_get(file->document, "boundaries");
	int err = check_document(r, file->document);

	if (err)
		return err;
	file->profiles = calloc(json_array_size(array) + 1, sizeof(*file->profiles));
	if (!file->profiles)
		return reading__refuse(r, NULL, "no memory"), -ENOMEM;
	err = read_frameworks(r, array, file);
	if (err || !boundaries)
		return err;
	snprintf(r->where, sizeof(r->where), "boundaries");
	return reading__rules(r, boundaries, &file->profiles[file->n++]);
}

/* The number of bytes, FILE_BYTES + 1 if there are more than FILE_BYTES; or a negative errno. */
static ssize_t read_bytes(const char *path, char bytes[FILE_BYTES + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0, got = 1;

	if (fd < 0)
		return -errno;
	while (got > 0 && n <= FILE_BYTES) {
		got = read(fd, bytes + n, FILE_BYTES + 1 - n);
		if (got < 0)
			n = -errno;
		else
			n += got;
	}
	close(fd);
	return n;
}

static int load(struct reading *r, json_t **document)
{
	static char bytes[FILE_BYTES + 1];
	ssize_t n = read_bytes(r->path, bytes);
	json_error_t error;

	if (n < 0)
		return reading__refuse(r, NULL, "%s", strerror(-n)), n;
	if (n > FILE_BYTES)
		return reading__refuse(r, NULL, "is longer than %d bytes", FILE_BYTES), -EFBIG;
	*document = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
	if (*document)
		return 0;
	snprintf(r->where, sizeof(r->where), "line %d, column %d", error.line, error.column);
	return reading__refuse(r, NULL, "%s", error.text);
}

int profile_file__read(struct profile_file *file, const char *path,
		       const struct profile *const *known, size_t n_known, char *why,
		       size_t why_bytes)
{
	struct reading r = {.path = path,
			    .known = known,
			    .n_known = n_known,
			    .why = why,
			    .why_bytes = why_bytes};
	int err;

	*file = (struct profile_file){0};
	err = load(&r, &file->document);
	if (!err)
		err = read_document(&r, file);
	if (err)
		profile_file__free(file);
	return err;
}

void profile_file__free(struct profile_file *file)
{
	for (size_t i = 0; i < file->n; i++)
		free((void *)file->profiles[i].rules);
	free(file->profiles);
	json_decref(file->document);
}
