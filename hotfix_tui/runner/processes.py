"""Which processes exist, and which of them are ours: read from /proc, elsewhere from `ps`.

A pid alone is never trusted, because pids are reused: pid, start time and boot together identify a process.
Standard library only: the supervisor imports this module without the rest of the package.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from hotfix_tui.base import durable

TAG = "HOTFIX_TUI_RUN"
"""Environment variable of every child: the real path of its run folder."""


class Process(NamedTuple):
    """One living process: its parent, its group and a start time that is only good for comparing."""

    parent: int
    group: int
    start: str


def _output_of(argv: list[str]) -> str:
    import subprocess

    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("ascii", "replace")


def boot_id() -> str:
    """Return an identifier of this boot of the machine; "" if the system has none."""
    try:
        return durable.read_small("/proc/sys/kernel/random/boot_id").decode("ascii").strip()
    except OSError:
        # boottime moves when the clock is set, the session UUID does not.
        return _output_of(["sysctl", "-n", "kern.bootsessionuuid"]).strip()


def from_proc(pid: int) -> Process | None:
    """Return one process from /proc; None when it is gone, a zombie, or there is no /proc."""
    try:
        # The second field is the program's name in parentheses and may contain anything.
        fields = durable.read_small(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    except OSError:
        return None
    if len(fields) < 20 or fields[0] in b"ZX":
        return None
    return Process(int(fields[1]), int(fields[2]), fields[19].decode())


def from_ps(pid: int | None = None) -> dict[int, Process]:
    """Return one process, or all of them, as `ps` reports them; without zombies."""
    which = ["-A"] if pid is None else ["-p", str(pid)]
    processes = {}
    output = _output_of(
        ["ps", *which, "-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "stat=", "-o", "lstart="]
    )
    for line in output.splitlines():
        fields = line.split(None, 4)
        if len(fields) == 5 and fields[0].isdigit() and not fields[3].startswith("Z"):
            processes[int(fields[0])] = Process(int(fields[1]), int(fields[2]), fields[4].strip())
    return processes


def snapshot() -> dict[int, Process]:
    """Return all living processes by pid; empty if the system cannot list them."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        pids = []
    if not pids:
        return from_ps()
    seen = ((pid, from_proc(pid)) for pid in pids)
    return {pid: process for pid, process in seen if process is not None}


def start_time(pid: int) -> str:
    """Return when a process started, as text that is only good for comparing; "" when it is gone."""
    process = from_proc(pid)
    if process is None and not os.path.exists("/proc/self/stat"):
        process = from_ps(pid).get(pid)
    return process.start if process else ""


def tree(root: int, groups: set[int]) -> dict[int, Process]:
    """Return all living descendants of `root`, and the members of `groups`; without `root` itself."""
    everything = snapshot()
    children: dict[int, list[int]] = {}
    for pid, process in everything.items():
        children.setdefault(process.parent, []).append(pid)
    pids = {pid for pid, process in everything.items() if process.group in groups}
    todo = [root, *pids]
    while todo:
        for pid in children.get(todo.pop(), ()):
            if pid not in pids:
                pids.add(pid)
                todo.append(pid)
    pids.discard(root)
    return {pid: everything[pid] for pid in pids}


def survivors(folder: str, status: Mapping[str, object]) -> list[int]:
    """Return the living processes of the run in `folder`, as its `status` names them; none after a reboot."""
    boot = status.get("boot_id")
    if boot and boot != boot_id():
        return []
    alive = tagged(os.path.realpath(folder))
    pid, start = status.get("pid"), status.get("pid_start")
    if isinstance(pid, int) and start and start_time(pid) == start and pid not in alive:
        alive.append(pid)
    return alive


def tagged(folder: str) -> list[int]:
    """Return the living processes whose environment says that they belong to the run in `folder` (a real path).

    Finds what a dead supervisor left behind, including grandchildren. Linux only; elsewhere empty.
    """
    needle = b"\0" + os.fsencode(f"{TAG}={folder}") + b"\0"
    mine = []
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    for pid in pids:
        try:
            environment = b"\0" + durable.read_small(f"/proc/{pid}/environ") + b"\0"
        except OSError:
            continue
        if needle in environment and from_proc(pid) is not None:
            mine.append(pid)
    return sorted(mine)
