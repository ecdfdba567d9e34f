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
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/pattern.h"
#include "profile/rules.h"
#include "render/utf8.h"

/* Also the bound on how long the rules of a file can take. */
#define FILE_BYTES    65536
#define PATTERN_BYTES 256
#define COMM_BYTES    15

/* Which file is read, and where in it we are. */
struct reading {
	const char *path;
	char where[96]; /* "frameworks[2].rules[0]" */
	const struct profile *const *known;
	size_t n_known;
	char *why;
	size_t why_bytes;
};

struct member {
	const char *key;
	size_t offset; /* of the char pointer it is for */
	size_t bytes;  /* that it may have, its NUL included */
};

static const struct member framework_members[] = {
	{"name", offsetof(struct framework, name), PROFILE_NAME_BYTES},
	{"reaction", offsetof(struct framework, reaction), PROFILE_TEXT_BYTES},
	{"advice", offsetof(struct framework, advice), PROFILE_TEXT_BYTES},
};

/* Those of boundaries first. */
static const struct member rule_members[] = {
	{"executable", offsetof(struct rule, executable), PATTERN_BYTES},
	{"program", offsetof(struct rule, program), PATTERN_BYTES},
	{"argument", offsetof(struct rule, argument), PATTERN_BYTES},
	{"title", offsetof(struct rule, title), PATTERN_BYTES},
	{"comm", offsetof(struct rule, comm), PATTERN_BYTES},
	{"label", offsetof(struct rule, label), PROFILE_LABEL_BYTES},
};

#define N(array)	   (sizeof(array) / sizeof((array)[0]))
#define N_PATTERNS	   5
#define N_BOUNDARY_MEMBERS 3

static const char **string_at(void *object, const struct member *m)
{
	return (const char **)((char *)object + m->offset);
}

__attribute__((format(printf, 3, 4))) static int refuse(struct reading *r, const char *key,
							const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(r->why, r->why_bytes, "%s: %s%s%s%s%s", r->path, r->where,
		 *r->where && key ? "." : "", key ? key : "", *r->where || key ? ": " : "", what);
	/* Names and jansson's excerpts are the file's. */
	utf8__make_printable(r->why);
	return -EINVAL;
}

static const char *pattern_fault(const struct member *m, const char *pattern)
{
	const char *fault = pattern__fault(pattern);

	if (fault)
		return fault;
	if (!pattern__least(pattern))
		return "matches everything; leave it away or say more";
	if (!strcmp(m->key, "comm") && pattern__least(pattern) > COMM_BYTES)
		return "no comm has more than 15 bytes; cut it there";
	return NULL;
}

const char *rule__fault(const struct rule *rule, const char **key)
{
	size_t patterns = 0, labels = rule->label != NULL;

	for (size_t i = 0; i < N_PATTERNS; i++) {
		const char *pattern = *string_at((void *)rule, &rule_members[i]);
		const char *fault = pattern ? pattern_fault(&rule_members[i], pattern) : NULL;

		*key = rule_members[i].key;
		if (fault)
			return fault;
		patterns += pattern != NULL;
		labels += pattern && pattern__has_label(pattern);
	}
	*key = NULL;
	if (!patterns)
		return "matches everything; give one of executable, program, argument, title, comm";
	if (labels > 1)
		return "has more than one label";
	if ((rule->title || rule->comm) && (rule->launched || rule->boundary || rule->forks))
		return "launched and forks say nothing where title or comm is given";
	return NULL;
}

static const struct member *find_member(const struct member *members, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(members[i].key, key))
			return &members[i];
	return NULL;
}

/* *string stays the document's. */
static int read_string(struct reading *r, const struct member *m, const json_t *value,
		       const char **string)
{
	if (!json_is_string(value))
		return refuse(r, m->key, "must be a string");
	if (!json_string_length(value))
		return refuse(r, m->key, "is empty; leave it away");
	if (json_string_length(value) >= m->bytes)
		return refuse(r, m->key, "is longer than %zu bytes", m->bytes - 1);
	*string = json_string_value(value);
	return 0;
}

static int read_role(struct reading *r, const char *key, const json_t *value, enum role *role)
{
	static const char *const names[] = {
		[ROLE_MANAGER] = "manager",
		[ROLE_WORKER] = "worker",
		[ROLE_SUB_WORKER] = "sub_worker",
		[ROLE_HELPER] = "helper",
	};
	const char *name = json_string_value(value);

	for (size_t i = ROLE_MANAGER; name && i < N(names); i++) {
		if (!strcmp(names[i], name)) {
			*role = i;
			return 0;
		}
	}
	return refuse(r, key, "must be manager, worker, sub_worker or helper");
}

static bool *flag_at(struct rule *rule, const char *key)
{
	if (!strcmp(key, "launched"))
		return &rule->launched;
	return strcmp(key, "passing") ? NULL : &rule->passing;
}

static int read_rule_member(struct reading *r, const char *key, const json_t *value,
			    struct rule *rule)
{
	size_t n = rule->boundary ? N_BOUNDARY_MEMBERS : N(rule_members);
	const struct member *m = find_member(rule_members, n, key);
	bool *flag = flag_at(rule, key);

