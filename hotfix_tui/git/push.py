"""Pushing: exactly the refs that are named, to every address a remote is pushed to, and nothing that rides along."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import NETWORK_TIMEOUT, Git
from hotfix_tui.git.remote import ls_remote, push_urls

_OFF = ("false", "no", "off", "0", "")
_SETTINGS = (
    r"^(push\.followtags|push\.recursesubmodules|submodule\.recurse|remote\..*\.(mirror|url|pushurl))$"
)


def push_args(git: Git, remote: str, *refspecs: str, lease: Sequence[str] = ()) -> list[str]:
    """Arguments of the git call that pushes `refspecs` to `remote` (a name or an address), and no other ref.

    `lease` are ``--force-with-lease`` options with their exact values. What the configuration would send along is
    turned off, by an option only where it is on: tags (push.followTags), and the commits of submodules, which must be
    on their own remotes already; git refuses otherwise instead of pushing them unseen. The call may be made from any
    worktree: git reads a relative address from where it is called, so that one is replaced by what it is in `git`'s.
    """
    set_to = _settings(git)
    on = {key for key, values in set_to.items() if values[-1].lower() not in _OFF}
    # git refuses refspecs where the remote is set up as a mirror; only these refs are meant, not all of them.
    mirror = ["-c", f"remote.{remote}.mirror=false"] if f"remote.{remote}.mirror" in on else []
    alone = ["--no-follow-tags"] if "push.followtags" in on else []
    if on & {"push.recursesubmodules", "submodule.recurse"}:
        alone.append("--recurse-submodules=check")
    known = [*set_to.get(f"remote.{remote}.url", [remote]), *set_to.get(f"remote.{remote}.pushurl", [])]
    places = [part for address in known for part in _from_anywhere(git, address)]
    return [*mirror, *places, "push", "--porcelain", *alone, *lease, "--", remote, *refspecs]


def _settings(git: Git) -> dict[str, list[str]]:
    """What bears on a push, each with its values; section and key in lower case, as git writes them."""
    found: dict[str, list[str]] = {}
    for pair in git.text("config", "-z", "--get-regexp", _SETTINGS, ok=(0, 1)).split("\0"):
        key, given, value = pair.partition("\n")
        if key:
            found.setdefault(key, []).append(value if given else "true")
    return found


def _from_anywhere(git: Git, address: str) -> list[str]:
    """Options with which `address` is the same place from every worktree; none where it is no relative path."""
    before, colon, _ = address.partition(":")
    if address == "." or os.path.isabs(address) or (colon and "/" not in before):
        return []  # the repository itself, an address of a host, or a short name for one
    place = os.path.normpath(os.path.join(git.root, address))
    if "=" in place or not os.path.isdir(place):
        return []
    return ["-c", f"url.{place}.insteadOf={address}"]


def sent_along(git: Git) -> list[str]:
    """Sentences to read before a push: what the configuration sends with it besides the refs (push.pushOption)."""
    found = git.text("config", "-z", "--get-all", "push.pushOption", ok=(0, 1)).split("\0")[:-1]
    # An empty value takes back those before it.
    start = max((number for number, value in enumerate(found) if not value), default=-1) + 1
    return [f"The configuration sends along (push.pushOption): {option}." for option in found[start:]]


@dataclass(frozen=True, slots=True)
class Address:
    """One place that a remote is pushed to, and what stands there under a ref now: None for nothing.

    `error` is why one could not be asked; then `commit` says nothing.
    """

    url: str
    commit: str | None
    error: GitError | None = None

    @property
    def why(self) -> str:
        """The sentence for one that could not be asked; empty for any other."""
        return self.error.sentence if self.error else ""

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self.url) if "://" in self.url else None
        if parts is None or parts.scheme == "file":
            return self.url
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def secret(self) -> bool:
        """Whether the address holds a password, so that it belongs on no command line."""
        return "://" in self.url and ":" in urlsplit(self.url).netloc.rpartition("@")[0]


def addresses(git: Git, remote: str, ref: str, *, timeout: float = NETWORK_TIMEOUT) -> list[Address]:
    """What each address that `remote` is pushed to has under `ref`. Raises GitError where there is no such remote."""
    out = []
    for url in push_urls(git, remote):
        try:
            out.append(Address(url, ls_remote(git, url, [ref], timeout=timeout).get(ref)))
        except GitError as error:
            out.append(Address(url, None, error))
    return out
