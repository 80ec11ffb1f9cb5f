"""Command lines that steps plan: git's, the project's own, and the small drivers of this package."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from hotfix_tui.config import model as config_types
from hotfix_tui.config.placeholders import PlaceholderError, environment, expand, fill
from hotfix_tui.git.process import Git
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.contract import Command, Context

ANY_STATUS = list(range(256))
"""For a command whose failure is inspected afterwards and does not end the run."""


def git_command(
    ctx: Context, *args: str, cwd: str = "", network: bool = False, ok: Sequence[int] = (0,)
) -> Command:
    """Return `git args` to be run in `cwd` (the start checkout by default), unable to prompt."""
    place = cwd or ctx.root
    env = Git(place).environment(write=True, network=network)
    return Command(argv=["git", *args], cwd=place, env=env, ok=list(ok))


def driver(module: str, *args: str, cwd: str, env: Mapping[str, str] | None = None) -> Command:
    """Return the call of a driver of this package; `-P` keeps its working directory off `sys.path`."""
    argv = [sys.executable, "-P", "-m", f"hotfix_tui.steps.{module}", *args]
    return Command(argv=argv, cwd=cwd, env=dict(env or {}))


def project_command(
    ctx: Context,
    command: config_types.ConfigCommand,
    cwd: str,
    step: str,
    *,
    ok: Sequence[int] = (0,),
    **values: object,
) -> Command:
    """Return a command of the configuration with its placeholders filled in, to be run below `cwd`.

    A command with a shell gets the values as variables (``HOTFIX_TICKET``, …), never as text. Raises Refused if a
    placeholder is not known yet.
    """
    return filled(command, cwd, step, {**_values(ctx), **values}, ok=ok)


def filled(
    command: config_types.ConfigCommand,
    cwd: str,
    step: str,
    known: Mapping[str, Any],
    *,
    ok: Sequence[int] = (0,),
    variables: bool = False,
    title: str = "",
) -> Command:
    """Return a command of the configuration filled in with what is `known`; see `project_command`.

    With `variables` placeholders are also filled into the values of its environment, as in deploy commands.
    """
    try:
        shell = command.shell or isinstance(command.run, str)
        argv = command.argv() if shell else expand(command.argv(), known)
        texts = {name: value for name, value in known.items() if isinstance(value, str)}
        own = {name: fill(text, texts) if variables else text for name, text in command.env.items()}
        env = {**(environment(known) if shell else {}), **own}
    except PlaceholderError as problem:
        cure = "Do the steps before it, or change the command in the configuration (.hotfix-tui.toml)."
        raise refuse(f"The command for {step} cannot be filled in: {problem}", cure, step) from None
    place = os.path.normpath(os.path.join(cwd, command.cwd)) if command.cwd else cwd
    return Command(argv=argv, cwd=place, env=env, ok=list(ok), title=title)


def _values(ctx: Context) -> dict[str, object]:
    """Return the currently known placeholders."""
    values = {
        "ticket": ctx.record.ticket,
        "id": ctx.record.id,
        "branch": ctx.branch,
        "base": ctx.base,
        "commit": ctx.commit,
        "version": ctx.seen(Tagged).tag,
        "previous": (ctx.record.evidence(Deployed) or Deployed()).commit_before,
    }
    return {name: value for name, value in values.items() if value}
