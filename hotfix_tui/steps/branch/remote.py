"""Which remote to use, its address, and which of its branches is production."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from hotfix_tui.forges import drill
from hotfix_tui.forges.address import is_public, parse_remote
from hotfix_tui.git.branch_lines import DEVELOPMENT, ENVIRONMENTS
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists, branches
from hotfix_tui.git.remote import ASK_SECONDS, default_branch, remotes, upstream
from hotfix_tui.git.repository import head
from hotfix_tui.git.ssh import real_host, ssh_address

FORK, PARENT = "origin", "upstream"
"""Common names of remotes in a clone of a fork: the fork itself, and its parent."""


def choose_remote(git: Git, configured: str, production: str) -> tuple[str, list[str]]:
    """Return the name of the remote to use (empty if there is none) and remarks on the choice."""
    names = list(remotes(git))
    if configured:
        if configured in names:
            return configured, []
        raise GitError(
            f"git.remote is {configured!a}, but the remotes here are {', '.join(names) or 'none'}; "
            "set git.remote to one of them, or add it: git remote add"
        )
    if len(names) < 2:
        return (names or [""])[0], []
    if PARENT in names and FORK in names:
        return PARENT, [
            f"{FORK} is taken for a fork of {PARENT}: the base is found and the fix lands on {PARENT}. "
            "Set git.remote if that is wrong."
        ]
    branch = head(git).branch
    followed = upstream(git, branch) if branch else None
    if followed and followed[0] in names:
        return followed[0], []
    if "origin" in names:
        return "origin", []
    for name in names:
        if any(branch_exists(git, wanted, name) for wanted in filter(None, (production, "main", "master"))):
            return name, [f"There are {len(names)} remotes; {name} is used. Set git.remote if that is wrong."]
    return names[0], [f"There are {len(names)} remotes; {names[0]} is used. Set git.remote if that is wrong."]


def push_remote(git: Git, remote: str, configured: str) -> str:
    """Return the remote that branches are pushed to if it differs from `remote`; otherwise an empty text.

    It is the one that git is told to push to (remote.pushDefault), or the fork of the chosen remote.
    """
    names = remotes(git)
    told = git.text("config", "--get", "remote.pushDefault", ok=(0, 1))
    if told not in names:
        told = FORK if remote == PARENT and FORK in names and not configured else ""
    return told if told != remote else ""


class Production(NamedTuple):
    """The production branch, and remarks on how it was chosen.

    `name` is empty if it cannot be determined; `candidates` are then the possible branches.
    """

    name: str
    remarks: list[str] = []
    candidates: tuple[str, ...] = ()


_USUAL = ("main", "master")
_LISTED = 12


def production_branch(git: Git, configured: str, remote: str, known: str = "") -> Production:
    """Return the production branch: as configured, as `known` from an earlier probe, else the remote's default.

    The remote is queried, since this clone's record of it may predate a renaming. Raises GitError.
    """
    if configured:
        known_here = branch_exists(git, configured, remote or None) or branch_exists(git, configured)
        missing = f"The production branch {configured} (git.production) is not known here yet; it is fetched."
        return Production(configured, [] if known_here else [missing])
    if known:
        return Production(known)
    if not remote:
        return fetched_production(git, "")
    try:
        shown, there = _ask(git, remote)
    except GitError as error:
        said = f"{remote} did not answer: {error.sentence}. What was fetched before is used."
        fetched = fetched_production(git, remote)
        return fetched._replace(remarks=[said, *fetched.remarks])
    if not there:
        # Nothing was pushed yet: the local branch will be.
        local = next((name for name in _USUAL if branch_exists(git, name)), "")
        return Production(local or head(git).branch or "")
    return _among(git, remote, shown, there)


def fetched_production(git: Git, remote: str) -> Production:
    """Return the production branch by what this repository knows; the remote is not queried. Raises GitError."""
    if not remote:
        here = [branch.name for branch in branches(git)]
        local = next((name for name in _USUAL if name in here), "")
        return Production(local or head(git).branch or "", candidates=tuple(here[:_LISTED]))
    if noted := default_branch(git, remote):
        return _among(git, remote, noted, [branch.name for branch in branches(git, remote)])
    return Production(
        next((name for name in _USUAL if branch_exists(git, name)), "") or head(git).branch or ""
    )


def _among(git: Git, remote: str, shown: str, there: list[str]) -> Production:
    """Choose among the remote's branches; `shown` is its default branch, empty for none."""
    usual = [name for name in (*_USUAL, "production", "prod") if name in there]
    if shown in there:
        if shown in DEVELOPMENT:
            usual = usual or [name for name in (*ENVIRONMENTS, "stable") if name in there]
        if shown in DEVELOPMENT and usual:
            taken = f"{usual[0]} is taken for production. Set git.production if that is wrong."
            return Production(usual[0], [f"{remote} shows {shown} first; {taken}"])
        noted = default_branch(git, remote)
        renamed = noted and noted != shown and noted not in there
        was = (
            f"{remote} has no branch {noted} any more; it shows {shown} first, which is taken for production."
        )
        return Production(shown, [was] if renamed else [])
    why = f"{remote} shows no branch first"
    if shown:
        why = f"{remote} shows {shown} first, which it does not have"
    if len(usual) == 1 or len(there) == 1:
        name = (usual or there)[0]
        return Production(
            name, [f"{why}; {name} is taken for production. Set git.production if that is wrong."]
        )
    return Production(
        "", [f"{why}."], tuple([*usual, *(name for name in there if name not in usual)][:_LISTED])
    )


