// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What stands before the kernel's words; see line.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "klog/line.h"

#define NS_PER_US      1000ULL
#define FACILITY_SHIFT 3 /* of syslog's priority: the kernel's facility is 0 */

/* "[  T132]", "[    C0]" */
static void cut_caller(struct slice *s, struct line *line)
{
	struct slice rest = *s, inside, name;
	uint64_t number;

	if (!cut__prefix(&rest, "[") || !cut__until(&rest, "]", &inside))
		return;
	cut__spaces(&inside);
	name = inside;
	if ((!cut__prefix(&inside, "T") && !cut__prefix(&inside, "C")) ||
	    !cut__number(&inside, &number) || inside.n)
		return;
	slice__copy(name, line->caller, sizeof(line->caller));
	cut__prefix(&rest, " ");
	*s = rest;
}

/* ---- /dev/kmsg ---- */

static int hex_pair(const char *s)
{
	char digits[] = {s[0], s[1], '\0'}, *end;
	long value = strtol(digits, &end, 16);

	return *end ? -1 : (int)value;
}

/* "a\x0ab": all that is not printable ASCII, and the backslash. */
static struct slice unescape(struct slice s, char to[LINE_TEXT_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < LINE_TEXT_BYTES; i++) {
		int byte = s.s[i] == '\\' && i + 3 < s.n && s.s[i + 1] == 'x'
				   ? hex_pair(s.s + i + 2)
				   : -1;

		to[n++] = byte >= 0 ? byte : s.s[i];
		i += byte >= 0 ? 3 : 0;
	}
	return (struct slice){to, n};
}

/* "4,1234,4136985,-,caller=T132;text" */
static bool read_raw(struct line_reader *l, struct slice s, struct line *line, bool *kernel)
{
	uint64_t priority, us;
	struct slice head, flags;

	if (!cut__until(&s, ";", &head) || !cut__number(&head, &priority) ||
	    !cut__prefix(&head, ",") || !cut__number(&head, &line->seq) ||
	    !cut__prefix(&head, ",") || !cut__number(&head, &us) || !cut__prefix(&head, ","))
		return false;
	*kernel = !(priority >> FACILITY_SHIFT);
	line->seq_known = true;
	line->verified = true;
	line->stamp.boot_known = us <= INT64_MAX / NS_PER_US;
	line->stamp.boot_ns = line->stamp.boot_known ? us * NS_PER_US : 0;
	if (cut__until(&head, ",caller=", &flags))
		slice__copy(head, line->caller, sizeof(line->caller));
	line->text = unescape(s, l->unescaped);
	return true;
}

/* ---- journalctl -o json ---- */

static bool us_of(json_t *object, const char *key, uint64_t *us)
{
	const char *text = json_string_value(json_object_get(object, key));
	struct slice s = slice__of(text ?: "");

	return cut__number(&s, us) && !s.n && *us <= INT64_MAX / NS_PER_US;
}

/* A message that is no text is an array of bytes. */
static struct slice message_of(json_t *object, char to[LINE_TEXT_BYTES])
{
	json_t *message = json_object_get(object, "MESSAGE"), *byte;
	size_t n = 0, i;

	if (json_is_string(message)) {
		n = json_string_length(message) < LINE_TEXT_BYTES ? json_string_length(message)
								  : LINE_TEXT_BYTES;
		memcpy(to, json_string_value(message), n);
	}
	json_array_foreach(message, i, byte)
		if (n < LINE_TEXT_BYTES)
			to[n++] = json_integer_value(byte);
	return (struct slice){to, n};
}

/* The journal has when it got the message, and when the kernel said it. */
static struct stamp stamp_of(json_t *object)
{
	uint64_t said_us, got_us, real_us;
	struct stamp stamp = {0};

	if (us_of(object, "_SOURCE_MONOTONIC_TIMESTAMP", &said_us)) {
		stamp.boot_known = true;
		stamp.boot_ns = said_us * NS_PER_US;
	}
	if (!us_of(object, "__REALTIME_TIMESTAMP", &real_us))
		return stamp;
	if (stamp.boot_known && us_of(object, "__MONOTONIC_TIMESTAMP", &got_us) &&
	    got_us >= said_us && got_us - said_us < real_us)
		real_us -= got_us - said_us;
	stamp.real_known = true;
	stamp.real_ns = real_us * NS_PER_US;
	return stamp;
}

/* 32 digits, as /proc/sys/kernel/random/boot_id has them. */
static void dash(const char *digits, char boot_id[LINE_BOOT_BYTES])
{
	char *to = boot_id;

	if (strlen(digits) != 32 || digits[strspn(digits, "0123456789abcdef")])
		return;
	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*to++ = '-';
		*to++ = digits[i];
	}
	*to = '\0';
}

