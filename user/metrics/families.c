// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names, types and help of all metrics; see families.h. */
#include "metrics/families.h"
#include "render/oom_json.h"

const struct family_row family_rows[FAMILIES] = {
	[FAMILY_BUILD_INFO] = {"oomtrace_build_info", "gauge",
			       "Version of oomtrace and release of the kernel; always 1."},
	[FAMILY_SOURCE_INFO] =
		{"oomtrace_source_info", "gauge",
		 "Where records come from: the kernel's hooks, or its log (klog); always 1."},
	[FAMILY_RUNNING] = {"oomtrace_running", "gauge",
			    "Whether oomtrace runs: 0 after a regular stop."},
	[FAMILY_START_TIME] = {"oomtrace_start_time_seconds", "gauge",
			       "When this oomtrace was started."},
	[FAMILY_HEARTBEAT] = {"oomtrace_heartbeat_timestamp_seconds", "gauge",
			      "When these metrics were made: at least once a minute."},
	[FAMILY_HOOK_LIVE] = {"oomtrace_hook_live", "gauge",
			      "Whether the hook in the kernel is live."},
	[FAMILY_PINNED] = {"oomtrace_pinned", "gauge",
			   "Whether the hooks outlive this process, and keep kills for the next."},
	[FAMILY_KILLS] = {"oomtrace_kills_total", "counter", "Victims of the OOM killer."},
	[FAMILY_LAST_KILL] = {"oomtrace_last_kill_timestamp_seconds", "gauge",
			      "When the latest victim was marked."},
	[FAMILY_INCIDENTS] = {"oomtrace_incidents_total", "counter",
			      "Decisions of the OOM killer, by what became of the group."},
	[FAMILY_LAST_INCIDENT] = {"oomtrace_last_incident_timestamp_seconds", "gauge",
				  "When the latest such incident was closed."},
	[FAMILY_FREED] = {"oomtrace_freed_bytes_total", "counter",
			  "Memory that victims gave back."},
	[FAMILY_RECORDS] = {"oomtrace_records_total", "counter",
			    "Records of victims: seen by the kernel side, written, met twice."},
	[FAMILY_RECORDS_LOST] = {"oomtrace_records_lost_total", "counter",
				 "Records of victims that were lost, by stage."},
	[FAMILY_INCIDENTS_LOST] = {"oomtrace_incidents_lost_total", "counter",
				   "Records of incidents that found no room."},
	[FAMILY_UNEXPLAINED] = {"oomtrace_unexplained_kills", "gauge",
				"Kills that the kernel counted and no hook saw, less those that it "
				"did not count."},
	[FAMILY_KERNEL_KILLS] = {"oomtrace_kernel_oom_kills_total", "counter",
				 "The kernel's own count since boot, oom_kill of /proc/vmstat."},
	[FAMILY_FOLDED] = {"oomtrace_series_folded_total", "counter",
			   "Kills and incidents counted as of container other: too many places."},
};

const struct total_row total_rows[TOTALS] = {
	[TOTAL_SEEN] = {FAMILY_RECORDS, "outcome", "seen"},
	[TOTAL_WRITTEN] = {FAMILY_RECORDS, "outcome", "written"},
	[TOTAL_DUPLICATE] = {FAMILY_RECORDS, "outcome", "duplicate"},
	[TOTAL_RING_FULL] = {FAMILY_RECORDS_LOST, "stage", "ring_full"},
	[TOTAL_DECODE] = {FAMILY_RECORDS_LOST, "stage", "decode"},
	[TOTAL_OUTPUT] = {FAMILY_RECORDS_LOST, "stage", "output"},
	[TOTAL_TOLD] = {FAMILIES, NULL, NULL},
	[TOTAL_SHUTDOWN] = {FAMILY_RECORDS_LOST, "stage", "shutdown"},
	[TOTAL_INCIDENTS_LOST] = {FAMILY_INCIDENTS_LOST, NULL, NULL},
	[TOTAL_FREED_BYTES] = {FAMILY_FREED, NULL, NULL},
	[TOTAL_FOLDED] = {FAMILY_FOLDED, NULL, NULL},
};

const char *const kill_labels[5] = {"kind", "constraint", "namespace", "pod", "container"};
const char *const origin_labels[3] = {"namespace", "pod", "container"};
const char *const incident_labels[5] = {"verdict", "consistent", "namespace", "pod", "container"};

static const char *or_unknown(const char *name)
{
	return name ? name : "unknown";
}

const char *label__kind(int kind)
{
	return or_unknown(oom__kind(kind));
}

const char *label__constraint(int constraint)
{
	return or_unknown(oom__constraint(constraint));
}

const char *label__verdict(int verdict)
{
	return or_unknown(verdict__name(verdict));
}

const char *label__consistent(int verdict)
{
	int consistent = verdict__consistent(verdict);

	return consistent < 0 ? "unknown" : consistent ? "true" : "false";
}
