/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The group at the kill as a figure: in a line who was killed, and as SVG the cgroup's memory before
 * and after, and a bar for each process, role by role, all to one scale and against the limit. Of
 * many processes a bar is for each of those that matter most, and one for the rest of a role. What
 * became of a process is told by shape and word, and by colour besides. Lengths are shares of the
 * width, so that text keeps its size on any screen; colours and patterns are in page.css.
 */
#ifndef OOMTRACE_REPORT_PICTURE_H
#define OOMTRACE_REPORT_PICTURE_H

#include <stdio.h>

#include "report/scene.h"

void picture__put(FILE *out, const struct scene *s);

/* The pattern that the pictures of a page share. */
void picture__put_patterns(FILE *out);

#endif /* OOMTRACE_REPORT_PICTURE_H */
