/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a command line runs. Of an interpreter that is not the interpreter:
 *
 *     /usr/bin/python3 -u /usr/bin/gunicorn app:app    gunicorn
 *     python -m uvicorn app:app                        uvicorn
 *     python -c "from x import y" --flag               from x import y
 *     /usr/sbin/nginx -g "daemon off;"                 nginx
 */
#ifndef OOMTRACE_COMMAND_H
#define OOMTRACE_COMMAND_H

#include "profile/pattern.h"
#include "record/process.h"

struct command {
	struct text path;      /* script or command with its directory, module, or code */
	struct text program;   /* without the directory */
	struct text arguments; /* after it, NUL-separated */
};

/* From the arguments of the process's exec; empty if they are not known. */
struct command command__parse(const struct process *p);

/* Takes the first of NUL-separated words. False: there is none. */
bool command__next(struct text *words, struct text *word);

#endif /* OOMTRACE_COMMAND_H */
