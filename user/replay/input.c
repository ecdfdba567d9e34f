// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which fields each line of a recording has; for writing and for reading. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/utf8.h"
#include "replay/input.h"

#define AT(type, member)       offsetof(type, member), sizeof(((type *)0)->member)
#define UNSIGNED(type, member) #member, FIELD_UNSIGNED, AT(type, member), 0, NULL
#define SIGNED(type, member)   #member, FIELD_SIGNED, AT(type, member), 0, NULL
#define FLAG(type, member)     #member, FIELD_FLAG, AT(type, member), 0, NULL
#define ERRNO(type, member)    #member, FIELD_ERRNO, AT(type, member), 0, NULL
#define KIND(type, member)     #member, FIELD_KIND, AT(type, member), 0, NULL
#define TEXT(type, member)     #member, FIELD_TEXT, AT(type, member), 0, NULL
#define TEXTS(type, member)                                                                        \
#member, FIELD_TEXTS, AT(type, member), offsetof(type, member##_bytes), NULL
#define NUMBERS(type, member)                                                                      \
#member, FIELD_NUMBERS, AT(type, member), offsetof(type, n_##member), NULL
#define OBJECT(type, member, of) #member, FIELD_OBJECT, AT(type, member), 0, &of
#define FIELDS(rows)                                                                               \
	{                                                                                          \
		(rows), sizeof(rows) / sizeof((rows)[0])                                           \
	}

/* ---- parts ---- */

static const struct field exec_key_rows[] = {
	{UNSIGNED(struct exec_key, exe_file)},
	{UNSIGNED(struct exec_key, arg_start)},
};
static const struct fields exec_key_fields = FIELDS(exec_key_rows);

static const struct field exec_entry_rows[] = {
	{UNSIGNED(struct exec_entry, args_total_bytes)},
	{TEXTS(struct exec_entry, args)},
	{TEXTS(struct exec_entry, ranks)},
};
static const struct fields exec_entry_fields = FIELDS(exec_entry_rows);

static const struct field cgroup_rows[] = {
	{UNSIGNED(struct cgroup_facts, id)},	     {TEXT(struct cgroup_facts, path)},
	{FLAG(struct cgroup_facts, path_truncated)}, {FLAG(struct cgroup_facts, limits_known)},
	{FLAG(struct cgroup_facts, unlimited)},	     {UNSIGNED(struct cgroup_facts, limit_bytes)},
	{FLAG(struct cgroup_facts, usage_unknown)},  {UNSIGNED(struct cgroup_facts, usage_bytes)},
	{FLAG(struct cgroup_facts, oom_group)},
};
static const struct fields cgroup_fields = FIELDS(cgroup_rows);

static const struct field process_facts_rows[] = {
	{UNSIGNED(struct process_facts, pid)},
	{UNSIGNED(struct process_facts, tid)},
	{NUMBERS(struct process_facts, pids)},
	{UNSIGNED(struct process_facts, parent_pid)},
	{UNSIGNED(struct process_facts, session_id)},
	{UNSIGNED(struct process_facts, start_ns)},
	{UNSIGNED(struct process_facts, user_id)},
	{SIGNED(struct process_facts, score_adj)},
	{FLAG(struct process_facts, forked_only)},
	{OBJECT(struct process_facts, exec, exec_key_fields)},
	{TEXT(struct process_facts, title)},
	{TEXT(struct process_facts, executable)},
};
static const struct fields process_facts_fields = FIELDS(process_facts_rows);

static const struct field memory_rows[] = {
	{UNSIGNED(struct memory_facts, anon_rss_bytes)},
	{UNSIGNED(struct memory_facts, file_rss_bytes)},
	{UNSIGNED(struct memory_facts, shmem_rss_bytes)},
	{UNSIGNED(struct memory_facts, swap_bytes)},
	{UNSIGNED(struct memory_facts, pgtables_bytes)},
	{UNSIGNED(struct memory_facts, total_vm_bytes)},
};
static const struct fields memory_fields = FIELDS(memory_rows);

#define PART(name, part) name, FIELD_ERRNO, (part) * sizeof(int), sizeof(int), 0, NULL

static const struct field names_rows[] = {
	{TEXT(struct names, pod)},
	{TEXT(struct names, namespace)},
	{TEXT(struct names, container)},
	{TEXT(struct names, source)},
};
static const struct fields names_fields = FIELDS(names_rows);

static const struct field unread_rows[] = {
	{PART("process", PART_PROCESS)},
	{PART("mm", PART_MM)},
	{PART("rss", PART_RSS)},
	{PART("pids", PART_PIDNS)},
	{PART("executable", PART_EXE)},
	{PART("cgroup", PART_CGROUP)},
	{PART("cgroup_limits", PART_CGROUP_LIMITS)},
	{PART("cgroup_path", PART_CGROUP_PATH)},
};
static const struct fields unread_fields = FIELDS(unread_rows);

