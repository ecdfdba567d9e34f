/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the running kernel can do. Each way to have a hook has a question that the kernel is asked
 * before anything is loaded, because one program that the verifier refuses takes its whole object
 * with it. No question is about the kernel's version.
 */
#ifndef OOMTRACE_ASK_H
#define OOMTRACE_ASK_H

#include <stddef.h>

#include "kernel/hooks.h"

struct btf;

struct asking {
	const struct hooks *hooks;
	const struct hooks_config *config;
	const struct btf *btf; /* the kernel's own; NULL: it carries none */
};

struct way;

/* 0 if this kernel can have it, else a negative errno and the reason in why. */
typedef int (*ask_fn)(const struct asking *a, const struct way *way, char *why, size_t why_bytes);

struct way {
	const char *how;
	const char *program; /* NULL: no program, an ability */
	ask_fn ask;
	const char *target; /* of the question: a tracepoint or a function */
};

/* Whether bpf_probe_read_kernel() is allowed. */
int ask__kernel_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* A typed tracepoint. */
int ask__tp_btf(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* A typed tracepoint, with a program that reads user memory. */
int ask__user_read(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* The same with bpf_loop(). */
int ask__user_loop(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* A tracepoint that is read by address, with the offsets of --btf. */
int ask__raw_tp(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* Makes the probe for a moment, and with it a link that can be pinned where that is wanted. */
int ask__kprobe(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* A function that a program can be attached to, at its entry or its return. */
int ask__fentry(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* An iterator. */
int ask__iter(const struct asking *a, const struct way *way, char *why, size_t why_bytes);
/* An iterator, with a program that reads kernel memory. */
int ask__reading_iter(const struct asking *a, const struct way *way, char *why, size_t why_bytes);

#endif /* OOMTRACE_ASK_H */
