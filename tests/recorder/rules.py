"""What the product must never ask of git."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GLOBAL_WITH_VALUE = ("-c", "-C", "--git-dir", "--work-tree")
MADE: set[str] = set()
"""The worktrees that the product made in the tests of this process."""
NEVER = ("clean", "stash", "checkout", "filter-branch", "gc", "prune", "update-ref")


@dataclass(frozen=True)
class Call:
    """A call of git: its folder and arguments; `dirty` is that of the tree before a switch."""

    cwd: str
    argv: Sequence[str]
    dirty: bool = False
    on_loop: bool = False

    @property
    def where(self) -> str:
        """The folder that it is about."""
        words = list(self.argv)
        return os.path.normpath(
            os.path.join(self.cwd, words[words.index("-C") + 1] if "-C" in words[:-1] else "")
        )


def read(lines: bytes) -> list[Call]:
    """Return the calls in the recorder's output; a truncated line is left out."""
    return [Call(**json.loads(line)) for line in lines.splitlines() if line.endswith(b"}")]


def verb(argv: Sequence[str]) -> str:
    """Return the subcommand among the arguments of git, past its own options."""
    words = iter(argv)
    for word in words:
        if word in GLOBAL_WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def offences(calls: Iterable[Call], made: set[str] | None = None) -> list[str]:
    """Return the calls that could lose work, force anything on a remote, or block the screen.

    `made` are the worktrees made by earlier calls; those of these calls are added.
    """
    made = set() if made is None else made
    out = []
    for call in calls:
        if verb(call.argv) == "worktree" and "add" in call.argv:
            made.update(call.argv)
        why = "on the loop of the user interface" if call.on_loop else _offence(call, made)
        if why:
            out.append(f"{why}: git {' '.join(call.argv)} (in {call.cwd})")
    return out


def _offence(call: Call, made: set[str]) -> str:
    argv, what = call.argv, verb(call.argv)
    if what in NEVER:
        return what
    if what == "reset" and {"--hard", "--merge", "--keep"} & set(argv):
        return "reset of files"
    if what == "switch" and ("-c" not in argv[list(argv).index("switch") :] or call.dirty):
        return "switch without -c, or on a tree that is not clean"
    if what == "restore" and not any(
        call.where == path or call.where.startswith(f"{path}/") for path in made
    ):
        return "restore outside of a worktree of ours"
    if what == "worktree" and {"remove", "prune", "move"} & set(argv) and argv[-1] not in made:
        return "worktree that is not ours"
    if what in ("branch", "tag") and {"-D", "-d", "-M", "-f", "--delete", "--force"} & set(argv):
        return f"{what} deleted or forced"
    return _forced(argv) if what == "push" else ""


def _forced(argv: Sequence[str]) -> str:
    """Return what in a push forces or deletes without an exact lease; empty for nothing."""
    words = argv[list(argv).index("push") + 1 :]
    bad = [w for w in words if w in ("-f", "--force", "--mirror", "--all", "--tags", "--prune", "--delete")]
    bad += [w for w in words if w.startswith(("+", ":"))]
    lease = re.compile(r"--force-with-lease=[^:]+:(?:[0-9a-f]{40}|[0-9a-f]{64})")
    bad += [w for w in words if w.startswith("--force-with-lease") and not lease.fullmatch(w)]
    return f"push with {bad[0]}" if bad else ""
