"""What surrounds a step in the tests, in place of the engine and the supervisor: ownership, trust, a run to its end."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotfix_tui.config import trust
from hotfix_tui.config.load import LoadedConfig
from hotfix_tui.config.read import from_table
from hotfix_tui.incident.model.record import Record
from hotfix_tui.runner.environment import child_environment
from hotfix_tui.runner.runs import RunState
from hotfix_tui.runner.spec import RunSpec, encode
from hotfix_tui.session import origin, places
from hotfix_tui.steps.contract import Plan
from tests.recorder import as_product


def own(record: Record, root: str, directory: str) -> None:
    """Do what opening the incident here does: it is this user's own."""
    record.doc["root"] = root
    record.doc[origin.KEY] = origin.seal(record.doc, directory)


def agree(table: dict[str, Any], root: str) -> None:
    """Do what `hotfix-tui trust` does: this configuration was read and agreed to."""
    state = Path(places.state_root())
    loaded = LoadedConfig(from_table(table), table, None, "")
    if not trust.trusted(state, loaded, root):
        trust.allow(state, loaded, root)


def carry_out(plan: Plan, folder: Path, env: Mapping[str, str] | None = None) -> RunState:
    """Run a plan's commands as the supervisor does: up to the first failure, described and logged in `folder`."""
    folder.mkdir(parents=True)
    spec = RunSpec(step="", commands=plan.commands, tty=plan.tty, timeout=plan.timeout, holder="")
    (folder / "spec.json").write_bytes(encode(spec))
    failed = code = None
    codes: list[int] = []
    started = datetime.now(UTC).isoformat()
    with (folder / "log").open("wb") as log, as_product():
        for number, command in enumerate(plan.commands):
            log.write(b"$ " + os.fsencode(shlex.join(command.argv)) + b"\n")
            log.flush()
            more = child_environment(
                os.environ, env or {}, plan.env, command.env, {"HOTFIX_TUI_RUN": str(folder)}
            )
            try:
                code = subprocess.run(
                    command.argv, cwd=command.cwd, env=more, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                ).returncode
            except FileNotFoundError:
                code = 127
            codes.append(code)
            if code not in command.ok:
                failed = number
                break
    return RunState(
        "exited", exit_code=code, failed_command=failed, duration_s=1.0, started=started, codes=codes
    )
