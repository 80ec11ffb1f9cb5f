"""Driver: bring what git does not track to a new worktree, as copies; the source stays byte for byte as it is.

``… common.carry_driver --from DIR --to DIR [--changes] -- NAME…`` copies the named files and folders (``.env``,
``.vercel``) and, with ``--changes``, the uncommitted changes, untracked files included. It writes ``carry.json`` to
the folder of the run. Nothing in the target is overwritten.

Apart from the driver of the proof, which brings the same things along: a run starts this one by itself, for a new
worktree.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from hotfix_tui.base import folders
from hotfix_tui.base.text import one_line
from hotfix_tui.git.carry import copy_changes
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.moment import Result
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status


def main(argv: list[str]) -> int:
    """Copy, print what was copied, write the result; return 1 if the changes could not be copied."""
    parser = argparse.ArgumentParser(prog="carry_run")
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--to", dest="target", required=True)
    parser.add_argument("--changes", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(argv)
    if not os.path.lexists(os.path.join(options.target, ".git")):
        print(f"there is no worktree at {one_line(options.target)}; nothing was copied")
        return 1
    result: dict[str, Any] = {"carried": [], "left_out": {}, "conflicts": [], "copied": [], "error": ""}
    if options.changes:
        _changes(options.source, options.target, result)
    for name in options.names:
        why = carry(options.source, options.target, name)
        if why is None:
            result["carried"].append(name)
            print(f"carried {one_line(name)}")
        elif why:
            result["left_out"][name] = why
            print(f"left out {one_line(name)}: {why}")
    folder = os.environ.get("HOTFIX_TUI_RUN", "")
    if folder:
        folders.put(os.path.join(folder, "carry.json"), json.dumps(result).encode("ascii"))
    return 1 if result["error"] else 0


class _Aside(Git):
    """Git that reads through a copy of the index: `git diff` writes the index it reads when file times differ."""

    def __init__(self, root: str, index: str) -> None:
        super().__init__(root)
        self._index = index

    def run(self, *args: str, env: Mapping[str, str] | None = None, **options: Any) -> Result:
        """Call git on the copied index."""
        return super().run(*args, env={**(env or {}), "GIT_INDEX_FILE": self._index}, **options)


def _changes(source: str, target: str, result: dict[str, object]) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="hotfix-tui-index-") as folder:
            index = os.path.join(folder, "index")
            shutil.copy2(os.path.join(Git(source).git_dir, "index"), index)
            git = _Aside(source, index)
            copied = copy_changes(git, Git(target), status(git).untracked)
    except GitError as error:
        result["error"] = error.sentence
        print(error.sentence)
        return
    result.update(conflicts=copied.conflicts, copied=copied.copied, left_out=copied.left_out)
    print(f"took the changes along, with {len(copied.copied)} untracked files")
    for path in copied.conflicts:
        print(f"conflict to resolve: {one_line(path)}")
    for path, why in copied.left_out.items():
        print(f"left out {one_line(path)}: {why}")


def carry(source: str, target: str, name: str) -> str | None:
    """Copy the file or folder `name`; return None if it was, an empty text if there is none, or why not."""
    origin, place = os.path.join(source, name), os.path.join(target, name)
    if not os.path.lexists(origin):
        return ""
    if ".git" in name.casefold().split("/"):
        return "it belongs to git"
    for top, folder in ((source, os.path.dirname(origin)), (target, os.path.dirname(place))):
        if link := folders.linked(top, folder):
            return f"{one_line(link)} is a symbolic link, which leads elsewhere"
    if os.path.lexists(place):
        return "" if os.path.isdir(place) == os.path.isdir(origin) else "something else of that name is there"
    try:
        os.makedirs(os.path.dirname(place) or target, exist_ok=True)
        if os.path.isdir(origin) and not os.path.islink(origin):
            shutil.copytree(origin, place, symlinks=True)
        else:
            shutil.copy2(origin, place, follow_symlinks=False)
    except (OSError, shutil.Error) as error:
        return f"it could not be copied: {one_line(str(error), 120)}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
