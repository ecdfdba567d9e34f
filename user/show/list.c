// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Records to stdout; see list.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "journal/value.h"
#include "show/list.h"

#define COLUMNS_LEAST 40

/* Of the terminal; 0: there is none, nobody has to see a line as a whole. */
static size_t columns_of_terminal(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 0;
	return size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
}

/* See no-color.org. */
static bool wants_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       !(terminal && !strcmp(terminal, "dumb"));
}

int list__init(struct list *l, bool json, uint32_t last)
{
	size_t room = last == LIST_ALL ? 0 : last;

	*l = (struct list){
		.style = {columns_of_terminal(), wants_color(), false},
		.json = json,
		.last = last,
		.kept = calloc(room + 1, sizeof(*l->kept)),
		.lens = calloc(room + 1, sizeof(*l->lens)),
	};
	return l->kept && l->lens ? 0 : -ENOMEM;
}

void list__free(struct list *l)
{
	for (uint32_t i = 0; l->kept && l->last != LIST_ALL && i < l->last; i++)
		free(l->kept[i]);
	free(l->kept);
	free(l->lens);
	free(l->node);
}

static int put_now(const char *text, size_t len)
{
	return fwrite(text, 1, len, stdout) == len ? 0 : errno ? -errno : -EIO;
}

static int keep(struct list *l, const char *text, size_t len)
{
	size_t at = l->next++ % l->last;
	char *copy = malloc(len);

	if (!copy)
		return -ENOMEM;
	free(l->kept[at]);
	l->kept[at] = memcpy(copy, text, len);
	l->lens[at] = len;
	return 0;
}

static int put(struct list *l, const char *text, size_t len)
{
	if (l->last && l->last != LIST_ALL)
		return keep(l, text, len);
	l->next++;
	return l->last ? put_now(text, len) : 0;
}

int list__note_node(struct list *l, const char *node)
{
	if (!node || l->style.node)
		return 0;
	if (!l->node) {
		l->node = strdup(node);
		return l->node ? 0 : -ENOMEM;
	}
	l->style.node = strcmp(l->node, node);
	return 0;
}

int list__put(struct list *l, const json_t *record, struct text line)
{
	char row[ROW_BYTES];
	size_t len;
	int err;

	if (l->json) {
		((char *)line.at)[line.len] = '\n';
		return put(l, line.at, line.len + 1);
	}
	err = list__note_node(l, value__text(record, "host.name"));
	if (err)
		return err;
	len = row__put(row, sizeof(row), record, &l->style);
	return len ? put(l, row, len) : 0;
}

int list__release(struct list *l)
{
	uint32_t n = l->last == LIST_ALL ? 0 : l->last;
	int err = 0;

	l->last = LIST_ALL;
	for (uint32_t i = 0; i < n; i++) {
		size_t at = (l->next + i) % n;

		if (l->kept[at] && !err)
			err = put_now(l->kept[at], l->lens[at]);
		free(l->kept[at]);
		l->kept[at] = NULL;
	}
	return err;
}

int list__flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return errno ? -errno : -EIO;
}