/* ---- lines ---- */

static const struct field recording_rows[] = {
	{UNSIGNED(struct input_recording, version)},
	{TEXT(struct input_recording, oomtrace)},
	{TEXT(struct input_recording, host)},
	{TEXT(struct input_recording, release)},
	{TEXT(struct input_recording, machine)},
	{TEXT(struct input_recording, boot_id)},
	{UNSIGNED(struct input_recording, page_bytes)},
	{UNSIGNED(struct input_recording, ledger_ns)},
	{SIGNED(struct input_recording, boot_to_real_ns)},
	{UNSIGNED(struct input_recording, watch_seconds)},
	{TEXTS(struct input_recording, gfp_bits)},
};

static const struct field hook_rows[] = {
	{TEXT(struct input_hook, name)},
	{TEXT(struct input_hook, how)},
	{TEXT(struct input_hook, why)},
};

static const struct field clock_rows[] = {
	{SIGNED(struct input_clock, boot_to_real_ns)},
};

static const struct field decision_rows[] = {
	{UNSIGNED(struct decision_event, oom_id)},
	{UNSIGNED(struct decision_event, time_ns)},
	{UNSIGNED(struct decision_event, constraint)},
	{UNSIGNED(struct decision_event, gfp_mask)},
	{SIGNED(struct decision_event, order)},
	{SIGNED(struct decision_event, points)},
	{UNSIGNED(struct decision_event, chosen_pid)},
	{FLAG(struct decision_event, global)},
	{OBJECT(struct decision_event, hit, cgroup_fields)},
};

#define EVENT(macro, member) macro(struct victim_event, member)

/* Of a struct input_victim, whose first member the event is. */
static const struct field victim_rows[] = {
	{EVENT(UNSIGNED, seq)},
	{EVENT(UNSIGNED, time_ns)},
	{EVENT(UNSIGNED, oom_id)},
	{EVENT(FLAG, oom_id_inferred)},
	{EVENT(KIND, kind)},
	{EVENT(SIGNED, chosen)},
	{OBJECT(struct victim_event, process, process_facts_fields)},
	{OBJECT(struct victim_event, memory, memory_fields)},
	{OBJECT(struct victim_event, cgroup, cgroup_fields)},
	{EVENT(UNSIGNED, trigger_pid)},
	{EVENT(UNSIGNED, trigger_tid)},
	{EVENT(TEXT, trigger_title)},
	{OBJECT(struct victim_event, unread, unread_fields)},
	{EVENT(ERRNO, decision_err)},
	{"hostname", FIELD_TEXT, AT(struct victim_event, identity.hostname), 0, NULL},
	{EVENT(ERRNO, hostname_err)},
	{"names", FIELD_OBJECT, AT(struct victim_event, identity.names), 0, &names_fields},
	{"exec", FIELD_OBJECT, AT(struct input_victim, exec),
	 offsetof(struct input_victim, exec_known), &exec_entry_fields},
	{EVENT(ERRNO, exec_err)},
};
_Static_assert(!offsetof(struct input_victim, event), "the rows above");

static const struct field exit_rows[] = {
	{UNSIGNED(struct exit_event, seq)},
	{UNSIGNED(struct exit_event, time_ns)},
	{UNSIGNED(struct exit_event, oom_id)},
	{UNSIGNED(struct exit_event, pid)},
	{UNSIGNED(struct exit_event, start_ns)},
	{UNSIGNED(struct exit_event, killed_ns)},
	{UNSIGNED(struct exit_event, reaper_woken_ns)},
	{UNSIGNED(struct exit_event, reaper_started_ns)},
	{UNSIGNED(struct exit_event, reaper_finished_ns)},
	{FLAG(struct exit_event, reaper_skipped)},
	{FLAG(struct exit_event, held_known)},
	{UNSIGNED(struct exit_event, held_bytes)},
	{FLAG(struct exit_event, freed_known)},
	{UNSIGNED(struct exit_event, freed_bytes)},
};

static const struct field decision_end_rows[] = {
	{UNSIGNED(struct decision_end_event, oom_id)},
	{UNSIGNED(struct decision_end_event, time_ns)},
	{UNSIGNED(struct decision_end_event, last_seq)},
};

static const struct field signal_rows[] = {
	{UNSIGNED(struct signal_event, time_ns)},    {UNSIGNED(struct signal_event, pid)},
	{UNSIGNED(struct signal_event, start_ns)},   {UNSIGNED(struct signal_event, signal)},
	{UNSIGNED(struct signal_event, sender_pid)}, {TEXT(struct signal_event, sender_title)},
	{FLAG(struct signal_event, from_kernel)},    {SIGNED(struct signal_event, sender_exiting)},
};

