/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* In the place of the C library's: full.h has all of these types already. */
