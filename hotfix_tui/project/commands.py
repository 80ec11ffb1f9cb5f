"""The commands that will really run: what is configured, else what was detected, with the usual environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotfix_tui.project.placeholders import escape

if TYPE_CHECKING:
    from hotfix_tui.project.config_types import Command, Config
    from hotfix_tui.project.detect.suggestion import Detected

CHECKS = ("test", "typecheck", "regression")
"""Commands that judge: on a pipe with ``CI=1``, so that none of them watches files or asks."""

ANSWERS = ("deploy.current", "git.live")
"""Commands whose output is read as an answer: on a pipe."""

_NO_PAGER = {"PAGER": "cat", "GIT_PAGER": "cat", "GH_PAGER": "cat"}


@dataclass(frozen=True)
class EffectiveCommand:
    """A command as it will run; placeholders are not filled in yet.

    ``origin`` is ``configured`` or ``detected``; ``timeout`` is in seconds, None for none; ``cwd`` is relative to the
    root; ``env`` comes on top of the wizard's own environment.
    """

    argv: list[str]
    cwd: str = ""
    env: dict[str, str] = field(default_factory=dict)
    tty: bool = False
    timeout: float | None = None
    shell: bool = False
    origin: str = "configured"
    evidence: str = ""


def effective(config: Config, detected: Detected) -> dict[str, EffectiveCommand]:
    """All commands by name: ``setup``, ``test``, …, ``deploy.production``, ``deploy.rollbacks.NAME``, ``git.live``."""
    found = {
        name: EffectiveCommand(
            [word if word == "{files}" else escape(word) for word in suggestion.argv],
            suggestion.cwd,
            {**_usual(name), **suggestion.env},
            _on_tty(name),
            origin="detected",
            evidence=suggestion.evidence,
        )
        for name, suggestion in detected.commands.items()
    }
    for name, command in configured(config).items():
        found[name] = _configured(name, command)
    return found


def configured(config: Config) -> dict[str, Command]:
    """The commands that the configuration names, by the same names."""
    import msgspec

    from hotfix_tui.project.config_types import Command

    found: dict[str, Command] = {}
    for prefix, table in (("", config.commands), ("deploy.", config.deploy)):
        for part in msgspec.structs.fields(table):
            command = getattr(table, part.name)
            if isinstance(command, Command):
                found[prefix + part.encode_name] = command
    for name, command in config.deploy.rollbacks.items():
        found[f"deploy.rollbacks.{name}"] = command
    if isinstance(config.git.live, Command):
        found["git.live"] = config.git.live
    return found


def _configured(name: str, command: Command) -> EffectiveCommand:
    """A command of the configuration; what it says itself wins over what is usual."""
    path = name if "." in name else f"commands.{name}"
    return EffectiveCommand(
        command.argv(),
        command.cwd,
        {**_usual(name), **command.env},
        _on_tty(name) if command.tty is None else command.tty,
        command.timeout,
        command.shell,
        "configured",
        f"{path} of the configuration says so",
    )


def _usual(name: str) -> dict[str, str]:
    """The variables that a kind of command usually gets."""
    return {**_NO_PAGER, "CI": "1"} if name in CHECKS else dict(_NO_PAGER)


def _on_tty(name: str) -> bool:
    """Whether a kind of command usually runs on a pseudo terminal."""
    return name not in CHECKS and name not in ANSWERS
