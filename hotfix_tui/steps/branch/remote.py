"""Which remote counts, where it is, and which branch there is production."""

import re
from urllib.parse import urlsplit

from hotfix_tui.forges.address import is_public, parse_remote
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists
from hotfix_tui.git.remote import default_branch, remotes, upstream
from hotfix_tui.git.repository import head
from hotfix_tui.git.ssh import real_host, ssh_address

FORK, PARENT = "origin", "upstream"
"""What remotes are called everywhere in a clone of a fork: the fork itself, and what it was made from."""

ASK_SECONDS = 12.0
"""How long a remote may take to say which branch it shows first."""


def choose_remote(git: Git, configured: str, production: str) -> tuple[str, list[str]]:
    """Return the name of the remote that counts (empty if there is none) and remarks on the choice."""
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
    """Return the remote that branches are pushed to where that is another one than `remote`; else an empty text.

    It is the one that git is told to push to (remote.pushDefault), or the fork of the remote that counts.
    """
    names = remotes(git)
    told = git.text("config", "--get", "remote.pushDefault", ok=(0, 1))
    if told not in names:
        told = FORK if remote == PARENT and FORK in names and not configured else ""
    return told if told != remote else ""


def production_branch(git: Git, configured: str, remote: str) -> tuple[str, list[str]]:
    """Return the name of the production branch and remarks; the name is empty when none can be told."""
    if configured:
        here = branch_exists(git, configured, remote or None) or branch_exists(git, configured)
        return configured, (
            []
            if here
            else [
                f"The production branch {configured} (git.production) is not known here yet; it is fetched."
            ]
        )
    if remote:
        noted = git.text("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD", ok=(0, 1, 128))
        asked, remarks = ("", []) if noted else _ask(git, remote)
        found = asked or default_branch(git, remote)
        if found:
            return found, remarks
        local = next((name for name in ("main", "master") if branch_exists(git, name)), "")
        return local or head(git).branch or "", remarks
    local = next((name for name in ("main", "master") if branch_exists(git, name)), "")
    return local or head(git).branch or "", []


def _ask(git: Git, remote: str) -> tuple[str, list[str]]:
    """Ask the remote which branch it shows first."""
    args = ("ls-remote", "--symref", "--", remote, "HEAD")
    try:
        answer = git.run(*args, network=True, timeout=ASK_SECONDS).stdout.decode("utf-8", "replace")
    except GitError as error:
        return "", [f"{remote} did not answer: {error.sentence}. What was fetched before is used."]
    for line in answer.splitlines():
        if line.startswith("ref: refs/heads/") and line.endswith("\tHEAD"):
            return line.removeprefix("ref: refs/heads/").removesuffix("\tHEAD"), []
    return "", []


def without_credentials(url: str) -> str:
    """Return `url` without user, password and query; paths and ``git@host:path`` stay as they are."""
    parts = urlsplit(url) if "://" in url else None
    if parts is None or parts.scheme == "file":
        return url
    host = parts.netloc.rpartition("@")[2]
    user = parts.username if parts.scheme == "ssh" and parts.username else ""
    return f"{parts.scheme}://{user + '@' if user else ''}{host}{parts.path}"


def real_address(git: Git, url: str) -> str:
    """Return `url` with the host that ssh really connects to, where it is a name of ~/.ssh/config's own.

    A host that is a forge by its name stays, and so does one that ssh only sends somewhere inside (an IP address).
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

    The kind is ``none`` for a path (nothing to open a pull request on) and ``unknown`` for a host whose
    software is not known.
    """
    found = parse_remote(url)
    if found.kind == "none" and found.host:
        return "unknown", found.web
    return found.kind, found.web
