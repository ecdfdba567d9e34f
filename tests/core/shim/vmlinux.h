/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * In the place of vmlinux/vmlinux.h: full.h, made of a kernel's BTF, with the names of the kernel
 * out of the way that are ours in bpf/.
 */
#ifndef OOMTRACE_TESTS_VMLINUX_H
#define OOMTRACE_TESTS_VMLINUX_H

/* lib/zlib_deflate/deflate.c has a typedef of this name */
#define config config___kernel

#include "full.h"

#undef config

#endif /* OOMTRACE_TESTS_VMLINUX_H */
