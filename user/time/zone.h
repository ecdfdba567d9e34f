/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The zone of times that do not say theirs. */
#ifndef OOMTRACE_ZONE_H
#define OOMTRACE_ZONE_H

#define ZONE_DEFAULT "UTC" /* unless --tz says another */

/*
 * "UTC", "local", "+03:00" or a name as "Europe/Berlin": for the whole process, as TZ. 0, or -EINVAL:
 * there is no such zone.
 */
int zone__set(const char *zone);

/* The value of --tz; NULL: none was given. 0, or -EINVAL, which is said on stderr. */
int zone__set_option(const char *zone);

#endif /* OOMTRACE_ZONE_H */
