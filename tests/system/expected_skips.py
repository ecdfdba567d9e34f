"""
Which kinds of test are skipped on which row of the matrix, and why: row -> kind -> reason. A skip
that is not in here fails, and so does one for another reason.
"""

from kernel import (
    LOSES_ROOT,
    NO_EXEC_HOOK,
    NO_FENTRY,
    NO_FILE_HANDLES,
    NO_KPROBES_FOR_PEER,
    NO_HUGETLB,
    NO_OOM_AT_LIMIT_WRITE,
    NO_OOM_GROUP,
    NO_OWN_CGROUP,
    NO_READING_WITHOUT_BTF,
    NO_SECOND_KPROBE,
    NO_RESOURCE_CAPABILITY,
    NO_SECCOMP_FILTERS,
    NO_SWAP,
    NO_SYSTEMD,
    NOT_A_GUEST,
    NOT_OUR_LOG,
    NOT_A_NODE,
    SLOW_ROW,
)

CGROUP_V1 = {
    "memory.oom.group": NO_OOM_GROUP,
    "groups: memory.oom.group": NO_OOM_GROUP,
    "doctor: memory.oom.group": NO_OOM_GROUP,
    "containers: memory.oom.group": NO_OOM_GROUP,
    "memory.oom.group with shared memory": NO_OOM_GROUP,
    "limit lowered": NO_OOM_AT_LIMIT_WRITE,
    "peers: group of 7": NO_OOM_GROUP,
    "storm: large group": NO_OOM_GROUP,
    "klog: memory.oom.group": NO_OOM_GROUP,
    "peers: hidden trigger": NO_OOM_AT_LIMIT_WRITE,
}
PEERS = {
    "peers: single kill": NO_KPROBES_FOR_PEER,
    "peers: group of 7": NO_KPROBES_FOR_PEER,
    "peers: hidden trigger": NO_KPROBES_FOR_PEER,
}
# The small kernels of the matrix: no block device to put swap on, no hugetlbfs, no seccomp.
SMALL = {
    "swap": NO_SWAP,
    "hugetlb": NO_HUGETLB,
    "self: seccomp": NO_SECCOMP_FILTERS,
    "snapshot from /proc": NO_FILE_HANDLES,
}

EXECS = {
    "command line, long": NO_EXEC_HOOK,
    "exec'd after start": NO_EXEC_HOOK,
    "forked, not exec'ed": NO_EXEC_HOOK,
    "hostile bytes": NO_EXEC_HOOK,
    "no exec cache": NO_EXEC_HOOK,
    "older than oomtrace": NO_EXEC_HOOK,
    "setproctitle": NO_EXEC_HOOK,
}

# What depends on the kernel is in the groups of forked processes and of the flow, which run.
SLOW = {"explain": SLOW_ROW, "groups: servers": SLOW_ROW, "groups: multiprocessing": SLOW_ROW}

OUT_OF_MEMORY = ("global", "oom_kill_allocating_task", "klog: global")

EXPECTED = {
    # The machine itself: memory on v1, and root that may not lower oom_score_adj.
    "host": {
        **PEERS,
        **CGROUP_V1,
        "fentry only": NO_FENTRY,
        "containers: manifests": NOT_A_NODE,
        "global": NOT_A_GUEST,
        "hook turned off": NOT_A_GUEST,
        "klog: global": NOT_A_GUEST,
        "klog: overwritten": NOT_OUR_LOG,
        "oom_kill_allocating_task": NOT_A_GUEST,
        "sysrq-f": NOT_A_GUEST,
        "self: CAP_SYS_RESOURCE": NO_RESOURCE_CAPABILITY,
        "self: global": NOT_A_GUEST,
        "service: systemd": NO_SYSTEMD,
        "swap": NO_SWAP,
        "oom_score_adj -999": NO_RESOURCE_CAPABILITY,
        "finish: oom_score_adj -1000": NO_RESOURCE_CAPABILITY,
        "kill -9 at the limit": NO_RESOURCE_CAPABILITY,
    },
    "debian-6.1-v1": {**CGROUP_V1, **SLOW},
    "debian-6.1-v2": SLOW,
    "debian-6.12-v2": SLOW,
    "debian-6.12-confidentiality": {
        **PEERS,
        **SLOW,
        **EXECS,
        "no BTF": NO_READING_WITHOUT_BTF,
        "pods: sidecar": NO_OWN_CGROUP,
    },
    "debian-6.12-integrity": SLOW,
    "debian-6.12-systemd": {},
    "6.1-pidonly-kprobes": {**SMALL, **SLOW, "fentry only": NO_FENTRY},
    "6.1-pidonly-nokprobes": {**SMALL, **PEERS, **SLOW, "fentry only": NO_FENTRY},
    "5.10-pidonly": {**SMALL, **SLOW},
    "7.3": {
        **SMALL,
        **SLOW,
        **{kind: NO_SECOND_KPROBE for kind in (*PEERS, "no BTF")},
        **{kind: LOSES_ROOT for kind in OUT_OF_MEMORY},
    },
}


def is_expected(row, kind, reason):
    return EXPECTED[row].get(kind) == reason
