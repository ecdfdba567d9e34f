"""
oomtrace is not the next victim, and no way in: what it holds while memory is short, and which
privileges it needs, keeps, and does without.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import cgroup as cgroups
import kernel
from daemon import kills_in
from deadline import until
from near import MIB
from test_cli import one_line, run
from tracer import ROOT, Tracer, records_in

LIMIT = 32 * MIB
MEMORY_USE = ROOT / "build" / "preload" / "memory_use.so"
# linux/capability.h
DAC_OVERRIDE, DAC_READ_SEARCH, SYS_PTRACE, SYS_RESOURCE, BPF = 1, 2, 19, 24, 39
KEPT = {DAC_OVERRIDE, DAC_READ_SEARCH, SYS_PTRACE, BPF}


def kill_one(start, cgroup, **kwargs):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 12 * MIB, **kwargs).go()
    victim.wait()
    return victim


def is_whole(kill):
    """Nothing is missing of who it was, what it held and where it was."""
    known = ("process", "memory", "oom.victim")
    return kill["process"]["command_args"] and not [u for u in kill["unread"] if u.startswith(known)]


# --- memory -------------------------------------------------------------------------------------


@pytest.mark.kind("self: memory")
class TestMemory:
    def test_is_locked(self, tracer):
        """All that can be: maps of BPF and the vdso are the kernel's memory anyway."""
        text = Path(f"/proc/{tracer.process.pid}/smaps").read_text()
        maps = re.findall(r"^[0-9a-f]+-[0-9a-f]+ (.*)\n(?:\w+: .*\n)*?VmFlags: (.*)$", text, re.M)
        kernels = re.compile(r"anon_inode:bpf-map|\[v\w+\]")
        unlocked = [what for what, flags in maps if "lo" not in flags.split()]
        assert len(maps) > 20
        assert [what for what in unlocked if not kernels.search(what)] == []

    def test_ceiling(self, tracer):
        """Not above oomkill of libbpf-tools, which has 3.0 MiB, by more than pages come in rows."""
        assert int(tracer.status()["VmRSS"].split()[0]) < 3584

    def test_score(self, tracer):
        """As low as may be: what the test may not do itself, its child may not either."""
        lowest = -1000 if kernel.can_lower_score() else int(read_score("self"))
        assert int(read_score(tracer.process.pid)) == lowest

    def test_no_memory_before_the_first_write(self, start, cgroup, tmp_path):
        """
        Neither from the heap nor a page that is not there: of the first kill, too. A page that the
        kernel has moved just then is a fault as well: not each time.
        """
        said = [self.use_of_memory(start, cgroup, tmp_path / str(i)) for i in range(3)]
        assert "" in said and "heap" not in "".join(said)

    @staticmethod
    def use_of_memory(start, cgroup, path):
        with Tracer("-o", path, env={"LD_PRELOAD": str(MEMORY_USE)}) as tracer:
            for _ in range(2):
                tracer.process.send_signal(signal.SIGUSR1)
                kill = tracer.only_kill_of(kill_one(start, cgroup).pid)
                assert is_whole(kill)
                tracer.closed(kill["process"]["pid"])
            tracer.stop()
        assert records_in(path) == tracer.records
        return tracer.talk

    def test_in_a_tight_cgroup(self, start, cgroup, tmp_path):
        """2 MiB more than it has: what a kill takes is there before, what a group takes is not."""
        path = tmp_path / "records"
        with cgroups.create() as own, Tracer("-o", path, within=own) as tracer:
            own.limit(own.usage() + 2 * MIB)
            for _ in range(3):
                victim = kill_one(start, cgroup)
                assert is_whole(tracer.only_kill_of(victim.pid))
            tracer.stop()
            assert own.kills() == 0
        assert records_in(path) == tracer.records


def read_score(pid):
    return Path(f"/proc/{pid}/oom_score_adj").read_text()


