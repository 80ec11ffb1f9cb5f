"""Remotes: their URLs, what they hold now, and how to fetch from them."""

import os
from collections.abc import Sequence

from hotfix_tui.base.ref_names import tracking_ref
from hotfix_tui.git.process import NETWORK_TIMEOUT, Git, lines
from hotfix_tui.git.refs import branch_exists

ASK_SECONDS = 15.0
"""Seconds that a remote may take to list its refs."""

FETCH_ALONE = ("--no-recurse-submodules", "--no-auto-maintenance", "--no-prune")
"""For every fetch: only what it names, with no deletion here (fetch.pruneTags would remove local tags)."""


def remotes(git: Git) -> dict[str, list[str]]:
    """Return the names of all remotes with their fetch URLs, `insteadOf` applied. A URL may contain a password."""
    names = lines(git.text("remote"))
    return {name: lines(git.text("remote", "get-url", "--all", "--", name)) for name in names}


def push_urls(git: Git, remote: str) -> list[str]:
    """Return where a push to `remote` goes."""
    return lines(git.text("remote", "get-url", "--push", "--all", "--", remote))


def upstream(git: Git, branch: str) -> tuple[str, str] | None:
    """Return the remote and its branch that the local `branch` tracks; None if it tracks none."""
    remote = git.setting(f"branch.{branch}.remote")
    merge = git.setting(f"branch.{branch}.merge") if remote else ""
    return (remote, merge.removeprefix("refs/heads/")) if remote and merge else None


def default_branch(git: Git, remote: str, *, network: bool = False) -> str | None:
    """Return the default branch of `remote`: as recorded here, else as it says now (`network`), else main or
    master.
    """
    noted = git.text("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD", ok=(0, 1, 128))
    name = noted.removeprefix(tracking_ref(remote))
    if noted and branch_exists(git, name, remote):
        return name
    if network:
        for line in lines(_ask(git, "--symref", "--", remote, "HEAD")):
            if line.startswith("ref: refs/heads/") and line.endswith("\tHEAD"):
                return line.removeprefix("ref: refs/heads/").removesuffix("\tHEAD")
    return next((name for name in ("main", "master") if branch_exists(git, name, remote)), None)


def ls_remote(
    git: Git, remote: str, refs: Sequence[str] = (), *, timeout: float = NETWORK_TIMEOUT
) -> dict[str, str]:
    """Return full ref names with their ids, as `remote` has them now; only `refs` (full names, `*` allowed), if
    given.

    An annotated tag appears twice: its own id, and with `^{}` after its name the commit's (`peeled` chooses).
    Raises GitError with the sentence for what went wrong, GitTimeout if the remote does not answer.
    """
    short = [ref for ref in refs if not ref.startswith("refs/") and ref != "HEAD"]
    if short:
        raise ValueError(f"full ref names are needed, not {short}")
    # git matches the ends of names: refs/heads/x also matches refs/heads/refs/heads/x.
    text = _ask(
        git,
        "--",
        remote,
        *refs,
        *(f"{ref}^{{}}" for ref in refs if ref.startswith("refs/tags/")),
        timeout=timeout,
    )
    refs_there = {}
    for line in lines(text):
        commit, _, name = line.partition("\t")
        if not refs or any(_matches(name.removesuffix("^{}"), ref) for ref in refs):
            refs_there[name] = commit
    return refs_there


def peeled(refs: dict[str, str], ref: str) -> str | None:
    """Return the commit of `ref` in the answer of `ls_remote`, even for an annotated tag."""
    return refs.get(f"{ref}^{{}}") or refs.get(ref)


def fetch_argv(
    remote: str, *, branches: Sequence[str] = (), tags: Sequence[str] = (), deepen: bool = False
) -> list[str]:
    """Return the command that fetches from `remote`: just these branches and tags, or its configured refspecs with
    tags.

    It forces no tag and no local branch. `deepen` is only for a shallow clone (git refuses it for a full one).
    """
    argv = ["git", "fetch", *FETCH_ALONE]
    if deepen:
        argv.append("--unshallow")
    if not branches and not tags:
        return [*argv, "--tags", "--", remote]
    heads = [f"+refs/heads/{name}:refs/remotes/{remote}/{name}" for name in branches]
    return [
        *argv,
        "--no-tags",
        "--",
        remote,
        *heads,
        *(f"refs/tags/{name}:refs/tags/{name}" for name in tags),
    ]


def fetch(git: Git, argv: Sequence[str], *, timeout: float = NETWORK_TIMEOUT) -> None:
    """Run what `fetch_argv` gave; raises GitError."""
    git.run(*argv[1:], write=True, network=True, timeout=timeout)


def _ask(git: Git, *args: str, timeout: float = NETWORK_TIMEOUT) -> str:
    """Call `git ls-remote`."""
    return os.fsdecode(git.run("ls-remote", *args, network=True, timeout=timeout).stdout)


def _matches(name: str, pattern: str) -> bool:
    """Return whether a full ref name was asked for."""
    import fnmatch

    return fnmatch.fnmatchcase(name, pattern)
