// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Parts of a line, made to fit; see cells.h. */
#include <stdint.h>
#include <string.h>

#include "render/utf8.h"
#include "show/cells.h"

#define BETWEEN	    2	/* columns from one to the next */
#define WIDE	    100 /* from there on times are whole, so that those of all lines are alike */
#define LEAST_PROSE 20	/* columns; of less nothing can be made out */
#define LEAST_PLACE 12
#define LEAST_NODE  8
#define LEAST_WHO   16

void cells__init(struct cells *c)
{
	c->color = CELLS_PLAIN;
	for (int i = 0; i < N_CELLS; i++) {
		c->form[i] = FULL;
		c->columns[i] = SIZE_MAX;
		for (int k = 0; k < N_FORMS; k++) {
			c->text[i][k][0] = '\0';
			c->words[i][k] = (struct words){c->text[i][k], CELL_BYTES, 0};
		}
	}
}

struct words *cell(struct cells *c, enum cell_name name, enum cell_form form)
{
	return &c->words[name][form];
}

/* ---- columns ---- */

static size_t columns_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += !utf8__goes_on(*text);
	return n;
}

static const char *text_of(const struct cells *c, int i)
{
	return c->columns[i] ? c->text[i][c->form[i]] : "";
}

static size_t width_of(const struct cells *c, int i)
{
	size_t n = columns_of(text_of(c, i));

	return n < c->columns[i] ? n : c->columns[i];
}

static size_t width(const struct cells *c)
{
	size_t n = 0;

	for (int i = 0; i < N_CELLS; i++)
		if (*text_of(c, i))
			n += (n ? BETWEEN : 0) + width_of(c, i);
	return n;
}

/* ---- what gives way ---- */

/* Down to so many columns; 0: altogether. */
static void narrow(struct cells *c, enum cell_name i, size_t least, size_t columns)
{
	size_t all = width(c), own = width_of(c, i);
	size_t over = all > columns ? all - columns : 0;

	if (!over || own <= least)
		return;
	c->columns[i] = own > over + least ? own - over : least;
}

static void shorten(struct cells *c, enum cell_name i, enum cell_form form, size_t columns)
{
	if (width(c) > columns && c->text[i][form][0])
		c->form[i] = form;
}

void cells__fit(struct cells *c, size_t columns)
{
	static const struct {
		enum cell_name name;
		enum cell_form form;
	} shorter[] = {
		{CELL_PLACE, BRIEF},
		{CELL_WHO, BRIEF},
		{CELL_MEMORY, BRIEF},
		{CELL_WHO, LEAST},
	};

	if (!columns)
		return;
	if (columns < WIDE && c->text[CELL_TIME][BRIEF][0])
		c->form[CELL_TIME] = BRIEF;
	narrow(c, CELL_MEANING, LEAST_PROSE, columns);
	if (width(c) > columns)
		c->columns[CELL_MEANING] = 0;
	for (size_t i = 0; i < sizeof(shorter) / sizeof(shorter[0]); i++)
		shorten(c, shorter[i].name, shorter[i].form, columns);
	narrow(c, CELL_PLACE, LEAST_PLACE, columns);
	narrow(c, CELL_NODE, LEAST_NODE, columns);
	if (width(c) > columns)
		c->columns[CELL_MEMORY] = 0; /* a part of a number is another number */
	narrow(c, CELL_WHO, LEAST_WHO, columns);
	for (int i = N_CELLS - 1; i > CELL_TIME; i--)
		narrow(c, i, 0, columns);
}

/* ---- the line ---- */

/* So many columns of it; what is cut off leaves a mark in the last one. */
static void put_text(struct words *t, const char *text, size_t columns)
{
	size_t n = columns_of(text), at = 0;
	bool cut = n > columns;

	for (size_t left = cut ? columns - 1 : n; text[at]; at++)
		if (!utf8__goes_on(text[at]) && !left--)
			break;
	words__put(t, "%.*s%s", (int)at, text, cut ? "…" : "");
}

size_t cells__put(char *buf, size_t cap, const struct cells *c, bool color)
{
	static const char *const colors[] = {
		[CELLS_PLAIN] = "",
		[CELLS_RED] = "\x1b[1;31m",
		[CELLS_GREEN] = "\x1b[32m",
		[CELLS_YELLOW] = "\x1b[33m",
	};
	struct words t = {.buf = buf, .cap = cap};

	for (int i = 0; i < N_CELLS; i++) {
		bool colored = color && i == CELL_WHAT && c->color;

		if (!*text_of(c, i))
			continue;
		words__put(&t, "%s%s", t.len ? "  " : "", colored ? colors[c->color] : "");
		put_text(&t, text_of(c, i), c->columns[i]);
		words__put(&t, "%s", colored ? "\x1b[m" : "");
	}
	words__put(&t, "\n");
	return words__finish(&t);
}
