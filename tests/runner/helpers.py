"""Real runs for the tests of this room: started, awaited, and ended again."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from hotfix_tui.runner import processes, runs
from hotfix_tui.runner import spec as specs
from hotfix_tui.runner.spec import Command, RunSpec
from hotfix_tui.runner.state import RunState

PROGRAM = Path(runs.__file__).with_name("supervise.py")
STARTER = """
import sys, time
from pathlib import Path
import msgspec
from hotfix_tui.runner import runs, spec
runs.start(Path(sys.argv[1]), msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=spec.RunSpec))
print("started", flush=True)
time.sleep(600)
"""


def shell(text, cwd="/", **options):
    return Command(["sh", "-c", text], str(cwd), **options)


def python(text, cwd="/", **options):
    return Command([sys.executable, "-I", "-S", "-c", text], str(cwd), **options)


def waiting(file) -> str:
    """Shell text that waits for a file to be there."""
    return f"until [ -e {shlex.quote(str(file))} ]; do sleep 0.02; done"


def plan(*commands, **options):
    return RunSpec("verify.test", list(commands), **options)


def until(condition, seconds=240.0):
    """Wait for a condition to hold; return its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited without success"
        time.sleep(0.01)
    return value


def finish(rundir) -> RunState:
    return until(lambda: (state := runs.look(rundir)).state != "running" and state)


def run(rundir, *commands, **options) -> RunState:
    runs.start(rundir, plan(*commands, **options))
    return finish(rundir)


def output(rundir) -> bytes:
    """Return the log so far, without the lines that announce commands."""
    data = (rundir / "log").read_bytes()
    for command in specs.read(rundir).commands:
        data = data.replace(os.fsencode(f"$ {shlex.join(command.argv)}\n"), b"", 1)
    return data


def status(rundir) -> dict:
    return json.loads((rundir / "status.json").read_text())


def kill_supervisor(rundir) -> None:
    """Send SIGKILL, and wait until it is gone."""
    pid = status(rundir)["supervisor_pid"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: processes.from_proc(pid) is None)
    runs.reap()


def alive(pid) -> bool:
    return processes.from_proc(pid) is not None


def starter(rundir, spec, folder, **options):
    """Another process that starts the run and then just sits there."""
    path = folder / "asked.json"
    path.write_bytes(specs.encode(spec))
    return subprocess.Popen([sys.executable, "-c", STARTER, str(rundir), str(path)], **options)


def supervisor(rundir):
    """A supervisor started by hand, like a late or second one."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM), str(rundir)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