@pytest.mark.kind("self: use of memory is seen")
@pytest.mark.parametrize(
    ("use", "said"),
    [("bytearray(1 << 20)", b"memory_use: heap\n"), ("page[0] = 1", b"memory_use: page faults\n")],
)
def test_use_of_memory_is_said(use, said):
    """Else test_no_memory_before_the_first_write could not fail."""
    code = f"""import mmap, os, signal
page, line = mmap.mmap(-1, 4096), b'"type":"oom_kill"'
os.kill(os.getpid(), signal.SIGUSR1)
os.write(1, b"")
{use}
os.write(1, line)"""
    env = {"LD_PRELOAD": str(MEMORY_USE)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert said in done.stderr


@pytest.mark.kind("self: global")
def test_machine_out_of_memory(start, tmp_path):
    """It lowers its score by itself, and pages of its code need not be read back: none is lost."""
    kernel.needs(kernel.GUEST, kernel.NOT_A_GUEST)
    path = tmp_path / "records"
    own_score = Path("/proc/self/oom_score_adj")
    before = own_score.read_text()
    with Tracer("-o", path) as tracer:
        faults = major_faults(tracer.process.pid)
        own_score.write_text("-1000")
        try:
            victim = start("hog", "--step", 1024 * MIB, "--score-adj", 500).go()
            victim.wait(300)
            assert tracer.only_kill_of(victim.pid)["oom"]["kind"] == "killed"
        finally:
            own_score.write_text(before)
        assert tracer.status()["VmSwap"] == "0 kB"
        assert major_faults(tracer.process.pid) == faults
        tracer.stop()
    assert records_in(path) == tracer.records


def major_faults(pid):
    """Field 12 of /proc/PID/stat: those that had to read from a disk."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[12 - 3])


# --- privileges ---------------------------------------------------------------------------------


def bits(mask):
    return {bit for bit in range(64) if int(mask, 16) >> bit & 1}


@pytest.mark.kind("self: privileges")
class TestPrivileges:
    def test_what_is_kept(self, tracer):
        status = tracer.status()
        had = bits(re.search(r"^CapPrm:\s*(\w+)$", Path("/proc/self/status").read_text(), re.M)[1])
        assert bits(status["CapEff"]) == bits(status["CapPrm"]) == KEPT & had
        assert bits(status["CapInh"]) == bits(status["CapAmb"]) == set()
        assert status["NoNewPrivs"] == "1"

    @pytest.mark.kind("self: seccomp")
    def test_calls_are_filtered(self, tracer):
        kernel.needs(kernel.has_seccomp_filters(), kernel.NO_SECCOMP_FILTERS)
        assert tracer.status()["Seccomp"] == "2"


def as_nobody(*capabilities, memlock="unlimited"):
    """The command that runs another with these capabilities and nothing else."""
    names = ",".join(f"+{name}" for name in capabilities)
    limit = ["prlimit", f"--memlock={memlock}"] if can_set_memlock(memlock) else []
    return [
        *limit,
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *(f"--inh-caps={names}", f"--ambient-caps={names}", f"--bounding-set=-all,{names}"),
    ]


def can_set_memlock(memlock):
    return memlock != "unlimited" or kernel.has_capability(SYS_RESOURCE)


LEAST = ("bpf", "perfmon")
# user/record/ring.c maps 16 KiB and a page of the ring; a victim's record alone has 488 bytes.
KILLS_PAST_A_WINDOW = 50


def live(tracer):
    return [hook["name"] for hook in tracer.start["hooks"] if hook["live"]]


@pytest.mark.kind("self: least privilege")
class TestLeastPrivilege:
    def test_kill_is_recorded(self, tracer, start, cgroup):
        """
        Not even a hook is missing that root has. One may be attached in another way: Debian's patch
        for kernel.perf_event_paranoid=3 refuses a kprobe, but not fentry, without CAP_SYS_ADMIN.
        """
        with Tracer(under=as_nobody(*LEAST)) as least:
            victim = kill_one(start, cgroup)
            assert live(least) == live(tracer)
            assert is_whole(least.only_kill_of(victim.pid))
            status = least.status()
            least.stop()
        assert status["Uid"].split() == ["65534"] * 4
        assert bits(status["CapEff"]) == {BPF}

    @pytest.mark.parametrize("missing", LEAST)
    def test_needed(self, missing):
        done = run(before=as_nobody(*(name for name in LEAST if name != missing)))
        assert (done.returncode, done.stdout) == (1, "")
        assert "CAP_BPF and CAP_PERFMON" in one_line(done.stderr)


@pytest.mark.parametrize("has", [True, False], ids=["with", "without"])
class TestWhatCapabilitiesAreFor:
    """The table of the README: what each one gives on top of the least, and what is missing else."""

    @pytest.mark.kind("self: CAP_IPC_LOCK")
    def test_locked_memory(self, has):
        before = as_nobody(*LEAST, *["ipc_lock"] * has, memlock=65536)
        if kernel.bpf_is_locked_memory():
            assert "RLIMIT_MEMLOCK" in one_line(run(before=before).stderr)
            return
        with Tracer(under=before) as tracer:
            assert (tracer.status()["VmLck"] != "0 kB") == has
            tracer.stop()

    @pytest.mark.kind("self: memory beyond the limit")
    def test_limit_of_locked_memory(self, storm, rows, has):
        """It is far below what is locked at the start: what comes later is not refused for that."""
        before = as_nobody(*LEAST, *["ipc_lock"] * has, memlock=65536)
        if kernel.bpf_is_locked_memory():
            assert "RLIMIT_MEMLOCK" in one_line(run(before=before).stderr)
            return
        with Tracer(under=before) as tracer:
            made = rows()
            storm(KILLS_PAST_A_WINDOW, made)
            stop = tracer.stop()
        assert len(kills_in(made[0], tracer.records)) == KILLS_PAST_A_WINDOW
        assert set(stop["totals"]["lost"].values()) == {0}
        assert tracer.talk == ""

    @pytest.mark.kind("self: CAP_SYS_RESOURCE")
    def test_score(self, has):
        kernel.needs(kernel.can_lower_score(), kernel.NO_RESOURCE_CAPABILITY)
        with Tracer(under=as_nobody(*LEAST, *["sys_resource"] * has)) as tracer:
            assert (int(read_score(tracer.process.pid)) == -1000) == has
            tracer.stop()

    @pytest.mark.kind("self: CAP_SYS_NICE")
    def test_priority(self, has):
        with Tracer(under=as_nobody(*LEAST, *["sys_nice"] * has)) as tracer:
            tracer.status()
            nice = os.getpriority(os.PRIO_PROCESS, tracer.process.pid)
            assert nice == (-20 if has else os.getpriority(os.PRIO_PROCESS, 0))
            tracer.stop()

    @pytest.mark.kind("self: CAP_SYS_PTRACE")
    def test_rank_of_a_process_that_is_older(self, start, cgroup, has):
        cgroup.limit(LIMIT)
        victim = start("hog", "--hold", 12 * MIB, env={"RANK": "3"})
        # environ has mode 0400, and then asks for CAP_SYS_PTRACE, or on newer kernels CAP_PERFMON
        # ("mm,procfs: allow read-only remote mm access under CAP_PERFMON").
        before = as_nobody(*LEAST, *["dac_read_search", "sys_ptrace"] * has)
        with Tracer(under=before) as tracer:
            victim.go().wait()
            process = tracer.only_kill_of(victim.pid)["process"]
            tracer.stop()
        assert process["command_args"]
        assert process["rank"] == ({"RANK": "3"} if has else None)

    @pytest.mark.kind("self: CAP_DAC_READ_SEARCH")
    def test_cgroup_counts(self, start, cgroup, has):
        with Tracer(under=as_nobody(*LEAST, *["dac_read_search"] * has)) as tracer:
            victim = kill_one(start, cgroup)
            tracer.only_kill_of(victim.pid)
            stop = tracer.stop()
        counts = {entry["cgroup_id"]: entry["oom_kill"] for entry in stop["cgroups"]}
        assert counts[cgroup.id] == (1 if has else None)

    @pytest.mark.kind("self: CAP_DAC_OVERRIDE")
    def test_output_in_a_directory_of_another_user(self, tmp_path, has):
        path = tmp_path / "records"
        before = as_nobody(*LEAST, *["dac_override"] * has)
        if has:
            with Tracer("-o", path, under=before) as tracer:
                tracer.stop()
            assert records_in(path) == tracer.records
        else:
            done = run("-o", path, before=before)
            assert (done.returncode, done.stdout) == (1, "")
            assert "Permission denied" in one_line(done.stderr)