	if (m)
		return read_string(r, m, value, string_at(rule, m));
	if (rule->boundary)
		return refuse(r, key, "is not known here; known are executable, program, argument");
	if (!strcmp(key, "role"))
		return read_role(r, key, value, &rule->role);
	if (!strcmp(key, "forks"))
		return read_role(r, key, value, &rule->forks);
	if (!flag)
		return refuse(r, key,
			      "is not known; known are executable, program, argument, title, "
			      "comm, label, role, forks, launched, passing");
	if (!json_is_boolean(value))
		return refuse(r, key, "must be true or false");
	*flag = json_is_true(value);
	return 0;
}

static int read_rule(struct reading *r, json_t *object, struct rule *rule)
{
	const char *key, *fault;
	json_t *value;
	int err;

	if (!json_is_object(object))
		return refuse(r, NULL, "must be an object");
	json_object_foreach(object, key, value) {
		err = read_rule_member(r, key, value, rule);
		if (err)
			return err;
	}
	fault = rule__fault(rule, &key);
	return fault ? refuse(r, key, "%s", fault) : 0;
}

/* Of a framework or, where that has no name, of the boundaries. */
static int read_rules(struct reading *r, json_t *array, struct profile *profile)
{
	size_t n = json_array_size(array), end = strlen(r->where), i;
	bool boundary = !profile->framework.name;
	struct rule *rules;
	json_t *rule;
	int err;

	if (!n)
		return refuse(r, NULL, "must be an array with at least one rule");
	rules = calloc(n, sizeof(*rules));
	if (!rules)
		return refuse(r, NULL, "no memory"), -ENOMEM;
	profile->rules = rules;
	json_array_foreach(array, i, rule) {
		snprintf(r->where + end, sizeof(r->where) - end, "[%zu]", i);
		rules[i].boundary = boundary;
		err = read_rule(r, rule, &rules[i]);
		if (err)
			return err;
	}
	profile->n = n;
	r->where[end] = '\0';
	return 0;
}

/* What the other one does, this one does too, except for what it says itself. */
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
	return refuse(r, "like", "must be the name of a framework that is known");
}

static int read_message(struct reading *r, const json_t *value, struct profile *profile)
{
	static const struct member member = {"message", 0, PROFILE_TEXT_BYTES};
	int err = read_string(r, &member, value, &profile->message[0].pattern);
	const char *fault = err ? NULL : message__fault(profile->message[0].pattern);

	profile->framework.messages = profile->message;
	return fault ? refuse(r, member.key, "%s", fault) : err;
}

static int read_framework_member(struct reading *r, const char *key, const json_t *value,
				 struct profile *profile)
{
	const struct member *m = find_member(framework_members, N(framework_members), key);

	if (m)
		return read_string(r, m, value, string_at(&profile->framework, m));
	if (!strcmp(key, "message"))
		return read_message(r, value, profile);
	if (strcmp(key, "like") && strcmp(key, "rules"))
		return refuse(r, key,
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
		return refuse(r, "name", "is missing");
	if (!framework->reaction)
		return refuse(r, "reaction", "is missing; give it, or like");
	for (size_t i = 0; i < file->n; i++)
		if (!strcmp(file->profiles[i].framework.name, framework->name))
			return refuse(r, "name", "is frameworks[%zu]'s already", i);
	return 0;
}

static int read_framework(struct reading *r, json_t *object, struct profile_file *file)
{
	struct profile *profile = &file->profiles[file->n];
	json_t *like = json_object_get(object, "like");
	size_t end = strlen(r->where);
	int err;

	if (!json_is_object(object))
		return refuse(r, NULL, "must be an object");
	err = read_framework_members(r, object, profile);
	if (!err && like)
		err = be_like(r, like, &profile->framework);
	if (!err)
		err = check_framework(r, file, &profile->framework);
	if (err)
		return err;
	file->n++;
	snprintf(r->where + end, sizeof(r->where) - end, ".rules");
	return read_rules(r, json_object_get(object, "rules"), profile);
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
		return refuse(r, NULL, "must be an object with frameworks or boundaries");
	json_object_foreach(document, key, value) {
		if (strcmp(key, keys[0]) && strcmp(key, keys[1]))
			return refuse(r, key, "is not known; known are frameworks, boundaries");
		if (!json_is_array(value))
			return refuse(r, key, "must be an array");
	}
	if (!json_object_size(document))
		return refuse(r, NULL, "has neither frameworks nor boundaries");
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
		return refuse(r, NULL, "no memory"), -ENOMEM;
	err = read_frameworks(r, array, file);
	if (err || !boundaries)
		return err;
	snprintf(r->where, sizeof(r->where), "boundaries");
	return read_rules(r, boundaries, &file->profiles[file->n++]);
}

/* The number of bytes, of which there can be one too many, or a negative errno. */
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
		return refuse(r, NULL, "%s", strerror(-n)), n;
	if (n > FILE_BYTES)
		return refuse(r, NULL, "is longer than %d bytes", FILE_BYTES), -EFBIG;
	*document = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
	if (*document)
		return 0;
	snprintf(r->where, sizeof(r->where), "line %d, column %d", error.line, error.column);
	return refuse(r, NULL, "%s", error.text);
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
