/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The parts of a line of the list, in longer and shorter words, and how they fit a terminal. */
#ifndef OOMTRACE_SHOW_CELLS_H
#define OOMTRACE_SHOW_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "render/words.h"

#define CELL_BYTES 2048

enum cell_name {
	CELL_TIME,
	CELL_NODE,
	CELL_PLACE,
	CELL_WHAT,
	CELL_WHO,
	CELL_MEMORY,
	CELL_MEANING,
	N_CELLS
};

enum cell_form { FULL, BRIEF, LEAST, N_FORMS };

enum cells_color { CELLS_PLAIN, CELLS_RED, CELLS_GREEN, CELLS_YELLOW };

struct cells {
	char text[N_CELLS][N_FORMS][CELL_BYTES]; /* "": that form there is not */
	struct words words[N_CELLS][N_FORMS];
	enum cell_form form[N_CELLS]; /* the one that is shown */
	size_t columns[N_CELLS];      /* that much of it */
	enum cells_color color;	      /* of WHAT */
};

void cells__init(struct cells *c);

/* Where to write that form of it. */
struct words *cell(struct cells *c, enum cell_name name, enum cell_form form);

/* Chooses forms so that it all has room in columns; 0: there is no end. */
void cells__fit(struct cells *c, size_t columns);

/* The length, with the newline. */
size_t cells__put(char *buf, size_t cap, const struct cells *c, bool color);

#endif /* OOMTRACE_SHOW_CELLS_H */
