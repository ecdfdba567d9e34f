/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The built-in profiles, for each test of a group of them. */
#ifndef OOMTRACE_TESTS_PROFILES_H
#define OOMTRACE_TESTS_PROFILES_H

#include "profile/profile.h"

static struct profiles *profiles;

static inline int set_up(void **state)
{
	profiles = profiles__new();
	return !profiles;
}

static inline int tear_down(void **state)
{
	profiles__free(profiles);
	return 0;
}

#endif /* OOMTRACE_TESTS_PROFILES_H */
