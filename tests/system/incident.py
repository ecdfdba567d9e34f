"""What the two records of an incident have to say of a group."""

CONSISTENT = {
    "whole_group": True,
    "group_exit": True,
    "group_restart": True,
    "respawned": True,
    "single": True,
    "helper_lost": True,
    "degraded": False,
    "manager_only": False,
    "headless": False,
    "unreaped": False,
}


def check(tracer, group, victim, framework, verdict, at_once=False):
    """
    That in the incident of VICTIM the group is this one, each with its part; that all others were
    there when it was opened, but for those that follow the victim faster than anybody can look,
    which they may where it is AT_ONCE; and that it was closed with VERDICT. The record of that.
    """
    at_once |= verdict in ("group_exit", "group_restart")
    roles = group.roles()
    role = roles.pop(victim)
    opened, closed = tracer.opened(victim), tracer.closed(victim)
    for record in opened, closed:
        assert record["group"], record["unread"]
        print(summary(record))  # of use when it fails
        assert record["group"]["framework"] == framework
        assert record["group"]["role"] == role
        assert record["group"]["manager_pid"] == record["group"]["top_pid"] == group.manager
        assert survivors(record).items() <= roles.items()
        if not at_once:
            assert survivors(record) == roles
            assert record["group"]["members"] == len(roles) + 1
        if not at_once and victim in group.workers and group.alike:
            assert record["group"]["index"] == group.workers.index(victim) + 1
            assert record["group"]["of"] == len(group.workers)
        assert [v["process"]["pid"] for v in record["victims"]] == [victim]
    assert (opened["state"], closed["state"]) == ("open", "closed")
    assert (closed["verdict"], closed["consistent"]) == (verdict, CONSISTENT[verdict])
    return closed


def survivors(record):
    """pid -> role"""
    return {one["process"]["pid"]: one["role"] for one in record["survivors"]}


def fates(record):
    """pid -> fate"""
    return {one["process"]["pid"]: one["fate"] for one in record["survivors"]}


def followed_by(record):
    """Each later signal: (pid, signal, who sent it)."""
    return [(s["pid"], s["signal"], s["by"]) for s in record["followed_by"]]


def summary(record):
    """In one line."""
    group = record["group"] or {}
    return (
        f"{record['state']} {record['verdict']}: {group}; survivors {survivors(record)}, "
        f"{fates(record)}, replacements {record['replacements']}, "
        f"followed by {followed_by(record)}, evidence {record['evidence']}"
    )