def _ask(git: Git, remote: str) -> tuple[str, list[str]]:
    """Query the remote for its default branch, empty for none, and its branches. Raises GitError."""
    args = ("ls-remote", "--symref", "--", remote, "HEAD", "refs/heads/*")
    answer = git.run(*args, network=True, timeout=ASK_SECONDS).stdout.decode("utf-8", "replace")
    shown, there = "", []
    for line in answer.splitlines():
        value, _, name = line.partition("\t")
        if name == "HEAD" and value.startswith("ref: refs/heads/"):
            shown = value.removeprefix("ref: refs/heads/")
        elif name.startswith("refs/heads/"):
            there.append(name.removeprefix("refs/heads/"))
    return shown, there


def without_credentials(url: str) -> str:
    """Return `url` without user, password and query; paths and ``git@host:path`` are unchanged."""
    parts = urlsplit(url) if "://" in url else None
    if parts is None or parts.scheme == "file":
        return url
    host = parts.netloc.rpartition("@")[2]
    user = parts.username if parts.scheme == "ssh" and parts.username else ""
    return f"{parts.scheme}://{user + '@' if user else ''}{host}{parts.path}"


def real_address(git: Git, url: str) -> str:
    """Return `url` with the host that ssh really connects to, if it is an alias in ~/.ssh/config.

    A host that is a forge by its name stays, and so does one that ssh only maps to an internal address.
    """
    address = ssh_address(url)
    if address is None or is_public(parse_remote(url).host):
        return url
    host = real_host(git, address)
    real, named = address.at(host), re.search("[a-z]", host) is not None and "." in host
    told = parse_remote(url).kind == "none" and parse_remote(real).kind != "none"
    return real if is_public(host) or told or ("." not in address.host and named) else url


def place_on_forge(url: str) -> tuple[str, str]:
    """Return the kind of forge that `url` names and the base address of the repository's pages there.

    The kind is ``none`` for a path (nothing to open a pull request on) and ``unknown`` for a host whose software is
    not known.
    """
    repo = drill.repository(url) or parse_remote(url)
    if repo.kind == "none" and repo.host:
        return "unknown", repo.web
    return repo.kind, repo.web
