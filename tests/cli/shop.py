"""The small repository of these tests, and configurations for it."""

import json
import os
import shlex
import sys

from tests.walks.support import Desk

DATES = {"GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}


def make_shop(desk: Desk) -> Desk:
    """Make the repository of `desk`: one commit on main."""
    desk.checkout.mkdir()
    desk.git("init", "--quiet", "--initial-branch=main")
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return len(prices)\n")
    desk.git("add", "--", "shop.py")
    desk.env |= DATES
    desk.git("commit", "--quiet", "-m", "Add totals")
    for name in DATES:
        desk.env.pop(name)
    return desk


def configure(desk: Desk, text: str, *, trust: bool = True) -> None:
    """Write the configuration of the repository, untracked, and trust it."""
    exclude = desk.checkout / ".git" / "info" / "exclude"
    exclude.write_text("/.hotfix-tui.toml\n")
    (desk.checkout / ".hotfix-tui.toml").write_text(text)
    if trust:
        desk.do("trust", "--yes")


def python(code: str) -> str:
    """Return a TOML array of arguments that runs `code`."""
    return json.dumps([sys.executable, "-c", code])


def limited(desk: Desk, blocks: int, *args: str) -> list[str]:
    """Return the command line of the product under a limit for the size of files, as on a full disk."""
    line = shlex.join(desk.argv(*args))
    return ["/bin/sh", "-c", f"ulimit -f {blocks}; exec {line}"]


def without_path(desk: Desk) -> dict[str, str]:
    """Return a PATH without any program."""
    empty = desk.root / "empty"
    os.makedirs(empty, exist_ok=True)
    return {"PATH": str(empty)}
