"""The snapshot against what /proc says: who is there, in a cgroup and below, and what each one is."""

import errno
import os
import signal
from pathlib import Path

import pytest

import cgroup as cgroups
import kernel
from deadline import until
from driver import Snapshot
from near import MIB, near

pytestmark = pytest.mark.kind("snapshot")

PF_FORKNOEXEC, PF_KTHREAD = 0x40, 0x200000
HOLD = ("--hold", 8 * MIB)


def stat(pid):
    """What /proc says of a process, or None when it has gone or is a thread of the kernel."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes().decode("utf-8", "replace")
        cgroup = Path(f"/proc/{pid}/cgroup").read_text()
        status = Path(f"/proc/{pid}/status").read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    words = text[text.rindex(")") + 2 :].split()
    flags = int(words[6])
    if flags & PF_KTHREAD:
        return None
    return {
        "comm": text[text.index("(") + 1 : text.rindex(")")],
        "zombie": words[0] in "ZX",
        "parent_pid": int(words[1]),
        "session_id": int(words[3]),
        "forked_only": bool(flags & PF_FORKNOEXEC),
        "start_ticks": int(words[19]),
        "cgroup_id": memory_cgroup_id(cgroup),
        "vpid": int(status.split("NSpid:")[1].splitlines()[0].split()[-1]),
    }


def memory_cgroup_id(lines):
    """The nearest cgroup with the memory controller, from /proc/PID/cgroup."""
    mark = "0::" if cgroups.UNIFIED else ":memory:"
    path = next(line.split(mark)[1] for line in lines.splitlines() if mark in line)
    directory = kernel.CGROUP_MOUNT / path.strip("/")
    while cgroups.UNIFIED and directory != kernel.CGROUP_MOUNT:
        if (directory / "memory.current").exists():
            break
        directory = directory.parent
    return directory.stat().st_ino if directory.exists() else None


def everybody():
    found = {int(name): stat(name) for name in os.listdir("/proc") if name.isdigit()}
    return {pid: process for pid, process in found.items() if process}


def as_stat(process):
    """A process of the snapshot in the terms of stat()."""
    told = {key: process[key] for key in stat(os.getpid()) if key != "start_ticks"}
    return {**told, "start_ticks": process["start_ns"] * kernel.TICKS // 10**9}


def test_of_the_whole_machine_is_what_proc_says():
    before = everybody()
    taken = Snapshot(0)
    after = everybody()
    stable = {pid for pid in before if before[pid] == after.get(pid)}
    assert os.getpid() in stable
    assert taken.summary["how"] == "iter"
    # Some hosts keep their first process from being looked at.
    told = stable & taken.by_pid.keys()
    assert stable - told <= {1}
    assert {p: as_stat(taken.by_pid[p]) for p in told} == {p: before[p] for p in told}
    assert taken.by_pid.keys() <= before.keys() | after.keys() | {
        pid for pid in taken.by_pid if not Path(f"/proc/{pid}").exists()
    }


def test_has_what_is_in_the_cgroup_and_below(start, cgroup):
    child, other = cgroup.child("child"), cgroup.child("other")
    inner = cgroup.child("parent").child("inner")
    pids = [start("hog", *HOLD, within=place).pid for place in (child, other, inner)]
    assert Snapshot(cgroup.id).by_pid.keys() == set(pids)
    assert Snapshot(child.id).by_pid.keys() == {pids[0]}
    assert Snapshot(inner.id).by_pid.keys() == {pids[2]}
    with cgroups.create() as elsewhere:
        assert Snapshot(elsewhere.id).by_pid == {}


def test_forked_workers_share_the_exec_of_their_manager(start, cgroup):
    ready = start("group", 4 * MIB, 3).ready
    taken = Snapshot(cgroup.id).by_pid
    manager, workers = taken[ready["pid"]], [taken[pid] for pid in ready["workers"]]
    assert len(taken) == 4
    assert not manager["forked_only"] and manager["exe_file"] and manager["arg_start"]
    for worker in workers:
        assert worker["forked_only"]
        assert worker["parent_pid"] == manager["pid"]
        assert (worker["exe_file"], worker["arg_start"]) == (
            manager["exe_file"],
            manager["arg_start"],
        )
        assert worker["args"] == manager["args"] != []


def test_two_execs_of_one_program_differ(start, cgroup):
    pids = [start("hog", *HOLD).pid for _ in range(2)]
    taken = Snapshot(cgroup.id).by_pid
    first, second = ((taken[p]["exe_file"], taken[p]["arg_start"]) for p in pids)
    assert first != second


def test_what_it_holds_and_was_started_with(start, cgroup):
    env = {"RANK": "3", "WORLD_SIZE": "8", "OTHER": "no"}
    hog = start("hog", "--hold", 24 * MIB, "--comm", "a (b) c", "--", "serve", "x" * 300, env=env)
    process = Snapshot(cgroup.id).by_pid[hog.pid]
    assert process["rss_bytes"] == near(hog.status["VmRSS"])
    assert process["comm"] == "a (b) c"
    assert process["executable"] == "hog"
    assert process["executable_read"] == ("" if kernel.lockdown() == "confidentiality" else "hog")
    line = b"\0".join(hog.argv)
    assert "\0".join(process["args"]).encode() == line[:256]
    assert process["ranks"] == ["RANK=3", "WORLD_SIZE=8"]
    assert process["title"] == line.replace(b"\0", b" ")[:127].decode()


def test_the_title_is_how_it_calls_itself_now(start, cgroup):
    hog = start("hog", *HOLD, "--title", "worker 3: serving")
    assert Snapshot(cgroup.id).by_pid[hog.pid]["title"] == "worker 3: serving"


def test_pid_in_its_own_namespace(start, cgroup):
    hog = start("hog", *HOLD, "--newns", "pid", "--depth", 2)
    process = Snapshot(cgroup.id).by_pid[hog.pid]
    assert process["vpid"] == hog.status["NStgid"][-1] != hog.pid


def test_a_zombie_is_told_of(start, cgroup):
    hog = start("hog", *HOLD)
    os.kill(hog.pid, signal.SIGKILL)
    until(lambda: stat(hog.pid)["zombie"], "the process to be a zombie")
    process = Snapshot(cgroup.id, known=[hog.pid]).by_pid[hog.pid]
    assert process["zombie"] and process["rss_bytes"] == 0
    assert process["comm"] == "hog" and process["parent_pid"] == os.getpid()


def test_a_process_whose_leader_has_exited(start, cgroup):
    hog = start("hog", "--hold", 16 * MIB, "--threads", 3, "--leader-exits")
    assert stat(hog.pid)["zombie"]
    process = Snapshot(cgroup.id).by_pid[hog.pid]
    assert not process["zombie"]
    assert process["rss_bytes"] == near(hog.status["VmRSS"])
    assert process["exe_file"]


def test_more_processes_than_one_read_gives(start, cgroup):
    groups = [start("group", kernel.PAGE, 60).ready for _ in range(4)]
    taken = Snapshot(cgroup.id).by_pid
    assert taken.keys() == {pid for g in groups for pid in (g["pid"], *g["workers"])}
    assert taken.keys() == set(cgroup.pids())


def can_ask_each():
    return kernel.iterates_one_task() and kernel.has_file_handles()


def why_not_each():
    return errno.E2BIG if kernel.has_file_handles() else errno.ENOSYS


@pytest.fixture
def inhabited(start, cgroup):
    """A cgroup with those below it, and who is in there, of each sort; the zombies."""
    inner, child = cgroup.child("parent").child("inner"), cgroup.child("child")
    group = start("group", 4 * MIB, 3, within=inner, env={"LOCAL_RANK": "1"}).ready
    start("hog", *HOLD, "--newns", "pid", "--title", "a title", within=child)
    start("hog", *HOLD, "--threads", 3, "--leader-exits", within=cgroup.child("other"))
    with_threads = start("hog", *HOLD, "--threads", 3, within=cgroup.child("threads"))
    if cgroups.UNIFIED:
        threaded = cgroups.Cgroup(cgroup.directory / "threads" / "threaded")
        threaded.write("cgroup.type", "threaded")
        threaded.write("cgroup.threads", with_threads.pid)
    hog = start("hog", *HOLD, within=child)
    zombies = hog.pid, group["workers"][0]
    for pid in zombies:
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: stat(pid)["zombie"], "the process to be a zombie")
    return cgroup, zombies


def test_each_by_itself_and_all_at_once_are_the_same(inhabited):
    cgroup, zombies = inhabited
    every = Snapshot(cgroup.id, "all").by_pid
    assert every.keys() == {*cgroup.pids(), *zombies}
    if not can_ask_each():
        assert Snapshot(cgroup.id, "each", err=why_not_each()).by_pid == {}
        return
    gone = 2**22 - 1
    for _ in range(2):
        each = Snapshot(cgroup.id, "each", known=[*zombies, gone, zombies[0], os.getpid()]).by_pid
        assert each.keys() == every.keys()
        for pid, process in each.items():
            assert process == {**every[pid], "rss_bytes": near(every[pid]["rss_bytes"])}
    assert Snapshot(cgroup.id, "each").by_pid.keys() == every.keys() - set(zombies)


def test_a_zombie_of_a_cgroup_that_was_removed(start, cgroup):
    child = cgroup.child("child")
    removed = child.id
    hog = start("hog", *HOLD, within=child)
    os.kill(hog.pid, signal.SIGKILL)
    until(lambda: stat(hog.pid)["zombie"], "the process to be a zombie")
    child.remove()
    ways = ["any", "all"] + ["each"] * can_ask_each()
    for way in ways:
        taken = Snapshot(removed, way, known=[hog.pid]).by_pid
        assert taken.keys() == {hog.pid} and taken[hog.pid]["zombie"]


def test_looks_no_further_than_the_group_where_the_node_is_large(start, cgroup):
    """Tasks are tasks: the threads of one process make a node as large as so many processes."""
    group = start("group", kernel.PAGE, 3).ready
    with cgroups.create() as elsewhere, kernel.counting_runs():
        start("hog", *HOLD, "--threads", 400, within=elsewhere)
        taken = Snapshot(cgroup.id)
    assert taken.by_pid.keys() == {group["pid"], *group["workers"]}
    runs = taken.summary["runs"]  # once more for the end of each iteration
    assert runs == 2 * 4 if can_ask_each() else runs > 400


@pytest.mark.kind("snapshot from /proc")
def test_without_the_iterator_proc_tells_the_same(start, cgroup):
    kernel.needs(kernel.has_file_handles(), kernel.NO_FILE_HANDLES)
    child = cgroup.child("child")
    start("group", 4 * MIB, 2, within=child, env={"LOCAL_RANK": "1"})
    start("hog", *HOLD, "--newns", "pid", "--title", "a title", within=child)
    iterated, walked = Snapshot(cgroup.id), Snapshot(cgroup.id, "proc")
    assert (iterated.summary["how"], walked.summary["how"]) == ("iter", "proc")
    exact = {"comm", "pid", "parent_pid", "vpid", "session_id", "forked_only", "zombie", "title"}
    exact |= {"executable", "ranks"}
    assert iterated.by_pid.keys() == walked.by_pid.keys() != set()
    for pid, process in iterated.by_pid.items():
        other = walked.by_pid[pid]
        assert {key: process[key] for key in exact} == {key: other[key] for key in exact}
        assert process["rss_bytes"] == near(other["rss_bytes"])
        assert 0 <= process["start_ns"] - other["start_ns"] < 10**9 // kernel.TICKS
