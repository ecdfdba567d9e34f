// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a check found, as text and as JSON; see finding.h. */
#include "render/finding.h"
#include "render/words.h"

/* The longest: a path that is all escapes. */
#define LINE_BYTES  (6 * EVENT_PATH_BYTES)
#define LABEL_CHARS 4
#define SPACE_CHARS 2
#define ARROW	    "-> "

const char *status__name(enum status status)
{
	static const char *const names[] = {[STATUS_NONE] = NULL,
					    [STATUS_PASS] = "pass",
					    [STATUS_WARN] = "warn",
					    [STATUS_FAIL] = "fail"};

	return names[status];
}

const char *status__label(enum status status)
{
	static const char *const labels[] = {[STATUS_NONE] = "",
					     [STATUS_PASS] = "PASS",
					     [STATUS_WARN] = "WARN",
					     [STATUS_FAIL] = "FAIL"};

	return labels[status];
}

void finding__json(struct json *j, const struct finding *f)
{
	json__begin_object(j, NULL);
	json__string(j, "name", f->check);
	json__string(j, "status", status__name(f->status));
	json__string(j, "text", f->text);
	json__string(j, "remedy", f->remedy);
	json__end_object(j);
}

void paragraph__text(FILE *out, const char *s, size_t column, size_t indent)
{
	char line[LINE_BYTES], wrapped[2 * LINE_BYTES];
	struct words l = {.buf = line, .cap = sizeof(line)};
	struct words w = {.buf = wrapped, .cap = sizeof(wrapped)};

	words__name(&l, s);
	line[l.len] = '\0';
	words__wrap(&w, line, column, indent);
	fwrite(wrapped, 1, words__finish(&w), out);
}

void finding__text(FILE *out, const struct finding *f, int check_columns)
{
	size_t column = LABEL_CHARS + SPACE_CHARS + check_columns + SPACE_CHARS;

	fprintf(out, "%-*s  %-*s  ", LABEL_CHARS, status__label(f->status), check_columns,
		f->check);
	paragraph__text(out, f->text, column, column);
	if (!f->remedy)
		return;
	fprintf(out, "%*s" ARROW, (int)column, "");
	column += sizeof(ARROW) - 1;
	paragraph__text(out, f->remedy, column, column);
}
