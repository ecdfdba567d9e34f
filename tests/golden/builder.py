"""
A recording as oomtrace makes one, of a story told by hand: which processes there are, which are
killed, what ends or starts then, and when oomtrace looks. Times are in ms after the kill.
"""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIB, MS, S = 1 << 20, 10**6, 10**9
KILLED = 100 * S  # when the first victim dies, after boot
PYTHON = "/usr/bin/python3"
PACKAGES = "/usr/local/lib/python3.11/site-packages"
SPAWN = (
    PYTHON,
    "-c",
    "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)",
    "--multiprocessing-fork",
)
TRACKER = (PYTHON, "-c", "from multiprocessing.resource_tracker import main;main(4)")
CONTAINER = "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"


def moment(pid, at):
    """When a process started, in ns since boot: AT ms after the kill, or else before it."""
    return pid * 100 * MS if at is None else KILLED + int(at * MS)


class Recording:
    """One OOM decision and what came of it; a cgroup with a limit of 1 GiB."""

    def __init__(self, path="/serving", oom_group=False, **names):
        self.lines, self.live, self.victims, self.execs = [], {}, {}, 0
        self.names = names
        self.cgroup = {
            "id": 4242,
            "path": path,
            "limits_known": True,
            "limit_bytes": 1024 * MIB,
            "usage_bytes": 1024 * MIB,
            "oom_group": oom_group,
        }
        self.put(
            "recording",
            version=1,
            oomtrace="0.1.0",
            host="node1",
            release="6.12.0",
            machine="x86_64",
            boot_id="9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d",
            page_bytes=4096,
            ledger_ns=1 * S,
            boot_to_real_ns=1795493314 * S,
            watch_seconds=30,
        )

    def put(self, key, /, **fields):
        """What is zero or empty is left out, as oomtrace itself does."""
        self.lines.append({key: {name: value for name, value in fields.items() if value}})

    def run(self, pid, parent, *args, at=None, **fields):
        """A process that was exec'ed; its pid is below 1000."""
        self.execs += 1
        name = args[0].rsplit("/", 1)[-1]
        self.live[pid] = {
            "pid": pid,
            "parent_pid": parent,
            "vpid": pid,
            "session_id": 100,
            "start_ns": moment(pid, at),
            "exec": {"exe_file": self.execs, "arg_start": self.execs},
            "comm": name[:15],
            "executable": "python3.11" if name == "python3" else name,
            "title": " ".join(args)[:127],
            "args": [*args, ""],
            "rss_bytes": 100 * MIB,
            "cgroup_id": 4242,
        } | fields

    def script(self, pid, parent, path, *args, **fields):
        """A Python script that was exec'ed by its own name, from which it has its comm."""
        name = path.rsplit("/", 1)[-1]
        self.run(pid, parent, PYTHON, path, *args, **{"comm": name[:15]} | fields)

    def spawn(self, pid, parent, title=None, **fields):
        """A worker of multiprocessing that was spawned; a TITLE is given as setproctitle does."""
        named = {"title": title, "comm": title[:15]} if title else {}
        self.run(pid, parent, *SPAWN, **named, **fields)

    def fork(self, pid, parent, at=None, title=None, **fields):
        """One that only was forked; a TITLE is given as setproctitle does, so to the comm too."""
        named = {"title": title, "comm": title[:15]} if title else {}
        self.live[pid] = (
            {
                **self.live[parent],
                "pid": pid,
                "parent_pid": parent,
                "vpid": pid,
                "start_ns": moment(pid, at),
                "forked_only": True,
            }
            | named
            | fields
        )

    def kill(self, *pids, at=0):
        """The OOM killer; all but the first as members of their memory.oom.group."""
        time = KILLED + int(at * MS)
        self.put(
            "decision",
            oom_id=1,
            time_ns=time,
            constraint=3,
            gfp_mask=0xCC0,
            points=60000,
            chosen_pid=pids[0],
            hit=self.cgroup,
        )
        for seq, pid in enumerate(pids, 1):
            self.victim(self.live[pid], seq, time + seq * 10_000)
        self.put("decision_end", oom_id=1, time_ns=time + S // 1000, last_seq=len(pids))

    def victim(self, process, seq, time):
        pid = process["pid"]
        self.victims[pid] = (seq, time)
        facts = {
            key: process[key] for key in ("pid", "parent_pid", "session_id", "start_ns", "exec")
        }
        facts |= {"tid": pid, "pids": [pid], "title": process["comm"]}
        facts |= {"executable": process["executable"]}
        if process.get("forked_only"):
            facts["forked_only"] = True
        self.put(
            "victim",
            seq=seq,
            time_ns=time,
            oom_id=1,
            kind="killed" if seq == 1 else "group_member",
            chosen=int(seq == 1),
            process=facts,
            memory={"anon_rss_bytes": 600 * MIB if seq == 1 else 100 * MIB},
            cgroup=self.cgroup,
            trigger_pid=pid,
            trigger_tid=pid,
            trigger_title=process["comm"],
            names=self.names,
            hostname=self.names.get("pod", ""),
            exec={
                key: value
                for key, value in {
                    "args": process["args"],
                    "ranks": process.get("ranks"),
                    "args_total_bytes": len("\0".join(process["args"])),
                }.items()
                if value
            },
        )

    def exit(self, *pids, at, reaped=True):
        """Victims are gone after AT ms; unreaped, a zombie stays."""
        for pid in pids:
            seq, killed = self.victims[pid]
            start = self.live[pid]["start_ns"]
            self.put(
                "exit",
                seq=seq,
                time_ns=KILLED + int(at * MS),
                oom_id=1,
                pid=pid,
                start_ns=start,
                killed_ns=killed,
                freed_known=True,
                freed_bytes=600 * MIB if seq == 1 else 100 * MIB,
            )
            self.live[pid] |= {"zombie": True, "title": "", "rss_bytes": 0}
            self.orphan(pid)
            if reaped:
                del self.live[pid]

    def lose(self, pid, gone, reaped=True):
        """One is killed, oomtrace looks, and GONE ms after the kill it is gone."""
        self.kill(pid)
        self.look(at=2)
        self.exit(pid, at=gone, reaped=reaped)

    def orphan(self, pid):
        """Children of a process that ended are init's."""
        for process in self.live.values():
            if process["parent_pid"] == pid:
                process["parent_pid"] = 1

    def end(self, *pids, at, by=None, signal=9):
        """Others end, by themselves or because BY, which may be init, sent them a signal."""
        init = {"comm": "systemd"}
        for pid in pids:
            time = KILLED + int(at * MS)
            ids = {"pid": pid, "start_ns": self.live[pid]["start_ns"]}
            if by:
                sender = {"sender_pid": by, "sender_title": self.live.get(by, init)["comm"]}
                self.put("signal", time_ns=time, **ids, signal=signal, **sender)
            del self.live[pid]
            self.orphan(pid)
            self.put("gone", time_ns=time + MS, **ids, exit_code=signal if by else 0)

    def look(self, at, usage=None):
        """At the processes as they are AT ms after the kill; USAGE in MiB, for the last look."""
        for pid in sorted(self.live):
            self.put("process", **self.live[pid])
        after = {"usage_after_known": True, "usage_after_bytes": usage * MIB} if usage else {}
        self.put("look", oom_id=1, time_ns=KILLED + int(at * MS), **after)

    def write(self, name):
        self.put("end")
        lines = [json.dumps(line, separators=(",", ":")) for line in self.lines]
        (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