static const struct field gone_rows[] = {
	{UNSIGNED(struct gone_event, time_ns)},
	{UNSIGNED(struct gone_event, pid)},
	{UNSIGNED(struct gone_event, start_ns)},
	{UNSIGNED(struct gone_event, exit_code)},
};

static const struct field process_rows[] = {
	{UNSIGNED(struct process, pid)},	{UNSIGNED(struct process, parent_pid)},
	{UNSIGNED(struct process, vpid)},	{UNSIGNED(struct process, session_id)},
	{UNSIGNED(struct process, start_ns)},	{FLAG(struct process, forked_only)},
	{FLAG(struct process, zombie)},		{OBJECT(struct process, exec, exec_key_fields)},
	{TEXT(struct process, comm)},		{TEXT(struct process, executable)},
	{TEXT(struct process, title)},		{TEXTS(struct process, args)},
	{TEXTS(struct process, ranks)},		{UNSIGNED(struct process, rss_bytes)},
	{UNSIGNED(struct process, swap_bytes)}, {UNSIGNED(struct process, cgroup_id)},
};

static const struct field look_rows[] = {
	{UNSIGNED(struct input_look, oom_id)},
	{UNSIGNED(struct input_look, time_ns)},
	{ERRNO(struct input_look, err)},
	{FLAG(struct input_look, usage_after_known)},
	{UNSIGNED(struct input_look, usage_after_bytes)},
};

static const struct {
	const char *name;
	struct fields fields;
} inputs[INPUTS] = {
	[INPUT_RECORDING] = {"recording", FIELDS(recording_rows)},
	[INPUT_HOOK] = {"hook", FIELDS(hook_rows)},
	[INPUT_CLOCK] = {"clock", FIELDS(clock_rows)},
	[INPUT_DECISION] = {"decision", FIELDS(decision_rows)},
	[INPUT_VICTIM] = {"victim", FIELDS(victim_rows)},
	[INPUT_EXIT] = {"exit", FIELDS(exit_rows)},
	[INPUT_DECISION_END] = {"decision_end", FIELDS(decision_end_rows)},
	[INPUT_SIGNAL] = {"signal", FIELDS(signal_rows)},
	[INPUT_GONE] = {"gone", FIELDS(gone_rows)},
	[INPUT_PROCESS] = {"process", FIELDS(process_rows)},
	[INPUT_LOOK] = {"look", FIELDS(look_rows)},
	[INPUT_CUT_SHORT] = {"cut_short", FIELDS(look_rows)},
	[INPUT_END] = {"end", {NULL, 0}},
};

long input__write(char *buf, size_t cap, enum input_kind kind, const void *object)
{
	struct json j;

	json__init(&j, buf, cap);
	json__begin_object(&j, NULL);
	json__begin_object(&j, inputs[kind].name);
	fields__write(&inputs[kind].fields, object, &j);
	json__end_object(&j);
	json__end_object(&j);
	return json__end_line(&j);
}

/* ---- reading ---- */

static int refuse(char why[FIELDS_WHY_BYTES], const char *what, const char *detail)
{
	snprintf(why, FIELDS_WHY_BYTES, "%s%.*s", what, FIELDS_WHY_BYTES / 2, detail);
	utf8__make_printable(why);
	return -EINVAL;
}

static int refuse_kind(char why[FIELDS_WHY_BYTES], const char *name)
{
	size_t n = snprintf(why, FIELDS_WHY_BYTES, "%.64s: is not known here; known are", name);

	for (int k = 0; k < INPUTS; k++)
		n += snprintf(why + n, FIELDS_WHY_BYTES - n, "%s %s", k ? "," : "", inputs[k].name);
	utf8__make_printable(why);
	return -EINVAL;
}

static int read_input(struct input *in, json_t *line, char why[FIELDS_WHY_BYTES])
{
	void *only = json_object_iter(line);
	const char *name;

	if (json_object_size(line) != 1)
		return refuse(why, "must be one object with one key, as {\"end\":{}}", "");
	name = json_object_iter_key(only);
	for (int k = 0; k < INPUTS; k++) {
		if (strcmp(inputs[k].name, name))
			continue;
		in->kind = k;
		return fields__read(&inputs[k].fields, name, json_object_iter_value(only),
				    &in->recording, why);
	}
	return refuse_kind(why, name);
}

int input__read(struct input *in, const char *line, size_t len, char why[FIELDS_WHY_BYTES])
{
	json_error_t error;
	json_t *root;
	int err;

	memset(in, 0, sizeof(*in));
	root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return refuse(why, "is no JSON: ", error.text);
	err = read_input(in, root, why);
	json_decref(root);
	return err;
}
