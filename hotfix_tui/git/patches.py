"""Whether a line carries a fix, judged by its changes rather than by the commit's id.

A squash, a rebase and a cherry-pick make new commits of the same change. Their patch id, the hash of the diff
without line numbers and whitespace, stays the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hotfix_tui.git.diff import PATCH, diff_numstat, run_diff, stable_config, stable_options
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import is_ancestor, merge_base
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, resolve

_LOOK_BACK = 2000
"""At most this many commits that touch the fix's files are compared."""

_PATCH = (*PATCH, "--binary", "--full-index", "--no-renames")


@dataclass(frozen=True, slots=True)
class Landed:
    """How a branch carries a fix: with its own commits, or with `commits` (oldest first) that make the same
    change.
    """

    how: Literal["ancestor", "same-patch", "same-patch-series"]
    commits: tuple[str, ...]
    """What landed, oldest first; for "ancestor" the fix's own head."""

    @property
    def tip(self) -> str:
        """The last commit of what landed."""
        return self.commits[-1]


def patch_id(git: Git, base: str, head: str) -> str | None:
    """Return the patch id of the whole diff between two commits; None if they do not differ."""
    patch = run_diff(git, _PATCH, base, head).stdout
    ids = _ids(git, patch)
    return ids[0][0] if ids else None


def patch_ids(
    git: Git,
    tip: str,
    not_in: Sequence[str],
    *,
    paths: Sequence[str] = (),
    first_parent: bool = False,
    limit: int = _LOOK_BACK,
) -> list[tuple[str, str]]:
    """Return patch id and commit of the commits of `tip` that are in none of `not_in`, newest first.

    With `first_parent` only the branch's own line is walked, and a merge counts as what it brought in; otherwise
    merges are left out. `paths` selects commits that touch one of them, still with their whole patch. Commits
    without a diff have no patch id and are absent.
    """
    revisions = [commit_of(git, tip), *(f"^{commit_of(git, name)}" for name in not_in)]
    walk = ("-m", "--first-parent") if first_parent else ("--no-merges",)
    log = git.run(
        *(
            "--literal-pathspecs",
            *stable_config(),
            "log",
            "--format=commit %H",
            "--no-show-signature",
            "--no-notes",
            "--no-follow",
        ),
        *("--full-diff", f"--max-count={limit}", *walk, *stable_options(), *_PATCH),
        *(*revisions, "--", *paths),
        timeout=120,
    )
    return _ids(git, log.stdout)


def contains_patch(git: Git, branch: str, base: str, head: str) -> Landed | None:
    """Return how `branch` carries the change from `base` to `head`; None if it does not, or only in another form.

    Recognised: the commits themselves (merge, fast-forward), one commit with the same whole diff (squash,
    cherry-pick, or the merge of such a branch), and a run of commits with the same whole diff (rebase). A branch
    that reverted all of it in one later commit does not carry it, unless it landed again after that.
    """
    tip = commit_of(git, branch)
    fix = (commit_of(git, base), commit_of(git, head))
    files = diff_numstat(git, *fix)
    paths = sorted({path for file in files for path in (file.path, file.old_path) if path})
    landed: Landed | None
    if is_ancestor(git, fix[1], tip):
        landed = Landed("ancestor", (fix[1],))
    else:
        start = merge_base(git, fix[1], tip)
        landed = _same_change(git, tip, start, paths, fix) if paths and start else None
    while landed and paths:
        reverted = _one_commit(git, tip, landed.tip, paths, (fix[1], fix[0]))
        if reverted is None:
            break
        landed = _same_change(git, tip, reverted, paths, fix)
    return landed


def _same_change(git: Git, tip: str, start: str, paths: Sequence[str], fix: tuple[str, str]) -> Landed | None:
    """Return a commit, or a run of them, of `tip` after `start` that makes the change of `fix`."""
    commit = _one_commit(git, tip, start, paths, fix)
    return Landed("same-patch", (commit,)) if commit else _series(git, tip, start, paths, fix)


def _one_commit(git: Git, tip: str, start: str, paths: Sequence[str], change: tuple[str, str]) -> str | None:
    """Return the newest commit of `tip` after `start` whose diff is that of `change`, a pair of commits."""
    whole = patch_id(git, *change)
    for first_parent in (True, False):
        for patch, commit in patch_ids(git, tip, [start], paths=paths, first_parent=first_parent):
            if patch == whole and _same_lines(git, change, commit, commit):
                return commit
    return None


def _series(git: Git, tip: str, start: str, paths: Sequence[str], fix: tuple[str, str]) -> Landed | None:
    """Return consecutive commits of `tip` that together make the change of `fix`, with commits like its own."""
    whole = patch_id(git, *fix)
    parts = {patch for patch, _ in patch_ids(git, fix[1], [fix[0]])}
    candidates = [commit for patch, commit in patch_ids(git, tip, [start], paths=paths) if patch in parts]
    if not candidates:
        return None
    lines = git.text("rev-list", "--parents", "--topo-order", tip, f"^{start}", "--", timeout=60).splitlines()
    parents = {commit: rest for commit, *rest in (line.split() for line in lines)}
    for last in candidates:
        run = [last]
        while len(run) <= len(parts) and parents.get(run[-1]):
            first = run[-1]
            if patch_id(git, parents[first][0], last) == whole and _same_lines(git, fix, first, last):
                return Landed("same-patch-series", tuple(reversed(run)))
            run.append(parents[first][0])
    return None


def _same_lines(git: Git, change: tuple[str, str], first: str, last: str) -> bool:
    """Return whether the commits from `first` to `last` change the same lines as `change`: whitespace is ignored."""
    before = resolve(git, f"{first}^")
    return before is not None and _lines(git, *change) == _lines(git, before, last)


def _lines(git: Git, base: str, head: str) -> list[bytes]:
    """Return the added, removed and context lines of a diff, without their positions in the files."""
    patch = run_diff(git, (*PATCH, "--full-index", "--no-renames"), base, head).stdout
    return [line for line in patch.split(b"\n") if line[:1] in (b"+", b"-", b" ")]


def _ids(git: Git, patches: bytes) -> list[tuple[str, str]]:
    """Return patch id and commit id (zeros for a bare diff) of each patch in `patches`."""
    if not patches:
        return []
    output = git.run("patch-id", "--stable", stdin=patches, timeout=120).stdout.decode("ascii")
    pairs = [tuple(line.split(" ")) for line in output.splitlines()]
    if any(len(pair) != 2 for pair in pairs):
        raise GitError("git patch-id gave another form of answer than known")
    return [(pair[0], pair[1]) for pair in pairs]
