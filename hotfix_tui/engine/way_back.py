"""The manual way back: which command rolls production back when the wizard cannot use its record."""

import os
import shlex
from typing import TYPE_CHECKING

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.base.text import clean
from hotfix_tui.config import load as config_load
from hotfix_tui.platforms import loader
from hotfix_tui.session import places

if TYPE_CHECKING:
    from hotfix_tui.platforms.model import Platform


def by_hand(start: str) -> list[str]:
    """Return the lines that say how to roll production back by hand in the repository around `start`.

    They come from the configuration as it is, trusted or not: they are shown, never run. Empty if neither a command
    nor a platform is configured. Never raises because of what is on disk.
    """
    try:
        return _lines(start)
    except (HotfixError, OSError, ValueError):
        return []


def _lines(start: str) -> list[str]:
    top, common = places.find_git_common_dir(start)
    root = top or common
    if root is None:
        return []
    deploy = config_load.load(root).config.deploy
    ways = [("", deploy.rollback)] if deploy.rollback is not None else []
    ways += [(f" ({name})", command) for name, command in deploy.rollbacks.items()]
    if ways:
        lines = [
            f"Production can be rolled back by hand{name}: {_line(root, command.argv())}"
            for name, command in ways
        ]
        if any("{" in line for line in lines):
            lines.append(
                "  (replace {previous} by the version that ran before, and {commit} by what runs now)"
            )
        return [clean(line) for line in lines]
    if not deploy.platform:
        return []
    on = loader.load(deploy.platform)
    known = loader.settings(on, root, os.environ, deploy.settings)
    planned = loader.plan(on, "rollback", known)
    if planned is not None and planned.commands:
        argvs = [_line(root, list(argv)) for argv in planned.commands if not loader.is_wait(argv)]
        lines = [f"Production can be rolled back by hand: {line}" for line in argvs]
        return [clean(line) for line in (*lines, *_asked(on, planned.missing, known))]
    return [
        clean(f"Production is rolled back by hand: {line}") for line in loader.by_hand(on, "rollback", known)
    ]


def _asked(on: "Platform", missing: list[str], known: dict[str, str]) -> list[str]:
    """Return how to find the values in braces."""
    out = []
    for name in missing:
        if name in on.lookups:
            argv = loader.question(on, on.lookups[name].run, known).commands[0]
            out.append(f"  (replace {{{name}}}: {on.lookups[name].ask}, which tells `{shlex.join(argv)}`)")
        elif name in on.settings:
            out.append(f"  (replace {{{name}}} by {on.settings[name].ask})")
        elif name in ("release", "previous"):
            listed = loader.plan(on, "list", known)
            told = f", which `{shlex.join(listed.commands[0])}` lists" if listed else ""
            out.append(f"  (replace {{{name}}} by what ran before{told})")
    return out


def _line(root: str, argv: list[str]) -> str:
    return f"cd {shlex.quote(root)} && {shlex.join(argv)}"
