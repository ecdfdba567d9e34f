// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An incident's record to the words for it; see label.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/value.h"
#include "journal/label.h"

#define SHORT_ID 12 /* digits of a container's id, as its runtime shows it */

const char *const standing_words[N_STANDINGS] = {
	[STANDING_BAD] = "inconsistent",
	[STANDING_GOOD] = "consistent",
	[STANDING_UNKNOWN] = "not judged",
};

/* The script of "/usr/bin/python3 -u serve.py --port 80", or else its program, without directory. */
static int put_program(FILE *out, const char *title)
{
	const char *word = title, *program = title;
	size_t n = strcspn(title, " "), len;

	for (; *word; word += len + (word[len] == ' ')) {
		len = strcspn(word, " ");
		if (len > 3 && !strncmp(word + len - 3, ".py", 3)) {
			program = word;
			n = len;
			break;
		}
	}
	for (size_t i = 0; i + 1 < n; i++)
		if (program[i] == '/') {
			program += i + 1;
			n -= i + 1;
			i = (size_t)-1;
		}
	return fprintf(out, "%.*s", (int)n, program);
}

static const json_t *find_pid(const json_t *all, int64_t pid)
{
	const json_t *one;
	size_t i;

	json_array_foreach(all, i, one) {
		int64_t other = -1;

		if (value__number(one, "process.pid", &other) && other == pid)
			return one;
	}
	return NULL;
}

/* The title of the group's first process: its top manager, or whom there is. */
static const char *title_of_group(const json_t *incident)
{
	const json_t *victims = value__at(incident, "victims"), *top = NULL;
	const char *title;
	int64_t pid = -1;

	if (value__number(incident, "group.top_pid", &pid)) {
		top = find_pid(value__at(incident, "survivors"), pid);
		if (!top)
			top = find_pid(victims, pid);
	}
	title = value__text(top ? top : json_array_get(victims, 0), "process.title");
	return title ? title : "?";
}

static void put_group(FILE *out, const json_t *incident)
{
	const char *framework = value__text(incident, "group.framework");

	if (framework)
		fputs(framework, out);
	else
		put_program(out, title_of_group(incident));
}

static void put_container(FILE *out, const json_t *incident)
{
	const char *name = value__text(incident, "container.name");
	const char *id = value__text(incident, "container.id");

	fprintf(out, "container %.*s", name ? (int)strlen(name) : SHORT_ID, name ? name : id);
}

static void put_place(FILE *out, const json_t *incident)
{
	const char *space = value__text(incident, "k8s.namespace.name");
	const char *pod = value__text(incident, "k8s.pod.name");
	const char *uid = value__text(incident, "k8s.pod.uid");
	const char *path = value__text(incident, "oom.hit.path");

	if (!path)
		path = value__text(incident, "oom.victim.path");
	if (pod)
		fprintf(out, "%s%s%s", space ? space : "", space ? "/" : "", pod);
	else if (uid)
		fprintf(out, "pod %s", uid);
	else if (value__text(incident, "container.id") || value__text(incident, "container.name"))
		put_container(out, incident);
	else if (path)
		fputs(path, out);
	else
		fputs(value__is(incident, "oom.constraint", "none") ? "the whole machine"
								    : "place not known",
		      out);
}

static void put_who(FILE *out, const json_t *incident)
{
	const json_t *victim = json_array_get(value__at(incident, "victims"), 0);
	const char *role = value__text(victim, "role");
	int64_t index = 0, of = 0, pid = 0;

	value__number(victim, "process.pid", &pid);
	if (!role || !strcmp(role, "single")) {
		put_program(out, title_of_group(incident));
	} else {
		fputs(role, out);
		if (value__number(victim, "index", &index) && value__number(victim, "of", &of))
			fprintf(out, " %" PRId64 " of %" PRId64, index, of);
		fputs(" of ", out);
		put_group(out, incident);
	}
	fprintf(out, ", pid %" PRId64, pid);
}

static char *text_of(const json_t *incident, void (*put)(FILE *out, const json_t *incident))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	put(out, incident);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static enum standing standing_of(const json_t *incident)
{
	const json_t *consistent = value__at(incident, "consistent");

	if (!consistent)
		return STANDING_UNKNOWN;
	return json_is_true(consistent) ? STANDING_GOOD : STANDING_BAD;
}

int label__read(struct label *l, const json_t *incident)
{
	const char *verdict = value__text(incident, "verdict");
	bool open = !value__is(incident, "state", "closed");

	*l = (struct label){
		.who = text_of(incident, put_who),
		.place = text_of(incident, put_place),
		.group = text_of(incident, put_group),
		.verdict = verdict ? verdict
			   : open  ? "not closed"
				   : "no verdict",
		.standing = standing_of(incident),
	};
	return l->who && l->place && l->group ? 0 : -ENOMEM;
}

void label__free(struct label *l)
{
	free(l->who);
	free(l->place);
	free(l->group);
}
