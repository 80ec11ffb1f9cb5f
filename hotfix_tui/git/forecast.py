"""How a cherry-pick would end, without doing it: no worktree, no branch and nobody's index is touched.

A git that has ``merge-tree --write-tree`` (2.38) merges as the pick itself would, with renames. With an older one
the trees are merged in a temporary index, and files changed on both sides one by one, which does not follow
renames.
"""

import functools
import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.moment import Result
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import tree
from hotfix_tui.git.repository import checked_version

_MERGES_TREES = (2, 38)
_ME = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "forecast"), ("EMAIL", "forecast"), ("DATE", "4000000000 +0000"))}  # fmt: skip
"""For commits that exist for a merge only: no reference ever names them, and the same merge gives the same ones.
They are younger than all others, because git searches for common ancestors from the youngest commit on.
"""

ALREADY_THERE: Final = "already there"
Verdict = Literal["picks", "conflict", "already there", "unknown"]


class Forecast(NamedTuple):
    """How one pick would end. `files` are those with conflicts; what comes after a conflict is unknown."""

    commit: str
    verdict: Verdict
    files: tuple[str, ...] = ()


def forecast(git: Git, tip: str, picks: Sequence[tuple[str, str]]) -> list[Forecast]:
    """Return how `picks`, each a commit and its parent, would apply to `tip` one after the other. Raises GitError."""
    out: list[Forecast] = []
    for number, step in enumerate(steps(git, tip, picks)):
        if step.files:
            rest = (Forecast(later, "unknown") for later, _ in picks[number + 1 :])
            return [*out, Forecast(step.commit, "conflict", step.files), *rest]
        out.append(Forecast(step.commit, ALREADY_THERE if step.made == step.ours else "picks"))
    return out


class Merged(NamedTuple):
    """One pick as a merge: the tree it is applied to, the resulting tree, and the files with conflicts."""

    commit: str
    parent: str
    ours: str
    made: str
    files: tuple[str, ...]


def steps(git: Git, tip: str, picks: Sequence[tuple[str, str]]) -> Iterator[Merged]:
    """Yield the picks as merges, one after the other, up to the first one with a conflict. Raises GitError."""
    merge = _by_merge_tree if checked_version() >= _MERGES_TREES else _by_index
    ours = tree(git, tip)
    for commit, parent in picks:
        made, files = merge(git, ours, parent, commit)
        yield Merged(commit, parent, ours, made, tuple(files))
        if files:
            return
        ours = made


def _by_merge_tree(git: Git, ours: str, parent: str, commit: str) -> tuple[str, list[str]]:
    """Merge two commits whose only common ancestor is `parent`: our tree on top of it, and the change being
    picked.
    """
    result = _merged(git, ours, parent, commit)
    if not result.stdout:
        # A repository recreated at the same place does not have the objects made in the previous one.
        _commit.cache_clear()
        result = _merged(git, ours, parent, commit)
    if not result.stdout:
        raise GitError("it cannot be told how the pick would end")
    made, *names = os.fsdecode(result.stdout).rstrip("\0").split("\0")
    return made, sorted(set(names)) if result.returncode else []


def _merged(git: Git, ours: str, parent: str, commit: str) -> Result:
    sides = [_commit(git.root, side, parent) for side in (ours, tree(git, commit))]
    options = ("--write-tree", "-z", "--name-only", "--no-messages")
    return git.run("merge-tree", *options, *sides, ok=(0, 1, 128), timeout=60, write=True)


@functools.lru_cache(200)
def _commit(root: str, tree_id: str, parent: str) -> str:
    made = Git(root).run("commit-tree", tree_id, "-p", parent, stdin=b"forecast\n", env=_ME, write=True)
    return made.stdout.decode("ascii").strip()


def _by_index(git: Git, ours: str, parent: str, commit: str) -> tuple[str, list[str]]:
    """Merge three trees in a temporary index, then each remaining file line by line."""
    with tempfile.TemporaryDirectory(prefix="hotfix-tui-forecast-") as folder:
        env = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        trees = (tree(git, parent), ours, tree(git, commit))
        git.run("read-tree", "-i", "-m", "--aggressive", *trees, env=env, write=True, timeout=60)
        left: dict[bytes, dict[bytes, tuple[bytes, bytes]]] = {}
        for entry in git.run("ls-files", "--unmerged", "-z", env=env).stdout.split(b"\0")[:-1]:
            about, _, path = entry.partition(b"\t")
            mode, blob, stage = about.split(b" ")
            left.setdefault(path, {})[stage] = mode, blob
        merged, conflicts = [], []
        for path, stages in left.items():
            made = _by_lines(git, folder, stages)
            if made is None:
                conflicts.append(os.fsdecode(path))
            else:
                merged.append(stages[b"2"][0] + b" " + made + b"\t" + path + b"\0")
        if conflicts:
            return "", sorted(conflicts)
        if merged:
            git.run("update-index", "-z", "--index-info", stdin=b"".join(merged), env=env, write=True)
        return git.run("write-tree", env=env, write=True).stdout.decode("ascii").strip(), []


def _by_lines(git: Git, folder: str, stages: dict[bytes, tuple[bytes, bytes]]) -> bytes | None:
    """Return the blob of a file that merges line by line, None for one with a conflict."""
    if set(stages) != {b"1", b"2", b"3"} or any(not mode.startswith(b"100") for mode, _ in stages.values()):
        return None
    paths = []
    for stage in (b"2", b"1", b"3"):
        paths.append(os.path.join(folder, stage.decode("ascii")))
        with open(paths[-1], "wb") as file:
            file.write(git.run("cat-file", "blob", stages[stage][1].decode("ascii")).stdout)
    result = git.run("merge-file", "-p", *paths, ok=range(256))
    if result.returncode:
        return None
    return git.run("hash-object", "-w", "--stdin", stdin=result.stdout, write=True).stdout.strip()
