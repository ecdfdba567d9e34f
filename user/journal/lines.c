// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines of a file; see lines.h. */
#include <errno.h>
#include <stdlib.h>

#include "journal/lines.h"

int lines__init(struct lines *l, FILE *file, size_t room)
{
	*l = (struct lines){.file = file, .buf = malloc(room), .room = room};
	return l->buf ? 0 : -ENOMEM;
}

void lines__done(struct lines *l)
{
	free(l->buf);
}

bool lines__next(struct lines *l, struct text *line)
{
	size_t n = 0;
	int c = EOF;

	l->offset = l->next_offset;
	l->cut = l->ended = false;
	while ((c = getc_unlocked(l->file)) != EOF) {
		l->next_offset++;
		l->ended = c == '\n';
		if (l->ended)
			break;
		if (n < l->room)
			l->buf[n++] = c;
		else
			l->cut = true;
	}
	*line = (struct text){l->buf, n};
	if (l->next_offset == l->offset)
		return false;
	l->number++;
	return true;
}

void lines__rewind(struct lines *l, uint64_t offset)
{
	fseeko(l->file, offset, SEEK_SET);
	l->offset = l->next_offset = offset;
	l->number = offset ? l->number : 0;
}
