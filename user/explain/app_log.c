// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Claims of a log; see app_log.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain/app_log.h"
#include "journal/lines.h"

#define LINE_BYTES 16384 /* of a line: what follows is not searched */
#define HEAD_BYTES 64	 /* of a line: its time is among them */
#define ID_DIGITS  64

/* The beginning of the last line that may have had a time. */
struct head {
	char text[HEAD_BYTES];
	size_t len;
};

/* A file of /var/log/containers has the container's id in its name: "pod_ns_name-64hex.log". */
static uint64_t container_key(const char *name)
{
	size_t digits = 0;

	for (const char *s = name; *s; s++) {
		digits = isxdigit((unsigned char)*s) ? digits + 1 : 0;
		if (digits == ID_DIGITS && !isxdigit((unsigned char)s[1])) {
			char first[17];

			memcpy(first, s + 1 - ID_DIGITS, 16);
			first[16] = '\0';
			return strtoull(first, NULL, 16);
		}
	}
	return 0;
}

/* A digit before a colon may be a time; it is parsed only if a later claim needs it. */
static void keep_head(struct head *head, struct text line)
{
	size_t len = line.len < HEAD_BYTES ? line.len : HEAD_BYTES;
	const char *colon = memchr(line.at, ':', len);

	if (!colon || colon == line.at || !isdigit((unsigned char)colon[-1]))
		return;
	memcpy(head->text, line.at, len);
	head->len = len;
}

static int add(struct app_log *log, const struct claim *claim)
{
	if (log->n == APP_LOG_CLAIMS) {
		log->left_out++;
		return 0;
	}
	if (log->n == log->room) {
		size_t room = log->room ? 2 * log->room : 16;
		void *grown = realloc(log->claims, room * sizeof(*log->claims));

		if (!grown)
			return -ENOMEM;
		log->claims = grown;
		log->room = room;
	}
	log->claims[log->n++] = *claim;
	return 0;
}

static int take_line(struct app_log *log, const struct profiles *profiles,
		     const struct log_time_rules *rules, struct text line, struct head *head)
{
	struct claim claim;

	if (!claim__read(&claim, profiles, rules, line)) {
		keep_head(head, line);
		return 0;
	}
	claim.line = log->lines;
	if (!claim.time.known) {
		struct log_time before =
			log_time__find((struct text){head->text, head->len}, rules);

		if (before.known)
			claim.after_ns = before.ns;
	}
	keep_head(head, line);
	return add(log, &claim);
}

int app_log__read(struct app_log *log, const char *name, FILE *file,
		  const struct profiles *profiles, const struct log_time_rules *rules)
{
	struct head head = {0};
	struct lines l;
	struct text line;
	int err;

	*log = (struct app_log){.name = name, .container = container_key(name)};
	err = lines__init(&l, file, LINE_BYTES);
	while (!err && lines__next(&l, &line)) {
		log->lines = l.number;
		err = take_line(log, profiles, rules, line, &head);
	}
	lines__done(&l);
	return !err && ferror(file) ? -errno : err;
}

void app_log__free(struct app_log *log)
{
	free(log->claims);
}

int64_t app_log__earliest(const struct app_log *log)
{
	int64_t ns = INT64_MAX;

	for (size_t i = 0; i < log->n; i++) {
		const struct claim *c = &log->claims[i];
		int64_t when = c->time.known ? c->time.ns : c->after_ns;

		if (c->sense == SENSE_DEAD && when < ns)
			ns = when;
	}
	return ns;
}

const struct claim *app_log__before(const struct app_log *log, const struct claim *claim,
				    enum sense sense)
{
	for (const struct claim *c = claim; claim->pid && c-- > log->claims;)
		if (c->sense == sense && c->pid == claim->pid)
			return c;
	return NULL;
}