static bool read_journal(struct line_reader *l, struct slice s, struct line *line, bool *kernel)
{
	json_t *object = json_loadb(s.s, s.n, JSON_ALLOW_NUL, NULL);
	const char *transport, *host, *boot_id;

	if (!json_is_object(object)) {
		json_decref(object);
		return false;
	}
	transport = json_string_value(json_object_get(object, "_TRANSPORT"));
	host = json_string_value(json_object_get(object, "_HOSTNAME"));
	boot_id = json_string_value(json_object_get(object, "_BOOT_ID"));
	*kernel = transport && !strcmp(transport, "kernel");
	line->verified = true;
	slice__copy(slice__of(host ?: ""), line->host, sizeof(line->host));
	dash(boot_id ?: "", line->boot_id);
	line->stamp = stamp_of(object);
	line->text = message_of(object, l->unescaped);
	json_decref(object);
	return true;
}

/* ---- text ---- */

/* "<4>" (dmesg -r): false if it is not the kernel's. */
static bool cut_priority(struct slice *s, struct line *line)
{
	struct slice rest = *s;
	uint64_t priority;

	if (!cut__prefix(&rest, "<") || !cut__number(&rest, &priority) || !cut__prefix(&rest, ">"))
		return true;
	*s = rest;
	line->verified = true;
	return !(priority >> FACILITY_SHIFT);
}

/* "kern  :warn  : " (dmesg -x): false if it is not the kernel's. */
static bool cut_facility(struct slice *s, struct line *line)
{
	static const char *const levels[] = {"emerg", "alert",	"crit", "err",
					     "warn",  "notice", "info", "debug"};
	struct slice rest = *s, facility, level;

	if (!cut__until(&rest, ":", &facility) || facility.n > 8 ||
	    !cut__until(&rest, ":", &level) || level.n > 8)
		return true;
	while (cut__suffix(&facility, " "))
		;
	while (cut__suffix(&level, " "))
		;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (!slice__is(level, levels[i]))
			continue;
		cut__prefix(&rest, " ");
		*s = rest;
		line->verified = true;
		return slice__is(facility, "kern");
	}
	return true;
}

/*
 * "gpu-7 kernel: ", "gpu-7 kern.warn kernel: ": false if it is another's line. Whoever may write to
 * the daemon may call itself kernel: that is not verified.
 */
static bool cut_host(struct slice *s, struct line *line)
{
	struct slice rest = *s, host, tag;

	if (!cut__until(&rest, " ", &host) || !host.n)
		return false;
	if (slice__begins(rest, "kern.") && !cut__until(&rest, " ", &tag))
		return false;
	if (!cut__prefix(&rest, "kernel:"))
		return false;
	cut__prefix(&rest, " ");
	slice__copy(host, line->host, sizeof(line->host));
	*s = rest;
	return true;
}

/* The kernel's own stamp within a line of another's; without it the text begins with its name. */
static void cut_inner(struct line_reader *l, struct slice *s, struct line *line)
{
	struct stamp inner;

	if (stamp__cut_bracket(s, &l->context, &inner) && inner.boot_known) {
		line->stamp.boot_known = true;
		line->stamp.boot_ns = inner.boot_ns;
	}
}

static enum line_is read_syslog(struct line_reader *l, struct slice s, struct line *line)
{
	if (!cut_host(&s, line))
		return LINE_FOREIGN;
	cut_inner(l, &s, line);
	line->text = s;
	return LINE_NEW;
}

/*
 * Behind a time in brackets is the text, or a host (journalctl -o short-monotonic); dmesg --iso has
 * no host behind its time, and journalctl always one.
 */
static enum line_is read_text(struct line_reader *l, struct slice s, struct line *line)
{
	if (!cut_priority(&s, line) || !cut_facility(&s, line))
		return LINE_FOREIGN;
	if (stamp__cut_syslog(&s, &l->context, &line->stamp) ||
	    stamp__cut_full(&s, &l->context, &line->stamp) || stamp__cut_unix(&s, &line->stamp))
		return read_syslog(l, s, line);
	if (stamp__cut_bracket(&s, &l->context, &line->stamp) ||
	    stamp__cut_iso(&s, &l->context, &line->stamp)) {
		cut_caller(&s, line);
		if (cut_host(&s, line))
			cut_inner(l, &s, line);
	} else if (slice__begins(s, "    ")) {
		cut__spaces(&s);
		line->text = s;
		return LINE_CONTINUED;
	}
	line->text = s;
	return LINE_NEW;
}

enum line_is line_reader__read(struct line_reader *l, struct slice bytes, struct line *line)
{
	bool kernel = true;

	*line = (struct line){0};
	cut__suffix(&bytes, "\r");
	if (slice__begins(bytes, "{") && read_journal(l, bytes, line, &kernel))
		return kernel ? LINE_NEW : LINE_FOREIGN;
	if (read_raw(l, bytes, line, &kernel)) {
		l->raw = true;
		return kernel ? LINE_NEW : LINE_FOREIGN;
	}
	*line = (struct line){0};
	/* " SUBSYSTEM=acpi": what /dev/kmsg says of a device. */
	if (l->raw && slice__begins(bytes, " "))
		return LINE_FOREIGN;
	l->raw = false;
	return read_text(l, bytes, line);
}
