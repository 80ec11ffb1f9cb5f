"""What a run is to do: the commands and everything around them, as stored in `spec.json`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hotfix_tui.base import plain_file

_PACKAGE = __name__.partition(".")[0]


class Command(msgspec.Struct, frozen=True):
    """One command line. `ok` are the exit statuses that count as success; `env` is added to the environment."""

    argv: list[str]
    cwd: str
    env: dict[str, str] = {}
    ok: list[int] = msgspec.field(default_factory=lambda: [0])
    title: str = ""


def is_own(argv: Sequence[str]) -> bool:
    """Return whether `argv` calls a module of this package; a project's own command may use the same interpreter."""
    if list(argv[:1]) != [sys.executable] or "-m" not in argv[:4]:
        return False
    return argv[argv.index("-m") + 1].partition(".")[0] == _PACKAGE


class RunSpec(msgspec.Struct, frozen=True):
    """One run: commands, one after the other, up to the first whose status is not in its `ok`.

    `tty` gives them a terminal for their output, otherwise a pipe. `env` is added for all of them. `timeout` and
    `grace` are seconds: the run is cancelled when it takes longer; a cancel waits `grace` between INT, TERM and
    KILL. `locks` are paths of lock files held while the commands live; `holder` is the description of us that
    others see; with `lenient` the run starts even without locks that the file system does not support. There is no
    standard input.
    """

    step: str
    commands: list[Command]
    tty: bool = True
    env: dict[str, str] = {}
    timeout: float | None = None
    locks: list[str] = []
    lenient: bool = False
    holder: str = ""
    grace: float = 5.0


def encode(spec: RunSpec) -> bytes:
    """Return `spec` as ASCII JSON: also for arguments that are not UTF-8 (surrogate escapes)."""
    return (json.dumps(msgspec.to_builtins(spec), indent=1) + "\n").encode("ascii")


def read(rundir: Path) -> RunSpec:
    """Return the spec that a run was started with.

    Raises FileNotFoundError when there is none, ValueError with the reason when it is damaged.
    """
    try:
        return msgspec.convert(json.loads(plain_file.read(str(rundir / "spec.json"))), RunSpec)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ValueError(f"{rundir / 'spec.json'}: {error}") from error
