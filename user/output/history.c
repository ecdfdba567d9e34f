// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The end of an earlier run's output; see history.h. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/history.h"

#define TAIL_BYTES (256 * 1024)

static const char *string_of(const json_t *record, const char *key)
{
	const char *s = json_string_value(json_object_get(record, key));

	return s ? s : "";
}

/* The kernel's count that a record gives: of start its baseline, of audit and stop the count
 * itself. */
static const json_t *count_of(const json_t *record)
{
	const json_t *baseline = json_object_get(record, "baseline");

	if (baseline)
		return json_object_get(baseline, "vmstat_oom_kill");
	return json_object_get(json_object_get(record, "kernel"), "vmstat_oom_kill_since_boot");
}

static bool is_counted_kill(const json_t *record)
{
	const char *kind = string_of(json_object_get(record, "oom"), "kind");

	return !strcmp(string_of(record, "type"), "oom_kill") &&
	       (!strcmp(kind, "killed") || !strcmp(kind, "group_member"));
}

static void take(struct history *h, const json_t *record, const char *boot_id)
{
	const json_t *count = count_of(record);

	if (strcmp(string_of(record, "boot_id"), boot_id))
		return;
	if (json_is_integer(count)) {
		h->known = true;
		h->kills = json_integer_value(count);
	} else if (h->known && is_counted_kill(record)) {
		h->kills++;
	}
	snprintf(h->time, sizeof(h->time), "%s", string_of(record, "time"));
}

/* The last bytes of a file, NUL-terminated; NULL if there are none. The caller frees it. */
static char *read_tail(const char *path)
{
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;
	off_t from;
	int fd;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		from = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;
		text = malloc(TAIL_BYTES + 1);
		n = text ? pread(fd, text, TAIL_BYTES, from) : -1;
	}
	close(fd);
	if (n < 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

void history__read(struct history *h, const char *path, const char *boot_id)
{
	char *text = read_tail(path), *rest = text, *line;

	*h = (struct history){0};
	while (rest && (line = strsep(&rest, "\n"))) {
		json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		take(h, record, boot_id);
		json_decref(record);
	}
	free(text);
}
