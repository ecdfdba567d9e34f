// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What every JSON record begins and ends with:
 * {"schema":1,"type":"start","time":"2026-11-24T04:...",... */
#include "node/clock.h"
#include "render/record_json.h"

#define SCHEMA 1

void record__time(struct json *j, const char *key, const struct node *node, uint64_t boot_ns)
{
	char text[CLOCK_TEXT_BYTES];

	if (node->real_unknown) {
		json__null(j, key);
		return;
	}
	clock__format_boot(text, boot_ns, node->boot_to_real_ns);
	json__string(j, key, text);
}

void record__begin(struct json *j, const struct node *node, const char *type, uint64_t ns,
		   const char *uid)
{
	json__begin_object(j, NULL);
	json__u64(j, "schema", SCHEMA);
	json__string(j, "type", type);
	json__string(j, "source", node->from_log ? "klog" : "kernel");
	record__time(j, "time", node, ns);
	json__u64_if(j, "uptime_ns", !node->boot_unknown, ns);
	json__begin_object(j, "log");
	json__begin_object(j, "record");
	json__string(j, "uid", uid);
	json__end_object(j);
	json__end_object(j);
	json__begin_object(j, "host");
	json__string(j, "name", node->uts.nodename[0] ? node->uts.nodename : NULL);
	json__end_object(j);
	json__string(j, "boot_id", node->boot_id[0] ? node->boot_id : NULL);
}

long record__end(struct json *j)
{
	json__end_object(j);
	return json__end_line(j);
}
